/*
 * A right answer must not be made worse: at places all over this project's
 * own sources, what stands there is given as the model's text, with what
 * follows it as run-on text, and has to come out as it is. And no answer at
 * all may do harm: any bytes, anywhere.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/unicode.h"
#include "complete/postprocess.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 400, RUN_ON = 1500, SHOWN = 10 };

static struct documents documents;
static struct buf files[FILES_MAX];
static const char *languages[FILES_MAX];
static size_t n_files;
static uint64_t seed = 0x2545F4914F6CDD1Du;

/* xorshift64*, so that every run sees the same places. */
static size_t random_below(size_t n)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (size_t)((seed * 0x2545F4914F6CDD1Du) >> 33) % n;
}

/* Tables of numbers, which nobody writes by hand. */
static bool has_long_lines(struct str text)
{
    struct str line;
    while (str_cut(&text, '\n', &line))
        if (line.len > 200)
            return true;
    return false;
}

static void add_files(const char *pattern, const char *language)
{
    glob_t found;
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc && n_files < FILES_MAX; i++) {
        struct buf *b = &files[n_files];
        buf_init(b, 1 << 20);
        assert_int_equal(file_read(found.gl_pathv[i], b, NULL), OK);
        languages[n_files] = language;
        if (b->len > 0 && !has_long_lines(buf_view(b)))
            n_files++;
        else
            buf_release(b);
    }
    globfree(&found);
}

static struct document *open_parts(const char *language, struct str before,
                                   struct str after)
{
    struct buf text;
    struct document *doc;
    buf_init(&text, 1 << 21);
    buf_append(&text, before);
    buf_append(&text, after);
    assert_int_equal(documents_open(&documents, STR("file:///t"),
                                    str_from(language), 1, buf_view(&text),
                                    &doc, NULL),
                     OK);
    buf_release(&text);
    return doc;
}

/* --- the truth passes */

/* A kind of place, and how it went. */
struct trial {
    const char *name;
    enum extent extent;
    bool hole; /* the truth was cut out of the file; else it ends there */
    bool chat;
    int least; /* per mille that have to be right */
    int places, right, whole;
};

/* Of what should have been written, `got` is a beginning that says
 * something. */
static bool is_right(const struct trial *t, struct str truth, struct str got)
{
    truth = str_trim_end(truth);
    if (t->extent == EXTENT_LINE)
        return str_eq(got, truth);
    return str_starts(truth, got) && (got.len > 0 || truth.len == 0);
}

static size_t truth_length(const struct trial *t, const char *language,
                           struct str text, size_t at)
{
    struct str rest = str_sub(text, at, text.len);
    struct extent_scan scan;
    size_t length = rest.len;
    struct document *doc =
        open_parts(language, str_sub(text, 0, at), (struct str){0});
    extent_scan_init(&scan, doc, at, t->extent, NULL);
    extent_scan_done(&scan, rest, &length);
    return length;
}

static void show(const struct trial *t, struct str text, size_t at,
                 struct str truth, struct str got)
{
    struct str before = str_sub(text, at > 80 ? at - 80 : 0, at);
    print_message("%s:\n...%.*s|%.*s\n  became\n%.*s\n\n", t->name,
                  STR_ARG(before), STR_ARG(truth), STR_ARG(got));
}

static void try_place(struct trial *t, const char *language, struct str text,
                      size_t at)
{
    size_t length = truth_length(t, language, text, at);
    struct str truth = str_sub(text, at, at + length);
    struct str after = {0};
    if (t->hole)
        after = str_sub(text, at + length, text.len);
    struct finish f = {
        .doc = open_parts(language, str_sub(text, 0, at), after),
        .offset = at,
        .extent = t->extent,
        .class = CURSOR_BODY,
        .chat = t->chat,
    };
    struct buf got;
    buf_init(&got, 1 << 16);
    struct str raw = str_sub(text, at, at + length + RUN_ON);
    raw.len = utf8_snap(raw, raw.len);
    assert_int_equal(postprocess(&f, raw, &got), OK);
    t->places++;
    t->whole += str_eq(buf_view(&got), str_trim_end(truth));
    if (is_right(t, truth, buf_view(&got)))
        t->right++;
    else if (getenv("SHOW") && t->places - t->right <= SHOWN)
        show(t, text, at, truth, buf_view(&got));
    buf_release(&got);
}

/*
 * Lines have to come out exactly. Statements and blocks may lose their end
 * where a bracket in a regular expression or a macro misleads the lexer, so
 * one place in a hundred is let go. A chat model's habit to repeat the blanks
 * before the cursor can't be told from a cursor in the middle of blanks; two or
 * three places in a hundred are such, and the sample is small.
 */
static void test_truth_passes(void **state)
{
    (void)state;
    struct trial trials[] = {
        {.name = "line, at the end", .extent = EXTENT_LINE, .least = 1000},
        {.name = "line, in a hole",
         .extent = EXTENT_LINE,
         .hole = true,
         .least = 1000},
        {.name = "line, chat",
         .extent = EXTENT_LINE,
         .hole = true,
         .chat = true,
         .least = 950},
        {.name = "statement, at the end",
         .extent = EXTENT_STATEMENT,
         .least = 990},
        {.name = "statement, in a hole",
         .extent = EXTENT_STATEMENT,
         .hole = true,
         .least = 990},
        {.name = "block, at the end", .extent = EXTENT_BLOCK, .least = 990},
        {.name = "block, in a hole",
         .extent = EXTENT_BLOCK,
         .hole = true,
         .least = 990},
    };
    enum { TRIALS = sizeof trials / sizeof *trials };
    int places = getenv("PLACES") ? atoi(getenv("PLACES")) : 200;
    for (int i = 0; i < places; i++) {
        size_t file = random_below(n_files);
        struct str text = buf_view(&files[file]);
        size_t at = utf8_snap(text, random_below(text.len));
        for (size_t k = 0; k < TRIALS; k++)
            try_place(&trials[k], languages[file], text, at);
    }
    for (size_t k = 0; k < TRIALS; k++) {
        const struct trial *t = &trials[k];
        print_message("%-22s %d of %d right, %d whole\n", t->name, t->right,
                      t->places, t->whole);
    }
    for (size_t k = 0; k < TRIALS; k++)
        assert_true(trials[k].right * 1000 >=
                    trials[k].places * trials[k].least);
}

/* --- nothing does harm */

static void append_piece(struct buf *raw)
{
    static const char *const pieces[] = {
        "(",          ")",    "[",        "]",        "{",   "}",
        "\"",         "'",    "`",        "/*",       "*/",  "//",
        "#",          "\\",   "\n",       "\r\n",     "\r",  "\t",
        "    ",       "\n\n", "<think>",  "</think>", "```", "```c\n",
        "\n```\n",    "def ", "if (a) {", "return ",  ":",   ";",
        ",",          "\xff", "\xc3",     "\xe2\x80", "é",   "\xe2\x80\xae",
        "<|im_end|>", "\x01", "x = 1",    "else",     "end", "\xf0\x9f"};
    size_t file = random_below(n_files), n = random_below(120);
    struct str text = buf_view(&files[file]);
    switch (random_below(4)) {
    case 0: /* from some file, and not at characters */
        buf_append(raw, str_sub(text, random_below(text.len), text.len));
        buf_truncate(raw, raw->len > n ? raw->len - n : raw->len);
        break;
    case 1:
        for (; n > 60; n--)
            buf_append_char(raw, (char)random_below(256));
        break;
    default:
        buf_append(
            raw,
            str_from(pieces[random_below(sizeof pieces / sizeof *pieces)]));
    }
}

static void check_harmless(struct str got, struct str raw)
{
    assert_true(utf8_valid(got));
    assert_true(got.len <= 16 * raw.len);
    for (size_t at = 0; at < got.len;)
        assert_false(unicode_is_unsafe(utf8_next(got, &at)));
}

static void test_any_bytes(void **state)
{
    (void)state;
    int places = getenv("PLACES") ? atoi(getenv("PLACES")) : 400;
    for (int i = 0; i < places; i++) {
        size_t file = random_below(n_files);
        struct str text = buf_view(&files[file]);
        size_t at = utf8_snap(text, random_below(text.len));
        size_t end = utf8_snap(text, at + random_below(text.len - at));
        struct document *doc =
            open_parts(languages[random_below(n_files)], str_sub(text, 0, at),
                       str_sub(text, end, text.len));
        struct buf raw, got;
        buf_init(&raw, 1 << 17);
        buf_init(&got, 1 << 20);
        for (size_t n = random_below(30); n > 0; n--)
            append_piece(&raw);
        struct finish f = {
            .doc = doc,
            .offset = at,
            .extent = (enum extent)random_below(4),
            .class = (enum cursor_class)random_below(CURSOR_CLASS_COUNT),
            .chat = random_below(2),
            .builtin = random_below(4) == 0,
        };
        assert_int_equal(postprocess(&f, buf_view(&raw), &got), OK);
        check_harmless(buf_view(&got), buf_view(&raw));
        buf_release(&raw);
        buf_release(&got);
    }
}

static int set_up(void **state)
{
    (void)state;
    documents_init(&documents);
    add_files("src/*/*.[ch]", "c");
    add_files("tests/unit/*.c", "c");
    add_files("grammars/*.mjs", "javascript");
    add_files("tests/run", "python");
    add_files("tests/check/layers", "python");
    add_files("tests/tools/*.py", "python");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    documents_release(&documents);
    for (size_t i = 0; i < n_files; i++)
        buf_release(&files[i]);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truth_passes),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests_name("truth", tests, set_up, tear_down);
}
