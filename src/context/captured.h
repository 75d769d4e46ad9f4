/* What a match of a language's query for definitions says of one. */
#ifndef CONTEXT_CAPTURED_H
#define CONTEXT_CAPTURED_H

#include "doc/query.h"

struct captured {
    const struct found *whole; /* its kind is `whole->what` */
    const struct found *name;  /* NULL: it has none */
    size_t body;               /* where it starts; STR_NONE likewise */
};

/* False when the match is of no definition. The captures are borrowed. */
bool captured_read(const struct found *found, size_t n, struct captured *out);

#endif
