/* What a classification tells besides the class; see tests/cursor for that. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "context/classify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct documents documents;

static struct document *open_text(const char *language, struct str text)
{
    struct document *doc;
    struct why why;
    assert_int_equal(documents_open(&documents, STR("file:///t"),
                                    str_from(language), 1, text, &doc, &why),
                     OK);
    document_parse(doc, 0);
    return doc;
}

static int set_up(void **state)
{
    (void)state;
    documents_init(&documents);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    documents_release(&documents);
    return 0;
}

/* '^' marks where the statement starts, '|' the cursor. */
static const struct row {
    const char *language, *text;
    int depth;
    bool error;
} rows[] = {
    {"python", "^from os import (a, |", 0, true},
    {"python", "x = 1\n^y = foo(a,\n    |", 0, true},
    {"python", "class A:\n    def f(self):\n        ^return |1\n", 2, false},
    {"python", "class A:\n    ^def f(self, |", 1, true},
    {"python", "def f():\n    x = 1\n    ^|\n", 1, false},
    {"python", "def f():\n    x = 1  ^# a |", 1, false},
    {"python", "def f():\n    return 1\n\n^x = |2\n", 0, false},
    {"python", "x = foo(\n\ndef f():\n    ^y = |2\n", 1, true},
    {"c", "int f(void)\n{\n    if (a) {\n        ^b = |1;\n    }\n}\n", 1,
     false},
    {"c", "int a;\n^static int g(int |", 0, true},
    {"c", "int f(void)\n{\n    a();\n    ^foo(1,\n        |\n}\n", 1, true},
    {"c", "int f(void)\n{\n    a(); ^|\n}\n", 1, false},
    {"c", "struct a x = {\n    .b = 1,\n};\n^int c|;\n", 0, false},
    {"javascript", "^const a = {\n  b: [1, |2],\n};\n", 0, false},
    {"javascript",
     "class A {\n  f() {\n    g(() => {\n      ^h(|);\n"
     "    });\n  }\n}\n",
     3, false},
    {"javascript", "a()\n^b.c(|)\n", 0, false},
    {"javascript", "^import { a, |", 0, true},
    {"go", "func f() {\n\ta()\n\t^b := |1\n}\n", 1, false},
    {"rust", "fn f() {\n    a();\n    ^let b = |1;\n}\n", 1, false},
    {"java", "class A {\n    void f() {\n        ^g(|);\n    }\n}\n", 2, false},
    {"ruby", "class A\n  def f\n    ^g(|1)\n  end\nend\n", 2, false},
    {"elixir", "defmodule A do\n  ^def f(|a) do\n  end\nend\n", 1, false},
    {"lua", "local a = 1\n^local b = |2\n", 0, false},
};

static void read_row(const struct row *row, struct buf *text, size_t *start,
                     size_t *cursor)
{
    buf_clear(text);
    for (const char *p = row->text; *p; p++) {
        if (*p == '^')
            *start = text->len;
        else if (*p == '|')
            *cursor = text->len;
        else
            buf_append_char(text, *p);
    }
}

static void test_rows(void **state)
{
    (void)state;
    struct buf text;
    int wrong = 0;
    buf_init(&text, 1 << 16);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t start = 0, cursor = 0;
        read_row(&rows[i], &text, &start, &cursor);
        struct document *doc = open_text(rows[i].language, buf_view(&text));
        struct classification c = classify(doc, cursor);
        if (c.statement == start && c.depth == rows[i].depth &&
            c.in_error == rows[i].error)
            continue;
        wrong++;
        printf("# row %zu: %s\n# statement %zu, not %zu; depth %d, not %d; "
               "error %d, not %d\n",
               i, rows[i].text, c.statement, start, c.depth, rows[i].depth,
               c.in_error, rows[i].error);
    }
    buf_release(&text);
    assert_int_equal(wrong, 0);
}

static const struct plain_row {
    const char *text;
    enum cursor_class class;
} plain_rows[] = {
    {"import foo|", CURSOR_IMPORT},
    {"use strict|", CURSOR_IMPORT},
    {"#include <a|", CURSOR_IMPORT},
    {"// a comment|", CURSOR_COMMENT},
    {"# a comment|", CURSOR_COMMENT},
    {"-- a comment|", CURSOR_COMMENT},
    {"def f(a, |", CURSOR_FUNCTION},
    {"pub fn f(|", CURSOR_FUNCTION},
    {"func f() {|", CURSOR_BODY},
    {"def f():\n    x = |", CURSOR_BODY},
    {"def f():\n    x = 1\n\ny = |", CURSOR_TOP_LEVEL},
    {"function f()\n  if a\n    b|", CURSOR_BODY},
    {"(defun f (a|", CURSOR_FUNCTION},
    {"x = 1|", CURSOR_TOP_LEVEL},
    {"|", CURSOR_TOP_LEVEL},
};

static void test_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plain_rows / sizeof *plain_rows; i++) {
        struct str text = str_from(plain_rows[i].text);
        size_t cursor = str_find_char(text, '|');
        struct document *doc = open_text("", str_sub(text, 0, cursor));
        assert_string_equal(doc->language->name, "plain");
        assert_string_equal(cursor_class_name(classify(doc, cursor).class),
                            cursor_class_name(plain_rows[i].class));
    }
}

static void test_class_names(void **state)
{
    (void)state;
    enum cursor_class found;
    for (int i = 0; i < CURSOR_CLASS_COUNT; i++) {
        enum cursor_class c = (enum cursor_class)i;
        assert_true(cursor_class_from(str_from(cursor_class_name(c)), &found));
        assert_int_equal(found, c);
        assert_true(strlen(cursor_class_meaning(c)) > 10);
    }
    assert_false(cursor_class_from(STR("function"), &found));
    assert_false(cursor_class_from((struct str){0}, &found));
}

static void test_path(void **state)
{
    (void)state;
    const char *types[16];
    struct document *doc = open_text("python", STR("def f(a):\n    pass\n"));
    assert_int_equal(classify_path(doc, 6, types, 16), 4);
    assert_string_equal(types[0], "module");
    assert_string_equal(types[1], "function_definition");
    assert_string_equal(types[2], "parameters");
    assert_string_equal(types[3], "identifier");
    assert_int_equal(classify_path(doc, 6, types, 2), 2);
    assert_int_equal(classify_path(doc, 6, types, 0), 0);
    /* At the end of a word the word is meant. */
    size_t n = classify_path(doc, 18, types, 16);
    assert_string_equal(types[n - 1], "pass");
    assert_true(classify_path(doc, 9999, types, 16) >= 1);
    doc = open_text("", STR("x"));
    assert_int_equal(classify_path(doc, 0, types, 16), 0);
}

/* A tree that lags behind the text must not mislead: what is typed counts. */
static void test_stale_tree(void **state)
{
    (void)state;
    struct document *doc =
        open_text("python", STR("x = 1\n\ndef f():\n    return 1\n"));
    struct range r = {{1, 0}, {1, 0}};
    struct change made;
    assert_int_equal(document_change(&documents, doc, &r, -1, ENCODING_UTF8,
                                     STR("import "), &made),
                     OK);
    assert_int_equal(classify(doc, made.new_end).class, CURSOR_IMPORT);
    r = (struct range){{1, 0}, {1, 7}};
    document_change(&documents, doc, &r, -1, ENCODING_UTF8, STR("y = \"ab"),
                    &made);
    assert_int_equal(classify(doc, made.new_end).class, CURSOR_STRING);
}

static enum cursor_class class_at_end(const char *language, const char *first,
                                      const char *repeated, int times)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_append(&text, str_from(first));
    for (int i = 0; i < times; i++)
        buf_append(&text, str_from(repeated));
    struct document *doc = open_text(language, buf_view(&text));
    enum cursor_class found = classify(doc, text.len).class;
    buf_release(&text);
    return found;
}

/* Far openings are found, and what is too deep or too long is given up. */
static void test_extremes(void **state)
{
    (void)state;
    assert_int_equal(class_at_end("c", "int x;", "", 0), CURSOR_TOP_LEVEL);
    assert_int_equal(class_at_end("c", "int f(void) {\n", "    if (a) {\n", 40),
                     CURSOR_BODY);
    assert_int_equal(class_at_end("c", "int f(void) {\n", "    a();\n", 9000),
                     CURSOR_BODY);
    assert_int_equal(class_at_end("java", "class A {\n", "    int x;\n", 9000),
                     CURSOR_CLASS_BODY);
    assert_int_equal(class_at_end("python", "x = [\n", "    1,\n", 9000),
                     CURSOR_TOP_LEVEL);
    assert_int_equal(class_at_end("python", "class A:", "\n    x = 1", 9000),
                     CURSOR_CLASS_BODY);
    class_at_end("c", "int f(void) {", "{([", 5000);
    class_at_end("javascript", "", "(", 20000);
    class_at_end("ruby", "", "def a; ", 5000);
    class_at_end("python", "", "\"", 5000);
    class_at_end("rust", "", "/*", 5000);
}

/* What is read of a far head begins inside of something else. */
static void test_cut_off(void **state)
{
    (void)state;
    assert_int_equal(class_at_end("c",
                                  "#define A(b) \\\n"
                                  "    do { \\\n"
                                  "    } while (0)\n"
                                  "\n"
                                  "int f(int b)\n"
                                  "{\n",
                                  "    g();\n", 29),
                     CURSOR_BODY);
    struct buf shader;
    buf_init(&shader, 1 << 14);
    buf_append(&shader, STR("const a = `\n"));
    for (int i = 0; i < 200; i++)
        buf_append(&shader, STR("\t\t\tif ( abs( v ) > 1.0 ) {\n"));
    buf_append(&shader, STR("`;\n\nclass A extends B {\n\n\tb( c ) {\n"));
    assert_int_equal(
        class_at_end("javascript", buf_view(&shader).ptr, "\t\tg();\n", 200),
        CURSOR_BODY);
    buf_release(&shader);
}

/* `line` again and again between what begins far above and what is typed. */
struct far {
    const char *language, *head, *line, *typed;
    enum cursor_class expected;
};

static void check_far(const struct far *far, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct far *r = &far[i];
        struct buf text;
        buf_init(&text, 1 << 20);
        buf_append(&text, str_from(r->head));
        while (text.len < 20000)
            buf_append(&text, str_from(r->line));
        enum cursor_class found =
            class_at_end(r->language, text.ptr, r->typed, 1);
        buf_release(&text);
        if (found != r->expected)
            fail_msg("row %zu, %s: %s", i, r->language,
                     cursor_class_name(found));
    }
}

/*
 * Far heads in what the tree has made an error of, because of what is typed:
 * the rest of one stands deeper than its body, a comment behind it, and words
 * that open a block anywhere on a line.
 */
static void test_far_heads(void **state)
{
    (void)state;
    static const struct far far[] = {
        {"java", "class A extends B\n    implements C {\n",
         "  int f() {\n    return g(1);\n  }\n", "  pu", CURSOR_CLASS_BODY},
        {"java", "class A {\n  int f(\n      int b,\n      int c) {\n",
         "    g(b, c);\n", "    g(", CURSOR_BODY},
        {"c", "int f(int b) { // why\n", "    g(b);\n", "    g(", CURSOR_BODY},
        {"c", "int a[] = {\n    1};\nint\n  b;\n", "    g(b);\n", "    g(",
         CURSOR_TOP_LEVEL},
        {"lua", "local function f(a)\n", "  g(a)\n", "  g(", CURSOR_BODY},
        {"lua", "M.f = function(a) -- end\n", "  g(\"end\")\n", "  g(",
         CURSOR_BODY},
        {"lua", "local function f(a) return a end\n", "  g(a)\n", "  g(",
         CURSOR_TOP_LEVEL},
        {"lua", "function f(a)\n  if a then\n  end\nend\nlocal b = {\n",
         "    {},\n", "    {", CURSOR_TOP_LEVEL},
        {"ruby", "private def f(a)\n  a.each do |b|\n", "    g(b)\n", "    g(",
         CURSOR_BODY},
    };
    check_far(far, sizeof far / sizeof *far);
}

/* A comment or string that nothing closes, begun far above. */
static void test_far_openings(void **state)
{
    (void)state;
    static const struct far far[] = {
        {"c", "int a;\n/* half\n", "int f(int b)\n{\n    it's(b);\n}\n",
         "int x = ", CURSOR_COMMENT},
        {"c", "int a; /* b */\n", "int f(int b)\n{\n    c(b);\n}\n",
         "int x = (", CURSOR_TOP_LEVEL},
        {"c", "char *a = \"/*\";\n", "int f(int b)\n{\n    c(b);\n}\n",
         "int x = (", CURSOR_TOP_LEVEL},
        {"javascript", "const a = 'src/**/*.js';\n", "f({\n  b: 1,\n});\n",
         "g({", CURSOR_TOP_LEVEL},
        {"php", "<?php\n/**\n", "function f($b) {\n    c($b);\n}\n",
         "$x = ", CURSOR_COMMENT},
        {"css", "/*\n", "a {\n  b: c;\n}\n", "d { ", CURSOR_COMMENT},
        {"html", "<!--\n", "<p>\n  it's\n</p>\n", "<b", CURSOR_COMMENT},
        {"lua", "--[[\n", "local function f(a)\n  return a\nend\n",
         "x = ", CURSOR_COMMENT},
        {"rust", "/* a /* b */\n", "fn f(b: A) {\n    c(b);\n}\n",
         "let x = ", CURSOR_COMMENT},
        {"kotlin", "/* a /* b */\n", "fun f(b: A) {\n    c(b)\n}\n",
         "val x = ", CURSOR_COMMENT},
        {"python", "x = \"\"\"a\n", "  it's a (long text\n", "and",
         CURSOR_STRING},
        {"python", "def f():\n    \"\"\"a\n", "    it's a (long text\n", "and",
         CURSOR_COMMENT},
        {"go", "var x = `a\n", "func f() {\n\ta()\n}\n", "b", CURSOR_STRING},
    };
    check_far(far, sizeof far / sizeof *far);
}

static void test_past_the_end(void **state)
{
    (void)state;
    struct document *doc = open_text("c", STR("int f(void) {"));
    assert_int_equal(classify(doc, 1000).class, CURSOR_BODY);
    assert_int_equal(classify(doc, 1000).statement, 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_class_names),
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_stale_tree),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_far_heads),
        cmocka_unit_test(test_far_openings),
        cmocka_unit_test(test_past_the_end),
    };
    return cmocka_run_group_tests_name("classify", tests, set_up, tear_down);
}
