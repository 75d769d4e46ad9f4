#include "net/setup.h"
#include "base/image.h"
#include "base/str.h"
#include "base/thread.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    IDLE_CONNECTIONS = 16,
    TRUST_MS = 500, /* for the certificates to be read */
};

static CURLM *make_multi(struct why *why)
{
    CURLM *multi = NULL;
    if (curl_load(why))
        return NULL;
    if (!curl_global_init(CURL_GLOBAL_DEFAULT)) {
        multi = curl_multi_init();
        if (!multi)
            curl_global_cleanup();
    }
    if (multi)
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS);
    else
        why_set(why, ERR_MEMORY, "curl could not be set up");
    return multi;
}

/* --- the certificates */

/* A socket of our own to connect to, and its address. */
static int listen_here(struct sockaddr_in *at)
{
    socklen_t size = sizeof *at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *at = (struct sockaddr_in){.sin_family = AF_INET};
    at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && !bind(fd, (struct sockaddr *)at, size) && !listen(fd, 1) &&
        !getsockname(fd, (struct sockaddr *)at, &size) &&
        !fcntl(fd, F_SETFL, O_NONBLOCK))
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Until the first words of TLS come out at the other end. */
static void say_hello(CURLM *multi, int listener)
{
    struct pollfd end = {-1, POLLIN, 0};
    int running = 1;
    for (int ms = 0; running && ms < TRUST_MS; ms++) {
        curl_multi_perform(multi, &running);
        if (end.fd < 0)
            end.fd = accept(listener, NULL, NULL);
        if (poll(&end, 1, 1) != 0)
            break;
    }
    if (end.fd >= 0)
        close(end.fd);
}

/*
 * curl reads the certificates when it begins to speak TLS, and keeps them in
 * the multi handle: it begins here, with a socket that will not answer.
 */
static void read_certificates(CURLM *multi, const char *ca_file)
{
    struct sockaddr_in at;
    char url[64];
    int listener = listen_here(&at);
    CURL *easy = listener < 0 ? NULL : curl_easy_init();
    if (easy) {
        snprintf(url, sizeof url, "https://127.0.0.1:%d/", ntohs(at.sin_port));
        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_trust_bundle(easy);
        if (ca_file) {
            curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
            curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
        }
        if (!curl_multi_add_handle(multi, easy)) {
            say_hello(multi, listener);
            curl_multi_remove_handle(multi, easy);
        }
        curl_easy_cleanup(easy);
    }
    if (listener >= 0)
        close(listener);
}

/* --- the thread */

static void *work(void *arg)
{
    struct setup *s = arg;
    s->multi = make_multi(&s->why);
    if (s->multi && s->tls)
        read_certificates(s->multi, s->ca_file);
    image_let_go(); /* of what thirty libraries are linked with: 5 MiB */
    atomic_store(&s->finished, true);
    return NULL;
}

void setup_begin(struct setup *s, bool tls, const char *ca_file)
{
    if (s->begun || s->multi)
        return;
    s->tls = tls;
    if (ca_file && *ca_file)
        s->ca_file = str_dup(str_from(ca_file));
    s->begun = thread_begin(&s->thread, work, s);
}

bool setup_is_under_way(const struct setup *s)
{
    return s->begun && !atomic_load(&s->finished);
}

CURLM *setup_end(struct setup *s, struct why *why)
{
    if (s->begun) {
        pthread_join(s->thread, NULL);
        s->begun = false;
        atomic_store(&s->finished, false);
    } else if (!s->multi) {
        s->multi = make_multi(&s->why);
    }
    free(s->ca_file);
    s->ca_file = NULL;
    if (!s->multi)
        *why = s->why;
    return s->multi;
}
