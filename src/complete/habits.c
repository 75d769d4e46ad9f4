#include "complete/habits.h"

#include <math.h>

enum { TYPED_MAX = 4 }; /* bytes: one character, or a closing pair */

static const double NEWEST = 0.3; /* weight of the last gap */

const struct pace pace_unknown = {.speed = NAN, .accepted = NAN};

static double faded(const struct habits *h, usec now)
{
    double seconds = now > h->at ? (double)(now - h->at) / 1e6 : 0;
    return h->typed * exp(-seconds / HABITS_SECONDS);
}

void habits_typed(struct habits *h, size_t bytes, usec now)
{
    if (bytes == 0 || bytes > TYPED_MAX)
        return;
    if (h->typed > 0 && now > h->at && now - h->at < MSEC(HABITS_GAP_MS)) {
        double gap = (double)(now - h->at) / 1000;
        h->gap_ms =
            h->gap_ms > 0 ? h->gap_ms + NEWEST * (gap - h->gap_ms) : gap;
    }
    h->typed = faded(h, now) + 1;
    h->at = now;
}

void habits_judged(struct habits *h, double share)
{
    h->shares[h->n++ % HABITS_VERDICTS] = share;
}

/* At a steady speed the faded sum is that of HABITS_SECONDS. */
static double speed(const struct habits *h, usec now)
{
    return faded(h, now) / HABITS_SECONDS;
}

static double accepted(const struct habits *h)
{
    size_t n = h->n < HABITS_VERDICTS ? h->n : HABITS_VERDICTS;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += h->shares[i];
    return n ? sum / (double)n : NAN;
}

struct pace habits_pace(const struct habits *h, usec now)
{
    return (struct pace){speed(h, now), h->gap_ms, accepted(h)};
}
