#include "doc/document.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct document *open_text(struct documents *d, const char *id,
                                  const char *content)
{
    struct document *doc;
    documents_init(d);
    assert_int_equal(documents_open(d, STR("file:///w/a"), str_from(id), 1,
                                    str_from(content), &doc, NULL),
                     OK);
    return doc;
}

static void assert_change(const struct change *c, size_t start, size_t old_end,
                          size_t new_end)
{
    assert_int_equal(c->start, start);
    assert_int_equal(c->old_end, old_end);
    assert_int_equal(c->new_end, new_end);
}

static void changes_text_by_ranges(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        struct range range;
        const char *with, *after;
        struct change made;
    } rows[] = {
        {"", {{0, 0}, {0, 0}}, "x", "x", {0, 0, 1}},
        {"ab\ncd", {{1, 1}, {1, 1}}, "x", "ab\ncxd", {4, 4, 5}},
        {"ab\ncd", {{0, 1}, {1, 1}}, "", "ad", {1, 4, 1}},
        /* reversed */
        {"ab\ncd", {{1, 1}, {0, 1}}, "-", "a-d", {1, 4, 2}},
        {"abcd", {{0, 3}, {0, 1}}, "-", "a-d", {1, 3, 2}},
        /* past the line's end, past the text's end */
        {"ab\ncd", {{0, 9}, {0, 9}}, "x", "abx\ncd", {2, 2, 3}},
        {"ab\ncd", {{9, 9}, {9, 9}}, "x", "ab\ncdx", {5, 5, 6}},
        /* UTF-16: an astral character is two, and has no inside */
        {"\xF0\x9F\x98\x80z",
         {{0, 2}, {0, 3}},
         "",
         "\xF0\x9F\x98\x80",
         {4, 5, 4}},
        {"\xF0\x9F\x98\x80z",
         {{0, 1}, {0, 1}},
         "x",
         "x\xF0\x9F\x98\x80z",
         {0, 0, 1}},
        /* what old and new have in common is no change */
        {"foo", {{0, 0}, {0, 3}}, "foob", "foob", {3, 3, 4}},
        {"foo", {{0, 0}, {0, 3}}, "fo", "fo", {2, 3, 2}},
        {"aaa", {{0, 0}, {0, 3}}, "aa", "aa", {2, 3, 2}},
        {"abc", {{0, 0}, {0, 3}}, "abc", "abc", {3, 3, 3}},
        /* é (C3 A9) and è (C3 A8), and 日 (E6 97 A5) and 饥 (E9 A5 A5) */
        {"\xC3\xA9", {{0, 0}, {0, 1}}, "\xC3\xA8", "\xC3\xA8", {0, 2, 2}},
        {"\xE6\x97\xA5",
         {{0, 0}, {0, 1}},
         "\xE9\xA5\xA5",
         "\xE9\xA5\xA5",
         {0, 3, 3}},
        {"a\r\nb", {{0, 1}, {1, 0}}, "\n", "a\nb", {1, 2, 1}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct documents d;
        struct document *doc = open_text(&d, "python", rows[i].before);
        struct change made;
        assert_int_equal(document_change(&d, doc, &rows[i].range, -1,
                                         ENCODING_UTF16, str_from(rows[i].with),
                                         &made),
                         OK);
        assert_true(str_is(text_view(&doc->text), rows[i].after));
        assert_change(&made, rows[i].made.start, rows[i].made.old_end,
                      rows[i].made.new_end);
        assert_false(doc->out_of_step);
        documents_release(&d);
    }
}

static void the_whole_text_can_be_replaced(void **state)
{
    (void)state;
    struct documents d;
    struct document *doc = open_text(&d, "python", "x = 1\ny = 2\n");
    assert_true(document_parse(doc, 0));
    struct change made;
    assert_int_equal(document_change(&d, doc, NULL, -1, ENCODING_UTF16,
                                     STR("x = 1\ny = 32\n"), &made),
                     OK);
    assert_change(&made, 10, 10, 11);
    assert_true(str_is(text_view(&doc->text), "x = 1\ny = 32\n"));
    assert_int_equal(
        document_change(&d, doc, NULL, -1, ENCODING_UTF16, STR(""), &made), OK);
    assert_change(&made, 0, 13, 0);
    assert_true(document_parse(doc, 0));
    assert_int_equal(ts_node_end_byte(tree_root(&doc->tree)), 0);
    documents_release(&d);
}

static void a_change_of_nothing_leaves_the_tree_fresh(void **state)
{
    (void)state;
    struct documents d;
    struct document *doc = open_text(&d, "python", "x = 1\n");
    assert_true(document_parse(doc, 0));
    uint64_t serial = doc->serial;
    struct change made;
    assert_int_equal(document_change(&d, doc, NULL, -1, ENCODING_UTF16,
                                     STR("x = 1\n"), &made),
                     OK);
    assert_true(doc->serial > serial);
    assert_true(doc->tree.fresh);
    documents_release(&d);
}

static void a_wrong_range_length_is_out_of_step(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct range range;
        int64_t length;
        bool out_of_step;
    } rows[] = {
        {"abc\n", {{0, 0}, {0, 2}}, 2, false},
        {"abc\n", {{0, 0}, {0, 2}}, 3, true},
        {"abc\n", {{0, 2}, {0, 0}}, 2, false},
        {"abc\n", {{0, 0}, {0, 0}}, 0, false},
        {"a\r\nb", {{0, 0}, {1, 0}}, 3, false},
        /* eglot counts code points, others UTF-16 units, others bytes */
        {"\xF0\x9F\x98\x80", {{0, 0}, {0, 2}}, 1, false},
        {"\xF0\x9F\x98\x80", {{0, 0}, {0, 2}}, 2, false},
        {"\xF0\x9F\x98\x80", {{0, 0}, {0, 2}}, 4, false},
        {"\xF0\x9F\x98\x80", {{0, 0}, {0, 2}}, 3, true},
        /* Neovim sees one line "a^Mb" and deletes it */
        {"a\rb\nc\n", {{0, 0}, {1, 0}}, 4, true},
        /* and counts a line end behind a last line that has none */
        {"a\nb", {{1, 0}, {2, 0}}, 2, false},
        {"a\r\nb", {{1, 0}, {2, 0}}, 3, false},
        {"a\nb", {{1, 0}, {2, 0}}, 4, true},
        {"a\nb", {{1, 0}, {1, 9}}, 2, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct documents d;
        struct document *doc = open_text(&d, "python", rows[i].text);
        struct change made;
        assert_int_equal(document_change(&d, doc, &rows[i].range,
                                         rows[i].length, ENCODING_UTF16,
                                         STR(""), &made),
                         OK);
        assert_int_equal(doc->out_of_step, rows[i].out_of_step);
        documents_release(&d);
    }
}

static void out_of_step_until_the_whole_text_comes(void **state)
{
    (void)state;
    struct documents d;
    struct document *doc = open_text(&d, "python", "abc\n");
    struct range range = {{0, 0}, {0, 1}};
    struct change made;
    document_change(&d, doc, &range, 7, ENCODING_UTF16, STR("x"), &made);
    assert_true(doc->out_of_step);
    document_change(&d, doc, &range, 1, ENCODING_UTF16, STR("y"), &made);
    assert_true(doc->out_of_step);
    document_change(&d, doc, NULL, -1, ENCODING_UTF16, STR("z"), &made);
    assert_false(doc->out_of_step);
    documents_release(&d);
}

static void what_does_not_fit_changes_nothing(void **state)
{
    (void)state;
    struct documents d;
    struct document *doc = open_text(&d, "python", "abc");
    struct range end = {{0, 3}, {0, 3}};
    struct change made;
    char *large = malloc(TEXT_MAX);
    assert_non_null(large);
    memset(large, 'x', TEXT_MAX);
    struct str with = {large, TEXT_MAX};
    assert_int_equal(
        document_change(&d, doc, &end, -1, ENCODING_UTF16, with, &made),
        ERR_TOO_LARGE);
    assert_true(str_is(text_view(&doc->text), "abc"));
    assert_true(doc->out_of_step);
    assert_change(&made, 3, 3, 3);

    large = realloc(large, TEXT_MAX + 1);
    assert_non_null(large);
    large[TEXT_MAX] = 'x';
    struct why why;
    assert_int_equal(documents_open(&d, STR("file:///w/a"), STR(""), 1,
                                    (struct str){large, TEXT_MAX + 1}, &doc,
                                    &why),
                     ERR_TOO_LARGE);
    assert_non_null(strstr(why.text, "file:///w/a"));
    assert_null(documents_find(&d, STR("file:///w/a")));
    free(large);
    documents_release(&d);
}

static void opens_finds_replaces_and_closes(void **state)
{
    (void)state;
    struct documents d;
    documents_init(&d);
    struct document *a, *b, *again;
    assert_int_equal(documents_open(&d, STR("file:///w/x%20y.py"), STR(""), 4,
                                    STR("x"), &a, NULL),
                     OK);
    assert_string_equal(a->path, "/w/x y.py");
    assert_string_equal(a->language->name, "python");
    assert_int_equal(a->version, 4);
    assert_int_equal(documents_open(&d, STR("untitled:Untitled-1"), STR("rust"),
                                    -1, STR(""), &b, NULL),
                     OK);
    assert_string_equal(b->path, "untitled:Untitled-1");
    assert_string_equal(b->language->name, "rust");
    assert_true(b->serial > a->serial && b->generation != a->generation);

    /* A URI is a key: another spelling of the same file is another one. */
    assert_null(documents_find(&d, STR("file:///w/x y.py")));
    assert_ptr_equal(documents_find(&d, STR("file:///w/x%20y.py")), a);

    uint32_t generation = a->generation;
    assert_int_equal(documents_open(&d, STR("file:///w/x%20y.py"), STR("c"), 1,
                                    STR("int y;"), &again, NULL),
                     OK);
    assert_ptr_equal(documents_find(&d, STR("file:///w/x%20y.py")), again);
    assert_true(again->generation != generation);
    assert_true(str_is(text_view(&again->text), "int y;"));

    documents_close(&d, STR("file:///w/x%20y.py"));
    assert_null(documents_find(&d, STR("file:///w/x%20y.py")));
    documents_close(&d, STR("file:///w/x%20y.py"));
    documents_release(&d);
}

static void tells_what_is_unparsed(void **state)
{
    (void)state;
    struct documents d;
    struct document *doc = open_text(&d, "python", "x = 1\n");
    struct document *plain;
    assert_int_equal(
        documents_open(&d, STR("b"), STR(""), 1, STR("x"), &plain, NULL), OK);
    assert_ptr_equal(documents_unparsed(&d), doc);
    assert_true(document_parse(doc, 0));
    assert_null(documents_unparsed(&d));
    struct change made;
    struct range range = {{0, 0}, {0, 0}};
    document_change(&d, plain, &range, -1, ENCODING_UTF16, STR("y"), &made);
    assert_null(documents_unparsed(&d));
    document_change(&d, doc, &range, -1, ENCODING_UTF16, STR("y"), &made);
    assert_ptr_equal(documents_unparsed(&d), doc);
    documents_release(&d);
}

static bool reads(const struct document *doc, const char *text)
{
    return str_is(text_view(&doc->text), text);
}

static void a_copy_changes_on_its_own(void **state)
{
    (void)state;
    struct documents d, copies;
    struct document *doc = open_text(&d, "python", "x = 1\ny = \n"), *copy;
    struct change made;
    struct range at = {{1, 4}, {1, 4}};
    document_parse(doc, 0);
    documents_init(&copies);
    assert_int_equal(documents_copy(&copies, doc, &copy, NULL), OK);
    assert_string_equal(copy->uri, doc->uri);
    assert_ptr_equal(copy->language, doc->language);
    assert_false(tree_behind(&copy->tree)); /* nothing to be parsed */
    assert_int_equal(document_change(&copies, copy, &at, -1, ENCODING_UTF8,
                                     STR("f(x)"), &made),
                     OK);
    assert_true(reads(copy, "x = 1\ny = f(x)\n"));
    assert_true(reads(doc, "x = 1\ny = \n"));
    assert_true(tree_settled(&doc->tree));
    document_parse(copy, 0);
    assert_true(tree_settled(&copy->tree));
    assert_int_equal(ts_node_end_byte(tree_root(&copy->tree)), 15);
    assert_int_equal(ts_node_end_byte(tree_root(&doc->tree)), 11);
    documents_release(&d); /* the copy outlives it */
    assert_false(ts_node_has_error(tree_root(&copy->tree)));
    documents_release(&copies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_text_by_ranges),
        cmocka_unit_test(the_whole_text_can_be_replaced),
        cmocka_unit_test(a_change_of_nothing_leaves_the_tree_fresh),
        cmocka_unit_test(a_wrong_range_length_is_out_of_step),
        cmocka_unit_test(out_of_step_until_the_whole_text_comes),
        cmocka_unit_test(what_does_not_fit_changes_nothing),
        cmocka_unit_test(opens_finds_replaces_and_closes),
        cmocka_unit_test(tells_what_is_unparsed),
        cmocka_unit_test(a_copy_changes_on_its_own),
    };
    return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
