#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "route/glob.h"

#include <stdlib.h>
#include <string.h>

static void test_rows(void **state)
{
    (void)state;
    static const struct {
        const char *glob, *path;
        bool matches;
    } rows[] = {
        {"", "", true},
        {"", "a", false},
        {"a", "a", true},
        {"a", "ab", false},
        {"ab", "a", false},
        {"*", "", true},
        {"*", "abc", true},
        {"*", "a/b", false},
        {"*.py", "x.py", true},
        {"*.py", "x.pyc", false},
        {"*.py", "d/x.py", false},
        {"a*c", "ac", true},
        {"a*b*c", "aXbXbXc", true},
        {"a*b*c", "aXcXb", false},
        {"?", "a", true},
        {"?", "/", false},
        {"?", "", false},
        {"?", "\xC3\xA9", true}, /* one character of two bytes */
        {"??", "\xC3\xA9", false},
        {"\xC3\xA9*", "\xC3\xA9t\xC3\xA9", true},
        {"**", "", true},
        {"**", "a/b/c", true},
        {"**/x.py", "x.py", true},
        {"**/x.py", "a/b/x.py", true},
        {"**/x.py", "a/bx.py", false},
        {"src/**", "src/a/b", true},
        {"src/**", "src/", true},
        {"src/**", "src", false},
        {"src/**/x", "src/x", true},
        {"src/**/x", "src/a/x", true},
        {"src/**/x", "srcx", false},
        {"**/test/**", "a/test/b", true},
        {"**/test/**", "a/testb/c", false},
        {"[abc]", "b", true},
        {"[abc]", "d", false},
        {"[a-c]x", "bx", true},
        {"[!a-c]", "b", false},
        {"[!a-c]", "d", true},
        {"[^a-c]", "d", true},
        {"[!a]", "/", false}, /* a set never crosses a slash */
        {"[]]", "]", true},
        {"[]a]", "a", true},
        {"[a-]", "-", true},
        {"[\xC3\xA0-\xC3\xBF]", "\xC3\xA9", true},
        {"[", "[", true},
        {"[a", "[a", true},
        {"[a", "a", false},
        {"{a,b}", "b", true},
        {"{a,b}", "c", false},
        {"{a,b}", "a,b", false},
        {"{a}", "a", true},
        {"{,a}b", "b", true},
        {"{,a}b", "ab", true},
        {"*.{c,h}", "x.h", true},
        {"*.{c,h}", "x.ch", false},
        {"{src,lib}/**/*.{js,ts}", "lib/a/b.ts", true},
        {"{*.test,*.spec}.js", "a.spec.js", true},
        {"{*.test,*.spec}.js", "a.js", false},
        {"{a,b{c,d}}e", "bde", true},
        {"{a,b{c,d}}e", "be", false},
        {"{a,{b,c}}{d,e}", "ce", true},
        {"{**/,}x", "a/b/x", true},
        {"{a", "{a", true},
        {"{a,b", "{a,b", true},
        {"{a,b", "a", false},
        {"a}", "a}", true},
        {"{}", "", true},
        {"\\*", "\\x", true}, /* nothing escapes */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (glob_match(str_from(rows[i].glob), str_from(rows[i].path)) !=
            rows[i].matches)
            fail_msg("\"%s\" and \"%s\"", rows[i].glob, rows[i].path);
}

/* Those that nobody means: the words that the sentence about them holds. */
static void test_checks(void **state)
{
    (void)state;
    static const struct {
        const char *glob, *flaw; /* NULL: there is none */
    } rows[] = {
        {"**/*.{c,h}", NULL},
        {"[]]", NULL},
        {"[[]id].tsx", NULL},
        {"[!a-z]/{a,b{c,d}}", NULL},
        {"a}b]", NULL},
        {"a/!b", NULL},
        {"[a", "\"[a\" has no \"]\""},
        {"a/[]", "\"[]\" has no \"]\""},
        {"[!]", "\"[!]\" has no \"]\""},
        {"a/{b,c", "\"{b,c\" has no \"}\""},
        {"{a,{b,c}", "has no \"}\""},
        {"{[a,b]}", "\"[a\" has no \"]\""},
        {"{a,{b,[c}}", "\"[c\" has no \"]\""},
        {"src\\*.c", "escapes nothing"},
        {"!src/**", "a row of its own"},
        {"./src", "begin with \"./\""},
        {"../src", "begin with \"../\""},
        {"~/src", "no shell"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {{0}};
        bool bad = glob_check(str_from(rows[i].glob), &why);
        if (bad != (rows[i].flaw != NULL) ||
            (bad && !strstr(why.text, rows[i].flaw)))
            fail_msg("\"%s\": %s", rows[i].glob, why.text);
    }
}

/* What takes too many steps is no match, and ends. */
static void test_bounds(void **state)
{
    (void)state;
    static const char *const globs[] = {
        "*a*a*a*a*a*a*a*a*a*a*b",
        "**/**/**/**/**/**/**/**/b",
        "{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}b",
    };
    char path[4000];
    memset(path, 'a', sizeof path);
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++)
        assert_false(
            glob_match(str_from(globs[i]), (struct str){path, sizeof path}));
    memset(path, '{', sizeof path); /* as deep as it gets */
    glob_match((struct str){path, 1000}, (struct str){path, 1000});
    assert_true(glob_check((struct str){path, GLOB_MAX}, NULL));
    memset(path, '*', sizeof path);
    assert_true(glob_match((struct str){path, 100}, STR("abc")));
}

/* Any bytes: no read outside, an answer always. */
static void test_noise(void **state)
{
    (void)state;
    static const char alphabet[] = "ab/*?[]{},!-\xC3\xA9";
    unsigned seed = 7;
    for (int round = 0; round < 3000; round++) {
        char *glob = malloc(12), *path = malloc(8);
        for (int i = 0; i < 20; i++) {
            seed = seed * 1103515245u + 12345u;
            char c = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
            *(i < 12 ? &glob[i] : &path[i - 12]) = c;
        }
        glob_match((struct str){glob, 12}, (struct str){path, 8});
        glob_check((struct str){glob, 12}, NULL);
        free(glob);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_checks),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_noise),
    };
    return cmocka_run_group_tests_name("glob", tests, NULL, NULL);
}
