/*
 * A model server for tests and benches: one thread, one poll(), on loopback.
 * `fake-model --help` says what it can be told.
 */
#include "fake/conn.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNS = 512, FIXED = 3 };

struct loop {
    struct fake_server server;
    struct conn conns[CONNS]; /* the first `n` are open */
    size_t n;
    int listener;
    struct buf input; /* of stdin, not a whole line yet */
};

static bool listen_on(struct loop *l)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port =
                                 htons((uint16_t)l->server.options.port)};
    socklen_t size = sizeof at;
    int yes = 1;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    l->listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(l->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(l->listener, (struct sockaddr *)&at, sizeof at) ||
        listen(l->listener, CONNS) ||
        getsockname(l->listener, (struct sockaddr *)&at, &size) ||
        fcntl(l->listener, F_SETFL, O_NONBLOCK)) {
        perror("fake-model: 127.0.0.1");
        return false;
    }
    l->server.options.port = ntohs(at.sin_port);
    printf("port %d\n", l->server.options.port);
    fflush(stdout);
    return true;
}

static void accept_all(struct loop *l)
{
    while (l->n < CONNS) {
        int fd = accept(l->listener, NULL, NULL);
        if (fd < 0)
            return;
        int yes = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        conn_init(&l->conns[l->n++], &l->server, fd);
    }
}

/* Whole lines of it: each is a script that replaces the former. */
static void take_scripts(struct loop *l)
{
    size_t end;
    while ((end = str_find_char(buf_view(&l->input), '\n')) != STR_NONE) {
        if (!options_replace_script(&l->server.options,
                                    str_sub(buf_view(&l->input), 0, end)))
            fprintf(stderr, "fake-model: a line on stdin is no script\n");
        buf_splice(&l->input, 0, end + 1, STR(""));
        for (size_t i = 0; i < l->n; i++)
            conn_tell(&l->conns[i]);
    }
}

static bool stdin_is_closed(struct loop *l)
{
    char bytes[16384];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    if (n > 0 && buf_append(&l->input, (struct str){bytes, (size_t)n}))
        take_scripts(l);
    return n <= 0;
}

static void drop_closed(struct loop *l)
{
    for (size_t i = 0; i < l->n;) {
        if (l->conns[i].fd >= 0) {
            i++;
            continue;
        }
        conn_release(&l->conns[i]);
        l->conns[i] = l->conns[--l->n];
    }
}

/* False when the server is to end. */
static bool turn(struct loop *l)
{
    static struct pollfd fds[FIXED + CONNS];
    usec wake = USEC_NEVER;
    fds[0] = (struct pollfd){STDIN_FILENO, POLLIN, 0};
    fds[1] = (struct pollfd){l->n < CONNS ? l->listener : -1, POLLIN, 0};
    fds[2] = (struct pollfd){
        events_wait(&l->server.events) ? STDOUT_FILENO : -1, POLLOUT, 0};
    for (size_t i = 0; i < l->n; i++) {
        fds[FIXED + i] =
            (struct pollfd){l->conns[i].fd, conn_events(&l->conns[i]), 0};
        usec at = conn_wake(&l->conns[i]);
        wake = at < wake ? at : wake;
    }
    poll(fds, (nfds_t)(FIXED + l->n), clock_wait_ms(clock_now(), wake));
    usec now = clock_now();
    if (fds[0].revents && stdin_is_closed(l))
        return false; /* what it says holds for requests that come behind it */
    for (size_t i = 0; i < l->n; i++)
        if (fds[FIXED + i].revents || conn_wake(&l->conns[i]) <= now)
            conn_turn(&l->conns[i], &l->server, fds[FIXED + i].revents, now);
    drop_closed(l);
    if (fds[1].revents)
        accept_all(l);
    events_flush(&l->server.events);
    return true;
}

int main(int argc, char **argv)
{
    struct loop *l = calloc(1, sizeof *l);
    if (!l)
        return 1;
    signal(SIGPIPE, SIG_IGN);
    events_init(&l->server.events);
    buf_init(&l->input, 1 << 20);
    int status = options_read(&l->server.options, argc, argv);
    if (status < 0)
        status = listen_on(l) ? 0 : 1;
    else
        l->listener = -1;
    while (l->listener >= 0 && status == 0 && turn(l))
        ;
    for (size_t i = 0; i < l->n; i++)
        conn_release(&l->conns[i]);
    events_flush(&l->server.events);
    events_release(&l->server.events);
    options_release(&l->server.options);
    buf_release(&l->input);
    free(l);
    return status;
}
