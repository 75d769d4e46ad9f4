#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "route/pattern.h"

#include <string.h>

static bool matches(const char *source, struct str line, struct why *why)
{
    unsigned steps = PATTERN_STEPS;
    struct pattern *p = pattern_new(str_from(source), why);
    if (!p)
        fail_msg("%s: %s", source, why->text);
    bool hit = pattern_matches(p, line, &steps, why);
    pattern_free(p);
    return hit;
}

static void test_rows(void **state)
{
    (void)state;
    const struct {
        const char *pattern;
        struct str line;
        bool hit;
    } rows[] = {
        {"^(import|from).*", STR("import os"), true},
        {"^(import|from).*", STR("from"), true},
        {"^(import|from).*", STR("    import os"), false},
        {"def calculate_", STR("    def calculate_mean("), true}, /* anywhere */
        {"def calculate_", STR("def calculat"), false},
        {"$", STR(""), true},
        {"\\($", STR("f("), true},
        {"\\($", STR("f(x"), false},
        {"(?i)todo", STR("# To Do ToDo"), true},
        {"^\\w+$",
         STR("gr\xC3\xB6\xC3\x9F"
             "e"),
         true}, /* by Unicode */
        {"^.$", STR("\xF0\x9F\x98\x80"), true},
        {"abc",
         STR("\xFF"
             "abc"),
         true}, /* not UTF-8: where it is */
        {"^\xC3\xA9", STR("\xC3\xA9t\xC3\xA9"), true},
        {"a\\x00b", STR("a\0b"), true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {{0}};
        if (matches(rows[i].pattern, rows[i].line, &why) != rows[i].hit)
            fail_msg("%s and %.*s", rows[i].pattern, STR_ARG(rows[i].line));
        assert_string_equal(why.text, "");
    }
    struct why why = {{0}};
    assert_true(matches("^$", (struct str){0}, &why));
}

static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *source, *sentence;
    } rows[] = {
        {"def (", "the pattern has a mistake at byte 5: missing closing"},
        {"*", "the pattern has a mistake at byte 0: quantifier"},
        {"\xFF", "the pattern has a mistake at byte 0: UTF-8"},
        {"a\\", "the pattern has a mistake at byte 2: \\ at end"},
        {"\\C", "the pattern has a mistake at byte "}, /* half a character */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {{0}};
        assert_null(pattern_new(str_from(rows[i].source), &why));
        if (strncmp(why.text, rows[i].sentence, strlen(rows[i].sentence)))
            fail_msg("%s: %s", rows[i].source, why.text);
    }
    char huge[PATTERN_MAX_BYTES + 1];
    struct why why = {{0}};
    memset(huge, 'a', sizeof huge);
    assert_null(pattern_new((struct str){huge, sizeof huge}, &why));
    assert_non_null(strstr(why.text, "longer than 4096"));
}

/* None of these ends on its own before the editor is closed. */
static void test_runaways_are_stopped(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "(a+)+b*c*$(?!)",   "(a|aa)+$(?<!a)",  "a*[bc]",
        "(.*)(.*)(.*)[xy]", "(?:a?){30}[b-z]",
    };
    char line[PATTERN_LINE + 1];
    memset(line, 'a', sizeof line);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {{0}};
        assert_false(matches(rows[i], (struct str){line, PATTERN_LINE}, &why));
        if (!strstr(why.text, "the pattern was stopped"))
            fail_msg("%s ran to its end", rows[i]);
    }
    struct why why = {{0}};
    assert_true(matches("a", (struct str){line, PATTERN_LINE}, &why));
    assert_false(matches("a", (struct str){line, PATTERN_LINE + 1}, &why));
    assert_non_null(strstr(why.text, "the line is longer than 16384 bytes"));
}

/* Many patterns share what one may take. */
static void test_steps_are_shared(void **state)
{
    (void)state;
    char line[2000];
    unsigned steps = PATTERN_STEPS;
    struct why why = {{0}};
    struct pattern *p = pattern_new(STR("[b-z]a*"), &why);
    memset(line, 'a', sizeof line);
    struct str s = {line, sizeof line};
    int rounds = 0;
    while (rounds < 1000000 && !why.text[0]) {
        unsigned before = steps;
        assert_false(pattern_matches(p, s, &steps, &why));
        assert_true(steps < before || why.text[0]);
        rounds++;
    }
    assert_true(rounds > 1 && rounds < 1000);
    pattern_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_runaways_are_stopped),
        cmocka_unit_test(test_steps_are_shared),
    };
    return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
