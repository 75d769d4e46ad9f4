/*
 * What was found in a document for one key, kept for those that follow: the
 * imports at its head for as long as no change can have touched them, and
 * what is around the cursor until the text changes.
 *
 * Which changes can is told by where they begin, in the text and in the
 * syntax (tree_same_until()): one behind all that the imports were taken
 * from, and the line behind it, can't; unless what it wrote is to become an
 * import, which its lines show.
 */
#ifndef CONTEXT_KEPT_H
#define CONTEXT_KEPT_H

#include "context/classify.h"
#include "context/scope.h"
#include "context/spot.h"

enum { KEPT_BYTES = 16384 }; /* of a document, where imports are looked for */

/* A place in a document whose text and syntax are as they were then. */
struct kept_at {
    uint32_t generation; /* the document's; 0: nowhere */
    uint64_t serial;     /* likewise */
    uint64_t version;    /* its tree's */
    size_t offset;
};

/* Zero bytes keep nothing. Of one document at a time: the last one. */
struct kept {
    uint32_t imports_of; /* the document's generation; 0: nothing is kept */
    uint64_t version;    /* its tree's */
    struct imports imports;

    struct kept_at place;
    struct classification c;
    struct around around[AROUND_MAX];
    size_t n_around;

    struct kept_at read;
    struct spot spot;
};

/* As scope_imports() finds them in KEPT_BYTES, in at most `budget_us`. Valid
 * until the next call. */
const struct imports *kept_imports(struct kept *k, const struct document *doc,
                                   uint64_t budget_us);

/* The class of byte `offset` is in `k->c` then, and what is around it in
 * `k->around`. */
void kept_place(struct kept *k, const struct document *doc, size_t offset);

/* As spot_find() finds it. Valid until the next call. */
const struct spot *kept_spot(struct kept *k, const struct document *doc,
                             size_t offset);

#endif
