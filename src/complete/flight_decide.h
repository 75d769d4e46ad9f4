/* Before a flight asks anybody. */
#ifndef COMPLETE_FLIGHT_DECIDE_H
#define COMPLETE_FLIGHT_DECIDE_H

#include "complete/flight.h"

/* Whether the route is chosen and the chain known, now or before: what the
 * choice is made by is waited for a moment, until f->due. */
bool flight_decide(struct flight *f, const struct flight_deps *deps,
                   struct document *doc, usec now);

#endif
