/*
 * One request and its answer: the curl handle, what it was told, and what
 * came of it. curl's own callbacks only fill `pending`; the caller's run
 * later, when curl has returned, and may therefore do as they please.
 */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include "base/buf.h"
#include "net/http.h"
#include "net/origin.h"

/*
 * How a request in HTTP/2 without TLS gets its stream. curl 7 can't use a
 * connection again that prior knowledge opened (error 16, and the connection
 * is lost), unless it is then asked for plain HTTP/2; which, where no
 * connection is left, would offer an upgrade that gRPC's servers don't take.
 * So the request may first only join a connection that is there or on its
 * way, and opens one by prior knowledge when there is none.
 *
 *   NOT_PLAIN            TLS, HTTP/1.1, or a curl that has no such trouble
 *   JOINS --no connection--> OPENS
 */
enum plain_stream { NOT_PLAIN, JOINS, OPENS };

struct transfer {
    http_id id;
    CURL *easy;
    struct origin origin;
    struct curl_slist *headers;
    char *ca_file, *cert_file; /* for sentences; or NULL */
    struct http_events events;
    void *arg;
    usec timeout, connect_timeout;
    usec deadline; /* USEC_NEVER: none */
    size_t max_bytes;

    struct buf body;    /* of the request */
    struct buf pending; /* of the answer, not delivered yet: */
    size_t taken;       /* but for these first bytes of it */
    bool held;          /* reads no more until that is delivered, */
    bool shared;        /* unless it shares its connection */
    size_t received;    /* bytes of the answer's body, decoded */
    size_t head_bytes;  /* of its header, and of those before it */
    struct buf head;    /* its lines, trailers too */

    bool http2;
    enum plain_stream stream;
    bool refused; /* no connection was there to join */
    int joins;    /* tries after the first */

    bool left;    /* nobody listens any more; see http_leave() */
    bool done;    /* curl is finished with it: `result` */
    bool retried; /* once is enough */
    CURLcode result;
    enum err stopped;    /* why our callbacks made curl stop, */
    struct why stop_why; /* and the sentence */
    char error[CURL_ERROR_SIZE];
};

/* NULL with `why` when the request can't be sent. */
struct transfer *transfer_new(http_id id, const struct http_request *request,
                              const struct http_events *events, void *arg,
                              struct why *why);

/* False without memory. */
bool transfer_add_header(struct transfer *t, const char *name,
                         const char *value);

/*
 * Read no more, or go on. Only where a connection is the transfer's own: of
 * several streams of HTTP/2 that are told to go on curl 7 wakes but one.
 */
void transfer_hold(struct transfer *t, bool hold);

/* Whether it is a stream of HTTP/2, as far as is known by now. */
bool transfer_is_stream(const struct transfer *t);

/* Whether the two can be streams of one connection. */
bool transfer_may_share(const struct transfer *a, const struct transfer *b);

/* Not while a multi handle holds `easy`. */
void transfer_free(struct transfer *t);

/*
 * Whether a kept connection was closed by the server just as it was used
 * again: the answer is then no answer, and a fresh connection will do. Makes
 * the transfer ready to be sent again, once.
 */
bool transfer_again(struct transfer *t);

/* Whether there was no connection to join. Makes it ready to be sent again,
 * to open one, or, if one `is_opened` by another transfer, to join that. */
bool transfer_opens(struct transfer *t, bool is_opened);

/* `type` holds what `content_type` points to. */
struct http_response transfer_response(const struct transfer *t, char *type,
                                       size_t size);

/* How it ended, in a word and a sentence. */
enum err transfer_verdict(const struct transfer *t, struct why *why);

#endif
