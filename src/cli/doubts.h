/* Figures of a configuration that are possible, and most likely in another
 * unit than they were meant in. */
#ifndef CLI_DOUBTS_H
#define CLI_DOUBTS_H

#include "config/config.h"

/* Warn of them, each under its place in the file that it is from. */
void doubts_check(const struct config *c, struct problems *problems);

#endif
