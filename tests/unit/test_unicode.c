#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Code points with a '.' between them; each ill-formed byte counts as one. */
static const struct {
    struct str in;
    const char *points;
    bool valid;
    size_t utf16;
} texts[] = {
    {{"", 0}, "", true, 0},
    {{"az", 2}, "61.7a", true, 2},
    {{"\0", 1}, "0", true, 1},
    {{"\xc3\xa9", 2}, "e9", true, 1},
    {{"\xe6\xbc\xa2", 3}, "6f22", true, 1},
    {{"\xf0\x9f\x98\x80", 4}, "1f600", true, 2},
    {{"\xf4\x8f\xbf\xbf", 4}, "10ffff", true, 2},
    {{"e\xcc\x81", 3}, "65.301", true, 2}, /* a combining mark */
    {{"\xff", 1}, "fffd", false, 1},
    {{"\x80", 1}, "fffd", false, 1},
    {{"a\xc3", 2}, "61.fffd", false, 2},
    {{"\xe6\xbc", 2}, "fffd.fffd", false, 2},
    {{"\xe6\xbcz", 3}, "fffd.fffd.7a", false, 3},
    {{"\xf0\x9f\x98", 3}, "fffd.fffd.fffd", false, 3},
    {{"\xc0\xaf", 2}, "fffd.fffd", false, 2},          /* overlong */
    {{"\xe0\x80\xaf", 3}, "fffd.fffd.fffd", false, 3}, /* overlong */
    {{"\xed\xa0\x80", 3}, "fffd.fffd.fffd", false, 3}, /* a surrogate */
    {{"\xf4\x90\x80\x80", 4}, "fffd.fffd.fffd.fffd", false, 4},
};

/* Its own allocation, so that reading behind it is seen. */
static struct str exact(struct str s)
{
    char *copy = malloc(s.len + !s.len);
    assert_non_null(copy);
    memcpy(copy, s.ptr, s.len);
    return (struct str){copy, s.len};
}

static void test_decode(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str in = exact(texts[i].in);
        struct buf out;
        size_t n = 0;
        buf_init(&out, 256);
        for (size_t at = 0; at < in.len; n++) {
            uint32_t point = utf8_next(in, &at);
            buf_printf(&out, n ? ".%x" : "%x", point);
        }
        if (!str_is(buf_view(&out), texts[i].points) ||
            utf8_valid(in) != texts[i].valid || utf8_count(in) != n ||
            utf8_count_utf16(in) != texts[i].utf16)
            fail_msg("row %zu: %s", i, out.ptr);
        buf_release(&out);
        free((char *)in.ptr);
    }
}

/* Going back meets the same borders as going forth. */
static void test_prev_and_snap(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str in = exact(texts[i].in);
        for (size_t start = 0, end = 0; start < in.len; start = end) {
            utf8_next(in, &end);
            assert_int_equal(utf8_prev(in, end), start);
            for (size_t at = start; at < end; at++)
                assert_int_equal(utf8_snap(in, at), start);
        }
        assert_int_equal(utf8_snap(in, in.len + 9), in.len);
        assert_int_equal(utf8_prev(in, 0), 0);
        free((char *)in.ptr);
    }
}

static void test_repair(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf out;
        buf_init(&out, 256);
        assert_true(utf8_append_repaired(&out, texts[i].in));
        assert_true(utf8_valid(buf_view(&out)));
        assert_int_equal(utf8_count(buf_view(&out)), utf8_count(texts[i].in));
        if (texts[i].valid)
            assert_true(str_eq(buf_view(&out), texts[i].in));
        buf_release(&out);
    }
}

static void test_encode(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 64);
    utf8_append(&out, 'a');
    utf8_append(&out, 0xE9);
    utf8_append(&out, 0x1F600);
    utf8_append(&out, 0xD800);
    utf8_append(&out, 0x110000);
    utf8_append(&out, UINT32_MAX);
    assert_string_equal(out.ptr, "a\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd"
                                 "\xef\xbf\xbd\xef\xbf\xbd");
    buf_release(&out);
}

static void test_columns(void **state)
{
    (void)state;
    assert_int_equal(utf8_columns(STR("abc")), 3);
    assert_int_equal(utf8_columns(STR("\xe6\xbc\xa2")), 2);
    assert_int_equal(utf8_columns(STR("e\xcc\x81")), 1);
    assert_int_equal(utf8_columns(STR("\xf0\x9f\x98\x80")), 2);
    assert_int_equal(utf8_columns(STR("\n")), 0);
}

static void test_unsafe(void **state)
{
    (void)state;
    static const uint32_t unsafe[] = {
        0,      0x07,   0x08,   0x1B,   0x7F,   0x85,   0x9B,   0xAD,   0x34F,
        0x61C,  0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A,
        0x202E, 0x2060, 0x2066, 0x2069, 0x2800, 0x3164, 0xFE0F, 0xFEFF, 0xE0041,
    };
    static const uint32_t safe[] = {'\t', '\n',   '\r',   ' ',    'a',
                                    0xE9, 0x301,  0x5D0,  0x627,  0x6F22,
                                    0xA0, 0x2026, 0x3000, 0x1F600};
    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
        if (!unicode_is_unsafe(unsafe[i]))
            fail_msg("U+%04X is let through", unsafe[i]);
    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++)
        if (unicode_is_unsafe(safe[i]))
            fail_msg("U+%04X is kept out", safe[i]);
}

static void test_word(void **state)
{
    (void)state;
    static const uint32_t in[] = {'a',  'Z',   '0',    '_',   '$',
                                  0xE9, 0x3B1, 0x6F22, 0x301, 0x660};
    static const uint32_t out[] = {' ', '-', '.', '(', 0x2026, 0x1F600, 0xD7};
    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        assert_true(unicode_is_word(in[i]));
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        assert_false(unicode_is_word(out[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),  cmocka_unit_test(test_prev_and_snap),
        cmocka_unit_test(test_repair),  cmocka_unit_test(test_encode),
        cmocka_unit_test(test_columns), cmocka_unit_test(test_unsafe),
        cmocka_unit_test(test_word),
    };
    return cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
}
