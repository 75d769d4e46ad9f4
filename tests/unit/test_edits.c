/*
 * After any edits, in any encoding and however they are sliced, a document's
 * text is what a naive model of LSP makes of them, and its tree is right.
 *
 * Right means: a text without syntax errors has the very tree of a fresh
 * parse, node by node. A text with errors may not: tree-sitter keeps a
 * token of the old tree where a fresh parse, still busy recovering, would
 * have lexed another one, and it recovers differently after a pause. That
 * must be rare, and an unsliced parse must be, node by node, what tree-sitter
 * itself makes of the same tree and edits, told in points that the model
 * counts anew each time.
 */
#include "base/file.h"
#include "doc/document.h"
#include "doc/tree_memory.h"
#include "unit/points.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = 12, STEPS = 30, UNDO_MAX = 3 };

/* What to say when it fails. */
static struct {
    const char *language;
    int run, step;
    size_t trees, broken, differ;
} now;

#define check(condition)                                                       \
    do {                                                                       \
        if (!(condition))                                                      \
            fail_msg("%s, run %d, step %d: %s", now.language, now.run,         \
                     now.step, #condition);                                    \
    } while (0)

/* tree-sitter's rows end at LF and nowhere else; its columns are bytes. */
static TSPoint point_of(struct str text, size_t offset)
{
    TSPoint point = {0, 0};
    for (size_t i = 0; i < offset; i++) {
        point.column++;
        if (text.ptr[i] == '\n')
            point = (TSPoint){point.row + 1, 0};
    }
    return point;
}

/* --- edits */

static const char *const pieces[] = {
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "    ",
    "\t",
    "\\",
    "x",
    "y",
    "foo",
    "1",
    "\"",
    "'",
    "`",
    "\"\"\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    ",",
    ";",
    ":",
    "=",
    ".",
    "#",
    "//",
    "/*",
    "*/",
    "$",
    "@",
    "!",
    "&&",
    "\xC3\xA9",
    "e\xCC\x83",
    "\xE6\x97\xA5",
    "\xF0\x9F\x98\x80",
    "\xC3\xA8",
    "\xF0\x9F\x98\x81",
    "\xE2\x80\xA8",
    "\x01",
    "def f(a):\n    return a\n",
    "import os\n",
    "if x:\n",
    "class A:\n",
    "f'{x}'",
    "lambda x: ",
    "int f(int a) { return a; }\n",
    "#include <a.h>\n",
    "struct s { int a; };\r\n",
    "return ",
    "function ",
    "=> ",
    "`${x}`",
    "const x = 1;\n",
    "<a>",
    "</a>",
    "fn ",
    "end",
    "do ",
    "if ",
    "else ",
    "<<EOF\n",
    "EOF\n",
    "// c\r",
};

struct edit {
    size_t start, end; /* code points */
    struct points with;
};

static void edit_pick(struct edit *edit, const struct points *p, uint64_t *seed)
{
    size_t removed = pick(seed, 2) ? pick(seed, 8) : 0;
    edit->start = pick(seed, p->n + 1);
    edit->end = edit->start + removed < p->n ? edit->start + removed : p->n;
    edit->with.n = 0;
    for (size_t n = pick(seed, 4); n > 0; n--)
        points_append(
            &edit->with,
            str_from(pieces[pick(seed, sizeof pieces / sizeof *pieces)]));
}

static void edit_snap(struct edit *edit, const struct points *p)
{
    edit->start = points_snap(p, edit->start);
    edit->end = points_snap(p, edit->end);
}

/* What undoes `edit`, before it is made. */
static void edit_invert(const struct edit *edit, const struct points *p,
                        struct edit *out)
{
    out->start = edit->start;
    out->end = edit->start + edit->with.n;
    out->with.n = edit->end - edit->start;
    memcpy(out->with.at, p->at + edit->start, out->with.n * 4);
}

/* --- trees */

static bool same_point(TSPoint a, TSPoint b)
{
    return a.row == b.row && a.column == b.column;
}

static bool same_node(TSNode a, TSNode b)
{
    return ts_node_symbol(a) == ts_node_symbol(b) &&
           ts_node_start_byte(a) == ts_node_start_byte(b) &&
           ts_node_end_byte(a) == ts_node_end_byte(b) &&
           same_point(ts_node_start_point(a), ts_node_start_point(b)) &&
           same_point(ts_node_end_point(a), ts_node_end_point(b)) &&
           ts_node_is_missing(a) == ts_node_is_missing(b) &&
           ts_node_is_extra(a) == ts_node_is_extra(b) &&
           ts_node_has_error(a) == ts_node_has_error(b);
}

/* To the next node of both trees in the same way; false at the end of both
 * (`*same` stays true) or where they part. */
static bool step_both(TSTreeCursor *a, TSTreeCursor *b, bool *same)
{
    bool down = ts_tree_cursor_goto_first_child(a);
    *same = down == ts_tree_cursor_goto_first_child(b);
    if (down || !*same)
        return *same;
    for (;;) {
        bool right = ts_tree_cursor_goto_next_sibling(a);
        *same = right == ts_tree_cursor_goto_next_sibling(b);
        if (right || !*same)
            return *same;
        bool up = ts_tree_cursor_goto_parent(a);
        *same = up == ts_tree_cursor_goto_parent(b);
        if (!up || !*same)
            return false;
    }
}

static bool same_tree(const TSTree *x, const TSTree *y)
{
    TSTreeCursor a = ts_tree_cursor_new(ts_tree_root_node(x));
    TSTreeCursor b = ts_tree_cursor_new(ts_tree_root_node(y));
    bool same = true;
    do
        same = same_node(ts_tree_cursor_current_node(&a),
                         ts_tree_cursor_current_node(&b));
    while (same && step_both(&a, &b, &same));
    ts_tree_cursor_delete(&a);
    ts_tree_cursor_delete(&b);
    return same;
}

/* --- a document beside its model and tree-sitter's own tree */

struct pair {
    struct documents documents;
    struct document *doc;
    struct points model;
    TSParser *parser;
    TSTree *tree;
    struct buf before, after; /* the model's text around an edit */
    struct edit undo[UNDO_MAX];
    int n_undo;
};

static TSTree *parse_anew(struct pair *pair, const TSTree *old, struct str text)
{
    ts_parser_set_language(pair->parser, pair->doc->language->grammar);
    return ts_parser_parse_string(pair->parser, old, text.ptr ? text.ptr : "",
                                  (uint32_t)text.len);
}

static void pair_open(struct pair *pair, const struct language *l,
                      struct str content)
{
    documents_init(&pair->documents);
    check(documents_open(&pair->documents, STR("x:y"), str_from(l->name), 1,
                         content, &pair->doc, NULL) == OK);
    check(pair->doc->language == l);
    pair->model.n = 0;
    points_append(&pair->model, content);
    pair->parser = ts_parser_new();
    check(document_parse(pair->doc, 0));
    pair->tree = parse_anew(pair, NULL, content);
    buf_init(&pair->before, TEXT_MAX);
    buf_init(&pair->after, TEXT_MAX);
    pair->n_undo = 0;
}

static void pair_close(struct pair *pair)
{
    documents_release(&pair->documents);
    ts_tree_delete(pair->tree);
    ts_parser_delete(pair->parser);
    buf_release(&pair->before);
    buf_release(&pair->after);
}

static void check_change(const struct change *made, struct str old,
                         struct str new)
{
    check(made->start <= made->old_end && made->old_end <= old.len);
    check(made->start <= made->new_end && made->new_end <= new.len);
    check(str_eq(str_sub(old, 0, made->start), str_sub(new, 0, made->start)));
    check(str_eq(str_sub(old, made->old_end, old.len),
                 str_sub(new, made->new_end, new.len)));
}

static void pair_edit_tree(struct pair *pair, const struct change *made,
                           struct str old, struct str new)
{
    TSInputEdit edit = {
        .start_byte = (uint32_t)made->start,
        .old_end_byte = (uint32_t)made->old_end,
        .new_end_byte = (uint32_t)made->new_end,
        .start_point = point_of(old, made->start),
        .old_end_point = point_of(old, made->old_end),
        .new_end_point = point_of(new, made->new_end),
    };
    if (made->start < made->old_end || made->start < made->new_end)
        ts_tree_edit(pair->tree, &edit);
    check(same_tree(pair->doc->tree.tree, pair->tree)); /* stale, but placed */
}

static void pair_apply(struct pair *pair, const struct edit *edit,
                       uint64_t *seed)
{
    enum encoding e = (enum encoding)pick(seed, 3);
    struct points *p = &pair->model;
    struct range range = {points_odd_position(p, edit->start, e, seed),
                          points_odd_position(p, edit->end, e, seed)};
    int64_t length = points_units(p, edit->start, edit->end, e);
    if (pick(seed, 4) == 0)
        range = (struct range){range.end, range.start};
    struct buf with;
    buf_init(&with, TEXT_MAX);
    points_text(&edit->with, &with);
    struct str old = points_text(p, &pair->before);
    points_splice(p, edit->start, edit->end, &edit->with);
    struct str new = points_text(p, &pair->after);

    /* Now and then the whole text, as clients without ranges do. */
    bool whole = pick(seed, 8) == 0;
    struct change made;
    check(document_change(&pair->documents, pair->doc, whole ? NULL : &range,
                          pick(seed, 2) ? length : -1, e,
                          whole ? new : buf_view(&with), &made) == OK);
    check(!pair->doc->out_of_step);
    check(str_eq(text_view(&pair->doc->text), new));
    check_change(&made, old, new);
    pair_edit_tree(pair, &made, old, new);
    buf_release(&with);
}

/* --- parsing */

/* In the shortest slices; returns whether there was more than one. */
static bool parse_sliced(struct document *doc)
{
    int slices = 1;
    while (!document_parse(doc, 1))
        check(++slices < 100000);
    return slices > 1;
}

static void pair_parse(struct pair *pair, bool sliced)
{
    struct document *doc = pair->doc;
    struct str text = text_view(&doc->text);
    if (sliced)
        sliced = parse_sliced(doc);
    else
        document_parse(doc, 0);
    check(doc->tree.fresh);
    if (!sliced) {
        TSTree *expected = parse_anew(pair, pair->tree, text);
        check(same_tree(doc->tree.tree, expected));
        ts_tree_delete(expected);
    }
    ts_tree_delete(pair->tree);
    pair->tree = ts_tree_copy(doc->tree.tree);

    TSTree *fresh = parse_anew(pair, NULL, text);
    bool same = same_tree(doc->tree.tree, fresh);
    check(same || ts_node_has_error(ts_tree_root_node(fresh)));
    now.trees++;
    now.broken += ts_node_has_error(ts_tree_root_node(fresh));
    now.differ += !same;
    ts_tree_delete(fresh);
}

/* --- the property */

static void pair_step(struct pair *pair, uint64_t *seed)
{
    static struct edit edit;
    bool undo =
        pair->n_undo == UNDO_MAX || (pair->n_undo > 0 && pick(seed, 2) == 0);
    if (undo)
        edit = pair->undo[--pair->n_undo];
    else
        edit_pick(&edit, &pair->model, seed);
    edit_snap(&edit, &pair->model);
    if (!undo)
        edit_invert(&edit, &pair->model, &pair->undo[pair->n_undo++]);
    pair_apply(pair, &edit, seed);
    /* At times the next edit meets a stale tree or a partial parse. */
    if (pick(seed, 4) > 0 || (pick(seed, 2) && document_parse(pair->doc, 1)))
        pair_parse(pair, pick(seed, 2));

    enum encoding e = (enum encoding)pick(seed, 3);
    size_t i = points_snap(&pair->model, pick(seed, pair->model.n + 1));
    struct position at = points_position(&pair->model, i, e);
    size_t offset = (size_t)points_units(&pair->model, 0, i, ENCODING_UTF8);
    check(position_to_offset(&pair->doc->text, at, e) == offset);
    struct position back = position_of_offset(&pair->doc->text, offset, e);
    check(back.line == at.line && back.character == at.character);
}

static void run_language(const struct language *l, struct str sample)
{
    static struct pair pair;
    now.language = l->name;
    for (now.run = 1; now.run <= RUNS; now.run++) {
        uint64_t seed = (uint64_t)now.run;
        pair_open(&pair, l, sample);
        for (now.step = 0; now.step < STEPS; now.step++)
            pair_step(&pair, &seed);
        pair_close(&pair);
    }
}

/* The sample has the language's first extension. */
static void read_sample(const struct language *l, struct buf *out)
{
    const cJSON *extension =
        cJSON_GetArrayItem(json_get(l->table, "extensions"), 0);
    char path[64];
    struct why why = {0};
    snprintf(path, sizeof path, "tests/edits/sample.%.*s",
             STR_ARG(json_str(extension)));
    if (file_read(path, out, &why) != OK)
        fail_msg("%s", why.text);
}

static void text_and_tree_are_what_the_edits_make(void **state)
{
    (void)state;
    for (size_t i = 0; i < language_count(); i++) {
        struct buf sample;
        buf_init(&sample, POINTS_MAX / 2);
        read_sample(language_at(i), &sample);
        run_language(language_at(i), buf_view(&sample));
        buf_release(&sample);
    }
    print_message("%zu trees, %zu with errors, %zu of these not as in a "
                  "fresh parse\n",
                  now.trees, now.broken, now.differ);
    assert_true(now.differ * 100 < now.trees);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_tree_are_what_the_edits_make),
    };
    tree_memory_setup();
    return cmocka_run_group_tests_name("edits", tests, NULL, NULL);
}
