/*
 * Where in a model's stream the statement or block at the cursor ends, as the
 * stream comes in.
 *
 * Two look for it. The scan (context/extent.h) reads every byte and says where
 * it may be over. The grammar reads the buffer with the stream put in
 * (context/pasted.h), which is dear, so it is asked only where the scan says
 * so, and at line ends further and further apart. Who decides:
 *
 *   it is over            where the grammar says that the statement is whole:
 *                         where the scan says so, or sooner, when what follows
 *                         in the stream is a statement of its own
 *   it goes on            where the scan says that it is over and the grammar
 *                         wants more of it; but when ENDING_LINES lines later
 *                         it is still not whole, the scan was right
 *   the scan alone says   when the language has no grammar or no `block_nodes`,
 *                         the buffer no tree, or one that is broken around the
 *                         cursor, when time is over, and of a line and a head
 */
#ifndef CONTEXT_ENDING_H
#define CONTEXT_ENDING_H

#include "context/pasted.h"

enum {
    ENDING_LINES = 16, /* that the grammar may want more than the scan */
    ENDING_US = 2000,  /* a question to the grammar may take */
};

struct ending {
    struct extent_scan scan;
    bool told;       /* there is a grammar to ask */
    bool due;        /* it is to be asked, */
    size_t at;       /* how many bytes of the stream */
    bool refused;    /* it wanted more */
    size_t first;    /* than so many bytes, which the scan holds for all */
    size_t lines;    /* line ends that were seen, */
    size_t next;     /* and at which it is asked again; 0: at none */
    size_t last_end; /* the last of them */
    size_t counted;  /* bytes that they were looked for in */
    unsigned late;   /* answers that took too long */
    bool over;
    size_t length; /* then: bytes that belong to it */
};

/* Set `scan.raw` behind it as behind extent_scan_init(). */
void ending_init(struct ending *e, const struct document *doc, size_t offset,
                 enum extent extent, const struct spot *known);

/*
 * Read the stream so far (all of it, from its first byte). True when
 * something follows of it: it is over, or the grammar is to be asked, before
 * which no more is read.
 */
bool ending_read(struct ending *e, struct str stream);

/*
 * Ask the grammar, for at most `budget_us` (0: any time), when that is due.
 * The first `typed` bytes of the stream stand before byte `offset` of `doc` by
 * now. True when it is over; `e->length` is then how many bytes belong to it.
 */
bool ending_ask(struct ending *e, const struct document *doc, size_t offset,
                size_t typed, struct str stream, uint64_t budget_us);

/* There is nobody left to ask: what the scan says holds. True when it says
 * that it is over. */
bool ending_settle(struct ending *e);

/* The same of a text that is all there, at `offset`; the grammar is asked until
 * `until`, by clock_thread() (0: any time). */
bool ending_of_text(struct ending *e, const struct document *doc, size_t offset,
                    struct str text, usec until);

#endif
