/* Kinds of tokens, and other forms of the names before a place. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "ngram/kin.h"
#include "ngram/library.h"

#include <string.h>

static void kinds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint8_t kind;
    } rows[] = {
        {"shape", KIND_LOWER},        {"two_words", KIND_SNAKE},
        {"_shape", KIND_PRIVATE},     {"__init__", KIND_PRIVATE},
        {"twoWords", KIND_CAMEL},     {"Shape", KIND_CAPITAL},
        {"XMLShape", KIND_CAPITAL},   {"MAX_SHAPES", KIND_SHOUT},
        {"Shape_t", KIND_OTHER_WORD}, {"$shape", KIND_OTHER_WORD},
        {"naïve", KIND_OTHER_WORD},   {"4096", KIND_INTEGER},
        {"0x1F", KIND_NUMBER},        {"1.5", KIND_NUMBER},
        {"<=>", KIND_OPERATOR},       {"", KIND_NONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (kind_of(str_from(rows[i].text)) != rows[i].kind)
            fail_msg("%s is of kind %d", rows[i].text,
                     kind_of(str_from(rows[i].text)));
}

/* Each has a kind of its own: the list is in order. */
static void common_tokens(void **state)
{
    (void)state;
    static const char *const rows[] = {"!",    "(",  "->", "==",   "False",
                                       "None", "if", "in", "self", "return",
                                       "void", "{",  "||", "}",    "~"};
    bool seen[KIND_COUNT] = {false};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t kind = kind_of(str_from(rows[i]));
        if (kind < KIND_COMMON || seen[kind])
            fail_msg("%s is of kind %d", rows[i], kind);
        seen[kind] = true;
    }
    assert_int_equal(kind_of(STR("!")), KIND_COMMON);
    assert_int_equal(kind_of(STR("~")), KIND_COUNT - 1);
}

struct forms {
    const struct library *l;
    struct buf told; /* "1 form, 2 form" */
};

static void tell(void *arg, uint32_t id, unsigned nth)
{
    struct forms *f = arg;
    struct str text = vocabulary_text(&f->l->words, id);
    buf_printf(&f->told, "%s%u %.*s", f->told.len ? ", " : "", nth,
               STR_ARG(text));
}

static void forms(void **state)
{
    (void)state;
    static const char known[] = "name_check NameCheck nameCheck NAME_CHECK "
                                "checks check While WHILE visit keys key a as "
                                "http_server HTTPServer";
    static const struct {
        const char *before, *forms;
    } rows[] = {
        {"from name_check ", "1 NAME_CHECK, 1 nameCheck, 1 NameCheck, 1 check"},
        {"NameCheck = ", "1 name_check, 1 NAME_CHECK, 1 nameCheck, 1 check"},
        {"def visit_while ", "1 While"},
        {"for key in ", "1 keys"},
        {"keys, check ", "1 checks, 2 key"},
        {"4 + ", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static struct library l;
        static struct site site;
        struct forms f = {.l = &l};
        library_init(&l, 1 << 20);
        buf_init(&f.told, 1 << 10);
        assert_int_equal(library_learn(&l, STR("known"), str_from(known)), OK);
        struct buf text;
        buf_init(&text, 1 << 10);
        buf_append(&text, str_from(rows[i].before));
        assert_int_equal(library_learn(&l, STR("new"), buf_view(&text)), OK);
        site_init(&site, &l, STR("new"), buf_view(&text), STR(""), NULL);
        kin_each(&site, tell, &f);
        if (!str_is(buf_view(&f.told), rows[i].forms))
            fail_msg("%s: %.*s", rows[i].before, STR_ARG(buf_view(&f.told)));
        buf_release(&f.told);
        buf_release(&text);
        library_release(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds),
        cmocka_unit_test(common_tokens),
        cmocka_unit_test(forms),
    };
    return cmocka_run_group_tests_name("kin", tests, NULL, NULL);
}
