#include "complete/leg.h"
#include "base/log.h"
#include "complete/flight_chain.h"
#include "complete/prompt.h"
#include "complete/recall.h"

#include <math.h>

void leg_init(struct leg *l, const struct model *m, size_t place, size_t origin,
              usec now)
{
    *l = (struct leg){.model = m, .place = place, .origin = origin};
    call_init(&l->call, m ? m->dialect : NULL, now);
}

void leg_release(struct leg *l)
{
    call_release(&l->call);
    *l = (struct leg){0};
}

static void note(struct flight *f, const struct leg *l, enum err e,
                 const struct why *why, const struct bill *bill, usec now)
{
    const struct call *c = &l->call;
    if (f->n_attempts == ATTEMPTS_MAX)
        return;
    struct attempt *a = &f->attempts[f->n_attempts++];
    *a = (struct attempt){
        .model = l->model->name,
        .outcome = e,
        .first_text = c->first_text ? c->first_text - c->asked : 0,
        .total = now - c->asked,
        .whole = c->over && !c->outcome,
        .bill = *bill,
    };
    if (!why)
        return;
    a->why = *why;
    log_info("flight", "#%llu %.*s: %s", (unsigned long long)f->id,
             STR_ARG(l->model->name), why->text);
}

static struct bill settle(struct flight *f, struct leg *l,
                          const struct flight_deps *deps)
{
    struct bill bill = bill_none;
    struct call *c = &l->call;
    if (call_is_billed(c)) {
        struct reading r = call_reading(c);
        bill = usage_settle(deps->usage, l->model, &r, deps->wall);
        bill_add(&f->bill, &bill);
        fleet_told(deps->fleet, l->model, &c->limit, c->asked);
    }
    fleet_settled(deps->fleet, l->model, &c->claim, &bill, c->asked);
    c->sent = 0;
    return bill;
}

static void praise(struct flight *f, struct leg *l,
                   const struct flight_deps *deps, const struct bill *bill,
                   usec now)
{
    const struct call *c = &l->call;
    bool whole = c->over && !c->outcome; /* else we cut it, being content */
    double first = c->first_text ? (double)(c->first_text - c->asked) : NAN;
    if (!l->airborne)
        return;
    l->airborne = false;
    fleet_answered(deps->fleet, l->model, &f->seen.task, first / 1000,
                   whole ? (double)(now - c->asked) / 1000 : NAN,
                   whole ? (double)bill->out : NAN, now);
    if (c->pause)
        fleet_paused(deps->fleet, l->model, (double)c->pause / 1000, false,
                     now);
}

static void blame(struct leg *l, const struct flight_deps *deps, enum err e,
                  usec now)
{
    if (!l->airborne)
        return;
    l->airborne = false;
    fleet_failed(deps->fleet, l->model, e, l->call.wait, now);
    if (e == ERR_STALLED)
        fleet_paused(deps->fleet, l->model,
                     (double)(now - l->call.last_text) / 1000, true, now);
}

void leg_queue(struct leg *l, const struct flight_deps *deps, usec now)
{
    l->queued = true;
    l->look = now + MSEC(QUEUE_LOOK_MS);
    fleet_queued(deps->fleet, l->model, true);
}

void leg_leave_queue(struct leg *l, const struct flight_deps *deps)
{
    if (l->queued)
        fleet_queued(deps->fleet, l->model, false);
    l->queued = l->called = false;
}

static void drop(struct leg *l, const struct flight_deps *deps)
{
    if (l->airborne)
        fleet_dropped(deps->fleet, l->model);
    l->airborne = false;
    leg_leave_queue(l, deps);
}

/* To end a call that has a model loaded would end the loading. */
static bool is_kept(struct leg *l, const struct flight_deps *deps)
{
    return deps->warm && !l->call.any_bytes &&
           warm_adopt(deps->warm, l->model, l->call.id, clock_now());
}

static void hang_up(struct leg *l, const struct flight_deps *deps)
{
    struct call *c = &l->call;
    if (plugins_owns(c->id))
        plugins_cancel(deps->plugins, c->id, clock_now());
    else if (c->id && c->is_complete && c->piece.end)
        http_leave(deps->http, c->id);
    else if (c->id && !is_kept(l, deps))
        http_cancel(deps->http, c->id);
    c->id = 0;
}

/* --- its ends */

void leg_fail(struct flight *f, struct leg *l, const struct flight_deps *deps,
              enum err e, const struct why *why, usec now)
{
    struct bill bill = settle(f, l, deps);
    blame(l, deps, e, now);
    hang_up(l, deps);
    note(f, l, err_is_failure(e) ? e : ERR_INTERNAL, why, &bill, now);
    f->hopeless = err_is_failure(e) && !(failure_may(e) & FAILURE_NEXT);
}

void leg_fail_call(struct flight *f, struct leg *l,
                   const struct flight_deps *deps, usec now)
{
    struct call *c = &l->call;
    bool refused =
        c->key && keyring_refused(deps->keys, l->model->access, c->key,
                                  c->outcome, c->wait, now, &c->why);
    if (refused)
        drop(l, deps);
    flight_plan_again(f, l, now);
    leg_fail(f, l, deps, c->outcome, &c->why, now);
    if (refused && !c->raw.len && f->n_attempts < ATTEMPTS_MAX - TRIED_MAX)
        flight_return(f, l->place);
}

void leg_succeed(struct flight *f, struct leg *l,
                 const struct flight_deps *deps, usec now)
{
    struct bill bill = settle(f, l, deps);
    praise(f, l, deps, &bill, now);
    hang_up(l, deps);
    note(f, l, OK, NULL, &bill, now);
}

void leg_close(struct flight *f, struct leg *l, const struct flight_deps *deps)
{
    settle(f, l, deps);
    drop(l, deps);
    hang_up(l, deps);
}

void leg_cut(struct flight *f, struct leg *l, const struct flight_deps *deps,
             usec now)
{
    if (!l->airborne)
        return;
    struct bill bill = settle(f, l, deps);
    drop(l, deps);
    note(f, l, ERR_CANCELLED, NULL, &bill, now);
    hang_up(l, deps);
}

void leg_outrun(struct flight *f, struct leg *l, const struct flight_deps *deps,
                const struct leg *by, usec now)
{
    struct why why;
    if (!l->airborne)
        return;
    struct bill bill = settle(f, l, deps);
    l->airborne = false;
    fleet_outrun(deps->fleet, l->model, &f->seen.task,
                 (double)(now - l->call.asked) / 1000, now);
    hang_up(l, deps);
    why_set(&why, ERR_OUTRUN, "the text of \"%.*s\" came first",
            STR_ARG(str_sub(by->model->name, 0, 200)));
    note(f, l, ERR_OUTRUN, &why, &bill, now);
}

static http_id start(struct leg *l, const struct flight_deps *deps,
                     const struct http_request *r, struct why *why)
{
    if (l->model->plugin)
        return plugins_complete(deps->plugins, l->model, r->body, r->timeout,
                                (struct hearer){deps->events, deps->arg}, why);
    return http_start(deps->http, r, deps->events, deps->arg, why);
}

static void build(const struct flight *f, const struct leg *l,
                  const struct flight_deps *deps, const struct document *doc,
                  usec now, struct composition *out)
{
    struct str root = str_from(f->root);
    struct prompt_for what = {
        .doc = doc,
        .offset = l->origin,
        .class = f->seen.c.class,
        .table = f->table,
        .model = l->model,
        .options = &f->decision.ruling.options,
        .path = observe_path(str_from(doc->path), root),
        .root = root,
        .kept = &deps->recent->kept,
        .neighbours = deps->neighbours,
        .now = now,
    };
    prompt_build(&what, out);
}

enum err leg_start(struct flight *f, struct leg *l,
                   const struct flight_deps *deps, const struct document *doc,
                   usec now, struct why *why)
{
    struct composition made = {.budget = 0};
    struct sending sending;
    struct call *c = &l->call;
    enum err e = OK;
    usec left = f->deadline > now ? f->deadline - now + MSEC(100) : 1;
    enum key_state key =
        sending_init(&sending, l->model, deps->keys, now, &e, why);
    l->keyless = key == KEY_COMING;
    if (key != KEY_GOOD)
        goto out;
    build(f, l, deps, doc, now, &made);
    l->shown = made.strictest;
    if (l == &f->lead && !recall_keeps(f))
        flight_end_lease(f,
                         deps); /* others would wait for what they never find */
    redaction_release(&c->redaction);
    redaction_init(&c->redaction);
    if (f->table->redact_secrets &&
        !prompt_redact(&made, deps->vault, &c->redaction)) {
        e = why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
        goto out;
    }
    e = sending_fill(&sending, l->model, &made.prompt, left, why);
    if (e)
        goto out;
    if (!decision_claim(&f->decision, l->place, &f->seen.task, deps->fleet, now,
                        &c->claim)) {
        leg_queue(l, deps, now); /* another process has just taken it */
        goto out;
    }
    c->asked = now;
    c->key = sending.key;
    c->wall = deps->wall;
    c->id = start(l, deps, &sending.request, why);
    c->sent = c->id ? sending.request.body.len : 0;
    l->airborne = c->id != 0;
    l->patience = MSEC(fleet_patience(deps->fleet, l->model));
    if (!l->airborne) {
        fleet_dropped(deps->fleet, l->model);
        e = l->model->plugin ? ERR_CONNECT : ERR_INTERNAL;
    }
out:
    prompt_release(&made);
    sending_release(&sending);
    return e;
}
