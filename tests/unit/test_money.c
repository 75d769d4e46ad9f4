#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/money.h"

static const struct {
    double dollars;
    const char *text;
} rows[] = {
    {0, "$0"},
    {20, "$20"},
    {0.25, "$0.25"},
    {0.00001, "$0.00001"},
    {3.21249e-05, "$0.00003212"},
    {1.77e-05, "$0.0000177"},
    {999.96, "$1000"},
    {1234.5, "$1234.5"},
    {1e6, "$1000000"},
    {-0.0027, "-$0.0027"},
    {1e-20, "$0"},
    {1e308, "$1000000000000000"},
};

static void nobody_reads_exponents(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(money_text(rows[i].dollars).text, rows[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_reads_exponents),
    };
    return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
