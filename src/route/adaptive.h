/*
 * The strategy "adaptive": Thompson sampling (Thompson, "On the likelihood
 * that one unknown probability exceeds another", 1933). Of each model the
 * chance that its completion is accepted is drawn from what is believed of it,
 * so that it is tried as often as it may be the best; what an accepted
 * completion that stays is worth, less the model's cost and time, is its
 * score. beliefs.h says how the past fades and how a change is followed.
 *
 * What a model does for one language and class begins with what it does for
 * the others, and with what all models do here: the logarithms of odds add up.
 * The draws are narrower than the belief, as Chapelle and Li found to cost
 * less ("An empirical evaluation of Thompson sampling", 2011).
 */
#ifndef ROUTE_ADAPTIVE_H
#define ROUTE_ADAPTIVE_H

#include "route/strategy.h"

/* Set scores[k] of each: dollars, less is better. Without `random`, which may
 * be NULL, what is likely is taken for what is drawn. */
void adaptive_score(const struct table *t, struct random *random,
                    struct contender *c, size_t n, size_t k);

#endif
