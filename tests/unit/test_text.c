#include "doc/text.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every line in brackets with its number: "0[a]1[]". */
static const char *lines_of(const struct text *t)
{
    static char out[1024];
    out[0] = '\0';
    for (size_t i = 0; i < t->n_lines; i++) {
        struct str line = text_line(t, i);
        snprintf(out + strlen(out), sizeof out - strlen(out), "%zu[%.*s]", i,
                 STR_ARG(line));
    }
    return out;
}

static void lines_end_at_lf_crlf_and_lone_cr(void **state)
{
    (void)state;
    static const struct {
        const char *text, *lines;
        size_t lone_crs;
    } rows[] = {
        {"", "0[]", 0},
        {"a", "0[a]", 0},
        {"a\n", "0[a]1[]", 0},
        {"a\nb", "0[a]1[b]", 0},
        {"a\r\nb", "0[a]1[b]", 0},
        {"a\rb", "0[a]1[b]", 1},
        {"a\r", "0[a]1[]", 1},
        {"\r\n", "0[]1[]", 0},
        {"\n\r", "0[]1[]2[]", 1},
        {"\r\r\n", "0[]1[]2[]", 1},
        {"\n\n", "0[]1[]2[]", 0},
        {"a\r\n\r\nb\rc\n", "0[a]1[]2[b]3[c]4[]", 1},
        /* Only these three end a line: not VT, FF, NEL, LS, PS. */
        {"a\v\f\xC2\x85\xE2\x80\xA8\xE2\x80\xA9",
         "0[a\v\f\xC2\x85\xE2\x80\xA8"
         "\xE2\x80\xA9]",
         0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text t;
        assert_int_equal(text_init(&t, str_from(rows[i].text)), OK);
        assert_string_equal(lines_of(&t), rows[i].lines);
        assert_int_equal(t.lone_crs, rows[i].lone_crs);
        text_release(&t);
    }
}

static void a_splice_keeps_the_lines(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        size_t start, end;
        const char *with, *after, *lines;
    } rows[] = {
        {"", 0, 0, "", "", "0[]"},
        {"", 0, 0, "a\nb", "a\nb", "0[a]1[b]"},
        {"a\nb", 1, 2, "", "ab", "0[ab]"},
        {"a\nb\nc", 0, 5, "x", "x", "0[x]"},
        {"a\nb\nc", 2, 3, "1\n2\n3", "a\n1\n2\n3\nc", "0[a]1[1]2[2]3[3]4[c]"},
        /* CR LF is made, joined and split at either edge of the splice. */
        {"a\rb", 2, 2, "\n", "a\r\nb", "0[a]1[b]"},
        {"a\nb", 1, 1, "\r", "a\r\nb", "0[a]1[b]"},
        {"a\r\nb", 2, 2, "x", "a\rx\nb", "0[a]1[x]2[b]"},
        {"a\r\nb", 2, 2, "\n", "a\r\n\nb", "0[a]1[]2[b]"},
        {"a\r\nb", 2, 2, "\r", "a\r\r\nb", "0[a]1[]2[b]"},
        {"a\r\nb", 1, 2, "", "a\nb", "0[a]1[b]"},
        {"a\r\nb", 2, 3, "", "a\rb", "0[a]1[b]"},
        {"a\r\nb", 1, 3, "", "ab", "0[ab]"},
        {"a\rx\nb", 2, 3, "", "a\r\nb", "0[a]1[b]"},
        {"a\r", 2, 2, "\n", "a\r\n", "0[a]1[]"},
        {"a\r\n", 2, 3, "", "a\r", "0[a]1[]"},
        {"\n", 0, 0, "\r", "\r\n", "0[]1[]"},
        {"\r\n", 0, 1, "", "\n", "0[]1[]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text t;
        assert_int_equal(text_init(&t, str_from(rows[i].before)), OK);
        assert_int_equal(
            text_splice(&t, rows[i].start, rows[i].end, str_from(rows[i].with)),
            OK);
        assert_true(str_is(text_view(&t), rows[i].after));
        assert_string_equal(lines_of(&t), rows[i].lines);
        text_release(&t);
    }
}

static void finds_lines_by_offset(void **state)
{
    (void)state;
    struct text t;
    assert_int_equal(text_init(&t, STR("ab\r\nc\rd\n")), OK);
    /*                          byte:   01 2 3 4 5 6 7 8 */
    static const struct {
        size_t line, row, column;
        const char *prefix, *suffix;
    } rows[] = {
        {0, 0, 0, "", "ab"}, {0, 0, 1, "a", "b"}, {0, 0, 2, "ab", ""},
        {0, 0, 3, "ab", ""}, {1, 1, 0, "", "c"},  {1, 1, 1, "c", ""},
        {2, 1, 2, "", "d"},  {2, 1, 3, "d", ""},  {3, 2, 0, "", ""},
    };
    for (size_t at = 0; at <= text_len(&t); at++) {
        size_t column;
        assert_int_equal(text_line_at(&t, at), rows[at].line);
        assert_int_equal(text_row_at(&t, at, &column), rows[at].row);
        assert_int_equal(column, rows[at].column);
        assert_true(str_is(text_line_prefix(&t, at), rows[at].prefix));
        assert_true(str_is(text_line_suffix(&t, at), rows[at].suffix));
    }
    text_release(&t);
}

static void repairs_what_is_not_utf8(void **state)
{
    (void)state;
    struct text t;
    assert_int_equal(text_init(&t, STR("a\xFF\n\xC3")), OK);
    assert_true(str_is(text_view(&t), "a\xEF\xBF\xBD\n\xEF\xBF\xBD"));
    assert_int_equal(text_splice(&t, 1, 4, STR("\xED\xA0\x80")), OK);
    assert_true(str_is(text_line(&t, 0), "a\xEF\xBF\xBD\xEF\xBF\xBD"
                                         "\xEF\xBF\xBD"));
    text_release(&t);
}

static void refuses_what_is_too_large(void **state)
{
    (void)state;
    struct text t;
    char *large = malloc(TEXT_MAX + 1);
    assert_non_null(large);
    memset(large, '\n', TEXT_MAX + 1);
    assert_int_equal(text_init(&t, (struct str){large, TEXT_MAX + 1}),
                     ERR_TOO_LARGE);
    assert_string_equal(lines_of(&t), "0[]");
    assert_int_equal(text_splice(&t, 0, 0, STR("a\nb")), OK);
    assert_int_equal(text_splice(&t, 1, 2, (struct str){large, TEXT_MAX - 1}),
                     ERR_TOO_LARGE);
    memset(large, 0xFF, TEXT_MAX); /* fits, but not once it is repaired */
    assert_int_equal(text_splice(&t, 0, 3, (struct str){large, TEXT_MAX}),
                     ERR_TOO_LARGE);
    assert_string_equal(lines_of(&t), "0[a]1[b]");
    assert_int_equal(text_splice(&t, 3, 3, STR("c")), OK);
    assert_string_equal(lines_of(&t), "0[a]1[bc]");
    text_release(&t);
    free(large);
}

/* Pieces that meet each other at the edges of splices in every way. */
static const char *const pieces[] = {"\r",
                                     "\n",
                                     "\r\n",
                                     "\n\r",
                                     "a",
                                     "bc",
                                     "",
                                     "\r\r",
                                     "\n\n",
                                     "\xF0\x9F\x98"
                                     "\x80"};

static size_t pick(uint64_t *seed, size_t n)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)((*seed >> 33) % n);
}

static void assert_same(const struct text *a, const struct text *b)
{
    assert_int_equal(a->n_lines, b->n_lines);
    assert_memory_equal(a->lines, b->lines, a->n_lines * sizeof *a->lines);
    assert_int_equal(a->lone_crs, b->lone_crs);
}

static size_t boundary(const struct text *t, size_t at)
{
    while (at > 0 && at < text_len(t) &&
           ((unsigned char)t->bytes.ptr[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static void many_splices_equal_a_rescan(void **state)
{
    (void)state;
    for (uint64_t run = 1; run <= 200; run++) {
        uint64_t seed = run;
        struct text t;
        assert_int_equal(text_init(&t, STR("")), OK);
        for (int i = 0; i < 100; i++) {
            size_t start = boundary(&t, pick(&seed, text_len(&t) + 1));
            size_t end = start + pick(&seed, 6);
            end = boundary(&t, end < text_len(&t) ? end : text_len(&t));
            char with[64] = "";
            for (size_t n = pick(&seed, 4); n > 0; n--)
                strcat(with, pieces[pick(&seed, 10)]);
            if (end < start)
                end = start;
            assert_int_equal(text_splice(&t, start, end, str_from(with)), OK);
            struct text fresh;
            assert_int_equal(text_init(&fresh, text_view(&t)), OK);
            assert_same(&t, &fresh);
            text_release(&fresh);
        }
        text_release(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_at_lf_crlf_and_lone_cr),
        cmocka_unit_test(a_splice_keeps_the_lines),
        cmocka_unit_test(finds_lines_by_offset),
        cmocka_unit_test(repairs_what_is_not_utf8),
        cmocka_unit_test(refuses_what_is_too_large),
        cmocka_unit_test(many_splices_equal_a_rescan),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
