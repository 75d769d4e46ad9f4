/*
 * The decision: which route holds for a task, and which models are asked, in
 * which order, with the reason for each place.
 */
#ifndef ROUTE_DECIDE_H
#define ROUTE_DECIDE_H

#include "route/fleet.h"
#include "route/privacy.h"
#include "route/rules.h"

enum { CHAIN_MAX = 64 };

struct candidate {
    const struct model *model;
    char reason[160];
    bool excluded;
    bool open;   /* only by the order of the others: a router may choose it */
    size_t rank; /* without the router */
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
    bool stays; /* without a choice of the router's, only own servers are */
    struct why routed;  /* what became of the router's choice; or empty */
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

/* --- a router's part (route/choice.c) */

/* Why a model that is not one's own is excluded behind one that is. */
extern const char decision_at_home[];

/* What follows from the chain's order: nobody is asked behind the built-in
 * model, nor, with `home`, elsewhere than on one's own servers. */
void decision_settle(struct decision *d, bool home);

/*
 * Whom the route's router may choose from, in the order that they have without
 * it; how many. Below two there is nothing to choose. The indices are those of
 * the chain.
 */
size_t decision_open(const struct decision *d, size_t out[CHAIN_MAX]);

/* The router is not asked, for a reason that begins with its doing; or, where
 * `why` is empty, because there is nothing to choose. */
void decision_unrouted(struct decision *d, const struct why *why);

/*
 * The router's choice: those it named come first, in its order, the others
 * behind them as they were. Names of models that may not be asked are passed
 * over. ERR_ANSWER, with `why` and the decision as it was, when one names no
 * model of the table, or none that may be asked.
 */
enum err decision_choose(struct decision *d, const struct table *t,
                         struct fleet *fleet, const struct task *task, usec now,
                         const struct str *names, size_t n, struct why *why);

/* --- when a candidate's turn comes (route/turn.c) */

/* Whether the budgets allow the candidate still, since the decision others may
 * have been asked; or the reason. */
bool decision_affords(const struct decision *d, size_t i,
                      const struct task *task, struct fleet *fleet, usec now,
                      struct why *why);

/* fleet_claim() for a call to the candidate. */
bool decision_claim(const struct decision *d, size_t i, const struct task *task,
                    struct fleet *fleet, usec now, struct claim *claim);

#endif
