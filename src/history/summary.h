/*
 * What the history tells while one works: what calls took, this day and this
 * month (of all processes of the user but the one that asks, which knows its
 * own better, and of those before it); and which models are left alone.
 */
#ifndef HISTORY_SUMMARY_H
#define HISTORY_SUMMARY_H

#include "history/record.h"

#include <sqlite3.h>

enum { SUMMARY_MODELS = 256, SUMMARY_HEALTH = 128 };

/* In microseconds since 1970. */
struct summary_question {
    int64_t day, month; /* when they began */
    int64_t began;      /* when this process did */
    int64_t wall;       /* now */
    bool spent;         /* whether what calls took is wanted */
};

struct summary_models {
    struct summary_model {
        char model[RECORD_NAME], provider[RECORD_NAME];
        double day, month; /* dollars */
    } models[SUMMARY_MODELS];
    size_t n;
};

/* What was read of the days before; all zeros at first. */
struct summary_cache {
    struct summary_question of;
    struct summary_models before;
    bool read;
};

struct summary {
    struct summary_question of;
    bool failed; /* the history could not be read: there is nothing */
    struct summary_models spent;
    struct health_record health[SUMMARY_HEALTH]; /* changed this last hour, or
                                                  * open still */
    size_t n_health;
};

/* Read it, for the question in `s->of`. */
bool summary_read(sqlite3 *db, struct summary_cache *c, struct summary *s);

/* The same from the file, for commands; nothing where there is none. */
bool summary_load(const char *path, struct summary *s);

#endif
