/* Whether the programs are there that a configuration starts. */
#ifndef CLI_PROGRAMS_H
#define CLI_PROGRAMS_H

#include "route/table.h"

/* Warn of plug-ins that could not be started now: the program may still be
 * installed, and an editor may have another PATH. */
void programs_check(const struct table *t, struct problems *problems);

#endif
