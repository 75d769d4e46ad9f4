/*
 * The marked cases in tests/cursor: a file for each language, named like the
 * language's folder in grammars/, and NAME-blind.txt with cases that were
 * written without a look at the classifier.
 *
 *     text with | marking the cursor => class
 *
 * "\n", "\t", "\|" and "\\" stand for themselves; "# " begins a comment. A
 * longer piece of code stands between "=== class" and "===".
 *
 * Each case is judged in a fresh parse of the whole text, and once more after
 * the last characters before the cursor were typed into it key by key.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "context/classify.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 64, KEYS = 12, FILE_MAX = 4 << 20 };

struct test_case {
    const char *file;
    int line;
    struct str id; /* of the language */
    struct buf text;
    size_t cursor;
    enum cursor_class expected;
};

static int failures;

static void show(const struct test_case *c, const char *how,
                 enum cursor_class got)
{
    failures++;
    printf("# %s:%d: %s: expected %s, got %s\n#     ", c->file, c->line, how,
           cursor_class_name(c->expected), cursor_class_name(got));
    for (size_t i = 0; i <= c->text.len; i++) {
        if (i == c->cursor)
            putchar('|');
        if (i == c->text.len)
            break;
        if (c->text.ptr[i] == '\n')
            fputs("\\n", stdout);
        else
            putchar(c->text.ptr[i]);
    }
    putchar('\n');
}

static void judge(const struct test_case *c, const struct document *doc,
                  const char *how)
{
    struct classification got = classify(doc, c->cursor);
    if (got.class != c->expected)
        show(c, how, got.class);
    if (got.statement > c->cursor || got.depth < 0) {
        printf("# %s:%d: %s: statement %zu, depth %d\n", c->file, c->line, how,
               got.statement, got.depth);
        failures++;
    }
}

static struct document *open_text(struct documents *d, struct str id,
                                  struct str text)
{
    struct document *doc = NULL;
    struct why why;
    documents_init(d);
    assert_int_equal(
        documents_open(d, STR("file:///case"), id, 1, text, &doc, &why), OK);
    document_parse(doc, 0);
    return doc;
}

static void run_fresh(const struct test_case *c)
{
    struct documents d;
    struct document *doc = open_text(&d, c->id, buf_view(&c->text));
    judge(c, doc, "whole");
    documents_release(&d);
}

/* Where the keys begin that are typed: on the cursor's line. */
static size_t typed_from(const struct test_case *c)
{
    size_t at = c->cursor;
    for (int n = 0; n < KEYS && at > 0 && c->text.ptr[at - 1] != '\n'; n++) {
        at--;
        while (at > 0 && ((unsigned char)c->text.ptr[at] & 0xC0) == 0x80)
            at--;
    }
    return at;
}

static size_t key_end(const struct test_case *c, size_t at)
{
    do
        at++;
    while (at < c->cursor && ((unsigned char)c->text.ptr[at] & 0xC0) == 0x80);
    return at;
}

static void run_typed(const struct test_case *c)
{
    struct documents d;
    struct str text = buf_view(&c->text);
    size_t at = typed_from(c);
    struct buf before;
    buf_init(&before, FILE_MAX);
    buf_append(&before, str_sub(text, 0, at));
    buf_append(&before, str_sub(text, c->cursor, text.len));
    struct document *doc = open_text(&d, c->id, buf_view(&before));
    while (at < c->cursor) {
        size_t end = key_end(c, at);
        struct position p = position_of_offset(&doc->text, at, ENCODING_UTF8);
        struct range r = {p, p};
        struct change made;
        assert_int_equal(document_change(&d, doc, &r, -1, ENCODING_UTF8,
                                         str_sub(text, at, end), &made),
                         OK);
        document_parse(doc, 0);
        at = end;
    }
    judge(c, doc, "typed");
    buf_release(&before);
    documents_release(&d);
}

static void run_case(const struct test_case *c)
{
    run_fresh(c);
    run_typed(c);
}

/* Copy `from` without its escapes and its mark. */
static void read_text(struct test_case *c, struct str from, bool escapes)
{
    c->cursor = STR_NONE;
    for (size_t i = 0; i < from.len; i++) {
        char ch = from.ptr[i];
        if (ch == '\\' && i + 1 < from.len &&
            (from.ptr[i + 1] == '|' ||
             (escapes && strchr("nt\\", from.ptr[i + 1])))) {
            ch = from.ptr[++i];
            buf_append_char(&c->text, ch == 'n' && escapes   ? '\n'
                                      : ch == 't' && escapes ? '\t'
                                                             : ch);
        } else if (ch == '|' && c->cursor == STR_NONE) {
            c->cursor = c->text.len;
        } else {
            buf_append_char(&c->text, ch);
        }
    }
}

static void begin_case(struct test_case *c, struct str class_name)
{
    buf_clear(&c->text);
    if (!cursor_class_from(str_trim(class_name), &c->expected))
        fail_msg("%s:%d: no class named \"%.*s\"", c->file, c->line,
                 STR_ARG(class_name));
}

static void end_case(struct test_case *c)
{
    if (c->cursor == STR_NONE)
        fail_msg("%s:%d: no | marks the cursor", c->file, c->line);
    run_case(c);
}

static size_t find_arrow(struct str line)
{
    for (size_t i = line.len; i-- > 0;)
        if (str_starts(str_sub(line, i, line.len), STR("=> ")))
            return i;
    return STR_NONE;
}

static void read_row(struct test_case *c, struct str line)
{
    size_t arrow = find_arrow(line);
    if (arrow == STR_NONE)
        fail_msg("%s:%d: no => in front of the class", c->file, c->line);
    begin_case(c, str_sub(line, arrow + 3, line.len));
    /* The mark may be followed by spaces up to the arrow. */
    struct str text = str_trim_end(str_sub(line, 0, arrow));
    read_text(c, text, true);
    end_case(c);
}

static void read_block(struct test_case *c, struct str first, struct str *rest)
{
    begin_case(c, str_sub(first, 4, first.len));
    struct str start = *rest, line;
    while (str_cut(rest, '\n', &line)) {
        c->line++;
        if (!str_eq(line, STR("===")))
            continue;
        size_t len = (size_t)(line.ptr - start.ptr);
        read_text(c, str_sub(start, 0, len > 0 ? len - 1 : 0), false);
        end_case(c);
        return;
    }
    fail_msg("%s:%d: no === ends the block", c->file, c->line);
}

static void run_file(void **state)
{
    const char *path = *state;
    struct buf content;
    struct why why;
    buf_init(&content, FILE_MAX);
    assert_int_equal(file_read(path, &content, &why), OK);
    struct test_case c = {.file = path};
    struct str name = file_name(str_from(path)), rest = buf_view(&content);
    c.id = str_sub(name, 0, str_find_char(name, '.'));
    if (str_ends(c.id, STR("-blind")))
        c.id.len -= 6;
    buf_init(&c.text, FILE_MAX);
    failures = 0;
    int cases = 0;
    for (struct str line; str_cut(&rest, '\n', &line);) {
        c.line++;
        if (str_trim(line).len == 0 || str_starts(line, STR("# ")))
            continue;
        cases++;
        if (str_starts(line, STR("=== ")))
            read_block(&c, line, &rest);
        else
            read_row(&c, line);
    }
    buf_release(&c.text);
    buf_release(&content);
    assert_true(cases > 0);
    if (failures > 0)
        fail_msg("%s: %d wrong in %d cases", path, failures, cases);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_files(char *paths[FILES_MAX])
{
    int n = 0;
    DIR *dir = opendir("tests/cursor");
    struct dirent *e;
    while (dir && (e = readdir(dir)) && n < FILES_MAX) {
        char path[512];
        if (!str_ends(str_from(e->d_name), STR(".txt")))
            continue;
        snprintf(path, sizeof path, "tests/cursor/%s", e->d_name);
        paths[n++] = strdup(path);
    }
    if (dir)
        closedir(dir);
    qsort(paths, (size_t)n, sizeof *paths, by_name);
    return n;
}

int main(int argc, char **argv)
{
    char *paths[FILES_MAX];
    struct CMUnitTest tests[FILES_MAX];
    int n = list_files(paths);
    size_t chosen = 0;
    for (int i = 0; i < n; i++) {
        if (argc > 1 && !strstr(paths[i], argv[1]))
            continue;
        tests[chosen++] =
            (struct CMUnitTest){paths[i], run_file, NULL, NULL, paths[i]};
    }
    if (chosen == 0) {
        fputs("test_cursor: no tests/cursor/*.txt here\n", stderr);
        return 1;
    }
    int failed = _cmocka_run_group_tests("cursor", tests, chosen, NULL, NULL);
    for (int i = 0; i < n; i++)
        free(paths[i]);
    return failed;
}
