/*
 * Where the built-in model's index of a workspace is kept between two starts:
 * one file of ngram/snapshot.h for each workspace, in the user's cache.
 *
 *   REST --shelf_load()--> LOADING --read, or no use--> REST
 *   REST --shelf_save()--> SAVING --written, changed, or in vain--> REST
 *
 * A thread reads and writes; the loop hands it one piece at a time, so that
 * neither waits for a disk. A file becomes the index by being renamed: no
 * process ever sees a half of one, and of two that write at once the later
 * counts. What fails is said once, and the workspace is read again.
 */
#ifndef COMPLETE_SHELF_H
#define COMPLETE_SHELF_H

#include "base/clock.h"
#include "ngram/ngram.h"
#include "ngram/snapshot.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    SHELF_LOOK_MS = 2,           /* between two looks at the thread */
    SHELF_PAUSE_MS = 600 * 1000, /* between two savings */
    SHELF_FILES = 32,            /* indexes kept; older ones go */
    SHELF_PATH = 1024
};

enum shelf_state { SHELF_REST, SHELF_LOADING, SHELF_SAVING };

struct shelf {
    enum shelf_state state;
    char path[SHELF_PATH]; /* of the index; empty: nothing is kept */
    char *root;
    size_t max_bytes;
    usec due; /* of the next look; USEC_NEVER at rest */
    pthread_t thread;
    atomic_bool finished; /* the thread is; what follows is the loop's */
    enum err outcome;
    struct why why;
    struct ngram *loaded;
    /* Saving: `lock` is for `piece_len`, `last` and `abandoned`. */
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct snapshot snapshot;
    char *piece;      /* full while `piece_len` is not 0 */
    size_t piece_len; /* bytes */
    bool last, abandoned;
    uint64_t hash, bytes; /* of what was written */
    uint64_t kept;        /* changes of the archive that the file holds */
    size_t lost, kept_lost;
    usec saved;         /* when; 0: never */
    bool silent;        /* a failure was told of */
    struct why problem; /* which is to be told; empty: none */
};

void shelf_init(struct shelf *s);
/* What is being written is given up; at most a piece is waited for. */
void shelf_release(struct shelf *s);

/* Keep the index of this folder from now on; an empty one: of none. Ends what
 * is under way. */
void shelf_set_root(struct shelf *s, struct str root, size_t max_bytes);

/* Begin to read the index; false where there is nothing to wait for. */
bool shelf_load(struct shelf *s, usec now);
/* What was read, once and for the caller to free; NULL: nothing, or not yet
 * (the state tells). */
struct ngram *shelf_take(struct shelf *s);

/* Begin to write it where that is worth it: enough has changed, or files of
 * which nothing is to be left (`lost`, ever) are gone, and it was not written
 * just now. `m` must live until the state is REST again. */
void shelf_save(struct shelf *s, struct ngram *m, size_t lost, usec now);

/* Why it can't be written, once; false: it can, as far as is known. */
bool shelf_problem(struct shelf *s, struct why *why);

/* One step, when it is due. */
void shelf_tick(struct shelf *s, usec now);

/* The index of a folder: its path, or false without a cache folder. */
bool shelf_path(struct str root, char path[SHELF_PATH]);

#endif
