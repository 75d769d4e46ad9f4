/* Between the engine and its cache: which answers are kept, and given again. */
#ifndef COMPLETE_RECALL_H
#define COMPLETE_RECALL_H

#include "complete/flight.h"
#include "complete/request.h"

/* Answer the request with what is known for its place. */
bool recall_get(struct cache *c, const struct table *table,
                const struct ask *ask, struct request *r);

/* Keep what a landed flight brought. Not the part of an answer: asked again,
 * the model may get to its end. */
void recall_put(struct cache *c, const struct flight *f,
                const struct document *doc);

#endif
