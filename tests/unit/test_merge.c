/* What two servers say, as one's: initialize, and lists of completions. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lsp/join.h"
#include "lsp/merge.h"

#include <string.h>

static cJSON *parse(const char *text)
{
    cJSON *json = cJSON_Parse(text);
    if (!json)
        fail_msg("no JSON: %s", text);
    return json;
}

static const char ours[] =
    "{\"capabilities\":{\"positionEncoding\":\"utf-8\",\"textDocumentSync\":{"
    "\"openClose\":true,\"change\":2,\"save\":true},\"completionProvider\":{"
    "\"triggerCharacters\":[\".\",\"(\"],\"resolveProvider\":false},"
    "\"executeCommandProvider\":{\"commands\":[\"ours\"]},\"workspace\":{"
    "\"workspaceFolders\":{\"supported\":true,\"changeNotifications\":true}}},"
    "\"serverInfo\":{\"name\":\"switchyard\"}}";

/* Of the merged capabilities, the one at `path`. */
static const struct {
    const char *name, *theirs, *path, *merged;
} results[] = {
    {"theirs stands", "{\"capabilities\":{\"x\":{\"y\":[1]}}}", "x",
     "{\"y\":[1]}"},
    {"no encoding of ours", "{\"capabilities\":{}}", "positionEncoding", NULL},
    {"no sync of theirs", "{\"capabilities\":{}}", "textDocumentSync",
     "{\"openClose\":true,\"change\":2,\"save\":true}"},
    {"whole texts, as a number", "{\"capabilities\":{\"textDocumentSync\":1}}",
     "textDocumentSync", "{\"openClose\":true,\"change\":1,\"save\":true}"},
    {"no changes, as a number", "{\"capabilities\":{\"textDocumentSync\":0}}",
     "textDocumentSync", "{\"openClose\":true,\"change\":2,\"save\":true}"},
    {"a sync with saves",
     "{\"capabilities\":{\"textDocumentSync\":{\"openClose\":true,\"change\":1,"
     "\"willSave\":true,\"save\":{\"includeText\":true}}}}",
     "textDocumentSync",
     "{\"openClose\":true,\"change\":1,\"willSave\":true,\"save\":{"
     "\"includeText\":true}}"},
    {"a sync that wants little",
     "{\"capabilities\":{\"textDocumentSync\":{\"openClose\":false,\"change\":"
     "0}}}",
     "textDocumentSync", "{\"openClose\":true,\"change\":2,\"save\":true}"},
    {"characters of both, each once",
     "{\"capabilities\":{\"completionProvider\":{\"triggerCharacters\":[\":\","
     "\".\"],\"resolveProvider\":true}}}",
     "completionProvider",
     "{\"triggerCharacters\":[\":\",\".\",\"(\"],\"resolveProvider\":true}"},
    {"a completion without characters",
     "{\"capabilities\":{\"completionProvider\":{}}}", "completionProvider",
     "{\"triggerCharacters\":[\".\",\"(\"]}"},
    {"no completion", "{\"capabilities\":{\"completionProvider\":null}}",
     "completionProvider",
     "{\"triggerCharacters\":[\".\",\"(\"],\"resolveProvider\":false}"},
    {"commands of both",
     "{\"capabilities\":{\"executeCommandProvider\":{\"commands\":[\"a\"]}}}",
     "executeCommandProvider", "{\"commands\":[\"a\",\"ours\"]}"},
    {"folders", "{\"capabilities\":{\"workspace\":{\"fileOperations\":{}}}}",
     "workspace",
     "{\"fileOperations\":{},\"workspaceFolders\":{\"supported\":true,"
     "\"changeNotifications\":true}}"},
    {"folders without changes",
     "{\"capabilities\":{\"workspace\":{\"workspaceFolders\":{\"supported\":"
     "true}}}}",
     "workspace",
     "{\"workspaceFolders\":{\"supported\":true,\"changeNotifications\":"
     "true}}"},
    {"no capabilities", "{\"capabilities\":[]}", "executeCommandProvider",
     "{\"commands\":[\"ours\"]}"},
};

static void test_results(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        cJSON *merged = merge_results(parse(results[i].theirs), parse(ours));
        const cJSON *found =
            json_get(json_get(merged, "capabilities"), results[i].path);
        cJSON *wanted = results[i].merged ? parse(results[i].merged) : NULL;
        if (wanted ? !cJSON_Compare(found, wanted, 1) : found != NULL)
            fail_msg("%s: %s", results[i].name, cJSON_Print(merged));
        cJSON_Delete(wanted);
        cJSON_Delete(merged);
    }
    assert_null(merge_results(NULL, parse(ours)));
}

static void test_encodings(void **state)
{
    (void)state;
    static const struct {
        const char *result;
        bool known;
        enum encoding encoding;
    } rows[] = {
        {"{\"capabilities\":{}}", true, ENCODING_UTF16},
        {"{\"capabilities\":{\"positionEncoding\":\"utf-8\"}}", true,
         ENCODING_UTF8},
        {"{\"offsetEncoding\":\"utf-32\"}", true, ENCODING_UTF32},
        {"{\"capabilities\":{\"positionEncoding\":\"bytes\"}}", false,
         ENCODING_UTF16},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cJSON *result = parse(rows[i].result);
        enum encoding found;
        assert_int_equal(merge_encoding(result, &found), rows[i].known);
        assert_int_equal(found, rows[i].encoding);
        cJSON_Delete(result);
    }
}

/* Only what is there is changed. */
static void test_announce(void **state)
{
    (void)state;
    cJSON *params =
        parse("{\"capabilities\":{\"textDocument\":{\"completion\":{"
              "\"dynamicRegistration\":true,\"contextSupport\":true},"
              "\"synchronization\":{\"didSave\":true},\"hover\":{"
              "\"dynamicRegistration\":true}}}}");
    cJSON *wanted =
        parse("{\"capabilities\":{\"textDocument\":{\"completion\":{"
              "\"dynamicRegistration\":false,\"contextSupport\":true},"
              "\"synchronization\":{\"didSave\":true},\"hover\":{"
              "\"dynamicRegistration\":true}}}}");
    merge_announce(params);
    assert_true(cJSON_Compare(params, wanted, 1));
    merge_announce(NULL);
    cJSON_Delete(params);
    cJSON_Delete(wanted);
}

static void test_who_is_asked(void **state)
{
    (void)state;
    static const struct {
        const char *params;
        bool asked;
    } rows[] = {
        {"{}", true},
        {"{\"context\":{\"triggerKind\":1}}", true},
        {"{\"context\":{\"triggerKind\":2,\"triggerCharacter\":\":\"}}", true},
        {"{\"context\":{\"triggerKind\":2,\"triggerCharacter\":\"\\u003a\"}}",
         true},
        {"{\"context\":{\"triggerKind\":2,\"triggerCharacter\":\"(\"}}", false},
        {"{\"context\":{\"triggerKind\":3}}", true},
    };
    cJSON *result = parse("{\"capabilities\":{\"completionProvider\":{"
                          "\"triggerCharacters\":[\".\",\":\"]}}}");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (merge_is_asked(result, str_from(rows[i].params)) != rows[i].asked)
            fail_msg("%s", rows[i].params);
    cJSON_Delete(result);
}

/* --- lists --- */

#define ITEM "{\"label\":\"ours\",\"textEdit\":{\"newText\":\"ours()\"}}"
#define ALONE                                                                  \
    "{\"label\":\"ours\",\"textEdit\":{\"newText\":\"ours()\"},"               \
    "\"commitCharacters\":[],\"data\":{},\"insertTextFormat\":1"

/* What theirs and ours become. */
static const struct {
    const char *name, *theirs, *ours, *joined;
    bool last;
} lists[] = {
    {"an object", "{\"isIncomplete\":false,\"items\":[{\"a\":1}]}", ITEM,
     "{\"isIncomplete\":true,\"items\":[" ALONE "},{\"a\":1}]}", false},
    {"a list", "[ {\"a\":1} , {\"b\":2} ]", ITEM,
     "{\"isIncomplete\":true,\"items\":[" ALONE "},{\"a\":1} , {\"b\":2}]}",
     false},
    {"below", "[{\"a\":1}]", ITEM,
     "{\"isIncomplete\":true,\"items\":[{\"a\":1}," ALONE
     ",\"sortText\":\"~\"}]}",
     true},
    {"theirs is empty", "{\"items\":[ ]}", ITEM,
     "{\"isIncomplete\":true,\"items\":[" ALONE "}]}", false},
    {"theirs is null", "null", ITEM,
     "{\"isIncomplete\":true,\"items\":[" ALONE "}]}", false},
    {"no list of items", "{\"items\":\"abc\"}", ITEM,
     "{\"isIncomplete\":true,\"items\":[" ALONE "}]}", false},
    {"nothing of ours yet", "[{\"a\":1}]", NULL,
     "{\"isIncomplete\":true,\"items\":[{\"a\":1}]}", false},
    {"what else it says stays",
     "{\"itemDefaults\":{\"insertTextMode\":2},\"items\":[{}],\"x\":\"]\"}",
     ITEM,
     "{\"isIncomplete\":true,\"items\":[" ALONE
     ",\"insertTextMode\":1},{}],\"itemDefaults\":{\"insertTextMode\":2},"
     "\"x\":\"]\"}",
     false},
    {"the same edit",
     "[{\"label\":\"x\",\"textEdit\":{\"newText\":\"ours()\"}}]", ITEM,
     "{\"isIncomplete\":true,\"items\":[{\"label\":\"x\",\"textEdit\":{"
     "\"newText\":\"ours()\"}}]}",
     false},
    {"the same text", "[{\"label\":\"x\",\"insertText\":\"ours\\u0028)\"}]",
     ITEM,
     "{\"isIncomplete\":true,\"items\":[{\"label\":\"x\",\"insertText\":"
     "\"ours\\u0028)\"}]}",
     false},
    {"the same label, another edit",
     "[{\"label\":\"ours()\",\"insertText\":\"ours\"}]", ITEM,
     "{\"isIncomplete\":true,\"items\":[" ALONE
     "},{\"label\":\"ours()\",\"insertText\":\"ours\"}]}",
     false},
};

static cJSON *our_list(const char *item)
{
    cJSON *list = cJSON_CreateObject();
    cJSON *items = cJSON_AddArrayToObject(list, "items");
    if (item)
        cJSON_AddItemToArray(items, parse(item));
    return list;
}

static void test_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct join j = {.theirs = str_from(lists[i].theirs),
                         .ours = our_list(lists[i].ours),
                         .last = lists[i].last};
        struct buf out;
        buf_init(&out, 4096);
        assert_true(join_lists(&out, &j));
        if (!str_is(buf_view(&out), lists[i].joined))
            fail_msg("%s: %s", lists[i].name, out.ptr);
        buf_release(&out);
        cJSON_Delete(j.ours);
    }
}

static void test_inline_lists(void **state)
{
    (void)state;
    struct join j = {.inline_request = true,
                     .theirs = STR("[{\"insertText\":\"theirs\"}]"),
                     .ours = our_list("{\"insertText\":\"ours\"}")};
    struct buf out;
    buf_init(&out, 4096);
    assert_true(join_lists(&out, &j));
    assert_string_equal(out.ptr, "{\"items\":[{\"insertText\":\"theirs\"},{"
                                 "\"insertText\":\"ours\"}]}");
    buf_release(&out);
    cJSON_Delete(j.ours);
}

static void test_what_does_not_fit(void **state)
{
    (void)state;
    struct join j = {.theirs = STR("[{\"a\":1}]"), .ours = our_list(ITEM)};
    struct buf out;
    buf_init(&out, 60);
    assert_false(join_lists(&out, &j));
    buf_release(&out);
    cJSON_Delete(j.ours);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_announce),
        cmocka_unit_test(test_who_is_asked),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_inline_lists),
        cmocka_unit_test(test_what_does_not_fit),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
