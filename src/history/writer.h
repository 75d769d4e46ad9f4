/* The writing end of the history: one connection, used by the store's thread
 * alone. Private to the folder. */
#ifndef HISTORY_WRITER_H
#define HISTORY_WRITER_H

#include "base/err.h"
#include "history/record.h"

#include <stdatomic.h>

/* What waits to be written: a record, a change of health, or else a mark. */
struct entry {
    struct completion_record *record; /* owned */
    struct health_record *health;     /* owned */
    uint64_t id;
    enum record_mark mark;
    double value;
};

struct writer;

/* The file is opened at the first batch. While `*hurry` is set, others'
 * locks are waited for less long. NULL without memory. */
struct writer *writer_new(const char *path, const atomic_bool *hurry);
void writer_free(struct writer *w);

/*
 * One batch, as one transaction: all of it or nothing. A database that is
 * broken is moved aside, to NAME.broken, and a new one begun, which `why` then
 * tells with OK, too.
 */
enum err writer_write(struct writer *w, const struct entry *entries, size_t n,
                      struct why *why);

/* Read what the history tells, for the question in `s->of`; `s->failed`. */
struct summary;
void writer_summarize(struct writer *w, struct summary *s);
struct lessons;
void writer_teach(struct writer *w, struct lessons *l);

/* Whether the notice of this name is this process's to give. */
bool writer_claim(struct writer *w, const char *name);
/* The same of the last day before `today`, with its figures. */
struct notice;
bool writer_claim_day(struct writer *w, int64_t today, struct notice *out);

/* Nothing is wanted for a while: let go of memory. */
void writer_rest(struct writer *w);

#endif
