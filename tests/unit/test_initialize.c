#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "lsp/protocol.h"

#include <stdio.h>
#include <string.h>

/* --- recorded from real editors: tests/clients/ --- */

/* Parsed parameters; the caller frees what is returned. */
static cJSON *load(const char *path, struct initialize_params *out)
{
    struct buf text;
    struct why why;
    cJSON *params;
    buf_init(&text, 1 << 20);
    if (file_read(path, &text, &why) || json_parse(&text, &params, &why))
        fail_msg("%s", why.text);
    buf_release(&text);
    protocol_initialize(params, out);
    return params;
}

static void assert_result(const struct client *c, const char *expected)
{
    struct buf out;
    buf_init(&out, 4096);
    cJSON *result = protocol_initialize_result(c, "1.2.3", "switchyard.x");
    assert_true(json_print(&out, result));
    assert_string_equal(out.ptr, expected);
    cJSON_Delete(result);
    buf_release(&out);
}

#define SYNC                                                                   \
    "\"textDocumentSync\":{\"openClose\":true,\"change\":2,\"save\":true},"    \
    "\"completionProvider\":{\"triggerCharacters\":[\".\",\"(\"],"             \
    "\"resolveProvider\":false},"                                              \
    "\"executeCommandProvider\":{\"commands\":[\"switchyard.x\"]}"
#define FOLDERS                                                                \
    ",\"workspace\":{\"workspaceFolders\":{\"supported\":true,"                \
    "\"changeNotifications\":true}}"
#define INFO "\"serverInfo\":{\"name\":\"switchyard\",\"version\":\"1.2.3\"}"

static void test_eglot_1_9(void **state)
{
    (void)state;
    struct initialize_params p;
    cJSON *params = load("tests/clients/initialize-eglot-1.9.json", &p);
    assert_string_equal(p.client.name, "");
    assert_int_equal(p.client.encoding, ENCODING_UTF16);
    assert_false(p.client.offers_encodings);
    assert_false(p.client.inline_completion);
    assert_false(p.client.inline_318);
    assert_false(p.client.snippets);
    assert_false(p.client.insert_text_mode);
    assert_false(p.client.label_details);
    assert_false(p.client.markdown);
    assert_true(p.client.multiline_items);
    assert_false(p.client.adjusts_indent);
    assert_true(p.client.workspace_folders);
    assert_false(p.client.progress);
    assert_false(p.client.show_message);
    assert_int_equal(p.client.process_id, 19386);
    assert_true(str_is(p.root_uri, "file:///home/user/project"));
    assert_int_equal(cJSON_GetArraySize(p.folders), 1);
    assert_null(p.options); /* it sends {} */
    assert_false(p.trace_messages);
    assert_false(p.trace_verbose);
    assert_result(&p.client, "{\"capabilities\":{" SYNC FOLDERS "}," INFO "}");
    cJSON_Delete(params);
}

static void test_neovim_0_7(void **state)
{
    (void)state;
    struct initialize_params p;
    cJSON *params = load("tests/clients/initialize-neovim-0.7.2.json", &p);
    assert_string_equal(p.client.name, "Neovim");
    assert_int_equal(p.client.encoding, ENCODING_UTF16);
    assert_false(p.client.offers_encodings);
    assert_true(p.client.inline_completion);
    assert_true(p.client.inline_318);
    assert_true(p.client.inline_at_cursor);
    assert_false(p.client.snippets);
    assert_false(p.client.insert_text_mode);
    assert_false(p.client.label_details);
    assert_true(p.client.markdown);
    assert_false(p.client.multiline_items);
    assert_false(p.client.adjusts_indent);
    assert_true(p.client.workspace_folders);
    assert_true(p.client.progress);
    assert_true(p.client.show_message);
    assert_int_equal(p.client.process_id, 32395);
    assert_true(str_is(p.root_uri, "file:///home/user/project"));
    assert_int_equal(cJSON_GetArraySize(p.folders), 1);
    assert_null(p.options);
    assert_false(p.trace_messages);
    assert_false(p.trace_verbose);
    assert_result(&p.client,
                  "{\"capabilities\":{" SYNC
                  ",\"inlineCompletionProvider\":true" FOLDERS "}," INFO "}");
    cJSON_Delete(params);
}

static void test_vscode_1_100(void **state)
{
    (void)state;
    struct initialize_params p;
    cJSON *params = load("tests/clients/initialize-vscode-1.100.json", &p);
    assert_string_equal(p.client.name, "code-server");
    assert_int_equal(p.client.encoding, ENCODING_UTF16);
    assert_true(p.client.offers_encodings);
    assert_true(p.client.inline_completion);
    assert_true(p.client.inline_318);
    assert_false(p.client.inline_at_cursor);
    assert_true(p.client.snippets);
    assert_true(p.client.insert_text_mode);
    assert_true(p.client.label_details);
    assert_true(p.client.markdown);
    assert_true(p.client.multiline_items);
    assert_false(p.client.adjusts_indent);
    assert_true(p.client.workspace_folders);
    assert_true(p.client.progress);
    assert_true(p.client.show_message);
    assert_int_equal(p.client.process_id, 27871);
    assert_true(str_is(p.root_uri, "file:///home/user/project"));
    assert_int_equal(cJSON_GetArraySize(p.folders), 1);
    assert_null(p.options);
    assert_false(p.trace_messages);
    assert_false(p.trace_verbose);
    assert_result(&p.client,
                  "{\"capabilities\":{" SYNC ",\"positionEncoding\":\"utf-16\""
                  ",\"inlineCompletionProvider\":true" FOLDERS "}," INFO "}");
    cJSON_Delete(params);
}

/* --- made up, a row each --- */

static cJSON *parse(const char *text, struct initialize_params *out)
{
    cJSON *params;
    if (json_parse_str(str_from(text), &params, NULL))
        fail_msg("not JSON: %s", text);
    protocol_initialize(params, out);
    return params;
}

static const struct {
    const char *offered; /* general */
    enum encoding agreed;
    const char *announced; /* NULL: nothing */
} encodings[] = {
    {"{}", ENCODING_UTF16, NULL},
    {"null", ENCODING_UTF16, NULL},
    {"{\"positionEncodings\":[]}", ENCODING_UTF16, NULL},
    {"{\"positionEncodings\":\"utf-8\"}", ENCODING_UTF16, NULL},
    {"{\"positionEncodings\":[8,null,{}]}", ENCODING_UTF16, NULL},
    {"{\"positionEncodings\":[\"ebcdic\"]}", ENCODING_UTF16, NULL},
    {"{\"positionEncodings\":[\"utf-16\"]}", ENCODING_UTF16, "utf-16"},
    {"{\"positionEncodings\":[\"utf-32\"]}", ENCODING_UTF32, "utf-32"},
    {"{\"positionEncodings\":[\"utf-32\",\"utf-16\"]}", ENCODING_UTF16,
     "utf-16"},
    {"{\"positionEncodings\":[\"utf-32\",\"utf-8\",\"utf-16\"]}", ENCODING_UTF8,
     "utf-8"}, /* eglot 1.17 */
};

static void test_encodings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        char text[256];
        struct initialize_params p;
        snprintf(text, sizeof text, "{\"capabilities\":{\"general\":%s}}",
                 encodings[i].offered);
        cJSON *params = parse(text, &p);
        cJSON *result = protocol_initialize_result(&p.client, "1", "c");
        struct str announced =
            json_str(json_at(result, "capabilities.positionEncoding"));
        if (p.client.encoding != encodings[i].agreed ||
            !str_is(announced, encodings[i].announced))
            fail_msg("%s: %d, %.*s", encodings[i].offered,
                     (int)p.client.encoding, STR_ARG(announced));
        cJSON_Delete(result);
        cJSON_Delete(params);
    }
}

/* What each says of itself, and how its menu takes several lines. */
#define SNIPPETS "{\"completionItem\":{\"snippetSupport\":true}}"
#define AS_IS                                                                  \
    "{\"completionItem\":{\"snippetSupport\":true,"                            \
    "\"insertTextModeSupport\":{\"valueSet\":[1]}}}"
static const struct {
    const char *info, *completion;
    bool multiline, adjusts;
} menus[] = {
    {"{\"name\":\"Neovim\",\"version\":\"0.12.0-dev+g1\"}", SNIPPETS, 1, 1},
    {"{\"name\":\"Neovim\",\"version\":\"0.11.5\"}", SNIPPETS, 1, 1},
    {"{\"name\":\"Neovim\",\"version\":\"1.0\"}", SNIPPETS, 1, 1},
    {"{\"name\":\"Neovim\",\"version\":\"1\"}", SNIPPETS, 1, 1},
    {"{\"name\":\"Neovim\",\"version\":\"0.12.0\"}", "{}", 0, 0},
    {"{\"name\":\"Neovim\",\"version\":\"0.10.4\"}", SNIPPETS, 0, 0},
    {"{\"name\":\"Neovim\",\"version\":\"nightly\"}", SNIPPETS, 0, 0},
    {"{\"name\":\"Neovim\",\"version\":12}", SNIPPETS, 0, 0},
    {"{\"name\":\"Neovim\"}", SNIPPETS, 0, 0},
    {"{\"name\":\"Neovim\",\"version\":\"0.9.5\"}", AS_IS, 1, 0},
    {"{\"name\":\"Visual Studio Code\"}", AS_IS, 1, 0},
    {"{\"name\":\"Eglot\",\"version\":\"1.17\"}", SNIPPETS, 1, 0},
    {"{\"name\":\"helix\"}", SNIPPETS, 1, 0},
    {"{\"name\":\"x\"}", "{\"insertTextMode\":2}", 1, 1},
    {"{\"name\":\"x\"}", "{\"insertTextMode\":1}", 1, 0},
    {"null", "null", 1, 0},
};

static void test_menus(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof menus / sizeof *menus; i++) {
        char text[512];
        struct initialize_params p;
        snprintf(text, sizeof text,
                 "{\"clientInfo\":%s,\"capabilities\":{\"textDocument\":"
                 "{\"completion\":%s}}}",
                 menus[i].info, menus[i].completion);
        cJSON *params = parse(text, &p);
        if (p.client.multiline_items != menus[i].multiline ||
            p.client.adjusts_indent != menus[i].adjusts)
            fail_msg("%s: multiline %d, adjusts %d", text,
                     p.client.multiline_items, p.client.adjusts_indent);
        cJSON_Delete(params);
    }
}

static const struct {
    const char *name, *capabilities;
    bool is_318;
} generations[] = {
    {"Visual Studio Code",
     "{\"textDocument\":{\"inlineCompletion\":{\"dynamicRegistration\":true},"
     "\"rangeFormatting\":{\"rangesSupport\":true}},"
     "\"workspace\":{\"foldingRange\":{\"refreshSupport\":true}}}",
     false}, /* vscode-languageclient 9 */
    {"Visual Studio Code",
     "{\"textDocument\":{\"completion\":{\"completionList\":"
     "{\"applyKindSupport\":true}}}}",
     true},
    {"x", "{\"workspace\":{\"workspaceEdit\":{\"metadataSupport\":true}}}",
     true},
    {"x", "{\"workspace\":{\"workspaceEdit\":{\"metadataSupport\":false}}}",
     false},
    {"Neovim", "{}", true},
    {"emacs", "{}", true},
    {"x", "{}", false},
    {"x", "7", false},
};

static void test_generations(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof generations / sizeof *generations; i++) {
        char text[512];
        struct initialize_params p;
        snprintf(text, sizeof text,
                 "{\"clientInfo\":{\"name\":\"%s\"},\"capabilities\":%s}",
                 generations[i].name, generations[i].capabilities);
        cJSON *params = parse(text, &p);
        if (p.client.inline_318 != generations[i].is_318)
            fail_msg("%s: %d", text, p.client.inline_318);
        cJSON_Delete(params);
    }
}

static void test_root(void **state)
{
    (void)state;
    static const struct {
        const char *params, *root;
    } roots[] = {
        {"{}", ""},
        {"{\"rootPath\":\"/a\"}", "/a"},
        {"{\"rootPath\":\"/a\",\"rootUri\":null}", "/a"},
        {"{\"rootPath\":\"/a\",\"rootUri\":\"file:///b\"}", "file:///b"},
        {"{\"rootUri\":\"file:///b\",\"workspaceFolders\":null}", "file:///b"},
        {"{\"rootUri\":\"file:///b\",\"workspaceFolders\":[]}", "file:///b"},
        {"{\"rootUri\":\"file:///b\",\"workspaceFolders\":[{\"uri\":\"c:d\"}]}",
         "c:d"},
        {"{\"rootUri\":7,\"rootPath\":[],\"workspaceFolders\":[7]}", ""},
        {"{\"workspaceFolders\":{\"uri\":\"c:d\"}}", ""},
    };
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        struct initialize_params p;
        cJSON *params = parse(roots[i].params, &p);
        if (!str_is(p.root_uri, roots[i].root))
            fail_msg("%s: %.*s", roots[i].params, STR_ARG(p.root_uri));
        cJSON_Delete(params);
    }
}

static void test_other_members(void **state)
{
    (void)state;
    struct initialize_params p;
    cJSON *params = parse("{\"processId\":null,\"trace\":\"messages\","
                          "\"initializationOptions\":{\"a\":1}}",
                          &p);
    assert_int_equal(p.client.process_id, 0);
    assert_true(p.trace_messages);
    assert_false(p.trace_verbose);
    assert_non_null(json_get(p.options, "a"));
    cJSON_Delete(params);
    params = parse("{\"processId\":-3,\"trace\":\"verbose\","
                   "\"initializationOptions\":[1]}",
                   &p);
    assert_int_equal(p.client.process_id, 0);
    assert_true(p.trace_messages);
    assert_true(p.trace_verbose);
    assert_null(p.options);
    cJSON_Delete(params);
    protocol_initialize(NULL, &p);
    assert_int_equal(p.client.encoding, ENCODING_UTF16);
}

static void test_long_name_is_cut_between_characters(void **state)
{
    (void)state;
    char text[256] = "{\"clientInfo\":{\"name\":\"";
    struct initialize_params p;
    for (int i = 0; i < 40; i++)
        strcat(text, "\xc3\xa9");
    strcat(text, "\"}}");
    cJSON *params = parse(text, &p);
    assert_int_equal(strlen(p.client.name), 62);
    cJSON_Delete(params);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_eglot_1_9),
        cmocka_unit_test(test_neovim_0_7),
        cmocka_unit_test(test_vscode_1_100),
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_menus),
        cmocka_unit_test(test_generations),
        cmocka_unit_test(test_root),
        cmocka_unit_test(test_other_members),
        cmocka_unit_test(test_long_name_is_cut_between_characters),
    };
    return cmocka_run_group_tests_name("initialize", tests, NULL, NULL);
}
