/*
 * Several completions for one place, where the route wants them
 * (`candidates`). Beside the flight that answers, the leader, there is a
 * flight for each further one, its sibling: the next models of the chain, one
 * each, and then the same ones again with more freedom. They have no places
 * to fall back to; who fails just has nothing to show. The built-in model's
 * text is one of them, too. What says the same is shown once.
 *
 * The answer waits for siblings that are not much later than the leader was.
 */
#ifndef COMPLETE_SEVERAL_H
#define COMPLETE_SEVERAL_H

#include "complete/board.h"

enum { SEVERAL_PATIENCE_MS = 250 }; /* behind the leader, at least */

/* Start the siblings of a flight that begins to ask. `*last` is the last
 * flight's id; new records come from `store`, which may be NULL. */
void several_start(struct board *b, struct flight *leader,
                   const struct document *doc, uint64_t *last,
                   struct store *store, usec now);

/* Whether the answer of a landed leader waits for a sibling still. */
bool several_waits(const struct board *b, const struct flight *leader,
                   usec now);
usec several_next(const struct board *b, const struct flight *leader);

/* Of a leader whose answer is given: what the siblings brought, behind it. */
void several_add(const struct board *b, const struct flight *leader,
                 struct request *r);

/* The siblings of a leader, in their order; `*at` is 0 first. NULL: no more. */
struct flight **several_each(struct board *b, uint64_t leader, size_t *at);

#endif
