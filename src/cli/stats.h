/* What the history's figures look like in a terminal. */
#ifndef CLI_STATS_H
#define CLI_STATS_H

#include "history/report.h"

/*
 * A table of the report's rows, each with a bar beside it that shows its share
 * of the completions and calls; columns of which nothing is known are left
 * out. What is behind the first `most` rows is told in one line.
 */
void stats_print_rows(const struct report *r, size_t most);

/* The total in sentences, and its failures by kind. */
void stats_print_total(const struct report_row *total);
void stats_print_failures(const struct report_row *total);

/*
 * When "7d" ("30m", "24h", "2w") ago was; when "today" or "yesterday" began, or
 * "2026-11-29" or "2026-11-29 13:00", in local time; "all" is 0.
 */
bool stats_since(const char *text, int64_t wall, int64_t *out);

#endif
