#include "route/random.h"

#include <math.h>

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift
 * generators, scrambled", 2016. */
double random_share(struct random *r)
{
    uint64_t x = r->state ? r->state : 88172645463325252u;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    r->state = x;
    return (double)((x * 2685821657736338717u) >> 11) / 9007199254740992.0;
}

/* Box and Muller, 1958. */
double random_normal(struct random *r)
{
    double u = 1 - random_share(r), v = random_share(r);
    return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

/* Marsaglia and Tsang, "A simple method for generating gamma variables",
 * 2000; below 1 by their section 6. */
static double gamma_of(struct random *r, double shape)
{
    if (shape < 1)
        return gamma_of(r, shape + 1) * pow(1 - random_share(r), 1 / shape);
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = random_normal(r), v = 1 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        if (log(1 - random_share(r)) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
}

double random_beta(struct random *r, double a, double b)
{
    double x = gamma_of(r, a), y = gamma_of(r, b);
    return x + y > 0 ? x / (x + y) : a / (a + b);
}
