/*
 * The part of the completion cache that outlives the process and is shared by
 * all of the user's: $XDG_CACHE_HOME/switchyard/completions.db. It holds code,
 * so its folder is 0700 and it is 0600.
 *
 * A thread reads and writes it; nobody ever waits for it. What it finds for a
 * document is put into the cache in memory, and only that is asked. A file
 * that is broken is moved aside and a new one begun; one that is locked, or on
 * a full disk, is gone without. Either is told once.
 *
 * Beside it stand the leases (complete/leases.h) of what is about to be put.
 */
#ifndef COMPLETE_CACHE_FILE_H
#define COMPLETE_CACHE_FILE_H

#include "base/err.h"
#include "complete/cache.h"

enum {
    CACHE_FILE_QUEUE = 256,  /* that wait to be written; more are dropped */
    CACHE_FILE_WANTS = 8,    /* questions that wait; older ones are dropped */
    CACHE_FILE_FOUND = 200,  /* newest that one question brings */
    CACHE_FILE_BUSY_MS = 500 /* another process's lock is waited for */
};

/* One completion, as cache_put() has it. Its bytes are its own. */
struct kept_completion {
    struct cache_key key;
    struct str prefix, suffix;
    struct cache_hit hit;
    int64_t seq; /* grows with every one that is written */
    char bytes[];
};

struct cache_file;

/* Of what size the file may be, and how old what is in it. */
struct cache_limits {
    size_t max_bytes;
    unsigned max_days;
};

/* Opened by the thread, when it is first needed. NULL without memory. */
struct cache_file *cache_file_new(const char *path,
                                  const struct cache_limits *limits);
/* What waits is written first, if that takes a moment. */
void cache_file_free(struct cache_file *f);

/* The arguments are those of cache_put(); copied. */
void cache_file_put(struct cache_file *f, const struct cache_key *key,
                    struct str prefix, struct str suffix,
                    const struct cache_hit *completion);

/*
 * Look for what there is under the key, as far as it was not found before.
 * cache_file_take() gives it, one at a time, and the caller frees it; NULL:
 * there is no more, so far. The next question is looked at once all is taken.
 */
void cache_file_want(struct cache_file *f, const struct cache_key *key);
struct kept_completion *cache_file_take(struct cache_file *f);
/* What was found before is gone, and may be found again. */
void cache_file_forget(struct cache_file *f);
/* Whether an answer is on its way, or not taken yet. */
bool cache_file_is_asked(struct cache_file *f);

/*
 * The user's other processes leave a place to this one for as long as it has
 * the lease: what was put there is in the file when it ends. False: another one
 * has it. Nothing is waited for. The id is that of cache_id().
 */
bool cache_file_lease(struct cache_file *f, uint64_t id);
void cache_file_end_lease(struct cache_file *f, uint64_t id);
/* Whether something was put there that cache_file_want() is likely to find. */
bool cache_file_has(const struct cache_file *f, uint64_t id);

/* What went wrong since the last call, once for each kind; false: nothing. */
bool cache_file_problem(struct cache_file *f, struct why *why);

/* For tests: until all that was put is written, and what is wanted found, or
 * waits for what was found before to be taken. */
void cache_file_settle(struct cache_file *f);

#endif
