/*
 * What became of one model's completions, for each kind of them (language and
 * class): accepted or not, and retained. What is older counts less, and what
 * is older than a change of the model does not count at all.
 *
 * A change is seen by the cumulative sum of Page ("Continuous inspection
 * schemes", 1954), a sum for the worse and one for the better: each verdict
 * adds how much likelier it is after a change than before. Once a sum is
 * large, only what came since it began to grow is believed any more; that a
 * bandit restarts so is from Liu, Lee and Shroff ("A change-detection based
 * framework for piecewise-stationary multi-armed bandit problem", 2018). The
 * sums of a kind see what changes there, those over all kinds what changes
 * everywhere.
 */
#ifndef ROUTE_BELIEFS_H
#define ROUTE_BELIEFS_H

#include "base/map.h"
#include "route/standing.h"

/* Before anything is known: three in ten are accepted, as published of
 * Copilot's users (Ziegler et al., "Productivity assessment of neural code
 * completion", 2022). So many verdicts that counts for. */
#define BELIEF_GUESS 0.3
#define BELIEF_FOR 4.0

/* How much likelier one way than the other, since a change may have been. */
struct shift {
    double sum;                /* of logarithms */
    double accepted, rejected; /* since it was 0 last, for a kind */
};

struct belief {
    struct verdicts verdicts; /* as they counted at `at` */
    uint64_t at;
    struct shift worse, better;
};

struct beliefs {
    struct map kinds;         /* "language/class" -> struct belief */
    struct verdicts verdicts; /* of all kinds, as they counted at `at` */
    uint64_t at;
    struct shift worse, better;
};

void beliefs_init(struct beliefs *b);
void beliefs_release(struct beliefs *b);

/*
 * The share of a completion that was accepted, 0 to 1; and of an accepted one
 * the share that was still there later. `judged` counts the completions of
 * all models that were judged so far: by it the past fades, so that a model
 * that is not asked any more comes to be tried again.
 */
void beliefs_accepted(struct beliefs *b, const struct task *task, double share,
                      uint64_t judged);
void beliefs_retained(struct beliefs *b, const struct task *task, double share,
                      uint64_t judged);

/* As they count now: of this kind, of all others, and of all. */
struct verdicts beliefs_own(const struct beliefs *b, const struct task *task,
                            uint64_t judged);
struct verdicts beliefs_elsewhere(const struct beliefs *b,
                                  const struct task *task, uint64_t judged);
struct verdicts beliefs_all(const struct beliefs *b, uint64_t judged);

#endif
