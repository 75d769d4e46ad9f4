#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
#include "ngram/lexer.h"

#include <stdio.h>
#include <string.h>

/*
 * Tokens as written by show(): newlines as = > < with ' before them where
 * blank lines stand between; a space before what is spaced; # before prose,
 * ! before what is quiet as well; ? for opaque ones.
 */
static const struct {
    const char *name, *text, *want;
} rows[] = {
    {"a.py", "x = y1+2.5\n", "=|x| =| y1|+|2.5"},
    {"a.py", "a.b(c)[0]", "=|a|.|b|(|c|)|[|0|]"},
    {"a.py", "if a:\n    b\n    c\nd", "=|if| a|:|>|b|=|c|<|d"},
    {"a.py", "if a:\n\n\tb\n\n\nc", "=|if| a|:|'>|b|'<|c"},
    {"a.py", "\n  \n a", "'>|a"},
    {"a.py", "a\r\nb\r\n", "=|a|=|b"},
    {"a.c", "a->b <<= c != d...", "=|a|->|b| <<=| c| !=| d|..."},
    {"a.js", "a?.b ?? c === d", "=|a|?.|b| ??| c| ===| d"},
    {"a.php", "$a->$b", "=|$a|->|$b"},
    {"a.py", "caf\xC3\xA9 = 1", "=|caf\xC3\xA9| =| 1"},
    /* what must not be repeated */
    {"a.py", "a \xFF\xFE b", "=|a| ?| b"},
    {"a.py",
     "a\x01"
     "b",
     "=|a|?|b"},
    {"a.py", "caf\xC3 = 1", "=|?| =| 1"},
    {"a.py",
     "a\xE2\x80\xAE"
     "b",
     "=|?"}, /* a bidirectional control */
    {"a.py", "1.2.3 0xFF 1e9 10px 3.", "=|1.2.3| 0xFF| 1e9| 10px| 3|."},
    /* comments, by the file's name */
    {"a.py", "x # y\nz", "=|x|# #|# y|=|z"},
    {"a.c", "x # y\nz", "=|x| #| y|=|z"},
    {"dir.py/a.c", "x // y", "=|x|# //|# y"},
    {"a.py", "x // y", "=|x| //| y"},
    {"a.c", "x /* y\n z */ w", "=|x|# /*|# y|#>|#z|# */| w"},
    {"a.c", "x = \"/* y\" // z", "=|x| =| \"|/*| y|\"|# //|# z"},
    {"a.c", "'/*'", "=|'|/*|'"},
    {"a.js", "f(\"http://y", "=|f|(|\"|http|:|//|y"},
    {"a.py", "x\n\"\"\"\na\n\"\"\"\nb", "=|x|=|#\"\"\"|#=|#a|#=|#\"\"\"|=|b"},
    {"Makefile", "x # y", "=|x|# #|# y"},
    {"A.C", "x // y", "=|x|# //|# y"},
    {"", "x // y", "=|x| //| y"},
    /* the comment that opens the file */
    {"a.c", "// a\n\n/* b */\nc // d",
     "!=|!//|! a|!'=|!/*|! b|! */|!=|c|# //|# d"},
    {"a.py", "#!a\n\"\"\"b\"\"\"\nc", "!=|!#|!!|!a|!=|!\"\"\"|!b|!\"\"\"|!=|c"},
};

static void show(struct buf *out, const struct token *t)
{
    static const char *const newlines[] = {"=", ">", "<", "'=", "'>", "'<"};
    if (out->len)
        buf_append_char(out, '|');
    if (t->prose || t->quiet)
        buf_append_char(out, t->quiet ? '!' : '#');
    if (t->spaced)
        buf_append_char(out, ' ');
    if (t->kind == TOKEN_NEWLINE)
        buf_append(out, str_from(newlines[t->newline]));
    else if (t->kind == TOKEN_OPAQUE)
        buf_append_char(out, '?');
    else
        buf_append(out, t->text);
}

/* Quiet newlines before the first token are usual: only shown if a comment
 * follows. */
static void lex(const char *name, struct str text, struct buf *out)
{
    struct lexer l;
    struct token t;
    buf_clear(out);
    lexer_init(&l, text, syntax_of(str_from(name)), lexer_start());
    while (lexer_next(&l, &t))
        show(out, &t);
}

static void tokens(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 4096);
    int failed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lex(rows[i].name, str_from(rows[i].text), &out);
        const char *got = out.ptr + (rows[i].want[0] != '!' && *out.ptr == '!');
        if (strcmp(got, rows[i].want) == 0)
            continue;
        print_message("%s: %s\n  is     %s\n  not    %s\n", rows[i].name,
                      rows[i].text, got, rows[i].want);
        failed++;
    }
    buf_release(&out);
    assert_int_equal(failed, 0);
}

static void long_line_is_data(void **state)
{
    (void)state;
    struct buf text, out;
    buf_init(&text, 1 << 20);
    buf_init(&out, 4096);
    buf_append(&text, STR("a\n"));
    for (int i = 0; i < LEXER_MAX_LINE; i++)
        buf_append(&text, STR("x "));
    buf_append(&text, STR("\nb"));
    lex("a.py", buf_view(&text), &out);
    assert_string_equal(out.ptr, "!=|a|=|?|=|b");
    buf_release(&text);
    buf_release(&out);
}

static void indentation(void **state)
{
    (void)state;
    size_t bytes;
    assert_int_equal(lexer_indent(STR("  \t a"), &bytes), 9);
    assert_int_equal(bytes, 4);
    assert_int_equal(lexer_indent(STR(""), &bytes), 0);
    struct lexer_state s = {.indent = 4, .blank = true};
    assert_int_equal(lexer_newline(s, 0), NEWLINE_SHALLOWER + NEWLINE_BLANK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens),
        cmocka_unit_test(long_line_is_data),
        cmocka_unit_test(indentation),
    };
    return cmocka_run_group_tests_name("lexer", tests, NULL, NULL);
}
