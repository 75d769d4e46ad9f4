#include "complete/engine_ahead.h"
#include "complete/engine_ask.h"

bool engine_ahead_is_awaited(const struct engine *e)
{
    const struct flight *f = e->ahead.flight;
    return f && board_awaits(&e->board, f->id);
}

static void end_flight(struct engine *e, const struct flight_deps *deps)
{
    struct chronicle to = engine_chronicle(e);
    struct flight *f = e->ahead.flight;
    if (!f)
        return;
    flight_cut(f, deps, clock_now());
    chronicle_flight(&to, f, false, clock_now());
    if (e->tried)
        e->tried(e->draft_arg, f->attempts, f->n_attempts);
}

void engine_ahead_stop(struct engine *e)
{
    struct flight_deps deps = engine_deps(e);
    end_flight(e, &deps);
    ahead_stop(&e->ahead, &deps);
}

void engine_ahead_plan(struct engine *e, const struct request *r,
                       const struct document *doc)
{
    if (r->menu || !r->text.len || r->result.is_draft || r->result.is_part ||
        !e->fetches_ahead || engine_ahead_is_awaited(e) ||
        ahead_has(&e->ahead, doc, r->offset, buf_view(&r->text)))
        return;
    engine_ahead_stop(e);
    ahead_plan(&e->ahead, doc, r->offset, buf_view(&r->text), str_from(e->root),
               str_from(e->branch), clock_now());
}

/* Who waits for what was fetched ahead has it, or is answered like anybody. */
static void answer_ahead(struct engine *e, uint64_t flight,
                         struct documents *docs, usec now)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        struct request *r = &e->board.requests[i];
        struct document *doc = r->id && !r->ready && r->flight == flight
                                   ? documents_find(docs, str_from(r->uri))
                                   : NULL;
        if (!doc)
            continue;
        struct ask ask = {.doc = doc,
                          .offset = r->offset,
                          .trigger = TRIGGER_AUTOMATIC,
                          .root = str_from(e->root),
                          .branch = str_from(e->branch),
                          .wall = clock_wall() / 1000000};
        engine_ask(e, r, &ask, now);
    }
}

void engine_ahead_tick(struct engine *e, struct documents *docs, usec now)
{
    struct flight_deps deps = engine_deps(e);
    struct flight *f = e->ahead.flight;
    uint64_t id = f ? f->id : 0;
    bool begins = !f && now >= e->ahead.due;
    if (!f && !begins)
        return;
    if (begins)
        ++e->last_flight;
    bool over =
        ahead_tick(&e->ahead, &deps, e->table, docs, e->last_flight, now);
    f = e->ahead.flight;
    if (begins && f && e->store)
        f->record = store_id(e->store);
    if (over) {
        recall_put(&e->recall, f, e->ahead.copy, builtin_knows(&e->builtin));
        end_flight(e, &deps);
        ahead_rest(&e->ahead, &deps);
    }
    if (id && !e->ahead.flight)
        answer_ahead(e, id, docs, now);
}
