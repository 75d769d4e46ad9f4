/* Plug-ins for a command, which may wait for them. */
#ifndef CLI_PLUGINS_H
#define CLI_PLUGINS_H

#include "complete/plugins.h"

/* Start those that routes name, and wait until each is up, or has failed. What
 * there is to tell goes to stderr. */
void cli_start_plugins(struct plugins *p);

/* Ask the decision's router, if it has one, and wait for what it chooses. */
void cli_ask_router(struct table *table, const struct selection *s,
                    struct decision *d);

#endif
