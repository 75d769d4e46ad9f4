#include "lsp/merge.h"
#include "lsp/scan.h"

#include <string.h>

void merge_announce(cJSON *params)
{
    static const char *const ours[] = {"completion", "inlineCompletion",
                                       "synchronization"};
    const cJSON *features = json_at(params, "capabilities.textDocument");
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        cJSON *feature = cJSON_GetObjectItemCaseSensitive(features, ours[i]);
        if (json_get(feature, "dynamicRegistration"))
            cJSON_ReplaceItemInObjectCaseSensitive(
                feature, "dynamicRegistration", cJSON_CreateFalse());
    }
}

/* clangd's own name for it is older than LSP's, and is asked for by clients
 * that know it. */
bool merge_encoding(const cJSON *result, enum encoding *out)
{
    struct str name =
        json_str(json_at(result, "capabilities.positionEncoding"));
    if (!name.len)
        name = json_str(json_get(result, "offsetEncoding"));
    *out = ENCODING_UTF16;
    return !name.len || protocol_encoding(name, out);
}

/* --- capabilities --- */

static cJSON *member(cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static bool is_off(const cJSON *item)
{
    return !item || cJSON_IsNull(item) || cJSON_IsFalse(item);
}

/* Put `ours`[key] in place of what is missing or switched off. */
static bool fill(cJSON *theirs, cJSON *ours, const char *key)
{
    cJSON *item = member(ours, key);
    if (!item || !is_off(member(theirs, key)))
        return true;
    cJSON_DeleteItemFromObjectCaseSensitive(theirs, key);
    cJSON_DetachItemViaPointer(ours, item);
    return json_add(theirs, key, item);
}

static bool lists(const cJSON *list, const cJSON *string)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (str_eq(json_str(item), json_str(string)))
            return true;
    }
    return false;
}

/* The strings of both lists at `key`, each once. */
static bool unite(cJSON *theirs, cJSON *ours, const char *key)
{
    if (!fill(theirs, ours, key))
        return false;
    cJSON *into = member(theirs, key), *from = member(ours, key);
    while (from && from->child) {
        cJSON *item = cJSON_DetachItemFromArray(from, 0);
        if (lists(into, item) || !cJSON_AddItemToArray(into, item))
            cJSON_Delete(item);
    }
    return true;
}

/* What both want of the documents: they are opened, closed and saved, and
 * changes come in the form that the other server wants, since ours takes
 * both. Before LSP 3 that form was all that was said. */
static bool merge_sync(cJSON *theirs, cJSON *ours)
{
    static const char key[] = "textDocumentSync";
    cJSON *sync = member(theirs, key), *own = member(ours, key);
    if (cJSON_IsNumber(sync)) {
        if (sync->valuedouble > 0)
            cJSON_ReplaceItemInObjectCaseSensitive(
                own, "change", cJSON_CreateNumber(sync->valuedouble));
        cJSON_DeleteItemFromObjectCaseSensitive(theirs, key);
    }
    if (!cJSON_IsObject(member(theirs, key)))
        return fill(theirs, ours, key);
    if (cJSON_IsNumber(member(sync, "change")) &&
        member(sync, "change")->valuedouble == 0)
        cJSON_DeleteItemFromObjectCaseSensitive(sync, "change");
    return fill(sync, own, "openClose") && fill(sync, own, "change") &&
           fill(sync, own, "save");
}

static bool merge_folders(cJSON *theirs, cJSON *ours)
{
    cJSON *folders = member(member(theirs, "workspace"), "workspaceFolders");
    cJSON *own = member(member(ours, "workspace"), "workspaceFolders");
    if (!cJSON_IsObject(member(theirs, "workspace")))
        return fill(theirs, ours, "workspace");
    if (!cJSON_IsObject(folders))
        return fill(member(theirs, "workspace"), member(ours, "workspace"),
                    "workspaceFolders");
    return fill(folders, own, "supported") &&
           fill(folders, own, "changeNotifications");
}

/* The strings in a provider's list, where both provide. */
static bool merge_provider(cJSON *theirs, cJSON *ours, const char *provider,
                           const char *list)
{
    if (!cJSON_IsObject(member(theirs, provider)))
        return fill(theirs, ours, provider);
    return unite(member(theirs, provider), member(ours, provider), list);
}

static bool merge_capabilities(cJSON *theirs, cJSON *ours)
{
    bool ok = merge_sync(theirs, ours);
    ok &=
        merge_provider(theirs, ours, "completionProvider", "triggerCharacters");
    ok &= merge_provider(theirs, ours, "executeCommandProvider", "commands");
    ok &= fill(theirs, ours, "inlineCompletionProvider");
    ok &= merge_folders(theirs, ours);
    return ok;
}

cJSON *merge_results(cJSON *theirs, cJSON *ours)
{
    bool ok = theirs && ours;
    if (ok && !cJSON_IsObject(member(theirs, "capabilities"))) {
        cJSON_DeleteItemFromObjectCaseSensitive(theirs, "capabilities");
        ok = json_add(theirs, "capabilities", cJSON_CreateObject());
    }
    ok = ok && merge_capabilities(member(theirs, "capabilities"),
                                  member(ours, "capabilities"));
    ok = ok && fill(theirs, ours, "serverInfo");
    cJSON_Delete(ours);
    return json_keep(theirs, ok);
}

bool merge_serves(const cJSON *result, bool inline_request)
{
    return !is_off(json_at(result, inline_request
                                       ? "capabilities.inlineCompletionProvider"
                                       : "capabilities.completionProvider"));
}

bool merge_is_asked(const cJSON *result, struct str params)
{
    struct str context = scan_get(params, "context");
    struct str by = scan_inside(scan_get(context, "triggerCharacter"));
    const cJSON *item;
    if (!str_is(scan_get(context, "triggerKind"), "2") || !by.len)
        return true;
    cJSON_ArrayForEach(
        item,
        json_at(result, "capabilities.completionProvider.triggerCharacters"))
    {
        if (scan_spells(by, json_str(item)))
            return true;
    }
    return false;
}
