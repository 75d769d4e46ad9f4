/*
 * The built-in model on real files: how long learning and predicting take,
 * and how good the answers are beside plain word completion.
 *
 *   bench_ngram [--speed] [--quality] [--type=THRESHOLD] FILE...
 *
 * Each file in turn is the one that is edited; up to 20 of those next to it
 * on the command line are the other open buffers. Nothing of the edited line
 * is known but what stands before the cursor.
 */
#include "base/clock.h"
#include "bench/corpus.h"
#include "ngram/ngram.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_PER_FILE = 12, MEMORY = 64 << 20 };

struct sample {
    double *us;
    size_t count, cap;
};

static void sample_add(struct sample *s, usec us)
{
    if (s->count == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 1024;
        s->us = realloc(s->us, s->cap * sizeof *s->us);
        if (!s->us)
            abort();
    }
    s->us[s->count++] = (double)us;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sample_print(struct sample *s, const char *name)
{
    if (s->count == 0)
        return;
    qsort(s->us, s->count, sizeof *s->us, by_value);
    printf("%-28s median %8.0f us  p95 %8.0f us  p99 %8.0f us  runs %zu\n",
           name, s->us[s->count / 2], s->us[s->count * 95 / 100],
           s->us[s->count * 99 / 100], s->count);
    free(s->us);
    *s = (struct sample){0};
}

static void learn_others(struct ngram *m, const struct corpus *c, size_t edited)
{
    size_t from = corpus_first_other(edited);
    for (size_t i = from; i < c->count && i <= from + CORPUS_OTHERS; i++)
        if (i != edited)
            ngram_learn(m, c->files[i].path, buf_view(&c->files[i].text));
}

/* Plain word completion: the nearest word above that begins like the one at
 * the end of `before`, else the first below. */
static struct str word_rest(struct str before, struct str after)
{
    size_t start = before.len;
    while (start > 0 && lexer_in_word(before.ptr[start - 1]))
        start--;
    struct str typed = str_sub(before, start, before.len);
    struct str in[2] = {str_sub(before, 0, start), after};
    for (int below = 0; typed.len && below < 2; below++) {
        struct str s = in[below];
        for (size_t n = 0; n + typed.len < s.len; n++) {
            size_t i = below ? n : s.len - typed.len - 1 - n;
            if (memcmp(s.ptr + i, typed.ptr, typed.len) != 0 ||
                (i > 0 && lexer_in_word(s.ptr[i - 1])))
                continue;
            size_t end = i + typed.len;
            while (end < s.len && lexer_in_word(s.ptr[end]))
                end++;
            if (end > i + typed.len)
                return str_sub(s, i + typed.len, end);
        }
    }
    return (struct str){0};
}

struct asker {
    struct ngram *m; /* NULL: plain word completion */
    struct str key;
    double threshold;
    struct ngram_answer answer;
    struct buf now; /* the text as typed so far */
    struct sample *learn, *predict;
};

/* What is suggested behind `typed` bytes of the line. */
static struct str ask(struct asker *a, const struct corpus_line *line,
                      size_t typed)
{
    buf_clear(&a->now);
    buf_append(&a->now, line->before);
    buf_append(&a->now, str_sub(line->typed, 0, typed));
    size_t cursor = a->now.len;
    buf_append(&a->now, line->after);
    struct str before = str_sub(buf_view(&a->now), 0, cursor);
    struct str after = str_sub(buf_view(&a->now), cursor, a->now.len);
    if (!a->m)
        return word_rest(before, after);
    usec t0 = clock_now();
    ngram_learn(a->m, a->key, buf_view(&a->now));
    usec t1 = clock_now();
    struct ngram_query q = {.key = a->key,
                            .prefix = before,
                            .suffix = after,
                            .max_lines = 1,
                            .max_bytes = 256,
                            .threshold = a->threshold};
    bool any = ngram_predict(a->m, &q, &a->answer);
    if (a->learn)
        sample_add(a->learn, t1 - t0);
    if (a->predict)
        sample_add(a->predict, clock_now() - t1);
    return any ? buf_view(&a->answer.text) : (struct str){0};
}

struct typing {
    size_t chars, keys, shown, right;
};

/*
 * As an editor does it: a suggestion that is right is accepted with one key;
 * one that is not stays, and is typed along, until what is typed differs.
 */
static void type_line(struct asker *a, const struct corpus_line *line,
                      struct typing *t)
{
    for (size_t at = 0; at < line->typed.len;) {
        struct str s = ask(a, line, at);
        struct str rest = str_sub(line->typed, at, line->typed.len);
        size_t same = 0;
        while (same < s.len && same < rest.len && s.ptr[same] == rest.ptr[same])
            same++;
        bool right = s.len && same == s.len;
        size_t keys = right ? 1 : same + 1;
        t->shown += s.len > 0;
        t->right += right;
        t->keys += keys;
        at += right ? s.len : keys;
    }
    t->chars += line->typed.len;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* 1 - Levenshtein distance / longer length. */
static double similarity(struct str a, struct str b)
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

struct rest_score {
    size_t count, exact;
    double similar;
};

/* The rest of the line from the start of a random token of it. */
static void score_rest(struct asker *a, const struct corpus_line *line,
                       uint32_t *random, struct rest_score *score)
{
    size_t at = corpus_random(random) % line->typed.len;
    while (at > 0 && lexer_in_word(line->typed.ptr[at]) &&
           lexer_in_word(line->typed.ptr[at - 1]))
        at--;
    struct str s = str_trim(ask(a, line, at));
    struct str rest = str_trim(str_sub(line->typed, at, line->typed.len));
    score->count++;
    score->exact += str_eq(s, rest);
    score->similar += similarity(s, rest);
}

typedef void line_fn(struct asker *a, const struct corpus_line *line,
                     uint32_t *random, void *arg);

static void on_rest(struct asker *a, const struct corpus_line *line,
                    uint32_t *random, void *arg)
{
    score_rest(a, line, random, arg);
}

static void on_type(struct asker *a, const struct corpus_line *line,
                    uint32_t *random, void *arg)
{
    (void)random;
    type_line(a, line, arg);
}

/* The line is deleted, so that what follows are changes of a key each. */
static void begin_line(struct asker *a, const struct corpus_file *f,
                       const struct corpus_line *line)
{
    struct asker untimed = *a;
    untimed.learn = untimed.predict = NULL;
    a->key = f->path;
    if (a->m)
        ngram_learn(a->m, a->key, buf_view(&f->text));
    untimed.key = f->path;
    ask(&untimed, line, 0);
    a->now = untimed.now;
    a->answer = untimed.answer;
}

/* Run over lines of all files. */
static void each_line(struct asker *a, const struct corpus *c, bool model,
                      line_fn *run, void *arg)
{
    uint32_t random = 7;
    buf_init(&a->now, 2 * CORPUS_MAX_FILE);
    buf_init(&a->answer.text, 4096);
    for (size_t i = 0; i < c->count; i++) {
        a->m = model ? ngram_new(MEMORY) : NULL;
        if (a->m)
            learn_others(a->m, c, i);
        for (int n = 0; n < LINES_PER_FILE; n++) {
            struct corpus_line line;
            if (!corpus_line(buf_view(&c->files[i].text), &random, &line))
                continue;
            begin_line(a, &c->files[i], &line);
            run(a, &line, &random, arg);
        }
        ngram_free(a->m);
    }
    buf_release(&a->now);
    buf_release(&a->answer.text);
}

static void quality(const struct corpus *c)
{
    for (int model = 0; model < 2; model++) {
        struct rest_score r = {0};
        struct asker a = {.threshold = 0.0};
        each_line(&a, c, model, on_rest, &r);
        printf("%-28s exact %5.1f %%  similar %5.1f %%  runs %zu\n",
               model ? "rest of line, model" : "rest of line, words",
               100.0 * (double)r.exact / (double)r.count,
               100.0 * r.similar / (double)r.count, r.count);
    }
}

static void typing(const struct corpus *c, double threshold)
{
    struct sample learn = {0}, predict = {0};
    struct typing t = {0};
    struct asker a = {
        .threshold = threshold, .learn = &learn, .predict = &predict};
    each_line(&a, c, threshold > 0, on_type, &t);
    char name[40];
    snprintf(name, sizeof name,
             threshold > 0 ? "typing, model at %.2f" : "typing, words",
             threshold);
    printf("%-28s saved %5.1f %%  precision %.2f  shown %zu  keys %zu\n", name,
           100.0 - 100.0 * (double)t.keys / (double)t.chars,
           (double)t.right / (double)(t.shown ? t.shown : 1), t.shown, t.keys);
    sample_print(&learn, "  relearn, one key");
    sample_print(&predict, "  predict");
}

static void speed(const struct corpus *c)
{
    struct sample first = {0};
    struct ngram *m = ngram_new(MEMORY);
    size_t bytes = 0;
    for (size_t i = 0; m && i < c->count; i++) {
        usec t0 = clock_now();
        ngram_learn(m, c->files[i].path, buf_view(&c->files[i].text));
        sample_add(&first, clock_now() - t0);
        bytes += c->files[i].text.len;
    }
    sample_print(&first, "learn, first time");
    if (m)
        printf("%-28s %zu bytes of text, %.1f bytes a byte, %zu tokens\n",
               "memory", bytes, (double)ngram_bytes(m) / (double)bytes,
               ngram_tokens(m));
    ngram_free(m);
}

int main(int argc, char **argv)
{
    struct corpus c;
    int first = 1;
    bool all = true;
    while (first < argc && argv[first][0] == '-' && argv[first][1] == '-')
        first++;
    if (!corpus_read(&c, argc - first, argv + first)) {
        fprintf(stderr, "bench_ngram: give it source files\n");
        return 2;
    }
    for (int i = 1; i < first; i++) {
        all = false;
        if (strcmp(argv[i], "--speed") == 0)
            speed(&c);
        else if (strcmp(argv[i], "--quality") == 0)
            quality(&c);
        else if (strncmp(argv[i], "--type=", 7) == 0)
            typing(&c, atof(argv[i] + 7));
    }
    if (all) {
        speed(&c);
        quality(&c);
        static const double thresholds[] = {0, 0.3, 0.5, 0.7};
        for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i++)
            typing(&c, thresholds[i]);
    }
    corpus_release(&c);
    return 0;
}
