/*
 * Asking the candidates of a flight's chain: one behind the other as they
 * fail, and one beside another that is late.
 */
#ifndef COMPLETE_FLIGHT_ASK_H
#define COMPLETE_FLIGHT_ASK_H

#include "complete/flight.h"

/* Of those that are asked, the one whose text came first; NULL: nobody has
 * said anything yet. */
const struct leg *flight_first(const struct flight *f);

/*
 * Ask candidates until one is under way or the built-in model has answered,
 * which it always does at the end of a chain. What was typed along the stream
 * of one that failed stands in the document: the next is asked behind it.
 */
void flight_ask_next(struct flight *f, const struct flight_deps *deps,
                     const struct document *doc, usec now);

/* Whose text came first has it, and the other is cut. */
void flight_prefer(struct flight *f, const struct leg *first,
                   const struct flight_deps *deps, usec now);

/* One that failed makes way: for the other that is under way, or the next. */
void flight_make_way(struct flight *f, struct leg *l,
                     const struct flight_deps *deps, const struct document *doc,
                     usec now);

/* Once in a flight, with whoever may be asked at that moment. */
void flight_ask_beside(struct flight *f, const struct flight_deps *deps,
                       const struct document *doc, usec now);

#endif
