/*
 * Fits the weights of the built-in model on real code:
 *
 *   fit_ngram FILE... > src/ngram/weights.c
 *
 * Lines are taken out of each file, with the files next to it as the other
 * open buffers, and predicted token by token and letter by letter. The
 * weights of each situation maximise the likelihood of what stood there
 * (Adam, Kingma and Ba 2015; a little weight decay).
 */
#include "bench/corpus.h"
#include "ngram/mixer.h"

#include <math.h>
#include <stdio.h>

enum { LINES_PER_FILE = 40, MEMORY = 64 << 20, EPOCHS = 12, AHEAD = 6 };

struct example {
    uint8_t count, answer; /* `answer` == count: none of the candidates */
    float none[NONE_COUNT];
    float features[MIXED][FEATURE_COUNT];
};

struct examples {
    struct example *at;
    size_t count, cap;
};

static struct examples examples[SITUATION_COUNT];

static void example_add(const struct site *site, uint32_t truth)
{
    static struct evidence e;
    static struct mix m;
    evidence_collect(&e, site);
    mix(&m, &e);
    struct examples *list = &examples[m.situation];
    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 1024;
        list->at = realloc(list->at, list->cap * sizeof *list->at);
        if (!list->at)
            abort();
    }
    struct example *x = &list->at[list->count++];
    x->count = x->answer = (uint8_t)m.count;
    memcpy(x->none, m.none, sizeof x->none);
    memcpy(x->features, m.features, sizeof x->features);
    for (unsigned i = 0; i < m.count; i++)
        if (m.candidates[i]->id == truth && truth != ID_NONE)
            x->answer = (uint8_t)i;
}

struct line_tokens {
    struct token tokens[200];
    size_t count; /* the line's, and the newline behind it */
};

static void lex_line(struct line_tokens *t, struct str text,
                     const struct corpus_line *line)
{
    struct lexer l;
    size_t start = (size_t)(line->typed.ptr - text.ptr);
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    lexer_init(&l, str_sub(text, start, text.len), syntax_of(STR("")),
               lexer_start());
    t->count = 0;
    struct token skipped;
    lexer_next(&l, &skipped);
    while (t->count < 200 && lexer_next(&l, &t->tokens[t->count]))
        if (t->tokens[t->count++].kind == TOKEN_NEWLINE)
            break;
}

static void ask(struct library *l, struct str key, struct buf *now,
                const struct corpus_line *line, size_t typed, struct site *site)
{
    buf_clear(now);
    buf_append(now, line->before);
    buf_append(now, str_sub(line->typed, 0, typed));
    size_t cursor = now->len;
    buf_append(now, line->after);
    library_learn(l, key, buf_view(now));
    site_init(site, l, key, str_sub(buf_view(now), 0, cursor),
              str_sub(buf_view(now), cursor, now->len));
}

static void add_line(struct library *l, struct str key, struct str text,
                     const struct corpus_line *line, struct buf *now)
{
    static struct site site;
    static struct line_tokens t;
    lex_line(&t, text, line);
    for (size_t i = 0; i + 1 < t.count; i++) {
        size_t at = (size_t)(t.tokens[i].text.ptr - line->typed.ptr);
        ask(l, key, now, line, at, &site);
        for (size_t j = i; j < t.count && j < i + AHEAD; j++) {
            uint32_t id = vocabulary_find(&l->words, &t.tokens[j]);
            example_add(&site, id);
            site_push(&site, id);
        }
        if (t.tokens[i].kind == TOKEN_OPERATOR)
            continue;
        for (size_t n = 1; n <= t.tokens[i].text.len && n < 6; n++) {
            ask(l, key, now, line, at + n, &site);
            example_add(&site, vocabulary_find(&l->words, &t.tokens[i]));
        }
    }
}

/* People have few or many files open. */
static const size_t open_buffers[3] = {1, 5, CORPUS_OTHERS};

static void add_file(const struct corpus *c, size_t edited)
{
    struct library l;
    struct buf now;
    library_init(&l, MEMORY);
    buf_init(&now, 2 * CORPUS_MAX_FILE);
    size_t from = corpus_first_other(edited);
    size_t open = open_buffers[edited % 3];
    for (size_t i = from; i < c->count && i <= from + open; i++)
        if (i != edited)
            library_learn(&l, c->files[i].path, buf_view(&c->files[i].text));
    const struct corpus_file *f = &c->files[edited];
    uint32_t random = (uint32_t)edited + 1;
    for (int i = 0; i < LINES_PER_FILE; i++) {
        struct corpus_line line;
        if (!corpus_line(buf_view(&f->text), &random, &line))
            continue;
        if (i % 3 == 2)
            line.after = str_sub(line.after, 0, 1); /* at the end of a file */
        add_line(&l, f->path, buf_view(&f->text), &line, &now);
    }
    library_release(&l);
    buf_release(&now);
}

enum { WEIGHTS = FEATURE_COUNT + NONE_COUNT };

/* Add the gradient of the example's log likelihood; returns that. */
static double gradient(const struct example *x, const double *w, double *g,
                       bool *right)
{
    double score[MIXED + 1], top = -1e9, sum = 0.0;
    unsigned best = x->count;
    for (unsigned i = 0; i <= x->count; i++) {
        score[i] = 0.0;
        if (i == x->count)
            for (int k = 0; k < NONE_COUNT; k++)
                score[i] += w[FEATURE_COUNT + k] * x->none[k];
        else
            for (int k = 0; k < FEATURE_COUNT; k++)
                score[i] += w[k] * x->features[i][k];
        top = score[i] > top ? score[i] : top;
    }
    for (unsigned i = 0; i <= x->count; i++)
        sum += exp(score[i] - top);
    for (unsigned i = 0; i <= x->count; i++) {
        double d = (i == x->answer) - exp(score[i] - top) / sum;
        if (i == x->count)
            for (int k = 0; k < NONE_COUNT; k++)
                g[FEATURE_COUNT + k] += d * x->none[k];
        else
            for (int k = 0; k < FEATURE_COUNT; k++)
                g[k] += d * x->features[i][k];
        if (i < x->count && (best == x->count || score[i] > score[best]))
            best = i;
    }
    *right = best == x->answer && best < x->count;
    return score[x->answer] - top - log(sum);
}

static void fit(const struct examples *list, double *w, const char *name)
{
    double m1[WEIGHTS] = {0}, m2[WEIGHTS] = {0}, loss = 0.0;
    uint32_t random = 1;
    size_t right = 0, step = 0, batch = 64;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        double rate = 0.03 * (EPOCHS - epoch) / EPOCHS;
        loss = 0.0;
        right = 0;
        for (size_t b = 0; b < list->count / batch; b++) {
            double g[WEIGHTS] = {0};
            step++;
            for (size_t i = 0; i < batch; i++) {
                bool hit;
                size_t n =
                    (corpus_random(&random) << 8 ^ corpus_random(&random)) %
                    list->count;
                loss -= gradient(&list->at[n], w, g, &hit);
                right += hit;
            }
            for (int k = 0; k < WEIGHTS; k++) {
                double d = g[k] / (double)batch - 1e-4 * w[k];
                m1[k] = 0.9 * m1[k] + 0.1 * d;
                m2[k] = 0.999 * m2[k] + 0.001 * d * d;
                w[k] += rate * (m1[k] / (1 - pow(0.9, (double)step))) /
                        (sqrt(m2[k] / (1 - pow(0.999, (double)step))) + 1e-8);
            }
        }
    }
    double seen = (double)(list->count / batch * batch);
    size_t found = 0;
    for (size_t i = 0; i < list->count; i++)
        found += list->at[i].answer < list->at[i].count;
    fprintf(stderr,
            "%-14s %zu examples, loss %.4f, first right %.3f, "
            "among them %.3f\n",
            name, list->count, loss / seen, (double)right / seen,
            (double)found / (double)list->count);
}

static const char *const situations[] = {
#define X(name, meaning) #name,
    SITUATIONS(X)
#undef X
};
static const char *const meanings[] = {
#define X(name, meaning) #name ": " meaning,
    FEATURES(X) NONE_FEATURES(X)
#undef X
};

static void print_weights(const char *name, const double *w, int from, int to)
{
    printf("            .%s = {\n", name);
    for (int k = from; k < to; k++)
        printf("                    %.3ff, /* %s */\n", w[k], meanings[k]);
    printf("                },\n");
}

int main(int argc, char **argv)
{
    struct corpus c;
    if (!corpus_read(&c, argc - 1, argv + 1)) {
        fprintf(stderr, "fit_ngram: give it source files\n");
        return 2;
    }
    for (size_t i = 0; i < c.count; i++)
        add_file(&c, i);
    printf("/* Fitted by tests/tools/fit_ngram.c on code of other projects. "
           "*/\n#include \"ngram/mixer.h\"\n\n"
           "const struct weights mixer_weights[SITUATION_COUNT] = {\n");
    for (int i = 0; i < SITUATION_COUNT; i++) {
        double w[WEIGHTS] = {[FEATURE_LOG_P] = 4.0};
        fit(&examples[i], w, situations[i]);
        printf("    [SITUATION_%s] =\n        {\n", situations[i]);
        print_weights("candidate", w, 0, FEATURE_COUNT);
        print_weights("none", w, FEATURE_COUNT, WEIGHTS);
        printf("        },\n");
        free(examples[i].at);
    }
    printf("};\n");
    corpus_release(&c);
    return 0;
}
