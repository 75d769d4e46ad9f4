/* What an engine fetches ahead (complete/ahead.h), and who waits for that. */
#ifndef COMPLETE_ENGINE_AHEAD_H
#define COMPLETE_ENGINE_AHEAD_H

#include "complete/engine_own.h"

/* A request is about to be answered: what would follow its text is planned,
 * where it has one that is shown as a whole. */
void engine_ahead_plan(struct engine *e, const struct request *r,
                       const struct document *doc);

/* Do what is due. Who waits for it has it, or is answered like anybody. */
void engine_ahead_tick(struct engine *e, struct documents *docs, usec now);

/* Whether somebody waits for what is under way: then it is not stopped for
 * what matters less. */
bool engine_ahead_is_awaited(const struct engine *e);

/* What it took is counted and told like any other that nobody saw. */
void engine_ahead_stop(struct engine *e);

#endif
