/*
 * What the history teaches of models: their newest calls and verdicts, for a
 * process that has just begun or that only looks.
 */
#ifndef HISTORY_LESSONS_H
#define HISTORY_LESSONS_H

#include "history/record.h"

#include <sqlite3.h>

enum {
    LESSONS_MODELS = 64,
    LESSONS_MAX = 4096, /* calls, and as many verdicts, of all of them */
    LESSONS_EACH = 512, /* likewise, of one */
    LESSONS_DAYS = 30,  /* nothing older is read */
    LESSONS_LABEL = 40, /* bytes of a language or class with its NUL */
};

/* Whom it is asked of. */
struct lessons_question {
    struct lessons_model {
        char model[RECORD_NAME], provider[RECORD_NAME];
    } models[LESSONS_MODELS];
    size_t n;
    int64_t wall; /* now */
};

/* A call; or else what became of a completion. Unknown figures are below 0. */
struct lesson {
    bool is_verdict;
    unsigned char model; /* place in the question's list */
    bool whole;          /* it came to its end, uncut */
    char outcome[RECORD_NAME];
    char language[LESSONS_LABEL], class[LESSONS_LABEL];
    int64_t wall_us, input_length, tokens_out, first_us, total_us;
    double accepted, retained; /* shares */
};

struct lessons {
    struct lessons_question of;
    struct lesson *items; /* of each model's the newest first */
    size_t n;
};

/* Read them, for the question in `l->of`. What could be read is there. */
void lessons_read(sqlite3 *db, struct lessons *l);
void lessons_free(struct lessons *l);

/* The same from the file, for commands; nothing where there is none. */
void lessons_load(const char *path, struct lessons *l);

#endif
