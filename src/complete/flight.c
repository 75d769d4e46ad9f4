#include "complete/flight.h"
#include "base/log.h"
#include "complete/flight_chain.h"
#include "complete/flight_decide.h"
#include "complete/flight_text.h"
#include "complete/postprocess.h"
#include "complete/recall.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void land(struct flight *f)
{
    assert(!f->hedge.model);
    enter(f, FLIGHT_LANDED);
}

/* --- attempts */

static void finish_call(struct flight *f, const struct flight_deps *deps,
                        const struct document *doc, struct str raw, usec now)
{
    flight_finish(f, deps, doc, raw);
    f->first_text = f->lead.call.first_text;
    leg_succeed(f, &f->lead, deps, now);
    land(f);
}

/* --- two legs */

const struct leg *flight_first(const struct flight *f)
{
    const struct leg *first = NULL, *legs[] = {&f->lead, &f->hedge};
    for (size_t i = 0; i < 2; i++) {
        const struct call *c = &legs[i]->call;
        if (legs[i]->model && c->first_text && !(c->over && c->outcome) &&
            (!first || c->first_text < first->call.first_text))
            first = legs[i];
    }
    return first;
}

/* The hedge goes on alone, from where it was asked. */
static void promote(struct flight *f)
{
    leg_release(&f->lead);
    f->lead = f->hedge;
    f->hedge = (struct leg){0};
    buf_splice(&f->typed, 0, f->lead.origin - f->origin, STR(""));
    f->origin = f->lead.origin;
    f->again = 0;
}

/* Whose text came first has it, and the other is cut. */
static void prefer(struct flight *f, const struct leg *first,
                   const struct flight_deps *deps, usec now)
{
    struct leg *other = first == &f->lead ? &f->hedge : &f->lead;
    f->hedge_at = USEC_NEVER;
    if (!other->model)
        return;
    if (other->call.over && other->call.outcome)
        leg_fail_call(f, other, deps, now);
    else
        leg_outrun(f, other, deps, first, now);
    if (other == &f->lead)
        promote(f);
    else
        leg_release(&f->hedge);
}

static void ask_builtin(struct flight *f, const struct flight_deps *deps,
                        const struct document *doc, usec now)
{
    struct call *c = &f->lead.call;
    flight_predict(f, deps, doc);
    usec after = clock_now();
    c->first_text = f->first_text = after > now ? after : now;
    leg_succeed(f, &f->lead, deps, f->first_text);
    land(f);
}

static bool set_off(struct flight *f, struct leg *l,
                    const struct flight_deps *deps, const struct document *doc,
                    usec now)
{
    struct why why = {{0}};
    ending_init(&l->call.ending, doc, l->origin, f->seen.extent,
                kept_spot(&deps->recent->kept, doc, l->origin));
    l->call.ending.scan.raw = true;
    l->call.fences =
        f->seen.c.class != CURSOR_COMMENT && f->seen.c.class != CURSOR_STRING;
    enum err e = leg_start(f, l, deps, doc, now, &why);
    if (e)
        leg_fail(f, l, deps, e, &why, now);
    return !e;
}

static bool ask_remote(struct flight *f, const struct flight_deps *deps,
                       const struct document *doc, usec now)
{
    f->again = 0;
    bool sent = set_off(f, &f->lead, deps, doc, now);
    flight_plan_hedge(f, deps, now);
    return sent;
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

/* True when one is under way, or has answered. */
static bool ask(struct flight *f, const struct flight_deps *deps,
                const struct document *doc, size_t place, usec now)
{
    const struct model *m = f->decision.chain[place].model;
    bool full = m->dialect && !fleet_has_place(deps->fleet, m);
    if (full && flight_has_another(f, deps, true, now))
        return false;
    leg_release(&f->lead);
    leg_init(&f->lead, m, place, f->origin, now);
    f->lead.until = flight_share(f, now);
    if (m->dialect && !full)
        return ask_remote(f, deps, doc, now);
    if (full)
        leg_queue(&f->lead, deps, now);
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
    f->hedge_at = USEC_NEVER;
    while ((place = flight_place(f)) < f->decision.n) {
        if (!f->decision.chain[place].model->dialect && wait_for_the_last(f))
            return;
        flight_pass(f, place);
        if (!flight_skips(f, deps, place, now) && ask(f, deps, doc, place, now))
            return;
    }
    land(f);
}

/* One that failed makes way: for the other that is under way, or the next. */
static void make_way(struct flight *f, struct leg *l,
                     const struct flight_deps *deps, const struct document *doc,
                     usec now)
{
    if (l == &f->hedge)
        leg_release(l);
    else if (f->hedge.model)
        promote(f);
    else
        ask_next(f, deps, doc, now);
}

/* Once in a flight, with whoever may be asked at that moment. */
static void ask_beside(struct flight *f, const struct flight_deps *deps,
                       const struct document *doc, usec now)
{
    size_t place = flight_place_beside(f, deps, now);
    f->hedge_at = USEC_NEVER;
    if (place == f->decision.n)
        return;
    struct candidate *c = &f->decision.chain[place];
    f->hedged = true;
    flight_pass(f, place);
    snprintf(c->reason, sizeof c->reason,
             "asked beside %.*s, which had no text after %llu ms",
             STR_ARG(str_sub(f->lead.model->name, 0, 60)),
             (unsigned long long)((now - f->lead.call.asked) / 1000));
    leg_init(&f->hedge, c->model, place, f->origin + f->typed.len, now);
    f->hedge.until = flight_share(f, now);
    bool sent = set_off(f, &f->hedge, deps, doc, now);
    if (sent && !f->hedge.queued)
        return;
    if (f->hedge.queued)
        flight_return(f, place); /* nobody waits for a place beside another */
    leg_leave_queue(&f->hedge, deps);
    leg_release(&f->hedge);
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
    land(f);
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
    land(f);
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
    make_way(f, l, deps, doc, now);
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
        make_way(f, l, deps, doc, now);
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
    ask_next(f, deps, doc, now);
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
        make_way(f, l, deps, doc, now);
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
        make_way(f, l, deps, doc, now);
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
            ask_next(f, deps, doc, now);
        return;
    }
    if (f->state == FLIGHT_ASKING && first) {
        prefer(f, first, deps, now);
        enter(f, FLIGHT_STREAMING);
    }
    if (f->hedge.model)
        tick_leg(f, &f->hedge, deps, doc, now);
    tick_leg(f, &f->lead, deps, doc, now);
    if (f->state == FLIGHT_ASKING && now >= f->hedge_at)
        ask_beside(f, deps, doc, now);
}

void flight_tick(struct flight *f, const struct flight_deps *deps,
                 struct document *doc, usec now)
{
    switch (f->state) {
    case FLIGHT_QUIET:
        if (!flight_decide(f, deps, doc, now))
            return;
        if (f->decision.ruling.silent)
            land(f);
        else if (now >= f->due && !must_wait(f, deps, now) &&
                 !flight_yields(f, deps, doc, now) && !is_known(f, deps, doc))
            ask_next(f, deps, doc, now);
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
