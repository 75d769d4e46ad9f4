/*
 * A leg of a flight: one candidate that is asked, from the question to what
 * it took and what is told of it.
 */
#ifndef COMPLETE_LEG_H
#define COMPLETE_LEG_H

#include "complete/call.h"

struct document;
struct flight;
struct flight_deps;

struct leg {
    const struct model *model; /* that is asked, or wrote the text */
    size_t place;              /* its candidate's, in the chain */
    usec until;    /* when its key, its turn, or a first text has to be there */
    usec patience; /* for how long its stream may pause */
    bool airborne; /* the fleet counts its call as under way */
    bool queued;   /* its model has no place for it yet */
    bool called;   /* queued, and it has one now */
    bool keyless;  /* its key is still on its way */
    struct call call;
};

void leg_init(struct leg *l, const struct model *m, size_t place, usec now);
void leg_release(struct leg *l);

/* Send the prompt. OK without a transfer where the key is still on its way:
 * `keyless`. */
enum err leg_start(struct flight *f, struct leg *l,
                   const struct flight_deps *deps, const struct document *doc,
                   usec now, struct why *why);

/* End the transfer; one that has a model loaded goes on for that. */
void leg_hang_up(struct leg *l, const struct flight_deps *deps);

/* What the call took goes into the books and the flight's bill, once: also of
 * a stream that we cut, whose last word on it is lost. */
struct bill leg_settle(struct flight *f, struct leg *l,
                       const struct flight_deps *deps);

/* What the fleet learns of the call: it answered; it failed; or it ended
 * otherwise, which says nothing of the model. */
void leg_praise(struct flight *f, struct leg *l, const struct flight_deps *deps,
                const struct bill *bill, usec now);
void leg_blame(struct leg *l, const struct flight_deps *deps, enum err e,
               usec now);
void leg_drop(struct leg *l, const struct flight_deps *deps);

/* It waits until its model has a place for one more call, or no more. */
void leg_queue(struct leg *l, const struct flight_deps *deps);
void leg_leave_queue(struct leg *l, const struct flight_deps *deps);

/* Tell of the call in the flight's list of attempts; `why` may be NULL. */
void leg_note(struct flight *f, const struct leg *l, enum err e,
              const struct why *why, const struct bill *bill, usec now);

/* It is over before its call is, which was no failure: what that took is
 * counted, and told as `e`. */
void leg_cut(struct flight *f, struct leg *l, const struct flight_deps *deps,
             enum err e, const struct why *why, usec now);

#endif
