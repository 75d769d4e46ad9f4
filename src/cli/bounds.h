/* What `check` tells of limits and budgets. */
#ifndef CLI_BOUNDS_H
#define CLI_BOUNDS_H

#include "route/table.h"

/* A table of each, where there are any. */
void bounds_print(const struct table *t);

cJSON *bounds_budgets_json(const struct table *t);

#endif
