#include "complete/flight_attempt.h"
#include "base/log.h"
#include "complete/prompt.h"

#include <math.h>

/* Before the same model is asked a second time, at least and at most. */
enum { AGAIN_MS = 100, AGAIN_MAX_MS = 1000 };

void flight_note(struct flight *f, enum err e, const struct why *why,
                 const struct bill *bill, usec now)
{
    if (f->n_attempts == ATTEMPTS_MAX)
        return;
    struct attempt *a = &f->attempts[f->n_attempts++];
    *a = (struct attempt){
        .model = f->model->name,
        .outcome = e && !failure_is(e) ? ERR_INTERNAL : e,
        .first_text =
            f->call.first_text ? f->call.first_text - f->call.asked : 0,
        .total = now - f->call.asked,
        .bill = *bill,
    };
    if (why)
        a->why = *why;
    if (e)
        log_info("flight", "#%llu %.*s: %s", (unsigned long long)f->id,
                 STR_ARG(f->model->name), a->why.text);
}

struct bill flight_settle(struct flight *f, const struct flight_deps *deps)
{
    struct bill bill = bill_none;
    if (call_is_billed(&f->call)) {
        struct reading r = call_reading(&f->call);
        bill = usage_settle(deps->usage, f->model, &r, deps->wall);
        bill_add(&f->bill, &bill);
        fleet_told(deps->fleet, f->model, &f->call.limit, f->call.asked);
    }
    fleet_settled(deps->fleet, f->model, &f->call.claim, &bill, f->call.asked);
    f->call.sent = 0;
    return bill;
}

void flight_praise(struct flight *f, const struct flight_deps *deps,
                   const struct bill *bill, usec now)
{
    const struct call *c = &f->call;
    bool whole = c->over && !c->outcome; /* else we cut it, being content */
    usec asked = c->asked;
    if (!f->airborne)
        return;
    f->airborne = false;
    fleet_answered(deps->fleet, f->model, &f->seen.task,
                   (double)(c->first_text - asked) / 1000,
                   whole ? (double)(now - asked) / 1000 : NAN,
                   whole ? (double)bill->out : NAN, now);
}

void flight_blame(struct flight *f, const struct flight_deps *deps, enum err e,
                  usec now)
{
    if (!f->airborne)
        return;
    f->airborne = false;
    fleet_failed(deps->fleet, f->model, e, f->call.wait, now);
}

void flight_drop_call(struct flight *f, const struct flight_deps *deps)
{
    if (f->airborne)
        fleet_dropped(deps->fleet, f->model);
    f->airborne = false;
    flight_leave_queue(f, deps);
}

void flight_queue(struct flight *f, const struct flight_deps *deps)
{
    call_release(&f->call);
    call_init(&f->call, f->model->dialect, f->started);
    f->queued = true;
    fleet_queued(deps->fleet, f->model, true);
}

void flight_leave_queue(struct flight *f, const struct flight_deps *deps)
{
    if (f->queued)
        fleet_queued(deps->fleet, f->model, false);
    f->queued = f->called = false;
}

bool flight_may_ask(const struct flight *f, const struct flight_deps *deps,
                    size_t i, usec now)
{
    struct standing row;
    struct why why;
    const struct model *m = f->decision.chain[i].model;
    fleet_row(deps->fleet, m, &f->seen.task, now, &row);
    return fleet_allows(deps->fleet, m, now) &&
           fleet_has_room(deps->fleet, &row, &f->seen.task, now, &why) &&
           decision_affords(&f->decision, i, &f->seen.task, deps->fleet, now);
}

void flight_cut(struct flight *f, const struct flight_deps *deps, usec now)
{
    if (!f->airborne)
        return;
    struct bill bill = flight_settle(f, deps);
    flight_drop_call(f, deps);
    flight_note(f, OK, NULL, &bill, now);
    if (f->n_attempts)
        f->attempts[f->n_attempts - 1].outcome = ERR_CANCELLED;
}

void flight_plan_again(struct flight *f, usec now)
{
    const struct call *c = &f->call;
    usec wait = c->wait > MSEC(AGAIN_MS) ? c->wait : MSEC(AGAIN_MS);
    f->again = 0;
    if (f->asked_again || c->raw.len || !failure_is(c->outcome) ||
        !(failure_may(c->outcome) & FAILURE_AGAIN))
        return;
    if (wait <= MSEC(AGAIN_MAX_MS) &&
        now + wait <= f->started + (f->deadline - f->started) / 2)
        f->again = now + wait;
    f->again_at = f->next - 1;
}

enum err flight_call(struct flight *f, const struct flight_deps *deps,
                     const struct document *doc, usec now, struct why *why)
{
    struct prompt prompt;
    struct sending sending;
    struct buf room;
    enum err e = OK;
    usec left = f->deadline > now ? f->deadline - now + MSEC(100) : 1;
    enum key_state key =
        sending_init(&sending, f->model, deps->keys, now, &e, why);
    f->keyless = key == KEY_COMING;
    buf_init(&room, 2 * PROMPT_BYTES);
    if (key != KEY_GOOD)
        goto out;
    prompt_build(doc, f->origin, &deps->recent->kept, f->model,
                 &f->decision.ruling.options,
                 observe_path(str_from(doc->path), str_from(f->root)), &room,
                 &prompt);
    e = sending_fill(&sending, f->model, &prompt, left, why);
    if (e)
        goto out;
    f->call.asked = now;
    f->call.key = sending.key;
    f->call.wall = deps->wall;
    f->call.id =
        http_start(deps->http, &sending.request, deps->events, deps->arg, why);
    f->call.sent = f->call.id ? sending.request.body.len : 0;
    f->airborne = f->call.id != 0;
    if (f->airborne)
        f->call.claim = fleet_asked(deps->fleet, f->model, &f->seen.task, now);
    e = f->call.id ? OK : ERR_INTERNAL;
out:
    buf_release(&room);
    sending_release(&sending);
    return e;
}
