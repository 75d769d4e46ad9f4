#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
#include "complete/whereabouts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64]; /* with the workspace "w" in it */
static struct whereabouts w;

/* "a/b/c": the folders, and the text in the file, in `folder`. */
static void put(const char *path, const char *text)
{
    char whole[200];
    snprintf(whole, sizeof whole, "%s/%s", folder, path);
    for (char *s = whole + strlen(folder) + 1; (s = strchr(s, '/')); s++) {
        *s = '\0';
        mkdir(whole, 0700);
        *s = '/';
    }
    FILE *f = fopen(whole, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void put_link(const char *to, const char *path)
{
    char whole[200];
    snprintf(whole, sizeof whole, "%s/%s", folder, path);
    assert_int_equal(symlink(to, whole), 0);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/whereabouts-XXXXXX");
    assert_non_null(mkdtemp(folder));
    put("w/src/a.py", "");
    put("w/secrets/key.py", "");
    put("w/Build/x.py", "");
    put("other/.git/HEAD", "");
    put("other/lib/x.py", "");
    put("plain/x.py", "");
    put_link("../secrets/key.py", "w/src/link.py");
    put_link("secrets", "w/door");
    put_link("../other", "w/out");
    put_link("w", "alias");
    put_link("nowhere/at/all", "w/broken");
    put_link("round", "w/round");
    return 0;
}

static int tear_down(void **state)
{
    char command[100];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static struct str below(const struct spelling *s)
{
    return (struct str){s->text + s->below, s->len - s->below};
}

/* '@' is the folder. */
static void fill(char *out, size_t size, const char *form)
{
    const char *at = strchr(form, '@');
    if (at)
        snprintf(out, size, "%.*s%s%s", (int)(at - form), form, folder, at + 1);
    else
        snprintf(out, size, "%s", form);
}

static void find(const char *uri, const char *root)
{
    char whole[5000], top[200];
    fill(whole, sizeof whole, uri);
    fill(top, sizeof top, root);
    whereabouts_find(str_from(whole), str_from(top), &w);
}

static void names(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *root, *named, *real; /* '@': the folder */
    } rows[] = {
        {"file://@/w/src/a.py", "@/w", "src/a.py", NULL},
        {"file://@/w/src/new.py", "@/w", "src/new.py", NULL},
        {"file://@/w/new/new.py", "@/w/", "new/new.py", NULL},
        {"file://@/w/src/link.py", "@/w", "src/link.py", "secrets/key.py"},
        {"file://@/w/door/key.py", "@/w", "door/key.py", "secrets/key.py"},
        {"file://@/w/door/new.py", "@/w", "door/new.py", "secrets/new.py"},
        {"file://@/w/src/../secrets/x.py", "@/w", "secrets/x.py", NULL},
        {"file://@/w//src/.//a.py", "@/w", "src/a.py", NULL},
        {"file://@/w/door/../src/a.py", "@/w", "src/a.py", NULL},
        {"file://@/w/%73ecrets/%6Bey.py", "@/w", "secrets/key.py", NULL},
        {"file://@/w%2Fsecrets%2fkey.py", "@/w", "secrets/key.py", NULL},
        {"file://@/w/src/%2e%2e/secrets/key.py", "@/w", "secrets/key.py", NULL},
        {"FILE://host@/w/src/a.py", "@/w", "src/a.py", NULL},
        {"git:@/w/src/a.py?%7B%22ref%22%7D", "@/w", "src/a.py", NULL},
        {"vscode-notebook-cell:@/w/src/a.py#W0", "@/w", "src/a.py", NULL},
        {"vscode-remote://ssh@/w/src/a.py", "@/w", "src/a.py", NULL},
        {"untitled:notes.py", "@/w", "notes.py", NULL},
        {"untitled:../w/secrets/x.py", "@/w", "secrets/x.py", NULL},
        {"", "@/w", "@/w", NULL},
        /* the workspace under another name */
        {"file://@/alias/secrets/x.py", "@/w", "@/alias/secrets/x.py",
         "secrets/x.py"},
        {"file://@/w/secrets/x.py", "@/alias", "secrets/x.py", NULL},
        /* out of it */
        {"file://@/w/out/lib/x.py", "@/w", "out/lib/x.py", "lib/x.py"},
        {"file://@/other/lib/x.py", "@/w", "lib/x.py", NULL},
        {"file://@/plain/x.py", "@/w", "@/plain/x.py", NULL},
        {"file://@/w2/x.py", "@/w", "@/w2/x.py", NULL},
        {"file://@/w/src/a.py", "", "@/w/src/a.py", NULL},
        {"file://@/../../../../etc/x", "@/w", "/etc/x", NULL},
        {"file://@/w/broken", "@/w", "broken", NULL},
        {"file://@/w/round", "@/w", "round", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char named[300], real[300];
        fill(named, sizeof named, rows[i].named);
        fill(real, sizeof real, rows[i].real ? rows[i].real : "");
        find(rows[i].uri, rows[i].root);
        bool good = !w.lost && w.n == (rows[i].real ? 2u : 1u) &&
                    str_is(below(&w.plain[0]), named) &&
                    (!rows[i].real || str_is(below(&w.plain[1]), real));
        if (!good)
            fail_msg("%s: %s, %s", rows[i].uri, w.plain[0].text,
                     w.n > 1 ? w.plain[1].text : "-");
    }
}

static void case_is_folded(void **state)
{
    (void)state;
    find("file://@/w/SECRETS/\xc3\x84.py", "@/w");
    assert_true(str_is(below(&w.folded[0]), "secrets/\xc3\xa4.py"));
    /* the same letter, composed of two */
    find("file://@/w/secrets/A\xcc\x88.py", "@/w");
    assert_true(str_is(below(&w.folded[0]), "secrets/\xc3\xa4.py"));
    find("file://@/W/src/a.py", "@/w"); /* the root, too */
    assert_true(str_is(below(&w.plain[0]), "src/a.py"));
    find("file://@/w/SECRETS/\xff.py", "@/w");
    assert_true(str_is(below(&w.folded[0]), "secrets/\xff.py"));
}

static void long_paths_are_lost(void **state)
{
    (void)state;
    static char uri[5000];
    memset(uri, 'a', sizeof uri - 1);
    memcpy(uri, "file:///", 8);
    find(uri, "@/w");
    assert_true(w.lost);
    find("file://@/w/src/a.py", "@/w");
    assert_false(w.lost);
}

/* An ignore file with one text, and what it does to a file. */
static void ignore_files(void **state)
{
    (void)state;
    static const struct {
        const char *file, *text, *uri;
        unsigned ignored;
    } rows[] = {
        {"w/.gitignore", "secrets/\n", "@/w/secrets/key.py", 1 << 0},
        {"w/.ignore", "*.py\n", "@/w/src/a.py", 1 << 1},
        {"w/.aiignore", "secrets\n", "@/w/src/link.py", 1 << 2},
        {"w/.aiexclude", "secrets\n", "@/w/door/new.py", 1 << 3},
        {"w/.cursorignore", "/src\n", "@/w/src/new/deep/b.py", 1 << 4},
        {"w/.copilotignore", "src/link.py\n", "@/w/src/link.py", 1 << 5},
        {"w/.gitignore", "secrets/\n", "@/w/src/a.py", 0},
        {"w/.gitignore", "SECRETS/\n", "@/w/secrets/key.py", 1 << 0},
        {"w/.gitignore", "build/\n", "@/w/Build/x.py", 1 << 0},
        {"w/.gitignore", "*.py\n!a.py\n", "@/w/src/a.py", 0},
        {"w/src/.aiignore", "a.py\n", "@/w/src/a.py", 1 << 2},
        {"w/src/.aiignore", "a.py\n", "@/w/src/b.py", 0},
        {"w/src/.aiignore", "*.py\n", "@/w/secrets/key.py", 0},
        /* a folder that is out does not let in again */
        {"w/.gitignore", "src/\n!a.py\n", "@/w/src/a.py", 1 << 0},
        /* above the workspace they are others' */
        {".gitignore", "*.py\n", "@/w/src/a.py", 0},
        /* elsewhere: from the folder with ".git" down */
        {"other/.aiignore", "lib/\n", "@/other/lib/x.py", 1 << 2},
        {"other/.aiignore", "lib/\n", "@/w/out/lib/x.py", 1 << 2},
        {"plain/.aiignore", "x.py\n", "@/plain/x.py", 1 << 2},
        {"w/.gitignore", "*.py\n", "@/plain/x.py", 0},
        /* what can't be read leaves everything out */
        {"w/.aiignore/file", "", "@/w/src/a.py", 1 << 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char uri[200], whole[200];
        put(rows[i].file, rows[i].text);
        snprintf(uri, sizeof uri, "file://%s", rows[i].uri);
        find(uri, "@/w");
        if (w.ignored != rows[i].ignored)
            fail_msg("row %zu, %s: %x", i, rows[i].uri, w.ignored);
        snprintf(whole, sizeof whole, "%s/%s", folder, rows[i].file);
        assert_int_equal(unlink(whole), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(case_is_folded),
        cmocka_unit_test(long_paths_are_lost),
        cmocka_unit_test(ignore_files),
    };
    return cmocka_run_group_tests_name("whereabouts", tests, set_up, tear_down);
}
