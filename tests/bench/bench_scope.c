/*
 * What is around a place, the imports and the signatures of 5,000 lines: what
 * a keystroke pays for them, and the longest step of what is done in steps.
 *
 *     bench_scope LANGUAGE FILE
 */
#include "base/file.h"
#include "bench/stats.h"
#include "context/scope.h"
#include "doc/query.h"

#include <stdio.h>

enum { PLACES = 1000, ROUNDS = 20, STEP_US = 1000 };

static void around(const struct document *doc)
{
    struct stats s = {0};
    struct definition at[AROUND_MAX];
    size_t len = text_len(&doc->text);
    for (size_t i = 0; i < PLACES; i++) {
        double began = now_us();
        scope_at(doc, i * 7919 * 31 % len, at);
        stats_add(&s, now_us() - began);
    }
    stats_print("  definitions around a place", &s);
    stats_release(&s);
}

static void imports(const struct document *doc)
{
    static struct imports all;
    struct stats s = {0};
    char name[80];
    for (int i = 0; i < 10 * ROUNDS; i++) {
        double began = now_us();
        scope_imports(doc, text_len(&doc->text), 1000000, &all);
        stats_add(&s, now_us() - began);
    }
    snprintf(name, sizeof name, "  %zu imports", all.n);
    stats_print(name, &s);
    stats_release(&s);
}

static void signatures(const struct document *doc)
{
    struct stats whole = {0}, steps = {0};
    size_t n = 0;
    char name[80];
    for (int i = 0; i < ROUNDS; i++) {
        struct outline o;
        outline_init(&o);
        double all = 0;
        for (bool done = false; !done;) {
            double began = now_us();
            done = outline_step(&o, doc, STEP_US);
            stats_add(&steps, now_us() - began);
            all += now_us() - began;
        }
        stats_add(&whole, all);
        n = o.n;
        outline_release(&o);
    }
    snprintf(name, sizeof name, "  %zu signatures", n);
    stats_print(name, &whole);
    stats_print("  steps of these", &steps);
    stats_release(&whole);
    stats_release(&steps);
}

int main(int argc, char **argv)
{
    struct documents docs;
    struct document *doc;
    struct buf text;
    struct why why;
    if (argc != 3) {
        fprintf(stderr, "usage: bench_scope LANGUAGE FILE\n");
        return 2;
    }
    buf_init(&text, TEXT_MAX);
    tree_setup_memory();
    documents_init(&docs);
    if (file_read(argv[2], &text, &why) ||
        documents_open(&docs, STR("file:///bench"), str_from(argv[1]), 1,
                       buf_view(&text), &doc, &why)) {
        fprintf(stderr, "%s\n", why.text);
        return 1;
    }
    document_parse(doc, 0);
    double began = now_us();
    query_of(doc->language, QUERY_DEFINITIONS);
    printf("%s, %zu lines; the first use waits %.1f ms for the queries\n",
           argv[1], doc->text.n_lines, (now_us() - began) / 1000);
    around(doc);
    imports(doc);
    signatures(doc);
    buf_release(&text);
    documents_release(&docs);
    languages_release();
    return 0;
}
