/*
 * A leg of a flight: one candidate that is asked, from the question to what
 * it took and what is told of it.
 */
#ifndef COMPLETE_LEG_H
#define COMPLETE_LEG_H

#include "complete/call.h"
#include "route/privacy.h"

struct document;
struct flight;
struct flight_deps;

struct leg {
    const struct model *model; /* that is asked, or wrote the text */
    size_t place;              /* its candidate's, in the chain */
    size_t origin; /* where its text goes; behind the flight's when that was
                    * typed along meanwhile */
    usec until;    /* when its key, its turn, or a first text has to be there */
    usec patience; /* for how long its stream may pause */
    bool airborne; /* the fleet counts its call as under way */
    bool queued;   /* its model has no place for it yet */
    usec look;     /* queued: when to look whether another process left it */
    bool called;   /* queued, and it has one now */
    bool keyless;  /* its key is still on its way */
    enum privacy
        shown; /* the strictest tier of the other files in its prompt */
    struct call call;
};

void leg_init(struct leg *l, const struct model *m, size_t place, size_t origin,
              usec now);
void leg_release(struct leg *l);

/* Send the prompt. OK without a transfer where the key is still on its way
 * (`keyless`) or another process was faster (`queued`). */
enum err leg_start(struct flight *f, struct leg *l,
                   const struct flight_deps *deps, const struct document *doc,
                   usec now, struct why *why);

/* It waits until its model has a place for one more call, or no more. */
void leg_queue(struct leg *l, const struct flight_deps *deps, usec now);
void leg_leave_queue(struct leg *l, const struct flight_deps *deps);

/*
 * Its ends. Each of them ends the transfer (one that has a model loaded goes
 * on for that); what it took goes into the books and the flight's bill, once,
 * also of a stream that we cut, whose last word on it is lost; the fleet
 * learns of it; and but for the last it is told in the list of attempts.
 */

/* It answered, and we have all that we want of it. */
void leg_succeed(struct flight *f, struct leg *l,
                 const struct flight_deps *deps, usec now);

/* It failed. */
void leg_fail(struct flight *f, struct leg *l, const struct flight_deps *deps,
              enum err e, const struct why *why, usec now);

/* It failed as its call says. Where it was the key that was refused, before
 * any text, the same model has its turn again with the next one. */
void leg_fail_call(struct flight *f, struct leg *l,
                   const struct flight_deps *deps, usec now);

/* Another's text came first. */
void leg_outrun(struct flight *f, struct leg *l, const struct flight_deps *deps,
                const struct leg *by, usec now);

/* Nobody wants its answer any more. */
void leg_cut(struct flight *f, struct leg *l, const struct flight_deps *deps,
             usec now);

void leg_close(struct flight *f, struct leg *l, const struct flight_deps *deps);

#endif
