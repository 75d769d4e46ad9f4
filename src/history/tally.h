/*
 * What was counted since the history began, whatever was deleted of it since:
 * counters that only grow, for metrics. They are counted as rows are written
 * (schema_tally.c), so reading them takes no longer for a long history.
 */
#ifndef HISTORY_TALLY_H
#define HISTORY_TALLY_H

#include "history/reader.h"
#include "history/record.h"

#include <stddef.h>
#include <stdint.h>

enum {
    TALLY_BUCKETS = 15, /* the last has no upper bound */
    TALLY_ROWS = 20000, /* more are not read */
};

/* The upper bounds: 10 ms, 20 ms, … 81.92 s in microseconds, and 1, 4, 16, …
 * 67108864 tokens. */
int64_t tally_time_bound(int bucket);
int64_t tally_token_bound(int bucket);

#define TALLY_LABELS(X) X(model) X(provider) X(class) X(language) X(editor)

struct tally_row {
    char kind[16]; /* "completion", "call", …: schema_tally.c */
#define X(name) char name[RECORD_NAME];
    TALLY_LABELS(X)
#undef X
    char detail[RECORD_NAME];
    int bucket; /* below 0: their spread was not counted */
    uint64_t n;
    double sum; /* microseconds, tokens, dollars, shares; or 0 */
};

struct tallies {
    struct tally_row *rows; /* ordered by all that comes before `n` */
    size_t n;
};

/* With OK the caller calls tally_release(). */
enum err tally_read(struct reader *r, struct tallies *out, struct why *why);
void tally_release(struct tallies *t);

#endif
