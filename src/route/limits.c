#include "route/limits.h"

#include <math.h>
#include <string.h>

/* --- the last minute */

static int64_t second_of(usec t)
{
    return (int64_t)(t / 1000000);
}

static size_t place_of(int64_t second)
{
    return (size_t)(second % LIMITS_SECONDS);
}

static bool is_in(const struct minute *m, int64_t second)
{
    return second >= 0 && second <= m->newest &&
           second > m->newest - LIMITS_SECONDS;
}

/* Whatever is too old by then leaves. */
static void turn(struct minute *m, int64_t second)
{
    if (second >= m->newest + LIMITS_SECONDS)
        *m = (struct minute){.newest = second};
    while (m->newest < second) {
        size_t at = place_of(++m->newest);
        m->requests[at] = m->tokens[at] = 0;
    }
}

static void add(struct minute *m, double requests, double tokens, usec when)
{
    int64_t second = second_of(when);
    if (second > m->newest)
        turn(m, second);
    if (!is_in(m, second))
        return;
    size_t at = place_of(second);
    m->requests[at] = fmax(0, m->requests[at] + requests);
    m->tokens[at] = fmax(0, m->tokens[at] + tokens);
}

static double of_second(const struct minute *m, int64_t second, bool tokens)
{
    if (!is_in(m, second))
        return 0;
    return (tokens ? m->tokens : m->requests)[place_of(second)];
}

static double used(const struct limits *l, bool tokens, usec now)
{
    int64_t second = second_of(now);
    double sum = 0;
    for (int64_t s = second - LIMITS_SECONDS + 1; s <= second; s++)
        sum += of_second(&l->own, s, tokens) + of_second(&l->others, s, tokens);
    return sum;
}

/* Seconds until so much of what is used has left the minute. */
static unsigned free_in(const struct limits *l, bool tokens, double wanted,
                        usec now)
{
    int64_t second = second_of(now);
    int64_t s = second - LIMITS_SECONDS + 1;
    for (; wanted > 0 && s <= second; s++)
        wanted -=
            of_second(&l->own, s, tokens) + of_second(&l->others, s, tokens);
    int64_t left = s - 1 + LIMITS_SECONDS - second;
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

bool limits_have_place(const struct limits *l, const struct quota *q)
{
    return q->max_concurrent == 0 || l->in_flight < q->max_concurrent;
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

void limits_asked(struct limits *l, double tokens, usec now)
{
    l->in_flight++;
    add(&l->own, 1, tokens, now);
}

void limits_landed(struct limits *l)
{
    l->in_flight -= l->in_flight > 0;
}

void limits_settled(struct limits *l, double expected, double taken, usec asked)
{
    add(&l->own, 0, taken - expected, asked);
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

void limits_others(struct limits *l)
{
    l->others = (struct minute){0};
}

void limits_add_other(struct limits *l, double requests, double tokens,
                      usec asked)
{
    add(&l->others, requests, tokens, asked);
}
