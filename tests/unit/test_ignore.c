#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/ignore.h"

#include <string.h>

/* What git says of the same patterns (git-check-ignore(1), git 2.39). */
static const struct {
    const char *folder, *patterns, *path; /* a folder ends in a slash */
    bool ignored;
} rows[] = {
    {"", "*.log", "a.log", true},
    {"", "*.log", "deep/down/a.log", true},
    {"", "*.log", "a.log.py", false},
    {"", "build/", "build/", true},
    {"", "build/", "build", false},
    {"", "build/", "src/build/", true},
    {"", "/build", "build", true},
    {"", "/build", "src/build", false},
    {"", "doc/*.txt", "doc/a.txt", true},
    {"", "doc/*.txt", "doc/sub/a.txt", false},
    {"", "**/foo", "foo", true},
    {"", "**/foo", "a/b/foo", true},
    {"", "a/**/b", "a/b", true},
    {"", "a/**/b", "a/x/y/b", true},
    {"", "a/**/b", "a/xb", false},
    {"", "abc/**", "abc/x/y", true},
    {"", "abc/**", "abc/", false},
    {"", "*.py\n!keep.py", "keep.py", false},
    {"", "*.py\n!keep.py", "drop.py", true},
    {"", "!keep.py\n*.py", "keep.py", true},
    {"", "# no.py", "# no.py", false},
    {"", "\\#yes.py", "#yes.py", true},
    {"", "\\!yes.py", "!yes.py", true},
    {"", "a.py  ", "a.py", true},
    {"", "a.py\r", "a.py", true},
    {"", "v[0-9].py", "v7.py", true},
    {"", "v[!0-9].py", "v7.py", false},
    {"", "v[]x].py", "v].py", true},
    {"", "?.py", "a.py", true},
    {"", "?.py", "ab.py", false},
    {"", "a*b*c", "axxbyyc", true},
    {"", "a*b*c", "axxbyy", false},
    {"sub", "*.gen.c", "sub/a.gen.c", true},
    {"sub", "*.gen.c", "a.gen.c", false},
    {"sub", "/only", "sub/only", true},
    {"sub", "/only", "sub/x/only", false},
    {"", "[", "[", false},
    {"", "a[", "a", false},
    {"", "", "a", false},
    {"", "/", "a", false},
};

static void patterns(void **state)
{
    (void)state;
    int failed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ignore g;
        struct str path = str_from(rows[i].path);
        bool folder = str_ends(path, STR("/"));
        path.len -= folder;
        ignore_init(&g);
        assert_true(ignore_add(&g, str_from(rows[i].folder),
                               str_from(rows[i].patterns)));
        if (ignore_matches(&g, path, folder) != rows[i].ignored) {
            print_message("\"%s\" and %s\n", rows[i].patterns, rows[i].path);
            failed++;
        }
        ignore_release(&g);
    }
    assert_int_equal(failed, 0);
}

static void deeper_files_win(void **state)
{
    (void)state;
    struct ignore g;
    ignore_init(&g);
    assert_true(ignore_add(&g, STR(""), STR("*.c\n")));
    assert_true(ignore_add(&g, STR("src"), STR("!*.c\n")));
    assert_true(ignore_matches(&g, STR("a.c"), false));
    assert_false(ignore_matches(&g, STR("src/a.c"), false));
    assert_true(ignore_matches(&g, STR("tests/a.c"), false));
    ignore_release(&g);
}

/* A pattern that would take for ever gives up instead, and leaves out. */
static void stars_are_bounded(void **state)
{
    (void)state;
    struct ignore g;
    char path[4096], slow[200];
    memset(path, 'a', sizeof path);
    memset(slow, 'a', sizeof slow);
    slow[0] = '*';
    slow[sizeof slow - 1] = 'b';
    ignore_init(&g);
    assert_true(ignore_add(&g, STR(""), STR("**a**a**a**a**a**b\n")));
    assert_false(ignore_matches(&g, (struct str){path, sizeof path}, false));
    assert_true(ignore_add(&g, STR(""), (struct str){slow, sizeof slow}));
    assert_true(ignore_matches(&g, (struct str){path, sizeof path}, false));
    ignore_release(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns),
        cmocka_unit_test(deeper_files_win),
        cmocka_unit_test(stars_are_bounded),
    };
    return cmocka_run_group_tests_name("ignore", tests, NULL, NULL);
}
