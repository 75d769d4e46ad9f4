#include "complete/flight_ask.h"
#include "complete/flight_chain.h"
#include "complete/flight_text.h"

#include <stdio.h>

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

void flight_prefer(struct flight *f, const struct leg *first,
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
    flight_land(f);
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

void flight_ask_next(struct flight *f, const struct flight_deps *deps,
                     const struct document *doc, usec now)
{
    size_t place;
    if (f->state != FLIGHT_ASKING)
        flight_enter(f, FLIGHT_ASKING);
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
    flight_land(f);
}

void flight_make_way(struct flight *f, struct leg *l,
                     const struct flight_deps *deps, const struct document *doc,
                     usec now)
{
    if (l == &f->hedge)
        leg_release(l);
    else if (f->hedge.model)
        promote(f);
    else
        flight_ask_next(f, deps, doc, now);
}

void flight_ask_beside(struct flight *f, const struct flight_deps *deps,
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
