/*
 * What a grammar makes of a stream that is put in at the cursor: whether the
 * statement or block there is whole then, and where in the stream it ends.
 */
#ifndef CONTEXT_PASTED_H
#define CONTEXT_PASTED_H

#include "context/extent.h"

enum pasted {
    PASTED_WHOLE,    /* and so far the stream ends with it */
    PASTED_FOLLOWED, /* and the stream goes on with something else */
    PASTED_IF_ALONE, /* it ends with an `if` that the next line may go on */
    PASTED_INSIDE,   /* it goes on behind the cursor, in the buffer */
    PASTED_OPEN,     /* the grammar wants more of it */
    PASTED_UNKNOWN,  /* the grammar can't tell */
    PASTED_LATE,     /* nor within the time that it had */
};

/* Whether there is a grammar to ask. */
bool pasted_is_told(const struct document *doc);

/*
 * Ask for the first `n` bytes of `stream`, of which the first `typed` stand in
 * front of byte `offset` of `doc` already; its tree is fresh. `scan` was
 * begun where the stream was. With the first two `*end` is how many bytes of
 * the stream belong to it, whole lines. Takes at most `budget_us` (0: any
 * time) and leaves the document as it is.
 */
enum pasted pasted_try(const struct extent_scan *scan,
                       const struct document *doc, size_t offset, size_t typed,
                       struct str stream, size_t n, uint64_t budget_us,
                       size_t *end);

#endif
