/* The reading end of the history: for commands, on a connection of their
 * own. */
#ifndef HISTORY_QUERY_H
#define HISTORY_QUERY_H

#include "base/json.h"

/*
 * The newest completion, with its attempts and its decision, as a JSON object
 * whose members are the columns of the table; the caller frees it.
 * ERR_NOT_FOUND when there is none (or no history).
 */
enum err query_last(const char *path, cJSON **out, struct why *why);

#endif
