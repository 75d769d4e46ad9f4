/*
 * A hundred streams at once on one thread, from a model server on loopback,
 * beside one stream alone and beside reading the same bytes from bare sockets;
 * and what it costs to find where a stream is to end.
 *
 *     bench_streams [LANGUAGE FILE]...
 */
#include "bench/endings.h"
#include "bench/stats.h"
#include "fake/fake.h"
#include "net/frames.h"
#include "net/http.h"
#include "provider/provider.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PIECE_MAX = 1 << 20, STREAMS = 100, LONG = 20000 };

struct stream {
    const struct dialect *dialect;
    struct frames frames;
    struct piece piece;
    size_t events, bytes;
    bool over;
};

static bool take(void *arg, struct str event, struct str data)
{
    struct stream *s = arg;
    buf_clear(&s->piece.text);
    s->events++;
    return s->dialect->decode(event, data, &s->piece) == OK;
}

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    struct stream *s = arg;
    (void)id;
    (void)r;
    s->bytes += bytes.len;
    frames_feed(&s->frames, bytes, take, s);
    return true;
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err e, const struct why *why)
{
    (void)id;
    (void)r;
    (void)e;
    (void)why;
    ((struct stream *)arg)->over = true;
}

static const char request_body[] =
    "{\"model\":\"bench\",\"stream\":true,\"prompt\":\"x\"}";

/* Of this thread: what others do on the machine is left out, and so is sleep.
 */
static double cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Microseconds of work for an event. */
static double measure_streams(const char *url, size_t n, struct stats *turns)
{
    static const struct http_events events = {on_data, on_end};
    struct stream *streams = calloc(n, sizeof *streams);
    struct http *http = http_new();
    struct why why;
    if (!streams || !http)
        exit(1);
    for (size_t i = 0; i < n; i++) {
        struct stream *s = &streams[i];
        struct http_request r = {.url = url, .body = str_from(request_body)};
        s->dialect = dialect_find(STR("openai-text"));
        frames_init(&s->frames, FRAMING_SSE);
        buf_init(&s->piece.text, PIECE_MAX);
        if (!http_start(http, &r, &events, s, &why))
            exit(1);
    }
    double began = cpu_us();
    while (http_running(http)) {
        double before = cpu_us();
        http_wait(http, NULL, 0, -1);
        stats_add(turns, cpu_us() - before);
    }
    double worked = cpu_us() - began;
    size_t seen = 0;
    for (size_t i = 0; i < n; i++) {
        seen += streams[i].events;
        frames_release(&streams[i].frames);
        buf_release(&streams[i].piece.text);
    }
    free(streams);
    http_free(http);
    return worked / (double)(seen ? seen : 1);
}

static int bare_connect(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port)};
    char head[512];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int len = snprintf(head, sizeof head,
                       "POST /v1/completions HTTP/1.1\r\nHost: x\r\n"
                       "Connection: close\r\nContent-Length: %zu\r\n\r\n%s",
                       strlen(request_body), request_body);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) ||
        write(fd, head, (size_t)len) != len)
        exit(1);
    return fd;
}

/* The same bytes, and nothing done with them. */
static double measure_bare(int port, size_t n, size_t events)
{
    struct pollfd fds[STREAMS];
    char bytes[16384];
    size_t open = n;
    double began = cpu_us();
    for (size_t i = 0; i < n; i++)
        fds[i] = (struct pollfd){bare_connect(port), POLLIN, 0};
    while (open) {
        poll(fds, (nfds_t)n, -1);
        for (size_t i = 0; i < n; i++) {
            if (fds[i].fd < 0 || !fds[i].revents)
                continue;
            if (read(fds[i].fd, bytes, sizeof bytes) > 0)
                continue;
            close(fds[i].fd);
            fds[i].fd = -1;
            open--;
        }
    }
    return (cpu_us() - began) / (double)events;
}

/* Of a model that writes without end. */
static bool bench_transfers(void)
{
    static char text[LONG + 1];
    memset(text, 'x', LONG);
    const char *args[] = {"--text", text, NULL};
    struct fake fake;
    struct buf url;
    struct stats one = {0}, many = {0};
    if (!fake_start(&fake, args))
        exit(1);
    buf_init(&url, 256);
    fake_url(&fake, &url, "/v1/completions");
    size_t events = LONG / 8 + 2;
    measure_streams(url.ptr, 1, &one); /* loads libcurl */
    stats_release(&one);
    double alone = measure_streams(url.ptr, 1, &one);
    double together = measure_streams(url.ptr, STREAMS, &many);
    double bare = measure_bare(fake.port, STREAMS, STREAMS * events);
    printf("  one stream %36.2f us per event\n", alone);
    printf("  %d streams at once %28.2f us per event, %+.2f us each\n", STREAMS,
           together, together - alone);
    printf("  %d bare sockets, bytes read alone %13.2f us per event\n", STREAMS,
           bare);
    stats_print("  a turn with one stream", &one);
    stats_print("  a turn with 100 streams", &many);
    stats_release(&one);
    stats_release(&many);
    buf_release(&url);
    return fake_stop(&fake) == 0;
}

int main(int argc, char **argv)
{
    tree_setup_memory();
    bool ok = bench_transfers();
    for (int i = 1; i + 1 < argc; i += 2)
        endings_run(argv[i], argv[i + 1], cpu_us);
    return ok ? 0 : 1;
}
