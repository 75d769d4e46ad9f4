/* The languages' tables: every field is known, every node type exists. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "context/syntax.h"

#include <stdio.h>
#include <string.h>
#include <tree_sitter/api.h>

static const char *const texts[] = {
    "package",    "parser",   "import_lines",      "symbol",
    "word_chars", "heredocs", "block_close_words", "middle_words",
#define X(name, list) list,
    WORD_KINDS(X)
#undef X
};
static const char *const lists[] = {"names",         "extensions",
                                    "filenames",     "quotes",
                                    "line_comments", "block_comments"};
static const char *const nodes[] = {"string_nodes", "comment_nodes",
                                    "code_nodes",   "value_nodes",
                                    "text_nodes",   "block_nodes"};
static const char *const flags[] = {"regex",
#define X(name) #name,
                                    SYNTAX_TRAITS(X)
#undef X
};

#define IS_ONE_OF(name, list)                                                  \
    is_one_of(name, list, sizeof(list) / sizeof *(list))

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, list[i]) == 0)
            return true;
    return false;
}

static int wrong;

static void complain(const struct language *l, const char *field,
                     const char *sentence)
{
    printf("# grammars/%s/language.json: \"%s\" %s\n", l->name, field,
           sentence);
    wrong++;
}

static bool has_node(const TSLanguage *g, struct str type)
{
    for (uint32_t i = 0; i < ts_language_symbol_count(g); i++) {
        const char *name = ts_language_symbol_name(g, (TSSymbol)i);
        if (name && str_is(type, name) &&
            ts_language_symbol_type(g, (TSSymbol)i) == TSSymbolTypeRegular)
            return true;
    }
    return false;
}

static void check_nodes(const struct language *l, const cJSON *field)
{
    struct str rest = json_str(field), type;
    char sentence[256];
    while (str_cut(&rest, ' ', &type)) {
        if (has_node(l->grammar, type))
            continue;
        snprintf(sentence, sizeof sentence,
                 "names \"%.*s\", which the grammar does not have",
                 STR_ARG(type));
        complain(l, field->string, sentence);
    }
}

static void check_contents(const struct language *l, const cJSON *rule)
{
    struct str other = json_str(json_get(rule, "language"));
    if (language_find(other, (struct str){0}) == language_plain())
        complain(l, "contents", "names a \"language\" that is not there");
    if (!cJSON_IsArray(json_get(rule, "extensions")) ||
        !cJSON_IsArray(json_get(rule, "lines")))
        complain(l, "contents", "has lists of \"extensions\" and \"lines\"");
}

static void check_field(const struct language *l, const cJSON *field)
{
    const char *name = field->string;
    if (IS_ONE_OF(name, nodes))
        check_nodes(l, field);
    else if (IS_ONE_OF(name, texts) && !cJSON_IsString(field))
        complain(l, name, "has to be a string");
    else if (IS_ONE_OF(name, lists) && !cJSON_IsArray(field))
        complain(l, name, "has to be a list");
    else if (strcmp(name, "contents") == 0)
        check_contents(l, field);
    else if (IS_ONE_OF(name, flags) && !cJSON_IsTrue(field))
        complain(l, name, "is true or left out");
    else if (!IS_ONE_OF(name, texts) && !IS_ONE_OF(name, lists) &&
             !IS_ONE_OF(name, flags))
        complain(l, name, "is no field");
}

static void test_fields(void **state)
{
    (void)state;
    wrong = 0;
    for (size_t i = 0; i < language_count(); i++) {
        const cJSON *field;
        cJSON_ArrayForEach(field, language_at(i)->table)
            check_field(language_at(i), field);
    }
    assert_int_equal(wrong, 0);
}

static void test_every_language(void **state)
{
    (void)state;
    assert_true(language_count() > 0);
    for (size_t i = 0; i < language_count(); i++) {
        const struct syntax *s = syntax_for(language_at(i));
        assert_non_null(s);
        assert_ptr_equal(s, syntax_for(language_at(i)));
    }
    assert_null(syntax_for(language_plain()));
}

static void test_words(void **state)
{
    (void)state;
    const struct language *l = language_find(STR("python"), (struct str){0});
    const struct syntax *s = syntax_for(l);
    assert_true(syntax_word(s, STR("def")) & WORD_FUNCTION);
    assert_true(syntax_word(s, STR(":")) & WORD_HEAD_END);
    assert_int_equal(syntax_word(s, STR("de")), 0);
    assert_int_equal(syntax_word(s, (struct str){0}), 0);
    assert_true(s->indented);
    assert_false(s->closures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_every_language),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests_name("syntax", tests, NULL, NULL);
}
