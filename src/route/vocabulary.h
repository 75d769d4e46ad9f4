/*
 * What conditions, rules and strategies may say, as lists of words for people:
 * `switchyard help conditions`, the JSON Schema and docs/conditions.md are
 * made from these. The rows are those of task.h, standing.h, rules.h and
 * strategy.c.
 */
#ifndef ROUTE_VOCABULARY_H
#define ROUTE_VOCABULARY_H

#include "config/keys.h"

enum vocabulary {
    VOCABULARY_FEATURES, /* of the completion */
    VOCABULARY_COLUMNS,  /* of the models */
    VOCABULARY_ACTIONS,  /* "exclude_model:" with a colon where more follows */
    VOCABULARY_STRATEGIES,
    VOCABULARY_COUNT
};

struct term {
    const char *name;
    const char *type;   /* "text", "integer", "number"; "" for the last two */
    const char *values; /* "a|b|c", all that it can be; or NULL */
    const char *doc;
};

size_t vocabulary_size(enum vocabulary v);
struct term vocabulary_at(enum vocabulary v, size_t i);

/* Append what it is, and the values that it can have. */
void term_describe(const struct term *t, struct buf *out);

/* What keys_schema() says more of the keys that hold such words. */
extern const struct schema_more vocabulary_schema;

#endif
