#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/facts.h"
#include "context/classify.h"

#include <string.h>

/* What the built-in model hears of the syntax at the cursor, which is `|`. */
static const struct row {
    const char *language, *code;
    const char *function; /* how it begins; NULL: in none */
    char bracket;
    bool comment;
} rows[] = {
    {"python", "x = |\n", NULL, 0, false},
    {"python", "def f(a):\n    b = |\n", "def f", 0, false},
    {"python", "class C:\n    def g(self):\n        self.|\n", "def g", 0,
     false},
    {"python", "def f(a):\n    # as |\n    return a\n", "def f", 0, true},
    {"python", "x = [\n    1,\n    |\n]\n", NULL, '[', false},
    /* Brackets of the cursor's own line are told by its tokens. */
    {"python", "x = [1, |\n", NULL, 0, false},
    {"python", "x = (\n    '[',\n    |\n)\n", NULL, '(', false},
    {"c", "int f(int a)\n{\n    return |;\n}\n", "int f", '{', false},
    {"c", "int f(int a)\n{\n    /* { ( */\n    g(a,\n      |", "int f", '(',
     false},
    {"c", "/* a | */\n", NULL, 0, true},
};

static void check(const struct row *r)
{
    struct documents docs;
    struct document *doc;
    struct ngram_syntax s;
    struct buf text;
    struct str code = str_from(r->code);
    size_t at = str_find_char(code, '|');
    buf_init(&text, 4096);
    buf_append(&text, str_sub(code, 0, at));
    buf_append(&text, str_sub(code, at + 1, code.len));
    documents_init(&docs);
    assert_int_equal(documents_open(&docs, STR("file:///a"),
                                    str_from(r->language), 1, buf_view(&text),
                                    &doc, NULL),
                     OK);
    document_parse(doc, 0);
    assert_true(facts_find(doc, at, classify(doc, at).class, &s));
    bool right = s.bracket == r->bracket && s.comment == r->comment &&
                 (s.function == STR_NONE) == !r->function;
    if (right && r->function)
        right = str_starts(str_sub(code, s.function, code.len),
                           str_from(r->function));
    if (!right)
        fail_msg("%s: bracket '%c', function at %zu, comment %d", r->code,
                 s.bracket ? s.bracket : ' ', s.function, s.comment);
    documents_release(&docs);
    buf_release(&text);
}

static void cursors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(&rows[i]);
}

/* Where no grammar is, lines and tokens have to do. */
static void unknown_languages(void **state)
{
    (void)state;
    struct documents docs;
    struct document *doc;
    struct ngram_syntax s;
    documents_init(&docs);
    documents_open(&docs, STR("file:///a"), STR("cobol"), 1, STR("x"), &doc,
                   NULL);
    assert_false(facts_find(doc, 1, CURSOR_TOP_LEVEL, &s));
    documents_release(&docs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cursors),
        cmocka_unit_test(unknown_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
