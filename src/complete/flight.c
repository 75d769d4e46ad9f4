#include "complete/flight.h"
#include "base/log.h"
#include "complete/flight_chain.h"
#include "complete/flight_text.h"
#include "complete/prompt.h"
#include "doc/query.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TREE_PATIENCE_MS = 100,
    QUERIES_PATIENCE_MS = 30,
    READ_PATIENCE_MS = 250,
};

static const char *const state_names[] = {
#define X(name) #name,
    FLIGHT_STATES(X)
#undef X
};

static usec sooner(usec a, usec b)
{
    return a < b ? a : b;
}

/* The only writer of `state`, so that the log holds every transition. */
static void enter(struct flight *f, enum flight_state next)
{
    assert(f->state != FLIGHT_LANDED);
    log_debug("flight", "#%llu %s -> %s", (unsigned long long)f->id,
              state_names[f->state], state_names[next]);
    f->state = next;
}

struct flight *flight_new(uint64_t id, struct table *table,
                          const struct ask *ask, usec now)
{
    struct flight *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->id = id;
    f->table = table_ref(table);
    f->generation = ask->doc->generation;
    f->origin = ask->offset;
    f->trigger = ask->trigger;
    f->started = f->due = now;
    f->orphaned = USEC_NEVER;
    f->bill = bill_none;
    f->uri = str_dup(str_from(ask->doc->uri));
    f->root = str_dup(ask->root);
    f->branch = str_dup(ask->branch);
    f->wall = ask->wall;
    f->typing_speed = ask->typing_speed;
    f->accept_rate = ask->accept_rate;
    buf_init(&f->typed, CACHE_TYPED);
    buf_init(&f->text, CALL_TEXT_MAX);
    leg_init(&f->lead, NULL, 0, now);
    if (f->uri && f->root && f->branch)
        return f;
    flight_free(f, NULL);
    return NULL;
}

void flight_free(struct flight *f, const struct flight_deps *deps)
{
    if (!f)
        return;
    if (deps) {
        leg_settle(f, &f->lead, deps);
        leg_drop(&f->lead, deps);
    }
    leg_hang_up(&f->lead, deps);
    leg_release(&f->lead);
    table_unref(f->table);
    buf_release(&f->typed);
    buf_release(&f->text);
    free(f->uri);
    free(f->root);
    free(f->branch);
    free(f);
}

void flight_cut(struct flight *f, const struct flight_deps *deps, usec now)
{
    leg_cut(f, &f->lead, deps, ERR_CANCELLED, NULL, now);
}

static void land(struct flight *f, const struct flight_deps *deps)
{
    leg_hang_up(&f->lead, deps);
    enter(f, FLIGHT_LANDED);
}

/* --- attempts */

static void fail(struct flight *f, const struct flight_deps *deps, enum err e,
                 const struct why *why, usec now)
{
    struct leg *l = &f->lead;
    struct bill bill = leg_settle(f, l, deps);
    leg_blame(l, deps, e, now);
    leg_hang_up(l, deps);
    leg_note(f, l, failure_is(e) ? e : ERR_INTERNAL, why, &bill, now);
    f->hopeless = failure_is(e) && !(failure_may(e) & FAILURE_NEXT);
}

static void finish_call(struct flight *f, const struct flight_deps *deps,
                        const struct document *doc, struct str raw, usec now)
{
    struct leg *l = &f->lead;
    flight_finish(f, doc, raw);
    struct bill bill = leg_settle(f, l, deps);
    f->first_text = l->call.first_text;
    leg_praise(f, l, deps, &bill, now);
    leg_note(f, l, OK, NULL, &bill, now);
    land(f, deps);
}

/* --- asking */

static void ask_builtin(struct flight *f, const struct flight_deps *deps,
                        const struct document *doc, usec now)
{
    struct call *c = &f->lead.call;
    flight_predict(f, deps, doc);
    usec after = clock_now();
    c->first_text = f->first_text = after > now ? after : now;
    leg_note(f, &f->lead, OK, NULL, &bill_none, f->first_text);
    land(f, deps);
}

static bool ask_remote(struct flight *f, const struct flight_deps *deps,
                       const struct document *doc, usec now)
{
    struct why why = {{0}};
    f->again = 0;
    extent_scan_init(&f->lead.call.scan, doc, f->origin, f->seen.extent);
    enum err e = leg_start(f, &f->lead, deps, doc, now, &why);
    if (e)
        fail(f, deps, e, &why, now);
    return !e;
}

static bool wait_for_the_last(struct flight *f)
{
    if (!f->again)
        return false;
    f->pause = f->again;
    flight_return(f, f->again_at);
    f->again = 0;
    f->asked_again = true;
    return true;
}

static void leave_out(struct candidate *c, const char *reason)
{
    c->excluded = true;
    snprintf(c->reason, sizeof c->reason, "%.*s", (int)sizeof c->reason - 1,
             reason);
}

/* Whether a candidate whose turn it is may not be asked. */
static bool is_skipped(struct flight *f, const struct flight_deps *deps,
                       size_t place, usec now)
{
    struct candidate *c = &f->decision.chain[place];
    struct why why;
    if (c->excluded || !c->model->dialect)
        return c->excluded;
    if (f->hopeless || now >= f->deadline)
        return true;
    if (flight_may_ask(f, deps, place, now, &why))
        return false;
    leave_out(c, why.text);
    return true;
}

/* True when one is under way, or has answered. */
static bool ask(struct flight *f, const struct flight_deps *deps,
                const struct document *doc, size_t place, usec now)
{
    const struct model *m = f->decision.chain[place].model;
    bool full = m->dialect && !fleet_has_place(deps->fleet, m);
    if (full && flight_has_another(f, deps, true, now))
        return false;
    leg_release(&f->lead);
    leg_init(&f->lead, m, place, now);
    f->lead.until = flight_share(f, now);
    if (m->dialect && !full)
        return ask_remote(f, deps, doc, now);
    if (full)
        leg_queue(&f->lead, deps);
    else
        ask_builtin(f, deps, doc, now);
    return true;
}

/*
 * Ask candidates until one is under way or the built-in model has answered,
 * which it always does at the end of a chain. What was typed along the stream
 * of one that failed stands in the document: the next is asked behind it.
 */
static void ask_next(struct flight *f, const struct flight_deps *deps,
                     const struct document *doc, usec now)
{
    size_t place;
    if (f->state != FLIGHT_ASKING)
        enter(f, FLIGHT_ASKING);
    f->origin += f->typed.len;
    buf_clear(&f->typed);
    f->pause = 0;
    while ((place = flight_place(f)) < f->decision.n) {
        if (!f->decision.chain[place].model->dialect && wait_for_the_last(f))
            return;
        flight_pass(f, place);
        if (!is_skipped(f, deps, place, now) && ask(f, deps, doc, place, now))
            return;
    }
    land(f, deps);
}

/* --- the tick */

static void decide_now(struct flight *f, const struct flight_deps *deps,
                       struct document *doc, usec now)
{
    struct ask ask = {
        .doc = doc,
        .offset = f->origin,
        .trigger = f->trigger,
        .root = str_from(f->root),
        .branch = str_from(f->branch),
        .wall = f->wall,
        .typing_speed = f->typing_speed,
        .accept_rate = f->accept_rate,
        .recent = deps->recent,
        .now = now,
    };
    const struct options *o;
    observe(&ask, &f->seen);
    decide(f->table, &f->seen.task, deps->fleet, now, &f->decision);
    o = &f->decision.ruling.options;
    if (o->multiline == MULTILINE_NEVER)
        f->seen.extent = EXTENT_LINE;
    else if (o->multiline == MULTILINE_ALWAYS && f->seen.extent == EXTENT_LINE)
        f->seen.extent = EXTENT_STATEMENT;
    f->decided = true;
    f->lead.model = f->decision.chain[0].model;
    f->deadline = f->started + MSEC(o->deadline_ms);
    if (f->trigger == TRIGGER_AUTOMATIC && f->lead.model->dialect)
        f->due = f->started + MSEC(o->debounce_ms);
    if (f->due > f->deadline)
        f->due = f->deadline; /* for the built-in model */
}

void flight_invoke(struct flight *f, usec now)
{
    if (f->state != FLIGHT_QUIET || f->trigger == TRIGGER_INVOKED)
        return;
    f->trigger = TRIGGER_INVOKED;
    f->decided = false;
    f->due = now;
}

/*
 * A tree that takes longer is done without: a first parse of megabytes takes
 * seconds, and no deadline is known before the route is. So are the queries
 * of the language, which are compiled beside the loop when its first document
 * is opened: they only add to what a model is shown.
 */
static bool is_patient(struct flight *f, const struct document *doc, usec now)
{
    bool compiling = now < f->started + MSEC(QUERIES_PATIENCE_MS) &&
                     !queries_ready(doc->language);
    bool parsing =
        now < f->started + MSEC(TREE_PATIENCE_MS) && !tree_settled(&doc->tree);
    f->due = compiling ? now + MSEC(1) : f->started;
    return compiling || parsing;
}

/* What was spent before the start is being read, for a moment. */
static bool is_reading(struct flight *f, const struct flight_deps *deps,
                       usec now)
{
    if (!deps->is_reading || now >= f->started + MSEC(READ_PATIENCE_MS))
        return false;
    f->due = now + MSEC(1);
    return true;
}

/* curl is being set up beside the loop, for a moment after the start. */
static bool must_wait(struct flight *f, const struct flight_deps *deps,
                      usec now)
{
    if (!f->lead.model->dialect || !http_is_preparing(deps->http))
        return false;
    f->due = now + MSEC(1);
    return true;
}

/* Until when the call may go on without another text: no longer than its
 * streams pause, and others leave some time to those behind them. */
static usec patience(const struct flight *f)
{
    const struct leg *l = &f->lead;
    usec last = l->call.last_text;
    if (f->state == FLIGHT_ASKING)
        return l->until;
    return sooner(last + l->patience, flight_share(f, last));
}

/* A quarter of all the time is long for any stream. */
static enum err late(const struct flight *f, usec now, struct why *why)
{
    usec quarter = (f->deadline - f->started) / 4;
    return call_late(&f->lead.call, sooner(f->lead.patience, quarter), now,
                     why);
}

/*
 * The whole words of what is there are better than nothing. A stream that went
 * on until the deadline was cut by us; one that had stalled has failed, though
 * its part is shown.
 */
static void land_part(struct flight *f, const struct flight_deps *deps,
                      const struct document *doc, usec now)
{
    struct why why;
    struct str part = flight_whole_part(buf_view(&f->lead.call.raw));
    enum err e = late(f, now, &why);
    f->is_part = true;
    if (e == ERR_TIMEOUT) {
        finish_call(f, deps, doc, part, now);
        return;
    }
    flight_finish(f, doc, part);
    f->first_text = f->lead.call.first_text;
    fail(f, deps, e, &why, now);
    land(f, deps);
}

static void run_late(struct flight *f, const struct flight_deps *deps,
                     const struct document *doc, usec now)
{
    struct why why;
    struct str part = flight_whole_part(buf_view(&f->lead.call.raw));
    bool last = now >= f->deadline || !flight_has_another(f, deps, false, now);
    if (last && str_trim(part).len) {
        land_part(f, deps, doc, now);
        return;
    }
    enum err e = late(f, now, &why);
    fail(f, deps, e, &why, now);
    ask_next(f, deps, doc, now);
}

/* The key has come, or it has not, or there will be none. */
static void tick_keyless(struct flight *f, const struct flight_deps *deps,
                         const struct document *doc, usec now)
{
    struct why why = {{0}};
    struct leg *l = &f->lead;
    enum err e = leg_start(f, l, deps, doc, now, &why);
    if (!e && l->keyless && now >= l->until)
        e = why_set(&why, ERR_TIMEOUT,
                    "its key did not come within %llu ms; the command that "
                    "says it goes on",
                    (unsigned long long)((now - l->call.asked) / 1000));
    if (!e)
        return;
    fail(f, deps, e, &why, now);
    ask_next(f, deps, doc, now);
}

/* Where it was the key that was refused, the same model is asked again with
 * the next one. */
static void fail_call(struct flight *f, const struct flight_deps *deps,
                      const struct document *doc, usec now)
{
    struct leg *l = &f->lead;
    struct call *c = &l->call;
    bool again = c->key && keyring_refused(deps->keys, l->model->access, c->key,
                                           c->outcome, c->wait, now, &c->why);
    if (again)
        leg_drop(l, deps);
    flight_plan_again(f, l, now);
    fail(f, deps, c->outcome, &c->why, now);
    if (again && f->n_attempts < ATTEMPTS_MAX - TRIED_MAX)
        flight_return(f, l->place);
    ask_next(f, deps, doc, now);
}

/* Its turn has come, or its time is over. */
static void tick_queued(struct flight *f, const struct flight_deps *deps,
                        const struct document *doc, usec now)
{
    struct leg *l = &f->lead;
    struct candidate *c = &f->decision.chain[l->place];
    bool called = l->called;
    if (!called && now < l->until)
        return;
    leg_leave_queue(l, deps);
    if (called) {
        flight_return(f, l->place);
    } else {
        leave_out(c, "as many calls as may be at once were under way all the "
                     "time");
    }
    ask_next(f, deps, doc, now);
}

static void tick_call(struct flight *f, const struct flight_deps *deps,
                      const struct document *doc, usec now)
{
    struct call *c = &f->lead.call;
    if (f->lead.queued) {
        tick_queued(f, deps, doc, now);
        return;
    }
    if (f->lead.keyless) {
        tick_keyless(f, deps, doc, now);
        return;
    }
    if (f->pause) {
        if (now >= f->pause)
            ask_next(f, deps, doc, now);
        return;
    }
    if (f->state == FLIGHT_ASKING && c->raw.len && !c->over)
        enter(f, FLIGHT_STREAMING);
    if (c->is_complete || (c->over && !c->outcome))
        finish_call(f, deps, doc, str_sub(buf_view(&c->raw), 0, c->complete),
                    now);
    else if (c->over)
        fail_call(f, deps, doc, now);
    else if (now >= patience(f))
        run_late(f, deps, doc, now);
}

void flight_tick(struct flight *f, const struct flight_deps *deps,
                 struct document *doc, usec now)
{
    switch (f->state) {
    case FLIGHT_QUIET:
        if (!f->decided && is_patient(f, doc, now))
            return;
        if (!f->decided && is_reading(f, deps, now))
            return;
        if (!f->decided)
            decide_now(f, deps, doc, now);
        if (f->decision.ruling.silent)
            land(f, deps);
        else if (now >= f->due && !must_wait(f, deps, now))
            ask_next(f, deps, doc, now);
        break;
    case FLIGHT_ASKING:
    case FLIGHT_STREAMING:
        tick_call(f, deps, doc, now);
        break;
    case FLIGHT_LANDED:
        break;
    }
}

usec flight_next(const struct flight *f)
{
    const struct call *c = &f->lead.call;
    switch (f->state) {
    case FLIGHT_QUIET:
        return f->due;
    case FLIGHT_ASKING:
        if (f->pause)
            return f->pause;
        return c->over || c->is_complete || c->raw.len ? 0 : f->lead.until;
    case FLIGHT_STREAMING:
        return c->over || c->is_complete ? 0 : patience(f);
    default:
        return USEC_NEVER;
    }
}
