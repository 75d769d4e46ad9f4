#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/unicode.h"
#include "ngram/library.h"
#include "ngram/ngram.h"
#include "ngram/reserved.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * tests/ngram/NAME.txt holds texts and cases:
 *
 *   === text NAME        an open buffer, up to the next ===
 *   === file NAME        a file of the workspace
 *   === edit NAME        the edited one; a line holding only @ is where the
 *                        cases stand, at the indentation of the @
 *   === cases [LINES [THRESHOLD]]    rows "typed|behind => what is suggested",
 *                        with \n for a new line; "=> " alone: nothing. Usually
 *                        one line, with a confidence of 0.3 or more
 *
 * "=== unweighted": from here on counts alone decide.
 * A new "=== edit" replaces the edited text; "=== forget" forgets all, or
 * "=== forget file NAME" a file.
 */
enum { MEMORY = 16 << 20 };

struct table {
    struct ngram *m;
    struct str key, text; /* of the edited buffer */
    size_t max_lines;
    double threshold;
    const char *path;
    int failed;
};

static void unescape(struct str s, struct buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\\' && i + 1 < s.len && s.ptr[i + 1] == 'n') {
            buf_append_char(out, '\n');
            i++;
        } else {
            buf_append_char(out, s.ptr[i]);
        }
    }
}

static void run_row(struct table *t, struct str row)
{
    size_t cursor = str_find_char(row, '|'), arrow = str_find(row, STR("=> "));
    size_t place = str_find(t->text, STR("@\n"));
    assert_true(cursor != STR_NONE && arrow != STR_NONE && place != STR_NONE);
    struct str behind = str_trim(str_sub(row, cursor + 1, arrow));
    struct buf text, want;
    buf_init(&text, 1 << 20);
    buf_init(&want, 1 << 12);
    buf_append(&text, str_sub(t->text, 0, place));
    unescape(str_sub(row, 0, cursor), &text);
    size_t at = text.len;
    unescape(behind, &text);
    buf_append(&text, str_sub(t->text, place + 1, t->text.len));
    unescape(str_sub(row, arrow + 3, row.len), &want);
    ngram_learn(t->m, t->key, buf_view(&text));
    struct ngram_query q = {
        .key = t->key,
        .prefix = str_sub(buf_view(&text), 0, at),
        .suffix = str_sub(buf_view(&text), at, text.len),
        .max_lines = t->max_lines,
        .max_bytes = 400,
        .threshold = t->threshold,
        .block_threshold = t->threshold,
    };
    struct ngram_answer a;
    buf_init(&a.text, 4096);
    ngram_predict(t->m, &q, &a);
    if (!str_eq(buf_view(&a.text), buf_view(&want))) {
        print_message("%s: %.*s\n  is  %.*s\n", t->path, STR_ARG(row),
                      STR_ARG(buf_view(&a.text)));
        t->failed++;
    }
    buf_release(&a.text);
    buf_release(&text);
    buf_release(&want);
}

static void run_rows(struct table *t, struct str rows)
{
    struct str row;
    while (str_cut(&rows, '\n', &row))
        if (row.len && !str_starts(row, STR("# ")))
            run_row(t, row);
}

static void run_section(struct table *t, struct str head, struct str body)
{
    struct str verb = {0}, name = head;
    str_cut(&name, ' ', &verb);
    if (str_is(verb, "text")) {
        ngram_learn(t->m, name, body);
    } else if (str_is(verb, "edit")) {
        t->key = name;
        t->text = body;
    } else if (str_is(verb, "cases")) {
        size_t space = str_find_char(name, ' ');
        t->max_lines = name.len ? (size_t)atoi(name.ptr) : 1;
        t->threshold = space == STR_NONE ? 0.3 : atof(name.ptr + space);
        run_rows(t, body);
    } else if (str_is(verb, "file")) {
        size_t at = 0;
        while (at < body.len)
            assert_int_equal(ngram_read(t->m, name, body, &at, 20), OK);
    } else if (str_is(verb, "unweighted")) {
        library_drop_weights(ngram_library(t->m));
    } else if (str_is(verb, "forget") && name.len) {
        ngram_unread(t->m, str_sub(name, strlen("file "), name.len));
    } else if (str_is(verb, "forget")) {
        ngram_free(t->m);
        t->m = ngram_new(MEMORY);
    } else {
        fail_msg("%s: what is === %.*s?", t->path, STR_ARG(head));
    }
}

static int run_table(const char *path)
{
    struct buf file;
    struct table t = {.m = ngram_new(MEMORY), .path = path};
    buf_init(&file, 1 << 20);
    assert_int_equal(file_read(path, &file, NULL), OK);
    struct str rest = buf_view(&file), head;
    size_t at = str_find(rest, STR("=== "));
    rest = str_sub(rest, at, rest.len);
    while (rest.len) {
        str_cut(&rest, '\n', &head);
        size_t end = str_find(rest, STR("\n=== "));
        end = end == STR_NONE ? rest.len : end + 1;
        if (str_starts(rest, STR("=== ")))
            end = 0;
        run_section(&t, str_sub(head, 4, head.len), str_sub(rest, 0, end));
        rest = str_sub(rest, end, rest.len);
    }
    ngram_free(t.m);
    buf_release(&file);
    return t.failed;
}

static void tables(void **state)
{
    (void)state;
    DIR *dir = opendir("tests/ngram");
    assert_non_null(dir);
    int failed = 0, files = 0;
    for (struct dirent *e; (e = readdir(dir));) {
        char path[300];
        snprintf(path, sizeof path, "tests/ngram/%s", e->d_name);
        if (!str_ends(str_from(path), STR(".txt")))
            continue;
        failed += run_table(path);
        files++;
    }
    closedir(dir);
    assert_int_equal(failed, 0);
    assert_true(files > 0);
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' && !strchr("\n\t", s.ptr[i]))
            return false;
    return utf8_valid(s) && !memchr(s.ptr ? s.ptr : "", 0x7F, s.len);
}

/* Nothing is shown of which it is less sure than it was asked to be. */
static void is_sure_enough(const struct ngram_answer *a,
                           const struct ngram_query *q)
{
    double least = q->threshold;
    if (str_find_char(buf_view(&a->text), '\n') != STR_NONE &&
        least < q->block_threshold)
        least = q->block_threshold;
    assert_true(a->text.len == 0 || a->confidence >= least);
    assert_true(a->confidence >= 0.0 && a->confidence <= 1.0);
}

static void ask_anywhere(struct ngram *m, struct str key, struct str text,
                         size_t at, size_t max_bytes)
{
    struct ngram_query q = {
        .key = key,
        .prefix = str_sub(text, 0, at),
        .suffix = str_sub(text, at, text.len),
        .max_lines = at % 3 * 4 + 1,
        .max_bytes = max_bytes,
        .threshold = 0.05,
        .block_threshold = (double)(at % 5) / 4,
    };
    struct ngram_answer a;
    buf_init(&a.text, 4096);
    bool any = ngram_predict(m, &q, &a);
    assert_int_equal(any, a.text.len > 0);
    assert_true(a.text.len <= max_bytes);
    assert_true(is_plain(buf_view(&a.text)));
    is_sure_enough(&a, &q);
    buf_release(&a.text);
}

/* Whatever is learned, wherever it is asked, the answer can be shown. */
static void any_bytes(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "ab",   "abc ", "\xC3",     "\xC3\xA9", "\n",  "\n  ", "\x01",
        "\xFF", "(",    "\xE2\x80", "\x7F",     "= ",  "\t",   "import a\n",
        "\r",   "1.5",  "caf",      "\xA9",     "/* ", "*/",   "caf\xC3\xA9",
    };
    uint32_t random = 5;
    for (int round = 0; round < 60; round++) {
        struct ngram *m = ngram_new(1 << 20);
        struct buf text;
        buf_init(&text, 1 << 16);
        for (int i = 0; i < 300; i++) {
            random = random * 1664525u + 1013904223u;
            size_t n = sizeof parts / sizeof *parts;
            buf_append(&text, str_from(parts[(random >> 8) % n]));
        }
        struct str s = buf_view(&text);
        ngram_learn(m, STR("b.py"), s);
        for (size_t at = 0; at <= s.len; at += 7) {
            ngram_learn(m, STR("a.c"), str_sub(s, at / 3, s.len));
            ask_anywhere(m, STR("a.c"), str_sub(s, at / 3, s.len),
                         at < s.len - at / 3 ? at : 0, 1 + at % 90);
            ask_anywhere(m, STR("new"), s, at, 40);
        }
        buf_release(&text);
        ngram_free(m);
    }
}

static struct buf repeated(struct str part, size_t bytes)
{
    struct buf b;
    buf_init(&b, bytes + part.len);
    while (b.len < bytes)
        assert_true(buf_append(&b, part));
    return b;
}

static void huge_texts_are_bounded(void **state)
{
    (void)state;
    struct ngram *m = ngram_new(8 << 20);
    struct buf line = repeated(STR("abc def "), 50 << 20);
    struct buf nuls = repeated((struct str){"\0\1", 2}, 1 << 20);
    struct buf lines = repeated(STR("a = b(c)\n"), 3 << 20);
    struct buf *texts[] = {&line, &nuls, &lines};
    for (size_t i = 0; i < 3; i++) {
        struct str s = buf_view(texts[i]);
        assert_int_equal(ngram_learn(m, STR("a.py"), s), OK);
        assert_true(ngram_bytes(m) <= 8 << 20);
        ask_anywhere(m, STR("a.py"), s, s.len / 2, 100);
        ask_anywhere(m, STR("a.py"), s, s.len, 100);
        buf_release(texts[i]);
    }
    assert_int_equal(ngram_learn(m, STR("a.py"), STR("")), OK);
    ask_anywhere(m, STR("a.py"), STR(""), 0, 100);
    ngram_free(m);
}

/* The oldest texts go first, and what was forgotten leaves nothing behind. */
static void memory_is_bounded(void **state)
{
    (void)state;
    size_t empty_bytes, max = 1 << 20;
    struct ngram *m = ngram_new(max);
    empty_bytes = ngram_bytes(m);
    for (int i = 0; i < 40; i++) {
        char part[64], key[16];
        snprintf(part, sizeof part, "value_%d = compute_%d(value)\n", i, i);
        snprintf(key, sizeof key, "%d.py", i);
        struct buf text = repeated(str_from(part), 10000);
        assert_int_equal(ngram_learn(m, str_from(key), buf_view(&text)), OK);
        assert_true(ngram_bytes(m) <= max);
        buf_release(&text);
    }
    assert_true(ngram_bytes(m) > max / 2);
    for (int i = 0; i < 40; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d.py", i);
        size_t before = ngram_tokens(m);
        ngram_forget(m, str_from(key));
        if (i < 10)
            assert_int_equal(ngram_tokens(m), before);
        if (i == 39)
            assert_true(ngram_tokens(m) < before);
    }
    assert_int_equal(ngram_tokens(m), 0);
    assert_true(ngram_bytes(m) < empty_bytes + 200000);
    ngram_free(m);
}

static void reserved_words(void **state)
{
    (void)state;
    static const struct {
        struct str word;
        bool reserved;
    } rows[] = {
        {{"val", 3}, true},        {{"va", 2}, false},   {{"value", 5}, false},
        {{"val\0word", 8}, false}, {{"while", 5}, true}, {{"val\0", 4}, false},
        {{"\0", 1}, false},        {{"", 0}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(is_reserved(rows[i].word), rows[i].reserved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reserved_words),
        cmocka_unit_test(tables),
        cmocka_unit_test(any_bytes),
        cmocka_unit_test(huge_texts_are_bounded),
        cmocka_unit_test(memory_is_bounded),
    };
    return cmocka_run_group_tests_name("ngram", tests, NULL, NULL);
}
