#include "route/allowance.h"

/* Where a service names no reset, its limits are by the minute. */
static const usec period = MSEC(60000);

void allowance_note(struct allowance *a, const struct ratelimit *limit,
                    usec now)
{
    if (limit->requests_left < 0 && limit->tokens_left < 0)
        return;
    a->limit = *limit;
    a->noted = now;
}

static int64_t left(const struct allowance *a, int64_t count, usec reset,
                    usec now)
{
    bool known = a->noted && now < a->noted + (reset ? reset : period);
    return known ? count : -1;
}

int64_t allowance_requests(const struct allowance *a, usec now)
{
    return left(a, a->limit.requests_left, a->limit.requests_reset, now);
}

int64_t allowance_tokens(const struct allowance *a, usec now)
{
    return left(a, a->limit.tokens_left, a->limit.tokens_reset, now);
}
