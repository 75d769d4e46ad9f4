#include "complete/flight_chain.h"
#include "route/ceiling.h"
#include "route/hedge.h"

#include <stdio.h>

/* Before the same model is asked a second time, at least and at most. */
enum { AGAIN_MS = 100, AGAIN_MAX_MS = 1000 };

_Static_assert(CHAIN_MAX <= 64, "a bit of `passed` for each of the chain");

static bool has_passed(const struct flight *f, size_t place)
{
    return f->passed >> place & 1;
}

size_t flight_place(const struct flight *f)
{
    size_t place = 0;
    while (place < f->decision.n && has_passed(f, place))
        place++;
    return place;
}

void flight_pass(struct flight *f, size_t place)
{
    f->passed |= UINT64_C(1) << place;
}

void flight_return(struct flight *f, size_t place)
{
    f->passed &= ~(UINT64_C(1) << place);
}

/* Behind those that had their turn, and not the built-in model. */
static bool is_waiting(const struct flight *f, size_t place)
{
    const struct candidate *c = &f->decision.chain[place];
    return !has_passed(f, place) && !c->excluded && c->model->dialect;
}

usec flight_share(const struct flight *f, usec since)
{
    usec left = f->deadline > since ? f->deadline - since : 0;
    size_t sharing = 1;
    for (size_t i = 0; i < f->decision.n; i++)
        sharing += is_waiting(f, i);
    return since + left / sharing;
}

/* Also what is set aside for a call that is under way; below 0: unknown. */
static double spent(const struct flight *f)
{
    double claimed = 0;
    const struct leg *legs[] = {&f->lead, &f->hedge};
    for (size_t i = 0; i < 2; i++)
        claimed += legs[i]->airborne ? legs[i]->call.claim.dollars : 0;
    return f->bill.cost < 0 ? -1 : f->bill.cost + claimed;
}

static bool is_well(const struct flight_deps *deps, const struct model *m,
                    usec now, struct why *why)
{
    enum err cause = OK;
    if (fleet_allows(deps->fleet, m, now))
        return true;
    fleet_left(deps->fleet, m, now, &cause);
    why_set(why, OK, "left alone by now: %s", err_sentence(cause));
    return false;
}

bool flight_may_ask(const struct flight *f, const struct flight_deps *deps,
                    size_t place, usec now, struct why *why)
{
    struct standing row;
    const struct model *m = f->decision.chain[place].model;
    double most = f->decision.ruling.options.max_cost;
    fleet_row(deps->fleet, m, &f->seen.task, now, &row);
    return is_well(deps, m, now, why) &&
           fleet_has_room(deps->fleet, &row, &f->seen.task, now, why) &&
           ceiling_allows(most, &row, spent(f), why) &&
           decision_affords(&f->decision, place, &f->seen.task, deps->fleet,
                            now, why);
}

void flight_leave_out(struct flight *f, size_t place, const char *reason)
{
    struct candidate *c = &f->decision.chain[place];
    c->excluded = true;
    snprintf(c->reason, sizeof c->reason, "%.*s", (int)sizeof c->reason - 1,
             reason);
}

bool flight_skips(struct flight *f, const struct flight_deps *deps,
                  size_t place, usec now)
{
    const struct candidate *c = &f->decision.chain[place];
    struct why why;
    if (c->excluded || !c->model->dialect)
        return c->excluded;
    if (f->hopeless || now >= f->deadline)
        return true;
    if (flight_may_ask(f, deps, place, now, &why))
        return false;
    flight_leave_out(f, place, why.text);
    return true;
}

bool flight_has_another(const struct flight *f, const struct flight_deps *deps,
                        bool at_once, usec now)
{
    for (size_t i = 0; i < f->decision.n; i++) {
        const struct model *m = f->decision.chain[i].model;
        struct why why;
        if (is_waiting(f, i) && flight_may_ask(f, deps, i, now, &why) &&
            (!at_once || fleet_has_place(deps->fleet, m)))
            return true;
    }
    return false;
}

size_t flight_place_beside(const struct flight *f,
                           const struct flight_deps *deps, usec now)
{
    enum hedge hedge = f->decision.ruling.options.hedge;
    struct why why;
    size_t i = 0;
    while (i < f->decision.n) {
        const struct model *m = f->decision.chain[i].model;
        if (is_waiting(f, i) && hedge_allows(hedge, m) &&
            fleet_has_place(deps->fleet, m) &&
            flight_may_ask(f, deps, i, now, &why))
            break;
        i++;
    }
    return i;
}

void flight_plan_hedge(struct flight *f, const struct flight_deps *deps,
                       usec now)
{
    const struct leg *l = &f->lead;
    struct standing row;
    f->hedge_at = USEC_NEVER;
    if (f->hedged || !l->airborne ||
        f->decision.ruling.options.hedge == HEDGE_OFF)
        return;
    fleet_row(deps->fleet, l->model, &f->seen.task, now, &row);
    double after = hedge_after_ms(&row) * 1000;
    if (after >= 0 && now + (usec)after < l->until) /* never with a NAN */
        f->hedge_at = now + (usec)after;
}

void flight_plan_again(struct flight *f, const struct leg *l, usec now)
{
    const struct call *c = &l->call;
    usec wait = c->wait > MSEC(AGAIN_MS) ? c->wait : MSEC(AGAIN_MS);
    f->again = 0;
    if (f->asked_again || c->raw.len || !err_is_failure(c->outcome) ||
        !(failure_may(c->outcome) & FAILURE_AGAIN))
        return;
    if (wait <= MSEC(AGAIN_MAX_MS) &&
        now + wait <= f->started + (f->deadline - f->started) / 2)
        f->again = now + wait;
    f->again_at = l->place;
}
