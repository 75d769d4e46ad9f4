#include "server/inner.h"
#include "base/log.h"

enum {
    REST_MS = 250, /* after the first death; four times as long each time */
    REST_MAX_MS = 30000,
    LONG_LIFE_MS = 60000, /* a death after it is the first of a row */
    LOOK_MS = 1,          /* its output ends a moment before it can be reaped */
    LAST_MS = 500,        /* for the one, once the other was seen */
};

static const char *const state_names[] = {
#define X(name) [INNER_##name] = #name,
    INNER_STATES(X)
#undef X
};

/* The only writer of `state`, so the log holds every transition. */
static void enter(struct inner *i, enum inner_state next, usec now)
{
    log_debug("wrap", "%s: %s -> %s", i->argv[0], state_names[i->state],
              state_names[next]);
    i->state = next;
    i->since = now;
}

void inner_init(struct inner *i, const char *const *argv)
{
    *i = (struct inner){.argv = argv,
                        .process = {.in = -1, .out = -1, .err = -1}};
    transport_init(&i->transport);
}

enum err inner_start(struct inner *i, usec now, struct why *why)
{
    enum err e = process_open(&i->process, i->argv, why);
    if (e)
        return e;
    transport_release(&i->transport);
    i->transport.out.max = INNER_QUEUE_MAX;
    i->heard = i->took = now;
    i->garbage = 0;
    i->closed = i->gone = i->look = 0;
    i->starts++;
    enter(i, INNER_STARTING, now);
    return OK;
}

void inner_is_up(struct inner *i, usec now)
{
    enter(i, INNER_UP, now);
}

static usec rest(unsigned deaths)
{
    usec ms = REST_MS;
    for (unsigned n = 1; n < deaths && ms < REST_MAX_MS; n++)
        ms *= 4;
    return MSEC(ms < REST_MAX_MS ? ms : REST_MAX_MS);
}

void inner_fail(struct inner *i, usec now, bool give_up)
{
    bool lived_long =
        i->state == INNER_UP && now >= i->since + MSEC(LONG_LIFE_MS);
    process_release(&i->process);
    transport_release(&i->transport);
    i->deaths = lived_long ? 1 : i->deaths + 1;
    i->rests_until = now + rest(i->deaths);
    give_up = give_up || i->deaths > INNER_DEATHS_MAX;
    enter(i, give_up ? INNER_GIVEN_UP : INNER_RESTING, now);
}

bool inner_runs(const struct inner *i)
{
    return i->state == INNER_STARTING || i->state == INNER_UP;
}

void inner_release(struct inner *i, usec patience)
{
    if (inner_runs(i)) {
        transport_flush(&i->transport, i->process.in);
        process_close_in(&i->process);
        process_wait(&i->process, patience);
    }
    process_release(&i->process);
    transport_release(&i->transport);
}

/* --- talking --- */

size_t inner_watch(const struct inner *i, struct pollfd fds[INNER_FDS],
                   bool read)
{
    size_t n = 0;
    if (!inner_runs(i))
        return 0;
    if (read && !i->closed)
        fds[n++] = (struct pollfd){i->process.out, POLLIN, 0};
    if (transport_pending(&i->transport))
        fds[n++] = (struct pollfd){i->process.in, POLLOUT, 0};
    return n;
}

enum err inner_read(struct inner *i, usec now)
{
    enum err e = transport_read(&i->transport, i->process.out);
    if (!e)
        i->heard = now;
    if (e == ERR_IO)
        i->closed = i->look = now;
    return e;
}

/* Some print a line of their own before they begin. */
enum err inner_next(struct inner *i, struct str *body, struct why *why)
{
    enum err e;
    while ((e = transport_next(&i->transport, body, why)) == ERR_REQUEST) {
        log_warn("wrap", "%s: %s", i->argv[0], why->text);
        if (++i->garbage > INNER_GARBAGE_MAX)
            return why_set(why, e, "wrote what is no message, %d times",
                           INNER_GARBAGE_MAX);
    }
    if (e == ERR_TOO_LARGE)
        why_set(why, e, "wrote a message of more than %d bytes", TRANSPORT_MAX);
    return e;
}

enum err inner_send(struct inner *i, const struct str *parts, size_t n,
                    usec now, struct why *why)
{
    if (!transport_pending(&i->transport))
        i->took = now;
    enum err e = transport_send_parts(&i->transport, parts, n);
    if (e == ERR_TOO_LARGE)
        return why_set(why, e, "leaves %zu bytes unread",
                       transport_queued(&i->transport));
    return e ? why_set(why, e, "%s", err_sentence(e)) : OK;
}

enum err inner_flush(struct inner *i, usec now)
{
    size_t before = transport_queued(&i->transport);
    if (!inner_runs(i) || !before)
        return OK;
    enum err e = transport_flush(&i->transport, i->process.in);
    if (transport_queued(&i->transport) < before)
        i->took = now;
    return e == ERR_IO ? e : OK;
}

/* --- its end --- */

bool inner_is_lost(struct inner *i, usec now, usec patience, struct why *why)
{
    if (!inner_runs(i))
        return false;
    if (process_gone(&i->process, why) && !i->gone)
        i->gone = now;
    i->look = now + MSEC(LOOK_MS);
    if (i->gone) /* what it wrote at last is taken first */
        return i->closed || now >= i->gone + MSEC(LAST_MS);
    if (i->closed && now >= i->closed + MSEC(LAST_MS)) {
        why_set(why, ERR_IO, "has closed its output");
        return true;
    }
    if (!transport_pending(&i->transport) || now < i->took + patience)
        return false;
    why_set(why, ERR_TIMEOUT, "has read nothing for %llu s",
            (unsigned long long)(patience / MSEC(1000)));
    return true;
}

usec inner_next_look(const struct inner *i, usec patience)
{
    usec next = USEC_NEVER;
    if (i->state == INNER_RESTING)
        return i->rests_until;
    if (inner_runs(i) && transport_pending(&i->transport))
        next = i->took + patience;
    bool ends = inner_runs(i) && (i->closed || i->gone);
    return ends && i->look < next ? i->look : next;
}
