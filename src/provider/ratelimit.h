/*
 * What a service says about how much more it will answer, and when: in a
 * dozen families of headers, or in the body only. What makes no sense is as
 * if it had not been said.
 */
#ifndef PROVIDER_RATELIMIT_H
#define PROVIDER_RATELIMIT_H

#include "base/clock.h"
#include "base/str.h"

/* The value of an answer's header, empty where there is none; names in any
 * case of letters. */
typedef struct str header_lookup(const void *arg, const char *name);

struct ratelimit {
    int64_t requests_left, tokens_left; /* the scarcest; -1: not said */
    usec requests_reset, tokens_reset;  /* from now; 0: not said */
    usec wait; /* what it asks us to wait; 0: it does not ask */
};

/* No service is left alone for longer, whatever it says. */
#define RATELIMIT_WAIT_MAX ((usec)24 * 3600 * 1000000)

/*
 * `header` may be NULL, `body` empty. `wall` is the time in microseconds since
 * 1970, for answers that carry no Date of their own: theirs is better, since
 * the times that they name are by their clock.
 */
void ratelimit_read(header_lookup *header, const void *arg, struct str body,
                    int64_t wall, struct ratelimit *out);

/*
 * How long from `wall` until the time that a value names: "20ms", "1.5s",
 * "6m0s", "1d", a number of seconds, a time since 1970 in seconds or
 * milliseconds, an RFC 3339 time, an HTTP date (RFC 9110, 5.6.7). False when
 * it is none of these, or more than a year away; what is past is 0.
 */
bool ratelimit_until(struct str value, int64_t wall, usec *out);

/* Take a duration with units, also "1 minute 20 seconds", off the start of a
 * text; in microseconds. */
bool ratelimit_take_duration(struct str *s, int64_t *out);

/* An HTTP date or an RFC 3339 time, in microseconds since 1970. */
bool ratelimit_date(struct str value, int64_t *out);

#endif
