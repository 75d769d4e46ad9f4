/* Which route a task takes. */
#ifndef ROUTE_MATCHING_H
#define ROUTE_MATCHING_H

#include "route/table.h"

/* Whether every matcher of the route holds. A `path` without a '/' is matched
 * against the file's name, as ignore files have it. `skipped` says which
 * pattern or condition hit its limits, and so did not hold. */
bool route_holds(const struct route *r, const struct task *task,
                 struct why *skipped);

/* The first that holds, with one limit for the patterns of all; the last of the
 * table always does. */
const struct route *route_find(const struct table *t, const struct task *task,
                               struct why *skipped);

#endif
