/* What is filled into an address. */
#include "provider/fill.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct {
    const char *text, *region, *model, *filled;
} cases[] = {
    {"", "", "", ""},
    {"https://h/v1", "", "", "https://h/v1"},
    {"https://a.{region}.h", "eu-west-1", "", "https://a.eu-west-1.h"},
    {"/m/{model}", "", "vendor/m:1", "/m/vendor%2Fm%3A1"},
    {"/m/{model}:go?{model}", "", "a", "/m/a:go?a"},
    {"/{model}", "", "a?b#c@d\n\xC3\xA9", "/a%3Fb%23c%40d%0A%C3%A9"},
    {"{region-}h", "eu", "", "eu-h"},
    {"{region-}h/{region}", "global", "", "h/global"},
    {"{model-}", "", "x", "x-"},
    {"{other} {region", "eu", "", "{other} {region"},
    {"{{model}}", "", "x", "{x}"},
    {"{}{model}", "", "x", "{}x"},
    {"}{", "", "", "}{"},
};

static void test_fill_in(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        struct fills fills = {{{0}}};
        fills.values[FILL_REGION] = str_from(cases[i].region);
        fills.values[FILL_MODEL] = str_from(cases[i].model);
        buf_init(&out, 1000);
        fill_in(str_from(cases[i].text), &fills, &out);
        if (!str_is(buf_view(&out), cases[i].filled))
            fail_msg("%s: %s", cases[i].text, out.ptr ? out.ptr : "");
        buf_release(&out);
    }
}

static void test_wanted(void **state)
{
    (void)state;
    assert_int_equal(fill_wanted(STR("")), 0);
    assert_int_equal(fill_wanted(STR("{region-}/{none}/{model}")),
                     1u << FILL_REGION | 1u << FILL_MODEL);
    assert_int_equal(fill_wanted(STR("{api_version}")), 1u << FILL_API_VERSION);
}

static void test_good(void **state)
{
    (void)state;
    assert_true(fill_is_good(STR("us-east-1")));
    assert_true(fill_is_good(STR("example.com:my_project")));
    assert_false(fill_is_good(STR("")));
    assert_false(fill_is_good(STR("evil.com/")));
    assert_false(fill_is_good(STR("a b")));
    assert_false(fill_is_good(STR("a\0b")));
    assert_false(fill_is_good(STR("k@h")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill_in),
        cmocka_unit_test(test_wanted),
        cmocka_unit_test(test_good),
    };
    return cmocka_run_group_tests_name("fill", tests, NULL, NULL);
}
