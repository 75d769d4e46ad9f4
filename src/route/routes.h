/* From "routes" to the table's routes. */
#ifndef ROUTE_ROUTES_H
#define ROUTE_ROUTES_H

#include "route/reading.h"

/* The built-in model has the last place in a decision's chain. */
enum { ROUTES_MAX = 1024, ROUTE_MODELS_MAX = 7 };

/* Fill in t->routes; t->models and t->defaults are there. The last route, the
 * built-in model's, holds always. */
void routes_read(struct reading *r, const cJSON *routes);

#endif
