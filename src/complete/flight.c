#include "complete/flight.h"
#include "base/log.h"
#include "complete/flight_ask.h"
#include "complete/flight_chain.h"
#include "complete/flight_decide.h"
#include "complete/flight_text.h"
#include "complete/postprocess.h"
#include "complete/recall.h"

#include <assert.h>
#include <stdlib.h>

static const char *const state_names[] = {
#define X(name) #name,
    FLIGHT_STATES(X)
#undef X
};

static usec sooner(usec a, usec b)
{
    return a < b ? a : b;
}

void flight_enter(struct flight *f, enum flight_state next)
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
    f->orphaned = f->hedge_at = USEC_NEVER;
    f->bill = bill_none;
    f->uri = str_dup(str_from(ask->doc->uri));
    f->root = str_dup(ask->root);
    f->branch = str_dup(ask->branch);
    f->wall = ask->wall;
    f->pace = ask->pace;
    f->undone = ask->undone;
    buf_init(&f->typed, CACHE_TYPED);
    buf_init(&f->text, CALL_TEXT_MAX);
    buf_init(&f->draft, CALL_TEXT_MAX);
    leg_init(&f->lead, NULL, 0, ask->offset, now);
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
        flight_end_lease(f, deps);
        plugins_forget(deps->plugins, f->choosing, clock_now());
        leg_close(f, &f->lead, deps);
        leg_close(f, &f->hedge, deps);
    }
    leg_release(&f->lead);
    leg_release(&f->hedge);
    table_unref(f->table);
    buf_release(&f->typed);
    buf_release(&f->text);
    buf_release(&f->draft);
    free(f->uri);
    free(f->root);
    free(f->branch);
    free(f);
}

void flight_cut(struct flight *f, const struct flight_deps *deps, usec now)
{
    leg_cut(f, &f->lead, deps, now);
    leg_cut(f, &f->hedge, deps, now);
}

void flight_land(struct flight *f)
{
    assert(!f->hedge.model);
    flight_enter(f, FLIGHT_LANDED);
}

/* --- the tick */

void flight_invoke(struct flight *f, usec now)
{
    if (f->state != FLIGHT_QUIET || f->trigger == TRIGGER_INVOKED)
        return;
    f->trigger = TRIGGER_INVOKED;
    f->decided = false;
    f->anew = f->choosing != 0;
    f->due = now;
}

/* curl is set up beside the loop, for a moment after the start, or at the
 * first call where nothing was warmed up: it would hold the loop for 10 ms. */
static bool must_wait(struct flight *f, const struct flight_deps *deps,
                      usec now)
{
    const struct model *m = f->lead.model;
    if (!m->dialect || m->plugin)
        return false;
    http_prepare(deps->http, str_starts(m->url, STR("https:")),
                 m->access->ca_file.ptr);
    if (!http_is_preparing(deps->http))
        return false;
    f->due = now + MSEC(1);
    return true;
}

/* Another process was told, and nobody waits here who would have been given it
 * by now: that was content with a draft, or is fetched ahead. */
static bool is_known(struct flight *f, const struct flight_deps *deps,
                     const struct document *doc)
{
    struct cache_hit hit;
    if (!f->lease.looks || !recall_find(deps->recall, f, doc, &hit))
        return false;
    const struct model *m = table_model(f->table, hit.model);
    f->recalled = m && buf_append(&f->text, hit.text);
    if (!f->recalled)
        return false;
    f->lead.model = m;
    flight_land(f);
    return true;
}

/* Until when the call may go on without another text: no longer than its
 * streams pause, and others leave some time to those behind them. */
static usec patience(const struct flight *f, const struct leg *l)
{
    usec last = l->call.last_text;
    if (f->state == FLIGHT_ASKING)
        return l->until;
    return sooner(last + l->patience, flight_share(f, last));
}

/* A quarter of all the time is long for any stream. */
static enum err late(const struct flight *f, const struct leg *l, usec now,
                     struct why *why)
{
    usec quarter = (f->deadline - f->started) / 4;
    return call_late(&l->call, sooner(l->patience, quarter), now, why);
}

static void finish_call(struct flight *f, const struct flight_deps *deps,
                        const struct document *doc, struct str raw, usec now)
{
    flight_finish(f, deps, doc, raw);
    f->first_text = f->lead.call.first_text;
    leg_succeed(f, &f->lead, deps, now);
    flight_land(f);
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
    struct str part = postprocess_whole_part(buf_view(&f->lead.call.raw));
    enum err e = late(f, &f->lead, now, &why);
    f->is_part = true;
    if (e == ERR_TIMEOUT) {
        finish_call(f, deps, doc, part, now);
        return;
    }
    flight_finish(f, deps, doc, part);
    f->first_text = f->lead.call.first_text;
    leg_fail(f, &f->lead, deps, e, &why, now);
    flight_land(f);
}

static void run_late(struct flight *f, struct leg *l,
                     const struct flight_deps *deps, const struct document *doc,
                     usec now)
{
    struct why why;
    struct str part = postprocess_whole_part(buf_view(&l->call.raw));
    bool last = now >= f->deadline || !flight_has_another(f, deps, false, now);
    if (last && str_trim(part).len) {
        land_part(f, deps, doc, now);
        return;
    }
    enum err e = late(f, l, now, &why);
    leg_fail(f, l, deps, e, &why, now);
    flight_make_way(f, l, deps, doc, now);
}

/* The key has come, or it has not, or there will be none. */
static void tick_keyless(struct flight *f, struct leg *l,
                         const struct flight_deps *deps,
                         const struct document *doc, usec now)
{
    struct why why = {{0}};
    enum err e = leg_start(f, l, deps, doc, now, &why);
    if (!e && l->keyless && now >= l->until)
        e = why_set(&why, ERR_TIMEOUT,
                    "its key did not come within %llu ms; the command that "
                    "says it goes on",
                    (unsigned long long)((now - l->call.asked) / 1000));
    if (e) {
        leg_fail(f, l, deps, e, &why, now);
        flight_make_way(f, l, deps, doc, now);
    } else if (l == &f->lead) {
        flight_plan_hedge(f, deps, now);
    }
}

/* Its turn has come, or its time is over. */
static void tick_queued(struct flight *f, const struct flight_deps *deps,
                        const struct document *doc, usec now)
{
    struct leg *l = &f->lead;
    bool called = l->called;
    l->look = now + MSEC(QUEUE_LOOK_MS);
    if (!called && now < l->until)
        return;
    leg_leave_queue(l, deps);
    if (called)
        flight_return(f, l->place);
    else
        flight_leave_out(f, l->place,
                         "as many calls as may be at once were under way all "
                         "the time");
    flight_ask_next(f, deps, doc, now);
}

/* Its answer is whole. One without a text leaves it to the other, if there is
 * one under way. */
static void tick_whole(struct flight *f, struct leg *l,
                       const struct flight_deps *deps,
                       const struct document *doc, usec now)
{
    const struct call *c = &l->call;
    if (f->hedge.model) {
        leg_succeed(f, l, deps, now);
        flight_make_way(f, l, deps, doc, now);
    } else {
        finish_call(f, deps, doc, str_sub(buf_view(&c->raw), 0, c->complete),
                    now);
    }
}

/* False: its text is to be looked at in another turn. */
static bool judge(struct flight *f, struct leg *l,
                  const struct flight_deps *deps, const struct document *doc)
{
    size_t at = f->origin + f->typed.len;
    return call_judge(&l->call, doc, at, at - l->origin, deps->judge_until);
}

static void tick_leg(struct flight *f, struct leg *l,
                     const struct flight_deps *deps, const struct document *doc,
                     usec now)
{
    const struct call *c = &l->call;
    if (!judge(f, l, deps, doc))
        return;
    if (l->queued) {
        tick_queued(f, deps, doc, now);
    } else if (l->keyless) {
        tick_keyless(f, l, deps, doc, now);
    } else if (c->is_complete || (c->over && !c->outcome)) {
        tick_whole(f, l, deps, doc, now);
    } else if (c->over) {
        leg_fail_call(f, l, deps, now);
        flight_make_way(f, l, deps, doc, now);
    } else if (now >= patience(f, l)) {
        run_late(f, l, deps, doc, now);
    }
}

static void tick_legs(struct flight *f, const struct flight_deps *deps,
                      const struct document *doc, usec now)
{
    const struct leg *first = flight_first(f);
    if (f->pause) {
        if (now >= f->pause)
            flight_ask_next(f, deps, doc, now);
        return;
    }
    if (f->state == FLIGHT_ASKING && first) {
        flight_prefer(f, first, deps, now);
        flight_enter(f, FLIGHT_STREAMING);
    }
    if (f->hedge.model)
        tick_leg(f, &f->hedge, deps, doc, now);
    tick_leg(f, &f->lead, deps, doc, now);
    if (f->state == FLIGHT_ASKING && now >= f->hedge_at)
        flight_ask_beside(f, deps, doc, now);
}

void flight_tick(struct flight *f, const struct flight_deps *deps,
                 struct document *doc, usec now)
{
    switch (f->state) {
    case FLIGHT_QUIET:
        if (!flight_decide(f, deps, doc, now))
            return;
        if (f->decision.ruling.silent)
            flight_land(f);
        else if (now >= f->due && !must_wait(f, deps, now) &&
                 !flight_yields(f, deps, doc, now) && !is_known(f, deps, doc))
            flight_ask_next(f, deps, doc, now);
        break;
    case FLIGHT_ASKING:
    case FLIGHT_STREAMING:
        tick_legs(f, deps, doc, now);
        break;
    case FLIGHT_LANDED:
        break;
    }
}

/* When nothing is heard of it until then. */
static usec due(const struct flight *f, const struct leg *l)
{
    const struct call *c = &l->call;
    if (!l->model)
        return USEC_NEVER;
    if (l->queued)
        return sooner(l->look, l->until);
    return c->over || c->is_complete || call_is_judged(c) ? 0 : patience(f, l);
}

usec flight_next(const struct flight *f)
{
    switch (f->state) {
    case FLIGHT_QUIET:
        return f->due;
    case FLIGHT_ASKING:
        if (f->pause)
            return f->pause;
        if (flight_first(f))
            return 0;
        return sooner(f->hedge_at, sooner(due(f, &f->lead), due(f, &f->hedge)));
    case FLIGHT_STREAMING:
        return due(f, &f->lead);
    default:
        return USEC_NEVER;
    }
}
