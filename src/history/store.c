#include "history/store.h"
#include "base/clock.h"
#include "base/thread.h"
#include "history/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct store {
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t more;  /* something waits, or it is to end */
    pthread_cond_t done;  /* a batch was written or given up */
    struct entry *queue;
    size_t n;
    uint64_t added, settled; /* entries, ever */
    uint64_t lost;
    atomic_bool closing;
    bool hurry;  /* batches do not wait */
    bool urgent; /* this one does not */
    struct why problem;
    bool has_problem;
    uint64_t last_id;
    struct summary_question wanted; /* when `wants` */
    bool wants;
    usec asked;           /* when it was wanted last; 0: never */
    struct summary *read; /* and not taken yet; or NULL */
    struct lessons *asked_lessons, *lessons; /* wanted; read; or NULL */
    struct notice asked_notices[NOTICES_MAX],
        notices[NOTICES_MAX]; /* answered */
    size_t n_asked, n_notices;
    int64_t today; /* of the day that is wanted; 0: none is */
    char path[4096];
};

/* --- the thread */

/* A batch is due: something waits, and has waited or fills half the queue.
 * With the lock. */
static void wait_for_a_batch(struct store *s)
{
    while (s->n == 0 && !s->closing && !s->wants && !s->asked_lessons &&
           !s->n_asked && !s->today)
        pthread_cond_wait(&s->more, &s->lock);
    struct timespec until = clock_wall_after(STORE_BATCH_MS);
    while (s->n < STORE_QUEUE / 2 && !s->closing && !s->hurry && !s->wants &&
           !s->urgent && !s->asked_lessons && !s->n_asked && !s->today)
        if (pthread_cond_timedwait(&s->more, &s->lock, &until) == ETIMEDOUT)
            break;
}

static void settle(struct store *s, size_t n, enum err e, const struct why *why)
{
    pthread_mutex_lock(&s->lock);
    s->settled += n;
    s->lost += e ? n : 0;
    if (why->text[0]) {
        s->problem = *why;
        s->has_problem = true;
    }
    pthread_cond_broadcast(&s->done);
    pthread_mutex_unlock(&s->lock);
}

static void free_entry(const struct entry *e)
{
    if (e->record)
        free(e->record->decision);
    free(e->record);
    free(e->health);
}

/* With what was just written in it. */
static void read_if_wanted(struct store *s, struct writer *w)
{
    pthread_mutex_lock(&s->lock);
    bool wants = s->wants;
    struct summary_question q = s->wanted;
    s->wants = false;
    pthread_mutex_unlock(&s->lock);
    struct summary *read = wants ? calloc(1, sizeof *read) : NULL;
    if (!read)
        return;
    read->of = q;
    read->failed = true;
    if (w)
        writer_summarize(w, read);
    pthread_mutex_lock(&s->lock);
    free(s->read);
    s->read = read;
    pthread_mutex_unlock(&s->lock);
}

static void teach_if_wanted(struct store *s, struct writer *w)
{
    pthread_mutex_lock(&s->lock);
    struct lessons *l = s->asked_lessons;
    s->asked_lessons = NULL;
    pthread_mutex_unlock(&s->lock);
    if (!l)
        return;
    if (w)
        writer_teach(w, l);
    pthread_mutex_lock(&s->lock);
    lessons_free(s->lessons);
    s->lessons = l;
    pthread_mutex_unlock(&s->lock);
}

/* One at a time, without the lock. */
static bool next_notice(struct store *s, struct notice *out)
{
    pthread_mutex_lock(&s->lock);
    bool any = s->n_asked > 0;
    if (any)
        *out = s->asked_notices[--s->n_asked];
    pthread_mutex_unlock(&s->lock);
    return any;
}

static void answer_notice(struct store *s, const struct notice *c)
{
    pthread_mutex_lock(&s->lock);
    if (s->n_notices < NOTICES_MAX)
        s->notices[s->n_notices++] = *c;
    else
        free(c->day);
    pthread_mutex_unlock(&s->lock);
}

static void notice_if_wanted(struct store *s, struct writer *w)
{
    struct notice c;
    while (next_notice(s, &c)) {
        c.won = w && writer_claim(w, c.name);
        answer_notice(s, &c);
    }
    pthread_mutex_lock(&s->lock);
    int64_t today = s->today;
    s->today = 0;
    pthread_mutex_unlock(&s->lock);
    if (today && w && writer_claim_day(w, today, &c))
        answer_notice(s, &c);
}

static void *work(void *arg)
{
    struct store *s = arg;
    struct writer *w = writer_new(s->path, &s->closing);
    struct entry *batch = calloc(STORE_QUEUE, sizeof *batch);
    for (bool closing = false; !closing;) {
        struct why why = {{0}};
        pthread_mutex_lock(&s->lock);
        wait_for_a_batch(s);
        struct entry *waiting = s->queue;
        size_t n = s->n;
        closing = s->closing;
        if (batch) {
            s->queue = batch;
            batch = waiting;
        }
        s->n = 0;
        s->urgent = false;
        pthread_mutex_unlock(&s->lock);
        enum err e = !w || !batch ? ERR_MEMORY
                     : n          ? writer_write(w, batch, n, &why)
                                  : OK;
        for (size_t i = 0; i < n; i++)
            free_entry(&(batch ? batch : waiting)[i]);
        settle(s, n, e, &why);
        read_if_wanted(s, w);
        teach_if_wanted(s, w);
        notice_if_wanted(s, w);
        if (w)
            writer_rest(w);
    }
    free(batch);
    writer_free(w);
    return NULL;
}

/* --- for those who add */

struct store *store_open(const char *path)
{
    struct store *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    snprintf(s->path, sizeof s->path, "%s", path);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->more, NULL);
    pthread_cond_init(&s->done, NULL);
    /* Distinct among processes that start within a microsecond, too. */
    s->last_id = ((uint64_t)clock_wall() << 11 & INT64_MAX) |
                 ((uint64_t)getpid() & 0x7FF);
    s->queue = calloc(STORE_QUEUE, sizeof *s->queue);
    if (s->queue && thread_begin(&s->thread, work, s))
        return s;
    free(s->queue);
    free(s);
    return NULL;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->closing = true;
    pthread_cond_signal(&s->more);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->more);
    pthread_cond_destroy(&s->done);
    free(s->queue);
    free(s->read);
    lessons_free(s->asked_lessons);
    lessons_free(s->lessons);
    for (size_t i = 0; i < s->n_notices; i++)
        free(s->notices[i].day);
    free(s);
}

void store_hurry(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    s->hurry = true;
    pthread_cond_signal(&s->more);
    pthread_mutex_unlock(&s->lock);
}

uint64_t store_id(struct store *s)
{
    return s->last_id += 1 << 11;
}

static void push(struct store *s, const struct entry *e)
{
    pthread_mutex_lock(&s->lock);
    bool fits = s->n < STORE_QUEUE;
    if (fits)
        s->queue[s->n++] = *e;
    else
        free_entry(e);
    *(fits ? &s->added : &s->lost) += 1;
    s->urgent |= e->health != NULL;
    if (s->n == 1 || s->n == STORE_QUEUE / 2 || s->urgent)
        pthread_cond_signal(&s->more);
    pthread_mutex_unlock(&s->lock);
}

void store_add(struct store *s, const struct completion_record *r)
{
    struct completion_record *copy = s ? malloc(sizeof *copy) : NULL;
    if (!copy) {
        free(r->decision);
        return;
    }
    *copy = *r;
    push(s, &(struct entry){.record = copy});
}

void store_mark(struct store *s, uint64_t id, enum record_mark mark,
                double value)
{
    if (s)
        push(s, &(struct entry){.id = id, .mark = mark, .value = value});
}

void store_health(struct store *s, const struct health_record *h)
{
    struct health_record *copy = s ? malloc(sizeof *copy) : NULL;
    if (!copy)
        return;
    *copy = *h;
    push(s, &(struct entry){.health = copy});
}

bool store_flush(struct store *s, unsigned ms)
{
    struct timespec until = clock_wall_after(ms);
    int waited = 0;
    pthread_mutex_lock(&s->lock);
    uint64_t wanted = s->added;
    while (s->settled < wanted && waited == 0)
        waited = pthread_cond_timedwait(&s->done, &s->lock, &until);
    bool good = s->settled >= wanted;
    pthread_mutex_unlock(&s->lock);
    return good;
}

void store_want(struct store *s, const struct summary_question *q, usec now)
{
    pthread_mutex_lock(&s->lock);
    if (!s->asked || now >= s->asked + MSEC(STORE_READ_MS)) {
        s->asked = now;
        s->wanted = *q;
        s->wants = true;
        pthread_cond_signal(&s->more);
    }
    pthread_mutex_unlock(&s->lock);
}

struct summary *store_take_summary(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    struct summary *read = s->read;
    s->read = NULL;
    pthread_mutex_unlock(&s->lock);
    return read;
}

void store_want_lessons(struct store *s, const struct lessons_question *q)
{
    struct lessons *l = calloc(1, sizeof *l);
    if (!l)
        return;
    l->of = *q;
    pthread_mutex_lock(&s->lock);
    lessons_free(s->asked_lessons);
    s->asked_lessons = l;
    pthread_cond_signal(&s->more);
    pthread_mutex_unlock(&s->lock);
}

struct lessons *store_take_lessons(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    struct lessons *l = s->lessons;
    s->lessons = NULL;
    pthread_mutex_unlock(&s->lock);
    return l;
}

void store_want_notice(struct store *s, const char *name)
{
    pthread_mutex_lock(&s->lock);
    if (s->n_asked < NOTICES_MAX) {
        struct notice *c = &s->asked_notices[s->n_asked++];
        *c = (struct notice){.won = false};
        snprintf(c->name, sizeof c->name, "%s", name);
        pthread_cond_signal(&s->more);
    }
    pthread_mutex_unlock(&s->lock);
}

void store_want_day(struct store *s, int64_t today)
{
    pthread_mutex_lock(&s->lock);
    s->today = today;
    pthread_cond_signal(&s->more);
    pthread_mutex_unlock(&s->lock);
}

bool store_take_notice(struct store *s, struct notice *out)
{
    pthread_mutex_lock(&s->lock);
    bool any = s->n_notices > 0;
    if (any) {
        *out = s->notices[0];
        memmove(s->notices, s->notices + 1, --s->n_notices * sizeof *out);
    }
    pthread_mutex_unlock(&s->lock);
    return any;
}

bool store_problem(struct store *s, struct why *why)
{
    pthread_mutex_lock(&s->lock);
    bool any = s->has_problem;
    if (any)
        *why = s->problem;
    s->has_problem = false;
    pthread_mutex_unlock(&s->lock);
    return any;
}

uint64_t store_lost(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    uint64_t lost = s->lost;
    pthread_mutex_unlock(&s->lock);
    return lost;
}
