/*
 * Rate limits in any header and any body. Beyond not crashing: nobody waits
 * for longer than a day, and a number that was read is one.
 *
 * The first line is the value of every header, the rest is the body.
 */
#include "provider/ratelimit.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str value(const void *arg, const char *name)
{
    (void)name;
    return *(const struct str *)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = {(const char *)data, size}, line = {0};
    struct ratelimit r;
    usec until;
    str_cut(&body, '\n', &line);
    int64_t wall = INT64_C(1795448662) * 1000000;
    ratelimit_read(value, &line, body, wall, &r);
    if (r.wait > RATELIMIT_WAIT_MAX || r.requests_left < -1 ||
        r.tokens_left < -1 || r.requests_left != r.tokens_left)
        abort();
    if (ratelimit_until(line, wall, &until) &&
        until > (usec)366 * 86400 * 1000000)
        abort();
    return 0;
}
