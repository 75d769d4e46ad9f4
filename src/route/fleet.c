#include "route/fleet.h"
#include "provider/failure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One model. */
struct member {
    struct figures figures;
    struct health health;
    struct allowance allowance;
    struct limits limits;
    uint64_t probe; /* its place in the ledger: one at a time, of all */
    bool probing;   /* it is ours */
};

struct fleet {
    struct ledger *ledger;
    struct map members;   /* by the model's name */
    struct map providers; /* by its provider's: struct limits, of all */
    struct spending spending;
    struct table *table;            /* its budgets; or NULL */
    uint64_t accounts[BUDGETS_MAX]; /* the budgets', in the ledger */
    struct purse purses[BUDGETS_MAX];
    bool purses_old; /* they have to be counted anew */
    struct random random;
    usec half_life;
};

struct fleet *fleet_new(uint64_t seed)
{
    struct fleet *f = calloc(1, sizeof *f);
    if (!f || !(f->ledger = ledger_new())) {
        free(f);
        return NULL;
    }
    map_init(&f->members);
    map_init(&f->providers);
    spending_init(&f->spending);
    f->random.state = seed;
    return f;
}

static void free_member(void *value)
{
    struct member *m = value;
    figures_release(&m->figures);
    free(m);
}

void fleet_free(struct fleet *f)
{
    if (!f)
        return;
    map_release(&f->members, free_member);
    map_release(&f->providers, free);
    spending_release(&f->spending);
    table_unref(f->table);
    ledger_free(f->ledger);
    free(f);
}

enum err fleet_share(struct fleet *f, const char *path, struct why *why)
{
    f->purses_old = true;
    return ledger_share(f->ledger, path, why);
}

void fleet_set_half_life(struct fleet *f, usec half_life)
{
    f->half_life = half_life;
}

void fleet_forgive(struct fleet *f)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&f->members, &at));) {
        struct member *member = slot->value;
        member->health = (struct health){.random = member->health.random};
    }
}

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

static void fill_budget(struct fleet *f, const struct model *m,
                        struct standing *out)
{
    const struct purse *purses = m->dialect ? fleet_purses(f) : NULL;
    for (size_t i = 0; purses && i < f->table->n_budgets; i++)
        if (budget_covers(&f->table->budgets[i], m->provider, m->name, m->tags))
            out->budget_left =
                fmin(out->budget_left,
                     purse_left(&f->table->budgets[i], &purses[i]));
}

/* --- members */

static struct member *find(const struct fleet *f, const struct model *m)
{
    return f ? map_get(&f->members, m->name) : NULL;
}

/* NULL without memory: then nothing is learned. */
static struct member *member_of(struct fleet *f, const struct model *m)
{
    struct member *member = find(f, m);
    if (member || !f || !(member = calloc(1, sizeof *member)))
        return member;
    figures_init(&member->figures);
    random_share(&f->random);
    member->health.random = f->random;
    member->limits.ledger = f->ledger;
    member->limits.key = ledger_key("model", m->name, STR(""));
    member->probe = ledger_key("probe", m->name, STR(""));
    if (map_put(&f->members, m->name, member, NULL))
        return member;
    free(member);
    return NULL;
}

/* NULL without memory: then nothing limits it. */
static struct limits *provider_of(struct fleet *f, const struct model *m)
{
    struct limits *l = f ? map_get(&f->providers, m->provider) : NULL;
    if (l || !f || !(l = calloc(1, sizeof *l)))
        return l;
    l->ledger = f->ledger;
    l->key = ledger_key("provider", m->provider, STR(""));
    if (map_put(&f->providers, m->provider, l, NULL))
        return l;
    free(l);
    return NULL;
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

static double wanted_tokens(const struct standing *row, const struct task *task)
{
    return ceil((double)task->tokens + row->expected_out);
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

/* One call tries a model whose wait is over, of all processes. */
static bool claim_probe(struct fleet *f, struct member *member, bool bounded)
{
    if (member->health.state != HEALTH_HALF_OPEN)
        return true;
    member->probing =
        ledger_hold(f->ledger, member->probe, 0, 1, bounded ? 1 : LEDGER_ANY);
    return member->probing;
}

static void release_probe(struct fleet *f, struct member *member)
{
    if (member->probing)
        ledger_set(f->ledger, member->probe, 0);
    member->probing = false;
}

static bool claim_all(struct fleet *f, struct member *member,
                      struct limits *provider, const struct wish *w, usec now)
{
    const struct model *m = w->model;
    double tokens = w->claim.tokens;
    if (!claim_probe(f, member, w->bounded))
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
    release_probe(f, member);
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
    struct member *member = find(f, m);
    struct limits *provider = provider_of(f, m);
    if (!member || !provider)
        return;
    limits_settled(&member->limits, claim->tokens, taken, asked);
    limits_settled(provider, claim->tokens, taken, asked);
    *claim = (struct claim){0};
}

static struct member *landed(struct fleet *f, const struct model *m)
{
    struct member *member = member_of(f, m);
    struct limits *provider = provider_of(f, m);
    if (member) {
        limits_landed(&member->limits);
        release_probe(f, member);
    }
    if (provider)
        limits_landed(provider);
    return member;
}

enum health_change fleet_answered(struct fleet *f, const struct model *m,
                                  const struct task *task, double first_ms,
                                  double whole_ms, double out, usec now)
{
    struct standing row;
    struct member *member = landed(f, m);
    if (!member)
        return HEALTH_SAME;
    fleet_row(f, m, task, now, &row);
    figures_answered(&member->figures, task, first_ms, whole_ms, out, now,
                     f->half_life);
    /* What is configured or was seen a few times is no normal yet. */
    double normal = row.calls > FIGURES_PRIOR ? row.p95_ms : NAN;
    return health_answered(&member->health, whole_ms, normal, now);
}

enum health_change fleet_failed(struct fleet *f, const struct model *m,
                                enum err e, usec wait, usec now)
{
    struct member *member = landed(f, m);
    bool caller = !failure_is(e) || failure_origin(e) == FAILURE_CALLER ||
                  failure_origin(e) == FAILURE_OURS;
    if (!member)
        return HEALTH_SAME;
    if (caller && !wait) {
        health_dropped(&member->health);
        return HEALTH_SAME;
    }
    if (e == ERR_RATE_LIMIT || e == ERR_RATE_TOKENS)
        limits_refused(&member->limits, &m->quota, e == ERR_RATE_TOKENS, now);
    figures_failed(&member->figures, now, f->half_life);
    return health_failed(&member->health, e, wait, now);
}

void fleet_dropped(struct fleet *f, const struct model *m)
{
    struct member *member = landed(f, m);
    if (member)
        health_dropped(&member->health);
}

void fleet_told(struct fleet *f, const struct model *m,
                const struct ratelimit *limit, usec now)
{
    struct member *member = member_of(f, m);
    if (member)
        allowance_note(&member->allowance, limit, now);
}

const struct allowance *fleet_allowance(const struct fleet *f,
                                        const struct model *m)
{
    const struct member *member = find(f, m);
    return member ? &member->allowance : NULL;
}

static double least(double a, double b, double c)
{
    double min = fmin(a, fmin(b, c));
    return isinf(min) ? NAN : min;
}

static void fill_limits(struct fleet *f, const struct model *m,
                        const struct member *member, usec now,
                        struct standing *out)
{
    const struct limits *all = m->dialect && member ? provider_of(f, m) : NULL;
    if (!all)
        return;
    const struct limits *own = &member->limits;
    const struct allowance *a = &member->allowance;
    int64_t requests = allowance_requests(a, now);
    int64_t tokens = allowance_tokens(a, now);
    out->rpm_left = least(requests < 0 ? INFINITY : (double)requests,
                          limits_requests_left(own, &m->quota, now),
                          limits_requests_left(all, &m->shared, now));
    out->tpm_left = least(tokens < 0 ? INFINITY : (double)tokens,
                          limits_tokens_left(own, &m->quota, now),
                          limits_tokens_left(all, &m->shared, now));
}

/* What the service itself says. With several keys it says it of one. */
static bool allowance_lets(const struct member *member, const struct model *m,
                           double tokens, usec now, struct why *why)
{
    const struct allowance *a = &member->allowance;
    int64_t requests_left = allowance_requests(a, now);
    int64_t tokens_left = allowance_tokens(a, now);
    bool no_requests = requests_left == 0 && a->limit.requests_reset;
    bool no_tokens = tokens_left >= 0 && (double)tokens_left < tokens &&
                     a->limit.tokens_reset;
    usec reset = no_requests ? a->limit.requests_reset : a->limit.tokens_reset;
    if ((m->access && m->access->n_keys > 1) || (!no_requests && !no_tokens))
        return true;
    why_set(why, OK, "its service says that %lld %s are left; more in %.3g s",
            (long long)(no_requests ? 0 : tokens_left),
            no_requests ? "requests" : "tokens",
            (double)(a->noted + reset - now) / 1e6);
    return false;
}

bool fleet_has_room(struct fleet *f, const struct standing *row,
                    const struct task *task, usec now, struct why *why)
{
    const struct model *m = row->of;
    double tokens = wanted_tokens(row, task);
    const struct member *member = m->dialect ? member_of(f, m) : NULL;
    const struct limits *all = m->dialect ? provider_of(f, m) : NULL;
    if (!member || !all)
        return true;
    return limits_allow(&member->limits, &m->quota, tokens, now, "", why) &&
           limits_allow(all, &m->shared, tokens, now, "its provider's ", why) &&
           allowance_lets(member, m, tokens, now, why);
}

bool fleet_has_place(struct fleet *f, const struct model *m)
{
    const struct member *member = member_of(f, m);
    const struct limits *all = provider_of(f, m);
    return (!member || limits_have_place(&member->limits, &m->quota)) &&
           (!all || limits_have_place(all, &m->shared));
}

void fleet_queued(struct fleet *f, const struct model *m, bool waits)
{
    struct member *member = member_of(f, m);
    if (member && waits)
        member->limits.queue++;
    else if (member && member->limits.queue)
        member->limits.queue--;
}

void fleet_accepted(struct fleet *f, const struct model *m,
                    const struct task *task, double share)
{
    struct member *member = member_of(f, m);
    if (member)
        figures_accepted(&member->figures, task, share);
}

void fleet_retained(struct fleet *f, const struct model *m,
                    const struct task *task, double share)
{
    struct member *member = member_of(f, m);
    if (member)
        figures_retained(&member->figures, task, share);
}

void fleet_row(struct fleet *f, const struct model *m, const struct task *task,
               usec now, struct standing *out)
{
    struct member *member = f && m->dialect ? member_of(f, m) : find(f, m);
    standing_init(out, m, task);
    fill_limits(f, m, member, now, out);
    fill_budget(f, m, out);
    if (!member)
        return;
    health_allows(&member->health, now); /* its wait may be over */
    out->in_flight = limits_in_flight(&member->limits);
    out->queue = member->limits.queue;
    out->health = str_from(health_name(member->health.state));
    figures_fill(&member->figures, task, task->head, now, out);
}

usec fleet_left(struct fleet *f, const struct model *m, usec now, enum err *why)
{
    const struct member *member = m->dialect ? find(f, m) : NULL;
    if (!member)
        return 0;
    if (why)
        *why = member->health.cause;
    return health_left(&member->health, now);
}

bool fleet_allows(struct fleet *f, const struct model *m, usec now)
{
    struct member *member = m->dialect ? find(f, m) : NULL;
    if (!member || !health_allows(&member->health, now))
        return !member;
    return member->health.state != HEALTH_HALF_OPEN ||
           ledger_has_room(f->ledger, member->probe, 0, 1, 1);
}

const char *fleet_health(struct fleet *f, const struct model *m, usec now)
{
    struct member *member = m->dialect ? find(f, m) : NULL;
    if (!member)
        return health_name(HEALTH_CLOSED);
    health_allows(&member->health, now);
    return health_name(member->health.state);
}

struct random *fleet_random(struct fleet *f)
{
    return &f->random;
}
