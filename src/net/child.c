#include "net/child.h"
#include "base/log.h"

#include <errno.h>
#include <unistd.h>

enum {
    REST_MS = 250, /* after the first death; four times as long each time */
    REST_MAX_MS = 30000,
    LONG_LIFE_MS = 60000, /* a death after it is the first of a row */
    LOOK_MS = 1,          /* its output ends a moment before it can be reaped */
    LAST_MS = 500,        /* for the one, once the other was seen */
};

static const char *const state_names[] = {
#define X(name) [CHILD_##name] = #name,
    CHILD_STATES(X)
#undef X
};

/* The only writer of `state`, so the log holds every transition. */
static void enter(struct child *c, enum child_state next, usec now)
{
    log_debug("child", "%s: %s -> %s", c->setup.name, state_names[c->state],
              state_names[next]);
    c->state = next;
    c->since = now;
}

void child_init(struct child *c, const struct child_setup *setup)
{
    *c = (struct child){.setup = *setup,
                        .process = {.in = -1, .out = -1, .err = -1}};
    transport_init(&c->transport);
    buf_init(&c->line, CHILD_LINE_MAX);
}

enum err child_start(struct child *c, usec now, struct why *why)
{
    enum err e = process_open(&c->process, &c->setup.process, why);
    if (e)
        return e;
    transport_release(&c->transport);
    transport_limit(&c->transport, c->setup.max_message, c->setup.max_queue);
    c->transport.strict = c->setup.strict;
    buf_clear(&c->line);
    c->heard = c->took = now;
    c->garbage = 0;
    c->closed = c->gone = c->look = 0;
    c->starts++;
    enter(c, CHILD_STARTING, now);
    return OK;
}

void child_is_up(struct child *c, usec now)
{
    enter(c, CHILD_UP, now);
}

static usec rest(unsigned deaths)
{
    usec ms = REST_MS;
    for (unsigned n = 1; n < deaths && ms < REST_MAX_MS; n++)
        ms *= 4;
    return MSEC(ms < REST_MAX_MS ? ms : REST_MAX_MS);
}

void child_fail(struct child *c, usec now, bool give_up)
{
    bool lived_long =
        c->state == CHILD_UP && now >= c->since + MSEC(LONG_LIFE_MS);
    process_release(&c->process);
    transport_release(&c->transport);
    c->deaths = lived_long ? 1 : c->deaths + 1;
    c->rests_until = now + rest(c->deaths);
    give_up = give_up || c->deaths > CHILD_DEATHS_MAX;
    enter(c, give_up ? CHILD_GIVEN_UP : CHILD_RESTING, now);
}

bool child_runs(const struct child *c)
{
    return c->state == CHILD_STARTING || c->state == CHILD_UP;
}

void child_release(struct child *c, usec patience)
{
    if (child_runs(c)) {
        transport_flush(&c->transport, c->process.in);
        process_close_in(&c->process);
        process_wait(&c->process, patience);
    }
    process_release(&c->process);
    transport_release(&c->transport);
    buf_release(&c->line);
}

/* --- talking --- */

size_t child_watch(const struct child *c, struct pollfd fds[CHILD_FDS],
                   bool read)
{
    size_t n = 0;
    if (!child_runs(c))
        return 0;
    if (read && !c->closed)
        fds[n++] = (struct pollfd){c->process.out, POLLIN, 0};
    if (transport_pending(&c->transport))
        fds[n++] = (struct pollfd){c->process.in, POLLOUT, 0};
    if (c->process.err >= 0)
        fds[n++] = (struct pollfd){c->process.err, POLLIN, 0};
    return n;
}

/* --- its stderr --- */

static void log_errors_line(struct child *c, usec now)
{
    if (now >= c->minute + MSEC(60000)) {
        c->minute = now;
        c->logged = 0;
    }
    bool fits = c->logged <= CHILD_ERRORS_MAX;
    c->logged += c->line.len + 1;
    if (fits && c->logged <= CHILD_ERRORS_MAX)
        log_warn("child", "%s: %.*s", c->setup.name,
                 STR_ARG(buf_view(&c->line)));
    else if (fits)
        log_warn("child",
                 "%s: wrote more than %d bytes to stderr; the rest of this "
                 "minute is left out",
                 c->setup.name, CHILD_ERRORS_MAX);
}

/* A line ends; the last one with something in it is kept. */
static void take_errors(struct child *c, struct str bytes, usec now)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.ptr[i] == '\n' && c->line.len && !c->line_ended)
            log_errors_line(c, now);
        if (c->line_ended && bytes.ptr[i] != '\n')
            buf_clear(&c->line);
        c->line_ended = bytes.ptr[i] == '\n';
        if (!c->line_ended && bytes.ptr[i] != '\r')
            buf_append_char(&c->line, bytes.ptr[i]);
    }
}

static void read_errors(struct child *c, usec now)
{
    char chunk[4096];
    size_t most = 64 << 10;
    while (c->process.err >= 0 && most) {
        ssize_t n = read(c->process.err, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return;
        if (n == 0)
            process_close_errors(&c->process);
        take_errors(c, (struct str){chunk, (size_t)n}, now);
        most -= (size_t)n;
    }
}

struct str child_last_line(const struct child *c)
{
    return buf_view(&c->line);
}

enum err child_read(struct child *c, usec now)
{
    if (c->process.err >= 0)
        read_errors(c, now);
    if (c->closed)
        return ERR_IO;
    enum err e =
        transport_read_some(&c->transport, c->process.out, c->setup.max_turn);
    if (!e)
        c->heard = now;
    if (e == ERR_IO)
        c->closed = c->look = now;
    return e;
}

/* Some print a line of their own before they begin. */
enum err child_next(struct child *c, struct str *body, struct why *why)
{
    enum err e;
    while ((e = transport_next(&c->transport, body, why)) == ERR_REQUEST) {
        log_warn("child", "%s: %s", c->setup.name, why->text);
        c->odd = *why;
        if (++c->garbage > CHILD_GARBAGE_MAX)
            return why_set(why, e, "wrote what is no message, %d times",
                           CHILD_GARBAGE_MAX);
    }
    if (e == ERR_TOO_LARGE)
        why_set(why, e, "wrote a message of more than %zu bytes",
                c->setup.max_message);
    return e;
}

enum err child_send(struct child *c, const struct str *parts, size_t n,
                    usec now, struct why *why)
{
    if (!transport_pending(&c->transport))
        c->took = now;
    enum err e = transport_send_parts(&c->transport, parts, n);
    if (e == ERR_TOO_LARGE)
        return why_set(why, e, "leaves %zu bytes unread",
                       transport_queued(&c->transport));
    return e ? why_set(why, e, "%s", err_sentence(e)) : OK;
}

enum err child_flush(struct child *c, usec now)
{
    size_t before = transport_queued(&c->transport);
    if (!child_runs(c) || !before)
        return OK;
    enum err e = transport_flush(&c->transport, c->process.in);
    if (transport_queued(&c->transport) < before)
        c->took = now;
    return e == ERR_IO ? e : OK;
}

/* --- its end --- */

bool child_is_lost(struct child *c, usec now, usec patience, struct why *why)
{
    if (!child_runs(c))
        return false;
    if (process_gone(&c->process, why) && !c->gone)
        c->gone = now;
    c->look = now + MSEC(LOOK_MS);
    if (c->gone) /* what it wrote at last is taken first */
        return c->closed || now >= c->gone + MSEC(LAST_MS);
    if (c->closed && now >= c->closed + MSEC(LAST_MS)) {
        why_set(why, ERR_IO, "has closed its output");
        return true;
    }
    if (!transport_pending(&c->transport) || now < c->took + patience)
        return false;
    why_set(why, ERR_TIMEOUT, "has read nothing for %llu s",
            (unsigned long long)(patience / MSEC(1000)));
    return true;
}

usec child_next_look(const struct child *c, usec patience)
{
    usec next = USEC_NEVER;
    if (c->state == CHILD_RESTING)
        return c->rests_until;
    if (child_runs(c) && transport_pending(&c->transport))
        next = c->took + patience;
    bool ends = child_runs(c) && (c->closed || c->gone);
    return ends && c->look < next ? c->look : next;
}
