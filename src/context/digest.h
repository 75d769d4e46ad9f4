/*
 * The signatures of a file, in a text of their own that outlives the file's
 * tree: a line each, those of a class's members indented below it.
 */
#ifndef CONTEXT_DIGEST_H
#define CONTEXT_DIGEST_H

#include "base/buf.h"
#include "context/chunks.h"
#include "context/scope.h"

enum {
    DIGEST_BYTES = 16 << 10, /* of its text; what is behind is left out */
    SIGNATURE_BYTES = 240,   /* longer ones are left out */
};

struct signature {
    size_t start, end; /* of its line in the text */
    size_t name, name_end;
    int depth;
};

struct digest {
    struct buf text;
    struct signature *at;
    size_t n, cap;
};

void digest_init(struct digest *d);
void digest_release(struct digest *d);

/* Take what `o` found in `doc`, in place of what was there. */
void digest_take(struct digest *d, const struct document *doc,
                 const struct outline *o);

/*
 * Append the lines that are of most use, in the file's order, in at most
 * `room` bytes: first the definitions in `names` (what is imported by name),
 * then those whose name is in `used`, then the others; each with its members.
 * With `only` the others are left out.
 */
void digest_select(const struct digest *d, const struct words *names,
                   const struct words *used, bool only, size_t room,
                   struct buf *out);

#endif
