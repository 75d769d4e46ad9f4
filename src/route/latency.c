#include "route/latency.h"

#include <math.h>

#define RATIO 1.25

double faded(double value, usec since, usec now, usec half_life)
{
    if (half_life == 0 || now <= since)
        return value;
    return value * exp2(-(double)(now - since) / (double)half_life);
}

static void fade(struct latency *l, usec now, usec half_life)
{
    double factor = faded(1, l->at, now, half_life);
    if (now > l->at)
        l->at = now;
    if (l->weight * factor < LATENCY_LEAST) /* or the bins would end at 0 */
        factor = l->weight > LATENCY_LEAST ? LATENCY_LEAST / l->weight : 1;
    if (factor >= 1)
        return;
    for (int i = 0; i < LATENCY_BINS; i++)
        l->bins[i] *= (float)factor;
    l->sum *= factor;
    l->weight *= factor;
}

static double lower_end(int bin)
{
    return bin ? pow(RATIO, bin) : 0;
}

static int bin_of(double ms)
{
    if (!(ms >= RATIO))
        return 0;
    double bin = log(ms) / log(RATIO);
    return bin < LATENCY_BINS - 1 ? (int)bin : LATENCY_BINS - 1;
}

void latency_add(struct latency *l, double ms, usec now, usec half_life)
{
    latency_recall(l, ms, 1, now, half_life);
}

void latency_recall(struct latency *l, double ms, double weight, usec now,
                    usec half_life)
{
    if (!(ms >= 0))
        return;
    fade(l, now, half_life);
    l->bins[bin_of(ms)] += (float)weight;
    l->sum += ms * weight;
    l->weight += weight;
}

void latency_merge(struct latency *l, const struct latency *other)
{
    for (int i = 0; i < LATENCY_BINS; i++)
        l->bins[i] += other->bins[i];
    l->sum += other->sum;
    l->weight += other->weight;
}

static double middle(int bin)
{
    return (lower_end(bin) + lower_end(bin + 1)) / 2;
}

void latency_add_cut(struct latency *l, double ms, usec now, usec half_life)
{
    double longer = 0;
    if (!(ms >= 0))
        return;
    fade(l, now, half_life);
    for (int i = bin_of(ms); i < LATENCY_BINS; i++)
        longer += (double)l->bins[i];
    if (!(longer > 0)) {
        latency_add(l, ms, now, half_life);
        return;
    }
    for (int i = bin_of(ms); i < LATENCY_BINS; i++) {
        double share = (double)l->bins[i] / longer;
        l->bins[i] += (float)share;
        l->sum += share * fmax(ms, middle(i));
    }
    l->weight += 1;
}

double latency_count(const struct latency *l)
{
    return l->weight;
}

double latency_mean(const struct latency *l)
{
    return l->weight > 0 ? l->sum / l->weight : NAN;
}

double latency_quantile(const struct latency *l, double share)
{
    double wanted = share * l->weight, below = 0;
    if (!(l->weight > 0))
        return NAN;
    for (int i = 0; i < LATENCY_BINS; i++) {
        double n = (double)l->bins[i];
        if (n > 0 && below + n >= wanted) {
            double low = lower_end(i), high = lower_end(i + 1);
            return low + (high - low) * (wanted - below) / n;
        }
        below += n;
    }
    return lower_end(LATENCY_BINS);
}
