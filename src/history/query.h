/* The reading end of the history: its rows, for commands and the dashboard, on
 * a connection of their own. */
#ifndef HISTORY_QUERY_H
#define HISTORY_QUERY_H

#include "history/report.h"

/*
 * The newest completion, with its attempts and its decision, as a JSON object
 * whose members are the columns of the table; the caller frees it.
 * ERR_NOT_FOUND when there is none (or no history).
 */
enum err query_last(const char *path, cJSON **out, struct why *why);

/* The same of the one with this id. */
enum err query_one(struct reader *r, uint64_t id, cJSON **out, struct why *why);

/*
 * The newest `limit` completions that the question is about (its `by` does not
 * count), the newest first, without their attempts and decisions: a list that
 * the caller frees. Their number of attempts is there as "calls", and the kind
 * of the last one that failed as "failure", or null.
 */
enum err query_recent(struct reader *r, const struct report_question *q,
                      unsigned limit, cJSON **out, struct why *why);

#endif
