#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "context/extent.h"
#include "rows.h"

static struct documents documents;
static int failed; /* rows */

static struct document *open_buffer(struct str language, struct str text)
{
    struct document *doc;
    struct why why;
    assert_int_equal(documents_open(&documents, STR("file:///t"), language, 1,
                                    text, &doc, &why),
                     OK);
    document_parse(doc, 0);
    return doc;
}

static enum extent extent_from(struct str name)
{
    for (int e = EXTENT_LINE; e <= EXTENT_BLOCK; e++)
        if (str_is(name, extent_name((enum extent)e)))
            return (enum extent)e;
    fail_msg("\"%.*s\" is no extent", STR_ARG(name));
    return EXTENT_LINE;
}

static enum cursor_class class_from(struct str name)
{
#define X(class, text, meaning)                                                \
    if (str_is(name, text))                                                    \
        return CURSOR_##class;
    CURSOR_CLASSES(X)
#undef X
    fail_msg("\"%.*s\" is no class", STR_ARG(name));
    return CURSOR_TOP_LEVEL;
}

/* --- tests/extent/at.txt */

static void run_at(const struct row *row)
{
    struct str rest = row->text;
    struct str language = row_cut(&rest, " "), class = row_cut(&rest, ": ");
    struct str marked = row_cut(&rest, " => ");
    struct classification c = {.class = class_from(class)};
    struct buf text;
    buf_init(&text, 4096);
    size_t offset = row_field(marked, "|", &text);
    struct document *doc = open_buffer(language, buf_view(&text));
    enum extent got = extent_at(doc, offset, &c);
    if (!str_is(rest, extent_name(got))) {
        failed++;
        print_error("%s:%d: %s\n", row->file, row->line, extent_name(got));
    }
    buf_release(&text);
}

static void test_at(void **state)
{
    (void)state;
    assert_true(rows_run("tests/extent/at.txt", run_at) > 30);
    assert_int_equal(failed, 0);
}

/* --- the other files: where a stream is cut */

/* Feed `stream` in steps of `step` bytes; STR_NONE when it never ends. */
static size_t feed(const struct document *doc, size_t offset, enum extent e,
                   struct str stream, size_t step)
{
    struct extent_scan scan;
    extent_scan_init(&scan, doc, offset, e);
    size_t length;
    for (size_t n = step; n < stream.len + step; n += step)
        if (extent_scan_done(&scan, str_sub(stream, 0, n), &length))
            return length;
    return STR_NONE;
}

static void check_cut(const struct row *row, size_t got, size_t want,
                      struct str stream, size_t step)
{
    if (got == want)
        return;
    failed++;
    if (got == STR_NONE)
        print_error("%s:%d: steps of %zu: not cut\n", row->file, row->line,
                    step);
    else
        print_error("%s:%d: steps of %zu: \"%.*s\"\n", row->file, row->line,
                    step, (int)got, stream.ptr);
}

static void run_cut(const struct row *row)
{
    struct str rest = row->text;
    struct str head = row_cut(&rest, ": "), marked = row_cut(&rest, " => ");
    size_t blank = str_find_char(head, ' ');
    struct str language = str_from(strrchr(row->file, '/') + 1);
    language.len -= 4;
    if (blank != STR_NONE)
        language = str_sub(head, 0, blank);
    enum extent e = extent_from(
        blank == STR_NONE ? head : str_sub(head, blank + 1, head.len));

    struct buf text, stream;
    buf_init(&text, 4096);
    buf_init(&stream, 4096);
    size_t offset = row_field(marked, "|", &text);
    size_t want = row_field(rest, "§", &stream);
    struct document *doc = open_buffer(language, buf_view(&text));
    struct str s = buf_view(&stream);
    for (size_t step = 1; step < s.len; step += 1 + step / 4)
        check_cut(row, feed(doc, offset, e, s, step), want, s, step);
    check_cut(row, feed(doc, offset, e, s, s.len), want, s, s.len);
    buf_release(&text);
    buf_release(&stream);
}

static void test_cut(void **state)
{
    (void)state;
    assert_true(rows_run("tests/extent/[!a]*.txt", run_cut) > 100);
    assert_int_equal(failed, 0);
}

/* It stays as it was once it is complete. */
static void test_complete_stays(void **state)
{
    (void)state;
    struct document *doc = open_buffer(STR("python"), STR("x = "));
    struct extent_scan scan;
    size_t length = 0;
    extent_scan_init(&scan, doc, 4, EXTENT_STATEMENT);
    assert_false(extent_scan_done(&scan, STR("1"), &length));
    assert_true(extent_scan_done(&scan, STR("1\ny"), &length));
    assert_int_equal(length, 1);
    length = 9;
    assert_true(extent_scan_done(&scan, STR("1\ny = 2\n"), &length));
    assert_int_equal(length, 1);
}

/* Deep nesting and a cursor anywhere in it. */
static void test_deep(void **state)
{
    (void)state;
    static char text[3000];
    memset(text, '(', 1000);
    memset(text + 1000, '{', 1000);
    memset(text + 2000, ')', 1000);
    struct document *doc = open_buffer(STR("c"), (struct str){text, 3000});
    for (size_t at = 0; at <= 3000; at += 250) {
        struct extent_scan scan;
        size_t length;
        extent_scan_init(&scan, doc, at, EXTENT_BLOCK);
        extent_scan_done(&scan, (struct str){text, 3000}, &length);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_complete_stays),
        cmocka_unit_test(test_deep),
    };
    return cmocka_run_group_tests_name("extent", tests, set_up, tear_down);
}
