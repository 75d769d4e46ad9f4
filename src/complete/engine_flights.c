#include "complete/engine_flights.h"
#include "base/log.h"
#include "complete/draft.h"
#include "complete/several.h"

/* --- the transfers' callbacks: found by id, recorded, judged in the tick */

static struct call *call_of(struct engine *e, http_id id)
{
    struct flight *f = e->ahead.flight;
    return f && f->lead.call.id == id ? &f->lead.call
                                      : board_call(&e->board, id);
}

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    struct call *c = call_of(arg, id);
    return c && call_data(c, r, bytes, clock_now());
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err err, const struct why *why)
{
    struct engine *e = arg;
    struct call *c = call_of(e, id);
    if (!c)
        warm_heard(e->warm, id, clock_now()); /* its first byte is enough */
    else
        call_end(c, r, err, why, clock_now());
}

const struct http_events engine_flights_events = {on_data, on_end};

/* --- their end */

static void drop_one(struct engine *e, struct flight **slot)
{
    struct flight_deps deps = engine_deps(e);
    struct chronicle to = engine_chronicle(e);
    struct flight *f = *slot;
    flight_cut(f, &deps, clock_now());
    if ((f->leader || (f->draft_given && !f->answered)) && e->tried)
        e->tried(e->draft_arg, f->attempts, f->n_attempts);
    chronicle_flight(&to, f, f->answered, clock_now());
    flight_free(*slot, &deps);
    *slot = NULL;
}

void engine_flights_drop(struct engine *e, struct flight **slot)
{
    uint64_t id = (*slot)->id;
    bool answered = (*slot)->answered;
    size_t at = 0;
    drop_one(e, slot);
    while ((slot = several_each(&e->board, id, &at))) {
        (*slot)->answered = answered && (*slot)->state == FLIGHT_LANDED;
        drop_one(e, slot);
    }
}

void engine_flights_leave(struct engine *e, struct flight **slot, usec now)
{
    struct flight *f = slot ? *slot : NULL;
    if (!f || board_awaits(&e->board, f->id))
        return;
    if (f->typed.len == 0)
        engine_flights_drop(e, slot);
    else if (f->orphaned == USEC_NEVER)
        f->orphaned = now;
}

/* --- typing */

static void edit_siblings(struct engine *e, uint64_t leader,
                          const struct change *change, struct str with)
{
    size_t at = 0;
    struct flight **slot;
    while ((slot = several_each(&e->board, leader, &at)))
        if (!flight_edited(*slot, change, with))
            drop_one(e, slot);
}

void engine_flights_edited(struct engine *e, struct flight **slot,
                           const struct document *doc,
                           const struct change *change, usec now)
{
    struct str with = {0};
    bool keeps = e->table->keeps_streams || (*slot)->state == FLIGHT_LANDED;
    if (change)
        with = str_sub(text_view(&doc->text), change->start, change->new_end);
    if (keeps && change && flight_edited(*slot, change, with)) {
        (*slot)->orphaned = now;
        edit_siblings(e, (*slot)->id, change, with);
    } else {
        engine_flights_drop(e, slot);
    }
}

/* What came is not what was typed meanwhile: it is cut, and who waits is
 * answered by another, asked behind that within the same time. */
static void ask_anew(struct engine *e, struct flight **slot,
                     struct document *doc)
{
    const struct flight *f = *slot;
    struct flight *next = NULL;
    struct ask ask = {
        .doc = doc,
        .offset = f->origin + f->typed.len,
        .trigger = f->trigger,
        .root = str_from(f->root),
        .branch = str_from(f->branch),
        .pace = f->pace,
        .wall = f->wall,
    };
    if (board_awaits(&e->board, f->id))
        next = flight_new(++e->last_flight, f->table, &ask, f->started);
    if (next && e->store)
        next->record = store_id(e->store);
    if (next)
        board_move(&e->board, f->id, next->id);
    log_debug("engine", "#%llu: something else was typed",
              (unsigned long long)f->id);
    engine_flights_drop(e, slot);
    *slot = next;
}

/* --- the tick */

/* Those that got the text of a flight that another request began. */
static void chronicle_shared(struct engine *e, const struct flight *f, usec now)
{
    struct chronicle to = engine_chronicle(e);
    for (size_t i = 0; i < REQUESTS; i++) {
        const struct request *r = &e->board.requests[i];
        if (r->id && r->answered_by == f->id && r->result.joined)
            chronicle_joined(&to, f, r, now);
    }
}

/* It has just landed. */
static void land(struct engine *e, struct flight *f, struct document *doc,
                 usec now)
{
    f->landed = now;
    struct better better = {
        .doc = doc,
        .offset = f->origin + f->typed.len,
        .in_text = f->draft_shown,
        .in_menu = f->draft_listed,
    };
    if (e->better && draft_is_outdone(f))
        e->better(e->draft_arg, &better);
}

static void keep(struct engine *e, struct flight *f, const struct document *doc,
                 usec now)
{
    f->kept = true;
    if (f->lead.model->dialect && f->lead.call.any_bytes)
        warm_note(e->warm, f->lead.model, now);
    if (!f->recalled &&
        (f->lead.model->dialect || builtin_is_settled(&e->builtin)))
        recall_put(&e->recall, f, doc, builtin_knows(&e->builtin));
}

static void tick_flight(struct engine *e, struct flight **slot,
                        struct documents *docs, usec now)
{
    struct flight *f = *slot;
    struct flight_deps deps = engine_deps(e);
    struct document *doc = documents_find(docs, str_from(f->uri));
    bool forgotten =
        f->orphaned != USEC_NEVER && now >= f->orphaned + MSEC(ORPHAN_MS);
    if (!doc || doc->generation != f->generation || forgotten) {
        engine_flights_drop(e, slot);
        return;
    }
    flight_tick(f, &deps, doc, now);
    if (!flight_agrees(f)) {
        ask_anew(e, slot, doc);
        return;
    }
    draft_tick(&e->board, f, &deps, doc, now);
    several_start(&e->board, f, doc, &e->last_flight, e->store, now);
    if (f->state == FLIGHT_LANDED && !f->landed)
        land(e, f, doc, now);
}

static void call_waiting(struct engine *e, struct documents *docs, usec now)
{
    struct flight **slot;
    for (size_t i = 0;
         i < FLIGHTS && (slot = board_next_in_queue(&e->board, e->fleet));
         i++) {
        (*slot)->lead.called = true;
        tick_flight(e, slot, docs, now);
    }
}

/* Siblings go with their leader. What was tried is viewed by the answers until
 * they are given. */
static void answer_landed(struct engine *e, usec now)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        struct flight *f = e->board.flights[i];
        if (!f || f->state != FLIGHT_LANDED || f->leader ||
            several_waits(&e->board, f, now))
            continue;
        board_answer(&e->board, f);
        chronicle_shared(e, f, now);
        f->over = true;
    }
}

void engine_flights_tick(struct engine *e, struct documents *docs, usec now)
{
    for (size_t i = 0; i < FLIGHTS; i++)
        if (e->board.flights[i])
            tick_flight(e, &e->board.flights[i], docs, now);
    call_waiting(e, docs, now);
    answer_landed(e, now);
}

static void keep_landed(struct engine *e, const struct documents *docs,
                        usec now)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        struct flight *f = e->board.flights[i];
        const struct document *doc =
            f && f->landed && !f->kept ? documents_find(docs, str_from(f->uri))
                                       : NULL;
        if (doc)
            keep(e, f, doc, now);
    }
}

void engine_flights_clear(struct engine *e, const struct documents *docs,
                          usec now)
{
    keep_landed(e, docs, now); /* a leader that is dropped takes others along */
    for (size_t i = 0; i < FLIGHTS; i++)
        if (e->board.flights[i] && e->board.flights[i]->over)
            engine_flights_drop(e, &e->board.flights[i]);
}
