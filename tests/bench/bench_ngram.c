/*
 * The built-in model on a tree of real files: how good its answers are beside
 * plain word completion and copying suffixes, how well it knows that, how
 * fast it is, and how much memory it takes.
 *
 *   bench_ngram [--speed] [--rest] [--tokens] [--type[=THRESHOLD]]
 *               [--reliability] FILE...
 *
 * All files are the workspace. Of every few one in turn is edited; nothing of
 * it is known but its own text around the cursor, and nothing of the edited
 * line but what stands before the cursor.
 */
#include "base/clock.h"
#include "bench/rivals.h"
#include "ngram/library.h"
#include "ngram/ngram.h"
#include "ngram/predict.h"

#include <stdio.h>
#include <time.h>

enum {
    EDITED = 60, /* files */
    LINES_PER_FILE = 8,
    MEMORY = 256 << 20,
    STEP = 16 << 10,
    BINS = 10
};

/* --- samples of times */

/* The processor's time, which does not depend on who else is busy. */
static usec busy_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (usec)t.tv_sec * 1000000 + (usec)t.tv_nsec / 1000;
}

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
    if (a->rival == WORDS)
        return rival_word(before, after);
    if (a->rival == COPY)
        return rival_copy(a->corpus, a->edited, before, after);
    struct str key = a->corpus->files[a->edited].path;
    usec t0 = busy_now();
    ngram_learn(a->m, key, buf_view(&a->now));
    usec t1 = busy_now();
    struct ngram_query q = {.key = key,
                            .prefix = before,
                            .suffix = after,
                            .max_lines = 1,
                            .max_bytes = 256,
                            .threshold = a->threshold};
    bool any = ngram_predict(a->m, &q, &a->answer);
    if (a->learn)
        sample_add(a->learn, t1 - t0);
    if (a->predict)
        sample_add(a->predict, busy_now() - t1);
    return any ? buf_view(&a->answer.text) : (struct str){0};
}

static void read_file(struct ngram *m, const struct corpus_file *f,
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

static void edit_file(struct asker *a, uint32_t *random, line_fn *run,
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
static void each_line(struct asker *a, line_fn *run, void *arg)
{
    const struct corpus *c = a->corpus;
    uint32_t random = 7;
    size_t stride = (c->count + EDITED - 1) / EDITED;
    buf_init(&a->now, 2 * CORPUS_MAX_FILE);
    buf_init(&a->answer.text, 4096);
    a->m = a->rival == MODEL ? ngram_new(MEMORY) : NULL;
    for (size_t i = 0; a->m && i < c->count; i++)
        read_file(a->m, &c->files[i], NULL);
    for (a->edited = 0; a->edited < c->count; a->edited += stride)
        edit_file(a, &random, run, arg);
    ngram_free(a->m);
    buf_release(&a->now);
    buf_release(&a->answer.text);
}

/* --- the rest of the line */

struct rest_score {
    size_t count, exact;
    double similar;
};

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

/* From the start of a random token. */
static void score_rest(struct asker *a, const struct corpus_line *line,
                       uint32_t *random, void *arg)
{
    struct rest_score *score = arg;
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

static void rest_of_line(const struct corpus *c)
{
    for (enum rival r = WORDS; r <= MODEL; r++) {
        struct rest_score s = {0};
        struct asker a = {.corpus = c, .rival = r};
        each_line(&a, score_rest, &s);
        printf("rest of line, %-12s exact %5.1f %%  similar %5.1f %%  "
               "of %zu\n",
               rival_names[r], 100.0 * (double)s.exact / (double)s.count,
               100.0 * s.similar / (double)s.count, s.count);
    }
}

/* --- the next token */

struct token_score {
    size_t count, first, five;
    double reciprocal;
};

static void score_line(struct library *l, struct str key, struct str text,
                       const struct corpus_line *line, struct token_score *s)
{
    static struct site site;
    size_t start = line->before.len;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    struct lexer lexer;
    struct token t;
    lexer_init(&lexer, str_sub(text, start, text.len - line->after.len),
               syntax_of(key), lexer_start());
    lexer_next(&lexer, &t);
    site_init(&site, l, key, line->before, line->after);
    while (lexer_next(&lexer, &t)) {
        struct guess guesses[10];
        uint32_t id = vocabulary_find(&l->words, &t);
        size_t n = predict(&site, guesses, 10), i = 0;
        while (i < n && (guesses[i].id != id || id == ID_NONE))
            i++;
        s->count++;
        s->first += i == 0 && n > 0;
        s->five += i < 5 && i < n;
        s->reciprocal += i < n ? 1.0 / (double)(i + 1) : 0.0;
        site_push(&site, id);
    }
}

static void learn_without(struct library *l, struct str key, struct buf *now,
                          const struct corpus_line *line)
{
    buf_clear(now);
    buf_append(now, line->before);
    buf_append(now, line->after);
    library_learn(l, key, buf_view(now));
}

static void next_token(const struct corpus *c)
{
    struct library l;
    struct buf now;
    struct token_score s = {0};
    uint32_t random = 7;
    library_init(&l, MEMORY);
    buf_init(&now, 2 * CORPUS_MAX_FILE);
    for (size_t i = 0; i < c->count; i++) {
        size_t at = 0;
        archive_read(&l.archive, c->files[i].path, buf_view(&c->files[i].text),
                     &at, SIZE_MAX / 2);
    }
    size_t stride = (c->count + EDITED - 1) / EDITED;
    for (size_t i = 0; i < c->count; i += stride) {
        struct str key = c->files[i].path, text = buf_view(&c->files[i].text);
        archive_forget(&l.archive, key);
        for (int n = 0; n < LINES_PER_FILE; n++) {
            struct corpus_line line;
            if (!corpus_line(text, &random, &line))
                continue;
            learn_without(&l, key, &now, &line);
            score_line(&l, key, text, &line, &s);
        }
        library_forget(&l, key);
        size_t at = 0;
        archive_read(&l.archive, key, text, &at, SIZE_MAX / 2);
    }
    printf("next token, model          first %5.1f %%  of five %5.1f %%  "
           "MRR %5.1f %%  of %zu\n",
           100.0 * (double)s.first / (double)s.count,
           100.0 * (double)s.five / (double)s.count,
           100.0 * s.reciprocal / (double)s.count, s.count);
    library_release(&l);
    buf_release(&now);
}

/* --- typing */

struct typing {
    size_t chars, keys, shown, right;
    struct {
        size_t shown, right;
        double confidence;
    } bins[BINS];
};

static void note_bin(struct typing *t, double confidence, bool right)
{
    int bin = (int)(confidence * BINS);
    bin = bin >= BINS ? BINS - 1 : bin;
    t->bins[bin].shown++;
    t->bins[bin].right += right;
    t->bins[bin].confidence += confidence;
}

/*
 * As an editor does it: a suggestion that is right is accepted with one key;
 * one that is not stays, and is typed along, until what is typed differs.
 */
static void type_line(struct asker *a, const struct corpus_line *line,
                      uint32_t *random, void *arg)
{
    struct typing *t = arg;
    (void)random;
    for (size_t at = 0; at < line->typed.len;) {
        struct str s = ask(a, line, at);
        struct str rest = str_sub(line->typed, at, line->typed.len);
        size_t same = 0;
        while (same < s.len && same < rest.len && s.ptr[same] == rest.ptr[same])
            same++;
        bool right = s.len && same == s.len;
        size_t keys = right ? 1 : same + 1;
        if (s.len)
            note_bin(t, a->answer.confidence, right);
        t->shown += s.len > 0;
        t->right += right;
        t->keys += keys;
        at += right ? s.len : keys;
    }
    t->chars += line->typed.len;
}

static void print_reliability(const struct typing *t)
{
    for (int i = 0; i < BINS; i++)
        if (t->bins[i].shown)
            printf("  confidence %4.2f            right %5.2f  of %zu\n",
                   t->bins[i].confidence / (double)t->bins[i].shown,
                   (double)t->bins[i].right / (double)t->bins[i].shown,
                   t->bins[i].shown);
}

static void typing(const struct corpus *c, enum rival rival, double threshold,
                   bool reliability)
{
    struct sample learn = {0}, predict = {0};
    struct typing t = {0};
    struct asker a = {.corpus = c,
                      .rival = rival,
                      .threshold = threshold,
                      .learn = &learn,
                      .predict = &predict};
    each_line(&a, type_line, &t);
    char name[40];
    snprintf(name, sizeof name,
             rival == MODEL ? "typing, %s at %.2f" : "typing, %s",
             rival_names[rival], threshold);
    printf("%-26s saved %5.1f %%  precision %.2f  shown %zu  keys %zu\n", name,
           100.0 - 100.0 * (double)t.keys / (double)t.chars,
           (double)t.right / (double)(t.shown ? t.shown : 1), t.shown, t.keys);
    sample_print(&learn, "  relearn, one key");
    sample_print(&predict, "  predict");
    if (reliability)
        print_reliability(&t);
}

/* --- speed and size */

static void speed(const struct corpus *c)
{
    struct sample steps = {0};
    struct ngram *m = ngram_new(MEMORY);
    usec t0 = busy_now();
    for (size_t i = 0; m && i < c->count; i++)
        read_file(m, &c->files[i], &steps);
    double s = (double)(busy_now() - t0) / 1e6;
    printf("%-26s %.1f MB at %.1f MB/s, %.1f bytes a byte\n", "index",
           (double)c->bytes / 1e6, (double)c->bytes / 1e6 / s,
           (double)ngram_bytes(m) / (double)c->bytes);
    sample_print(&steps, "  a step");
    ngram_free(m);
}

static void all(const struct corpus *c)
{
    static const double thresholds[] = {0.3, 0.5, 0.7};
    speed(c);
    rest_of_line(c);
    next_token(c);
    typing(c, WORDS, 0, false);
    typing(c, COPY, 0, false);
    for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i++)
        typing(c, MODEL, thresholds[i], false);
    typing(c, MODEL, 0.05, true);
}

static void run(const struct corpus *c, const char *what)
{
    if (strcmp(what, "--speed") == 0)
        speed(c);
    else if (strcmp(what, "--rest") == 0)
        rest_of_line(c);
    else if (strcmp(what, "--tokens") == 0)
        next_token(c);
    else if (strcmp(what, "--reliability") == 0)
        typing(c, MODEL, 0.05, true);
    else if (strcmp(what, "--rivals") == 0) {
        typing(c, WORDS, 0, false);
        typing(c, COPY, 0, false);
    } else if (strncmp(what, "--type=", 7) == 0)
        typing(c, MODEL, atof(what + 7), false);
}

int main(int argc, char **argv)
{
    struct corpus c;
    int first = 1;
    while (first < argc && strncmp(argv[first], "--", 2) == 0)
        first++;
    if (!corpus_read(&c, argc - first, argv + first)) {
        fprintf(stderr, "bench_ngram: give it source files\n");
        return 2;
    }
    for (int i = 1; i < first; i++)
        run(&c, argv[i]);
    if (first == 1)
        all(&c);
    corpus_release(&c);
    return 0;
}
