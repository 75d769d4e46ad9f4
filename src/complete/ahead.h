/*
 * Fetching ahead: while a completion is looked at, the one that would follow
 * it is asked for, in a copy of the document with the first one in it. Who
 * accepts finds it in the cache. Nothing of it is shown by itself.
 *
 *   IDLE --shown--> PLANNED --looked at for a moment--> UNDER WAY --> THERE
 *     ^                |                                   |             |
 *     +--- another change, another request, a draft -------+-------------+
 *
 * What is shown may be typed along: the document that is looked ahead into
 * stays the same, and is asked about once.
 *
 * `prefetch` says of which models: those that cost nothing, where nothing is
 * said. It makes way for what is really asked, and takes no model's last
 * place.
 */
#ifndef COMPLETE_AHEAD_H
#define COMPLETE_AHEAD_H

#include "complete/recall.h"

enum { AHEAD_MS = 150 }; /* that one is looked at before */

/* In flight::leader, which is no flight then. */
#define AHEAD_LEADER UINT64_MAX

struct ahead {
    struct documents docs; /* the copy alone */
    struct document *copy; /* NULL: not made */
    struct flight *flight; /* NULL: none */
    struct recent recent;
    char *uri, *root, *branch, *text; /* of what is shown; NULL: none is */
    size_t len, offset;
    uint32_t generation; /* of the document */
    uint64_t serial;     /* likewise: its text */
    usec due;            /* USEC_NEVER: nothing is planned */
};

/* Of zero bytes: it is large, and most never need it. */
void ahead_init(struct ahead *a);
/* What came is kept elsewhere: nothing is asked again while it fits. */
void ahead_rest(struct ahead *a, const struct flight_deps *deps);
/* What is planned, under way or there is over. */
void ahead_stop(struct ahead *a, const struct flight_deps *deps);
void ahead_release(struct ahead *a, const struct flight_deps *deps);

/* A completion is shown, whole, at byte `offset`. */
void ahead_plan(struct ahead *a, const struct document *doc, size_t offset,
                struct str text, struct str root, struct str branch, usec now);

/* The document changed: is it still on its way to what was expected, by
 * typing or by accepting what is shown? */
bool ahead_fits(const struct ahead *a, const struct document *doc);

/* Whether what would follow `text` there is under way or there. */
bool ahead_has(const struct ahead *a, const struct document *doc, size_t offset,
               struct str text);

/* Whether what is asked for there is under way, by the id of its flight; 0:
 * it is not. */
uint64_t ahead_flight(const struct ahead *a, const struct document *doc,
                      size_t offset);

/* Do what is due. True when the flight is over: `flight` and `copy` have what
 * came until ahead_stop(). A flight that begins has the id `id`. */
bool ahead_tick(struct ahead *a, const struct flight_deps *deps,
                struct table *table, const struct documents *docs, uint64_t id,
                usec now);
usec ahead_next(const struct ahead *a);

#endif
