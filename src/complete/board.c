#include "complete/board.h"
#include "complete/draft.h"
#include "complete/several.h"

#include <string.h>

struct request *board_request(struct board *b, completion_id id)
{
    for (size_t i = 0; i < REQUESTS; i++)
        if (id && b->requests[i].id == id)
            return &b->requests[i];
    return NULL;
}

struct call *board_call(struct board *b, http_id id)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        struct flight *f = b->flights[i];
        if (f && f->lead.call.id == id)
            return &f->lead.call;
        if (f && f->hedge.call.id == id)
            return &f->hedge.call;
    }
    return NULL;
}

struct flight **board_flight_of_doc(struct board *b, const struct document *doc)
{
    for (size_t i = 0; i < FLIGHTS; i++)
        if (b->flights[i] && !b->flights[i]->leader &&
            b->flights[i]->generation == doc->generation)
            return &b->flights[i];
    return NULL;
}

struct flight **board_flight_of_id(struct board *b, uint64_t id)
{
    for (size_t i = 0; i < FLIGHTS; i++)
        if (b->flights[i] && b->flights[i]->id == id)
            return &b->flights[i];
    return NULL;
}

void board_answer(struct board *b, struct flight *f)
{
    bool shared = false;
    for (size_t i = 0; i < REQUESTS; i++) {
        struct request *r = &b->requests[i];
        struct str rest = {0};
        if (!r->id || r->ready || r->flight != f->id)
            continue;
        flight_rest(f, &rest);
        r->answered_by = f->id;
        r->result = (struct completion){
            .model = f->lead.model->name,
            .provider = f->lead.model->provider,
            .class = f->seen.c.class,
            .record = f->record,
            .route = f->decision.route->index,
            .cached = f->recalled,
            .joined = shared || r->asked > f->started,
            .first_text =
                f->first_text > r->asked ? f->first_text - r->asked : 0,
            .silent = f->decision.ruling.silent,
            .is_part = f->is_part,
            .bill = shared ? bill_none : f->bill,
            .attempts = f->attempts,
            .n_attempts = shared ? 0 : f->n_attempts,
        };
        shared = true;
        f->answered = true;
        request_text(r, rest);
        several_add(b, f, r);
        request_ready(r, OK);
    }
}

void board_refuse(struct board *b, const char *uri, enum err outcome,
                  const struct ask *newer)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        struct request *r = &b->requests[i];
        if (!r->id || r->result.outcome || strcmp(r->uri, uri) != 0)
            continue;
        if (!newer || request_yields(r, newer))
            request_refuse(r, outcome);
    }
}

void board_move(struct board *b, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < REQUESTS; i++)
        if (b->requests[i].id && b->requests[i].flight == from)
            b->requests[i].flight = to;
}

bool board_awaits(const struct board *b, uint64_t flight)
{
    for (size_t i = 0; i < REQUESTS; i++)
        if (b->requests[i].id && b->requests[i].flight == flight)
            return true;
    return false;
}

struct request *board_free_request(struct board *b)
{
    for (size_t i = 0; i < REQUESTS; i++)
        if (!b->requests[i].id)
            return &b->requests[i];
    return NULL;
}

struct flight **board_free_flight(struct board *b)
{
    for (size_t i = 0; i < FLIGHTS; i++)
        if (!b->flights[i])
            return &b->flights[i];
    return NULL;
}

size_t board_waiting(const struct board *b)
{
    size_t n = 0;
    for (size_t i = 0; i < REQUESTS; i++)
        n += b->requests[i].id && !b->requests[i].ready;
    return n;
}

size_t board_flying(const struct board *b)
{
    size_t n = 0;
    for (size_t i = 0; i < FLIGHTS; i++)
        n += b->flights[i] != NULL;
    return n;
}

struct flight **board_next_in_queue(struct board *b, struct fleet *fleet)
{
    struct flight **newest = NULL;
    for (size_t i = 0; i < FLIGHTS; i++) {
        const struct flight *f = b->flights[i];
        if (f && f->lead.queued && (!newest || f->id > (*newest)->id) &&
            fleet_has_place(fleet, f->lead.model))
            newest = &b->flights[i];
    }
    return newest;
}

usec board_due(const struct board *b)
{
    usec next = USEC_NEVER;
    for (size_t i = 0; i < REQUESTS; i++)
        if (b->requests[i].id && b->requests[i].ready)
            return 0;
    for (size_t i = 0; i < FLIGHTS; i++) {
        const struct flight *f = b->flights[i];
        if (!f)
            continue;
        usec due = flight_next(f);
        if (f->orphaned != USEC_NEVER && f->orphaned + MSEC(ORPHAN_MS) < due)
            due = f->orphaned + MSEC(ORPHAN_MS);
        next = due < next ? due : next;
        due = draft_next(b, f);
        next = due < next ? due : next;
        due = several_next(b, f);
        next = due < next ? due : next;
    }
    return next;
}
