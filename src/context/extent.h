/*
 * How much to write at the cursor, and where in a model's stream that much
 * has been written. The syntax at the cursor decides: the middle of a line
 * wants its rest, a statement its end, an empty block its body.
 */
#ifndef CONTEXT_EXTENT_H
#define CONTEXT_EXTENT_H

#include "context/classify.h"
#include "context/spot.h"

enum extent { EXTENT_LINE, EXTENT_HEAD, EXTENT_STATEMENT, EXTENT_BLOCK };

const char *extent_name(enum extent e); /* "line" */

/*
 * LINE when something but closing brackets, quotes and punctuation follows
 * on the line, or the class is import, comment or string; HEAD when the block
 * that the line opens, or what it goes on with, stands behind the cursor or
 * below already: then the rest of the line is wanted, with further lines
 * where brackets are open; BLOCK in the head of a definition that has no
 * body yet, or at the start of an empty block; STATEMENT otherwise.
 *
 * Here and below `known` is what spot_find() finds there, or NULL.
 */
enum extent extent_at(const struct document *doc, size_t offset,
                      const struct classification *c, const struct spot *known);

/*
 * What of a stream has been read, so that each byte is looked at once.
 *
 * A block counts as part of the statement that opens it, with what must
 * follow it (`else`, `catch`). A closer that stands behind the cursor already
 * is not taken from the stream.
 */
struct extent_scan {
    enum extent extent;
    const struct lexis *lexis;
    struct scanner scanner;
    size_t tab_width;
    size_t base;     /* indentation of the statement, or of the opener */
    bool base_known; /* else the first line of the stream decides */
    bool raw;        /* the blanks that it begins with may be the cursor's */
    size_t floor;    /* brackets that are open where it is complete */
    size_t outer;    /* likewise, once the block that was opened is closed */
    bool filling;    /* a block that the buffer opened is to be filled, */
    bool inside;     /* and the stream has not closed it */
    bool closed;     /* what closes it stands behind the cursor */
    bool header;     /* deeper lines belong to it */
    bool closing;    /* the line that closes it has begun */
    bool any_code;
    bool label;       /* "case 1:": deeper lines belong to it */
    bool may_else;    /* it begins with "if" */
    bool brace_there; /* the block of a head stands behind the cursor */
    long angles;      /* of a head: "<" without their ">" */
    bool decorator;   /* the line says something about the next one */
    size_t cursor;    /* its column, where blanks are before it */
    bool blank;       /* nothing yet on this line of the stream */
    size_t column;    /* of the blanks that it begins with */
    bool waiting;     /* it is complete unless the next line continues it */
    bool fresh;       /* the stream begins the statement */
    size_t start;     /* where it begins else, in the buffer */
    size_t seen;      /* bytes of the stream that were looked at */
    size_t end;       /* where what is complete ends */
    bool complete;
    enum extent_ending {
        ENDED_LINE,   /* by a line's end, whatever follows */
        ENDED_NEXT,   /* by the first word of the next line */
        ENDED_CLOSER, /* by a closer that belongs to what is around it */
        ENDED_BLOCK,  /* before the block that the buffer has already */
    } ended;
};

/* Set `raw` behind it for a stream as the model writes it: many write the
 * whole indentation of the cursor's line once more. */
void extent_scan_init(struct extent_scan *s, const struct document *doc,
                      size_t offset, enum extent extent,
                      const struct spot *known);

/*
 * Look at the stream so far (all of it, from its first byte). True once the
 * statement or block is complete; `*length` is then how many of its bytes
 * belong to it. While false, more text may still belong to it.
 */
bool extent_scan_done(struct extent_scan *s, struct str stream, size_t *length);

/*
 * Who knows better says that it is not complete yet: what ended it belongs to
 * it. With `if_else`, only if the next line says `else` or the like.
 */
void extent_scan_go_on(struct extent_scan *s, bool if_else);

#endif
