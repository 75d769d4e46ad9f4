/* What a service says is left of its limits, for as long as that is true. */
#ifndef ROUTE_ALLOWANCE_H
#define ROUTE_ALLOWANCE_H

#include "provider/ratelimit.h"

struct allowance {
    struct ratelimit limit;
    usec noted; /* when it was asked; 0: never */
};

/* A call that was made at `now` was answered with this. */
void allowance_note(struct allowance *a, const struct ratelimit *limit,
                    usec now);

/* -1 where nothing is known: it was not said, or a new period has begun. */
int64_t allowance_requests(const struct allowance *a, usec now);
int64_t allowance_tokens(const struct allowance *a, usec now);

#endif
