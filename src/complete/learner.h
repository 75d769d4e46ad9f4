/*
 * Feeds the open buffers to the built-in model, a piece at a time between
 * other work: a large file would hold up the loop otherwise. A buffer that
 * changed is learned again once it has been quiet for a moment, or when a
 * completion in it is wanted.
 */
#ifndef COMPLETE_LEARNER_H
#define COMPLETE_LEARNER_H

#include "base/clock.h"
#include "doc/document.h"
#include "ngram/ngram.h"

enum {
    LEARNER_QUIET_MS = 300, /* after an edit */
    LEARNER_STEP = 8192,    /* bytes learned in one turn of the loop */
};

struct learner {
    struct ngram *ngram; /* borrowed */
    struct map behind;   /* URI -> struct progress: not learned as it is */
    usec due;            /* when to go on; USEC_NEVER: all is learned */
};

void learner_init(struct learner *l, struct ngram *ngram);
void learner_release(struct learner *l);

/* The document was opened (`fresh`) or changed. */
void learner_note(struct learner *l, const struct document *doc, bool fresh,
                  usec now);
void learner_forget(struct learner *l, const struct document *doc);

/* Learn what was typed since, if that is all that is missing; a buffer that
 * is still being read for the first time is left to learner_tick(). */
void learner_catch_up(struct learner *l, const struct document *doc);

/* One step of one buffer, when it is due. */
void learner_tick(struct learner *l, const struct documents *docs, usec now);

#endif
