#include "lsp/protocol.h"
#include "base/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether a capability is there and not switched off. */
static bool announces(const cJSON *capabilities, const char *path)
{
    const cJSON *item = json_at(capabilities, path);
    return item && !cJSON_IsNull(item) && !cJSON_IsFalse(item);
}

/* Whether the list at `path` holds a number or a string. */
static bool lists_number(const cJSON *object, const char *path, double n)
{
    const cJSON *item;
    const cJSON *list = json_at(object, path);
    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsNumber(item) && item->valuedouble == n)
            return true;
    }
    return false;
}

static bool lists_string(const cJSON *object, const char *path, const char *s)
{
    const cJSON *item;
    const cJSON *list = json_at(object, path);
    cJSON_ArrayForEach(item, list)
    {
        if (str_is(json_str(item), s))
            return true;
    }
    return false;
}

/* --- position encoding --- */

static const char *const encoding_names[] = {
    [ENCODING_UTF8] = "utf-8",
    [ENCODING_UTF16] = "utf-16",
    [ENCODING_UTF32] = "utf-32",
};

bool protocol_encoding(struct str name, enum encoding *out)
{
    for (size_t i = 0; i < sizeof encoding_names / sizeof *encoding_names; i++)
        if (str_is(name, encoding_names[i])) {
            *out = (enum encoding)i;
            return true;
        }
    return false;
}

static void negotiate_encoding(const cJSON *capabilities, struct client *c)
{
    static const enum encoding preferred[] = {ENCODING_UTF8, ENCODING_UTF16,
                                              ENCODING_UTF32};
    c->encoding = ENCODING_UTF16;
    for (size_t i = 0; i < sizeof preferred / sizeof *preferred; i++) {
        if (!lists_string(capabilities, "general.positionEncodings",
                          encoding_names[preferred[i]]))
            continue;
        c->encoding = preferred[i];
        c->offers_encodings = true;
        return;
    }
}

/* --- habits that no capability tells --- */

/*
 * Inline completion's triggerKind counted from 0 in drafts of LSP 3.18, which
 * vscode-languageclient 9 still speaks, and counts from 1 in 3.18 itself.
 * These came with 3.18 and are not in that client; `rangesSupport` and
 * `foldingRange.refreshSupport` are, and so tell nothing.
 */
static const char *const only_in_318[] = {
    "textDocument.completion.completionList.applyKindSupport",
    "textDocument.signatureHelp.signatureInformation.noActiveParameterSupport",
    "textDocument.codeAction.documentationSupport",
    "textDocument.codeLens.resolveSupport",
    "textDocument.diagnostic.markupMessageSupport",
    "workspace.workspaceEdit.metadataSupport",
    "workspace.workspaceEdit.snippetEditSupport",
    "workspace.textDocumentContent",
};

/* These never spoke the draft. "emacs" is lsp-mode. */
static const char *const names_of_318[] = {"Neovim", "Eglot", "emacs"};

static bool speaks_318(const cJSON *capabilities, const char *name)
{
    for (size_t i = 0; i < sizeof only_in_318 / sizeof *only_in_318; i++)
        if (announces(capabilities, only_in_318[i]))
            return true;
    for (size_t i = 0; i < sizeof names_of_318 / sizeof *names_of_318; i++)
        if (!strcmp(name, names_of_318[i]))
            return true;
    return false;
}

/* "0.12.0-dev+g198c9e9bc" is at least 0.11; no version is at least none. */
static bool version_is_from(struct str version, long major, long minor)
{
    char text[32];
    char *rest;
    snprintf(text, sizeof text, "%.*s", STR_ARG(str_sub(version, 0, 31)));
    long found = strtol(text, &rest, 10);
    if (rest == text)
        return false;
    long found_minor = *rest == '.' ? strtol(rest + 1, NULL, 10) : 0;
    return found > major || (found == major && found_minor >= minor);
}

/*
 * Who shows a menu item of several lines, and who indents it:
 * - A client that takes "asIs" does what it is told (VS Code, nvim-cmp,
 *   blink.cmp, coc.nvim).
 * - Neovim's own completion keeps the first line of a plain edit only. From
 *   0.11 on it expands snippets, whose later lines it indents itself; before,
 *   line ends arrive as NUL bytes.
 * - Whoever announces "adjustIndentation" as its default indents, too.
 * - All others (eglot, Helix) insert an edit as it stands.
 */
static void judge_multiline(const cJSON *completion, struct str version,
                            struct client *c)
{
    double mode = 0;
    json_get_number(completion, "insertTextMode", &mode);
    c->multiline_items = true;
    c->adjusts_indent = !c->insert_text_mode && mode == 2;
    if (!c->insert_text_mode && !strcmp(c->name, "Neovim")) {
        c->adjusts_indent = c->snippets && version_is_from(version, 0, 11);
        c->multiline_items = c->adjusts_indent;
    }
}

/* --- parameters --- */

static void read_client(const cJSON *params, struct client *c)
{
    const cJSON *capabilities = json_get(params, "capabilities");
    const cJSON *info = json_get(params, "clientInfo");
    const cJSON *completion = json_at(capabilities, "textDocument.completion");
    const cJSON *item = json_get(completion, "completionItem");
    struct str name = json_str(json_get(info, "name"));

    *c = (struct client){0};
    name = str_sub(name, 0, utf8_snap(name, sizeof c->name - 1));
    snprintf(c->name, sizeof c->name, "%.*s", STR_ARG(name));
    negotiate_encoding(capabilities, c);
    c->inline_completion =
        announces(capabilities, "textDocument.inlineCompletion");
    c->inline_318 = speaks_318(capabilities, c->name);
    c->inline_at_cursor = !strcmp(c->name, "Neovim");
    c->snippets = announces(item, "snippetSupport");
    c->insert_text_mode =
        lists_number(item, "insertTextModeSupport.valueSet", 1);
    c->label_details = announces(item, "labelDetailsSupport");
    c->markdown = lists_string(item, "documentationFormat", "markdown");
    c->workspace_folders =
        announces(capabilities, "workspace.workspaceFolders");
    c->refreshes = announces(capabilities, "experimental.switchyardRefresh");
    c->progress = announces(capabilities, "window.workDoneProgress");
    c->show_message = announces(capabilities, "window.showMessage");
    judge_multiline(completion, json_str(json_get(info, "version")), c);
    if (!json_get_int(params, "processId", &c->process_id) || c->process_id < 0)
        c->process_id = 0;
}

static struct str root_of(const cJSON *params, const cJSON *folders)
{
    struct str root = protocol_folder_uri(cJSON_GetArrayItem(folders, 0));
    if (root.len == 0)
        root = json_str(json_get(params, "rootUri"));
    if (root.len == 0)
        root = json_str(json_get(params, "rootPath"));
    return root;
}

void protocol_initialize(const cJSON *params, struct initialize_params *out)
{
    *out = (struct initialize_params){0};
    read_client(params, &out->client);
    const cJSON *folders = json_get(params, "workspaceFolders");
    out->folders = cJSON_IsArray(folders) ? folders : NULL;
    out->root_uri = root_of(params, out->folders);
    const cJSON *options = json_get(params, "initializationOptions");
    out->options = cJSON_IsObject(options) && options->child ? options : NULL;
    struct str trace = json_str(json_get(params, "trace"));
    out->trace_verbose = str_is(trace, "verbose");
    out->trace_messages = out->trace_verbose || str_is(trace, "messages");
}

/* --- result --- */

static cJSON *sync_options(void)
{
    cJSON *o = cJSON_CreateObject();
    bool ok = json_add(o, "openClose", cJSON_CreateTrue());
    ok &= json_add(o, "change", cJSON_CreateNumber(2)); /* incremental */
    ok &= json_add(o, "save", cJSON_CreateTrue());
    return json_keep(o, ok);
}

/* What calls for a completion beside the letters of a word: each one costs a
 * call of a model in clients that complete while one types. */
static cJSON *completion_options(void)
{
    static const char *const triggers[] = {".", "("};
    cJSON *o = cJSON_CreateObject();
    bool ok =
        json_add(o, "triggerCharacters", cJSON_CreateStringArray(triggers, 2));
    ok &= json_add(o, "resolveProvider", cJSON_CreateFalse());
    return json_keep(o, ok);
}

static cJSON *workspace_options(void)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *folders = cJSON_AddObjectToObject(o, "workspaceFolders");
    bool ok = json_add(folders, "supported", cJSON_CreateTrue());
    ok &= json_add(folders, "changeNotifications", cJSON_CreateTrue());
    return json_keep(o, ok);
}

static bool add_capabilities(cJSON *o, const struct client *c,
                             const char *command)
{
    bool ok = json_add(o, "textDocumentSync", sync_options());
    ok &= json_add(o, "completionProvider", completion_options());
    cJSON *commands = cJSON_AddObjectToObject(o, "executeCommandProvider");
    ok &= json_add(commands, "commands", cJSON_CreateStringArray(&command, 1));
    if (c->offers_encodings)
        ok &= json_add(o, "positionEncoding",
                       cJSON_CreateString(encoding_names[c->encoding]));
    if (c->inline_completion)
        ok &= json_add(o, "inlineCompletionProvider", cJSON_CreateTrue());
    if (c->workspace_folders)
        ok &= json_add(o, "workspace", workspace_options());
    return ok;
}

cJSON *protocol_initialize_result(const struct client *c, const char *version,
                                  const char *command)
{
    cJSON *result = cJSON_CreateObject();
    cJSON *capabilities = cJSON_AddObjectToObject(result, "capabilities");
    cJSON *info = cJSON_AddObjectToObject(result, "serverInfo");
    bool ok = add_capabilities(capabilities, c, command);
    ok &= json_add(info, "name", cJSON_CreateString("switchyard"));
    ok &= json_add(info, "version", cJSON_CreateString(version));
    return json_keep(result, ok);
}
