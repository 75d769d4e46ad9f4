#include "route/hedge.h"
#include "route/ceiling.h"
#include "route/decide.h"

#include <math.h>
#include <stdio.h>

double hedge_after_ms(const struct standing *row)
{
    double configured = row->of->avg_response;
    if (!isnan(row->ttft_p95_ms))
        return row->ttft_p95_ms;
    return configured < 0 ? NAN : configured * 1e3;
}

bool hedge_allows(enum hedge hedge, const struct model *m)
{
    return m->dialect &&
           (hedge == HEDGE_ANY || (hedge == HEDGE_FREE && model_is_free(m)));
}

/* The first from `from` on that is asked, and is not the built-in one. */
static size_t next_asked(const struct decision *d, size_t from)
{
    while (from < d->n &&
           (d->chain[from].excluded || !d->chain[from].model->dialect))
        from++;
    return from;
}

/* Until when the first of the chain may be without a text, in ms. */
static double share_ms(const struct decision *d)
{
    size_t sharing = 0;
    for (size_t i = next_asked(d, 0); i < d->n; i = next_asked(d, i + 1))
        sharing++;
    return (double)d->ruling.options.deadline_ms / (double)sharing;
}

static const struct model *choose(const struct decision *d, size_t first,
                                  const struct table *t,
                                  const struct standing *rows)
{
    const struct options *o = &d->ruling.options;
    const struct model *lead = d->chain[first].model;
    double cost = rows[lead - t->models].expected_cost;
    double spent = model_is_free(lead) ? 0 : isnan(cost) ? -1 : cost;
    for (size_t i = next_asked(d, first + 1); i < d->n;
         i = next_asked(d, i + 1)) {
        const struct model *m = d->chain[i].model;
        if (hedge_allows(o->hedge, m) &&
            ceiling_allows(o->max_cost, &rows[m - t->models], spent, NULL))
            return m;
    }
    return NULL;
}

void hedge_decide(struct decision *d, const struct table *t,
                  const struct standing *rows)
{
    struct hedge_plan *plan = &d->hedge;
    size_t first = next_asked(d, 0);
    enum hedge hedge = d->ruling.options.hedge;
    if (hedge == HEDGE_OFF || first == d->n || !rows)
        return;
    plan->of = d->chain[first].model;
    plan->after_ms = hedge_after_ms(&rows[plan->of - t->models]);
    plan->with = choose(d, first, t, rows);
    if (!plan->with)
        snprintf(plan->reason, sizeof plan->reason,
                 hedge == HEDGE_FREE
                     ? "no model behind it costs nothing, and only \"any\" "
                       "allows others"
                     : "no model behind it may be asked");
    else if (isnan(plan->after_ms))
        snprintf(plan->reason, sizeof plan->reason,
                 "how long it takes is not known: %d answers to input of this "
                 "size teach it, or its performance.avg_response says it",
                 FIGURES_PRIOR);
    else if (plan->after_ms >= share_ms(d))
        snprintf(plan->reason, sizeof plan->reason,
                 "its share of the time is over after %.0f ms, and it may well "
                 "take %.0f",
                 share_ms(d), plan->after_ms);
    if (plan->reason[0])
        plan->with = NULL;
}
