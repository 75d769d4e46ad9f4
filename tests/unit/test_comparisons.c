/* Which names a condition compares with which texts. */
#include "base/buf.h"
#include "route/comparisons.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void note(void *arg, struct str name, struct str text)
{
    struct buf *out = arg;
    buf_printf(out, "%s%.*s=%.*s", out->len ? " " : "", STR_ARG(name),
               STR_ARG(text));
}

static const struct {
    const char *source, *told;
} rows[] = {
    {"class = 'import'", "class=import"},
    {"class='import'", "class=import"},
    {"'import' == class", "class=import"},
    {"class != 'a' AND NOT class <> 'b'", "class=a class=b"},
    {"class IS 'a' OR class is not 'b'", "class=a class=b"},
    {"(class = 'a') OR (class = 'b' AND x)", "class=a class=b"},
    {"task.class = 'a' OR \"class\" = 'b' OR [class] = 'c' OR `class` = 'd'",
     "class=a class=b class=c class=d"},
    {"'a' = task.class AND tokens > 1", "class=a"},
    {"class IN ('a', 'b') AND privacy NOT IN ('c')",
     "class=a class=b privacy=c"},
    {"class IN ('a' || 'b', 'c')", "class=c"},
    {"iif(class = 'a', 1, 2)", "class=a"},
    {"CASE WHEN class = 'a' THEN 1 ELSE class = 'b' END", "class=a class=b"},
    {"class = 'a' DESC, ttft_ms", "class=a"},
    {"path = 'it''s'", "path=it''s"},
    {"path = 'class = ''b'''", "path=class = ''b''"},
    /* other comparisons, or none */
    {"lower(class) = 'a'", ""},
    {"class LIKE 'a' OR class GLOB 'b'", ""},
    {"class || 's' = 'as'", ""},
    {"'s' || class = 'as'", ""},
    {"class = 'a' || 's'", ""},
    {"class = 'A' COLLATE NOCASE", ""},
    {"x = class = 'a'", ""},
    {"tokens + class = 'a'", ""},
    {"class = lower('A')", ""},
    {"class > 'a' OR class BETWEEN 'a' AND 'b'", ""},
    {"'class = ''a'''", ""},
    {"class = line_prefix", ""},
    {"", ""},
    {"class =", ""},
    {"class IN (", ""},
    {"'a' =", ""},
    {"task.", ""},
    {"'", ""},
};

static void test_shapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf told;
        /* Of its own size, so that a sanitizer sees what reads beyond it. */
        size_t len = strlen(rows[i].source);
        char *copy = malloc(len + 1);
        assert_non_null(copy);
        memcpy(copy, rows[i].source, len);
        buf_init(&told, 1000);
        comparisons_each((struct str){copy, len}, note, &told);
        if (strcmp(told.len ? told.ptr : "", rows[i].told) != 0)
            fail_msg("%s: %s", rows[i].source, told.len ? told.ptr : "");
        buf_release(&told);
        free(copy);
    }
}

static void count(void *arg, struct str name, struct str text)
{
    (void)name;
    (void)text;
    ++*(size_t *)arg;
}

static void test_a_long_one(void **state)
{
    (void)state;
    size_t n = 0;
    struct buf source;
    buf_init(&source, 1 << 20);
    for (int i = 0; i < 10000; i++)
        buf_printf(&source, "%sclass = 'a'", i ? " OR " : "");
    comparisons_each(buf_view(&source), count, &n);
    assert_int_equal(n, 256);
    buf_release(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_a_long_one),
    };
    return cmocka_run_group_tests_name("comparisons", tests, NULL, NULL);
}
