/*
 * How long something takes, lately: a histogram on a logarithmic scale whose
 * past fades, so that mean and quantiles follow a model that changes.
 */
#ifndef ROUTE_LATENCY_H
#define ROUTE_LATENCY_H

#include "base/clock.h"

enum { LATENCY_BINS = 48 }; /* from 1 ms on, each a quarter wider: to 44 s */

struct latency {
    float bins[LATENCY_BINS];
    double sum, weight; /* milliseconds, observations; both faded */
    usec at;            /* until when */
};

/* One observation; what is older by `half_life` (0: nothing fades) counts
 * half. */
void latency_add(struct latency *l, double ms, usec now, usec half_life);
/* One that was made long ago: it counts for `weight` by now, above 0. */
void latency_recall(struct latency *l, double ms, double weight, usec now,
                    usec half_life);

/* Add all of another one's, as they count there. */
void latency_merge(struct latency *l, const struct latency *other);

/* One that was cut off after `ms`, and would have taken that long at least: it
 * counts among those that took longer, in their shares (Kaplan and Meier's
 * estimate, redistributed to the right as by Efron). To leave it out would let
 * the slow ones vanish, and the quantiles sink. */
void latency_add_cut(struct latency *l, double ms, usec now, usec half_life);

/* Observations, faded. */
double latency_count(const struct latency *l);

/* Milliseconds; NAN without an observation. A quantile is exact within an
 * eighth. */
double latency_mean(const struct latency *l);
double latency_quantile(const struct latency *l, double share);

/* However long ago, what is all that one knows is worth this much. */
#define LATENCY_LEAST 1e-6

/* What fades with time: `value` as it counts at `now`. */
double faded(double value, usec since, usec now, usec half_life);

#endif
