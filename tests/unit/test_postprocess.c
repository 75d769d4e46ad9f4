#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

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

/* --- tests/postprocess/STAGE.txt; all.txt is all of them in a row */

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
    return str_is(word, "chat") || str_is(word, "builtin");
}

static void run_row(const struct row *row)
{
    struct str rest = row->text, word;
    struct str head = row_cut(&rest, ": "), marked = row_cut(&rest, " => ");
    struct str model = row_cut(&rest, " => ");
    struct finish f = {.class = CURSOR_BODY};
    struct str language = row_cut(&head, " ");
    while (str_cut(&head, ' ', &word))
        if (!set_word(&f, word))
            fail_msg("%s:%d: what is \"%.*s\"?", row->file, row->line,
                     STR_ARG(word));
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
    char stage[32];
    snprintf(stage, sizeof stage, "%.*s", (int)name.len - 4, name.ptr);
    enum err e = strcmp(stage, "all") == 0
                     ? postprocess(&f, buf_view(&raw), &got)
                     : postprocess_stage(stage, &f, buf_view(&raw), &got);
    assert_int_equal(e, OK);
    if (!str_eq(buf_view(&got), buf_view(&want))) {
        failed++;
        struct buf shown;
        buf_init(&shown, 9999);
        json_print_str(&shown, buf_view(&got));
        print_error("%s:%d: %s\n", row->file, row->line, shown.ptr);
        buf_release(&shown);
    }
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

static void test_unknown_stage(void **state)
{
    (void)state;
    struct finish f = {.doc = open_buffer(STR("c"), STR(""))};
    struct buf out;
    buf_init(&out, 10);
    assert_int_equal(postprocess_stage("polish", &f, STR("a"), &out),
                     ERR_NOT_FOUND);
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
    assert_null(strstr(lines.text, "balance"));
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
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_unknown_stage),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_log),
    };
    return cmocka_run_group_tests_name("postprocess", tests, set_up, tear_down);
}
