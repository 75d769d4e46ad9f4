/*
 * The marked files in tests/scope: one for each language, named like its
 * folder in grammars/.
 *
 *     === what it is about
 *     code, with <|> marking the cursor
 *     --- imports
 *     the statement => its path +its +names
 *     --- definitions
 *     kind name: signature
 *     --- around
 *     the same, of what the cursor is in
 *
 * What is nested is indented by two blanks; white space in code counts as
 * one blank. "test_scope print FILE" shows a file with what is found now.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "context/scope.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 64, FILE_MAX = 4 << 20, PATIENCE_US = 60 * 1000 * 1000 };

static const char mark[] = "<|>";

struct test_case {
    const char *file;
    int line;
    struct str title, expected;
    struct buf code;
    size_t cursor;
};

static void append_flat(struct buf *out, struct str s)
{
    bool blank = false;
    s = str_trim(s);
    for (size_t i = 0; i < s.len; i++) {
        bool space = strchr(" \t\r\n", s.ptr[i]) != NULL;
        if (space && !blank)
            buf_append_char(out, ' ');
        if (!space)
            buf_append_char(out, s.ptr[i]);
        blank = space;
    }
}

static void show_definition(const struct document *doc,
                            const struct definition *d, struct buf *out)
{
    struct str name = definition_name(doc, d);
    buf_printf(out, "%*s%s%s", d->depth * 2, "", definition_kind_name(d->kind),
               name.len ? " " : "");
    append_flat(out, name);
    buf_append(out, STR(": "));
    append_flat(out, definition_head(doc, d));
    buf_append_char(out, '\n');
}

static void show_imports(const struct document *doc, struct buf *out)
{
    static struct imports all;
    struct str text = text_view(&doc->text);
    scope_imports(doc, text.len, PATIENCE_US, &all);
    buf_append(out, STR("--- imports\n"));
    for (size_t i = 0; i < all.n; i++) {
        append_flat(out, str_sub(text, all.at[i].start, all.at[i].end));
        buf_append(out, STR(" =>"));
        for (size_t k = 0; k < all.at[i].n; k++) {
            const struct import_part *p = &all.parts[all.at[i].first + k];
            buf_append(out, p->is_path ? STR(" ") : STR(" +"));
            append_flat(out, str_sub(text, p->start, p->end));
        }
        buf_append_char(out, '\n');
    }
}

static void show_outline(const struct document *doc, uint64_t budget,
                         struct buf *out)
{
    struct outline o;
    outline_init(&o);
    while (!outline_step(&o, doc, budget))
        ;
    buf_append(out, STR("--- definitions\n"));
    for (size_t i = 0; i < o.n; i++)
        show_definition(doc, &o.at[i], out);
    outline_release(&o);
}

static void show_around(const struct document *doc, size_t cursor,
                        struct buf *out)
{
    struct definition at[AROUND_MAX];
    size_t n = scope_at(doc, cursor, at);
    buf_append(out, STR("--- around\n"));
    for (size_t i = 0; i < n; i++)
        show_definition(doc, &at[i], out);
}

static struct document *open_code(struct documents *d,
                                  const struct test_case *c, struct str code)
{
    struct str id = file_name(str_from(c->file));
    struct document *doc = NULL;
    struct why why;
    id.len = str_find_char(id, '.');
    documents_init(d);
    assert_int_equal(
        documents_open(d, STR("file:///case"), id, 1, code, &doc, &why), OK);
    document_parse(doc, 0);
    return doc;
}

static void show(const struct test_case *c, struct buf *out)
{
    struct documents d;
    struct document *doc = open_code(&d, c, buf_view(&c->code));
    show_imports(doc, out);
    show_outline(doc, 0, out);
    show_around(doc, c->cursor, out);
    documents_release(&d);
}

/* --- the checks */

static void complain(const struct test_case *c, const char *what,
                     struct str expected, struct str got)
{
    struct str a, b;
    while (str_cut(&expected, '\n', &a) | str_cut(&got, '\n', &b))
        if (!str_eq(a, b))
            break;
    fail_msg("%s:%d: %.*s: %s:\n#   expected %.*s\n#   found    %.*s", c->file,
             c->line, STR_ARG(c->title), what, STR_ARG(a), STR_ARG(b));
}

static void finds_what_is_marked(const struct test_case *c)
{
    struct buf got;
    buf_init(&got, FILE_MAX);
    show(c, &got);
    if (!str_eq(buf_view(&got), c->expected))
        complain(c, "as a whole", c->expected, buf_view(&got));
    buf_release(&got);
}

static void show_heads(const struct test_case *c, struct str code,
                       struct buf *out)
{
    struct documents d;
    struct definition at[AROUND_MAX];
    struct document *doc = open_code(&d, c, code);
    size_t n = scope_at(doc, c->cursor, at);
    for (size_t i = 0; i < n; i++) {
        append_flat(out, definition_head(doc, &at[i]));
        buf_append_char(out, '\n');
    }
    documents_release(&d);
}

/* The heads around a place do not depend on what stands behind it; only what
 * they are called may, for without a tree a word tells no more. */
static void needs_nothing_behind(const struct test_case *c)
{
    struct buf whole, cut;
    buf_init(&whole, FILE_MAX);
    buf_init(&cut, FILE_MAX);
    show_heads(c, buf_view(&c->code), &whole);
    show_heads(c, str_sub(buf_view(&c->code), 0, c->cursor), &cut);
    if (!str_eq(buf_view(&whole), buf_view(&cut)))
        complain(c, "cut off at the cursor", buf_view(&whole), buf_view(&cut));
    buf_release(&whole);
    buf_release(&cut);
}

static void slices_give_the_same(const struct test_case *c)
{
    struct buf whole, sliced;
    struct documents d;
    buf_init(&whole, FILE_MAX);
    buf_init(&sliced, FILE_MAX);
    struct document *doc = open_code(&d, c, buf_view(&c->code));
    show_outline(doc, 0, &whole);
    show_outline(doc, 1, &sliced);
    assert_true(str_eq(buf_view(&whole), buf_view(&sliced)));
    documents_release(&d);
    buf_release(&whole);
    buf_release(&sliced);
}

static void check(const struct test_case *c)
{
    finds_what_is_marked(c);
    needs_nothing_behind(c);
    slices_give_the_same(c);
}

static void print(const struct test_case *c)
{
    struct buf got;
    buf_init(&got, FILE_MAX);
    show(c, &got);
    printf("=== %.*s\n%.*s%s%.*s\n%.*s", STR_ARG(c->title), (int)c->cursor,
           c->code.ptr, c->cursor < c->code.len ? mark : "",
           (int)(c->code.len - c->cursor), c->code.ptr + c->cursor,
           STR_ARG(buf_view(&got)));
    buf_release(&got);
}

/* --- the files */

static void take_code(struct test_case *c, struct str code)
{
    buf_clear(&c->code);
    size_t at = str_find(code, str_from(mark));
    c->cursor = at == STR_NONE ? code.len : at;
    buf_append(&c->code, str_sub(code, 0, c->cursor));
    buf_append(&c->code, str_sub(code, c->cursor + strlen(mark), code.len));
}

/* One case, from behind its title up to the next. */
static void take_case(struct test_case *c, struct str body)
{
    size_t end = str_find(body, STR("\n--- imports\n"));
    c->expected = (struct str){0};
    if (end != STR_NONE)
        c->expected = str_sub(body, end + 1, body.len);
    take_code(c, str_sub(body, 0, end == STR_NONE ? body.len : end));
}

static int lines_in(struct str s)
{
    int n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += s.ptr[i] == '\n';
    return n;
}

static int run_file(const char *path, void (*each)(const struct test_case *))
{
    struct buf content;
    struct why why;
    int cases = 0;
    buf_init(&content, FILE_MAX);
    assert_int_equal(file_read(path, &content, &why), OK);
    struct str all = buf_view(&content);
    struct test_case c = {.file = path};
    buf_init(&c.code, FILE_MAX);
    for (size_t at = 0; str_starts(str_sub(all, at, all.len), STR("=== "));) {
        struct str rest = str_sub(all, at, all.len);
        size_t title = str_find_char(rest, '\n');
        size_t next = str_find(rest, STR("\n=== "));
        c.line = 1 + lines_in(str_sub(all, 0, at));
        c.title = str_sub(rest, 4, title);
        take_case(&c, str_sub(rest, title + 1,
                              next == STR_NONE ? rest.len : next + 1));
        each(&c);
        cases++;
        if (next == STR_NONE)
            break;
        at += next + 1;
    }
    buf_release(&c.code);
    buf_release(&content);
    return cases;
}

static void file_holds(void **state)
{
    assert_true(run_file(*state, check) > 0);
}

static void every_language_has_a_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < language_count(); i++) {
        char path[200];
        snprintf(path, sizeof path, "tests/scope/%s.txt", language_at(i)->name);
        FILE *f = fopen(path, "r");
        if (!f)
            fail_msg("%s is missing", path);
        fclose(f);
    }
}

static void plain_text_has_nothing(void **state)
{
    (void)state;
    struct test_case c = {.file = "tests/scope/nobody.txt"};
    struct buf got;
    buf_init(&c.code, FILE_MAX);
    buf_init(&got, FILE_MAX);
    buf_append(&c.code, STR("import os\ndef f(a):\n    return a\n"));
    show(&c, &got);
    assert_string_equal(got.ptr, "--- imports\n--- definitions\n--- around\n");
    buf_release(&got);
    buf_release(&c.code);
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[FILES_MAX] = {
        cmocka_unit_test(every_language_has_a_file),
        cmocka_unit_test(plain_text_has_nothing),
    };
    size_t n = 2;
    glob_t files;
    if (argc == 3 && strcmp(argv[1], "print") == 0)
        return run_file(argv[2], print) == 0;
    if (glob("tests/scope/*.txt", 0, NULL, &files) != 0)
        return 1;
    for (size_t i = 0; i < files.gl_pathc && n < FILES_MAX; i++)
        tests[n++] = (struct CMUnitTest){files.gl_pathv[i], file_holds, NULL,
                                         NULL, files.gl_pathv[i]};
    int failed = _cmocka_run_group_tests("scope", tests, n, NULL, NULL);
    globfree(&files);
    return failed;
}
