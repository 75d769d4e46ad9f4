/*
 * HTTP over one curl multi handle, and the one place where the program
 * sleeps: http_wait() also watches the caller's descriptors.
 *
 * Keys belong to their origin: redirects are never followed. TLS is verified.
 * Plain http is spoken to loopback only, unless the provider allows it.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

#include <poll.h>
#include <stdint.h>

struct http;
typedef uint64_t http_id; /* 0 is no transfer; never used twice */

struct http_header {
    const char *name;
    const char *value;
};

struct http_request {
    const char *url;
    const char *method;         /* "POST" with a body, else "GET" */
    const struct http_header *headers;
    size_t n_headers;
    struct str body;            /* copied */
    usec timeout;               /* whole transfer; 0 is none */
    usec connect_timeout;       /* 0 is 2 s */
    size_t max_bytes;           /* of the answer's body, decoded */
};

struct http_response {
    long status;                /* 0 before a status line was seen */
    const char *content_type;   /* "" when there was none */
    usec retry_after;           /* from Retry-After; 0 when absent */
};

struct http_events {
    /* Body bytes as they come; return false to stop the transfer, which then
     * ends with ERR_CANCELLED. */
    bool (*data)(void *arg, http_id id, const struct http_response *r,
                 struct str bytes);
    /* Once, last. ERR_NETWORK, ERR_TIMEOUT, ERR_TOO_LARGE, ERR_CANCELLED or
     * OK (whatever the status); `why` has the sentence. */
    void (*end)(void *arg, http_id id, const struct http_response *r,
                enum err e, const struct why *why);
};

/* NULL without memory. curl is set up at the first request, not here, so
 * that a start without one stays quick. */
struct http *http_new(void);
void http_free(struct http *h); /* ends all transfers; no callbacks run */

/* Callbacks run from http_wait() only. 0 with `why` when it can't start. */
http_id http_start(struct http *h, const struct http_request *request,
                   const struct http_events *events, void *arg,
                   struct why *why);

/* Close it at once, so that the server sees the disconnect; no callback runs
 * any more. An id that is over or unknown is ignored. */
void http_cancel(struct http *h, http_id id);

size_t http_running(const struct http *h);

/*
 * Sleep until a descriptor of `fds` is ready, a transfer moved, or
 * `timeout_ms` passed (-1: no limit), then drive the transfers and run their
 * callbacks. `fds[i].revents` is filled in. Works without any transfer.
 */
void http_wait(struct http *h, struct pollfd *fds, size_t n, int timeout_ms);

#endif
