#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lsp/protocol.h"

#include <stdio.h>
#include <string.h>

static cJSON *parse(const char *text)
{
    cJSON *item = NULL;
    if (json_parse_str(str_from(text), &item, NULL))
        fail_msg("not JSON: %s", text);
    return item;
}

/* --- changes --- */

/* "whole TEXT" or "L:C-L:C rangeLength TEXT" */
static void write_change(const struct change_params *c, char *out, size_t size)
{
    struct position a = c->range.start, b = c->range.end;
    if (c->whole)
        snprintf(out, size, "whole %.*s", STR_ARG(c->text));
    else
        snprintf(out, size, "%u:%u-%u:%u %d %.*s", a.line, a.character, b.line,
                 b.character, (int)c->range_length, STR_ARG(c->text));
}

#define RANGE(a, b, c, d)                                                      \
    "\"range\":{\"start\":{\"line\":" #a ",\"character\":" #b                  \
    "},\"end\":{\"line\":" #c ",\"character\":" #d "}}"
static const struct {
    const char *in, *out; /* out NULL: refused */
} changes[] = {
    {"{\"text\":\"x\"}", "whole x"},
    {"{\"text\":\"\",\"range\":null}", "whole "},
    {"{" RANGE(1, 2, 3, 4) ",\"text\":\"x\"}", "1:2-3:4 -1 x"},
    {"{" RANGE(1, 2, 1, 4) ",\"rangeLength\":2,\"text\":\"\"}", "1:2-1:4 2 "},
    {"{" RANGE(1, 2, 1, 4) ",\"rangeLength\":-2,\"text\":\"\"}", "1:2-1:4 -1 "},
    {"{" RANGE(1, 2, 1, 4) ",\"rangeLength\":\"2\",\"text\":\"\"}",
     "1:2-1:4 -1 "},
    {"{" RANGE(3, 4, 1, 2) ",\"text\":\"x\"}", "1:2-3:4 -1 x"},
    {"{" RANGE(1, 9, 1, 2) ",\"text\":\"x\"}", "1:2-1:9 -1 x"},
    {"{" RANGE(0, 0, 1e300, 9007199254740993) ",\"text\":\"x\"}",
     "0:0-4294967295:4294967295 -1 x"},
    {"{" RANGE(0, 0, 4294967296, 2.0) ",\"text\":\"x\"}",
     "0:0-4294967295:2 -1 x"},
    {"{" RANGE(-1, 0, 1, 2) ",\"text\":\"x\"}", NULL},
    {"{" RANGE(0, 0.5, 1, 2) ",\"text\":\"x\"}", NULL},
    {"{" RANGE(0, 0, 1e999, 2) ",\"text\":\"x\"}", NULL},
    {"{" RANGE(0, 0, "1", 2) ",\"text\":\"x\"}", NULL},
    {"{" RANGE(0, 0, null, 2) ",\"text\":\"x\"}", NULL},
    {"{\"range\":{\"start\":{\"line\":1,\"character\":1}},\"text\":\"x\"}",
     NULL},
    {"{\"range\":[],\"text\":\"x\"}", NULL},
    {"{\"range\":false,\"text\":\"x\"}", NULL},
    {"{" RANGE(1, 2, 3, 4) "}", NULL},
    {"{\"text\":null}", NULL},
    {"{}", NULL},
    {"[]", NULL},
    {"null", NULL},
};

static void test_changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct change_params c;
        struct why why = {""};
        char got[256] = "refused";
        cJSON *item = parse(changes[i].in);
        enum err e = protocol_change(item, &c, &why);
        if (!e)
            write_change(&c, got, sizeof got);
        if (strcmp(got, changes[i].out ? changes[i].out : "refused"))
            fail_msg("%s: %s", changes[i].in, got);
        assert_true(!e || (e == ERR_PARAMS && strlen(why.text) > 20));
        cJSON_Delete(item);
    }
}

static void test_change_list(void **state)
{
    (void)state;
    cJSON *params = parse("{\"contentChanges\":[{},{}]}");
    cJSON *other = parse("{\"contentChanges\":{}}");
    assert_int_equal(cJSON_GetArraySize(protocol_changes(params)), 2);
    assert_null(protocol_changes(other));
    assert_null(protocol_changes(NULL));
    cJSON_Delete(params);
    cJSON_Delete(other);
}

/* --- documents --- */

static void test_did_open(void **state)
{
    (void)state;
    struct open_params p;
    struct why why;
    cJSON *params =
        parse("{\"textDocument\":{\"uri\":\"file:///a\",\"languageId\":\"c\","
              "\"version\":-4,\"text\":\"int\"}}");
    assert_int_equal(protocol_did_open(params, &p, &why), OK);
    assert_true(str_is(p.uri, "file:///a"));
    assert_true(str_is(p.language_id, "c"));
    assert_true(str_is(p.text, "int"));
    assert_int_equal(p.version, -4);
    cJSON_Delete(params);

    params = parse("{\"textDocument\":{\"uri\":\"a\",\"text\":\"\"}}");
    assert_int_equal(protocol_did_open(params, &p, &why), OK);
    assert_int_equal(p.language_id.len, 0);
    assert_int_equal(p.version, 0);
    cJSON_Delete(params);

    params = parse("{\"textDocument\":{\"uri\":\"a\",\"text\":[]}}");
    assert_int_equal(protocol_did_open(params, &p, &why), ERR_PARAMS);
    assert_string_equal(why.text,
                        "textDocument.text is a list; a string is expected");
    cJSON_Delete(params);

    params = parse("{\"textDocument\":{\"uri\":\"\",\"text\":\"\"}}");
    assert_int_equal(protocol_did_open(params, &p, &why), ERR_PARAMS);
    assert_string_equal(why.text,
                        "textDocument.uri is empty; a URI is expected");
    cJSON_Delete(params);
}

static void test_document(void **state)
{
    (void)state;
    struct document_params p;
    struct why why;
    cJSON *params =
        parse("{\"textDocument\":{\"uri\":\"file:///a\",\"version\":4}}");
    assert_int_equal(protocol_document(params, &p, &why), OK);
    assert_true(str_is(p.uri, "file:///a"));
    assert_int_equal(p.version, 4);
    cJSON_Delete(params);

    params = parse("{\"textDocument\":{\"uri\":\"a\",\"version\":null}}");
    assert_int_equal(protocol_document(params, &p, &why), OK);
    assert_int_equal(p.version, -1);
    cJSON_Delete(params);

    assert_int_equal(protocol_document(NULL, &p, &why), ERR_PARAMS);
    assert_string_equal(why.text,
                        "textDocument.uri is missing; a string is expected");
}

/* --- requests --- */

#define AT                                                                     \
    "\"textDocument\":{\"uri\":\"a\"},\"position\":{\"line\":1,\"character\":" \
    "2}"
static const struct {
    const char *context;
    bool menu, inline_draft, inline_318; /* whether asked for by hand */
} triggers[] = {
    {"", true, false, false},
    {",\"context\":null", true, false, false},
    {",\"context\":{}", true, false, false},
    {",\"context\":{\"triggerKind\":0}", false, true, true},
    {",\"context\":{\"triggerKind\":1}", true, false, true},
    {",\"context\":{\"triggerKind\":2}", false, false, false},
    {",\"context\":{\"triggerKind\":3}", false, false, false},
    {",\"context\":{\"triggerKind\":-1}", false, false, false},
    {",\"context\":{\"triggerKind\":\"1\"}", true, false, false},
};

static bool invoked(const cJSON *params, bool is_318, bool inline_request)
{
    struct client c = {.inline_318 = is_318};
    struct position_params p;
    enum err e = protocol_position(params, &c, inline_request, &p, NULL);
    assert_int_equal(e, OK);
    return p.invoked;
}

static void test_triggers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof triggers / sizeof *triggers; i++) {
        char text[256];
        snprintf(text, sizeof text, "{" AT "%s}", triggers[i].context);
        cJSON *params = parse(text);
        if (invoked(params, false, false) != triggers[i].menu ||
            invoked(params, false, true) != triggers[i].inline_draft ||
            invoked(params, true, true) != triggers[i].inline_318)
            fail_msg("%s", text);
        cJSON_Delete(params);
    }
}

static void test_position(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "{}",
        "{\"textDocument\":{\"uri\":\"a\"}}",
        "{\"textDocument\":{\"uri\":\"a\"},\"position\":{\"line\":1}}",
        "{\"textDocument\":{\"uri\":\"a\"},"
        "\"position\":{\"line\":-1,\"character\":1}}",
        "{\"textDocument\":{\"uri\":7},"
        "\"position\":{\"line\":1,\"character\":1}}",
        "[1,2]",
    };
    struct client c = {0};
    struct position_params p;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct why why = {""};
        cJSON *params = parse(refused[i]);
        if (protocol_position(params, &c, true, &p, &why) != ERR_PARAMS ||
            strlen(why.text) < 20)
            fail_msg("%s: \"%s\"", refused[i], why.text);
        cJSON_Delete(params);
    }
    cJSON *params = parse("{" AT "}");
    assert_int_equal(protocol_position(params, &c, true, &p, NULL), OK);
    assert_true(str_is(p.uri, "a"));
    assert_int_equal(p.position.line, 1);
    assert_int_equal(p.position.character, 2);
    assert_false(p.has_selected);
    cJSON_Delete(params);
}

static void test_selected_completion(void **state)
{
    (void)state;
    struct client c = {0};
    struct position_params p;
    cJSON *params =
        parse("{" AT ",\"context\":{\"selectedCompletionInfo\":{" RANGE(
            1, 0, 1, 2) ",\"text\":\"print\"}}}");
    assert_int_equal(protocol_position(params, &c, true, &p, NULL), OK);
    assert_true(p.has_selected);
    assert_int_equal(p.selected_range.end.character, 2);
    assert_true(str_is(p.selected_text, "print"));
    cJSON_Delete(params);
    params = parse("{" AT ",\"context\":{\"selectedCompletionInfo\":{"
                   "\"range\":{},\"text\":\"print\"}}}");
    assert_int_equal(protocol_position(params, &c, true, &p, NULL), OK);
    assert_false(p.has_selected);
    cJSON_Delete(params);
}

static void test_cancel_id(void **state)
{
    (void)state;
    static const struct {
        const char *params, *id; /* "": none */
    } rows[] = {
        {"{\"id\":1}", "1"},
        {"{\"id\":\"\\u00e9\"}", "\"\\u00e9\""},
        {"{\"id\":9007199254740993}", "9007199254740993"},
        {"{\"id\":null}", ""},
        {"{\"id\":[1]}", ""},
        {"{}", ""},
        {"[1]", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[100];
        struct rpc_message m;
        struct rpc_id id;
        snprintf(text, sizeof text, "{\"method\":\"$/x\",\"params\":%s}",
                 rows[i].params);
        assert_int_equal(rpc_parse(str_from(text), &m, NULL), OK);
        assert_int_equal(protocol_cancel_id(&m, &id), rows[i].id[0] != '\0');
        assert_string_equal(id.text, rows[i].id);
        rpc_release(&m);
    }
}

/* --- the workspace --- */

static void test_trace(void **state)
{
    (void)state;
    bool messages, verbose;
    cJSON *params = parse("{\"value\":\"verbose\"}");
    assert_true(protocol_trace(params, &messages, &verbose));
    assert_true(messages && verbose);
    cJSON_Delete(params);
    params = parse("{\"value\":\"messages\"}");
    assert_true(protocol_trace(params, &messages, &verbose));
    assert_true(messages && !verbose);
    cJSON_Delete(params);
    params = parse("{\"value\":\"off\"}");
    assert_true(protocol_trace(params, &messages, &verbose));
    assert_true(!messages && !verbose);
    cJSON_Delete(params);
    assert_false(protocol_trace(NULL, &messages, &verbose));
}

static void test_settings(void **state)
{
    (void)state;
    static const struct {
        const char *params;
        bool found; /* a member "a" */
    } rows[] = {
        {"{\"settings\":{\"a\":1}}", true},
        {"{\"settings\":{\"switchyard\":{\"a\":1},\"python\":{}}}", true},
        {"{\"settings\":{}}", false}, /* eglot's, after didOpen */
        {"{\"settings\":{\"switchyard\":{}}}", false},
        {"{\"settings\":{\"switchyard\":null}}", false},
        {"{\"settings\":null}", false},
        {"{\"settings\":[{\"a\":1}]}", false},
        {"{}", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *params = parse(rows[i].params);
        const cJSON *settings = protocol_settings(params, false);
        assert_int_equal(settings != NULL, rows[i].found);
        assert_int_equal(json_get(settings, "a") != NULL, rows[i].found);
        cJSON_Delete(params);
    }
}

static void test_folders(void **state)
{
    (void)state;
    const cJSON *added, *removed;
    cJSON *params = parse("{\"event\":{\"added\":[{\"uri\":\"a\"}],"
                          "\"removed\":7}}");
    protocol_folders(params, &added, &removed);
    assert_true(str_is(protocol_folder_uri(added->child), "a"));
    assert_null(removed);
    assert_int_equal(protocol_folder_uri(removed).len, 0);
    cJSON_Delete(params);
}

static void test_commands(void **state)
{
    (void)state;
    static const struct {
        const char *params, *name; /* name NULL: refused */
        uint64_t id;
    } rows[] = {
        {"{\"command\":\"c\"}", "c", 0},
        {"{\"command\":\"c\",\"arguments\":[\"42\"]}", "c", 42},
        {"{\"command\":\"c\",\"arguments\":[\"18446744073709551615\"]}", "c",
         UINT64_MAX},
        {"{\"command\":\"c\",\"arguments\":[\"18446744073709551616\"]}", "c",
         0},
        {"{\"command\":\"c\",\"arguments\":[\"-1\"]}", "c", 0},
        {"{\"command\":\"c\",\"arguments\":[\"4x\"]}", "c", 0},
        {"{\"command\":\"c\",\"arguments\":[{}]}", "c", 0},
        {"{\"command\":\"c\",\"arguments\":{\"a\":\"1\"}}", "c", 0},
        {"{\"command\":7}", NULL, 0},
        {"{}", NULL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct command_params p;
        struct why why = {""};
        cJSON *params = parse(rows[i].params);
        enum err e = protocol_command(params, &p, &why);
        if (e != (rows[i].name ? OK : ERR_PARAMS) || p.id != rows[i].id ||
            !str_is(p.name, rows[i].name))
            fail_msg("%s: %s", rows[i].params, why.text);
        cJSON_Delete(params);
    }
}

static void test_feedback(void **state)
{
    (void)state;
    struct feedback_params p;
    cJSON *params = parse("{\"item\":{\"command\":{\"arguments\":[\"7\"]},"
                          "\"insertText\":\"ab\U0001F600cd\"},"
                          "\"acceptedLength\":3}");
    assert_int_equal(protocol_feedback(params, &p, NULL), OK);
    assert_int_equal(p.id, 7);
    assert_int_equal(p.rest, 3);
    cJSON_Delete(params);
    params = parse("{\"item\":{\"command\":{\"arguments\":[\"7\"]}}}");
    assert_int_equal(protocol_feedback(params, &p, NULL), OK);
    assert_int_equal(p.rest, -1);
    cJSON_Delete(params);
    assert_int_equal(protocol_feedback(NULL, &p, NULL), ERR_PARAMS);
}

/* --- whatever JSON there is --- */

static void check(enum err e, const struct why *why)
{
    assert_true(e == OK || (e == ERR_PARAMS && strlen(why->text) > 20));
}

static void decode_all(const cJSON *params)
{
    struct why why = {""};
    struct client c = {0};
    struct initialize_params init;
    struct open_params open;
    struct document_params document;
    struct change_params change;
    struct position_params position;
    struct command_params command;
    struct feedback_params feedback;
    const cJSON *a, *b;
    bool messages, verbose;
    protocol_initialize(params, &init);
    check(protocol_did_open(params, &open, &why), &why);
    check(protocol_document(params, &document, &why), &why);
    check(protocol_change(params, &change, &why), &why);
    check(protocol_position(params, &c, true, &position, &why), &why);
    check(protocol_command(params, &command, &why), &why);
    check(protocol_feedback(params, &feedback, &why), &why);
    protocol_changes(params);
    protocol_settings(params, false);
    protocol_folders(params, &a, &b);
    protocol_trace(params, &messages, &verbose);
}

/* Decode `root` with each value below `at` replaced by each odd one. */
static size_t decode_with_replaced(const cJSON *root, cJSON *at)
{
    static const char *const odd[] = {"null",  "true", "-1", "1e300", "0.5",
                                      "\"x\"", "[]",   "{}", "[[]]",  "[null]"};
    size_t n = 0;
    for (cJSON *child = at->child; child; child = child->next) {
        cJSON saved = *child;
        for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
            cJSON *value = parse(odd[i]);
            child->type = value->type;
            child->child = value->child;
            child->valuestring = value->valuestring;
            child->valuedouble = value->valuedouble;
            decode_all(root);
            cJSON_Delete(value);
            n++;
        }
        *child = saved;
        n += decode_with_replaced(root, child);
    }
    return n;
}

static void test_any_json_is_survived(void **state)
{
    (void)state;
    cJSON *root = parse(
        "{\"processId\":1,\"clientInfo\":{\"name\":\"Neovim\",\"version\":"
        "\"0.12\"},\"rootUri\":\"a\",\"rootPath\":\"b\",\"capabilities\":{"
        "\"general\":{\"positionEncodings\":[\"utf-8\"]},\"textDocument\":{"
        "\"completion\":{\"insertTextMode\":2,\"completionItem\":{"
        "\"snippetSupport\":true,\"insertTextModeSupport\":{\"valueSet\":[1]},"
        "\"documentationFormat\":[\"markdown\"]}}}},\"trace\":\"off\","
        "\"workspaceFolders\":[{\"uri\":\"a\"}],\"initializationOptions\":{"
        "\"a\":1},\"settings\":{\"switchyard\":{\"a\":1}},\"event\":{\"added\":"
        "[{\"uri\":\"a\"}],\"removed\":[]},\"id\":1,\"value\":\"off\","
        "\"textDocument\":{\"uri\":\"a\",\"languageId\":\"c\",\"version\":1,"
        "\"text\":\"x\"},\"contentChanges\":[{\"text\":\"x\"}],\"rangeLength\":"
        "1,\"text\":\"x\"," RANGE(
            0, 0, 0,
            0) ",\"position\":{\"line\":1,"
               "\"character\":1},\"context\":{\"triggerKind\":1,"
               "\"selectedCompletionInfo\":{" RANGE(
                   0, 0, 0,
                   0) ",\"text\":\"x\"}},"
                      "\"command\":\"c\",\"arguments\":[\"1\"],"
                      "\"acceptedLength\":1,"
                      "\"item\":{\"command\":{\"arguments\":[\"1\"]}}}");
    decode_all(root);
    decode_all(NULL);
    assert_true(decode_with_replaced(root, root) > 700);
    cJSON_Delete(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_change_list),
        cmocka_unit_test(test_did_open),
        cmocka_unit_test(test_document),
        cmocka_unit_test(test_triggers),
        cmocka_unit_test(test_position),
        cmocka_unit_test(test_selected_completion),
        cmocka_unit_test(test_cancel_id),
        cmocka_unit_test(test_trace),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_feedback),
        cmocka_unit_test(test_any_json_is_survived),
    };
    return cmocka_run_group_tests_name("protocol", tests, NULL, NULL);
}
