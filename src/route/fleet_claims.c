#include "route/member.h"

#include <math.h>
#include <string.h>

/* --- budgets */

static int64_t units(double dollars)
{
    return (int64_t)ceil(fmin(dollars, 1e9) * LEDGER_DOLLAR - 1e-3);
}

static uint16_t period_of(const struct fleet *f, const struct budget *b)
{
    return ledger_period(b->monthly ? f->spending.month : f->spending.day);
}

/* What this process has set aside for one of its budgets. */
static void hold_claimed(struct fleet *f, size_t i)
{
    struct purse own =
        spending_of(&f->spending, f->table, &f->table->budgets[i]);
    ledger_set(f->ledger, f->accounts[i], units(own.claimed));
}

void fleet_set_table(struct fleet *f, struct table *t)
{
    struct table *before = f->table;
    for (size_t i = 0; before && i < before->n_budgets; i++)
        ledger_set(f->ledger, f->accounts[i], 0);
    f->table = table_ref(t);
    f->half_life = t->half_life;
    for (size_t i = 0; i < t->n_budgets; i++) {
        f->accounts[i] = budget_account(t, &t->budgets[i]);
        hold_claimed(f, i);
    }
    table_unref(before);
    memset(f->purses, 0, sizeof f->purses);
    f->purses_old = true;
}

void fleet_turn(struct fleet *f, usec now, int64_t wall)
{
    f->turned = now;
    f->wall = wall;
    ledger_turn(f->ledger, now);
    f->purses_old = true; /* others spend, too */
    if (spending_turn(&f->spending, wall))
        memset(f->purses, 0, sizeof f->purses);
}

int64_t fleet_day(const struct fleet *f)
{
    return f->spending.day;
}

int64_t fleet_month(const struct fleet *f)
{
    return f->spending.month;
}

/* As the history has it and as the ledger has it: what is more. */
static struct purse count_purse(struct fleet *f, size_t i)
{
    const struct budget *b = &f->table->budgets[i];
    struct purse p = spending_of(&f->spending, f->table, b);
    int64_t spent = ledger_spent(f->ledger, f->accounts[i], period_of(f, b),
                                 units(p.spent));
    p.spent = fmax(p.spent, (double)spent / LEDGER_DOLLAR);
    p.claimed = (double)ledger_held(f->ledger, f->accounts[i]) / LEDGER_DOLLAR;
    p.refused = f->purses[i].refused;
    return p;
}

const struct purse *fleet_purses(struct fleet *f)
{
    const struct table *t = f ? f->table : NULL;
    if (!t || t->n_budgets == 0)
        return NULL;
    for (size_t i = 0; f->purses_old && i < t->n_budgets; i++)
        f->purses[i] = count_purse(f, i);
    f->purses_old = false;
    return f->purses;
}

void fleet_apply_budgets(struct fleet *f, struct contender *c, size_t n)
{
    if (fleet_purses(f))
        budgets_apply(f->table, f->purses, c, n);
}

void fleet_others(struct fleet *f)
{
    spending_others(&f->spending);
    f->purses_old = true;
}

void fleet_add_spent(struct fleet *f, struct str provider, struct str model,
                     double day, double month)
{
    spending_add_other(&f->spending, provider, model, day, month);
    f->purses_old = true;
}

/* --- claims */

/* What one is about to ask for, and whether it is to be kept to. */
struct wish {
    const struct model *model;
    struct claim claim;
    bool bounded;
    bool cheapest;
};

static bool covers(const struct fleet *f, size_t i, const struct model *m)
{
    return budget_covers(&f->table->budgets[i], m->provider, m->name, m->tags);
}

static bool claim_of(struct fleet *f, size_t i, const struct wish *w)
{
    const struct budget *b = &f->table->budgets[i];
    bool spared = budget_spares(b, w->model, w->cheapest);
    double most = fmin(b->dollars, 1e9) * LEDGER_DOLLAR;
    return ledger_hold(
        f->ledger, f->accounts[i], period_of(f, b), units(w->claim.dollars),
        w->bounded && !spared ? (int64_t)(most + 1e-3) : LEDGER_ANY);
}

/* In all budgets that it is under, or in none. */
static bool claim_dollars(struct fleet *f, const struct wish *w)
{
    size_t n = f->table ? f->table->n_budgets : 0, i = 0;
    while (i < n && (!covers(f, i, w->model) || claim_of(f, i, w)))
        i++;
    if (i == n)
        spending_claim(&f->spending, w->model, w->claim.dollars);
    for (size_t k = 0; i < n && k < i; k++)
        hold_claimed(f, k);
    f->purses_old = true;
    return i == n;
}

/* One call tries a model whose wait is over. */
static bool claim_a_probe(struct fleet *f, struct member *member, bool bounded)
{
    return member->health.state != HEALTH_HALF_OPEN ||
           member_claim_probe(f, member, bounded);
}

static bool claim_all(struct fleet *f, struct member *member,
                      struct limits *provider, const struct wish *w, usec now)
{
    const struct model *m = w->model;
    double tokens = w->claim.tokens;
    if (!claim_a_probe(f, member, w->bounded))
        return false;
    if (limits_asked(&member->limits, w->bounded ? &m->quota : NULL, tokens,
                     now)) {
        if (limits_asked(provider, w->bounded ? &m->shared : NULL, tokens,
                         now)) {
            if (claim_dollars(f, w))
                return true;
            limits_unasked(provider, tokens, now);
        }
        limits_unasked(&member->limits, tokens, now);
    }
    member_release_probe(f, member);
    return false;
}

static bool claim(struct fleet *f, const struct task *task, struct wish *w,
                  usec now)
{
    struct standing row;
    struct member *member = member_of(f, w->model);
    struct limits *provider = provider_of(f, w->model);
    w->claim = (struct claim){0};
    if (!member || !provider)
        return true;
    fleet_row(f, w->model, task, now, &row);
    w->claim.tokens = wanted_tokens(&row, task);
    w->claim.dollars = row.expected_cost > 0 ? row.expected_cost : 0;
    if (!claim_all(f, member, provider, w, now))
        return false;
    figures_sent(&member->figures, task->head, now);
    health_asked(&member->health, now);
    return true;
}

bool fleet_claim(struct fleet *f, const struct model *m,
                 const struct task *task, bool cheapest, usec now,
                 struct claim *out)
{
    struct wish w = {.model = m, .bounded = true, .cheapest = cheapest};
    bool good = claim(f, task, &w, now);
    *out = good ? w.claim : (struct claim){0};
    return good;
}

struct claim fleet_asked(struct fleet *f, const struct model *m,
                         const struct task *task, usec now)
{
    struct wish w = {.model = m};
    claim(f, task, &w, now);
    return w.claim;
}

/* What was spent counts before it is not set aside any more: between the two
 * others see too much, never too little. */
static void settle_dollars(struct fleet *f, const struct model *m,
                           const struct claim *claim, double took)
{
    spending_settle(&f->spending, m, claim->dollars, took);
    for (size_t i = 0; f->table && i < f->table->n_budgets; i++) {
        if (!covers(f, i, m))
            continue;
        ledger_spend(f->ledger, f->accounts[i],
                     period_of(f, &f->table->budgets[i]), units(took));
        hold_claimed(f, i);
    }
    f->purses_old = true;
}

void fleet_settled(struct fleet *f, const struct model *m, struct claim *claim,
                   const struct bill *bill, usec asked)
{
    double taken = bill->in < 0 ? 0 : (double)(bill->in + bill->out);
    if (claim->tokens <= 0)
        return; /* there may be no model yet */
    settle_dollars(f, m, claim, bill->cost > 0 ? bill->cost : 0);
    struct member *member = member_find(f, m);
    struct limits *provider = provider_of(f, m);
    if (!member || !provider)
        return;
    limits_settled(&member->limits, claim->tokens, taken, asked);
    limits_settled(provider, claim->tokens, taken, asked);
    *claim = (struct claim){0};
}

struct member *member_landed(struct fleet *f, const struct model *m)
{
    struct member *member = member_of(f, m);
    struct limits *provider = provider_of(f, m);
    if (member) {
        limits_landed(&member->limits);
        member_release_probe(f, member);
    }
    if (provider)
        limits_landed(provider);
    return member;
}
