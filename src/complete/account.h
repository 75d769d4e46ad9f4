/*
 * Limits and budgets are for all processes of the user: what these do now is in
 * the ledger, and what was spent before comes from the history into the fleet.
 */
#ifndef COMPLETE_ACCOUNT_H
#define COMPLETE_ACCOUNT_H

#include "complete/recollect.h"
#include "history/store.h"
#include "route/fleet.h"

struct account {
    circuit_fn *circuit; /* or NULL */
    void *circuit_arg;
    int64_t began; /* this process; microseconds since 1970 */
    bool has_read; /* once at least */
};

/* Have the fleet share the user's ledger, which is in the state folder; with
 * `make` it is made where there is none. Without such a folder nothing
 * happens. */
enum err account_share(struct fleet *f, bool make, struct why *why);

/* Whether a table has anything that the history is needed for. */
bool account_needs(const struct table *t);

/* Bring the fleet up to date, as far as the history was read, and tell the
 * history of what it found; `s` may be NULL. Never waits. */
void account_update(struct account *a, struct fleet *f, const struct table *t,
                    struct store *s, usec now, int64_t wall);

/* The same at once, with what earlier processes learned, for a command that
 * only looks. */
void account_load(struct fleet *f, struct table *t, usec now, int64_t wall);

#endif
