/* A row of a report while it is counted, and what of the history is counted. */
#ifndef HISTORY_GROUP_H
#define HISTORY_GROUP_H

#include "history/report.h"
#include "history/spread.h"

/* Completions since ?1 and before ?2, each with its calls, a row each; the
 * names that are asked for are bound from ?3 on, in the dimensions' order. */
extern const char group_rows_sql[];

/* Its columns. */
enum {
    COLUMN_ID,
    COLUMN_WALL,
    COLUMN_NAMES, /* in the order of the dimensions */
    COLUMN_OUTCOME = COLUMN_NAMES + REPORT_NAMES,
    COLUMN_CACHED,
    COLUMN_JOINED,
    COLUMN_SAVED,
    COLUMN_FIRST,
    COLUMN_TOTAL,
    COLUMN_SHOWN,
    COLUMN_ACCEPTED,
    COLUMN_RETAINED_30S,
    COLUMN_RETAINED_5MIN,
    COLUMN_CALL_NAMES, /* its model and provider */
    COLUMN_CALL_OUTCOME = COLUMN_CALL_NAMES + 2,
    COLUMN_TOKENS_IN,
    COLUMN_TOKENS_OUT,
    COLUMN_TOKENS_CACHED,
    COLUMN_ESTIMATED,
    COLUMN_COST,
    COLUMN_CALL_FIRST,
    COLUMN_CALL_TOTAL,
};

struct group {
    struct report_row row;
    double accepted, retained_30s, retained_5min; /* sums of shares */
    uint64_t looks_30s, looks_5min;
    bool saved, priced; /* something is known */
    struct spread text, answer, first, total;
};

/* Add what the statement's row has of the completion, or of its call; false
 * without memory. */
bool group_add_completion(struct group *g, sqlite3_stmt *s);
bool group_add_call(struct group *g, sqlite3_stmt *s);

/* All was added: its shares, percentiles and sums are known. */
void group_finish(struct group *g);
void group_release(struct group *g);

#endif
