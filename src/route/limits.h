/*
 * How much may be asked of one model, or of one provider: calls at once, and
 * requests and tokens in any minute. What is configured is lowered where the
 * service refuses what was allowed, and slowly comes back.
 */
#ifndef ROUTE_LIMITS_H
#define ROUTE_LIMITS_H

#include "base/clock.h"
#include "base/err.h"
#include "route/table.h"

enum {
    LIMITS_SECONDS = 61,       /* a minute, and the second that goes on */
    LIMITS_LEAST = 4,          /* requests a minute that one always has */
    LIMITS_LEAST_TOKENS = 500, /* likewise */
    LIMITS_DOUBLE_MS = 300000, /* until what was halved is back */
    LIMITS_ONCE_MS = 5000,     /* refusals within it are one */
};

/* The calls of the last minute, by seconds. */
struct minute {
    int64_t newest; /* second that the newest of them is from */
    double requests[LIMITS_SECONDS], tokens[LIMITS_SECONDS];
};

/* Learned from a refusal. */
struct lowered {
    double to; /* a minute, at that time; 0: never */
    usec at;
};

struct limits {
    struct minute own, others; /* others: the user's other processes */
    struct lowered requests, tokens;
    unsigned in_flight, queue;
};

/* A call with so many tokens goes off, and ends; what it took is known. */
void limits_asked(struct limits *l, double tokens, usec now);
void limits_landed(struct limits *l);
void limits_settled(struct limits *l, double expected, double taken,
                    usec asked);

/* The service says that it was too much: of tokens, or else of requests. */
void limits_refused(struct limits *l, const struct quota *q, bool tokens,
                    usec now);

/* What other processes asked, anew: begin, then add call by call. */
void limits_others(struct limits *l);
void limits_add_other(struct limits *l, double requests, double tokens,
                      usec asked);

/* Whether one more call may be under way. */
bool limits_have_place(const struct limits *l, const struct quota *q);

/* What is left of this minute; INFINITY where nothing limits it. */
double limits_requests_left(const struct limits *l, const struct quota *q,
                            usec now);
double limits_tokens_left(const struct limits *l, const struct quota *q,
                          usec now);

/* Whether a call with so many tokens may go off; else the reason, behind
 * `whose` ("", "its provider's "). */
bool limits_allow(const struct limits *l, const struct quota *q, double tokens,
                  usec now, const char *whose, struct why *why);

#endif
