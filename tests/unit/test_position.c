#include "doc/position.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/*
 * line 0: "ab"       CR LF
 * line 1: "x😀y"     LF       x at 4, 😀 at 5..8, y at 9
 * line 2: "éẽ"       CR       é at 11..12, e at 13, U+0303 at 14..15
 * line 3: "日本"              at 17 and 20, end 23
 */
#define TEXT                                                                   \
    "ab\r\nx\xF0\x9F\x98\x80y\n\xC3\xA9"                                       \
    "e\xCC\x83\r\xE6\x97\xA5\xE6\x9C\xAC"

enum { END = 23 };

static struct text text;

static int set_up(void **state)
{
    (void)state;
    return text_init(&text, STR(TEXT)) == OK && text_len(&text) == END ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    text_release(&text);
    return 0;
}

/* Exact positions: both ways. */
static void offsets_and_positions_agree(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        uint32_t line, utf8, utf16, utf32;
    } rows[] = {
        {0, 0, 0, 0, 0},  {1, 0, 1, 1, 1},  {2, 0, 2, 2, 2},  {4, 1, 0, 0, 0},
        {5, 1, 1, 1, 1},  {9, 1, 5, 3, 2},  {10, 1, 6, 4, 3}, {11, 2, 0, 0, 0},
        {13, 2, 2, 1, 1}, {14, 2, 3, 2, 2}, {16, 2, 5, 3, 3}, {17, 3, 0, 0, 0},
        {20, 3, 3, 1, 1}, {23, 3, 6, 2, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t units[] = {rows[i].utf8, rows[i].utf16, rows[i].utf32};
        for (enum encoding e = ENCODING_UTF8; e <= ENCODING_UTF32; e++) {
            struct position p = {rows[i].line, units[e]};
            assert_int_equal(position_to_offset(&text, p, e), rows[i].offset);
            struct position q = position_of_offset(&text, rows[i].offset, e);
            assert_int_equal(q.line, p.line);
            assert_int_equal(q.character, p.character);
        }
    }
}

/* What no exact position means: past an end, or inside a code point. */
static void odd_positions_snap_and_clamp(void **state)
{
    (void)state;
    static const struct {
        uint32_t line, character;
        enum encoding e;
        size_t offset;
    } rows[] = {
        {0, 3, ENCODING_UTF16, 2}, /* not between CR and LF */
        {0, UINT32_MAX, ENCODING_UTF8, 2},
        {1, UINT32_MAX, ENCODING_UTF16, 10},
        {2, 99, ENCODING_UTF32, 16},
        {3, 7, ENCODING_UTF8, END},
        {4, 0, ENCODING_UTF16, END},
        {UINT32_MAX, UINT32_MAX, ENCODING_UTF32, END},
        {1, 2, ENCODING_UTF16, 5}, /* inside the surrogate pair */
        {1, 2, ENCODING_UTF8, 5},
        {1, 3, ENCODING_UTF8, 5},
        {1, 4, ENCODING_UTF8, 5},
        {2, 1, ENCODING_UTF8, 11},
        {2, 4, ENCODING_UTF8, 14},
        {3, 5, ENCODING_UTF8, 20},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct position p = {rows[i].line, rows[i].character};
        assert_int_equal(position_to_offset(&text, p, rows[i].e),
                         rows[i].offset);
    }
}

static void odd_offsets_snap_and_clamp(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        uint32_t line, character; /* UTF-16 */
    } rows[] = {
        {3, 0, 2}, {6, 1, 1}, {8, 1, 1}, {12, 2, 0}, {15, 2, 2}, {99, 3, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct position p =
            position_of_offset(&text, rows[i].offset, ENCODING_UTF16);
        assert_int_equal(p.line, rows[i].line);
        assert_int_equal(p.character, rows[i].character);
    }
}

/* The fast way over ASCII must hand over at any place. */
static void a_wide_character_anywhere_in_a_line(void **state)
{
    (void)state;
    for (size_t n = 0; n < 40; n++) {
        char line[64] = "0123456789012345678901234567890123456789";
        line[n] = '\0';
        struct text t;
        assert_int_equal(text_init(&t, str_from(line)), OK);
        assert_int_equal(text_splice(&t, n, n, STR("\xF0\x9F\x98\x80z")), OK);
        struct position behind = {0, (uint32_t)n + 2};
        assert_int_equal(position_to_offset(&t, behind, ENCODING_UTF16), n + 4);
        behind.character = (uint32_t)n + 1;
        assert_int_equal(position_to_offset(&t, behind, ENCODING_UTF32), n + 4);
        assert_int_equal(position_to_offset(&t, behind, ENCODING_UTF16), n);
        text_release(&t);
    }
}

static void counts_units(void **state)
{
    (void)state;
    struct str s = STR("abcdefgh\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80\r\n");
    assert_int_equal(position_units(s, ENCODING_UTF8), 19);
    assert_int_equal(position_units(s, ENCODING_UTF16), 14);
    assert_int_equal(position_units(s, ENCODING_UTF32), 13);
    assert_int_equal(position_units((struct str){0}, ENCODING_UTF16), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_and_positions_agree),
        cmocka_unit_test(odd_positions_snap_and_clamp),
        cmocka_unit_test(odd_offsets_snap_and_clamp),
        cmocka_unit_test(a_wide_character_anywhere_in_a_line),
        cmocka_unit_test(counts_units),
    };
    return cmocka_run_group_tests_name("position", tests, set_up, tear_down);
}
