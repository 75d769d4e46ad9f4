/* What `check` tells of limits and budgets. */
#ifndef CLI_BOUNDS_H
#define CLI_BOUNDS_H

#include "route/table.h"

/* A table of each, where there are any. */
void bounds_print(struct table *t);

/* With what is spent, by the history. */
cJSON *bounds_budgets_json(struct table *t);

#endif
