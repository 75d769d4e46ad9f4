#include "complete/habits.h"

#include <math.h>

enum { TYPED_MAX = 4 }; /* bytes: one character, or a closing pair */

static double faded(const struct habits *h, usec now)
{
    double seconds = now > h->at ? (double)(now - h->at) / 1e6 : 0;
    return h->typed * exp(-seconds / HABITS_SECONDS);
}

void habits_typed(struct habits *h, size_t bytes, usec now)
{
    if (bytes == 0 || bytes > TYPED_MAX)
        return;
    h->typed = faded(h, now) + 1;
    h->at = now;
}

void habits_judged(struct habits *h, double share)
{
    h->shares[h->n++ % HABITS_VERDICTS] = share;
}

/* At a steady speed the faded sum is that of HABITS_SECONDS. */
double habits_speed(const struct habits *h, usec now)
{
    return faded(h, now) / HABITS_SECONDS;
}

double habits_accepted(const struct habits *h)
{
    size_t n = h->n < HABITS_VERDICTS ? h->n : HABITS_VERDICTS;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += h->shares[i];
    return n ? sum / (double)n : NAN;
}
