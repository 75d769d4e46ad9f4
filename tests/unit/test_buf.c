#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

static void test_append(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    assert_null(b.ptr);
    assert_int_equal(buf_view(&b).len, 0);
    assert_true(buf_append(&b, STR("ab")));
    assert_true(buf_append_char(&b, 'c'));
    assert_true(buf_append(&b, (struct str){0}));
    assert_true(buf_printf(&b, "%d%s", 1, "x"));
    assert_string_equal(b.ptr, "abc1x");
    assert_int_equal(b.len, 5);
    buf_clear(&b);
    assert_string_equal(b.ptr, "");
    buf_release(&b);
    assert_null(b.ptr);
    assert_true(buf_append_char(&b, 'd')); /* released is usable */
    buf_release(&b);
}

static void test_limit(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 4);
    assert_true(buf_append(&b, STR("abcd")));
    assert_false(buf_append_char(&b, 'e'));
    assert_true(b.failed);
    assert_string_equal(b.ptr, "abcd");
    assert_false(buf_append(&b, STR(""))); /* stays failed */
    buf_clear(&b);
    assert_false(b.failed);
    assert_false(buf_printf(&b, "%s", "abcde"));
    assert_int_equal(b.len, 0);
    buf_clear(&b);
    assert_true(buf_printf(&b, "%s", "abcd"));
    buf_release(&b);
}

static void test_memory_stays_at_the_limit(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    for (int i = 0; i < 1000; i++)
        assert_true(buf_append_char(&b, 'x'));
    assert_true(b.cap <= 1001);
    assert_false(buf_append_char(&b, 'x'));
    buf_release(&b);
}

static void test_splice(void **state)
{
    (void)state;
    static const struct {
        size_t at, removed;
        const char *with, *out;
    } rows[] = {
        {0, 0, "x", "xabc"},    {3, 0, "x", "abcx"}, {1, 1, "", "ac"},
        {1, 1, "xyz", "axyzc"}, {0, 3, "", ""},      {0, 3, "xyz", "xyz"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf b;
        buf_init(&b, 5);
        buf_append(&b, STR("abc"));
        assert_true(buf_splice(&b, rows[i].at, rows[i].removed,
                               str_from(rows[i].with)));
        assert_string_equal(b.ptr, rows[i].out);
        assert_int_equal(b.len, strlen(rows[i].out));
        assert_false(buf_splice(&b, 0, 0, STR("123456")));
        assert_string_equal(b.ptr, rows[i].out);
        buf_release(&b);
    }
}

static void test_truncate_and_take(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    buf_truncate(&b, 0);
    buf_append(&b, STR("abc"));
    buf_truncate(&b, 1);
    assert_string_equal(b.ptr, "a");
    char *taken = buf_take(&b);
    assert_string_equal(taken, "a");
    assert_null(b.ptr);
    free(taken);
    taken = buf_take(&b);
    assert_string_equal(taken, "");
    free(taken);
    buf_append(&b, STR("more than ten bytes"));
    assert_null(buf_take(&b)); /* what failed is not half given */
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_memory_stays_at_the_limit),
        cmocka_unit_test(test_splice),
        cmocka_unit_test(test_truncate_and_take),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
