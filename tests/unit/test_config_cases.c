/* Configurations with mistakes, and the exact problems that they give: all of
 * tests/config/. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "config/jsonc.h"
#include "config/keys.h"
#include "config_cases.h"
#include "route/table.h"

static bool run_case(const struct config_case *c)
{
    struct problems problems;
    struct why why = {{0}};
    cJSON *json;
    problems_init(&problems);
    if (jsonc_parse(c->text, &json, &why))
        fail_msg("%.*s: %s", STR_ARG(c->title), why.text);
    keys_check(json, !c->workspace, &problems);
    struct table *table = table_new(json, &problems);
    assert_non_null(table);
    bool good = case_agrees(c, &problems);
    table_unref(table);
    cJSON_Delete(json);
    problems_release(&problems);
    return good;
}

/* The file under tests/config/ is the test's initial state. */
static void test_file(void **state)
{
    struct buf text;
    struct why why = {{0}};
    struct config_case c;
    char path[200];
    int n = 0, bad = 0;
    buf_init(&text, 1 << 20);
    snprintf(path, sizeof path, "tests/config/%s.txt", (const char *)*state);
    if (file_read(path, &text, &why))
        fail_msg("%s", why.text);
    struct str rest = buf_view(&text);
    case_until(&rest, "===");
    for (; case_next(&rest, &c); n++) {
        if (run_case(&c))
            continue;
        bad++;
        print_error("%s: %.*s\n", path, STR_ARG(c.title));
    }
    buf_release(&text);
    assert_true(n > 2);
    assert_int_equal(bad, 0);
}

static int set_environment(void **state)
{
    (void)state;
    setenv("TEST_KEY", "secret-of-the-tests", 1);
    setenv("TEST_EMPTY", "", 1);
    unsetenv("TEST_UNSET");
    return 0;
}

static int forget(void **state)
{
    (void)state;
    log_forget_secrets();
    return 0;
}

#define FILE_OF(name)                                                          \
    {                                                                          \
        name, test_file, NULL, NULL, (void *)(uintptr_t)name                   \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_OF("keys"),    FILE_OF("trust"),   FILE_OF("providers"),
        FILE_OF("models"),  FILE_OF("routes"),  FILE_OF("rules"),
        FILE_OF("privacy"), FILE_OF("plugins"), FILE_OF("webhooks"),
    };
    return cmocka_run_group_tests_name("config_cases", tests, set_environment,
                                       forget);
}
