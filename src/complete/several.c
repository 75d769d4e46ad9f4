#include "complete/several.h"

#include <math.h>

static usec later(usec a, usec b)
{
    return a > b ? a : b;
}

struct flight **several_each(struct board *b, uint64_t leader, size_t *at)
{
    while (*at < FLIGHTS) {
        struct flight **slot = &b->flights[(*at)++];
        if (*slot && (*slot)->leader == leader)
            return slot;
    }
    return NULL;
}

static struct flight *sibling_new(struct flight *leader,
                                  const struct document *doc, uint64_t id,
                                  unsigned variant, usec now)
{
    struct ask ask = {
        .doc = (struct document *)doc,
        .offset = leader->origin + leader->typed.len,
        .trigger = leader->trigger,
        .root = str_from(leader->root),
        .branch = str_from(leader->branch),
        .pace = leader->pace,
        .wall = leader->wall,
    };
    struct flight *f = flight_new(id, leader->table, &ask, now);
    if (!f)
        return NULL;
    f->leader = leader->id;
    f->variant = variant;
    return f;
}

void several_start(struct board *b, struct flight *leader,
                   const struct document *doc, uint64_t *last,
                   struct store *store, usec now)
{
    unsigned wanted = leader->decision.ruling.options.candidates;
    if (leader->leader || leader->spread || leader->state == FLIGHT_QUIET ||
        leader->decision.ruling.silent || !leader->lead.model->dialect)
        return;
    leader->spread = true;
    for (unsigned k = 1; k < wanted && k < CANDIDATES_MAX; k++) {
        struct flight **slot = board_free_flight(b);
        if (!slot)
            return;
        *slot = sibling_new(leader, doc, ++*last, k, now);
        if (*slot && store)
            (*slot)->record = store_id(store);
    }
}

/* --- waiting */

static usec patience_of(const struct flight *leader)
{
    usec took = leader->landed - leader->started;
    usec until = leader->landed + later(took, MSEC(SEVERAL_PATIENCE_MS));
    return until < leader->deadline ? until : leader->deadline;
}

static bool has_one_under_way(const struct board *b,
                              const struct flight *leader)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        const struct flight *f = b->flights[i];
        if (f && f->leader == leader->id && f->state != FLIGHT_LANDED)
            return true;
    }
    return false;
}

bool several_waits(const struct board *b, const struct flight *leader, usec now)
{
    return leader->state == FLIGHT_LANDED && leader->spread &&
           board_awaits(b, leader->id) && now < patience_of(leader) &&
           has_one_under_way(b, leader);
}

usec several_next(const struct board *b, const struct flight *leader)
{
    return leader->state == FLIGHT_LANDED && leader->spread &&
                   has_one_under_way(b, leader)
               ? patience_of(leader)
               : USEC_NEVER;
}

/* --- the answer */

static void add_sibling(const struct flight *f, struct request *r)
{
    struct str rest;
    bill_add(&r->result.bill, &f->bill);
    if (flight_rest(f, &rest) && !f->is_part)
        request_add(r, rest, f->lead.model->name, f->record);
}

void several_add(const struct board *b, const struct flight *leader,
                 struct request *r)
{
    struct str draft;
    if (!leader->spread || leader->decision.ruling.options.candidates < 2)
        return;
    for (unsigned k = 1; k < CANDIDATES_MAX; k++)
        for (size_t i = 0; i < FLIGHTS; i++) {
            const struct flight *f = b->flights[i];
            if (f && f->leader == leader->id && f->variant == k &&
                f->state == FLIGHT_LANDED)
                add_sibling(f, r);
        }
    if (flight_draft_rest(leader, &draft))
        request_add(r, draft, leader->table->builtin->name, 0);
}
