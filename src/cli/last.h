/* `switchyard explain --last`. */
#ifndef CLI_LAST_H
#define CLI_LAST_H

#include "cli/cli.h"

int last_main(const struct arguments *a);

#endif
