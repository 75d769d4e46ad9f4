#include "lsp/join.h"
#include "lsp/scan.h"

/* The list of items in a result of either form; empty without one. */
static struct str items_of(struct str result)
{
    struct scan s;
    scan_init(&s, result);
    struct str items = s.close == ']' ? result : scan_get(result, "items");
    return str_starts(items, STR("[")) ? items : (struct str){0};
}

bool join_is_empty(struct str result)
{
    struct scan s;
    struct str key, item;
    scan_init(&s, items_of(result));
    return !scan_next(&s, &key, &item);
}

static cJSON *our_item(const struct join *j)
{
    const cJSON *items = json_get(j->ours, "items");
    return items ? items->child : NULL;
}

/* --- the same twice --- */

/* What a menu's item of theirs inserts, between its quotes. */
static struct str inserts(struct str item)
{
    static const char *const places[] = {"textEdit.newText", "textEditText",
                                         "insertText", "label"};
    struct str text = {0};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (scan_is_string(text = scan_at(item, places[i])))
            break;
    return scan_inside(text);
}

static struct str our_text(const cJSON *item, bool inline_request)
{
    return json_str(inline_request ? json_get(item, "insertText")
                                   : json_at(item, "textEdit.newText"));
}

static bool is_there(const struct join *j, const cJSON *item)
{
    struct str text = our_text(item, j->inline_request), key, theirs;
    struct scan s;
    scan_init(&s, items_of(j->theirs));
    while (scan_next(&s, &key, &theirs))
        if (scan_spells(inserts(theirs), text))
            return true;
    return false;
}

/* --- ours among theirs --- */

static bool set(cJSON *item, const char *key, cJSON *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(item, key);
    return json_add(item, key, value);
}

/*
 * What their list says for all items that do not say it themselves
 * (itemDefaults, allCommitCharacters) is not meant for ours: a plain text
 * would become a snippet, and a comma would accept it.
 */
static bool stand_alone(cJSON *item, const struct join *j)
{
    bool ok = set(item, "commitCharacters", cJSON_CreateArray());
    ok &= set(item, "data", cJSON_CreateObject());
    if (!json_get(item, "insertTextFormat"))
        ok &= set(item, "insertTextFormat", cJSON_CreateNumber(1));
    if (!json_get(item, "insertTextMode") &&
        scan_at(j->theirs, "itemDefaults.insertTextMode").len)
        ok &= set(item, "insertTextMode", cJSON_CreateNumber(1));
    if (j->last)
        ok &= set(item, "sortText", cJSON_CreateString("~"));
    return ok;
}

/* "[" ours "," theirs "]", or the other way round. */
static bool put_items(struct buf *out, struct str theirs, const cJSON *ours,
                      bool last)
{
    struct str inside = {0};
    if (!join_is_empty(theirs))
        inside = str_trim(str_sub(theirs, 1, theirs.len - 1));
    buf_append_char(out, '[');
    if (last)
        buf_append(out, inside);
    if (last && ours && inside.len)
        buf_append_char(out, ',');
    if (ours && !json_print(out, ours))
        return false;
    if (!last && ours && inside.len)
        buf_append_char(out, ',');
    if (!last)
        buf_append(out, inside);
    return buf_append_char(out, ']');
}

/* What a list says besides its items. */
static void put_others(struct buf *out, struct str result)
{
    struct scan s;
    struct str key, value;
    scan_init(&s, result);
    while (s.close == '}' && scan_next(&s, &key, &value)) {
        if (scan_spells(key, STR("items")) ||
            scan_spells(key, STR("isIncomplete")))
            continue;
        buf_append(out, STR(",\""));
        buf_append(out, key);
        buf_append(out, STR("\":"));
        buf_append(out, value);
    }
}

bool join_lists(struct buf *out, struct join *j)
{
    cJSON *item = our_item(j);
    bool last = j->last || j->inline_request;
    if (item && is_there(j, item))
        item = NULL;
    if (item && !j->inline_request && !stand_alone(item, j))
        return false;
    buf_append(out, STR("{"));
    if (!j->inline_request)
        buf_append(out, STR("\"isIncomplete\":true,"));
    buf_append(out, STR("\"items\":"));
    if (!put_items(out, items_of(j->theirs), item, last))
        return false;
    put_others(out, j->theirs);
    return buf_append_char(out, '}');
}
