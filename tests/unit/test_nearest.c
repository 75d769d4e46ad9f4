#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/nearest.h"

#include <string.h>

static const char *const known[] = {"language", "path",  "pattern", "model",
                                    "models",   "class", "default"};

static const struct {
    const char *wanted, *best; /* "": none is near */
} rows[] = {
    {"langauge", "language"}, /* neighbours swapped */
    {"languag", "language"},  /* one missing */
    {"pathh", "path"},        /* one too many */
    {"modal", "model"},       /* one wrong */
    {"model", "model"},
    {"mod", "model"}, /* a third and one: two steps */
    {"patern", "pattern"},
    {"klass", "class"},
    {"temperature", ""},
    {"x", ""},
    {"", ""},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "a",
     ""},
};

static void test_nearest(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct nearest n;
        nearest_init(&n, str_from(rows[i].wanted));
        for (size_t j = 0; j < sizeof known / sizeof *known; j++)
            nearest_try(&n, str_from(known[j]));
        if (!str_is(n.best, rows[i].best))
            fail_msg("%s: %.*s", rows[i].wanted, STR_ARG(n.best));
    }
}

static void test_first_of_equals(void **state)
{
    (void)state;
    struct nearest n;
    nearest_init(&n, STR("bat"));
    nearest_try(&n, STR("cat"));
    nearest_try(&n, STR("rat"));
    assert_true(str_is(n.best, "cat"));
    nearest_try(&n, STR("bats"));
    assert_true(str_is(n.best, "cat"));
    nearest_try(&n, STR("bat"));
    assert_true(str_is(n.best, "bat"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_first_of_equals),
    };
    return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
