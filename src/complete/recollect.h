/*
 * What the user's other processes know of the models, and those before this
 * one: which are left alone, both ways, and what their calls taught. It goes
 * through the history, beside the loop; nobody waits for it.
 *
 * A change of health is written at once and read every STORE_READ_MS while
 * somebody types, so others hear of it within about two and a half seconds,
 * or with their first key after a pause.
 */
#ifndef COMPLETE_RECOLLECT_H
#define COMPLETE_RECOLLECT_H

#include "history/store.h"
#include "route/fleet.h"

enum { RECOLLECT_SLICE = 16 }; /* lessons a turn: some 10 µs */

struct recollection {
    uint64_t asked;          /* the table that it was asked for; 0: none */
    struct lessons *lessons; /* on their way into the fleet; or NULL */
    size_t left;
    int64_t wall;                   /* when they were read */
    int64_t newest[LESSONS_MODELS]; /* calls: when they were made */
};

void recollection_release(struct recollection *r);

/* Everything has to be read anew: there is another store, or none. */
void recollection_restart(struct recollection *r);

/* Ask, take what is there, and put a slice of it into the fleet. */
void recollect(struct recollection *r, struct fleet *f, const struct table *t,
               struct store *s, usec now, int64_t wall);
/* Whether more of it is at hand. */
bool recollects(const struct recollection *r);

/* A circuit was found open, or closed, by this process. */
typedef void circuit_fn(void *arg, const struct health_record *r);

/* Tell the others of what has changed here, and `heard` (or NULL); hear what
 * they tell. `s` may be NULL. */
void recollect_tell(struct fleet *f, const struct table *t, struct store *s,
                    circuit_fn *heard, void *arg);
void recollect_hear(struct fleet *f, const struct table *t,
                    const struct summary *s);

/* All that the history at this path teaches, at once: for commands. */
void recollect_load(struct fleet *f, const struct table *t, const char *path,
                    usec now, int64_t wall);

#endif
