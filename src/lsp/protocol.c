#include "lsp/protocol.h"
#include "base/unicode.h"
#include "lsp/scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *type_of(const cJSON *item)
{
    return !item                  ? "missing"
           : cJSON_IsNull(item)   ? "null"
           : cJSON_IsBool(item)   ? "a boolean"
           : cJSON_IsNumber(item) ? "a number"
           : cJSON_IsString(item) ? "a string"
           : cJSON_IsArray(item)  ? "a list"
                                  : "an object";
}

static enum err wrong(struct why *why, const char *path, const cJSON *item,
                      const char *expected)
{
    return why_set(why, ERR_PARAMS, "%s is %s; %s is expected", path,
                   type_of(item), expected);
}

static enum err need_str(const cJSON *params, const char *path, struct str *out,
                         struct why *why)
{
    const cJSON *item = json_at(params, path);
    if (!cJSON_IsString(item))
        return wrong(why, path, item, "a string");
    *out = json_str(item);
    return OK;
}

static enum err need_uri(const cJSON *params, struct str *out, struct why *why)
{
    enum err e = need_str(params, "textDocument.uri", out, why);
    if (!e && out->len == 0)
        e = why_set(why, ERR_PARAMS,
                    "textDocument.uri is empty; a URI is expected");
    return e;
}

/* --- positions --- */

/* A coordinate: past any end is as good as the end. */
static bool read_coordinate(const cJSON *position, const char *key,
                            uint32_t *out)
{
    double n;
    if (!json_get_number(position, key, &n) || n < 0 || floor(n) != n)
        return false;
    *out = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
    return true;
}

static bool read_position(const cJSON *item, struct position *out)
{
    return read_coordinate(item, "line", &out->line) &&
           read_coordinate(item, "character", &out->character);
}

static bool is_before(struct position a, struct position b)
{
    return a.line < b.line || (a.line == b.line && a.character < b.character);
}

static bool read_range(const cJSON *item, struct range *out)
{
    struct position start, end;
    if (!read_position(json_get(item, "start"), &start) ||
        !read_position(json_get(item, "end"), &end))
        return false;
    *out = is_before(end, start) ? (struct range){end, start}
                                 : (struct range){start, end};
    return true;
}

/* --- documents --- */

enum err protocol_did_open(const cJSON *params, struct open_params *out,
                           struct why *why)
{
    *out = (struct open_params){0};
    enum err e = need_uri(params, &out->uri, why);
    if (!e)
        e = need_str(params, "textDocument.text", &out->text, why);
    const cJSON *document = json_get(params, "textDocument");
    json_get_str(document, "languageId", &out->language_id);
    json_get_int(document, "version", &out->version);
    return e;
}

enum err protocol_document(const cJSON *params, struct document_params *out,
                           struct why *why)
{
    *out = (struct document_params){.version = -1};
    json_get_int(json_get(params, "textDocument"), "version", &out->version);
    return need_uri(params, &out->uri, why);
}

const cJSON *protocol_changes(const cJSON *params)
{
    const cJSON *list = json_get(params, "contentChanges");
    return cJSON_IsArray(list) ? list : NULL;
}

enum err protocol_change(const cJSON *item, struct change_params *out,
                         struct why *why)
{
    *out = (struct change_params){.range_length = -1};
    const cJSON *range = json_get(item, "range");
    out->whole = !range || cJSON_IsNull(range);
    if (!out->whole && !read_range(range, &out->range))
        return why_set(why, ERR_PARAMS,
                       "the range of a change is not {start, end} with line "
                       "and character of at least 0 each");
    if (!json_get_int(item, "rangeLength", &out->range_length) ||
        out->range_length < 0)
        out->range_length = -1;
    if (!json_get_str(item, "text", &out->text))
        return wrong(why, "the text of a change", json_get(item, "text"),
                     "a string");
    return OK;
}

/* --- requests at a position --- */

/*
 * Inline: 0 is a draft's Invoked, 2 is 3.18's Automatic, and 1 is the
 * draft's Automatic or 3.18's Invoked. Menu: 1 is "typing an identifier,
 * manual invocation or via API", 2 and 3 follow from typing; a client that
 * sends no context was asked by hand (Neovim's omnifunc).
 */
static bool is_invoked(const cJSON *params, const struct client *c,
                       bool inline_request)
{
    int64_t kind;
    bool sent = json_get_int(json_get(params, "context"), "triggerKind", &kind);
    if (!inline_request)
        return !sent || kind == 1;
    return sent && (kind == 0 || (kind == 1 && c->inline_318));
}

enum err protocol_position(const cJSON *params, const struct client *c,
                           bool inline_request, struct position_params *out,
                           struct why *why)
{
    *out = (struct position_params){0};
    enum err e = need_uri(params, &out->uri, why);
    if (e)
        return e;
    if (!read_position(json_get(params, "position"), &out->position))
        return why_set(why, ERR_PARAMS,
                       "position is not {line, character} with numbers of at "
                       "least 0");
    out->invoked = is_invoked(params, c, inline_request);
    const cJSON *selected = json_at(params, "context.selectedCompletionInfo");
    out->has_selected =
        read_range(json_get(selected, "range"), &out->selected_range) &&
        json_get_str(selected, "text", &out->selected_text);
    return OK;
}

bool protocol_cancel_id(const struct rpc_message *m, struct rpc_id *id)
{
    return rpc_id_read(scan_at(m->text, "params.id"), id);
}

/* --- the workspace --- */

bool protocol_trace(const cJSON *params, bool *messages, bool *verbose)
{
    struct str value = json_str(json_get(params, "value"));
    *verbose = str_is(value, "verbose");
    *messages = *verbose || str_is(value, "messages");
    return *messages || str_is(value, "off");
}

const cJSON *protocol_settings(const cJSON *params, bool named)
{
    const cJSON *settings = json_get(params, "settings");
    const cJSON *own = json_get(settings, "switchyard");
    if (own || named)
        settings = own;
    return cJSON_IsObject(settings) && settings->child ? settings : NULL;
}

void protocol_folders(const cJSON *params, const cJSON **added,
                      const cJSON **removed)
{
    const cJSON *in = json_at(params, "event.added");
    const cJSON *out = json_at(params, "event.removed");
    *added = cJSON_IsArray(in) ? in : NULL;
    *removed = cJSON_IsArray(out) ? out : NULL;
}

struct str protocol_folder_uri(const cJSON *folder)
{
    return json_str(json_get(folder, "uri"));
}

/* The id that item.c put into a command's arguments; 0: none. */
static uint64_t shown_id(const cJSON *arguments)
{
    struct str text = json_str(
        cJSON_IsArray(arguments) ? cJSON_GetArrayItem(arguments, 0) : NULL);
    uint64_t id = 0;
    str_number(text, UINT64_MAX, &id);
    return id;
}

enum err protocol_command(const cJSON *params, struct command_params *out,
                          struct why *why)
{
    *out = (struct command_params){0};
    out->id = shown_id(json_get(params, "arguments"));
    return need_str(params, "command", &out->name, why);
}

/* "acceptedLength" counts from the start of the text to insert, which begins
 * with what was typed: what is left tells more. Snippets are longer than what
 * they insert; nothing is told of those. */
static int64_t left_behind(const cJSON *params)
{
    int64_t accepted, all;
    struct str text;
    if (!json_get_int(params, "acceptedLength", &accepted) || accepted < 0 ||
        !json_get_str(json_get(params, "item"), "insertText", &text))
        return -1;
    all = (int64_t)utf8_count_utf16(text);
    return accepted < all ? all - accepted : 0;
}

enum err protocol_feedback(const cJSON *params, struct feedback_params *out,
                           struct why *why)
{
    *out = (struct feedback_params){.rest = left_behind(params)};
    const cJSON *arguments = json_at(params, "item.command.arguments");
    out->id = shown_id(arguments);
    if (out->id == 0)
        return why_set(why, ERR_PARAMS,
                       "item.command.arguments does not begin with the id of "
                       "a completion; send the item as it was received");
    return OK;
}
