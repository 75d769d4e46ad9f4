/*
 * The built-in model, and those who teach it: the learner (open buffers), the
 * reader (the workspace's files), and the shelf, where what the reader read
 * is kept from one start to the next.
 *
 * An index from the shelf takes the place of the model that answers meanwhile;
 * the open buffers are then learned again, and of the workspace what changed.
 */
#ifndef COMPLETE_BUILTIN_H
#define COMPLETE_BUILTIN_H

#include "complete/learner.h"
#include "complete/reader.h"
#include "complete/shelf.h"

struct builtin {
    struct ngram *ngram;
    struct learner learner;
    struct reader reader;
    struct shelf shelf;
    size_t max_bytes;
    char *root;      /* NULL: open buffers only */
    bool keeps;      /* an index on disk */
    bool waits;      /* for what the shelf reads */
    bool relearn;    /* the model is another one and knows no buffer */
    uint64_t forgot; /* models and buffers, ever */
};

/* False without memory; to be released in any case. */
bool builtin_init(struct builtin *b, size_t max_bytes);
void builtin_release(struct builtin *b);

/* How it is configured: memory, the workspace (empty: open buffers only), and
 * whether an index of that is kept. */
void builtin_configure(struct builtin *b, size_t max_bytes, struct str root,
                       bool keeps, usec now);

/* As for the engine. */
void builtin_edited(struct builtin *b, const struct document *doc,
                    const struct change *change, usec now);
void builtin_closed(struct builtin *b, const struct document *doc, usec now);

/* Whether it has read the workspace once: what it says before is not worth
 * remembering, since it would say better in a moment. */
bool builtin_is_settled(const struct builtin *b);

/* What it knows of other files than the one that is typed in, as a number that
 * is another one as soon as any of them is read, read again or forgotten. */
uint64_t builtin_knows(const struct builtin *b);

usec builtin_next(const struct builtin *b);
void builtin_tick(struct builtin *b, const struct documents *docs, usec now);

#endif
