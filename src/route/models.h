/* From "providers" to the table's models. */
#ifndef ROUTE_MODELS_H
#define ROUTE_MODELS_H

#include "route/reading.h"

enum { MODELS_MAX = 1024 };

/* Fill in t->models, the built-in one first, and t->absent. */
void models_read(struct reading *r, const cJSON *providers);

/* A sentence's end for a name that table_model() does not find. */
void models_explain(const struct table *t, struct str name, struct buf *out);

#endif
