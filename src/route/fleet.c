#include "route/member.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* --- members */

struct member *member_find(const struct fleet *f, const struct model *m)
{
    return f ? map_get(&f->members, m->name) : NULL;
}

struct member *member_of(struct fleet *f, const struct model *m)
{
    struct member *member = member_find(f, m);
    if (member || !f || !(member = calloc(1, sizeof *member)))
        return member;
    figures_init(&member->figures);
    random_share(&f->random);
    member->health.random = f->random;
    member->limits.ledger = f->ledger;
    member->limits.key = ledger_key("model", m->name, STR(""));
    member->probe = ledger_key("probe", m->name, STR(""));
    member->queue = ledger_key("queue", m->name, STR(""));
    if (map_put(&f->members, m->name, member, NULL))
        return member;
    free(member);
    return NULL;
}

struct limits *provider_of(struct fleet *f, const struct model *m)
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

double wanted_tokens(const struct standing *row, const struct task *task)
{
    return ceil((double)task->tokens + row->expected_out);
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
    const struct member *member = member_find(f, m);
    return member ? &member->allowance : NULL;
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
    if (!member)
        return;
    int64_t waiting = ledger_own(f->ledger, member->queue) + (waits ? 1 : -1);
    ledger_set(f->ledger, member->queue, waiting > 0 ? waiting : 0);
}

void fleet_accepted(struct fleet *f, const struct model *m,
                    const struct task *task, double share)
{
    struct member *member = member_of(f, m);
    if (member)
        beliefs_accepted(&member->figures.beliefs, task, share, ++f->judged);
}

void fleet_retained(struct fleet *f, const struct model *m,
                    const struct task *task, double share)
{
    struct member *member = member_of(f, m);
    if (member)
        beliefs_retained(&member->figures.beliefs, task, share, f->judged);
}

bool fleet_wants_recall(struct fleet *f, const struct model *m)
{
    struct member *member = m->dialect ? member_of(f, m) : NULL;
    if (!member || member->was_recalled)
        return false;
    member->was_recalled = true;
    return true;
}

void fleet_recall(struct fleet *f, const struct model *m,
                  const struct task *task, const struct recalled *r, usec now)
{
    struct member *member = member_of(f, m);
    if (!member)
        return;
    figures_recall(&member->figures, task, r->first_ms, r->whole_ms, r->out,
                   r->failed, r->ago, now, f->half_life);
    /* A row of failures may go through several processes. */
    if (r->ago < MSEC(HEALTH_WINDOW_MS))
        member->health.failures = r->failed ? member->health.failures + 1 : 0;
}

void fleet_overall(struct fleet *f, const struct model *m, usec now,
                   struct standing *out)
{
    static const struct task any;
    fleet_row(f, m, &any, now, out);
    const struct member *member = member_find(f, m);
    if (member)
        figures_overall(&member->figures, f->judged, out);
}

void fleet_row(struct fleet *f, const struct model *m, const struct task *task,
               usec now, struct standing *out)
{
    struct member *member =
        f && m->dialect ? member_of(f, m) : member_find(f, m);
    standing_init(out, m, task);
    fill_limits(f, m, member, now, out);
    fill_budget(f, m, out);
    if (!member)
        return;
    health_allows(&member->health, now); /* its wait may be over */
    out->in_flight = limits_in_flight(&member->limits);
    out->queue = (double)ledger_held(f->ledger, member->queue);
    out->health = str_from(health_name(member->health.state));
    figures_fill(&member->figures, task, task->head, f->judged, now, out);
}

struct random *fleet_random(struct fleet *f)
{
    return &f->random;
}
