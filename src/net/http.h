/*
 * HTTP over one curl multi handle, and the one place where the program
 * sleeps: http_wait() also watches the caller's descriptors.
 *
 * Keys belong to their origin: redirects are never followed, there are no
 * cookies, and TLS is verified. Plain http is spoken to loopback only, unless
 * the request allows more. Loopback never goes through a proxy; for the rest
 * the request's counts, or the usual variables (https_proxy, no_proxy, …).
 *
 * The program ignores SIGPIPE: curl writes to sockets that may be closed.
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

enum {
    HTTP_RUNNING_MAX = 256,      /* transfers at a time */
    HTTP_WATCHED_MAX = 64,       /* descriptors that http_wait() takes */
    HTTP_LEAVE_MS = 250,         /* for what nobody listens to to end */
    HTTP_URL_MAX = 8 << 10,      /* bytes */
    HTTP_HEAD_MAX = 64 << 10,    /* of an answer's header, trailers included */
    HTTP_REQUEST_MAX = 16 << 20, /* of a request's body */
    HTTP_ANSWER_MAX = 16 << 20,  /* of an answer's body, unless said */
    HTTP_TURN_MAX = 16 << 10,    /* of bodies that one http_wait() delivers, */
    HTTP_SHARE_MAX = 4 << 10,    /* and of one of them before another's turn */
};

struct http_header {
    const char *name;
    const char *value; /* NULL or "": not sent, even where curl would */
};

/* How an origin is reached, where it is not the usual way. NULL or "" is. */
struct http_link {
    const char *ca_file;   /* PEM: whom to trust, instead of the system's */
    const char *cert_file; /* PEM: who we are, the chain behind it */
    const char *key_file;  /* PEM: its key; NULL: in cert_file */
    const char *proxy;     /* URL, instead of the variables; "none" */
};

struct http_request {
    const char *url;
    const char *method; /* NULL: "POST" with a body, else "GET" */
    const struct http_header *headers; /* without a Content-Type: JSON */
    size_t n_headers;
    struct str body;      /* copied */
    usec timeout;         /* whole transfer; 0 is none */
    usec connect_timeout; /* 0 is 2 s */
    size_t max_bytes;     /* of the answer's body, decoded; 0: the default */
    bool allow_plain;     /* http to other machines, too */
    const struct http_link *link; /* NULL: the usual way */
    /* HTTP/2 or nothing: with TLS as it is agreed on there, without by prior
     * knowledge. Requests to one origin are streams of one connection. */
    bool http2;
    /* Sign for AWS, version 4: "aws:amz:REGION:SERVICE", with a key that is
     * "ID:SECRET" or "ID:SECRET:TOKEN". NULL or "": do not. */
    const char *sign, *sign_with;
};

struct http_response {
    long status;              /* 0 before a status line was seen */
    const char *content_type; /* "" when there was none */
    struct str head; /* its lines, trailers included: for http_header() */
};

/* The value of a header field or, once they came, of a trailer field, without
 * blanks around it; of several of that name, the last. `ptr` is NULL when
 * there is none. Valid as long as the response. */
struct str http_header(const struct http_response *r, const char *name);

/*
 * What they are given is valid until they return. They may start and cancel
 * transfers, this one too, but neither wait nor free.
 */
struct http_events {
    /* Body bytes as they come, decoded, HTTP_SHARE_MAX at most; return false
     * to stop the transfer, which then ends with ERR_CANCELLED. */
    bool (*data)(void *arg, http_id id, const struct http_response *r,
                 struct str bytes);
    /* Once, last. ERR_NETWORK, ERR_TLS, ERR_CONNECT, ERR_SILENT, ERR_TIMEOUT,
     * ERR_TOO_LARGE, ERR_CANCELLED, ERR_MEMORY or OK (whatever the status);
     * `why` has the sentence, which begins with "host:port: ". */
    void (*end)(void *arg, http_id id, const struct http_response *r,
                enum err e, const struct why *why);
};

/* NULL without memory. curl is set up at the first request, not here, so
 * that a start without one stays quick. */
struct http *http_new(void);

/* Requests will come, over TLS or not, most of them with this `ca_file` (of
 * struct http_link): begin to set curl up, on a thread, so
 * that the first of them need not wait for it. A request that is started while
 * http_is_preparing() waits for the rest of it. */
void http_prepare(struct http *h, bool tls, const char *ca_file);
bool http_is_preparing(const struct http *h);

void http_free(struct http *h); /* ends all transfers; no callbacks run */

/* Callbacks run from http_wait() only. 0 with `why` when it can't start: no
 * such URL, plain http to another machine, a header with a line break, too
 * many transfers. The request and all it points to are borrowed for the call
 * only; `events` are copied. */
http_id http_start(struct http *h, const struct http_request *request,
                   const struct http_events *events, void *arg,
                   struct why *why);

/*
 * End it, so that the server stops; no callback runs any more. An id that is
 * over or unknown is ignored.
 *
 * HTTP/1.1 has to close the connection for it, at once. HTTP/2 resets the
 * stream, at once where others share the connection, else with the next
 * request: when none comes within HTTP_LEAVE_MS, that connection is closed,
 * too.
 */
void http_cancel(struct http *h, http_id id);

/* The same where all that matters has come: an answer that ends by itself
 * within HTTP_LEAVE_MS leaves its connection for the next. */
void http_leave(struct http *h, http_id id);

/* Give it until `timeout` from now. */
void http_extend(struct http *h, http_id id, usec timeout);

size_t http_running(const struct http *h);

/*
 * Sleep until a descriptor of `fds` is ready, a transfer moved, a signal
 * came, or `timeout_ms` passed (-1: no limit), then drive the transfers and
 * run their callbacks. `fds[i].revents` is filled in as by poll(), which also
 * reports what nobody asked for: POLLHUP, POLLERR. Works without any
 * transfer. At most HTTP_WATCHED_MAX descriptors.
 *
 * What it delivers at a time is bounded, so that a stream at full speed can't
 * keep the caller; the rest waits, unread, for the next call, which does not
 * sleep. Returns when it woke: what was done since is part of a turn.
 */
usec http_wait(struct http *h, struct pollfd *fds, size_t n, int timeout_ms);

#endif
