#include "route/limits.h"

#include <math.h>

/* --- the last minute */

static uint32_t second_of(usec t)
{
    return (uint32_t)(t / 1000000);
}

static double used(const struct limits *l, bool tokens, usec now)
{
    return (double)ledger_minute(l->ledger, l->key, tokens, second_of(now));
}

/* Seconds until so much of what is used has left the minute. */
static unsigned free_in(const struct limits *l, bool tokens, double wanted,
                        usec now)
{
    int64_t second = second_of(now);
    int64_t s = second - LEDGER_SECONDS + 1;
    for (; wanted > 0 && s <= second; s++)
        if (s >= 0)
            wanted -=
                (double)ledger_second(l->ledger, l->key, tokens, (uint32_t)s);
    int64_t left = s - 1 + LEDGER_SECONDS - second;
    return left > 0 ? (unsigned)left : 0;
}

/* --- what is allowed */

static double learned(const struct lowered *low, usec now)
{
    if (low->to <= 0)
        return INFINITY;
    double passed = now > low->at ? (double)(now - low->at) : 0;
    return low->to * exp2(passed / (double)MSEC(LIMITS_DOUBLE_MS));
}

static double allowed(const struct limits *l, const struct quota *q,
                      bool tokens, usec now)
{
    uint32_t said = tokens ? q->tpm : q->rpm;
    double low = learned(tokens ? &l->tokens : &l->requests, now);
    return fmin(said ? said : INFINITY, floor(low));
}

static double left(const struct limits *l, const struct quota *q, bool tokens,
                   usec now)
{
    double most = allowed(l, q, tokens, now);
    if (isinf(most))
        return most;
    return fmax(0, most - used(l, tokens, now));
}

double limits_requests_left(const struct limits *l, const struct quota *q,
                            usec now)
{
    return left(l, q, false, now);
}

double limits_tokens_left(const struct limits *l, const struct quota *q,
                          usec now)
{
    return left(l, q, true, now);
}

unsigned limits_in_flight(const struct limits *l)
{
    return (unsigned)ledger_held(l->ledger, l->key);
}

static int64_t most_at_once(const struct quota *q)
{
    return q && q->max_concurrent ? q->max_concurrent : LEDGER_ANY;
}

bool limits_have_place(const struct limits *l, const struct quota *q)
{
    return ledger_has_room(l->ledger, l->key, 0, 1, most_at_once(q));
}

static const char *how(const struct limits *l, const struct quota *q,
                       bool tokens, usec now)
{
    uint32_t said = tokens ? q->tpm : q->rpm;
    double low = learned(tokens ? &l->tokens : &l->requests, now);
    return said && said <= low ? "" : ", by its refusals";
}

bool limits_allow(const struct limits *l, const struct quota *q, double tokens,
                  usec now, const char *whose, struct why *why)
{
    double most = allowed(l, q, true, now);
    double requests_left = left(l, q, false, now);
    double tokens_left = left(l, q, true, now);
    if (requests_left < 1)
        why_set(why, OK, "%s%.0f requests a minute%s are used up; free in %u s",
                whose, allowed(l, q, false, now), how(l, q, false, now),
                free_in(l, false, 1 - requests_left, now));
    else if (tokens > most)
        why_set(why, OK, "%.0f tokens are more than %s%.0f a minute%s", tokens,
                *whose ? whose : "its ", most, how(l, q, true, now));
    else if (tokens > tokens_left)
        why_set(why, OK,
                "%s%.0f tokens a minute%s: %.0f are left, %.0f wanted; free in "
                "%u s",
                whose, most, how(l, q, true, now), tokens_left, tokens,
                free_in(l, true, tokens - tokens_left, now));
    else
        return true;
    return false;
}

/* --- what happens */

static int64_t most(const struct limits *l, const struct quota *q, bool tokens,
                    usec now)
{
    double n = q ? allowed(l, q, tokens, now) : INFINITY;
    return n < 4e9 ? (int64_t)n : LEDGER_ANY;
}

bool limits_asked(struct limits *l, const struct quota *q, double tokens,
                  usec now)
{
    if (!ledger_hold(l->ledger, l->key, 0, 1, most_at_once(q)))
        return false;
    if (ledger_count(l->ledger, l->key, second_of(now), 1, (int64_t)tokens,
                     most(l, q, false, now), most(l, q, true, now)))
        return true;
    limits_landed(l);
    return false;
}

void limits_unasked(struct limits *l, double tokens, usec asked)
{
    limits_landed(l);
    ledger_count(l->ledger, l->key, second_of(asked), -1, -(int64_t)tokens,
                 LEDGER_ANY, LEDGER_ANY);
}

void limits_landed(struct limits *l)
{
    ledger_set(l->ledger, l->key, ledger_own(l->ledger, l->key) - 1);
}

void limits_settled(struct limits *l, double expected, double taken, usec asked)
{
    ledger_count(l->ledger, l->key, second_of(asked), 0,
                 (int64_t)taken - (int64_t)expected, LEDGER_ANY, LEDGER_ANY);
}

/* Half of what was allowed, or else of what was asked. */
void limits_refused(struct limits *l, const struct quota *q, bool tokens,
                    usec now)
{
    struct lowered *low = tokens ? &l->tokens : &l->requests;
    double before = fmin(allowed(l, q, tokens, now), used(l, tokens, now));
    double least = tokens ? LIMITS_LEAST_TOKENS : LIMITS_LEAST;
    if (low->to > 0 && now < low->at + MSEC(LIMITS_ONCE_MS))
        return;
    *low = (struct lowered){fmax(least, floor(before / 2)), now};
}
