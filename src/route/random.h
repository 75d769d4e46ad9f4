/* Random numbers whose state is an argument: a seed gives one sequence. */
#ifndef ROUTE_RANDOM_H
#define ROUTE_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state; /* any; 0 is a seed, too */
};

double random_share(struct random *r);  /* [0, 1) */
double random_normal(struct random *r); /* mean 0, deviation 1 */

/* From the beta distribution; `a` and `b` are above 0. */
double random_beta(struct random *r, double a, double b);

#endif
