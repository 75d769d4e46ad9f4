/* From what a model wrote to the text of a flight. */
#ifndef COMPLETE_FLIGHT_TEXT_H
#define COMPLETE_FLIGHT_TEXT_H

#include "complete/flight.h"

/*
 * Turn `raw` into the text to insert at the origin. What was typed since
 * stands in the document already: where the answer begins with it, only the
 * rest is finished, at the place where it goes.
 */
void flight_finish(struct flight *f, const struct flight_deps *deps,
                   const struct document *doc, struct str raw);

/* The text of the built-in model; there may be none. */
void flight_predict(struct flight *f, const struct flight_deps *deps,
                    const struct document *doc);

#endif
