/* What `check` tells of limits and budgets. */
#ifndef CLI_BOUNDS_H
#define CLI_BOUNDS_H

#include "route/budget.h"
#include "route/table.h"

/* A table of each, where there are any. */
void bounds_print(struct table *t);

/* With what is spent, by the history. */
cJSON *bounds_budgets_json(struct table *t);
/* The same, by these; NULL: nothing is spent. */
cJSON *bounds_purses_json(const struct table *t, const struct purse *purses);

#endif
