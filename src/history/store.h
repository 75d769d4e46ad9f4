/*
 * The history of completions, in SQLite, shared by all processes of a user.
 *
 * A thread of its own writes, in batches: to add a record is to copy it, and
 * nobody waits for a disk. Killed, the process loses the last batch at most.
 * What is wrong with the file (corrupt, full, locked for long) never stops
 * anything: it is moved aside or gone without, and said once.
 */
#ifndef HISTORY_STORE_H
#define HISTORY_STORE_H

#include "base/clock.h"
#include "base/err.h"
#include "history/lessons.h"
#include "history/summary.h"

struct store;

enum {
    STORE_QUEUE = 1024,      /* records and marks that wait; more are lost */
    STORE_BATCH_MS = 500,    /* how long the first of a batch waits */
    STORE_READ_MS = 2000,    /* between two readings */
    STORE_ROWS = 500000,     /* completions kept */
    STORE_DECISIONS = 20000, /* of the newest of them */
    STORE_NOTICE_DAYS = 100, /* that it is known who told what */
    STORE_DAYS = 400,        /* likewise, by age */
};

/* `path` is the database, whose folder is made (0700) if it has to be. The
 * file is opened by the thread: NULL is without memory or threads only. */
struct store *store_open(const char *path);

/* Write what waits, for at most two seconds, and close. */
void store_close(struct store *s);

/* The process may end soon: batches do not wait any more. */
void store_hurry(struct store *s);

/* A new id for a record. */
uint64_t store_id(struct store *s);

/* Copied, but for its decision, which is taken over; microseconds at most. Lost
 * when too many wait, and counted. */
void store_add(struct store *s, const struct completion_record *r);
void store_mark(struct store *s, uint64_t id, enum record_mark mark,
                double value);

/* Copied, and written at once: other processes are to know it soon. */
void store_health(struct store *s, const struct health_record *h);

/*
 * The world is to be told of something, once: ask to be the one process that
 * does. Lost names are not told of when too many wait.
 */
enum { NOTICE_NAME = 160, NOTICES_MAX = 16 };
void store_want_notice(struct store *s, const char *name);
/* The same for the last day before `today` (as of clock_midnight()) that has
 * completions; nothing comes of it where there is none or others were first. */
void store_want_day(struct store *s, int64_t today);

/* The next answer to these; false: there is none (yet). */
struct notice {
    char name[NOTICE_NAME]; /* "day 2026-11-29" for a day */
    bool won;
    char *day; /* its figures by model as JSON, which the caller frees; NULL:
                * it was no day */
};
bool store_take_notice(struct store *s, struct notice *out);

/* Wait until all that was added is written, or given up: for commands and
 * tests. False after `ms`. */
bool store_flush(struct store *s, unsigned ms);

/*
 * Have the history read for what others spent and asked, beside the loop, at
 * most every STORE_READ_MS; then take what was read. NULL: nothing new is
 * there; free() the rest.
 */
void store_want(struct store *s, const struct summary_question *q, usec now);
struct summary *store_take_summary(struct store *s);

/* Have it read what it teaches of models, likewise; then take what was read,
 * which lessons_free() ends. */
void store_want_lessons(struct store *s, const struct lessons_question *q);
struct lessons *store_take_lessons(struct store *s);

/* What went wrong since the last call, in words; false: nothing. */
bool store_problem(struct store *s, struct why *why);
uint64_t store_lost(struct store *s);

#endif
