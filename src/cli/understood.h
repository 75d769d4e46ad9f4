/* A route table as it was understood, for `switchyard check`. */
#ifndef CLI_UNDERSTOOD_H
#define CLI_UNDERSTOOD_H

#include "base/json.h"
#include "route/table.h"

/* To standard output, a table of words for each kind of row. */
void understood_print(struct table *t);

/* Add its members to the object: "models", "left_out", "routes", "plugins",
 * "rules", "privacy", "budgets", "webhooks", "defaults" and the sizes. */
void understood_json(struct table *t, cJSON *o);

#endif
