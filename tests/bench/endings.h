/*
 * What it costs to find the end of a statement or block in a stream: real text,
 * a token at a time, at places all over a large file from which it was cut.
 */
#ifndef BENCH_ENDINGS_H
#define BENCH_ENDINGS_H

#include "bench/corpus.h"
#include "bench/stats.h"
#include "context/ending.h"

#include <stdio.h>

enum { ENDING_PLACES = 300, ENDING_TOKEN = 4, ENDING_RUN_ON = 2000 };

struct endings {
    struct stats scan, grammar, turn; /* microseconds of a token's turn */
    size_t turns, cut, cut_by_scan;   /* streams that were ended */
    double (*now)(void);
};

/* One stream into `doc` at `offset`. */
static inline void endings_feed(struct endings *e, const struct document *doc,
                                size_t offset, enum extent extent,
                                struct str stream)
{
    struct extent_scan scan;
    struct ending ending;
    size_t length;
    bool scanned = false;
    extent_scan_init(&scan, doc, offset, extent, NULL);
    ending_init(&ending, doc, offset, extent, NULL);
    for (size_t n = 0; n < stream.len && !ending.over; n += ENDING_TOKEN) {
        struct str part = str_sub(stream, 0, n + ENDING_TOKEN);
        double began = e->now(), asked;
        scanned = scanned || extent_scan_done(&scan, part, &length);
        asked = e->now();
        stats_add(&e->scan, asked - began);
        if (ending_read(&ending, part) && !ending.over) {
            double before = e->now();
            ending_ask(&ending, doc, offset, 0, part, ENDING_US);
            stats_add(&e->grammar, e->now() - before);
        }
        stats_add(&e->turn, e->now() - asked);
        e->turns++;
    }
    e->cut += ending.over;
    e->cut_by_scan += scanned;
}

/* Cut out some lines from a random one on; what was there comes back, with all
 * that follows. */
static inline void endings_place(struct endings *e, struct documents *docs,
                                 const char *language, struct str text,
                                 uint32_t *random)
{
    struct corpus_line line;
    struct buf hole;
    struct document *doc;
    struct why why;
    if (!corpus_line(text, random, &line))
        return;
    size_t at = line.before.len, end = at + line.typed.len;
    buf_init(&hole, CORPUS_MAX_FILE);
    buf_append(&hole, line.before);
    buf_append(&hole, str_sub(text, end, text.len));
    if (documents_open(docs, STR("file:///hole"), str_from(language), 1,
                       buf_view(&hole), &doc, &why))
        abort();
    document_parse(doc, 0);
    endings_feed(e, doc, at, EXTENT_STATEMENT,
                 str_sub(text, at, end + ENDING_RUN_ON));
    buf_release(&hole);
}

static inline void endings_print(struct endings *e, const char *language)
{
    printf("  %s: %zu streams, %zu ended, %zu by the scan alone; the grammar "
           "was asked %.2f times in each, at 1 in %.0f tokens\n",
           language, (size_t)ENDING_PLACES, e->cut, e->cut_by_scan,
           (double)e->grammar.n / ENDING_PLACES,
           (double)e->turns / (double)(e->grammar.n ? e->grammar.n : 1));
    stats_print("  the scan, for a token", &e->scan);
    stats_print("  the grammar, when asked", &e->grammar);
    stats_print("  a token's turn with both", &e->turn);
}

static inline void endings_run(const char *language, const char *path,
                               double (*now)(void))
{
    struct endings e = {.now = now};
    struct documents docs;
    struct buf text;
    uint32_t random = 7;
    buf_init(&text, CORPUS_MAX_FILE);
    if (file_read(path, &text, NULL))
        exit(1);
    documents_init(&docs);
    for (size_t i = 0; i < ENDING_PLACES; i++)
        endings_place(&e, &docs, language, buf_view(&text), &random);
    endings_print(&e, language);
    documents_release(&docs);
    stats_release(&e.scan);
    stats_release(&e.grammar);
    stats_release(&e.turn);
    buf_release(&text);
}

#endif
