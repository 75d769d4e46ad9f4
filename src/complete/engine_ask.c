#include "complete/engine_ask.h"
#include "complete/engine_ahead.h"
#include "complete/engine_flights.h"
#include "complete/trigger.h"
#include "doc/query.h"

#include <stdlib.h>

/* --- asking */

static struct ask with_habits(struct engine *e, const struct ask *ask, usec now)
{
    struct ask told = *ask;
    told.pace = habits_pace(&e->habits, now);
    told.undone = follow_undone(&e->follow, ask->doc, ask->offset);
    told.recent = &e->recent;
    told.neighbours = e->neighbours;
    told.vault = &e->vault;
    told.now = now;
    return told;
}

/* Who waits for it still is of the other form, and shares it. */
static bool joins(const struct engine *e, const struct flight *f,
                  const struct ask *ask)
{
    return f->origin + f->typed.len == ask->offset &&
           f->state != FLIGHT_LANDED &&
           (f->state != FLIGHT_QUIET || f->trigger == ask->trigger ||
            board_awaits(&e->board, f->id));
}

static void join(struct request *r, struct flight *f, const struct ask *ask,
                 usec now)
{
    r->flight = f->id;
    f->cancelled = false;
    f->orphaned = USEC_NEVER;
    if (ask->trigger == TRIGGER_INVOKED)
        flight_invoke(f, now);
}

static bool take_off(struct engine *e, struct request *r, const struct ask *ask,
                     usec now)
{
    struct flight **slot = board_flight_of_doc(&e->board, ask->doc);
    if (slot && joins(e, *slot, ask)) {
        join(r, *slot, ask, now);
        return true;
    }
    if (slot)
        engine_flights_drop(e, slot);
    if (!slot && !(slot = board_free_flight(&e->board)))
        return false;
    if (!engine_ahead_is_awaited(e))
        engine_ahead_stop(e); /* it makes way */
    *slot = flight_new(++e->last_flight, e->table, ask, now);
    r->flight = *slot ? (*slot)->id : 0;
    if (*slot && e->store)
        (*slot)->record = store_id(e->store);
    recall_look(&e->recall, e->table, ask->doc);
    return *slot != NULL;
}

/* What was just taken back is not shown again unless it is asked for. */
static bool recalls(struct engine *e, const struct ask *ask, struct request *r)
{
    if (ask->undone && ask->trigger == TRIGGER_AUTOMATIC)
        return false;
    return recall_get(&e->recall, e->table, builtin_knows(&e->builtin), ask, r);
}

void engine_ask(struct engine *e, struct request *r, const struct ask *ask,
                usec now)
{
    struct ask told = with_habits(e, ask, now);
    struct chronicle to = engine_chronicle(e);
    if (recalls(e, &told, r))
        r->result.record = chronicle_hit(&to, e->table, &told, r);
    else if ((r->flight = ahead_flight(&e->ahead, ask->doc, ask->offset)))
        recall_look(&e->recall, e->table, ask->doc);
    else if (!take_off(e, r, &told, now))
        request_ready(r, OK);
}

static void remember(char **where, struct str text)
{
    if (*where && str_eq(str_from(*where), text))
        return;
    free(*where);
    *where = str_dup(text);
}

completion_id engine_request(struct engine *e, const struct ask *ask, usec now,
                             completion_fn *done, void *arg)
{
    board_refuse(&e->board, ask->doc->uri, ERR_SUPERSEDED, ask);
    e->asked = now ? now : 1;
    struct request *r = board_free_request(&e->board);
    if (!r || !request_init(r, ++e->last_request, ask, e->table, now))
        return 0;
    r->done = done;
    r->arg = arg;
    remember(&e->root, ask->root);
    remember(&e->branch, ask->branch);
    if (!trigger_can(ask->doc))
        request_ready(r, OK);
    else
        engine_ask(e, r, ask, now);
    if (r->ready) /* the older one's stream is nobody's */
        engine_flights_leave(e, board_flight_of_doc(&e->board, ask->doc), now);
    return r->id;
}

void engine_cancel(struct engine *e, completion_id id, usec now)
{
    struct request *r = board_request(&e->board, id);
    if (!r)
        return;
    struct flight **slot = board_flight_of_id(&e->board, r->flight);
    request_release(r);
    if (slot)
        (*slot)->cancelled = true;
    engine_flights_leave(e, slot, now);
}

/* --- answering */

void engine_ask_found(struct engine *e, struct documents *docs, usec now)
{
    struct chronicle to = engine_chronicle(e);
    if (!recall_take(&e->recall))
        return;
    for (size_t i = 0; i < REQUESTS; i++) {
        struct request *r = &e->board.requests[i];
        struct flight **slot = r->id && !r->ready
                                   ? board_flight_of_id(&e->board, r->flight)
                                   : NULL;
        struct document *doc =
            slot ? documents_find(docs, str_from(r->uri)) : NULL;
        if (!doc || (*slot)->state != FLIGHT_QUIET)
            continue;
        struct flight *f = *slot;
        struct ask ask = {.doc = doc,
                          .offset = r->offset,
                          .trigger = f->trigger,
                          .root = str_from(f->root),
                          .undone = f->undone,
                          .wall = f->wall};
        if (!recalls(e, &ask, r))
            continue;
        f->recalled = true;
        r->result.record = chronicle_hit(&to, e->table, &ask, r);
        engine_flights_leave(e, slot, now);
    }
}

static void follow(struct engine *e, struct request *r,
                   const struct document *doc)
{
    struct completion shown = r->result;
    shown.text = buf_view(&r->text);
    follow_shown(&e->follow, doc, r->offset, r->id, shown.record, &shown,
                 clock_now());
    for (size_t i = 0; i < r->n_others; i++) {
        struct choice *o = &r->others[i];
        o->id = ++e->last_request;
        shown.text = o->text;
        shown.model = o->model;
        follow_beside(&e->follow, doc, r->offset, o->id, o->record, &shown,
                      clock_now());
    }
}

static void give(struct engine *e, struct request *r,
                 const struct documents *docs)
{
    const struct document *doc = documents_find(docs, str_from(r->uri));
    if (doc && !r->result.outcome) {
        engine_ahead_plan(e, r, doc);
        follow(e, r, doc);
    }
    request_give(r, clock_now());
}

void engine_ask_give(struct engine *e, const struct documents *docs)
{
    for (size_t i = 0; i < REQUESTS; i++)
        if (e->board.requests[i].id && e->board.requests[i].ready)
            give(e, &e->board.requests[i], docs);
}

/* --- without sending */

void engine_explain(struct engine *e, struct ask *ask, usec now,
                    struct observation *seen, struct decision *d)
{
    query_of(ask->doc->language, QUERY_IMPORTS); /* waits for its thread */
    *ask = with_habits(e, ask, now);
    account_update(&e->account, e->fleet, e->table, e->store, now,
                   clock_wall());
    observe(ask, seen);
    decide(e->table, &seen->task, e->fleet, now, d);
    expect(ask, e->fleet, seen, d);
}
