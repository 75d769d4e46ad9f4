#include "route/fleet.h"
#include "provider/failure.h"

#include <math.h>
#include <stdlib.h>

/* One model. */
struct member {
    struct figures figures;
    struct health health;
    struct allowance allowance;
    unsigned in_flight;
};

struct fleet {
    struct map members; /* by the model's name */
    struct random random;
    usec half_life;
};

struct fleet *fleet_new(uint64_t seed)
{
    struct fleet *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    map_init(&f->members);
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

static struct member *find(const struct fleet *f, const struct model *m)
{
    return f ? map_get(&f->members, m->name) : NULL;
}

/* NULL without memory: then nothing is learned. */
static struct member *member_of(struct fleet *f, const struct model *m)
{
    struct member *member = find(f, m);
    if (member || !f)
        return member;
    member = calloc(1, sizeof *member);
    if (!member)
        return NULL;
    figures_init(&member->figures);
    random_share(&f->random);
    member->health.random = f->random;
    if (map_put(&f->members, m->name, member, NULL))
        return member;
    free(member);
    return NULL;
}

void fleet_asked(struct fleet *f, const struct model *m,
                 const struct task *task, usec now)
{
    struct member *member = member_of(f, m);
    if (!member)
        return;
    member->in_flight++;
    figures_sent(&member->figures, task->head, now);
    health_asked(&member->health, now);
}

static struct member *landed(struct fleet *f, const struct model *m)
{
    struct member *member = member_of(f, m);
    if (member && member->in_flight)
        member->in_flight--;
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

static void fill_allowance(const struct allowance *a, usec now,
                           struct standing *out)
{
    int64_t requests = allowance_requests(a, now);
    int64_t tokens = allowance_tokens(a, now);
    if (requests >= 0)
        out->rpm_left = (double)requests;
    if (tokens >= 0)
        out->tpm_left = (double)tokens;
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
    if (!member)
        return;
    health_allows(&member->health, now); /* its wait may be over */
    out->in_flight = member->in_flight;
    fill_allowance(&member->allowance, now, out);
    out->health = str_from(health_name(member->health.state));
    figures_fill(&member->figures, task, task->head, now, out);
    out->verdicts = figures_verdicts(&member->figures, task);
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
