/*
 * Before a flight asks a model: whether another process of the user is asking
 * the same, or has the answer. Its answer, out of the file that keeps
 * completions, is waited for, for at most half of the time that is left; when
 * it ends without one, however it ends, this one asks.
 *
 *   --taken by another--> YIELDING --it let go--> OURS --flight is over--> none
 *   --free------------------------------------------^
 *
 * Where no file is kept, or nothing of that document may be in it, everybody
 * asks for themselves.
 */
#ifndef COMPLETE_FLIGHT_LEASE_H
#define COMPLETE_FLIGHT_LEASE_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

struct document;
struct flight;
struct flight_deps;

/* While another process has it: it does not tell when it lets go. */
enum { LEASE_LOOK_MS = 20 };

struct flight_lease {
    uint64_t id;   /* of what is asked for */
    usec until;    /* when no other is waited for any longer */
    bool ours;     /* the others leave it to us */
    bool looks;    /* the file is asked for what it has: */
    usec look_end; /* until then */
};

/* Whether the flight has to wait, until f->due; false: it may ask. */
bool flight_yields(struct flight *f, const struct flight_deps *deps,
                   const struct document *doc, usec now);

/* Nobody has to wait for the flight any more. */
void flight_end_lease(struct flight *f, const struct flight_deps *deps);

#endif
