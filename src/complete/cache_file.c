#include "complete/cache_file.h"
#include "base/clock.h"
#include "base/thread.h"
#include "complete/cache_base.h"
#include "complete/leases.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DOCUMENTS = 64, /* of which is known what was read */
    ENDED = 64,     /* leases that wait for what is put to be written */
    REST_MS = 100,  /* without work */
    GATHER_MS = 10, /* from the first that is put to the writing */
};

/* What was read of a document already. */
struct read_up_to {
    struct cache_key key;
    int64_t seq;
};

struct cache_file {
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t more, done;
    struct kept_completion *queue[CACHE_FILE_QUEUE];
    size_t n;
    struct cache_key wanted[CACHE_FILE_WANTS]; /* the oldest first */
    size_t n_wanted;
    uint64_t ended[ENDED];
    size_t n_ended;
    bool reading, writing, closing, hurry;
    bool forgets; /* what is being read, too */
    struct kept_completion *found[CACHE_FILE_FOUND];
    size_t n_found, taken;
    struct read_up_to read[DOCUMENTS];
    size_t next_read;
    struct why problem;
    bool has_problem;
    enum err told; /* the last that was told: not again until all is well */
    struct cache_limits limits;
    char path[4096];
    struct leases leases; /* this one is nobody's to change */
};

static bool same_document(const struct cache_key *a, const struct cache_key *b)
{
    return a->table == b->table && a->document == b->document;
}

/* --- the thread */

static struct read_up_to *read_of(struct cache_file *f,
                                  const struct cache_key *key)
{
    for (size_t i = 0; i < DOCUMENTS; i++)
        if (same_document(&f->read[i].key, key))
            return &f->read[i];
    struct read_up_to *free = &f->read[f->next_read++ % DOCUMENTS];
    *free = (struct read_up_to){.key = *key};
    return free;
}

static void take_found(void *arg, struct kept_completion *k)
{
    struct cache_file *f = arg;
    pthread_mutex_lock(&f->lock);
    assert(f->n_found < CACHE_FILE_FOUND); /* no question brings more */
    f->found[f->n_found++] = k;
    read_of(f, &k->key)->seq = k->seq; /* the oldest come first */
    pthread_mutex_unlock(&f->lock);
}

/* The same failure again says nothing new. With the lock. */
static void note(struct cache_file *f, enum err e, const struct why *why)
{
    if (why->text[0] && (!e || e != f->told)) {
        f->problem = *why;
        f->has_problem = true;
    }
    if (why->text[0] && !e) /* another file, which counts from the start */
        memset(f->read, 0, sizeof f->read);
    f->told = e;
}

/* With the lock. */
static void forget_wanted(struct cache_file *f, size_t at)
{
    f->n_wanted--;
    memmove(f->wanted + at, f->wanted + at + 1,
            (f->n_wanted - at) * sizeof *f->wanted);
}

static void read_wanted(struct cache_file *f, struct cache_base *b)
{
    struct why why = {{0}};
    pthread_mutex_lock(&f->lock);
    struct cache_key key = f->wanted[0];
    int64_t since = read_of(f, &key)->seq;
    forget_wanted(f, 0);
    f->reading = true;
    pthread_mutex_unlock(&f->lock);
    enum err e =
        b ? cache_base_read(b, &key, since, take_found, f, &why) : ERR_MEMORY;
    pthread_mutex_lock(&f->lock);
    if (f->forgets)
        memset(f->read, 0, sizeof f->read);
    f->reading = f->forgets = false;
    note(f, e, &why);
    pthread_mutex_unlock(&f->lock);
}

/* What is to be done at once. */
struct batch {
    struct kept_completion *items[CACHE_FILE_QUEUE];
    uint64_t ended[ENDED];
    size_t n, n_ended;
};

static void take_batch(struct cache_file *f, struct batch *b)
{
    pthread_mutex_lock(&f->lock);
    b->n = f->n;
    b->n_ended = f->n_ended;
    memcpy(b->items, f->queue, b->n * sizeof *b->items);
    memcpy(b->ended, f->ended, b->n_ended * sizeof *b->ended);
    f->n = f->n_ended = 0;
    f->writing = true;
    pthread_mutex_unlock(&f->lock);
}

/* The leases end behind what was put for them. */
static void let_go(struct cache_file *f, const struct batch *b, bool written)
{
    for (size_t i = 0; i < b->n; i++) {
        const struct kept_completion *k = b->items[i];
        if (written)
            leases_answer(&f->leases, cache_id(&k->key, k->prefix, k->suffix));
        free(b->items[i]);
    }
    for (size_t i = 0; i < b->n_ended; i++)
        leases_drop(&f->leases, b->ended[i]);
}

static void write_queue(struct cache_file *f, struct cache_base *base)
{
    struct batch b;
    struct why why = {{0}};
    enum err e = base ? OK : ERR_MEMORY;
    take_batch(f, &b);
    if (!e && b.n)
        e = cache_base_write(base, b.items, b.n, &why);
    let_go(f, &b, !e);
    pthread_mutex_lock(&f->lock);
    f->writing = false;
    if (b.n)
        note(f, e, &why);
    pthread_mutex_unlock(&f->lock);
}

/* What was found for one question is taken before the next is looked at: what
 * found no room would be taken for read, and never come. */
static bool may_read(const struct cache_file *f)
{
    return f->n_wanted && !f->n_found && !f->closing;
}

static bool has_work(const struct cache_file *f)
{
    return may_read(f) || f->n || f->n_ended || f->closing;
}

/* Until there is work; the database rests meanwhile. With the lock. */
static void wait_for_work(struct cache_file *f, struct cache_base *b)
{
    struct timespec rest = clock_wall_after(REST_MS);
    while (!has_work(f))
        if (pthread_cond_timedwait(&f->more, &f->lock, &rest) == ETIMEDOUT)
            break;
    if (!has_work(f) && b) {
        pthread_mutex_unlock(&f->lock);
        cache_base_rest(b);
        pthread_mutex_lock(&f->lock);
    }
    while (!has_work(f))
        pthread_cond_wait(&f->more, &f->lock);
}

/* Who was just answered asks again, as often as not: the writing would take a
 * processor from that. With the lock. */
static void gather(struct cache_file *f)
{
    struct timespec until = clock_wall_after(GATHER_MS);
    while (!may_read(f) && !f->closing && !f->hurry && f->n > 0 &&
           f->n < CACHE_FILE_QUEUE / 2)
        if (pthread_cond_timedwait(&f->more, &f->lock, &until) == ETIMEDOUT)
            return;
}

/* Questions first: somebody may be about to ask a model. */
static void *work(void *arg)
{
    struct cache_file *f = arg;
    struct cache_base *b = cache_base_new(f->path, &f->limits);
    for (;;) {
        pthread_mutex_lock(&f->lock);
        pthread_cond_broadcast(&f->done);
        wait_for_work(f, b);
        gather(f);
        bool reads = may_read(f), writes = f->n || f->n_ended;
        pthread_mutex_unlock(&f->lock);
        if (reads)
            read_wanted(f, b);
        else if (writes)
            write_queue(f, b);
        else
            break;
    }
    cache_base_free(b);
    return NULL;
}

/* --- for who asks */

struct cache_file *cache_file_new(const char *path,
                                  const struct cache_limits *limits)
{
    struct cache_file *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    char leases[sizeof f->path + 8];
    f->limits = *limits;
    snprintf(f->path, sizeof f->path, "%s", path);
    snprintf(leases, sizeof leases, "%s-leases", path);
    leases_open(&f->leases, leases);
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->more, NULL);
    pthread_cond_init(&f->done, NULL);
    if (thread_begin(&f->thread, work, f))
        return f;
    leases_close(&f->leases);
    free(f);
    return NULL;
}

void cache_file_free(struct cache_file *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    f->closing = true;
    pthread_cond_signal(&f->more);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    for (size_t i = f->taken; i < f->n_found; i++)
        free(f->found[i]);
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->more);
    pthread_cond_destroy(&f->done);
    leases_close(&f->leases);
    free(f);
}

void cache_file_put(struct cache_file *f, const struct cache_key *key,
                    struct str prefix, struct str suffix,
                    const struct cache_hit *completion)
{
    cache_trim(&prefix, &suffix);
    struct kept_completion *k =
        kept_completion_new(key, prefix, suffix, completion);
    if (!k)
        return;
    pthread_mutex_lock(&f->lock);
    bool fits = f->n < CACHE_FILE_QUEUE;
    if (fits)
        f->queue[f->n++] = k;
    pthread_cond_signal(&f->more);
    pthread_mutex_unlock(&f->lock);
    if (!fits)
        free(k);
}

void cache_file_want(struct cache_file *f, const struct cache_key *key)
{
    size_t at = 0;
    pthread_mutex_lock(&f->lock);
    while (at < f->n_wanted && !same_document(&f->wanted[at], key))
        at++;
    if (at < f->n_wanted)
        forget_wanted(f, at);
    else if (f->n_wanted == CACHE_FILE_WANTS)
        forget_wanted(f, 0);
    f->wanted[f->n_wanted++] = *key;
    pthread_cond_signal(&f->more);
    pthread_mutex_unlock(&f->lock);
}

void cache_file_forget(struct cache_file *f)
{
    pthread_mutex_lock(&f->lock);
    memset(f->read, 0, sizeof f->read);
    f->forgets = f->reading;
    pthread_mutex_unlock(&f->lock);
}

struct kept_completion *cache_file_take(struct cache_file *f)
{
    struct kept_completion *k = NULL;
    pthread_mutex_lock(&f->lock);
    if (f->taken < f->n_found)
        k = f->found[f->taken++];
    if (k && f->taken == f->n_found) {
        f->taken = f->n_found = 0;
        pthread_cond_signal(&f->more);
    }
    pthread_mutex_unlock(&f->lock);
    return k;
}

bool cache_file_is_asked(struct cache_file *f)
{
    pthread_mutex_lock(&f->lock);
    bool asked = f->n_wanted || f->reading || f->taken < f->n_found;
    pthread_mutex_unlock(&f->lock);
    return asked;
}

/* --- leases */

bool cache_file_lease(struct cache_file *f, uint64_t id)
{
    return leases_take(&f->leases, id);
}

void cache_file_end_lease(struct cache_file *f, uint64_t id)
{
    pthread_mutex_lock(&f->lock);
    /* The thread writes soon, and ends it then. */
    bool waits = (f->n || f->writing) && f->n_ended < ENDED;
    if (waits)
        f->ended[f->n_ended++] = id;
    else
        leases_drop(&f->leases, id);
    pthread_mutex_unlock(&f->lock);
}

bool cache_file_has(const struct cache_file *f, uint64_t id)
{
    return leases_answered(&f->leases, id);
}

bool cache_file_problem(struct cache_file *f, struct why *why)
{
    pthread_mutex_lock(&f->lock);
    bool any = f->has_problem;
    if (any)
        *why = f->problem;
    f->has_problem = false;
    pthread_mutex_unlock(&f->lock);
    return any;
}

void cache_file_settle(struct cache_file *f)
{
    pthread_mutex_lock(&f->lock);
    f->hurry = true;
    pthread_cond_signal(&f->more);
    while (may_read(f) || f->reading || f->n || f->n_ended || f->writing)
        pthread_cond_wait(&f->done, &f->lock);
    f->hurry = false;
    pthread_mutex_unlock(&f->lock);
}
