/* Messages and values, read as they stand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lsp/envelope.h"
#include "lsp/scan.h"

#include <stdio.h>
#include <string.h>

/* What is read is written as "kind id method params result error". */
static const struct {
    const char *name, *body, *read;
} messages[] = {
    {"request",
     "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a/b\",\"params\":[]}",
     "request 1 a/b [] - -"},
    {"the id behind the parameters",
     "{\"params\":{\"id\":2,\"method\":\"x\"},\"method\":\"m\",\"id\":\"a\"}",
     "request \"a\" m {\"id\":2,\"method\":\"x\"} - -"},
    {"white space", " { \"id\" : 1 , \"method\" : \"m\" } ",
     "request 1 m - - -"},
    {"notification", "{\"method\":\"m\",\"params\":{\"s\":\"}]\\\"\\\\\"}}",
     "notification - m {\"s\":\"}]\\\"\\\\\"} - -"},
    {"null is no id", "{\"id\":null,\"method\":\"m\"}",
     "notification - m - - -"},
    {"response", "{\"id\":7,\"result\":{\"a\":[1,{\"b\":2}]}}",
     "response 7 - - {\"a\":[1,{\"b\":2}]} -"},
    {"response without a result", "{\"id\":7}", "response 7 - - - -"},
    {"response to nothing", "{\"id\":null}", "response - - - - -"},
    {"error", "{\"error\":{\"code\":1},\"id\":7}",
     "response 7 - - - {\"code\":1}"},
    {"error without an id", "{\"error\":{},\"id\":null}",
     "response - - - - {}"},
    {"an escaped slash", "{\"method\":\"a\\/b\"}", "notification - a/b - - -"},
    {"escaped names", "{\"\\u006dethod\":\"m\",\"i\\u0064\":3}",
     "request 3 m - - -"},
    {"the first of two", "{\"id\":1,\"id\":2,\"method\":\"m\"}",
     "request 1 m - - -"},
    {"a byte order mark", "\xEF\xBB\xBF{\"method\":\"m\"}",
     "notification - m - - -"},
    {"nothing", "", "ERR_REQUEST"},
    {"a list", "[]", "ERR_REQUEST"},
    {"an empty object", "{}", "ERR_REQUEST"},
    {"neither of both", "{\"params\":1}", "ERR_REQUEST"},
    {"cut in a string", "{\"method\":\"m", "ERR_PARSE"},
    {"cut behind a backslash", "{\"method\":\"m\\", "ERR_PARSE"},
    {"cut in the parameters", "{\"method\":\"m\",\"params\":{\"a\":[1",
     "ERR_PARSE"},
    {"cut behind a comma", "{\"method\":\"m\",", "ERR_PARSE"},
    {"something behind it", "{\"method\":\"m\"} x", "ERR_PARSE"},
    {"no name", "{\"method\":7}", "ERR_REQUEST"},
    {"an empty name", "{\"method\":\"\"}", "ERR_REQUEST"},
    {"no comma", "{\"id\":1 \"method\":\"m\"}", "ERR_PARSE"},
    {"no colon", "{\"id\" 1}", "ERR_PARSE"},
    {"a key that is none", "{id:1}", "ERR_PARSE"},
};

static struct str shown(struct str s)
{
    return s.len ? s : STR("-");
}

static void test_messages(void **state)
{
    (void)state;
    static const char *const kinds[] = {"request", "notification", "response"};
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        struct envelope e;
        struct why why;
        char read[256];
        enum err bad = envelope_read(str_from(messages[i].body), &e, &why);
        if (bad)
            snprintf(read, sizeof read, "%s", err_name(bad));
        else
            snprintf(read, sizeof read, "%s %.*s %s %.*s %.*s %.*s",
                     kinds[e.kind], STR_ARG(shown(e.id)),
                     e.method[0] ? e.method : "-", STR_ARG(shown(e.params)),
                     STR_ARG(shown(e.result)), STR_ARG(shown(e.error)));
        if (strcmp(read, messages[i].read) != 0)
            fail_msg("%s: %s", messages[i].name, read);
    }
}

static void test_another_id(void **state)
{
    (void)state;
    struct str body = STR("{\"method\":\"m\",\"id\":\"old\",\"params\":1}");
    struct str parts[3];
    struct envelope e;
    struct why why;
    char made[128];
    assert_int_equal(envelope_read(body, &e, &why), OK);
    envelope_with_id(body, &e, STR("42"), parts);
    snprintf(made, sizeof made, "%.*s%.*s%.*s", STR_ARG(parts[0]),
             STR_ARG(parts[1]), STR_ARG(parts[2]));
    assert_string_equal(made, "{\"method\":\"m\",\"id\":42,\"params\":1}");
}

static void test_numbers(void **state)
{
    (void)state;
    assert_int_equal(envelope_number(STR("17")), 17);
    assert_int_equal(envelope_number(STR("999999999")), 999999999);
    assert_int_equal(envelope_number(STR("1000000000")), 0);
    assert_int_equal(envelope_number(STR("\"17\"")), 0);
    assert_int_equal(envelope_number(STR("-1")), 0);
    assert_int_equal(envelope_number(STR("1.5")), 0);
}

static void test_paths(void **state)
{
    (void)state;
    struct str text = STR("{\"a\":{\"b\":[{\"c\":0}],\"c\":\"x\"},\"d\":null}");
    static const struct {
        const char *path, *value;
    } rows[] = {
        {"a.c", "\"x\""}, {"a.b", "[{\"c\":0}]"}, {"d", "null"}, {"a.b.c", ""},
        {"e", ""},        {"a.c.d", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!str_is(scan_at(text, rows[i].path), rows[i].value))
            fail_msg("%s", rows[i].path);
}

static void test_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *inside, *text;
        bool same;
    } rows[] = {
        {"abc", "abc", true},
        {"abc", "abd", false},
        {"", "", true},
        {"ab", "abc", false},
        {"abc", "ab", false},
        {"a\\nb", "a\nb", true},
        {"a\\nb", "a\\nb", false},
        {"\\u00e9", "\xC3\xA9", true},
        {"\\uD83D\\uDE00", "\xF0\x9F\x98\x80", true},
        {"\\\"\\\\\\/", "\"\\/", true},
        {"\\u00", "", false},
        {"\\", "", false},
        {"\\x", "x", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (scan_spells(str_from(rows[i].inside), str_from(rows[i].text)) !=
            rows[i].same)
            fail_msg("%s and %s", rows[i].inside, rows[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages), cmocka_unit_test(test_another_id),
        cmocka_unit_test(test_numbers),  cmocka_unit_test(test_paths),
        cmocka_unit_test(test_spelling),
    };
    return cmocka_run_group_tests_name("envelope", tests, NULL, NULL);
}
