#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/str.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void test_equality(void **state)
{
    (void)state;
    const struct {
        struct str a, b;
        bool same, same_nocase;
    } rows[] = {
        {STR("a"), STR("a"), true, true},
        {STR("a"), STR("A"), false, true},
        {STR("a"), STR("ab"), false, false},
        {{NULL, 0}, STR(""), true, true},
        {STR("a\0b"), STR("a\0b"), true, true},
        {STR("a\0b"), STR("a\0c"), false, false},
        {STR("\xc3\xa9"), STR("\xc3\x89"), false, false}, /* ASCII only */
        {STR("["), STR("{"), false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(str_eq(rows[i].a, rows[i].b), rows[i].same);
        assert_int_equal(str_eq_nocase(rows[i].a, rows[i].b),
                         rows[i].same_nocase);
    }
    assert_true(str_is(STR("x"), "x"));
    assert_true(str_is((struct str){0}, NULL));
}

static void test_ends(void **state)
{
    (void)state;
    struct str none = {0};
    assert_true(str_starts(STR("abc"), STR("ab")));
    assert_false(str_starts(STR("ab"), STR("abc")));
    assert_true(str_starts(none, none));
    assert_true(str_ends(STR("abc"), STR("bc")));
    assert_false(str_ends(STR("bc"), STR("abc")));
    assert_true(str_ends(STR("abc"), none));
}

/* Also where two blocks of the search meet. */
static void test_rfind_in_long_text(void **state)
{
    (void)state;
    char text[3000];
    for (size_t at = 0; at + 2 <= sizeof text; at++) {
        memset(text, '.', sizeof text);
        memcpy(text + at, "/*", 2);
        struct str s = {text, sizeof text};
        assert_int_equal(str_rfind(s, STR("/*")), at);
        if (at > 1) {
            memcpy(text, "/*", 2);
            assert_int_equal(str_rfind(s, STR("/*")), at);
        }
    }
}

static void test_sub_is_clamped(void **state)
{
    (void)state;
    static const struct {
        size_t from, to;
        const char *out;
    } rows[] = {{0, 3, "abc"}, {1, 2, "b"}, {1, 99, "bc"},       {2, 1, ""},
                {9, 99, ""},   {3, 3, ""},  {0, STR_NONE, "abc"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(
            str_is(str_sub(STR("abc"), rows[i].from, rows[i].to), rows[i].out));
    assert_null(str_sub((struct str){0}, 1, 2).ptr);
}

static void test_find(void **state)
{
    (void)state;
    assert_int_equal(str_find(STR("abcabc"), STR("bc")), 1);
    assert_int_equal(str_find(STR("abc"), STR("")), 0);
    assert_true(str_find(STR("abc"), STR("x")) == STR_NONE);
    assert_true(str_find(STR("ab"), STR("abc")) == STR_NONE);
    assert_true(str_find((struct str){0}, STR("a")) == STR_NONE);
    assert_int_equal(str_rfind(STR("abcabc"), STR("bc")), 4);
    assert_int_equal(str_rfind(STR("aaaa"), STR("aa")), 2);
    assert_int_equal(str_rfind(STR("abc"), STR("")), 3);
    assert_true(str_rfind(STR("abc"), STR("x")) == STR_NONE);
    assert_true(str_rfind(STR("ab"), STR("abc")) == STR_NONE);
    assert_true(str_rfind((struct str){0}, STR("a")) == STR_NONE);
    assert_int_equal(str_find_char(STR("abcb"), 'b'), 1);
    assert_int_equal(str_rfind_char(STR("abcb"), 'b'), 3);
    assert_true(str_find_char((struct str){0}, 'b') == STR_NONE);
    assert_true(str_rfind_char(STR("a"), 'b') == STR_NONE);
}

static void test_trim(void **state)
{
    (void)state;
    assert_true(str_is(str_trim(STR(" \t\r\n\v\fa b\n ")), "a b"));
    assert_true(str_is(str_trim_end(STR(" a ")), " a"));
    assert_int_equal(str_trim(STR("  \n")).len, 0);
    assert_int_equal(str_trim((struct str){0}).len, 0);
}

static void test_cut(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out; /* pieces in brackets */
    } rows[] = {{"a,b", "[a][b]"},
                {"a", "[a]"},
                {"", "[]"},
                {",", "[][]"},
                {"a,,b,", "[a][][b][]"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[64] = "";
        struct str piece, rest = str_from(rows[i].in);
        while (str_cut(&rest, ',', &piece)) {
            strcat(out, "[");
            strncat(out, piece.ptr, piece.len);
            strcat(out, "]");
        }
        assert_string_equal(out, rows[i].out);
    }
    assert_false(str_cut(&(struct str){0}, ',', &(struct str){0}));
}

static void test_dup(void **state)
{
    (void)state;
    char *copy = str_dup(str_sub(STR("abc"), 0, 2));
    assert_string_equal(copy, "ab");
    free(copy);
    copy = str_dup((struct str){0});
    assert_string_equal(copy, "");
    free(copy);
}

static void test_numbers_are_digits_alone(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t most, number;
        bool good;
    } rows[] = {
        {"0", 9, 0, true},
        {"007", 9, 7, true},
        {"10", 9, 0, false},
        {"", 9, 0, false},
        {"-1", 9, 0, false},
        {"+1", 9, 0, false},
        {" 1", 9, 0, false},
        {"1 ", 9, 0, false},
        {"0x1", 9, 0, false},
        {"1\xff", 9, 0, false},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX, true},
        {"18446744073709551616", UINT64_MAX, 0, false},
        {"99999999999999999999999", UINT64_MAX, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t n = 12345;
        bool good = str_number(str_from(rows[i].text), rows[i].most, &n);
        if (good != rows[i].good || n != (good ? rows[i].number : 12345))
            fail_msg("\"%s\": %d, %" PRIu64, rows[i].text, good, n);
    }
}

static void test_find_sorted(void **state)
{
    (void)state;
    static const char *const texts[] = {"a", "ab", "b", "while"};
    static const struct {
        struct str s;
        size_t at;
    } rows[] = {
        {{"a", 1}, 0},        {{"ab", 2}, 1},         {{"while", 5}, 3},
        {{"", 0}, STR_NONE},  {{"abc", 3}, STR_NONE}, {{"a\0", 2}, STR_NONE},
        {{"c", 1}, STR_NONE}, {{NULL, 0}, STR_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(str_find_sorted(rows[i].s, texts, 4) == rows[i].at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equality),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_sub_is_clamped),
        cmocka_unit_test(test_rfind_in_long_text),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_find_sorted),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_numbers_are_digits_alone),
        cmocka_unit_test(test_dup),
    };
    return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
