/* What is known of models by their names. */
#include "provider/family.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

static const struct {
    const char *model, *think; /* "": none */
    unsigned quirks;
} cases[] = {
    {"", "", 0},
    {"gpt-4.1-mini", "", 0},
    {"gpt-5-mini", "minimal", QUIRK_NO_TEMPERATURE | QUIRK_NO_STOPS},
    {"gpt-5.6-luna", "none", QUIRK_NO_TEMPERATURE | QUIRK_NO_STOPS},
    {"gpt-6-luna", "none", QUIRK_NO_TEMPERATURE | QUIRK_NO_STOPS},
    {"gpt-6-astra", "low", QUIRK_NO_TEMPERATURE | QUIRK_NO_STOPS},
    {"openai/gpt-5.6-luna", "none", QUIRK_NO_TEMPERATURE | QUIRK_NO_STOPS},
    {"GPT-5-nano", "minimal", QUIRK_NO_TEMPERATURE | QUIRK_NO_STOPS},
    {"openai/gpt-oss-20b", "low", 0},
    {"my-gpt-5", "", 0},
    {"gpt-5/tuned", "", 0},
    {"gemini-2.0-flash", "", 0},
    {"gemini-2.5-flash-lite", "", QUIRK_THINK_BUDGET},
    {"gemini-2.5-pro", "", 0},
    {"gemini-3.1-flash-lite", "minimal", 0},
    {"gemini-3.1-pro-preview", "low", 0},
    {"claude-haiku-4-5", "", 0},
    {"claude-sonnet-5", "disabled", QUIRK_NO_TEMPERATURE},
    {"claude-sonnet-5-5", "between_tools", QUIRK_NO_TEMPERATURE},
    {"accounts/x/models/kimi-k2.6", "", QUIRK_NO_TEMPERATURE},
    {"qwen2.5-coder:7b", "", 0},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct family *f = family_of(str_from(cases[i].model));
        if (strcmp(f->think ? f->think : "", cases[i].think) != 0 ||
            f->quirks != cases[i].quirks)
            fail_msg("%s: %s, %u", cases[i].model, f->think ? f->think : "-",
                     f->quirks);
    }
}

/* No row is hidden by one above it. */
static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < family_count(); i++) {
        const struct family *f = family_at(i);
        assert_true(f->prefix[0] && (f->think || f->quirks));
        if (family_of(str_from(f->prefix)) != f)
            fail_msg("%s is never reached", f->prefix);
    }
    assert_null(family_at(family_count()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests_name("family", tests, NULL, NULL);
}
