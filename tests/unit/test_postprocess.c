#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/log.h"
#include "base/unicode.h"
#include "complete/postprocess.h"
#include "rows.h"

static struct documents documents;
static int failed; /* rows */

static struct document *open_buffer(struct str language, struct str text)
{
    struct document *doc;
    struct why why;
    assert_int_equal(documents_open(&documents, STR("file:///t"), language, 1,
                                    text, &doc, &why),
                     OK);
    document_parse(doc, 0);
    return doc;
}

/* --- tests/postprocess/STAGE.txt; "all" is all of them in a row */

static bool set_word(struct finish *f, struct str word)
{
    for (int e = EXTENT_LINE; e <= EXTENT_BLOCK; e++) {
        if (str_is(word, extent_name((enum extent)e))) {
            f->extent = (enum extent)e;
            return true;
        }
    }
#define X(name, text, meaning)                                                 \
    if (str_is(word, text)) {                                                  \
        f->class = CURSOR_##name;                                              \
        return true;                                                           \
    }
    CURSOR_CLASSES(X)
#undef X
    f->chat |= str_is(word, "chat");
    f->builtin |= str_is(word, "builtin");
    f->limited |= str_is(word, "limited");
    return str_is(word, "chat") || str_is(word, "builtin") ||
           str_is(word, "limited");
}

static void set_words(struct finish *f, struct str words, const char *where)
{
    struct str word;
    while (str_cut(&words, ' ', &word))
        if (!set_word(f, word))
            fail_msg("%s: what is \"%.*s\"?", where, STR_ARG(word));
}

/* "all": in a row. */
static void run_stage(const char *stage, const struct finish *f, struct str raw,
                      struct buf *got)
{
    enum err e = strcmp(stage, "all") == 0
                     ? postprocess(f, raw, got)
                     : postprocess_stage(stage, f, raw, got);
    assert_int_equal(e, OK);
}

static void expect(struct str got, struct str want, const char *where)
{
    if (str_eq(got, want))
        return;
    struct buf shown;
    buf_init(&shown, 9999);
    json_print_str(&shown, got);
    print_error("%s: %s\n", where, shown.ptr);
    buf_release(&shown);
    failed++;
}

static void run_row(const struct row *row)
{
    char where[80], stage[32];
    struct str rest = row->text;
    struct str head = row_cut(&rest, ": "), marked = row_cut(&rest, " => ");
    struct str model = row_cut(&rest, " => ");
    struct finish f = {.class = CURSOR_BODY};
    struct str language = row_cut(&head, " ");
    snprintf(where, sizeof where, "%s:%d", row->file, row->line);
    set_words(&f, head, where);
    struct buf text, raw, want, got;
    buf_init(&text, 4096);
    buf_init(&raw, 4096);
    buf_init(&want, 4096);
    buf_init(&got, 4096);
    f.offset = row_field(marked, "|", &text);
    f.doc = open_buffer(language, buf_view(&text));
    row_field(model, NULL, &raw);
    row_field(rest, NULL, &want);
    struct str name = str_from(strrchr(row->file, '/') + 1);
    snprintf(stage, sizeof stage, "%.*s", (int)name.len - 4, name.ptr);
    run_stage(stage, &f, buf_view(&raw), &got);
    expect(buf_view(&got), buf_view(&want), where);
    buf_release(&text);
    buf_release(&raw);
    buf_release(&want);
    buf_release(&got);
}

static void test_rows(void **state)
{
    (void)state;
    assert_true(rows_run("tests/postprocess/all.txt", run_row) > 5);
    for (size_t i = 0; i < postprocess_stage_count(); i++) {
        char path[64];
        snprintf(path, sizeof path, "tests/postprocess/%s.txt",
                 postprocess_stage_name(i));
        if (rows_run(path, run_row) < 3)
            fail_msg("%s: every stage has at least three rows", path);
    }
    assert_int_equal(failed, 0);
}

/* --- tests/postprocess/STAGE/: longer answers, as they are */

/* What stands before the line `mark`, without its last line end. */
static struct str section(struct str *rest, const char *mark, const char *path)
{
    char line[32];
    snprintf(line, sizeof line, "\n--- %s\n", mark);
    size_t at = str_find(*rest, str_from(line));
    if (at == STR_NONE)
        fail_msg("%s: there is no line \"--- %s\"", path, mark);
    struct str before = str_sub(*rest, 0, at);
    *rest = str_sub(*rest, at + strlen(line), rest->len);
    return before;
}

static void run_golden(const char *stage, const char *path)
{
    struct str cursor = STR("<cursor>");
    struct finish f = {.class = CURSOR_BODY};
    struct buf file, text, got;
    buf_init(&file, 1 << 16);
    buf_init(&text, 1 << 16);
    buf_init(&got, 1 << 16);
    assert_int_equal(file_read(path, &file, NULL), OK);
    struct str rest = buf_view(&file);
    struct str head = section(&rest, "buffer", path);
    struct str buffer = section(&rest, "answer", path);
    struct str answer = section(&rest, "becomes", path);
    struct str language = row_cut(&head, " ");
    set_words(&f, head, path);
    f.offset = str_find(buffer, cursor);
    if (f.offset == STR_NONE)
        fail_msg("%s: there is no <cursor> in the buffer", path);
    buf_append(&text, buffer);
    buf_splice(&text, f.offset, cursor.len, STR(""));
    f.doc = open_buffer(language, buf_view(&text));
    run_stage(stage, &f, answer, &got);
    expect(buf_view(&got), str_sub(rest, 0, rest.len ? rest.len - 1 : 0), path);
    buf_release(&file);
    buf_release(&text);
    buf_release(&got);
}

static void run_folder(const char *stage)
{
    glob_t found;
    char pattern[64];
    snprintf(pattern, sizeof pattern, "tests/postprocess/%s/*.txt", stage);
    if (glob(pattern, 0, NULL, &found))
        fail_msg("%s: every stage has a golden answer", pattern);
    for (size_t i = 0; i < found.gl_pathc; i++)
        run_golden(stage, found.gl_pathv[i]);
    globfree(&found);
}

static void test_golden(void **state)
{
    (void)state;
    failed = 0;
    run_folder("all");
    for (size_t i = 0; i < postprocess_stage_count(); i++)
        run_folder(postprocess_stage_name(i));
    assert_int_equal(failed, 0);
}

/* Their page says what each is for, in the order in which they run. */
static void test_page(void **state)
{
    (void)state;
    struct buf page;
    buf_init(&page, 1 << 16);
    assert_int_equal(file_read("docs/answers.md", &page, NULL), OK);
    struct str rest = buf_view(&page);
    for (size_t i = 0; i < postprocess_stage_count(); i++) {
        char row[160];
        snprintf(row, sizeof row, "\n| `%s` | %s |", postprocess_stage_name(i),
                 postprocess_stage_purpose(i));
        size_t at = str_find(rest, str_from(row));
        if (at == STR_NONE)
            fail_msg("docs/answers.md has no row \"%s\" here", row + 1);
        rest = str_sub(rest, at + 1, rest.len);
    }
    buf_release(&page);
}

static void test_unknown_stage(void **state)
{
    (void)state;
    struct finish f = {.doc = open_buffer(STR("c"), STR(""))};
    struct buf out;
    buf_init(&out, 10);
    assert_int_equal(postprocess_stage("polish", &f, STR("a"), &out),
                     ERR_NOT_FOUND);
}

/* The grammar judges nothing before it has read the whole buffer. */
static void test_unparsed(void **state)
{
    (void)state;
    struct document *doc;
    struct buf out;
    buf_init(&out, 100);
    assert_int_equal(documents_open(&documents, STR("file:///t"),
                                    STR("javascript"), 1, STR("f();\n"), &doc,
                                    NULL),
                     OK);
    struct finish f = {.doc = doc, .offset = 5, .extent = EXTENT_STATEMENT};
    struct str prose = STR("Here is the rest;");
    assert_int_equal(postprocess_stage("flaws", &f, prose, &out), OK);
    assert_true(str_eq(buf_view(&out), prose));
    buf_clear(&out);
    document_parse(doc, 0);
    assert_int_equal(postprocess_stage("flaws", &f, prose, &out), OK);
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

/* A bracket may be closed some pages below. */
static void test_far_closer(void **state)
{
    (void)state;
    struct buf text, out;
    buf_init(&text, 1 << 16);
    buf_init(&out, 64);
    buf_append(&text, STR("table = \n"));
    for (int i = 0; i < 256; i++)
        buf_printf(&text, "    '\\x%02x'  # 0x%02X -> SOME CHARACTER\n", i, i);
    buf_append(&text, STR(")\n"));
    struct finish f = {.doc = open_buffer(STR("python"), buf_view(&text)),
                       .offset = strlen("table = "),
                       .extent = EXTENT_LINE,
                       .class = CURSOR_TOP_LEVEL};
    assert_int_equal(postprocess(&f, STR("("), &out), OK);
    assert_true(str_is(buf_view(&out), "("));
    buf_release(&out);
    buf_release(&text);
}

/* What does not fit into `out` is an error and nothing else. */
static void test_no_room(void **state)
{
    (void)state;
    struct finish f = {.doc = open_buffer(STR("c"), STR(""))};
    struct buf out;
    buf_init(&out, 3);
    assert_int_equal(postprocess(&f, STR("abcd"), &out), ERR_MEMORY);
    assert_int_equal(out.len, 0);
    buf_clear(&out);
    assert_int_equal(postprocess(&f, STR("abc"), &out), OK);
    buf_release(&out);
}

/* --- the log tells what each stage did */

struct lines {
    char text[1024];
};

static void keep_line(void *arg, enum log_level level, struct str line)
{
    struct lines *l = arg;
    assert_int_equal(level, LOG_DEBUG);
    size_t n = strlen(l->text);
    snprintf(l->text + n, sizeof l->text - n, "%.*s\n", STR_ARG(line));
}

static void test_log(void **state)
{
    (void)state;
    struct lines lines = {""};
    struct finish f = {.doc = open_buffer(STR("python"), STR("foo()")),
                       .offset = 4};
    struct buf out;
    buf_init(&out, 100);
    assert_int_equal(log_configure("postprocess:debug", NULL), OK);
    log_set_sink(keep_line, &lines);
    postprocess(&f, STR("a)\nb"), &out);
    log_set_sink(NULL, NULL);
    log_configure("warn", NULL);
    assert_non_null(strstr(lines.text, "extent: 4 -> 2 bytes, at 2"));
    assert_non_null(strstr(lines.text, "suffix: 2 -> 1 bytes, at 1: "
                                       "\")\" became \"\""));
    assert_non_null(strstr(lines.text, "4 bytes for a line go through: utf8 "));
    assert_null(strstr(lines.text, "fence")); /* which chat models need */
    assert_null(strstr(lines.text, "balance:"));
    buf_release(&out);
}

static int set_up(void **state)
{
    (void)state;
    documents_init(&documents);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    documents_release(&documents);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),       cmocka_unit_test(test_golden),
        cmocka_unit_test(test_page),       cmocka_unit_test(test_unknown_stage),
        cmocka_unit_test(test_far_closer), cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_log),        cmocka_unit_test(test_unparsed),
    };
    return cmocka_run_group_tests_name("postprocess", tests, set_up, tear_down);
}
