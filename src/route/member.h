/* What a fleet holds, for its parts: fleet.c (what was learned), fleet_claims.c
 * (what is set aside) and fleet_health.c (who is left alone). Private to
 * them. */
#ifndef ROUTE_MEMBER_H
#define ROUTE_MEMBER_H

#include "route/fleet.h"

/* One model. */
struct member {
    struct figures figures;
    struct health health;
    struct allowance allowance;
    struct limits limits;
    uint64_t probe;    /* its place in the ledger: one at a time, of all */
    uint64_t queue;    /* likewise: who waits for a place, of all */
    bool probing;      /* it is ours */
    bool has_news;     /* its circuit changed, and nobody was told yet */
    bool is_told;      /* another process found it failing, not this one */
    bool is_back;      /* a check, or another process, found it well again */
    int64_t changed;   /* when it did last, here or elsewhere; since 1970 */
    int64_t answered;  /* when a call was answered well last; likewise */
    bool was_recalled; /* what the history teaches of it was asked for */
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
    usec turned; /* when it was this time by the calendar: */
    int64_t wall;
    uint64_t judged; /* completions, of all models */
};

/* NULL: nothing is known of it, and (member_of) there is no memory. */
struct member *member_find(const struct fleet *f, const struct model *m);
struct member *member_of(struct fleet *f, const struct model *m);
/* Those of all its models; NULL without memory: then nothing limits it. */
struct limits *provider_of(struct fleet *f, const struct model *m);

/* Tokens that a call would take. */
double wanted_tokens(const struct standing *row, const struct task *task);

/* Its call is over: no place and no probe is held for it any more. */
struct member *member_landed(struct fleet *f, const struct model *m);

/* Whether no other process tries it just now; then this one does. */
bool member_may_probe(struct fleet *f, const struct member *member);
bool member_claim_probe(struct fleet *f, struct member *member, bool bounded);
void member_release_probe(struct fleet *f, struct member *member);

#endif
