/* `switchyard help config` and `switchyard help conditions`. */
#ifndef CLI_TOPICS_H
#define CLI_TOPICS_H

#include <stdbool.h>

struct nearest;

/* False when there is no such topic. */
bool topic_print(const char *name);

/* For a name that is none: those that it may have been meant for. */
void topics_try(struct nearest *n);

#endif
