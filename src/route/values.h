/*
 * Texts that conditions compare features and columns with: a class, a tier or
 * a model that there is not never holds, and nothing would say so.
 */
#ifndef ROUTE_VALUES_H
#define ROUTE_VALUES_H

#include "route/reading.h"

/* What the feature or column can be, "a|b|c"; NULL: anything. */
const char *values_of(struct str name);

/*
 * Look at the condition at PATH.KEY, which was compiled. A text that the
 * feature never is, is a mistake, and false is returned; a model, provider or
 * type that is not there (yet) gets a warning. Languages are noted in the
 * table for who knows them.
 */
bool values_check(struct reading *r, const char *path, const char *key,
                  struct str source);

#endif
