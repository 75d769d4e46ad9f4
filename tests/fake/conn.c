#include "fake/conn.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS; main() ignores SIGPIPE */
#endif

enum {
    IN_MAX = 64 << 20,
    OUT_MAX = 128 << 20,
    READ_SIZE = 64 << 10,
    FILLS = 4
};

void conn_init(struct conn *c, struct fake_server *s, int fd)
{
    *c = (struct conn){.fd = fd, .number = ++s->connections};
    buf_init(&c->in, IN_MAX);
    buf_init(&c->out, OUT_MAX);
    answer_init(&c->answer);
    events_add(&s->events, "connect", c->number, clock_now());
}

static void hang_up(struct conn *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->answering = false;
}

void conn_release(struct conn *c)
{
    hang_up(c);
    buf_release(&c->in);
    buf_release(&c->out);
    answer_release(&c->answer);
}

/* A close that the other side sees as ECONNRESET. */
static void reset(struct conn *c)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    hang_up(c);
}

static void gone(struct conn *c, struct fake_server *s)
{
    if (c->answering)
        events_add(&s->events, "disconnect", c->n, clock_now());
    else
        events_add(&s->events, "close", c->number, clock_now());
    hang_up(c);
}

static void receive(struct conn *c, struct fake_server *s)
{
    char bytes[READ_SIZE];
    for (;;) {
        ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            gone(c, s);
            return;
        }
        if (!c->in.len)
            c->first_in = clock_now();
        if (!buf_append(&c->in, (struct str){bytes, (size_t)n})) {
            hang_up(c);
            return;
        }
    }
}

static void send_out(struct conn *c, struct fake_server *s)
{
    while (c->fd >= 0 && c->sent < c->out.len) {
        usec before = clock_now();
        ssize_t n = send(c->fd, c->out.ptr + c->sent, c->out.len - c->sent,
                         MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n < 0) {
            gone(c, s);
            return;
        }
        if (!c->first_out && c->answering)
            events_add(&s->events, "first-byte-out", c->n, before);
        c->first_out = true;
        c->sent += (size_t)n;
    }
    buf_clear(&c->out);
    c->sent = 0;
}

static void report(struct conn *c, struct fake_server *s,
                   const struct request *r, usec at)
{
    events_open(&s->events, "request", c->n, at);
    buf_printf(&s->events.waiting, ",\"connection\":%u,\"first_us\":%" PRIu64,
               c->number, c->first_in);
    request_print(r, &s->events.waiting);
    events_close(&s->events);
}

/* Begin to answer the request at the start of `in`, if it is all there. */
static bool begin(struct conn *c, struct fake_server *s)
{
    struct request r;
    usec at = clock_now();
    long length = request_read(buf_view(&c->in), &r);
    if (length == REQUEST_PARTIAL)
        return false;
    if (length == REQUEST_BAD) {
        reset(c);
        return false;
    }
    c->n = ++s->requests;
    c->answering = true;
    c->first_out = false;
    report(c, s, &r, at);
    answer_start(&c->answer, &r, &s->options, c->served++ > 0);
    c->after = answer_go(&c->answer, &c->out, at);
    send_out(c, s);
    request_release(&r);
    buf_splice(&c->in, 0, (size_t)length, (struct str){0});
    return c->fd >= 0;
}

/* What `after` asks for, all bytes being sent. True to look again. */
static bool proceed(struct conn *c, struct fake_server *s, usec now)
{
    switch (c->after) {
    case AFTER_PAUSE:
        if (now < c->answer.wake)
            return false;
        /* fall through */
    case AFTER_MORE:
        c->after = answer_go(&c->answer, &c->out, now);
        send_out(c, s);
        return true;
    case AFTER_HOLD:
    case AFTER_TOLD:
        return false;
    case AFTER_RESET:
        reset(c);
        return false;
    case AFTER_CLOSE:
    case AFTER_DONE:
        events_add(&s->events, "done", c->n, clock_now());
        c->answering = false;
        if (c->after == AFTER_CLOSE)
            hang_up(c);
        return true;
    }
    return false;
}

void conn_turn(struct conn *c, struct fake_server *s, short revents, usec now)
{
    if (revents & (POLLIN | POLLHUP | POLLERR))
        receive(c, s);
    if (c->fd >= 0 && revents & POLLOUT)
        send_out(c, s);
    bool again = true;
    /* An answer without end must not keep the other clients waiting. */
    for (int fills = 0; again && c->fd >= 0 && !c->out.len; fills++) {
        if (c->answering && c->after == AFTER_MORE && fills >= FILLS)
            return;
        if (c->answering)
            again = proceed(c, s, now);
        else
            again = c->in.len && begin(c, s);
    }
}

short conn_events(const struct conn *c)
{
    return c->out.len ? POLLIN | POLLOUT : POLLIN;
}

usec conn_wake(const struct conn *c)
{
    if (!c->answering || c->out.len)
        return USEC_NEVER;
    return c->after == AFTER_PAUSE  ? c->answer.wake
           : c->after == AFTER_MORE ? 0
                                    : USEC_NEVER;
}

void conn_tell(struct conn *c)
{
    if (c->answering && c->after == AFTER_TOLD)
        c->after = AFTER_MORE;
}
