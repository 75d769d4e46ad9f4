/*
 * A trial that ends early says what one of the whole text says: wherever in a
 * file a text is put in, its parts are the same ones up to where it ends, and
 * it ends early only where nothing is wrong. And it does end early.
 */
#include "base/buf.h"
#include "doc/trial.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

enum { PARTS = 12, TEXTS = 8, BYTES = 64 << 10 };

static const struct {
    const char *language, *part;
    const char *texts[TEXTS];
} files[] = {
    {"python",
     "def area%d(a):\n    if a:\n        return a\n\n    return [\n        1,\n"
     "    ]\n\n",
     {"b = [\n    1,\n]\n", "if a:\n    b()\nelse:\n    c()\n", "@a\n", "b(",
      "]\n", "\"\"\"", "return b\n", "a b c\n"}},
    {"c",
     "int area%d(int a)\n{\n    if (a)\n        return a;\n\n    return 1;\n}"
     "\n\n",
     {"int b = f(1,\n    2);\n", "if (a) {\n    b();\n}\n", "#if A\n", "b(",
      "}\n", "/* b", "else\n", "a b c\n"}},
    {"javascript",
     "function area%d(a) {\n    if (a)\n        return `b ${a}`;\n\n    "
     "return 1;\n}\n\n",
     {"b = f(1,\n    2);\n", "if (a) {\n    b();\n}\n", "export\n", "b(", "}\n",
      "`b", "else\n", "a b c\n"}},
    {"ruby",
     "def area%d(a)\n  if a\n    return <<E\nb\nE\n  end\n\n  a.map do |b|\n"
     "    b\n  end\nend\n\n",
     {"b = f(1,\n    2)\n", "if a\n  b\nend\n", "b = <<F\n", "b(", "end\n",
      "'b", "else\n", "a b c\n"}},
};

struct counts {
    size_t early, whole;
};

static bool same_node(TSNode a, TSNode b)
{
    return ts_node_symbol(a) == ts_node_symbol(b) &&
           ts_node_start_byte(a) == ts_node_start_byte(b) &&
           ts_node_end_byte(a) == ts_node_end_byte(b) &&
           ts_node_has_error(a) == ts_node_has_error(b) &&
           ts_node_descendant_count(a) == ts_node_descendant_count(b);
}

/* The last part but one was taken over; the last may end otherwise. */
static void assert_same_parts(TSNode early, TSNode whole)
{
    uint32_t n = ts_node_child_count(early);
    assert_true(n >= 2);
    for (uint32_t i = 0; i + 1 < n; i++)
        assert_true(
            same_node(ts_node_child(early, i), ts_node_child(whole, i)));
}

static void try_at(const struct document *doc, size_t at, struct str with,
                   struct counts *counts)
{
    TSTree *early = trial_new(doc, at, with, false, 0);
    TSTree *whole = trial_new(doc, at, with, true, 0);
    TSNode a = ts_tree_root_node(early), b = ts_tree_root_node(whole);
    if (ts_node_end_byte(a) == ts_node_end_byte(b)) {
        counts->whole++;
        assert_true(same_node(a, b));
    } else {
        counts->early++;
        assert_false(ts_node_has_error(a));
        assert_false(ts_node_has_error(b));
        assert_same_parts(a, b);
    }
    trial_free(early);
    trial_free(whole);
}

static void write_file(struct buf *text, const char *part)
{
    buf_init(text, BYTES);
    for (int i = 0; i < PARTS; i++) {
        struct str rest = str_from(part), piece;
        while (str_cut(&rest, '%', &piece)) {
            buf_append(text, piece);
            if (rest.ptr) {
                buf_printf(text, "%d", i);
                rest = str_sub(rest, 1, rest.len);
            }
        }
    }
}

static void try_file(size_t i)
{
    struct documents docs;
    struct document *doc;
    struct why why;
    struct buf text;
    struct counts counts = {0};
    write_file(&text, files[i].part);
    documents_init(&docs);
    assert_int_equal(documents_open(&docs, STR("file:///a"),
                                    str_from(files[i].language), 1,
                                    buf_view(&text), &doc, &why),
                     OK);
    document_parse(doc, 0);
    assert_false(ts_node_has_error(tree_root(&doc->tree)));
    for (size_t at = 0; at <= text.len; at++)
        if (at == 0 || text.ptr[at - 1] == '\n')
            for (size_t k = 0; k < TEXTS; k++)
                try_at(doc, at, str_from(files[i].texts[k]), &counts);
    assert_true(counts.early > 50);
    documents_release(&docs);
    buf_release(&text);
}

static void an_early_end_is_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        try_file(i);
}

int main(void)
{
    tree_setup_memory();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_early_end_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
