#include "ngram/predict.h"
#include "ngram/mixer.h"

#include <math.h>

static int best_left(const struct mix *m, uint32_t taken)
{
    int best = -1;
    for (unsigned i = 0; i < m->count; i++)
        if (!(taken >> i & 1) && (best < 0 || m->p[i] > m->p[best]))
            best = (int)i;
    return best;
}

static struct grounds grounds_of(const float *f)
{
    return (struct grounds){
        .level = fmaxf(f[FEATURE_OWN_LEVEL], f[FEATURE_OTHERS_LEVEL]),
        .share = fmaxf(f[FEATURE_OWN_SHARE], f[FEATURE_OTHERS_SHARE]),
        .lead = f[FEATURE_LEAD],
        .similar = f[FEATURE_LOG_SIMILAR],
        .places = f[FEATURE_OWN_COUNT] + f[FEATURE_OTHERS_COUNT],
    };
}

size_t predict(const struct site *s, struct guess *guesses, size_t max)
{
    struct evidence e;
    struct mix m;
    evidence_collect(&e, s);
    mix(&m, &e, s->library->weights);
    uint32_t taken = 0;
    size_t n = 0;
    for (int i; n < max && (i = best_left(&m, taken)) >= 0; n++) {
        const struct candidate *c = m.candidates[i];
        taken |= UINT32_C(1) << i;
        guesses[n] = (struct guess){c->id, m.p[i], c->spaced > c->together,
                                    grounds_of(m.features[i])};
    }
    return n;
}
