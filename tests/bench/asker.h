/*
 * Whoever is asked to complete a line of a tree of real files: plain words,
 * copies of suffixes, or the built-in model. All files are the workspace. Of
 * every few one in turn is edited; nothing of it is known but its own text
 * around the line, and nothing of the line but what stands before the cursor.
 */
#ifndef BENCH_ASKER_H
#define BENCH_ASKER_H

#include "base/clock.h"
#include "bench/rivals.h"
#include "ngram/library.h"
#include "ngram/ngram.h"

#include <stdio.h>
#include <time.h>

enum {
    EDITED = 150, /* files */
    LINES_PER_FILE = 8,
    MEMORY = 256 << 20,
    STEP = 8 << 10 /* as complete/reader.h */
};

/* --- samples of times */

/* The processor's time, which does not depend on who else is busy. */
static inline usec busy_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (usec)t.tv_sec * 1000000 + (usec)t.tv_nsec / 1000;
}

struct sample {
    double *us;
    size_t count, cap;
};

static inline void sample_add(struct sample *s, usec us)
{
    if (s->count == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 1024;
        s->us = realloc(s->us, s->cap * sizeof *s->us);
        if (!s->us)
            abort();
    }
    s->us[s->count++] = (double)us;
}

static inline int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline void sample_print(struct sample *s, const char *name)
{
    if (s->count == 0)
        return;
    qsort(s->us, s->count, sizeof *s->us, by_value);
    printf("%-26s median %7.0f us  p95 %7.0f us  p99 %7.0f us  most %7.0f us\n",
           name, s->us[s->count / 2], s->us[s->count * 95 / 100],
           s->us[s->count * 99 / 100], s->us[s->count - 1]);
    free(s->us);
    *s = (struct sample){0};
}

/* --- who is asked */

enum rival { WORDS, COPY, MODEL };

static const char *const rival_names[] = {"words", "copy", "model"};

struct asker {
    const struct corpus *corpus;
    enum rival rival;
    struct ngram *m;
    size_t edited;
    double threshold, block_threshold;
    size_t max_lines; /* 0: one */
    bool by_hand;     /* see struct ngram_query */
    bool unweighted;  /* counts alone decide */
    bool closes;      /* the editor does, as soon as something is opened */
    struct ngram_answer answer;
    struct buf now; /* the text as typed so far */
    struct sample *learn, *predict;
    const struct ngram_syntax *syntax; /* NULL: nobody knows */
};

/* What is to be typed behind so many bytes of it; up to what the editor has
 * closed. */
static inline struct str wanted(const struct asker *a,
                                const struct corpus_line *line, size_t at)
{
    return a->closes ? corpus_inside(line->typed, at)
                     : str_sub(line->typed, at, line->typed.len);
}

/* The text as it is behind `typed` bytes of the line, and where a query is
 * about it. */
static inline void asker_write(struct asker *a, const struct corpus_line *line,
                               size_t typed, struct ngram_query *q)
{
    buf_clear(&a->now);
    buf_append(&a->now, line->before);
    buf_append(&a->now, str_sub(line->typed, 0, typed));
    size_t cursor = a->now.len;
    if (a->closes)
        corpus_close(&a->now, str_sub(line->typed, 0, typed));
    buf_append(&a->now, line->after);
    q->key = a->corpus->files[a->edited].path;
    q->prefix = str_sub(buf_view(&a->now), 0, cursor);
    q->suffix = str_sub(buf_view(&a->now), cursor, a->now.len);
}

/* What is suggested behind `typed` bytes of the line. */
static inline struct str ask(struct asker *a, const struct corpus_line *line,
                             size_t typed)
{
    struct ngram_query q = {.max_lines = a->max_lines ? a->max_lines : 1,
                            .max_bytes = a->max_lines > 1 ? 2048 : 256,
                            .threshold = a->threshold,
                            .block_threshold = a->block_threshold,
                            .by_hand = a->by_hand,
                            .syntax = a->syntax};
    asker_write(a, line, typed, &q);
    if (a->rival == WORDS)
        return rival_word(q.prefix, q.suffix);
    if (a->rival == COPY)
        return rival_copy(a->corpus, a->edited, q.prefix, q.suffix);
    usec t0 = busy_now();
    ngram_learn(a->m, q.key, buf_view(&a->now));
    usec t1 = busy_now();
    bool any = ngram_predict(a->m, &q, &a->answer);
    if (a->learn)
        sample_add(a->learn, t1 - t0);
    if (a->predict)
        sample_add(a->predict, busy_now() - t1);
    return any ? buf_view(&a->answer.text) : (struct str){0};
}

static inline void read_file(struct ngram *m, const struct corpus_file *f,
                             struct sample *steps)
{
    size_t at = 0;
    do {
        usec t0 = busy_now();
        if (ngram_read(m, f->path, buf_view(&f->text), &at, STEP) != OK)
            return;
        if (steps)
            sample_add(steps, busy_now() - t0);
    } while (at < f->text.len);
}

typedef void line_fn(struct asker *a, const struct corpus_line *line,
                     uint32_t *random, void *arg);

static inline void edit_file(struct asker *a, uint32_t *random, line_fn *run,
                             void *arg)
{
    const struct corpus_file *f = &a->corpus->files[a->edited];
    struct sample *learn = a->learn, *predict = a->predict;
    if (a->m)
        ngram_unread(a->m, f->path);
    for (int n = 0; n < LINES_PER_FILE; n++) {
        struct corpus_line line;
        if (!corpus_line(buf_view(&f->text), random, &line))
            continue;
        a->learn = a->predict = NULL;
        ask(a, &line, 0); /* what follows are changes of a key each */
        a->learn = learn;
        a->predict = predict;
        run(a, &line, random, arg);
    }
    if (!a->m)
        return;
    ngram_forget(a->m, f->path);
    read_file(a->m, f, NULL);
    while (ngram_tidy(a->m))
        ;
}

/* Run over lines of some of the files. */
static inline void each_line(struct asker *a, line_fn *run, void *arg)
{
    const struct corpus *c = a->corpus;
    uint32_t random = 7;
    size_t stride = (c->count + EDITED - 1) / EDITED;
    buf_init(&a->now, 2 * CORPUS_MAX_FILE);
    buf_init(&a->answer.text, 4096);
    a->m = a->rival == MODEL ? ngram_new(MEMORY) : NULL;
    if (a->m && a->unweighted)
        library_drop_weights(ngram_library(a->m));
    for (size_t i = 0; a->m && i < c->count; i++)
        read_file(a->m, &c->files[i], NULL);
    for (a->edited = 0; a->edited < c->count; a->edited += stride)
        edit_file(a, &random, run, arg);
    ngram_free(a->m);
    buf_release(&a->now);
    buf_release(&a->answer.text);
}

static inline size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* 1 - Levenshtein distance / longer length. */
static inline double similarity(struct str a, struct str b)
{
    size_t row[300];
    a = str_sub(a, 0, 256);
    b = str_sub(b, 0, 256);
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t up = row[j];
            row[j] = smaller(smaller(up, row[j - 1]) + 1,
                             diagonal + (a.ptr[i - 1] != b.ptr[j - 1]));
            diagonal = up;
        }
    }
    size_t longer = a.len > b.len ? a.len : b.len;
    return longer ? 1.0 - (double)row[b.len] / (double)longer : 1.0;
}

#endif
