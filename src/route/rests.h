/*
 * Models that are left alone for a while, because their service asked for it
 * or has nothing to give: a model that rests is not asked before its time.
 */
#ifndef ROUTE_RESTS_H
#define ROUTE_RESTS_H

#include "base/clock.h"
#include "base/map.h"
#include "route/decide.h"

struct rests {
    struct map models; /* name -> until when, and why */
};

void rests_init(struct rests *r);
void rests_release(struct rests *r);
void rests_clear(struct rests *r);

/* From now on for `wait`, because of the failure `e`; a longer rest that has
 * begun stays. */
void rests_begin(struct rests *r, struct str model, enum err e, usec wait,
                 usec now);

/* How much longer, and in `*e` (not NULL) why; 0: it does not rest. */
usec rests_left(const struct rests *r, struct str model, usec now, enum err *e);

/* Exclude the candidates that rest, with the reason, and put them last. The
 * built-in model never does. */
void rests_exclude(const struct rests *r, struct decision *d, usec now);

#endif
