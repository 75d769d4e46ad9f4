#include "history/spread.h"

#include <math.h>
#include <stdlib.h>

/* The values below SPREAD_STEPS have a bucket each. */
static size_t bucket_of(int64_t value)
{
    uint64_t v = value < 0 ? 0 : (uint64_t)value;
    size_t power = 0;
    while (v >> power >= 2 * SPREAD_STEPS)
        power++;
    size_t bucket =
        v < SPREAD_STEPS ? v : power * SPREAD_STEPS + (size_t)(v >> power);
    return bucket < SPREAD_BUCKETS ? bucket : SPREAD_BUCKETS - 1;
}

static double middle_of(size_t bucket)
{
    if (bucket < SPREAD_STEPS)
        return (double)bucket;
    int power = (int)(bucket / SPREAD_STEPS) - 1;
    double low = ldexp((double)(bucket % SPREAD_STEPS + SPREAD_STEPS), power);
    return low + (ldexp(1, power) - 1) / 2;
}

bool spread_add(struct spread *s, int64_t value)
{
    if (!s->buckets)
        s->buckets = calloc(SPREAD_BUCKETS, sizeof *s->buckets);
    if (!s->buckets)
        return false;
    s->buckets[bucket_of(value)]++;
    s->least = s->n && s->least < value ? s->least : value;
    s->most = s->n && s->most > value ? s->most : value;
    s->n++;
    return true;
}

double spread_at(const struct spread *s, double share)
{
    size_t rank = (size_t)ceil(share * (double)s->n), seen = 0, i = 0;
    if (s->n == 0)
        return NAN;
    while (i + 1 < SPREAD_BUCKETS &&
           (seen += s->buckets[i]) < (rank ? rank : 1))
        i++;
    return fmin(fmax(middle_of(i), (double)s->least), (double)s->most);
}

void spread_release(struct spread *s)
{
    free(s->buckets);
    *s = (struct spread){0};
}
