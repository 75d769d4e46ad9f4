/*
 * A keystroke, reparse included, against bare tree-sitter on the same edits
 * in the same run; the classification on top of it; and the longest slice of
 * the key that opens a string over the whole file.
 *
 *     bench_keystroke LANGUAGE FILE
 */
#include "base/file.h"
#include "bench/stats.h"
#include "context/classify.h"
#include "context/extent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS = 1200, RUN = 12 };

/* Bare tree-sitter: the least that any editor must do. */
struct bare {
    TSParser *parser;
    TSTree *tree;
    struct buf text;
};

static TSPoint point_at(struct str text, size_t offset)
{
    TSPoint p = {0, 0};
    for (size_t i = 0; i < offset; i++) {
        if (text.ptr[i] == '\n') {
            p.row++;
            p.column = 0;
        } else {
            p.column++;
        }
    }
    return p;
}

static void bare_init(struct bare *b, const struct language *l, struct str text)
{
    buf_init(&b->text, TEXT_MAX);
    buf_append(&b->text, text);
    b->parser = ts_parser_new();
    ts_parser_set_language(b->parser, l->grammar);
    b->tree = ts_parser_parse_string(b->parser, NULL, b->text.ptr,
                                     (uint32_t)b->text.len);
}

/* The time of the edit and the reparse; the points are computed outside. */
static double bare_edit(struct bare *b, const TSInputEdit *edit, struct str s)
{
    buf_splice(&b->text, edit->start_byte,
               edit->old_end_byte - edit->start_byte, s);
    double began = now_us();
    ts_tree_edit(b->tree, edit);
    TSTree *tree = ts_parser_parse_string(b->parser, b->tree, b->text.ptr,
                                          (uint32_t)b->text.len);
    double took = now_us() - began;
    ts_tree_delete(b->tree);
    b->tree = tree;
    return took;
}

/* The end of some line that has code on it. */
static size_t place(struct str text, unsigned n)
{
    size_t at = (size_t)n * 7919u * 31u % text.len;
    while (at < text.len && text.ptr[at] != '\n')
        at++;
    return at;
}

/* Both sides make the same edit: bytes [at, end) become `s`. */
static void edit_both(struct documents *docs, struct document *doc,
                      struct bare *b, size_t at, size_t end, struct str s,
                      struct stats *bare, struct stats *full)
{
    struct change made;
    struct str text = text_view(&doc->text);
    struct range range = {position_of_offset(&doc->text, at, ENCODING_UTF16),
                          position_of_offset(&doc->text, end, ENCODING_UTF16)};
    TSPoint from = point_at(text, at), to = point_at(text, end), now = from;
    for (size_t i = 0; i < s.len; i++)
        now = s.ptr[i] == '\n' ? (TSPoint){now.row + 1, 0}
                               : (TSPoint){now.row, now.column + 1};
    TSInputEdit edit = {
        (uint32_t)at, (uint32_t)end, (uint32_t)(at + s.len), from, to, now};
    stats_add(bare, bare_edit(b, &edit, s));
    double began = now_us();
    document_change(docs, doc, &range, -1, ENCODING_UTF16, s, &made);
    while (!document_parse(doc, TREE_SLICE_US))
        ;
    stats_add(full, now_us() - began);
}

static void classify_once(struct document *doc, size_t at, struct stats *s)
{
    double began = now_us();
    struct classification c = classify(doc, at);
    extent_at(doc, at, &c, NULL);
    stats_add(s, now_us() - began);
}

/* A statement is typed key by key, with an open bracket on the way, and
 * taken back in one edit. */
static void type(struct documents *docs, struct document *doc, struct bare *b)
{
    static const char typed[] = "\n    x = f(a";
    struct stats bare = {0}, full = {0}, class = {0};
    for (unsigned n = 0; n < KEYS / RUN; n++) {
        size_t at = place(text_view(&doc->text), n), end = at;
        for (size_t i = 0; i < RUN; i++, end++) {
            edit_both(docs, doc, b, end, end, (struct str){typed + i, 1}, &bare,
                      &full);
            classify_once(doc, end + 1, &class);
        }
        edit_both(docs, doc, b, at, end, (struct str){0}, &bare, &full);
    }
    stats_print("  bare tree-sitter edit and parse", &bare);
    stats_print("  keystroke handled", &full);
    printf("  keystroke / bare: median %.2f, p95 %.2f\n",
           stats_at(&full, 0.5) / stats_at(&bare, 0.5),
           stats_at(&full, 0.95) / stats_at(&bare, 0.95));
    stats_print("  class and extent on top", &class);
    stats_release(&bare);
    stats_release(&full);
    stats_release(&class);
}

/* The key that turns 5,000 lines into one string. */
static void worst_key(struct documents *docs, struct document *doc,
                      const char *opening)
{
    struct stats slices = {0};
    struct change made;
    struct range range = {{2, 0}, {2, 0}};
    double began = now_us();
    document_change(docs, doc, &range, -1, ENCODING_UTF16, str_from(opening),
                    &made);
    bool done = false;
    while (!done) {
        stats_add(&slices, now_us() - began);
        began = now_us();
        done = document_parse(doc, TREE_SLICE_US);
    }
    stats_add(&slices, now_us() - began);
    stats_print("  slices of the key that opens a long string", &slices);
    stats_release(&slices);
}

int main(int argc, char **argv)
{
    struct documents docs;
    struct document *doc;
    struct buf text;
    struct bare bare;
    struct why why;
    if (argc != 3) {
        fprintf(stderr, "usage: bench_keystroke LANGUAGE FILE\n");
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
    bare_init(&bare, doc->language, buf_view(&text));
    document_parse(doc, 0);
    printf("%s, %zu lines\n", argv[1], doc->text.n_lines);
    type(&docs, doc, &bare);
    worst_key(&docs, doc, strcmp(argv[1], "python") ? "\"" : "\"\"\"");
    ts_tree_delete(bare.tree);
    ts_parser_delete(bare.parser);
    buf_release(&bare.text);
    buf_release(&text);
    documents_release(&docs);
    return 0;
}
