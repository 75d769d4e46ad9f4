/* From "routes" to the table's routes. */
#ifndef ROUTE_ROUTES_H
#define ROUTE_ROUTES_H

#include "route/table.h"

enum { ROUTES_MAX = 1024, ROUTE_MODELS_MAX = 7 };

/* Fill in t->routes from the whole configuration; t->models and t->defaults
 * are there. The last route, the built-in model's, holds always. */
enum err routes_read(struct table *t, const cJSON *config,
                     struct problems *problems);

/* The options in `json` over `base`. */
struct options options_read(const cJSON *json, const struct options *base);

#endif
