/* The flights of an engine: what comes for them, what is typed along them, and
 * how each ends. */
#ifndef COMPLETE_ENGINE_FLIGHTS_H
#define COMPLETE_ENGINE_FLIGHTS_H

#include "complete/engine_own.h"

/* What transfers bring, for flight_deps::events; `arg` is the engine. */
extern const struct http_events engine_flights_events;

/* Do what is due for each; those that landed answer who waits for them. */
void engine_flights_tick(struct engine *e, struct documents *docs, usec now);

/* The document changed: a flight whose text agrees with what was typed
 * since stays, else it ends. */
void engine_flights_edited(struct engine *e, struct flight **slot,
                           const struct document *doc,
                           const struct change *change, usec now);

/* End it and its siblings, and tell the history. */
void engine_flights_drop(struct engine *e, struct flight **slot);
/* Remember what those that landed say, and drop those that have answered; what
 * was tried is viewed by answers until these are given. */
void engine_flights_clear(struct engine *e, const struct documents *docs,
                          usec now);

/* Somebody does not wait for it any more; `slot` may be NULL. Once nobody does
 * it ends, or goes on for a moment if it was typed along, since the next
 * request then joins it. */
void engine_flights_leave(struct engine *e, struct flight **slot, usec now);

#endif
