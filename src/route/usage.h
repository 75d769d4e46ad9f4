/*
 * What calls to models took: tokens and money, of each model and of all, of
 * this day. What a service does not say is estimated, by what it said before:
 * the ratio of bytes to tokens is learned for each model.
 */
#ifndef ROUTE_USAGE_H
#define ROUTE_USAGE_H

#include "route/table.h"

struct usage;

enum { USAGE_BYTES_TOKEN = 3 }; /* before anything was learned */

/* What is known of one call when it is over. */
struct reading {
    int64_t in, out, cached;    /* as the service says; -1: it does not */
    bool ended;                 /* what it says is its last word */
    size_t bytes_in, bytes_out; /* of the request's body and of the text */
};

/* What it took. All -1 and 0 for what was never counted. */
struct bill {
    int64_t in, out; /* tokens; -1: there was nothing to count */
    int64_t cached;  /* those of `in` that the service had in its cache */
    bool estimated;  /* not both counts are the service's last word */
    double cost;     /* dollars; below 0: the price is unknown */
};

extern const struct bill bill_none;

/* Add what another call of the same chain took. An unknown price makes the
 * sum unknown. */
void bill_add(struct bill *sum, const struct bill *b);

/* Of a day. */
struct tally {
    uint64_t calls, estimated;
    uint64_t unpriced; /* calls with an unknown price: not in `cost` */
    int64_t in, out, cached;
    double cost;
};

struct usage *usage_new(void); /* NULL without memory */
void usage_free(struct usage *u);

/* Learn from it, count it, and tell what it took. `wall` is the time in
 * microseconds since 1970; a day is the user's. */
struct bill usage_settle(struct usage *u, const struct model *m,
                         const struct reading *r, int64_t wall);

/* Tokens that so many bytes of a request's body, or of an answer, will be. */
int64_t usage_tokens_in(const struct usage *u, const struct model *m,
                        size_t bytes);
int64_t usage_tokens_out(const struct usage *u, const struct model *m,
                         size_t bytes);

/* Dollars; below 0: a price that is needed is unknown. A price for what is
 * cached that is unknown is that of the rest. */
double usage_cost(const struct model *m, int64_t in, int64_t out,
                  int64_t cached);

/* What `wall`'s day took so far; of one model by its name, or of all with an
 * empty one. */
struct tally usage_today(struct usage *u, struct str model, int64_t wall);

#endif
