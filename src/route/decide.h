/*
 * The decision: which route holds for a task, and which models are asked, in
 * which order, with the reason for each place.
 *
 * Rules, strategies, fitness and rank have their place between the route's
 * own list and the chain: they will filter and order candidates here.
 */
#ifndef ROUTE_DECIDE_H
#define ROUTE_DECIDE_H

#include "route/table.h"

enum { CHAIN_MAX = 8 };

struct candidate {
    const struct model *model;
    char reason[160];
    bool excluded;
};

struct decision {
    const struct route *route;
    struct candidate chain[CHAIN_MAX]; /* in order; excluded ones last */
    size_t n;
    struct why skipped; /* a pattern that hit its limits, or empty */
};

/* At least one candidate always: the built-in model closes every chain. */
void decide(const struct table *t, const struct task *task, struct decision *d);

/* Whether every matcher of the route holds. A `path` without a '/' is matched
 * against the file's name, as ignore files have it. */
bool route_holds(const struct route *r, const struct task *task,
                 struct why *skipped);

/*
 * Shell-like match of a whole path, by code points: '*' and '?' stop at '/',
 * "**" does not and may be nothing together with its '/'; [a-z] and [!a-z] are
 * sets; {a,*.b} are alternatives, which may be nested. Nothing escapes. Bounded
 * in time: what takes too many steps does not match.
 */
bool glob_match(struct str glob, struct str path);

#endif
