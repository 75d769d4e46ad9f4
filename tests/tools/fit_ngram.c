/*
 * Fits the weights of the built-in model on real code:
 *
 *   fit_ngram [--] FILE... [-- FILE...]... [--check FILE...]... > weights.c
 *
 * (tests/tools/fit runs it on trees that it fetches; `make weights` runs that.)
 *
 * Each group of files is one workspace; those behind --check are not fitted
 * on, but tell how well what was fitted does elsewhere. Lines are taken out of
 * some of its files and predicted token by token and letter by letter, as
 * bench_ngram does with other code. The weights of each situation maximise the
 * likelihood of what stood there (Adam, Kingma and Ba 2015).
 */
#include "bench/corpus.h"
#include "ngram/mixer.h"

#include <math.h>
#include <stdio.h>

enum {
    EDITED = 120, /* files of each workspace */
    LINES_PER_FILE = 24,
    MEMORY = 512 << 20,
    EPOCHS = 12,
    BATCH = 32,
    AHEAD = 5,
    SEED = 20
};
static const float rate_at_first = 0.004f;

struct example {
    uint8_t count, answer; /* `answer` == count: none of the candidates */
    float none[NONE_COUNT];
    float (*features)[FEATURE_COUNT];
};

struct examples {
    struct example *at;
    size_t count, cap;
};

/* To be fitted on, and of the workspaces that only check how well that went. */
static struct examples examples[2][SITUATION_COUNT];
static int checking;

static void *demand(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static void example_add(const struct site *site, uint32_t truth)
{
    static struct evidence e;
    static struct mix m;
    evidence_collect(&e, site);
    mix(&m, &e, NULL);
    struct examples *list = &examples[checking][m.situation];
    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 1024;
        list->at = demand(realloc(list->at, list->cap * sizeof *list->at));
    }
    struct example *x = &list->at[list->count++];
    size_t bytes = m.count * sizeof *x->features;
    x->count = x->answer = (uint8_t)m.count;
    x->features = demand(malloc(bytes + 1));
    memcpy(x->none, m.none, sizeof x->none);
    memcpy(x->features, m.features, bytes);
    for (unsigned i = 0; i < m.count; i++)
        if (m.candidates[i]->id == truth && truth != ID_NONE)
            x->answer = (uint8_t)i;
}

/* --- examples from a workspace */

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
              str_sub(buf_view(now), cursor, now->len), NULL);
}

static void add_line(struct library *l, struct str key, struct str text,
                     const struct corpus_line *line, struct buf *now,
                     uint32_t *random)
{
    static struct site site;
    static struct line_tokens t;
    lex_line(&t, text, line);
    for (size_t i = 0; i + 1 < t.count; i++) {
        size_t at = (size_t)(t.tokens[i].text.ptr - line->typed.ptr);
        size_t ahead = corpus_random(random) % 4 ? 1 : AHEAD;
        ask(l, key, now, line, at, &site);
        for (size_t j = i; j < t.count && j < i + ahead; j++) {
            uint32_t id = vocabulary_find(&l->words, &t.tokens[j]);
            example_add(&site, id);
            site_push(&site, id);
        }
        if (t.tokens[i].kind == TOKEN_OPERATOR)
            continue;
        for (size_t n = 1; n <= t.tokens[i].text.len; n += n < 4 ? 1 : 3) {
            ask(l, key, now, line, at + n, &site);
            example_add(&site, vocabulary_find(&l->words, &t.tokens[i]));
        }
    }
}

static void read_whole(struct library *l, const struct corpus_file *f)
{
    size_t at = 0;
    archive_read(&l->archive, f->path, buf_view(&f->text), &at, SIZE_MAX / 2);
}

/* As in a new file of a new workspace: some lines around, nothing else. */
static void cut_around(struct corpus_line *line, uint32_t *random)
{
    size_t before = 60 + corpus_random(random) % 2500;
    size_t after = corpus_random(random) % 2 ? corpus_random(random) % 1500 : 1;
    struct str s = line->before;
    if (s.len > before) {
        s = str_sub(s, s.len - before, s.len);
        size_t end = str_find_char(s, '\n');
        line->before = str_sub(s, end == STR_NONE ? 0 : end + 1, s.len);
    }
    line->after = str_sub(line->after, 0, after);
}

static void add_file(struct library *l, const struct corpus_file *f,
                     uint32_t *random)
{
    static struct library alone;
    struct buf now;
    library_init(&alone, MEMORY);
    buf_init(&now, 2 * CORPUS_MAX_FILE);
    archive_forget(&l->archive, f->path);
    for (int i = 0; i < LINES_PER_FILE; i++) {
        struct corpus_line line;
        if (!corpus_line(buf_view(&f->text), random, &line))
            continue;
        if (i % 4 == 2)
            line.after = str_sub(line.after, 0, 1); /* at the end of a file */
        if (i % 4 == 3)
            cut_around(&line, random);
        add_line(i % 4 == 3 ? &alone : l, f->path, buf_view(&f->text), &line,
                 &now, random);
    }
    library_release(&alone);
    library_forget(l, f->path);
    read_whole(l, f);
    buf_release(&now);
}

/* Workspaces are small and large: some files are edited while few others are
 * known, the rest when all are. */
static void add_workspace(int n, char **paths)
{
    struct corpus c;
    static struct library l;
    uint32_t random = SEED;
    if (!corpus_read(&c, n, paths))
        return;
    library_init(&l, MEMORY);
    size_t stride = (c.count + EDITED - 1) / EDITED;
    for (size_t i = 0; i < c.count; i++) {
        if (i % (4 * stride) == 0)
            add_file(&l, &c.files[i], &random);
        else
            read_whole(&l, &c.files[i]);
    }
    for (size_t i = 0; i < c.count; i += stride)
        if (i % (4 * stride))
            add_file(&l, &c.files[i], &random);
    library_release(&l);
    corpus_release(&c);
}

/* --- fitting */

enum { WEIGHTS = sizeof(struct weights) / sizeof(float) };

struct pass {
    float hidden[MIXED + 1][HIDDEN];
    float p[MIXED + 1];
};

static void add_layer(const float *in, float (*w)[HIDDEN], int n, float *out)
{
    for (int i = 0; i < n; i++)
        for (int h = 0; h < HIDDEN; h++)
            out[h] += in[i] * w[i][h];
}

static float last_layer(const float *hidden, const float *w)
{
    float sum = 0.0f;
    for (int h = 0; h < HIDDEN; h++)
        sum += hidden[h] > 0.0f ? hidden[h] * w[h] : 0.0f;
    return sum;
}

static void forward(const struct example *x, struct weights *w, struct pass *p)
{
    float site[HIDDEN] = {0}, sum = 0.0f, top = -1e9f;
    unsigned n = x->count;
    add_layer(x->none, w->site, NONE_COUNT, site);
    memset(p->hidden[n], 0, sizeof p->hidden[n]);
    add_layer(x->none, w->none_site, NONE_COUNT, p->hidden[n]);
    p->p[n] = last_layer(p->hidden[n], w->none_score);
    for (unsigned i = 0; i < n; i++) {
        memcpy(p->hidden[i], site, sizeof site);
        add_layer(x->features[i], w->candidate, FEATURE_COUNT, p->hidden[i]);
        p->p[i] = last_layer(p->hidden[i], w->score);
    }
    for (unsigned i = 0; i <= n; i++)
        top = p->p[i] > top ? p->p[i] : top;
    for (unsigned i = 0; i <= n; i++)
        sum += p->p[i] = expf(p->p[i] - top);
    for (unsigned i = 0; i <= n; i++)
        p->p[i] /= sum;
}

/* Add the gradient of a score by its layers' weights. */
static void backward(const float *hidden, float d, const float *last,
                     float *last_gradient, float back[HIDDEN])
{
    for (int h = 0; h < HIDDEN; h++) {
        bool on = hidden[h] > 0.0f;
        last_gradient[h] += on ? d * hidden[h] : 0.0f;
        back[h] = on ? d * last[h] : 0.0f;
    }
}

static void add_outer(const float *in, const float *back, int n,
                      float (*g)[HIDDEN])
{
    for (int i = 0; i < n; i++)
        for (int h = 0; h < HIDDEN; h++)
            g[i][h] += in[i] * back[h];
}

/* Add the gradient of the example's log likelihood; returns that. */
static double gradient(const struct example *x, struct weights *w,
                       struct weights *g, bool *right)
{
    struct pass p;
    float back[HIDDEN], site[HIDDEN] = {0};
    unsigned n = x->count, best = 0;
    forward(x, w, &p);
    for (unsigned i = 0; i < n; i++) {
        float d = (float)(i == x->answer) - p.p[i];
        backward(p.hidden[i], d, w->score, g->score, back);
        add_outer(x->features[i], back, FEATURE_COUNT, g->candidate);
        for (int h = 0; h < HIDDEN; h++)
            site[h] += back[h];
        best = p.p[i] > p.p[best] ? i : best;
    }
    add_outer(x->none, site, NONE_COUNT, g->site);
    float d = (float)(n == x->answer) - p.p[n];
    backward(p.hidden[n], d, w->none_score, g->none_score, back);
    add_outer(x->none, back, NONE_COUNT, g->none_site);
    *right = n > 0 && best == x->answer;
    return log(p.p[x->answer] + 1e-9);
}

static void start(struct weights *w, uint32_t *random)
{
    float *at = (float *)w;
    for (int i = 0; i < WEIGHTS; i++)
        at[i] =
            ((float)(corpus_random(random) & 0xFFFF) / 65536.0f - 0.5f) * 0.5f;
}

struct adam {
    float m1[WEIGHTS], m2[WEIGHTS];
    double c1, c2; /* how much of the averages is warm */
};

static void adam_step(struct adam *a, float *w, const float *g, float rate)
{
    a->c1 *= 0.9;
    a->c2 *= 0.999;
    float s1 = (float)(1.0 / (1.0 - a->c1)), s2 = (float)(1.0 / (1.0 - a->c2));
    for (int k = 0; k < WEIGHTS; k++) {
        float d = g[k] / BATCH - 1e-5f * w[k];
        a->m1[k] = 0.9f * a->m1[k] + 0.1f * d;
        a->m2[k] = 0.999f * a->m2[k] + 0.001f * d * d;
        w[k] += rate * a->m1[k] * s1 / (sqrtf(a->m2[k] * s2) + 1e-8f);
    }
}

struct outcome {
    double loss;
    size_t seen, right;
};

static void fit_batch(const struct examples *list, struct weights *w,
                      struct adam *adam, float rate, uint32_t *random,
                      struct outcome *o)
{
    static struct weights g;
    memset(&g, 0, sizeof g);
    for (size_t i = 0; i < BATCH; i++) {
        bool hit;
        size_t at =
            (corpus_random(random) << 8 ^ corpus_random(random)) % list->count;
        o->loss -= gradient(&list->at[at], w, &g, &hit);
        o->right += hit;
        o->seen++;
    }
    adam_step(adam, (float *)w, (float *)&g, rate);
}

static struct outcome fit(const struct examples *list, struct weights *w)
{
    static struct adam adam;
    uint32_t random = SEED;
    size_t batches = list->count / BATCH;
    struct outcome o = {0};
    adam = (struct adam){.c1 = 1.0, .c2 = 1.0};
    start(w, &random);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        o = (struct outcome){0};
        for (size_t b = 0; b < batches; b++) {
            float left = 1.0f - ((float)epoch + (float)b / (float)batches) /
                                    (float)EPOCHS;
            fit_batch(list, w, &adam, rate_at_first * left, &random, &o);
        }
    }
    return o;
}

static struct outcome check(const struct examples *list, struct weights *w)
{
    struct outcome o = {0};
    for (size_t i = 0; i < list->count; i++) {
        struct pass p;
        const struct example *x = &list->at[i];
        unsigned best = 0;
        forward(x, w, &p);
        for (unsigned k = 1; k < x->count; k++)
            best = p.p[k] > p.p[best] ? k : best;
        o.loss -= log(p.p[x->answer] + 1e-9);
        o.right += x->count && best == x->answer;
        o.seen++;
    }
    return o;
}

static void tell(const char *name, const struct examples *list,
                 struct outcome o)
{
    char figures[160];
    size_t found = 0;
    double n = (double)(o.seen ? o.seen : 1);
    for (size_t i = 0; i < list->count; i++)
        found += list->at[i].answer < list->at[i].count;
    snprintf(figures, sizeof figures,
             "%s: %zu examples, loss %.4f, first right %.3f, "
             "among the candidates %.3f",
             name, list->count, o.loss / n, (double)o.right / n,
             (double)found / (double)(list->count ? list->count : 1));
    fprintf(stderr, "%s\n", figures);
    printf("/* %s */\n", figures);
}

/* --- the result */

static const char *const situations[] = {
#define X(name, meaning) #name,
    SITUATIONS(X)
#undef X
};
static const char *const features[] = {
#define X(name, meaning) #name,
    FEATURES(X)
#undef X
};
static const char *const none_features[] = {
#define X(name, meaning) #name,
    NONE_FEATURES(X)
#undef X
};

static void print_row(const float *row)
{
    for (int h = 0; h < HIDDEN; h++)
        printf("%s%.3g%s", h ? "," : "{", (double)row[h] + 0.0,
               h == HIDDEN - 1 ? "}" : "");
}

static void print_layer(const char *name, float (*w)[HIDDEN], int n,
                        const char *const *names, const char *prefix)
{
    printf(".%s={\n", name);
    for (int i = 0; i < n; i++) {
        printf("[%s_%s]=", prefix, names[i]);
        print_row(w[i]);
        printf(",\n");
    }
    printf("},\n");
}

static void print_weights(struct weights *w, const char *name)
{
    printf("[SITUATION_%s]={\n", name);
    print_layer("site", w->site, NONE_COUNT, none_features, "NONE");
    print_layer("candidate", w->candidate, FEATURE_COUNT, features, "FEATURE");
    printf(".score=");
    print_row(w->score);
    printf(",\n");
    print_layer("none_site", w->none_site, NONE_COUNT, none_features, "NONE");
    printf(".none_score=");
    print_row(w->none_score);
    printf(",\n},\n");
}

int main(int argc, char **argv)
{
    static struct weights w;
    for (int from = 1, to; from < argc; from = to + 1) {
        to = from;
        while (to < argc && strncmp(argv[to], "--", 2) != 0)
            to++;
        add_workspace(to - from, argv + from);
        checking = checking || (to < argc && strcmp(argv[to], "--check") == 0);
    }
    if (examples[0][SITUATION_TOKEN].count < BATCH) {
        fprintf(stderr, "fit_ngram: give it source files\n");
        return 2;
    }
    printf(
        "/* Fitted by tests/tools/fit_ngram with seed %d; see tests/tools/fit "
        "for the\n * projects. */\n"
        "#include \"ngram/mixer.h\"\n\n/* clang-format off */\n"
        "const struct weights mixer_weights[SITUATION_COUNT] = {\n",
        SEED);
    for (int i = 0; i < SITUATION_COUNT; i++) {
        const struct examples *list = &examples[0][i], *new = &examples[1][i];
        tell(situations[i], list, fit(list, &w));
        tell("elsewhere", new, check(new, &w));
        print_weights(&w, situations[i]);
    }
    printf("};\n");
    return 0;
}
