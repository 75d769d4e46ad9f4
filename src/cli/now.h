/* How the models do at this moment, by what all processes of the user share:
 * the history, and the ledger. */
#ifndef CLI_NOW_H
#define CLI_NOW_H

#include "cli/cli.h"

struct now;

/* `a` is borrowed. Mistakes in the configuration are said on stderr. NULL
 * without memory. */
struct now *now_new(const struct arguments *a);
void now_free(struct now *n);

/* The configuration is read again when it has changed, the history when
 * `grown`. What panel_options asks for; NULL without memory. */
cJSON *now_json(void *now, bool grown);

#endif
