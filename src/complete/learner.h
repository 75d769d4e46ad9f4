/*
 * Feeds the open buffers to the built-in model, a piece at a time between
 * other work: a large file would hold up the loop otherwise. A key is learned
 * at once, which takes microseconds; two changes far from each other that are
 * learned together would cost all that lies between them.
 */
#ifndef COMPLETE_LEARNER_H
#define COMPLETE_LEARNER_H

#include "base/clock.h"
#include "doc/document.h"
#include "ngram/ngram.h"

enum {
    LEARNER_STEP = 4096, /* bytes learned in one turn of the loop */
};

struct learner {
    struct ngram *ngram; /* borrowed */
    struct map behind;   /* URI -> struct progress: not learned to its end */
    usec due;            /* when to go on; USEC_NEVER: all is learned */
};

void learner_init(struct learner *l, struct ngram *ngram);
void learner_release(struct learner *l);

/* The document was opened (`change` NULL), or has changed. */
void learner_note(struct learner *l, const struct document *doc,
                  const struct change *change, usec now);
void learner_forget(struct learner *l, const struct document *doc);

/* Learn what is missing, if it is no more than a step: a completion may be
 * wanted as soon as a buffer is open. */
void learner_catch_up(struct learner *l, const struct document *doc);

/* One step of one buffer, when it is due. */
void learner_tick(struct learner *l, const struct documents *docs, usec now);

#endif
