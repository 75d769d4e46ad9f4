/*
 * How much may be asked of one model, or of one provider: calls at once, and
 * requests and tokens in any minute, by all processes of the user together.
 * What is configured is lowered where the service refuses what was allowed,
 * and slowly comes back.
 */
#ifndef ROUTE_LIMITS_H
#define ROUTE_LIMITS_H

#include "base/clock.h"
#include "base/err.h"
#include "route/ledger.h"
#include "route/table.h"

enum {
    LIMITS_LEAST = 4,          /* requests a minute that one always has */
    LIMITS_LEAST_TOKENS = 500, /* likewise */
    LIMITS_DOUBLE_MS = 300000, /* until what was halved is back */
    LIMITS_ONCE_MS = 5000,     /* refusals within it are one */
};

/* Learned from a refusal. */
struct lowered {
    double to; /* a minute, at that time; 0: never */
    usec at;
};

struct limits {
    struct ledger *ledger; /* borrowed */
    uint64_t key;          /* of the row there */
    struct lowered requests, tokens;
};

/* A call with so many tokens goes off, if it may: else nothing is counted. A
 * NULL `q` lets it. */
bool limits_asked(struct limits *l, const struct quota *q, double tokens,
                  usec now);
/* It did not go off after all. */
void limits_unasked(struct limits *l, double tokens, usec asked);
/* It ends; what it took is known. */
void limits_landed(struct limits *l);
void limits_settled(struct limits *l, double expected, double taken,
                    usec asked);

/* The service says that it was too much: of tokens, or else of requests. */
void limits_refused(struct limits *l, const struct quota *q, bool tokens,
                    usec now);

/* Calls under way, and whether one more may be. */
unsigned limits_in_flight(const struct limits *l);
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
