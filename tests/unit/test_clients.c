#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "lsp/protocol.h"

#include <stdio.h>
#include <string.h>

/* What real editors get, by the `initialize` that each sent: tests/clients/.
 * The text is " x:\n        $y" behind "if" on a line with four blanks. */
static const struct row {
    const char *client;

    const char *encoding;  /* that we announce; NULL: none, which is utf-16 */
    bool inline_provider;  /* announced */
    bool one_is_by_hand;   /* inline triggerKind 1; 0 is always, 2 never */
    const char *new_text;  /* of the menu's item */
    int format, mode;      /* insertTextFormat and insertTextMode; 0: none */
    const char *doc;       /* its documentation's kind; NULL: plain text */
    const char *described; /* labelDetails.description; NULL: none */
} rows[] = {
    {"eglot-1.9", NULL, false, false, "if x:\n        $y", 0, 0, NULL, NULL},
    {"helix-25.01", "utf-8", false, false, "if x:\n        $y", 0, 0, NULL,
     NULL},
    {"kate-22.12", NULL, false, false, "if x:\n        $y", 0, 0, NULL, NULL},
    {"neovim-0.7.2", NULL, true, true, "if x:", 0, 0, "markdown", NULL},
    /* It indents the later lines of a snippet itself, and keeps only the first
     * of what is none. */
    {"neovim-0.12.4", "utf-8", true, true, "if x:\n    \\$y", 2, 0, "markdown",
     "qwen"},
    /* Its plugins take a text as it stands, when they are told so. */
    {"neovim-0.12.4-blink", "utf-8", true, true, "if x:\n        $y", 0, 1,
     "markdown", "qwen"},
    {"neovim-0.12.4-nvim-cmp", "utf-8", true, true, "if x:\n        $y", 0, 1,
     "markdown", "qwen"},
    {"vscode-1.100", "utf-16", true, true, "if x:\n        $y", 0, 1,
     "markdown", "qwen"},
};

static const struct shown shown = {.text = {" x:\n        $y", 14},
                                   .range = {{3, 4}, {3, 6}},
                                   .typed = {"if", 2},
                                   .indent = {"    ", 4},
                                   .language = {"python", 6},
                                   .model = {"qwen", 4},
                                   .class_name = {"body", 4},
                                   .command = "switchyard.accept.1",
                                   .id = 7};

static void load(const struct row *row, struct client *out)
{
    char path[100];
    struct buf text;
    struct why why;
    cJSON *params;
    struct initialize_params p;
    snprintf(path, sizeof path, "tests/clients/initialize-%s.json",
             row->client);
    buf_init(&text, 1 << 20);
    if (file_read(path, &text, &why) || json_parse(&text, &params, &why))
        fail_msg("%s", why.text);
    buf_release(&text);
    protocol_initialize(params, &p);
    *out = p.client;
    cJSON_Delete(params);
}

/* Where `found` is not `wanted`, say of what. */
static void same(const struct row *row, const char *what, struct str found,
                 const char *wanted)
{
    if (!str_is(found, wanted ? wanted : ""))
        fail_msg("%s: %s is \"%.*s\", not \"%s\"", row->client, what,
                 STR_ARG(found), wanted ? wanted : "");
}

static void same_number(const struct row *row, const char *what,
                        const cJSON *object, int wanted)
{
    int64_t found = 0;
    json_get_int(object, what, &found);
    if (found != wanted)
        fail_msg("%s: %s is %d, not %d", row->client, what, (int)found, wanted);
}

#define EACH_CLIENT                                                            \
    struct client c;                                                           \
    (void)state;                                                               \
    for (const struct row *row = rows;                                         \
         row < rows + sizeof rows / sizeof *rows && (load(row, &c), true);     \
         row++)

static void test_capabilities(void **state)
{
    EACH_CLIENT
    {
        cJSON *result = protocol_initialize_result(&c, "1", "switchyard.x");
        const cJSON *found = json_get(result, "capabilities");
        same(row, "positionEncoding",
             json_str(json_get(found, "positionEncoding")), row->encoding);
        assert_int_equal(row->inline_provider,
                         json_get(found, "inlineCompletionProvider") != NULL);
        same_number(row, "change", json_get(found, "textDocumentSync"), 2);
        assert_non_null(json_get(found, "completionProvider"));
        cJSON_Delete(result);
    }
}

static void test_menu_items(void **state)
{
    EACH_CLIENT
    {
        cJSON *list = protocol_completion(&c, &shown);
        const cJSON *item = json_get(list, "items")->child;
        const cJSON *edit = json_get(item, "textEdit");
        same(row, "newText", json_str(json_get(edit, "newText")),
             row->new_text);
        /* A TextEdit: eglot takes no InsertReplaceEdit. */
        assert_non_null(json_get(edit, "range"));
        assert_null(json_get(edit, "insert"));
        assert_null(json_get(item, "insertText"));
        assert_true(cJSON_IsTrue(json_get(list, "isIncomplete")));
        same(row, "filterText", json_str(json_get(item, "filterText")),
             "if x:");
        /* Text, not Snippet, for what is none: Helix. */
        same_number(row, "kind", item, row->format == 2 ? 15 : 1);
        same_number(row, "insertTextFormat", item, row->format);
        same_number(row, "insertTextMode", item, row->mode);
        same(row, "documentation.kind",
             json_str(json_at(item, "documentation.kind")), row->doc);
        same(row, "labelDetails.description",
             json_str(json_at(item, "labelDetails.description")),
             row->described);
        cJSON_Delete(list);
    }
}

/* The text begins with what its range holds: the typed word or nothing. */
static void test_inline_items(void **state)
{
    EACH_CLIENT
    {
        cJSON *list = protocol_inline(&c, &shown);
        const cJSON *item = json_get(list, "items")->child;
        int64_t start = -1;
        json_get_int(json_at(item, "range.start"), "character", &start);
        const char *wanted =
            start == 4 ? "if x:\n        $y" : " x:\n        $y";
        assert_true(start == 4 || start == 6);
        same(row, "insertText", json_str(json_get(item, "insertText")), wanted);
        same(row, "filterText", json_str(json_get(item, "filterText")), wanted);
        same_number(row, "line", json_at(item, "range.start"), 3);
        same_number(row, "line", json_at(item, "range.end"), 3);
        same_number(row, "character", json_at(item, "range.end"), 6);
        assert_non_null(json_at(item, "command.arguments"));
        cJSON_Delete(list);
    }
}

/* An empty list clears what is shown; null would keep it. */
static void test_nothing_is_an_empty_list(void **state)
{
    EACH_CLIENT
    {
        cJSON *menu = protocol_completion(&c, NULL);
        cJSON *inline_list = protocol_inline(&c, NULL);
        assert_int_equal(cJSON_GetArraySize(json_get(menu, "items")), 0);
        assert_true(cJSON_IsArray(json_get(menu, "items")));
        assert_int_equal(cJSON_GetArraySize(json_get(inline_list, "items")), 0);
        assert_true(cJSON_IsArray(json_get(inline_list, "items")));
        cJSON_Delete(menu);
        cJSON_Delete(inline_list);
    }
}

static bool by_hand(const struct client *c, int kind)
{
    char text[200];
    cJSON *params;
    struct position_params at;
    struct why why;
    snprintf(text, sizeof text,
             "{\"textDocument\":{\"uri\":\"file:///a\"},\"position\":"
             "{\"line\":0,\"character\":0},\"context\":{\"triggerKind\":%d}}",
             kind);
    if (json_parse_str(str_from(text), &params, &why) ||
        protocol_position(params, c, true, &at, &why))
        fail_msg("%s", why.text);
    cJSON_Delete(params);
    return at.invoked;
}

static void test_trigger_kinds(void **state)
{
    EACH_CLIENT
    {
        assert_true(by_hand(&c, 0));
        if (by_hand(&c, 1) != row->one_is_by_hand)
            fail_msg("%s: triggerKind 1", row->client);
        assert_false(by_hand(&c, 2));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_capabilities),
        cmocka_unit_test(test_menu_items),
        cmocka_unit_test(test_inline_items),
        cmocka_unit_test(test_nothing_is_an_empty_list),
        cmocka_unit_test(test_trigger_kinds),
    };
    return cmocka_run_group_tests_name("clients", tests, NULL, NULL);
}
