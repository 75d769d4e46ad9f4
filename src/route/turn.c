/* What of a decision still stands when a candidate's turn comes. */
#include "route/budget.h"
#include "route/decide.h"

/* Those of the chain that may be asked, as they stand now. */
struct field {
    struct standing rows[CHAIN_MAX];
    struct contender c[CHAIN_MAX];
};

static void line_up(const struct decision *d, const struct task *task,
                    struct fleet *fleet, usec now, struct field *out)
{
    for (size_t k = 0; k < d->n; k++) {
        fleet_row(fleet, d->chain[k].model, task, now, &out->rows[k]);
        out->c[k] = (struct contender){
            .standing = &out->rows[k],
            .fits = !d->chain[k].excluded && d->chain[k].model->dialect,
        };
    }
}

bool decision_affords(const struct decision *d, size_t i,
                      const struct task *task, struct fleet *fleet, usec now,
                      struct why *why)
{
    struct field field;
    if (!fleet_purses(fleet))
        return true;
    line_up(d, task, fleet, now, &field);
    fleet_apply_budgets(fleet, field.c, d->n);
    if (!field.c[i].fits)
        why_set(why, OK, "%s", field.c[i].reason);
    return field.c[i].fits;
}

bool decision_claim(const struct decision *d, size_t i, const struct task *task,
                    struct fleet *fleet, usec now, struct claim *claim)
{
    struct field field;
    bool cheapest = false;
    if (fleet_purses(fleet)) {
        line_up(d, task, fleet, now, &field);
        cheapest = budget_is_cheapest(field.c, d->n, i);
    }
    return fleet_claim(fleet, d->chain[i].model, task, cheapest, now, claim);
}
