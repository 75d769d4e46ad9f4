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
};

struct fleet {
    struct map members;   /* by the model's name */
    struct map providers; /* by its provider's: struct limits, of all */
    struct spending spending;
    struct table *table; /* its budgets; or NULL */
    struct purse purses[BUDGETS_MAX];
    bool purses_old; /* they have to be counted anew */
    struct random random;
    usec half_life;
};

struct fleet *fleet_new(uint64_t seed)
{
    struct fleet *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
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
    free(f);
}

void fleet_set_half_life(struct fleet *f, usec half_life)
{
    f->half_life = half_life;
}

void fleet_forgive(struct fleet *f)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&f->members, &at));)
        ((struct member *)slot->value)->health = (struct health){0};
}

/* --- budgets */

void fleet_set_table(struct fleet *f, struct table *t)
{
    struct table *before = f->table;
    f->table = table_ref(t);
    f->half_life = t->half_life;
    table_unref(before);
    memset(f->purses, 0, sizeof f->purses);
    f->purses_old = true;
}

void fleet_turn(struct fleet *f, int64_t wall)
{
    if (!spending_turn(&f->spending, wall))
        return;
    memset(f->purses, 0, sizeof f->purses);
    f->purses_old = true;
}

int64_t fleet_day(const struct fleet *f)
{
    return f->spending.day;
}

int64_t fleet_month(const struct fleet *f)
{
    return f->spending.month;
}

const struct purse *fleet_purses(struct fleet *f)
{
    const struct table *t = f ? f->table : NULL;
    if (!t || t->n_budgets == 0)
        return NULL;
    for (size_t i = 0; f->purses_old && i < t->n_budgets; i++) {
        bool refused = f->purses[i].refused;
        f->purses[i] = spending_of(&f->spending, t, &t->budgets[i]);
        f->purses[i].refused = refused;
    }
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
static struct member *member_named(struct fleet *f, struct str name)
{
    struct member *member = f ? map_get(&f->members, name) : NULL;
    if (member || !f)
        return member;
    member = calloc(1, sizeof *member);
    if (!member)
        return NULL;
    figures_init(&member->figures);
    random_share(&f->random);
    member->health.random = f->random;
    if (map_put(&f->members, name, member, NULL))
        return member;
    free(member);
    return NULL;
}

static struct member *member_of(struct fleet *f, const struct model *m)
{
    return member_named(f, m->name);
}

/* NULL without memory: then nothing limits it. */
static struct limits *provider_named(struct fleet *f, struct str name)
{
    struct limits *l = f ? map_get(&f->providers, name) : NULL;
    if (l || !f || !(l = calloc(1, sizeof *l)))
        return l;
    if (map_put(&f->providers, name, l, NULL))
        return l;
    free(l);
    return NULL;
}

static struct limits *provider_of(struct fleet *f, const struct model *m)
{
    return provider_named(f, m->provider);
}

void fleet_others(struct fleet *f)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&f->members, &at));)
        limits_others(&((struct member *)slot->value)->limits);
    for (size_t at = 0; (slot = map_next(&f->providers, &at));)
        limits_others(slot->value);
    spending_others(&f->spending);
    f->purses_old = true;
}

void fleet_add_spent(struct fleet *f, struct str provider, struct str model,
                     double day, double month)
{
    spending_add_other(&f->spending, provider, model, day, month);
    f->purses_old = true;
}

void fleet_add_asked(struct fleet *f, struct str provider, struct str model,
                     double requests, double tokens, usec asked)
{
    struct member *member = member_named(f, model);
    struct limits *all = provider_named(f, provider);
    if (member)
        limits_add_other(&member->limits, requests, tokens, asked);
    if (all)
        limits_add_other(all, requests, tokens, asked);
}

static double wanted_tokens(const struct standing *row, const struct task *task)
{
    return (double)task->tokens + row->expected_out;
}

struct claim fleet_asked(struct fleet *f, const struct model *m,
                         const struct task *task, usec now)
{
    struct standing row;
    struct claim claim = {0};
    struct member *member = member_of(f, m);
    struct limits *provider = provider_of(f, m);
    if (!member || !provider)
        return claim;
    fleet_row(f, m, task, now, &row);
    claim.tokens = wanted_tokens(&row, task);
    claim.dollars = row.expected_cost > 0 ? row.expected_cost : 0;
    spending_claim(&f->spending, m, claim.dollars);
    f->purses_old = true;
    limits_asked(&member->limits, claim.tokens, now);
    limits_asked(provider, claim.tokens, now);
    figures_sent(&member->figures, task->head, now);
    health_asked(&member->health, now);
    return claim;
}

void fleet_settled(struct fleet *f, const struct model *m, struct claim *claim,
                   const struct bill *bill, usec asked)
{
    double taken = bill->in < 0 ? 0 : (double)(bill->in + bill->out);
    if (claim->tokens <= 0)
        return; /* there may be no model yet */
    spending_settle(&f->spending, m, claim->dollars,
                    bill->cost > 0 ? bill->cost : 0);
    f->purses_old = true;
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
    if (member)
        limits_landed(&member->limits);
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

void fleet_paused(struct fleet *f, const struct model *m, double ms, bool cut,
                  usec now)
{
    struct member *member = member_of(f, m);
    if (member)
        figures_paused(&member->figures, ms, cut, now, f->half_life);
}

double fleet_patience(const struct fleet *f, const struct model *m)
{
    const struct member *member = find(f, m);
    return member ? figures_patience(&member->figures) : FIGURES_PAUSE_MS;
}

void fleet_outrun(struct fleet *f, const struct model *m,
                  const struct task *task, double ms, usec now)
{
    struct member *member = landed(f, m);
    if (!member)
        return;
    health_dropped(&member->health);
    figures_outrun(&member->figures, task, ms, now, f->half_life);
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
    static const struct member nobody;
    const struct limits *all = m->dialect ? provider_of(f, m) : NULL;
    if (!all)
        return;
    const struct limits *own = member ? &member->limits : &nobody.limits;
    const struct allowance *a = member ? &member->allowance : &nobody.allowance;
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
    static const struct limits none;
    const struct member *member = m->dialect ? member_of(f, m) : NULL;
    const struct limits *all = m->dialect ? provider_of(f, m) : NULL;
    if (!m->dialect)
        return true;
    return limits_allow(member ? &member->limits : &none, &m->quota, tokens,
                        now, "", why) &&
           limits_allow(all ? all : &none, &m->shared, tokens, now,
                        "its provider's ", why) &&
           (!member || allowance_lets(member, m, tokens, now, why));
}

bool fleet_has_place(struct fleet *f, const struct model *m)
{
    const struct member *member = find(f, m);
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
    struct member *member = find(f, m);
    standing_init(out, m, task);
    fill_limits(f, m, member, now, out);
    fill_budget(f, m, out);
    if (!member)
        return;
    health_allows(&member->health, now); /* its wait may be over */
    out->in_flight = member->limits.in_flight;
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
    return !member || health_allows(&member->health, now);
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
