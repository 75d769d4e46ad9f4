#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "context/ending.h"
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
    enum extent got = extent_at(doc, offset, &c, NULL);
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

/* A row: what stands in the buffer, and what comes. */
struct stream {
    const struct row *row;
    struct document *doc;
    size_t offset;
    enum extent extent;
    struct buf text;
    size_t want, alone; /* the ends: right, and by the scan alone */
};

/* Feed the stream in steps of `step` bytes; STR_NONE when it never ends. */
static size_t feed_scan(const struct stream *s, size_t step)
{
    struct extent_scan scan;
    struct str text = buf_view(&s->text);
    extent_scan_init(&scan, s->doc, s->offset, s->extent, NULL);
    size_t length;
    for (size_t n = step; n < text.len + step; n += step)
        if (extent_scan_done(&scan, str_sub(text, 0, n), &length))
            return length;
    return STR_NONE;
}

static size_t feed_ending(const struct stream *s, size_t step)
{
    struct ending e;
    struct str text = buf_view(&s->text);
    ending_init(&e, s->doc, s->offset, s->extent, NULL);
    for (size_t n = step; n < text.len + step; n += step) {
        struct str part = str_sub(text, 0, n);
        while (ending_read(&e, part))
            if (ending_ask(&e, s->doc, s->offset, 0, part, 0))
                return e.length;
    }
    return e.refused ? e.first : STR_NONE;
}

/* The same of a text that is all there. */
static size_t whole(const struct stream *s)
{
    struct ending e;
    ending_init(&e, s->doc, s->offset, s->extent, NULL);
    return ending_of_text(&e, s->doc, s->offset, buf_view(&s->text), 0)
               ? e.length
               : STR_NONE;
}

static void check_cut(const struct stream *s, const char *who, size_t got,
                      size_t want, size_t step)
{
    const struct row *row = s->row;
    if (got == want)
        return;
    failed++;
    if (got == STR_NONE)
        print_error("%s:%d: steps of %zu: not cut by %s\n", row->file,
                    row->line, step, who);
    else
        print_error("%s:%d: steps of %zu: %s: \"%.*s\"\n", row->file, row->line,
                    step, who, (int)got, s->text.ptr);
}

/* The grammar is asked at some line ends, and which depends on how much comes
 * at once; a text that follows makes up for it. */
static void check_cuts(const struct stream *s)
{
    for (size_t step = 1; step < s->text.len; step += 1 + step / 4) {
        check_cut(s, "the scan", feed_scan(s, step), s->alone, step);
        check_cut(s, "both", feed_ending(s, step), s->want, step);
    }
    check_cut(s, "the scan", feed_scan(s, s->text.len), s->alone, s->text.len);
    check_cut(s, "both", feed_ending(s, s->text.len), s->want, s->text.len);
    check_cut(s, "the whole text", whole(s), s->want, s->text.len);
}

/* Where the scan alone would cut; only in tests/ending. */
static size_t take_mark(struct str *marked, struct buf *copy)
{
    static const char *const mark = "¶";
    struct buf before;
    size_t at = str_find(*marked, str_from(mark)), place = STR_NONE;
    if (at == STR_NONE)
        return STR_NONE;
    buf_init(&before, 4096);
    row_field(str_sub(*marked, 0, at), "§", &before);
    place = before.len;
    buf_append(copy, str_sub(*marked, 0, at));
    buf_append(copy, str_sub(*marked, at + strlen(mark), marked->len));
    *marked = buf_view(copy);
    buf_release(&before);
    return place;
}

static void run_row(const struct row *row, bool differs)
{
    struct stream s = {.row = row};
    struct str rest = row->text;
    struct str head = row_cut(&rest, ": "), marked = row_cut(&rest, " => ");
    size_t blank = str_find_char(head, ' ');
    struct str language = str_from(strrchr(row->file, '/') + 1);
    language.len -= 4;
    if (blank != STR_NONE)
        language = str_sub(head, 0, blank);
    s.extent = extent_from(
        blank == STR_NONE ? head : str_sub(head, blank + 1, head.len));

    struct buf text, copy;
    buf_init(&text, 4096);
    buf_init(&copy, 4096);
    buf_init(&s.text, 4096);
    s.offset = row_field(marked, "|", &text);
    s.alone = take_mark(&rest, &copy);
    s.want = row_field(rest, "§", &s.text);
    if (!differs)
        s.alone = s.want;
    else if (s.alone == s.want)
        fail_msg("%s:%d: the scan is right alone", row->file, row->line);
    s.doc = open_buffer(language, buf_view(&text));
    check_cuts(&s);
    buf_release(&text);
    buf_release(&copy);
    buf_release(&s.text);
}

static void run_same(const struct row *row)
{
    run_row(row, false);
}

static void test_cut(void **state)
{
    (void)state;
    assert_true(rows_run("tests/extent/[!a]*.txt", run_same) > 100);
    assert_int_equal(failed, 0);
}

static void run_different(const struct row *row)
{
    run_row(row, true);
}

static void test_grammar_knows_better(void **state)
{
    (void)state;
    assert_true(rows_run("tests/ending/*.txt", run_different) > 90);
    assert_int_equal(failed, 0);
}

/* It stays as it was once it is complete. */
static void test_complete_stays(void **state)
{
    (void)state;
    struct document *doc = open_buffer(STR("python"), STR("x = "));
    struct extent_scan scan;
    size_t length = 0;
    extent_scan_init(&scan, doc, 4, EXTENT_STATEMENT, NULL);
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
        extent_scan_init(&scan, doc, at, EXTENT_BLOCK, NULL);
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
        cmocka_unit_test(test_grammar_knows_better),
        cmocka_unit_test(test_complete_stays),
        cmocka_unit_test(test_deep),
    };
    return cmocka_run_group_tests_name("extent", tests, set_up, tear_down);
}
