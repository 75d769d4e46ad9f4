#include "ngram/signs.h"

#include <math.h>

enum { TYPED_MOST = 8 };

void signs_init(struct signs *s, size_t typed)
{
    *s = (struct signs){
        .p = 1.0, .level = 1.0f, .share = 1.0f, .lead = 1.0f, .typed = typed};
    s->similar = s->places = INFINITY;
}

void signs_add(struct signs *s, const struct guess *guess, bool open)
{
    const struct grounds *g = &guess->grounds;
    s->p *= (double)guess->p;
    s->level = fminf(s->level, g->level);
    s->share = fminf(s->share, g->share);
    s->lead = fminf(s->lead, g->lead);
    s->similar = fminf(s->similar, g->similar);
    s->places = fminf(s->places, g->places);
    s->tokens++;
    if (s->lines)
        s->further += log((double)guess->p);
    if (!is_newline(guess->id))
        return;
    s->open = s->open || open;
    s->lines++;
}

static float log_of(double p)
{
    return (float)log(fmax(p, 1e-4));
}

static float logit(double p)
{
    p = fmin(fmax(p, 1e-4), 1.0 - 1e-4);
    return (float)log(p / (1.0 - p));
}

void signs_describe(const struct signs *s, const struct ending *end,
                    float out[SIGN_COUNT])
{
    const struct guess *next = end->next;
    double p = next ? (double)next->p : 0.0;
    float typed = (float)s->typed / TYPED_MOST;
    out[SIGN_BIAS] = 1.0f;
    out[SIGN_LOGIT] = logit(s->p);
    out[SIGN_FURTHER] = (float)fmax(s->further, -8.0);
    out[SIGN_ENDS] = end->line ? log_of(p) : 0.0f;
    out[SIGN_MORE] = end->line ? 0.0f : (float)p;
    out[SIGN_PART] = end->part;
    out[SIGN_TYPED] = fminf(typed, 1.0f);
    out[SIGN_TOKENS] = logf((float)s->tokens);
    out[SIGN_LINES] = (float)s->lines;
    out[SIGN_OPEN] = s->open;
    out[SIGN_LEVEL] = s->level;
    out[SIGN_SHARE] = s->share;
    out[SIGN_LEAD] = s->lead;
    out[SIGN_SIMILAR] = s->similar;
    out[SIGN_PLACES] = s->places;
}

double signs_confidence(const float signs[SIGN_COUNT], bool several_lines)
{
    const float *weights = calibration[several_lines];
    float sum = 0.0f;
    for (int i = 0; i < SIGN_COUNT; i++)
        sum += weights[i] * signs[i];
    return 1.0 / (1.0 + exp(-(double)sum));
}
