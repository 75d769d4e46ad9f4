/*
 * What other files may add to a prompt: the signatures of what the buffer
 * imports from them, and code like that at the cursor, from buffers that are
 * or were open. Built in small steps between other work, out of what is in
 * memory, so that a prompt only picks it up; what was picked stays picked
 * while the cursor is near, for the head of the prompt to stay the same.
 *
 *   an edit --quiet for a moment--> chunks of the buffer
 *                                \-> its imports -> files -> signatures
 *
 * Each file is judged by the rows and ignore files of its own: its text is
 * given for no model that it must not go to.
 */
#ifndef COMPLETE_NEIGHBOURS_H
#define COMPLETE_NEIGHBOURS_H

#include "complete/reader.h"
#include "context/kept.h"
#include "provider/provider.h"
#include "route/privacy.h"

enum {
    NEIGHBOURS_MAX = 96,       /* files that are known */
    SNIPPETS_MAX = 16,         /* in one prompt */
    SIMILAR_MAX = 6,           /* of these, chunks of similar code */
    NEIGHBOURS_QUIET_MS = 400, /* without an edit before a buffer is read */
};

struct neighbours;

/* NULL without memory. */
struct neighbours *neighbours_new(void);
void neighbours_free(struct neighbours *n);

/* The document was opened or changed; it is the one that is worked on. */
void neighbours_edited(struct neighbours *n, const struct document *doc,
                       usec now);
/* Its chunks are remembered: it was worked on. */
void neighbours_closed(struct neighbours *n, const struct document *doc);

/* What a step reads from. All borrowed. */
struct neighbours_from {
    struct documents *documents;
    const struct reader *reader; /* NULL: no files but open ones */
    struct kept *kept;
    struct str root; /* of the workspace; empty: not known yet */
};

/* One step, if one is due. */
void neighbours_tick(struct neighbours *n, const struct neighbours_from *from,
                     usec now);
usec neighbours_next(const struct neighbours *n);

/* All steps that would ever be due; for tests and the command line. */
void neighbours_settle(struct neighbours *n,
                       const struct neighbours_from *from);

/* Whom and how much the snippets are for. */
struct wish {
    const struct document *doc;
    size_t offset;
    struct str shown; /* of the document, in the prompt anyway */
    const struct table *table;
    const struct model *model;
    struct str root;
    enum context context;
    size_t signatures, similar; /* bytes for each */
    usec now;
};

/*
 * At most SNIPPETS_MAX for the wish into `out`, signatures first; their
 * number. Texts are views of `room`, which is empty before. What is left out
 * for its privacy is counted in `*withheld`; `*strictest` is the tier of the
 * file that may go least far of those whose text is there.
 */
size_t neighbours_choose(struct neighbours *n, const struct wish *wish,
                         struct buf *room, struct snippet *out,
                         size_t *withheld, enum privacy *strictest);

#endif
