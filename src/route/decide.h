/*
 * The decision: which route holds for a task, and which models are asked, in
 * which order, with the reason for each place.
 */
#ifndef ROUTE_DECIDE_H
#define ROUTE_DECIDE_H

#include "route/fleet.h"
#include "route/glob.h"
#include "route/privacy.h"
#include "route/rules.h"

enum { CHAIN_MAX = 64 };

struct candidate {
    const struct model *model;
    char reason[160];
    bool excluded;
};

/* Who is asked beside whom, when that one is late. */
struct hedge_plan {
    const struct model *of;   /* NULL: the option is off, or none is asked */
    const struct model *with; /* NULL: nobody; */
    char reason[160];         /* that is why */
    double after_ms;          /* without a text */
};

struct decision {
    const struct route *route;
    struct candidate chain[CHAIN_MAX]; /* in order; excluded ones last */
    size_t n;
    struct ruling ruling; /* what the rules said; its options are in force */
    struct verdict privacy;
    struct hedge_plan hedge;
    struct why skipped; /* a pattern or condition that hit its limits */
};

/*
 * At least one candidate always: the built-in model closes every chain. With
 * a NULL `fleet` only what is configured counts. The task's `privacy` is
 * filled in. What it does not allow is excluded, whatever routes and rules
 * say; so is, behind a model of the user's own servers, any other, unless the
 * route lets its fail-over go anywhere.
 */
void decide(const struct table *t, struct task *task, struct fleet *fleet,
            usec now, struct decision *d);

/*
 * What a usual completion would get by this route, before any is asked for:
 * an invoked one of a thousand tokens, in a function's body. Nothing is tried:
 * the strategies take what is likely.
 */
void decide_ahead(const struct table *t, const struct route *r,
                  struct fleet *fleet, usec now, struct decision *d);

/* Whether the budgets allow the candidate still, since the decision others may
 * have been asked; or the reason. */
bool decision_affords(const struct decision *d, size_t i,
                      const struct task *task, struct fleet *fleet, usec now,
                      struct why *why);

/* fleet_claim() for a call to the candidate. */
bool decision_claim(const struct decision *d, size_t i, const struct task *task,
                    struct fleet *fleet, usec now, struct claim *claim);

/* Whether every matcher of the route holds. A `path` without a '/' is matched
 * against the file's name, as ignore files have it. */
bool route_holds(const struct route *r, const struct task *task,
                 struct why *skipped);

#endif
