/*
 * An answer while it is written: the text so far, with the buffer's own
 * indentation and columns, and the place behind it, where the next token is
 * to be predicted.
 */
#ifndef NGRAM_DRAFT_H
#define NGRAM_DRAFT_H

#include "ngram/nesting.h"
#include "ngram/ngram.h"
#include "ngram/signs.h"

/* What is the same for all drafts of an answer. */
struct order {
    const struct ngram_query *q;
    struct str line;   /* the cursor's line up to the cursor */
    struct str rest;   /* and behind it, trimmed */
    struct str indent; /* of that line */
    struct str unit;   /* one step of indentation, once it is needed */
};

void order_init(struct order *o, const struct ngram_query *q);

struct draft {
    struct order *order;
    struct site site;
    struct buf text;
    struct signs signs; /* of its being right */
    unsigned depth;
    unsigned hangs; /* the depth whose lines hang from a bracket; 0: none */
    size_t hang;    /* blanks of theirs in place of that step */
    struct nesting nesting;
    bool glued; /* the next token needs no space before it */
};

/* Empty, at the cursor. The text is to be released. */
void draft_init(struct draft *d, struct order *o, const struct site *start);

/* `to` becomes a copy of `from`; its own text's memory is used again. False
 * without memory. */
bool draft_copy(struct draft *to, const struct draft *from);

/* One more token. False where the answer has become too long; it is as before
 * then. */
bool draft_write(struct draft *d, const struct guess *guess);

/* Whether the answer has to end before this token; and whether its line does,
 * so that the answer may. */
bool draft_ends_before(const struct draft *d, const struct guess *guess);
bool draft_ends_line(const struct draft *d, const struct guess *guess);

/* Whether the answer may end here, when `next` comes next (NULL: what comes is
 * not known): brackets and quotes are closed, unless the line ends here; and
 * behind the first line only whole ones are kept, and none that opens a
 * block. */
bool draft_may_end(const struct draft *d, const struct guess *next);

/* Whether the last two lines say the same: a model of counts that has begun
 * to repeat itself does not stop. */
bool draft_repeats_line(const struct draft *d);

#endif
