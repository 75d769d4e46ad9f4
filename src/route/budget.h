/*
 * Budgets: so many dollars a day or a month for all models, those of a
 * provider, one model or those with a tag, and what happens when they are
 * used up.
 */
#ifndef ROUTE_BUDGET_H
#define ROUTE_BUDGET_H

#include "route/strategy.h"

enum { BUDGETS_MAX = 16 };

enum budget_scope { BUDGET_ALL, BUDGET_PROVIDER, BUDGET_MODEL, BUDGET_TAG };

enum budget_then {
    BUDGET_FREE_ONLY, /* local models and those that cost nothing are asked */
    BUDGET_CHEAPEST,  /* the cheapest candidate is asked */
    BUDGET_STOP,      /* none that it covers is asked */
};

struct budget {
    int place;           /* in the configuration's list */
    struct str for_what; /* as written: "tag:cloud" */
    enum budget_scope scope;
    struct str name; /* of the provider or model, or the tag */
    bool monthly;    /* else daily */
    double dollars;
    double warn_at; /* share */
    enum budget_then then;
};

/* How one stands. */
struct purse {
    double spent;   /* this day or month, by all processes of the user */
    double claimed; /* set aside for calls under way, likewise */
    bool refused;   /* what is left was too little for somebody */
};

/* From "budgets"; the models are there. */
void budgets_read(struct reading *r, const cJSON *budgets);

const char *budget_then_name(enum budget_then t); /* "free_only" */

/* Append "$5 a day for all". */
void budget_print(const struct budget *b, struct buf *out);

bool budget_covers(const struct budget *b, struct str provider,
                   struct str model, struct str tags);

/* The account in the ledger: of the same budget over the same models. */
uint64_t budget_account(const struct table *t, const struct budget *b);

/* Whether the models it covers are asked also when it is used up: those that
 * cost nothing, or the cheapest of those that may be asked. */
bool budget_spares(const struct budget *b, const struct model *m,
                   bool cheapest);

double purse_left(const struct budget *b, const struct purse *p);

/* Whether no other that fits is cheaper. */
bool budget_is_cheapest(const struct contender *c, size_t n, size_t which);

/* Contenders that a budget does not allow lose `fits`, with the reason. */
void budgets_apply(const struct table *t, struct purse *purses,
                   struct contender *c, size_t n);

#endif
