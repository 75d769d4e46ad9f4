/* From a question to its one answer: out of memory, or by a flight that is
 * joined or begun for it. */
#ifndef COMPLETE_ENGINE_ASK_H
#define COMPLETE_ENGINE_ASK_H

#include "complete/engine_own.h"

/* Answer the request from memory, have a flight answer it, or answer it with
 * nothing. */
void engine_ask(struct engine *e, struct request *r, const struct ask *ask,
                usec now);

/* What was found in the file may answer those whose flights have asked nobody
 * yet. */
void engine_ask_found(struct engine *e, struct documents *docs, usec now);

/* Give the answers that are ready; from here on their fate is followed. */
void engine_ask_give(struct engine *e, const struct documents *docs);

#endif
