/*
 * The history in figures, for whoever shows them: the commands, the panel,
 * the metrics.
 *
 * Two things are counted. A *completion* is what somebody asked for, with what
 * became of it. A *call* is one attempt at a model: a completion may take
 * several, or none where the cache or the built-in model answered. In a group
 * by model a completion counts for the model that wrote its text, a call for
 * the one that was asked; where nobody wrote one, the name is empty.
 *
 * Days and hours are local time's, as those of budgets are.
 */
#ifndef HISTORY_REPORT_H
#define HISTORY_REPORT_H

#include "base/buf.h"
#include "base/json.h"
#include "history/reader.h"
#include "history/record.h"

/* name, what it is for people */
#define REPORT_DIMENSIONS(X)                                                   \
    X(MODEL, "model")                                                          \
    X(PROVIDER, "provider")                                                    \
    X(CLASS, "class")                                                          \
    X(LANGUAGE, "language")                                                    \
    X(EDITOR, "editor")                                                        \
    X(PROJECT, "project")                                                      \
    X(ROUTE, "route")                                                          \
    X(TRIGGER, "trigger")                                                      \
    X(DAY, "day")                                                              \
    X(HOUR, "hour")                                                            \
    X(MINUTE, "minute")

enum report_dimension {
#define X(name, text) REPORT_##name,
    REPORT_DIMENSIONS(X)
#undef X
        REPORT_DIMENSION_COUNT,
    REPORT_NAMES = REPORT_DAY /* those before it may be asked for by name */
};

enum {
    REPORT_BY = 3,      /* groups within groups */
    REPORT_ROWS = 1000, /* what is more is put together in one row */
    REPORT_PATIENCE_MS = 2000,
    REPORT_KEY = RECORD_NAME,
};

/*
 * type, name, what it is. A count is a whole number, a share is 0 to 1, ms are
 * milliseconds, money is dollars; of the last three NAN is what nobody knows.
 * Percentiles are right to one part in a hundred.
 */
#define REPORT_FIGURES(X)                                                      \
    X(count, completions, "completions that were asked for")                   \
    X(count, texts, "of them with a text")                                     \
    X(count, nothing, "without one")                                           \
    X(count, superseded, "for which another one came first")                   \
    X(count, cancelled, "that the editor took back")                           \
    X(count, cached, "answered from memory")                                   \
    X(count, joined, "answered by a call for another one")                     \
    X(count, avoided, "calls that these two avoided")                          \
    X(count, shown, "completions that were seen")                              \
    X(count, judged, "of which it is known whether they were taken")           \
    X(count, accepted, "taken, in part or whole")                              \
    X(count, accepted_whole, "taken whole")                                    \
    X(share, accept_rate, "accepted of judged")                                \
    X(share, accepted_share, "how much of their text was taken, on average")   \
    X(share, retain_rate_30s,                                                  \
      "how much of what was taken is there 30 s later")                        \
    X(share, retain_rate_5min, "likewise 5 min later")                         \
    X(ms, text_p50, "to a completion's first text: the half")                  \
    X(ms, text_p95, "19 of 20")                                                \
    X(ms, text_p99, "99 of 100")                                               \
    X(ms, answer_p50, "to its answer")                                         \
    X(ms, answer_p95, "")                                                      \
    X(ms, answer_p99, "")                                                      \
    X(money, saved, "less than your dearest model would have taken")           \
    X(count, calls, "attempts at models")                                      \
    X(count, failures, "that failed")                                          \
    X(share, failure_rate, "of the calls that came to an end")                 \
    X(count, dropped, "that nobody waited for any more")                       \
    X(ms, first_p50, "to a call's first text")                                 \
    X(ms, first_p95, "")                                                       \
    X(ms, first_p99, "")                                                       \
    X(ms, total_p50, "to the end of a call that answered")                     \
    X(ms, total_p95, "")                                                       \
    X(ms, total_p99, "")                                                       \
    X(count, tokens_in, "sent")                                                \
    X(count, tokens_out, "received")                                           \
    X(count, tokens_cached, "of the sent ones, from the service's cache")      \
    X(count, estimated, "calls whose tokens are estimated")                    \
    X(count, unpriced, "calls that answered and whose cost nobody knows")      \
    X(money, cost, "what the calls took, as far as it is known")

#define REPORT_TYPE_count uint64_t
#define REPORT_TYPE_share double
#define REPORT_TYPE_ms double
#define REPORT_TYPE_money double

struct report_row {
    char key[REPORT_BY][REPORT_KEY]; /* of each of the question's `by`; a day is
                                      * "2026-11-29", an hour
                                      * "2026-11-29 13:00", a minute
                                      * "2026-11-29 13:05" */
    int64_t began_us;                /* of its day or hour; 0 without them */
    bool others;                     /* all that found no row of their own */
#define X(type, name, doc) REPORT_TYPE_##type name;
    REPORT_FIGURES(X)
#undef X
    uint64_t errors[ERR_COUNT]; /* failures by kind */
};

struct report_question {
    enum report_dimension by[REPORT_BY];
    size_t n_by;                    /* 0: only the total */
    int64_t since, until;           /* [since, until), microseconds since 1970;
                                     * an `until` of 0 is no bound */
    const char *only[REPORT_NAMES]; /* NULL: any; borrowed for the call */
    unsigned patience_ms;           /* 0: REPORT_PATIENCE_MS */
};

struct report {
    size_t n_by;
    enum report_dimension by[REPORT_BY];
    struct report_row total;
    struct report_row *rows; /* by time where a day or hour comes first, else
                              * those with most completions and calls first */
    size_t n;
    bool cut; /* patience ended: only what is since `since` is in it */
    int64_t since, until; /* of the first and behind the last one that counts;
                           * both 0: there is none */
};

/*
 * Read the figures, the newest first, for at most `patience_ms`, in memory
 * that REPORT_ROWS bounds. What is in there is consistent: one state of the
 * history. With OK the caller calls report_release().
 */
enum err report_read(struct reader *r, const struct report_question *q,
                     struct report *out, struct why *why);
/* The same on any connection, for the files of this folder. */
enum err report_read_from(sqlite3 *db, const struct report_question *q,
                          struct report *out, struct why *why);
void report_release(struct report *r);
/* One of a history that is not there. */
void report_empty(const struct report_question *q, struct report *out);

/* "model"; and the dimension of that name, REPORT_DIMENSION_COUNT: none. */
const char *report_dimension_name(enum report_dimension d);
enum report_dimension report_dimension_find(struct str name);

/* {"since", "until", "cut", "total": {…}, "rows": [{"model": …, …}]} with the
 * figures' names, "ms" and "usd" appended where these are their units, and
 * "errors" as an object of counts. NULL without memory. */
cJSON *report_json(const struct report *r);
/* The same rows as CSV (RFC 4180), a heading first; numbers have a point.
 * Without memory `out` has failed. */
void report_csv(const struct report *r, struct buf *out);

#endif
