/*
 * Fits the calibration of the built-in model's answers on examples of
 * collect_answers:
 *
 *   fit_answers EXAMPLES... [--check EXAMPLES...] > calibration.c
 *
 * Those behind --check are not fitted on, but tell how well what was fitted
 * does elsewhere. (tests/tools/calibrate runs both programs on trees that it
 * fetches.) Logistic regression, its likelihood maximised by Newton's method
 * with a small penalty on large weights: there is one result, and no seed.
 */
#include "tools/answers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 25, BINS = 10 };
static const double penalty = 2.0;

struct examples {
    struct answer_example *at;
    size_t count;
};

/* By whether they are to be checked, and whether they have several lines. */
static struct examples examples[2][2];

static bool add_file(const char *path, bool checking)
{
    struct answer_example x;
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    while (fread(&x, sizeof x, 1, f) == 1) {
        struct examples *list = &examples[checking][x.several];
        list->at = realloc(list->at, (list->count + 1) * sizeof x);
        if (!list->at)
            abort();
        list->at[list->count++] = x;
    }
    fclose(f);
    return true;
}

static double confidence(const struct answer_example *x, const double *w)
{
    double sum = 0.0;
    for (int i = 0; i < SIGN_COUNT; i++)
        sum += w[i] * (double)x->signs[i];
    return 1.0 / (1.0 + exp(-sum));
}

/* The equations of one step: `h` times what is added to the weights is `g`. */
struct equations {
    double h[SIGN_COUNT][SIGN_COUNT], g[SIGN_COUNT];
};

static void add_example(struct equations *e, const struct answer_example *x,
                        const double *w)
{
    double p = confidence(x, w), d = (double)x->right - p;
    for (int i = 0; i < SIGN_COUNT; i++) {
        double s = (double)x->signs[i];
        e->g[i] += d * s;
        for (int j = 0; j < SIGN_COUNT; j++)
            e->h[i][j] += p * (1.0 - p) * s * (double)x->signs[j];
    }
}

/* By Gauss and Jordan; `h` is positive definite for the penalty's sake. */
static void solve(struct equations *e)
{
    for (int k = 0; k < SIGN_COUNT; k++) {
        double pivot = e->h[k][k];
        for (int j = 0; j < SIGN_COUNT; j++)
            e->h[k][j] /= pivot;
        e->g[k] /= pivot;
        for (int i = 0; i < SIGN_COUNT; i++) {
            double factor = e->h[i][k];
            if (i == k)
                continue;
            for (int j = 0; j < SIGN_COUNT; j++)
                e->h[i][j] -= factor * e->h[k][j];
            e->g[i] -= factor * e->g[k];
        }
    }
}

static void fit(const struct examples *list, double *w)
{
    memset(w, 0, SIGN_COUNT * sizeof *w);
    for (int step = 0; step < STEPS; step++) {
        struct equations e = {0};
        for (size_t i = 0; i < list->count; i++)
            add_example(&e, &list->at[i], w);
        for (int i = 0; i < SIGN_COUNT; i++) {
            double held = i == SIGN_BIAS ? 1e-6 : penalty;
            e.g[i] -= held * w[i];
            e.h[i][i] += held;
        }
        solve(&e);
        for (int i = 0; i < SIGN_COUNT; i++)
            w[i] += e.g[i];
    }
}

/* --- the result */

struct bin {
    size_t count, right;
    double p;
};

static double loss_of(double p, bool right)
{
    return -log((right ? p : 1.0 - p) + 1e-9);
}

static void tell(const char *name, const struct examples *list, const double *w)
{
    struct bin bins[BINS] = {0};
    double loss = 0.0, raw = 0.0;
    for (size_t i = 0; i < list->count; i++) {
        const struct answer_example *x = &list->at[i];
        double p = confidence(x, w);
        struct bin *bin = &bins[(int)fmin(p * BINS, BINS - 1)];
        bin->count++;
        bin->right += x->right;
        bin->p += p;
        loss += loss_of(p, x->right);
        raw +=
            loss_of(1.0 / (1.0 + exp(-(double)x->signs[SIGN_LOGIT])), x->right);
    }
    double n = (double)(list->count ? list->count : 1);
    printf(" * %s: %zu answers, loss %.4f, of the tokens alone %.4f;\n"
           " *   confidence and how often right:",
           name, list->count, loss / n, raw / n);
    for (int i = 0; i < BINS; i++)
        if (bins[i].count)
            printf("%s %.2f %.2f (%zu)", i % 4 ? "," : "\n *  ",
                   bins[i].p / (double)bins[i].count,
                   (double)bins[i].right / (double)bins[i].count,
                   bins[i].count);
    printf("\n");
}

static const char *const names[] = {
#define X(name, meaning) #name,
    SIGNS(X)
#undef X
};

static bool read_all(int argc, char **argv)
{
    bool checking = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--check") == 0) {
            checking = true;
        } else if (!add_file(argv[i], checking)) {
            fprintf(stderr, "fit_answers: %s can't be read\n", argv[i]);
            return false;
        }
    }
    return examples[0][0].count && examples[0][1].count;
}

int main(int argc, char **argv)
{
    double w[2][SIGN_COUNT];
    if (!read_all(argc, argv)) {
        fprintf(stderr, "fit_answers: give it examples of collect_answers\n");
        return 2;
    }
    printf("/* Fitted by tests/tools/calibrate on the trees that\n"
           " * tests/bench/corpora names.\n *\n");
    for (int several = 0; several < 2; several++) {
        fit(&examples[0][several], w[several]);
        tell(several ? "several lines" : "one line", &examples[0][several],
             w[several]);
        tell("  elsewhere", &examples[1][several], w[several]);
    }
    printf(" */\n#include \"ngram/signs.h\"\n\n"
           "const float calibration[2][SIGN_COUNT] = {\n");
    for (int several = 0; several < 2; several++) {
        printf("    {\n");
        for (int i = 0; i < SIGN_COUNT; i++)
            printf("        [SIGN_%s] = %.4ff,\n", names[i], w[several][i]);
        printf("    },\n");
    }
    printf("};\n");
    return 0;
}
