#include "complete/cache_file.h"
#include "base/thread.h"
#include "complete/cache_base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOCUMENTS = 64 }; /* of which is known what was read */

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
    struct cache_key wanted; /* when `wants` */
    bool wants, reading, writing, closing;
    struct kept_completion *found[CACHE_FILE_FOUND];
    size_t n_found, taken;
    struct read_up_to read[DOCUMENTS];
    size_t next_read;
    struct why problem;
    bool has_problem;
    enum err told; /* the last that was told: not again until all is well */
    struct cache_limits limits;
    char path[4096];
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
        if (f->read[i].seq && same_document(&f->read[i].key, key))
            return &f->read[i];
    struct read_up_to *free = &f->read[f->next_read++ % DOCUMENTS];
    *free = (struct read_up_to){.key = *key};
    return free;
}

static void take_found(void *arg, struct kept_completion *k)
{
    struct cache_file *f = arg;
    pthread_mutex_lock(&f->lock);
    struct read_up_to *read = read_of(f, &k->key);
    if (k->seq > read->seq)
        read->seq = k->seq;
    bool fits = f->n_found < CACHE_FILE_FOUND;
    if (fits)
        f->found[f->n_found++] = k;
    pthread_mutex_unlock(&f->lock);
    if (!fits)
        free(k);
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

static void read_wanted(struct cache_file *f, struct cache_base *b)
{
    struct why why = {{0}};
    pthread_mutex_lock(&f->lock);
    struct cache_key key = f->wanted;
    int64_t since = read_of(f, &key)->seq;
    f->wants = false;
    f->reading = true;
    pthread_mutex_unlock(&f->lock);
    enum err e =
        b ? cache_base_read(b, &key, since, take_found, f, &why) : ERR_MEMORY;
    pthread_mutex_lock(&f->lock);
    f->reading = false;
    note(f, e, &why);
    pthread_mutex_unlock(&f->lock);
}

static void write_queue(struct cache_file *f, struct cache_base *b)
{
    struct kept_completion *batch[CACHE_FILE_QUEUE];
    struct why why = {{0}};
    pthread_mutex_lock(&f->lock);
    size_t n = f->n;
    memcpy(batch, f->queue, n * sizeof *batch);
    f->n = 0;
    f->writing = true;
    pthread_mutex_unlock(&f->lock);
    enum err e = b ? cache_base_write(b, batch, n, &why) : ERR_MEMORY;
    for (size_t i = 0; i < n; i++)
        free(batch[i]);
    pthread_mutex_lock(&f->lock);
    f->writing = false;
    note(f, e, &why);
    pthread_mutex_unlock(&f->lock);
}

/* Questions first: somebody may be about to ask a model. */
static void *work(void *arg)
{
    struct cache_file *f = arg;
    struct cache_base *b = cache_base_new(f->path, &f->limits);
    for (;;) {
        pthread_mutex_lock(&f->lock);
        pthread_cond_broadcast(&f->done);
        while (!f->wants && !f->n && !f->closing)
            pthread_cond_wait(&f->more, &f->lock);
        bool wants = f->wants, writes = f->n > 0;
        pthread_mutex_unlock(&f->lock);
        if (wants)
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
    f->limits = *limits;
    snprintf(f->path, sizeof f->path, "%s", path);
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->more, NULL);
    pthread_cond_init(&f->done, NULL);
    if (thread_begin(&f->thread, work, f))
        return f;
    free(f);
    return NULL;
}

void cache_file_free(struct cache_file *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    f->closing = true;
    f->wants = false;
    pthread_cond_signal(&f->more);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    for (size_t i = f->taken; i < f->n_found; i++)
        free(f->found[i]);
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->more);
    pthread_cond_destroy(&f->done);
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
    pthread_mutex_lock(&f->lock);
    f->wanted = *key;
    f->wants = true;
    pthread_cond_signal(&f->more);
    pthread_mutex_unlock(&f->lock);
}

struct kept_completion *cache_file_take(struct cache_file *f)
{
    struct kept_completion *k = NULL;
    pthread_mutex_lock(&f->lock);
    if (f->taken < f->n_found)
        k = f->found[f->taken++];
    if (f->taken == f->n_found)
        f->taken = f->n_found = 0;
    pthread_mutex_unlock(&f->lock);
    return k;
}

bool cache_file_is_asked(struct cache_file *f)
{
    pthread_mutex_lock(&f->lock);
    bool asked = f->wants || f->reading;
    pthread_mutex_unlock(&f->lock);
    return asked;
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
    while (f->wants || f->reading || f->n || f->writing)
        pthread_cond_wait(&f->done, &f->lock);
    pthread_mutex_unlock(&f->lock);
}
