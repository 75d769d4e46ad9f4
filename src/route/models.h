/* From "providers" to the table's models. */
#ifndef ROUTE_MODELS_H
#define ROUTE_MODELS_H

#include "route/table.h"

enum { MODELS_MAX = 1024 };

/* Fill in t->models, the built-in one always among them. */
enum err models_read(struct table *t, const cJSON *providers,
                     struct problems *problems);

#endif
