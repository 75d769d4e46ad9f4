/*
 * How much to write at the cursor, and where in a model's stream that much
 * has been written. The syntax at the cursor decides: the middle of a line
 * wants its rest, a statement its end, an empty block its body.
 */
#ifndef CONTEXT_EXTENT_H
#define CONTEXT_EXTENT_H

#include "context/classify.h"

enum extent { EXTENT_LINE, EXTENT_STATEMENT, EXTENT_BLOCK };

const char *extent_name(enum extent e); /* "line", "statement", "block" */

/*
 * LINE when something but closing brackets, quotes and punctuation follows
 * on the line, or the class is import, comment or string; BLOCK in the head
 * of a definition that has no body yet, or on the first line of an empty
 * block; STATEMENT otherwise.
 */
enum extent extent_at(const struct document *doc, size_t offset,
                      const struct classification *c);

/* What of a stream has been read, so that each byte is looked at once. */
struct extent_scan {
    enum extent extent;
    const struct language *language;
    size_t base_indent; /* columns of the line that the cursor is on */
    size_t tab_width;
    size_t seen;        /* bytes of the stream that were looked at */
    size_t end;         /* where the last whole statement ended */
    int depth;          /* brackets opened in the stream and still open */
    int state;          /* lexical state: code, string, comment */
    char quote[4];
    bool any_text;
};

void extent_scan_init(struct extent_scan *s, const struct document *doc,
                      size_t offset, enum extent extent);

/*
 * Look at the stream so far (all of it, from its first byte). True once the
 * statement or block is complete; `*length` is then how many of its bytes
 * belong to it. While false, more text may still belong to it.
 */
bool extent_scan_done(struct extent_scan *s, struct str stream,
                      size_t *length);

#endif
