#include "provider/failure.h"
#include "route/member.h"

#include <math.h>

/* --- probes */

bool member_may_probe(struct fleet *f, const struct member *member)
{
    return ledger_has_room(f->ledger, member->probe, 0, 1, 1);
}

bool member_claim_probe(struct fleet *f, struct member *member, bool bounded)
{
    if (member->probing)
        return !bounded;
    member->probing =
        ledger_hold(f->ledger, member->probe, 0, 1, bounded ? 1 : LEDGER_ANY);
    return member->probing;
}

void member_release_probe(struct fleet *f, struct member *member)
{
    if (member->probing)
        ledger_set(f->ledger, member->probe, 0);
    member->probing = false;
}

/* --- news */

static int64_t wall_of(const struct fleet *f, usec now)
{
    return f->wall + (int64_t)(now - f->turned);
}

/* Others are told of what has become of a circuit that is not as `before`. */
static enum health_change note(struct fleet *f, struct member *member,
                               const struct health *before,
                               enum health_change change, usec now)
{
    const struct health *h = &member->health;
    bool same = (before->state == HEALTH_CLOSED) == (h->state == HEALTH_CLOSED);
    if (same && before->until == h->until)
        return change;
    member->has_news = true;
    member->changed = wall_of(f, now);
    return change;
}

bool fleet_next_news(struct fleet *f, struct health_news *out)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&f->members, &at));) {
        struct member *member = slot->value;
        const struct health *h = &member->health;
        if (!member->has_news)
            continue;
        member->has_news = false;
        bool open = h->state != HEALTH_CLOSED;
        *out = (struct health_news){
            .model = {slot->key, slot->key_len},
            .cause = open ? h->cause : OK,
            .openings = h->openings,
            .changed = member->changed,
            .until = open ? wall_of(f, h->until) : member->changed,
        };
        return true;
    }
    return false;
}

static enum health_change found_well(struct member *member,
                                     enum health_change change)
{
    member->is_back |= change == HEALTH_RECOVERED;
    return change;
}

bool fleet_next_recovered(struct fleet *f, struct str *model)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&f->members, &at));) {
        struct member *member = slot->value;
        if (!member->is_back)
            continue;
        member->is_back = false;
        *model = (struct str){slot->key, slot->key_len};
        return true;
    }
    return false;
}

enum health_change fleet_adopt(struct fleet *f, const struct model *m,
                               const struct health_news *n)
{
    struct member *member = m->dialect ? member_of(f, m) : NULL;
    if (!member || n->changed <= member->changed ||
        n->changed <= member->answered)
        return HEALTH_SAME;
    member->changed = n->changed;
    if (!n->cause)
        return found_well(member, health_adopt_closed(&member->health));
    member->is_told = true;
    int64_t left = n->until > f->wall ? n->until - f->wall : 0;
    return health_adopt_open(&member->health, n->cause, n->openings,
                             f->turned + (usec)left);
}

/* --- calls */

enum health_change fleet_answered(struct fleet *f, const struct model *m,
                                  const struct task *task, double first_ms,
                                  double whole_ms, double out, usec now)
{
    struct member *member = member_landed(f, m);
    if (!member)
        return HEALTH_SAME;
    struct health before = member->health;
    struct normal usual = figures_normal(&member->figures, task);
    figures_answered(&member->figures, task, first_ms, whole_ms, out, now,
                     f->half_life);
    member->answered = wall_of(f, now);
    /* Most answers are cut when their statement is whole: then the time to the
     * first text tells. */
    bool by_first = !(whole_ms > HEALTH_SLOW * usual.whole_ms);
    return note(f, member, &before,
                health_answered(&member->health, by_first ? first_ms : whole_ms,
                                by_first ? usual.first_ms : usual.whole_ms,
                                now),
                now);
}

enum health_change fleet_failed(struct fleet *f, const struct model *m,
                                enum err e, usec wait, usec now)
{
    struct member *member = member_landed(f, m);
    bool caller = !err_is_failure(e) || failure_origin(e) == FAILURE_CALLER ||
                  failure_origin(e) == FAILURE_OURS;
    if (!member)
        return HEALTH_SAME;
    if (caller && !wait) {
        health_dropped(&member->health);
        return HEALTH_SAME;
    }
    if (e == ERR_RATE_LIMIT || e == ERR_RATE_TOKENS)
        limits_refused(&member->limits, &m->quota, e == ERR_RATE_TOKENS, now);
    struct health before = member->health;
    figures_failed(&member->figures, now, f->half_life);
    return note(f, member, &before,
                health_failed(&member->health, e, wait, now), now);
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
    const struct member *member = member_find(f, m);
    return member ? figures_patience(&member->figures) : FIGURES_PAUSE_MS;
}

void fleet_outrun(struct fleet *f, const struct model *m,
                  const struct task *task, double ms, usec now)
{
    struct member *member = member_landed(f, m);
    if (!member)
        return;
    health_dropped(&member->health);
    figures_outrun(&member->figures, task, ms, now, f->half_life);
}

void fleet_dropped(struct fleet *f, const struct model *m)
{
    struct member *member = member_landed(f, m);
    if (member)
        health_dropped(&member->health);
}

/* --- health checks */

/* That an account is used up, or a configuration wrong, no look can tell. */
static bool is_for_checks(const struct health *h)
{
    return h->state != HEALTH_CLOSED && err_is_failure(h->cause) &&
           (failure_origin(h->cause) == FAILURE_PROVIDER ||
            failure_origin(h->cause) == FAILURE_NETWORK);
}

/* Whoever found it failing looks first, and tells; but where nothing could be
 * reached it may have been mended just before this process was started. */
static usec told_due(const struct health *h, usec now)
{
    if (failure_origin(h->cause) == FAILURE_NETWORK && now < h->until)
        return now;
    return h->until + MSEC(HEALTH_HEAR_MS);
}

usec fleet_watch(struct fleet *f, const struct model *m, bool on, usec now)
{
    struct member *member = member_find(f, m);
    struct health *h = member ? &member->health : NULL;
    if (!h)
        return USEC_NEVER;
    bool watched = on && is_for_checks(h);
    if (watched && !h->watched && h->state == HEALTH_HALF_OPEN && !h->probed) {
        h->state = HEALTH_OPEN; /* a check comes first */
        h->until = now;
    }
    h->watched = watched;
    if (!watched || h->state != HEALTH_OPEN)
        return USEC_NEVER;
    return member->is_told ? told_due(h, now) : h->until;
}

bool fleet_check_begins(struct fleet *f, const struct model *m)
{
    struct member *member = member_of(f, m);
    if (!member || !member_claim_probe(f, member, true))
        return false;
    member->is_told = false;
    return true;
}

enum health_change fleet_checked(struct fleet *f, const struct model *m,
                                 enum err e, usec wait, usec now)
{
    struct member *member = member_find(f, m);
    if (!member)
        return HEALTH_SAME;
    struct health before = member->health;
    member_release_probe(f, member);
    if (before.state == HEALTH_CLOSED)
        return HEALTH_SAME; /* a call was faster */
    enum health_change change = health_checked(&member->health, e, wait, now);
    return note(f, member, &before, found_well(member, change), now);
}

void fleet_check_dropped(struct fleet *f, const struct model *m)
{
    struct member *member = member_find(f, m);
    if (member)
        member_release_probe(f, member);
}

/* --- who is left alone */

void fleet_forgive(struct fleet *f)
{
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&f->members, &at));) {
        struct member *member = slot->value;
        member->health = (struct health){.random = member->health.random};
    }
}

usec fleet_left(struct fleet *f, const struct model *m, usec now, enum err *why)
{
    const struct member *member = m->dialect ? member_find(f, m) : NULL;
    if (!member)
        return 0;
    if (why)
        *why = member->health.cause;
    return health_left(&member->health, now);
}

bool fleet_allows(struct fleet *f, const struct model *m, usec now)
{
    struct member *member = m->dialect ? member_find(f, m) : NULL;
    if (!member || !health_allows(&member->health, now))
        return !member;
    return member->health.state != HEALTH_HALF_OPEN ||
           member_may_probe(f, member);
}

const char *fleet_health(struct fleet *f, const struct model *m, usec now)
{
    struct member *member = m->dialect ? member_find(f, m) : NULL;
    if (!member)
        return health_name(HEALTH_CLOSED);
    health_allows(&member->health, now);
    return health_name(member->health.state);
}
