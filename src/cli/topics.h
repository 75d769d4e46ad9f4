/* `switchyard help config` and `switchyard help conditions`. */
#ifndef CLI_TOPICS_H
#define CLI_TOPICS_H

#include <stdbool.h>

/* False when there is no such topic. */
bool topic_print(const char *name);

#endif
