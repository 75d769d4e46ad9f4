/* "max_cost": what one completion may cost, with all the calls of its chain. */
#ifndef ROUTE_CEILING_H
#define ROUTE_CEILING_H

#include "route/standing.h"

/*
 * Whether the model may be asked where a completion may cost `max_cost`
 * dollars (INFINITY: any) and `spent` of them are gone (below 0: nobody
 * knows); else the reason. What counts is the expected cost; a model that
 * costs nothing may always be asked, one of unknown price only without a
 * ceiling.
 */
bool ceiling_allows(double max_cost, const struct standing *row, double spent,
                    struct why *why);

#endif
