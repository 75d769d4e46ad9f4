/* The inner server in the loop: what it said, whether it lives, when to look
 * again. */
#include "config/keys.h"
#include "server/server.h"
#include "server/wrap.h"

enum {
    /* Bytes that the editor leaves unread, until the inner server waits. */
    EDITOR_QUEUE_MAX = 4 << 20,
    PASSING_MS = 3,  /* most answers come within it, or much later */
    PUT_OFF_MS = 50, /* that our own work waits at most */
};

usec wrap_time(const struct server *s, const char *key)
{
    const cJSON *item = json_at(s->config.json, key);
    double ms = cJSON_IsNumber(item) ? item->valuedouble : key_number(key);
    return MSEC((usec)ms);
}

static bool editor_reads(const struct server *s)
{
    return transport_queued(&s->transport) < EDITOR_QUEUE_MAX;
}

/* In the order in which it spoke; it may be lost by any of them. */
static void take_all(struct server *s)
{
    struct child *inner = &s->wrap->inner;
    struct str body;
    struct why why;
    unsigned life = inner->starts;
    enum err e;
    while (child_runs(inner) && inner->starts == life && editor_reads(s)) {
        e = child_next(inner, &body, &why);
        if (e == ERR_NOT_FOUND)
            return;
        if (e)
            wrap_lost(s, &why);
        else
            wrap_from_inner(s, body);
    }
}

size_t wrap_watch(const struct server *s, struct pollfd fds[CHILD_FDS])
{
    return s->wrap ? child_watch(&s->wrap->inner, fds, editor_reads(s)) : 0;
}

/* Its end shows in the next tick. */
void wrap_read(struct server *s)
{
    if (s->wrap && child_runs(&s->wrap->inner) && editor_reads(s))
        child_read(&s->wrap->inner, clock_now());
}

void wrap_flush(struct server *s)
{
    if (s->wrap)
        child_flush(&s->wrap->inner, clock_now());
}

/* Since when it owes an answer without a word, and nobody owes it one. */
static usec silent_since(const struct wrap *w)
{
    if (w->inner.state != CHILD_UP || !w->calls.n || w->asks.n)
        return USEC_NEVER;
    usec asked = w->calls.items[0].since;
    return asked > w->inner.heard ? asked : w->inner.heard;
}

/* A request that LSP wants to be answered by whoever does not know it: many
 * things take long, but who is alive says so. */
static void probe(struct server *s)
{
    struct wrap *w = s->wrap;
    struct rpc_id none = {{0}};
    uint32_t number = calls_add(&w->calls, &none, CALL_DROPPED, s->now);
    w->probed = true;
    wrap_request(s, number, "$/switchyard/alive", (struct str){0});
}

static void look_for_life(struct server *s)
{
    struct wrap *w = s->wrap;
    struct why why;
    usec limit = wrap_time(s, "wrap.hang_ms"), since = silent_since(w);
    if (child_is_lost(&w->inner, s->now, limit, &why)) {
        wrap_lost(s, &why);
    } else if (since == USEC_NEVER || s->now < since + limit / 2) {
        w->probed = false;
    } else if (s->now >= since + limit) {
        why_set(&why, ERR_TIMEOUT, "has answered nothing for %llu s",
                (unsigned long long)(limit / MSEC(1000)));
        wrap_lost(s, &why);
    } else if (!w->probed) {
        probe(s);
    }
}

static void start_again(struct server *s)
{
    struct wrap *w = s->wrap;
    struct rpc_id none = {{0}};
    if (w->inner.state == CHILD_RESTING && s->now >= w->inner.rests_until &&
        s->state == SERVER_RUNNING)
        wrap_initialize(s, &none, NULL);
}

static void give_up_waiting(struct server *s)
{
    struct wrap *w = s->wrap;
    struct why why;
    usec limit = wrap_time(s, "wrap.start_ms");
    if (w->inner.state == CHILD_STARTING && s->now >= w->inner.since + limit) {
        why_set(&why, ERR_TIMEOUT, "did not answer initialize within %llu s",
                (unsigned long long)(limit / MSEC(1000)));
        wrap_lost(s, &why);
    }
    if (w->parting && s->now >= w->parted_by)
        wrap_lost(s, NULL);
}

void wrap_tick(struct server *s)
{
    if (!s->wrap)
        return;
    take_all(s);
    look_for_life(s);
    give_up_waiting(s);
    start_again(s);
    joints_tick(s);
    wrap_flush(s);
}

usec wrap_expects_until(const struct server *s)
{
    const struct wrap *w = s->wrap;
    return w && w->passed ? w->passed + MSEC(PASSING_MS) : 0;
}

usec wrap_passing_until(const struct server *s)
{
    bool passing = s->wrap && s->wrap->put_off && s->state == SERVER_RUNNING;
    return passing ? wrap_expects_until(s) : 0;
}

/* Completions of ours are waited for, too. */
bool wrap_is_passing(struct server *s)
{
    struct wrap *w = s->wrap;
    if (!w)
        return false;
    bool passing = s->now < wrap_expects_until(s) && !w->wanted &&
                   !(s->engine && engine_waiting(s->engine));
    if (!w->put_off && passing)
        w->put_off = s->now;
    if (passing && s->now < w->put_off + MSEC(PUT_OFF_MS))
        return true;
    w->put_off = 0;
    return false;
}

static usec earlier(usec a, usec b)
{
    return a < b ? a : b;
}

usec wrap_next(const struct server *s)
{
    const struct wrap *w = s->wrap;
    if (!w || w->inner.state == CHILD_OFF)
        return USEC_NEVER;
    usec limit = wrap_time(s, "wrap.hang_ms");
    usec next = earlier(child_next_look(&w->inner, limit), joints_next(s));
    usec since = silent_since(w);
    if (since != USEC_NEVER)
        next = earlier(next, since + (w->probed ? limit : limit / 2));
    if (w->inner.state == CHILD_STARTING)
        next = earlier(next, w->inner.since + wrap_time(s, "wrap.start_ms"));
    return w->parting ? earlier(next, w->parted_by) : next;
}

cJSON *wrap_status(const struct server *s)
{
    static const char *const states[] = {"off", "starting", "up", "resting",
                                         "given up"};
    const struct wrap *w = s->wrap;
    if (!w)
        return NULL;
    cJSON *o = cJSON_CreateObject();
    bool ok = json_add_str(o, "command", str_from(w->inner.setup.name));
    ok &= json_add_str(o, "state", str_from(states[w->inner.state]));
    ok &= json_add(o, "starts", cJSON_CreateNumber(w->inner.starts));
    ok &= json_add(o, "waiting", cJSON_CreateNumber((double)w->calls.n));
    return json_keep(o, ok);
}
