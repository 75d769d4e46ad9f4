/*
 * libcurl, made ready: loaded, its TLS library begun, its multi handle made,
 * and the certificates read that are trusted. That takes 30 to 50 ms, so it is
 * done on a thread beside the loop; the multi handle passes from the one to
 * the other.
 */
#ifndef NET_SETUP_H
#define NET_SETUP_H

#include "net/curl.h"

#include <pthread.h>
#include <stdatomic.h>

struct setup {
    pthread_t thread;
    bool begun;           /* there is a thread to be joined */
    atomic_bool finished; /* which has nothing more to do */
    bool tls;             /* certificates will be wanted, */
    char *ca_file;        /* from here; NULL: the system's */
    CURLM *multi;
    struct why why; /* when there is none */
};

/* Once, before setup_end(). Without a thread the work is left to that.
 * `ca_file` as in struct http_link. */
void setup_begin(struct setup *s, bool tls, const char *ca_file);

/* Whether setup_end() would wait. */
bool setup_is_under_way(const struct setup *s);

/* The multi handle, at last. NULL with `why`; it may then be tried again. */
CURLM *setup_end(struct setup *s, struct why *why);

#endif
