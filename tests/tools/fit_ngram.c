/*
 * Fits the weights of the built-in model on examples of collect_ngram:
 *
 *   fit_ngram WEIGHTS EXAMPLES... [--check EXAMPLES...]
 *
 * Writes the file WEIGHTS, and how well they do on stdout. Examples behind
 * --check are not fitted on, but tell how well what was fitted does elsewhere.
 * (tests/tools/fit runs both programs on trees that it fetches; `make weights`
 * runs that.) The weights of each situation maximise the likelihood of what
 * stood there: AdamW (Loshchilov and Hutter 2019), in small batches, each
 * example once in an epoch, the rate falling to nothing.
 */
#include "bench/corpus.h"
#include "ngram/weights.h"
#include "tools/examples.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EPOCHS = 8, BATCH = 64, WARM_UP = 500 /* batches */, SEED = 20 };
static const float rate_at_most = 0.003f, decay = 0.01f;

struct examples {
    const struct example **at;
    size_t count, cap;
};

/* To be fitted on, and those that only check how well that went. */
static struct examples examples[2][SITUATION_COUNT];

static void *demand(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static void add_example(struct examples *list, const struct example *x)
{
    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 1024;
        list->at = demand(realloc(list->at, list->cap * sizeof *list->at));
    }
    list->at[list->count++] = x;
}

/* The file stays mapped. */
static bool add_file(const char *path, bool checking)
{
    struct stat s;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &s) != 0 || s.st_size == 0)
        return false;
    const char *bytes =
        mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (bytes == MAP_FAILED)
        return false;
    for (size_t at = 0; at < (size_t)s.st_size;) {
        const struct example *x = (const void *)(bytes + at);
        add_example(&examples[checking][x->situation], x);
        at += example_bytes(x->count);
    }
    return true;
}

/* --- the network, as in ngram/mixer.c, and its gradient */

enum { WEIGHTS = sizeof(struct weights) / sizeof(float) };

struct pass {
    float none[NONE_COUNT];
    float features[MIXED][FEATURE_COUNT];
    float hidden[MIXED + 1][HIDDEN];
    float p[MIXED + 1];
};

static void unpack(const int16_t *steps, int n, float *out)
{
    for (int i = 0; i < n; i++)
        out[i] = (float)steps[i] / EXAMPLE_STEPS;
}

static void add_row(const float *row, float *out)
{
    for (int h = 0; h < HIDDEN; h++)
        out[h] += row[h];
}

static void add_layer(const float *in, float (*w)[HIDDEN], int n, float *out)
{
    for (int i = 0; i < n; i++)
        if (in[i] != 0.0f)
            for (int h = 0; h < HIDDEN; h++)
                out[h] += in[i] * w[i][h];
}

static float last_layer(const float *hidden, const float *w)
{
    float sum = 0.0f;
    for (int h = 0; h < HIDDEN; h++)
        sum += fmaxf(hidden[h], 0.0f) * w[h];
    return sum;
}

static void softmax(float *p, unsigned n)
{
    float top = p[0], sum = 0.0f;
    for (unsigned i = 1; i < n; i++)
        top = fmaxf(top, p[i]);
    for (unsigned i = 0; i < n; i++)
        sum += p[i] = expf(p[i] - top);
    for (unsigned i = 0; i < n; i++)
        p[i] /= sum;
}

static void forward(const struct example *x, struct weights *w, struct pass *p)
{
    float site[HIDDEN] = {0};
    unsigned n = x->count;
    unpack(x->none, NONE_COUNT, p->none);
    unpack(x->features[0], (int)n * FEATURE_COUNT, p->features[0]);
    add_layer(p->none, w->site, NONE_COUNT, site);
    for (int r = 0; r < ROLE_COUNT; r++)
        add_row(w->around[r][x->around[r]], site);
    memcpy(p->hidden[n], w->none_last[x->around[ROLE_LAST]],
           sizeof p->hidden[n]);
    add_layer(p->none, w->none_site, NONE_COUNT, p->hidden[n]);
    p->p[n] = last_layer(p->hidden[n], w->none_score[0]);
    for (unsigned i = 0; i < n; i++) {
        memcpy(p->hidden[i], site, sizeof site);
        add_row(w->is[x->kinds[i]], p->hidden[i]);
        add_layer(p->features[i], w->candidate, FEATURE_COUNT, p->hidden[i]);
        p->p[i] = last_layer(p->hidden[i], w->score[0]);
    }
    softmax(p->p, n + 1);
}

/* Add the gradient of a score by its layers' weights. */
static void backward(const float *hidden, float d, const float *last,
                     float *last_gradient, float back[HIDDEN])
{
    for (int h = 0; h < HIDDEN; h++) {
        float on = hidden[h] > 0.0f ? d : 0.0f;
        last_gradient[h] += on * hidden[h];
        back[h] = on * last[h];
    }
}

static void add_outer(const float *in, const float *back, int n,
                      float (*g)[HIDDEN])
{
    for (int i = 0; i < n; i++)
        if (in[i] != 0.0f)
            for (int h = 0; h < HIDDEN; h++)
                g[i][h] += in[i] * back[h];
}

struct outcome {
    double loss;
    size_t seen, right;
};

static void note(struct outcome *o, const struct example *x,
                 const struct pass *p)
{
    unsigned best = 0;
    for (unsigned i = 1; i < x->count; i++)
        best = p->p[i] > p->p[best] ? i : best;
    o->loss -= log((double)p->p[x->answer] + 1e-9);
    o->right += x->count && best == x->answer;
    o->seen++;
}

/* Add the gradient of the example's log likelihood. */
static void add_gradient(const struct example *x, struct weights *w,
                         struct weights *g, struct outcome *o)
{
    static struct pass p;
    float back[HIDDEN], site[HIDDEN] = {0};
    unsigned n = x->count;
    forward(x, w, &p);
    note(o, x, &p);
    for (unsigned i = 0; i < n; i++) {
        float d = (float)(i == x->answer) - p.p[i];
        if (fabsf(d) < 1e-5f)
            continue;
        backward(p.hidden[i], d, w->score[0], g->score[0], back);
        add_outer(p.features[i], back, FEATURE_COUNT, g->candidate);
        add_row(back, g->is[x->kinds[i]]);
        add_row(back, site);
    }
    add_outer(p.none, site, NONE_COUNT, g->site);
    for (int r = 0; r < ROLE_COUNT; r++)
        add_row(site, g->around[r][x->around[r]]);
    float d = (float)(n == x->answer) - p.p[n];
    backward(p.hidden[n], d, w->none_score[0], g->none_score[0], back);
    add_outer(p.none, back, NONE_COUNT, g->none_site);
    add_row(back, g->none_last[x->around[ROLE_LAST]]);
}

/* --- fitting */

/* The rows of kinds begin at nothing: what is never seen stays there. */
static void start(struct weights *w, uint32_t *random)
{
    float *at = (float *)w;
    for (int i = 0; i < WEIGHTS; i++)
        at[i] =
            ((float)(corpus_random(random) & 0xFFFF) / 65536.0f - 0.5f) * 0.5f;
    memset(w->around, 0, sizeof w->around);
    memset(w->is, 0, sizeof w->is);
    memset(w->none_last, 0, sizeof w->none_last);
}

struct adam {
    float m1[WEIGHTS], m2[WEIGHTS];
    double c1, c2; /* how much of the averages is still cold */
};

static void adam_step(struct adam *a, float *restrict w,
                      const float *restrict g, float rate)
{
    a->c1 *= 0.9;
    a->c2 *= 0.999;
    float s1 = (float)(1.0 / (1.0 - a->c1)), s2 = (float)(1.0 / (1.0 - a->c2));
    for (int k = 0; k < WEIGHTS; k++) {
        float d = g[k] / BATCH;
        a->m1[k] = 0.9f * a->m1[k] + 0.1f * d;
        a->m2[k] = 0.999f * a->m2[k] + 0.001f * d * d;
        w[k] += rate *
                (a->m1[k] * s1 / (sqrtf(a->m2[k] * s2) + 1e-7f) - decay * w[k]);
    }
}

static float rate_at(size_t batch, size_t batches)
{
    float done = (float)batch / (float)batches;
    float warm = fminf((float)batch / WARM_UP, 1.0f);
    return rate_at_most * warm * 0.5f * (1.0f + cosf(3.14159265f * done));
}

static void shuffle(struct examples *list, uint32_t *random)
{
    for (size_t i = list->count; i > 1; i--) {
        size_t j = (corpus_random(random) << 8 ^ corpus_random(random)) % i;
        const struct example *x = list->at[j];
        list->at[j] = list->at[i - 1];
        list->at[i - 1] = x;
    }
}

/* What the last epoch came to. */
static struct outcome fit(struct examples *list, struct weights *w)
{
    static struct adam adam;
    static struct weights g;
    uint32_t random = SEED;
    size_t batches = list->count / BATCH, batch = 0;
    struct outcome o = {0};
    adam = (struct adam){.c1 = 1.0, .c2 = 1.0};
    start(w, &random);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        o = (struct outcome){0};
        shuffle(list, &random);
        for (size_t b = 0; b < batches; b++, batch++) {
            memset(&g, 0, sizeof g);
            for (size_t i = 0; i < BATCH; i++)
                add_gradient(list->at[b * BATCH + i], w, &g, &o);
            adam_step(&adam, (float *)w, (float *)&g,
                      rate_at(batch, batches * EPOCHS));
        }
    }
    return o;
}

static struct outcome check(const struct examples *list, struct weights *w)
{
    struct outcome o = {0};
    for (size_t i = 0; i < list->count; i++) {
        static struct pass p;
        forward(list->at[i], w, &p);
        note(&o, list->at[i], &p);
    }
    return o;
}

/* --- the result */

static void pack(struct weights *w, struct packed_weights *packed)
{
    float(*rows)[HIDDEN] = (void *)w;
    for (int i = 0; i < WEIGHT_ROWS; i++) {
        float most = 0.0f;
        for (int h = 0; h < HIDDEN; h++)
            most = fmaxf(most, fabsf(rows[i][h]));
        float steps = most > 1e-6f ? ceilf(4.0f * log2f(most / 127.0f)) : 0.0f;
        packed->step[i] = (int8_t)steps;
        for (int h = 0; h < HIDDEN; h++)
            packed->at[i][h] =
                (int8_t)lrintf(rows[i][h] / exp2f(0.25f * packed->step[i]));
    }
}

static void tell(const char *name, const struct examples *list,
                 struct outcome o)
{
    size_t found = 0;
    double n = (double)(o.seen ? o.seen : 1);
    for (size_t i = 0; i < list->count; i++)
        found += list->at[i]->answer < list->at[i]->count;
    printf("%s: %zu examples, loss %.4f, first right %.3f, "
           "among the candidates %.3f\n",
           name, list->count, o.loss / n, (double)o.right / n,
           (double)found / (double)(list->count ? list->count : 1));
    fflush(stdout);
}

static const char *const situations[] = {
#define X(name, meaning) #name,
    SITUATIONS(X)
#undef X
};

static void fit_all(struct packed_weights packed[SITUATION_COUNT])
{
    static struct weights w;
    for (int i = 0; i < SITUATION_COUNT; i++) {
        struct examples *list = &examples[0][i], *new = &examples[1][i];
        tell(situations[i], list, fit(list, &w));
        pack(&w, &packed[i]);
        weights_unpack(&packed[i], 0, WEIGHT_ROWS, (void *)&w);
        tell("  elsewhere, as stored", new, check(new, &w));
    }
}

static bool write_weights(const char *path,
                          const struct packed_weights all[SITUATION_COUNT])
{
    char header[WEIGHTS_HEADER];
    FILE *f = fopen(path, "wb");
    weights_header(all, header);
    bool whole =
        f && fwrite(header, sizeof header, 1, f) == 1 &&
        fwrite(all, sizeof *all, SITUATION_COUNT, f) == SITUATION_COUNT;
    if (f && fclose(f) != 0)
        whole = false;
    if (!whole)
        perror(path);
    return whole;
}

static bool read_all(int argc, char **argv)
{
    bool checking = false;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--check") == 0) {
            checking = true;
        } else if (!add_file(argv[i], checking)) {
            fprintf(stderr, "fit_ngram: %s holds no examples\n", argv[i]);
            return false;
        }
    }
    return examples[0][SITUATION_LINE].count >= BATCH;
}

int main(int argc, char **argv)
{
    static struct packed_weights packed[SITUATION_COUNT];
    if (!read_all(argc, argv)) {
        fprintf(stderr, "fit_ngram: give it a file to write, and examples of "
                        "collect_ngram\n");
        return 2;
    }
    printf("seed %d, %d epochs\n", SEED, EPOCHS);
    fit_all(packed);
    return write_weights(argv[1], packed) ? 0 : 1;
}
