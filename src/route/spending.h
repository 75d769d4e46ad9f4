/*
 * What models took in dollars, this day and this month: in this process, and
 * before it and beside it, as the history has it. A day is the user's.
 */
#ifndef ROUTE_SPENDING_H
#define ROUTE_SPENDING_H

#include "base/map.h"
#include "route/budget.h"

struct spending {
    struct map lines;          /* by provider and model */
    int64_t day, month, until; /* where they began, and the day's end; as
                                * microseconds since 1970 */
};

void spending_init(struct spending *s);
void spending_release(struct spending *s);

/* A new day begins with nothing, and so does a month. Whether one began. */
bool spending_turn(struct spending *s, int64_t wall);

/* Set aside for a call; then what it took, instead. */
void spending_claim(struct spending *s, const struct model *m, double dollars);
void spending_settle(struct spending *s, const struct model *m, double claimed,
                     double took);

/* What others took, anew: begin, then add line by line. Names may be cut. */
void spending_others(struct spending *s);
void spending_add_other(struct spending *s, struct str provider,
                        struct str model, double day, double month);

/* Of what a budget covers; `t` knows the tags. */
struct purse spending_of(const struct spending *s, const struct table *t,
                         const struct budget *b);

#endif
