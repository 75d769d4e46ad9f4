#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/unicode.h"
#include "lsp/protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct client vscode = {.snippets = true,
                                     .insert_text_mode = true,
                                     .label_details = true,
                                     .markdown = true,
                                     .multiline_items = true};
static const struct client nvim12 = {.snippets = true,
                                     .markdown = true,
                                     .multiline_items = true,
                                     .adjusts_indent = true,
                                     .inline_at_cursor = true};
static const struct client nvim07 = {.markdown = true};
static const struct client eglot = {.multiline_items = true};
/* No snippets, but it says that it indents what it inserts. */
static const struct client indenting = {.multiline_items = true,
                                        .adjusts_indent = true};

static struct shown shown(const char *typed, const char *text)
{
    return (struct shown){.text = str_from(text),
                          .range = {{3, 4}, {3, 6}},
                          .typed = str_from(typed),
                          .indent = STR("    "),
                          .language = STR("python"),
                          .model = STR("qwen"),
                          .class_name = STR("body"),
                          .command = "switchyard.accept.1",
                          .id = UINT64_MAX};
}

static void assert_json(cJSON *item, const char *expected)
{
    struct buf out;
    buf_init(&out, 1 << 16);
    assert_non_null(item);
    assert_true(json_print(&out, item));
    assert_string_equal(out.ptr, expected);
    buf_release(&out);
    cJSON_Delete(item);
}

#define RANGE                                                                  \
    "\"range\":{\"start\":{\"line\":3,\"character\":4},"                       \
    "\"end\":{\"line\":3,\"character\":6}}"
#define COMMAND                                                                \
    "\"command\":{\"title\":\"Switchyard: body\","                             \
    "\"command\":\"switchyard.accept.1\","                                     \
    "\"arguments\":[\"18446744073709551615\"]}"

static void test_whole_item(void **state)
{
    (void)state;
    struct shown s = shown("re", "turn x");
    assert_json(
        protocol_completion(&vscode, &s),
        "{\"items\":[{\"label\":\"return x\",\"filterText\":\"return x\","
        "\"labelDetails\":{\"description\":\"qwen\"},\"kind\":1,\"detail\":"
        "\"qwen\",\"documentation\":{\"kind\":\"markdown\",\"value\":"
        "\"```python\\nreturn x\\n```\"},\"sortText\":\"0\","
        "\"insertTextMode\":1,\"textEdit\":{" RANGE
        ",\"newText\":\"return x\"}," COMMAND "}],\"isIncomplete\":true}");
    assert_json(
        protocol_completion(&eglot, &s),
        "{\"items\":[{\"label\":\"return x\",\"filterText\":\"return x\","
        "\"kind\":1,\"detail\":\"qwen\",\"documentation\":\"return x\","
        "\"sortText\":\"0\",\"textEdit\":{" RANGE
        ",\"newText\":\"return x\"}," COMMAND "}],\"isIncomplete\":true}");
}

static void test_nothing_to_show(void **state)
{
    (void)state;
    const char *empty = "{\"items\":[],\"isIncomplete\":true}";
    struct shown same = shown("re", ""), below = shown("re", "\n    x");
    assert_json(protocol_completion(&vscode, NULL), empty);
    assert_json(protocol_completion(&vscode, &same), empty);
    assert_json(protocol_completion(&nvim07, &below), empty);
    assert_json(protocol_inline(&vscode, NULL), "{\"items\":[]}");
    assert_json(protocol_inline(&vscode, &same), "{\"items\":[]}");
}

/* The editors' table: what each does with several lines. */
static const struct {
    const char *name;
    const struct client *client;
    const char *typed, *text, *new_text;
    int kind, format; /* format 0: none */
} edits[] = {
    {"vs code takes it as it is", &vscode, "if", " x:\n        y\n    z",
     "if x:\n        y\n    z", 1, 0},
    {"eglot, too", &eglot, "if", " x:\n        y", "if x:\n        y", 1, 0},
    {"neovim 0.7 has one line", &nvim07, "if", " x:\n        y", "if x:", 1, 0},
    {"neovim 0.12 gets a snippet", &nvim12, "if", " x:\n        y\n    z",
     "if x:\n    y\nz", 15, 2},
    {"which is escaped", &nvim12, "$a", " = \"${b}\\n\"\n    }",
     "\\$a = \"\\${b\\}\\\\n\"\n\\}", 15, 2},
    {"one line needs no snippet", &nvim12, "$a", " = ${b}", "$a = ${b}", 1, 0},
    {"blank lines stay blank", &nvim12, "a", "\n\n  \n    b", "a\n\n\nb", 15,
     2},
    {"less indentation can't be said", &nvim12, "a", "b\n    c\n  d\n    e",
     "ab\nc", 15, 2},
    {"nor with nothing left of several", &nvim12, "a", "b\n}", "ab", 15, 2},
    {"indenting without snippets", &indenting, "a", " ${b}\n    c", "a ${b}\nc",
     1, 0},
};

static cJSON *first_item(const cJSON *list)
{
    cJSON *items = cJSON_GetObjectItem(list, "items");
    return items ? items->child : NULL;
}

static void test_edits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        struct shown s = shown(edits[i].typed, edits[i].text);
        cJSON *list = protocol_completion(edits[i].client, &s);
        const cJSON *item = first_item(list);
        int64_t kind = 0, format = 0;
        json_get_int(item, "kind", &kind);
        json_get_int(item, "insertTextFormat", &format);
        struct str text = json_str(json_at(item, "textEdit.newText"));
        if (!str_is(text, edits[i].new_text) || kind != edits[i].kind ||
            format != edits[i].format)
            fail_msg("%s: kind %d, format %d, %.*s", edits[i].name, (int)kind,
                     (int)format, STR_ARG(text));
        cJSON_Delete(list);
    }
}

#define TEN "abcdefghij"
#define FIFTY TEN TEN TEN TEN TEN
static const struct {
    const struct client *client;
    const char *typed, *text, *label, *filter; /* filter NULL: none */
} labels[] = {
    {&vscode, "im", "port os", "import os", "import os"},
    {&vscode, "im", "port os\n", "import os", "import os"},
    {&vscode, "im", "port os\nimport re", "import os \u2026", "import os"},
    {&nvim07, "im", "port os\nimport re", "import os", "import os"},
    {&vscode, "", "  x\ty  ", "x y", "  x\ty  "},
    {&vscode, "x", "\n    y", "x \u2026", "x"},
    {&vscode, "", "\n    y", "y", NULL},
    {&vscode, "", "\n  \n", "\u23ce", NULL},
    {&vscode, "", FIFTY TEN, FIFTY TEN, FIFTY TEN},
    {&vscode, "", FIFTY TEN "k", FIFTY "abcdefghi\u2026", FIFTY TEN "k"},
    {&vscode, "", FIFTY "abcdefghi\nx", FIFTY "abcdefghi\u2026",
     FIFTY "abcdefghi"},
    {&vscode, "", FIFTY "abcdefgh\nx", FIFTY "abcdefgh \u2026",
     FIFTY "abcdefgh"},
    {&vscode, "", FIFTY "\u6f22\u6f22\u6f22\u6f22\u6f22\u6f22",
     FIFTY "\u6f22\u6f22\u6f22\u6f22\u2026",
     FIFTY "\u6f22\u6f22\u6f22\u6f22\u6f22\u6f22"},
};

static void test_labels(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct shown s = shown(labels[i].typed, labels[i].text);
        cJSON *list = protocol_completion(labels[i].client, &s);
        struct str label = json_str(json_get(first_item(list), "label"));
        struct str filter = json_str(json_get(first_item(list), "filterText"));
        if (!str_is(label, labels[i].label) ||
            !str_is(filter, labels[i].filter) || utf8_columns(label) > 60)
            fail_msg("%s%s: \"%.*s\", \"%.*s\"", labels[i].typed,
                     labels[i].text, STR_ARG(label), STR_ARG(filter));
        cJSON_Delete(list);
    }
}

static const struct {
    const struct client *client;
    const char *text, *documentation;
} previews[] = {
    {&vscode, "\n        y\n    z", "```python\nx\n    y\nz\n```"},
    {&vscode, " = '```'", "````python\nx = '```'\n````"},
    {&vscode, " = ``", "```python\nx = ``\n```"},
    {&nvim07, "\n    y", NULL},
    {&nvim07, "(\n    y)", "```python\nx(\ny)\n```"},
    {&eglot, "\n    y\n  z", "x\ny\n  z"},
};

static void test_previews(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof previews / sizeof *previews; i++) {
        struct shown s = shown("x", previews[i].text);
        cJSON *list = protocol_completion(previews[i].client, &s);
        const cJSON *doc = json_get(first_item(list), "documentation");
        struct str text =
            json_str(cJSON_IsString(doc) ? doc : json_get(doc, "value"));
        if (!str_is(text, previews[i].documentation))
            fail_msg("%s: %.*s", previews[i].text, STR_ARG(text));
        cJSON_Delete(list);
    }
}

static void test_inline(void **state)
{
    (void)state;
    struct shown s = shown("if", " x:\n        y");
    assert_json(protocol_inline(&vscode, &s),
                "{\"items\":[{\"insertText\":\"if x:\\n        y\","
                "\"filterText\":\"if x:\\n        y\"," RANGE "," COMMAND
                "}]}");
    assert_json(protocol_inline(&nvim12, &s),
                "{\"items\":[{\"insertText\":\" x:\\n        y\","
                "\"filterText\":\" x:\\n        y\","
                "\"range\":{\"start\":{\"line\":3,\"character\":6},"
                "\"end\":{\"line\":3,\"character\":6}}," COMMAND "}]}");
}

static void test_command_comes_back(void **state)
{
    (void)state;
    struct shown s = shown("a", "b");
    struct feedback_params feedback;
    struct command_params command;
    cJSON *list = protocol_inline(&vscode, &s);
    cJSON *item = cJSON_DetachItemViaPointer(cJSON_GetObjectItem(list, "items"),
                                             first_item(list));
    assert_int_equal(
        protocol_command(json_get(item, "command"), &command, NULL), OK);
    assert_true(str_is(command.name, "switchyard.accept.1"));
    assert_true(command.id == s.id);
    cJSON *params = cJSON_CreateObject();
    cJSON_AddItemToObject(params, "item", item);
    assert_int_equal(protocol_feedback(params, &feedback, NULL), OK);
    assert_true(feedback.id == s.id);
    cJSON_Delete(params);
    cJSON_Delete(list);
}

static void test_a_huge_text_is_not_shown(void **state)
{
    (void)state;
    char *text = calloc(1, (2 << 20) + 1);
    assert_non_null(text);
    memset(text, 'x', 2 << 20);
    struct shown s = shown("x", text);
    assert_json(protocol_completion(&vscode, &s),
                "{\"items\":[],\"isIncomplete\":true}");
    assert_json(protocol_inline(&vscode, &s), "{\"items\":[]}");
    free(text);
}

static void test_messages(void **state)
{
    (void)state;
    assert_json(protocol_message(MESSAGE_WARNING, STR("a\xff")),
                "{\"type\":2,\"message\":\"a\xef\xbf\xbd\"}");
    assert_json(protocol_log_trace(STR("x"), STR("")), "{\"message\":\"x\"}");
    assert_json(protocol_log_trace(STR("x"), STR("y")),
                "{\"message\":\"x\",\"verbose\":\"y\"}");
}

/* --- without memory --- */

static int allocations_left;

static void *fail_later(size_t size)
{
    return allocations_left-- > 0 ? malloc(size) : NULL;
}

static cJSON *make(int what)
{
    struct shown s = shown("if", " x:\n        y");
    struct client c = vscode;
    c.offers_encodings = c.inline_completion = c.workspace_folders = true;
    return what == 0   ? protocol_completion(&vscode, &s)
           : what == 1 ? protocol_completion(&vscode, NULL)
           : what == 2 ? protocol_inline(&vscode, &s)
           : what == 3 ? protocol_initialize_result(&c, "1", "c")
           : what == 4 ? protocol_message(MESSAGE_INFO, STR("x"))
                       : protocol_log_trace(STR("x"), STR("y"));
}

/* All or nothing, wherever the memory ends; the sanitizer sees leaks. */
static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    for (int what = 0; what < 6; what++) {
        cJSON *whole = make(what), *item = NULL;
        int n = 0;
        for (; !item; n++) {
            assert_true(n < 1000);
            allocations_left = n;
            cJSON_InitHooks(&(cJSON_Hooks){fail_later, free});
            item = make(what);
            cJSON_InitHooks(NULL);
        }
        assert_true(n > 3);
        assert_true(cJSON_Compare(whole, item, true));
        cJSON_Delete(whole);
        cJSON_Delete(item);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_item),
        cmocka_unit_test(test_nothing_to_show),
        cmocka_unit_test(test_edits),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_previews),
        cmocka_unit_test(test_inline),
        cmocka_unit_test(test_command_comes_back),
        cmocka_unit_test(test_a_huge_text_is_not_shown),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("item", tests, NULL, NULL);
}
