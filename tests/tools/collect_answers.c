/*
 * Collects examples to calibrate the built-in model's answers on:
 *
 *   collect_answers FILE... > EXAMPLES
 *
 * The files are one workspace. Some of their blocks are typed again as
 * bench_ngram types them, at changing thresholds, so that the answers are as
 * those that will be shown; see answers.h for what is written of each.
 */
#include "bench/asker.h"
#include "bench/blocks.h"
#include "ngram/generate.h"
#include "tools/answers.h"

static size_t pick(uint32_t *random, size_t n)
{
    return (uint64_t)corpus_random(random) * n >> 24;
}

static struct ngram_query any_query(uint32_t *random)
{
    static const double thresholds[] = {0.05, 0.2, 0.4, 0.6},
                        block_thresholds[] = {0.05, 0.2, 0.35, 0.5, 0.65, 0.8};
    return (struct ngram_query){
        .max_lines = pick(random, 4) ? BLOCK_LINES : 1,
        .max_bytes = 2048,
        .threshold = thresholds[pick(random, 4)],
        .block_threshold = block_thresholds[pick(random, 6)],
    };
}

/* How far typing goes: to the end of a right answer, else until it is seen to
 * be wrong. */
static size_t judge(struct str said, struct str rest, struct answer_example *x)
{
    size_t same = 0;
    while (same < said.len && same < rest.len &&
           said.ptr[same] == rest.ptr[same])
        same++;
    bool several = has_lines(said);
    struct verdict v = judge_lines(said, rest);
    x->several = x->signs[SIGN_LINES] > 0.0f;
    x->right = several ? v.whole : same == said.len;
    if (several && x->right)
        return v.bytes;
    return x->right && said.len ? said.len : same + 1;
}

static void collect_block(struct asker *a, const struct corpus_line *line,
                          uint32_t *random, void *arg)
{
    static uint32_t choices = 11;
    struct str text = buf_view(&a->corpus->files[a->edited].text);
    struct corpus_block b = corpus_block(text, line);
    struct str truth = b.all.typed;
    (void)random;
    (void)arg;
    for (size_t at = 0; at < truth.len;) {
        struct ngram_query q = any_query(&choices);
        struct answer_example x = {0};
        asker_write(a, &b.all, at, &q);
        ngram_learn(a->m, q.key, buf_view(&a->now));
        buf_clear(&a->answer.text);
        bool any = generate(ngram_library(a->m), &q, &a->answer, x.signs);
        struct str said = any ? buf_view(&a->answer.text) : (struct str){0};
        at += judge(said, str_sub(truth, at, truth.len), &x);
        while (at < truth.len && strchr(" \t", truth.ptr[at]) &&
               strchr(" \t\n", truth.ptr[at - 1]))
            at++; /* an editor indents by itself */
        if (any)
            fwrite(&x, sizeof x, 1, stdout);
    }
}

int main(int argc, char **argv)
{
    struct corpus c;
    if (!corpus_read(&c, argc - 1, argv + 1)) {
        fprintf(stderr, "collect_answers: give it source files\n");
        return 2;
    }
    struct asker a = {.corpus = &c, .rival = MODEL};
    each_line(&a, collect_block, NULL);
    corpus_release(&c);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
