/*
 * Strategies: which of several models first. A built-in one filters and gives
 * a score, less is better; one of the user's own is SQL. Several are combined:
 * they filter in turn, and where the first finds two models alike, within
 * STRATEGY_TOLERANCE of each other, the next decides.
 */
#ifndef ROUTE_STRATEGY_H
#define ROUTE_STRATEGY_H

#include "route/random.h"
#include "route/standing.h"

struct reading;

/* Of scores: a tenth dearer or slower is alike. */
#define STRATEGY_TOLERANCE 0.1

enum { STRATEGIES_MAX = 64, ROUTE_STRATEGIES_MAX = 4 };

/* A candidate on its way to its place. */
struct contender {
    const struct standing *standing;
    size_t row; /* of the standings, which SQL counts */
    double scores[ROUTE_STRATEGIES_MAX];
    bool fits;                    /* through all filters so far */
    bool rests;                   /* left alone, or at a limit: it would fit */
    const struct rule *preferred; /* by this one; NULL: by none */
    char reason[160];             /* for its place, or for its exclusion */
};

struct strategy {
    const char *name;
    const char *doc;
    const char *unit; /* of the score, for people */
    /* NULL: all fit. */
    bool (*fits)(const struct standing *s, const struct task *task);
    /* NAN: unknown, which comes last. */
    double (*score)(const struct standing *s, const struct task *task);
    bool by_weights;       /* without a score: "balanced", else "adaptive" */
    struct sql_query *own; /* instead of both, for the user's */
};

/* From "strategies" and "weights". */
void strategies_read(struct reading *r, const cJSON *config);

void strategies_release(struct table *t);

/* By name, the user's before the built-in ones; NULL: unknown. */
const struct strategy *strategy_find(const struct table *t, struct str name);
size_t strategy_count(void); /* of the built-in ones */
const struct strategy *strategy_at(size_t i);

/* The end of a sentence about an unknown name. */
void strategy_explain(const struct table *t, struct str name, struct buf *out);

/*
 * Filter and order `c` by `n` strategies. A filter that would leave nothing
 * is not applied. Those that do not fit come last, `fits` false, with the
 * reason. The standings are set as SQL's rows already. Without `random`,
 * which may be NULL, "adaptive" takes what is likely instead of trying.
 */
void strategies_rank(const struct table *t, const struct strategy *const *by,
                     size_t n, const struct task *task, struct random *random,
                     struct contender *c, size_t n_contenders,
                     struct why *skipped);

#endif
