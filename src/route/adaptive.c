#include "route/adaptive.h"
#include "route/beliefs.h"

#include <math.h>

/* A belief of so many verdicts is drawn from as if it were of twice as many. */
#define NARROWER 2.0

static double cost_of(const struct standing *s)
{
    return s->expected_cost;
}

static double wait_of(const struct standing *s)
{
    return isnan(s->ttft_ms) ? s->avg_ms : s->ttft_ms;
}

/* The mean of what is known, for what is not. */
static double usual(const struct contender *c, size_t n,
                    double (*of)(const struct standing *))
{
    double sum = 0, known = 0;
    for (size_t i = 0; i < n; i++) {
        double value = of(c[i].standing);
        if (isnan(value))
            continue;
        sum += value;
        known++;
    }
    return known > 0 ? sum / known : 0;
}

/* A share, where `guess` counts for BELIEF_FOR verdicts. */
static double share(double yes, double no, double guess)
{
    return (yes + guess * BELIEF_FOR) / (yes + no + BELIEF_FOR);
}

static double odds(double share)
{
    return share / (1 - share);
}

/* All the models, together: what they do here and elsewhere. */
struct crowd {
    double here, elsewhere; /* accepted, share */
    double stays;           /* retained, share of these */
};

static struct crowd crowd_of(const struct contender *c, size_t n)
{
    struct verdicts here = {0}, elsewhere = {0};
    for (size_t i = 0; i < n; i++) {
        const struct standing *s = c[i].standing;
        here.accepted += s->verdicts.accepted;
        here.rejected += s->verdicts.rejected;
        elsewhere.accepted += s->elsewhere.accepted;
        elsewhere.rejected += s->elsewhere.rejected;
        here.retained += s->verdicts.retained + s->elsewhere.retained;
        here.lost += s->verdicts.lost + s->elsewhere.lost;
    }
    struct crowd of = {0};
    of.elsewhere = share(elsewhere.accepted, elsewhere.rejected, BELIEF_GUESS);
    of.here = share(here.accepted, here.rejected, of.elsewhere);
    of.stays = share(here.retained, here.lost, 1);
    return of;
}

/* The chance that its completion is accepted, and the share that stays. */
static double chance_of(const struct standing *s, const struct crowd *crowd,
                        struct random *random)
{
    const struct verdicts *own = &s->verdicts, *other = &s->elsewhere;
    double its = share(other->accepted, other->rejected, crowd->elsewhere);
    double o = odds(crowd->here) * odds(its) / odds(crowd->elsewhere);
    double guess = o / (1 + o);
    double a = own->accepted + guess * BELIEF_FOR;
    double b = own->rejected + (1 - guess) * BELIEF_FOR;
    double stays = share(own->retained, own->lost,
                         share(other->retained, other->lost, crowd->stays));
    return stays * (random ? random_beta(random, a * NARROWER, b * NARROWER)
                           : a / (a + b));
}

void adaptive_score(const struct table *t, struct random *random,
                    struct contender *c, size_t n, size_t k)
{
    struct crowd crowd = crowd_of(c, n);
    double cost = usual(c, n, cost_of), wait = usual(c, n, wait_of);
    for (size_t i = 0; i < n; i++) {
        const struct standing *s = c[i].standing;
        double own_cost = cost_of(s), own_wait = wait_of(s);
        c[i].scores[k] =
            (isnan(own_cost) ? cost : own_cost) +
            (isnan(own_wait) ? wait : own_wait) / 1000 * t->adaptive.second -
            chance_of(s, &crowd, random) * t->adaptive.worth;
    }
}
