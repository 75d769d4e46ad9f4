#include "net/http.h"
#include "base/log.h"
#include "net/setup.h"
#include "net/streams.h"
#include "net/transfer.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONTENT_TYPE_MAX = 128,
    KEPT_MAX = 16 << 10, /* bytes of a buffer that stay for the next piece */
};

struct http {
    struct setup setup;
    CURLM *multi; /* NULL before the first request */
    http_id last; /* the newest that was given out */
    struct transfer *running[HTTP_RUNNING_MAX]; /* in the order of their ids */
    size_t n_running;
    char delivered[HTTP_SHARE_MAX]; /* what a callback is looking at */
    http_id served;                 /* whose turn it was last */
    bool backlog;                   /* something is left for the next turn, */
    bool full; /* and so much that curl is not asked for more */
    bool delivering;
    struct streams streams;
};

struct http *http_new(void)
{
    return calloc(1, sizeof(struct http));
}

void http_prepare(struct http *h, bool tls, const char *ca_file)
{
    if (!h->multi)
        setup_begin(&h->setup, tls, ca_file);
}

bool http_is_preparing(const struct http *h)
{
    return !h->multi && setup_is_under_way(&h->setup);
}

static bool set_up(struct http *h, struct why *why)
{
    if (!h->multi)
        h->multi = setup_end(&h->setup, why);
    return h->multi;
}

size_t http_running(const struct http *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n_running; i++)
        n += !h->running[i]->left;
    return n;
}

/* The place of `id`, or n_running. */
static size_t place_of(const struct http *h, http_id id)
{
    size_t i = 0;
    while (i < h->n_running && h->running[i]->id != id)
        i++;
    return i;
}

static struct transfer *find(const struct http *h, http_id id)
{
    size_t i = place_of(h, id);
    return i < h->n_running && !h->running[i]->left ? h->running[i] : NULL;
}

/*
 * Streams beside it keep an HTTP/2 connection open, and curl would send the
 * reset of this one only when one of them moves. A change of a stream's
 * window makes it write at once.
 */
static void flush_streams(struct http *h, const struct transfer *gone)
{
    bool streams = gone->origin.tls || gone->http2;
    for (size_t i = 0; streams && i < h->n_running; i++) {
        struct transfer *t = h->running[i];
        if (strcmp(t->origin.where, gone->origin.where))
            continue;
        curl_easy_pause(t->easy, CURLPAUSE_RECV);
        if (!t->held)
            curl_easy_pause(t->easy, CURLPAUSE_CONT);
    }
}

/* Take it out of the table and out of curl, and free it. `keep` its
 * connection, or close it. */
static void drop(struct http *h, struct transfer *t, bool keep)
{
    size_t i = place_of(h, t->id);
    bool over = t->done && !t->result;
    assert(i < h->n_running);
    for (h->n_running--; i < h->n_running; i++)
        h->running[i] = h->running[i + 1];
    if (!keep)
        curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
    curl_multi_remove_handle(h->multi, t->easy);
    if (!over)
        flush_streams(h, t);
    transfer_free(t);
}

/* --- what nobody listens to any more */

/*
 * A stream is reset by what is written next on its connection. Before its
 * answer begins the origin's last one tells. Where HTTP/2 is spoken without
 * TLS, curl 7 uses no connection twice.
 */
static bool is_stream(const struct http *h, const struct transfer *t)
{
    return t->origin.tls &&
           (streams_has(&h->streams, t->origin.where) || transfer_is_stream(t));
}

static bool has_sibling(const struct http *h, const struct transfer *t)
{
    for (size_t i = 0; i < h->n_running; i++) {
        const struct transfer *other = h->running[i];
        if (transfer_may_share(t, other) && !other->done && is_stream(h, other))
            return true;
    }
    return false;
}

static void leave(struct transfer *t)
{
    usec end = clock_now() + MSEC(HTTP_LEAVE_MS);
    t->left = true;
    t->deadline = end < t->deadline ? end : t->deadline;
    buf_clear(&t->pending);
    t->taken = 0;
}

/* End it in the way that costs least. */
static void let_go(struct http *h, struct transfer *t)
{
    if (t->done)
        drop(h, t, !t->result);
    else if (!is_stream(h, t))
        drop(h, t, false);
    else if (has_sibling(h, t))
        drop(h, t, true);
    else
        leave(t);
}

/* Those that are over or late go; so do streams that `next`, or NULL, will
 * reset. */
static void sweep(struct http *h, const struct transfer *next, usec now)
{
    for (size_t i = 0; i < h->n_running;) {
        struct transfer *t = h->running[i];
        bool reset = next && is_stream(h, t) && transfer_may_share(t, next);
        if (t->left && (reset || t->done || now >= t->deadline))
            drop(h, t, reset || (t->done && !t->result));
        else
            i++;
    }
}

void http_free(struct http *h)
{
    if (!h)
        return;
    assert(!h->delivering);
    while (h->n_running)
        drop(h, h->running[0], false);
    struct why ignored;
    if (h->setup.begun)
        set_up(h, &ignored);
    if (h->multi) {
        curl_multi_cleanup(h->multi);
        curl_global_cleanup();
    }
    free(h);
}

http_id http_start(struct http *h, const struct http_request *request,
                   const struct http_events *events, void *arg, struct why *why)
{
    if (h->n_running == HTTP_RUNNING_MAX) {
        why_set(why, ERR_TOO_LARGE, "%d requests are under way already",
                HTTP_RUNNING_MAX);
        return 0;
    }
    if (!set_up(h, why))
        return 0;
    struct transfer *t = transfer_new(h->last + 1, request, events, arg, why);
    if (!t)
        return 0;
    sweep(h, t, clock_now());
    CURLMcode bad = curl_multi_add_handle(h->multi, t->easy);
    if (bad) {
        why_set(why, ERR_MEMORY, "%s: %s", t->origin.where,
                curl_multi_strerror(bad));
        transfer_free(t);
        return 0;
    }
    t->deadline =
        request->timeout ? clock_now() + request->timeout : USEC_NEVER;
    log_debug("net", "#%" PRIu64 " to %s: %zu bytes", t->id, t->origin.where,
              t->body.len);
    h->running[h->n_running++] = t;
    h->last = t->id;
    return t->id;
}

void http_cancel(struct http *h, http_id id)
{
    struct transfer *t = find(h, id);
    if (!t)
        return;
    log_debug("net", "#%" PRIu64 " cancelled after %zu bytes", id, t->received);
    let_go(h, t);
}

void http_leave(struct http *h, http_id id)
{
    struct transfer *t = find(h, id);
    if (t && t->done)
        let_go(h, t);
    else if (t)
        leave(t);
}

/* Whether another transfer is just opening the connection that `t` wants. */
static bool is_opened(const struct http *h, const struct transfer *t)
{
    for (size_t i = 0; i < h->n_running; i++) {
        const struct transfer *other = h->running[i];
        if (other->stream == OPENS && !other->done && !other->head_bytes &&
            !strcmp(other->origin.where, t->origin.where))
            return true;
    }
    return false;
}

void http_extend(struct http *h, http_id id, usec timeout)
{
    struct transfer *t = find(h, id);
    if (t)
        t->deadline = clock_now() + timeout;
}

static void settle(struct http *h, struct transfer *t, CURLcode result)
{
    t->done = true;
    t->result = result;
    if (t->left)
        return;
    bool opens = transfer_opens(t, is_opened(h, t));
    if (!opens && !transfer_again(t))
        return;
    log_debug("net", "#%" PRIu64 " %s", t->id,
              opens ? "has no connection to join" : "again on a fresh one");
    curl_multi_remove_handle(h->multi, t->easy);
    if (curl_multi_add_handle(h->multi, t->easy))
        t->done = true;
}

/* Let curl read and write; what came is left in the transfers. */
static void drive(struct http *h)
{
    int n;
    CURLMcode bad = curl_multi_perform(h->multi, &n);
    CURLMsg *m;
    while ((m = curl_multi_info_read(h->multi, &n))) {
        struct transfer *t = NULL;
        CURLcode result = m->data.result; /* gone once the handle is */
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        if (m->msg == CURLMSG_DONE && t)
            settle(h, t, result);
    }
    if (!bad)
        return;
    log_error("net", "curl gave up: %s", curl_multi_strerror(bad));
    for (size_t i = 0; i < h->n_running; i++) {
        h->running[i]->done = true;
        h->running[i]->result = CURLE_FAILED_INIT;
    }
}

static void end(struct http *h, struct transfer *t, enum err e,
                const struct http_response *r, const struct why *why)
{
    log_debug("net", "#%" PRIu64 " %s, status %ld, %zu bytes %s", t->id,
              err_name(e), r->status, t->received, why->text);
    struct http_events events = t->events;
    void *arg = t->arg;
    http_id id = t->id;
    /* First, so that a new transfer finds the connection free. */
    if (e == ERR_CANCELLED)
        let_go(h, t);
    else
        drop(h, t, e == OK);
    events.end(arg, id, r, e, why);
}

static size_t waiting(const struct transfer *t)
{
    return t->pending.len - t->taken;
}

/* Take the next bytes off; they stay valid in `delivered`. */
static struct str take_share(struct http *h, struct transfer *t)
{
    struct str share =
        str_sub(buf_view(&t->pending), t->taken, t->taken + HTTP_SHARE_MAX);
    memcpy(h->delivered, share.ptr, share.len);
    t->taken += share.len;
    if (waiting(t))
        return (struct str){h->delivered, share.len};
    t->taken = 0;
    buf_clear(&t->pending);
    if (t->pending.cap > KEPT_MAX)
        buf_release(&t->pending);
    return (struct str){h->delivered, share.len};
}

/* The data callback may cancel its transfer: it looks at bytes that are not
 * the transfer's any more. True when more is to be done with it. */
static bool deliver_data(struct http *h, struct transfer *t,
                         const struct http_response *r)
{
    http_id id = t->id;
    bool go_on = t->events.data(t->arg, id, r, take_share(h, t));
    t = find(h, id);
    if (!t || go_on)
        return t;
    struct why why;
    why_set(&why, ERR_CANCELLED, "%s: stopped by the reader", t->origin.where);
    end(h, t, ERR_CANCELLED, r, &why);
    return false;
}

/* Its callbacks may cancel it, and still look at the header. */
static void deliver_one(struct http *h, struct transfer *t)
{
    char type[CONTENT_TYPE_MAX];
    struct http_response r = transfer_response(t, type, sizeof type);
    struct buf head = t->head;
    struct why why;
    buf_init(&t->head, head.max);
    if (waiting(t) && !deliver_data(h, t, &r)) {
        buf_release(&head);
    } else if (t->done && !waiting(t)) {
        enum err e = transfer_verdict(t, &why);
        end(h, t, e, &r, &why);
        buf_release(&head);
    } else {
        t->head = head;
    }
}

/*
 * Deadlines are kept here, not by curl: it would keep the connection of an
 * HTTP/2 stream that is late, and the server would go on writing.
 */
static void expire(struct http *h, usec now)
{
    for (size_t i = 0; i < h->n_running; i++) {
        struct transfer *t = h->running[i];
        if (t->done || t->left || t->deadline > now)
            continue;
        t->done = true;
        t->result = CURLE_OPERATION_TIMEDOUT;
    }
}

static usec next_deadline(const struct http *h)
{
    usec next = USEC_NEVER;
    for (size_t i = 0; i < h->n_running; i++)
        if (h->running[i]->deadline < next)
            next = h->running[i]->deadline;
    return next;
}

/* Callbacks change the table: the next is found by its id each time. All
 * take turns, in the order of their ids. */
static struct transfer *next_ready(const struct http *h)
{
    struct transfer *first = NULL;
    for (size_t i = 0; i < h->n_running; i++) {
        struct transfer *t = h->running[i];
        if (t->left || (!t->done && !waiting(t)))
            continue;
        if (t->id > h->served)
            return t;
        if (!first)
            first = t;
    }
    return first;
}

static void deliver(struct http *h)
{
    struct transfer *t;
    size_t left = HTTP_TURN_MAX;
    h->delivering = true;
    while (left >= HTTP_SHARE_MAX && (t = next_ready(h))) {
        size_t most = waiting(t);
        h->served = t->id;
        left -= most < HTTP_SHARE_MAX ? most : HTTP_SHARE_MAX;
        deliver_one(h, t);
    }
    h->delivering = false;
}

/* Whoever's bytes were not all delivered reads no more until they are; where
 * that can't be said to one stream alone, nobody does. */
static void hold_back(struct http *h)
{
    h->backlog = next_ready(h);
    h->full = false;
    for (size_t i = 0; i < h->n_running; i++) {
        struct transfer *t = h->running[i];
        if (!t->done)
            transfer_hold(t, waiting(t) > 0);
        h->full = h->full || (t->shared && waiting(t) > HTTP_TURN_MAX);
    }
}

static void look(struct pollfd *fds, size_t n, int timeout_ms)
{
    if (poll(fds, (nfds_t)n, timeout_ms) >= 0)
        return;
    for (size_t i = 0; i < n; i++)
        fds[i].revents = 0;
}

static void sleep_in_curl(struct http *h, const struct pollfd *fds, size_t n,
                          int timeout_ms)
{
    int deadline_ms = clock_wait_ms(clock_now(), next_deadline(h));
    if (deadline_ms >= 0 && (timeout_ms < 0 || deadline_ms < timeout_ms))
        timeout_ms = deadline_ms;
    struct curl_waitfd watched[HTTP_WATCHED_MAX];
    unsigned count = 0;
    for (size_t i = 0; i < n; i++) {
        if (fds[i].fd < 0)
            continue;
        int events = (fds[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
                     (fds[i].events & POLLPRI ? CURL_WAIT_POLLPRI : 0) |
                     (fds[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0);
        watched[count++] = (struct curl_waitfd){
            .fd = fds[i].fd,
            .events = (short)events,
        };
    }
    curl_multi_poll(h->multi, watched, count,
                    timeout_ms < 0 ? INT_MAX : timeout_ms, NULL);
}

usec http_wait(struct http *h, struct pollfd *fds, size_t n, int timeout_ms)
{
    assert(!h->delivering && n <= HTTP_WATCHED_MAX);
    if (!h->n_running) {
        look(fds, n, timeout_ms);
        return clock_now();
    }
    sleep_in_curl(h, fds, n, h->backlog ? 0 : timeout_ms);
    usec woke = clock_now();
    /* curl does not tell a hang-up from input. */
    look(fds, n, 0);
    if (!h->full)
        drive(h);
    for (size_t i = 0; i < h->n_running; i++)
        if (transfer_is_stream(h->running[i]))
            streams_note(&h->streams, h->running[i]->origin.where);
    expire(h, clock_now());
    sweep(h, NULL, clock_now());
    deliver(h);
    hold_back(h);
    return woke;
}
