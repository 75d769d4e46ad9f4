#include "lsp/protocol.h"
#include "base/unicode.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LABEL_COLUMNS = 60, ITEM_MAX = 1 << 20 };
enum { KIND_TEXT = 1, KIND_SNIPPET = 15, FORMAT_SNIPPET = 2, AS_IS = 1 };

static const struct str ellipsis = {"\xE2\x80\xA6", 3};

/* --- the text in the form that a client wants --- */

static struct str first_line(struct str text)
{
    size_t lf = str_find_char(text, '\n');
    return lf == STR_NONE ? text : str_sub(text, 0, lf);
}

static bool is_blank(struct str line)
{
    return str_trim(line).len == 0;
}

/* Append `line`, escaped as LSP's snippet syntax wants it. */
static void append_escaped(struct buf *out, struct str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (strchr("\\$}", line.ptr[i]) && line.ptr[i])
            buf_append_char(out, '\\');
        buf_append_char(out, line.ptr[i]);
    }
}

/*
 * Append `text` with the indentation of the first line taken off the later
 * ones. With `strict` it ends before a line that has less: a client that
 * adds the indentation can't be told to take some off, and a wrong one may be
 * another program.
 */
static void append_relative(struct buf *out, struct str text, struct str indent,
                            bool strict, bool escape)
{
    struct str line, rest = text;
    for (bool first = true; str_cut(&rest, '\n', &line); first = false) {
        if (!first && str_starts(line, indent))
            line = str_sub(line, indent.len, line.len);
        else if (!first && is_blank(line))
            line = (struct str){0};
        else if (!first && strict)
            return;
        if (!first)
            buf_append_char(out, '\n');
        if (escape)
            append_escaped(out, line);
        else
            buf_append(out, line);
    }
}

/* What an accepted item leaves in the buffer in place of its range. */
struct edit {
    struct buf text;
    bool snippet;
    bool empty; /* nothing but what was typed */
};

static void edit_init(struct edit *e, const struct client *c,
                      const struct shown *s)
{
    bool several = str_find_char(s->text, '\n') != STR_NONE;
    bool relative = c->multiline_items && c->adjusts_indent;
    e->snippet = several && relative && c->snippets;
    buf_init(&e->text, ITEM_MAX);
    if (e->snippet)
        append_escaped(&e->text, s->typed);
    else
        buf_append(&e->text, s->typed);
    size_t typed = e->text.len;
    if (relative)
        append_relative(&e->text, s->text, s->indent, true, e->snippet);
    else
        buf_append(&e->text,
                   c->multiline_items ? s->text : first_line(s->text));
    e->empty = e->text.failed || e->text.len == typed;
}

/* --- what a person sees of it --- */

/* Append `line` on at most `columns`; false when it was cut. White space and
 * control characters become spaces: a label is one line of a menu. */
static bool append_columns(struct buf *out, struct str line, size_t columns)
{
    size_t used = 0;
    for (size_t at = 0; at < line.len;) {
        size_t start = at;
        bool control = utf8_next(line, &at) < 0x20;
        struct str glyph = control ? STR(" ") : str_sub(line, start, at);
        used += utf8_columns(glyph);
        if (used > columns)
            return false;
        buf_append(out, glyph);
    }
    return true;
}

/*
 * The first line that has something on it. It begins with what was typed,
 * since eglot first inserts the label and filters by it, and it ends with an
 * ellipsis when there is more than it shows.
 */
static void append_label(struct buf *out, struct str text)
{
    struct str line = {0}, rest = text;
    while (str_cut(&rest, '\n', &line) && is_blank(line))
        ;
    line = str_trim(line);
    if (line.len == 0)
        buf_append(out, STR("\xE2\x8F\x8E")); /* U+23CE, the return symbol */
    bool more = !is_blank(rest);
    if (!append_columns(out, line, LABEL_COLUMNS - (more ? 2 : 0))) {
        buf_clear(out);
        append_columns(out, line, LABEL_COLUMNS - 1);
        buf_append(out, ellipsis);
    } else if (more) {
        buf_printf(out, " %.*s", STR_ARG(ellipsis));
    }
}

/* One more than the longest row of backticks in `code`, at least three. */
static int fence_length(struct str code)
{
    int longest = 2, row = 0;
    for (size_t i = 0; i < code.len; i++) {
        row = code.ptr[i] == '`' ? row + 1 : 0;
        longest = row > longest ? row : longest;
    }
    return longest + 1;
}

static void append_fenced(struct buf *out, struct str code, struct str language)
{
    int length = fence_length(code);
    for (int i = 0; i < length; i++)
        buf_append_char(out, '`');
    buf_printf(out, "%.*s\n", STR_ARG(language));
    buf_append(out, code);
    buf_append_char(out, '\n');
    for (int i = 0; i < length; i++)
        buf_append_char(out, '`');
}

/* The whole code, also where the label or a client shows one line of it. */
static cJSON *new_documentation(const struct client *c, const struct shown *s)
{
    struct buf code, text;
    buf_init(&code, ITEM_MAX);
    buf_init(&text, 4 * ITEM_MAX);
    buf_append(&code, s->typed);
    append_relative(&code, s->text, s->indent, false, false);
    if (c->markdown)
        append_fenced(&text, buf_view(&code), s->language);
    cJSON *doc = json_new_str(buf_view(c->markdown ? &text : &code));
    buf_release(&code);
    buf_release(&text);
    if (!c->markdown)
        return doc;
    cJSON *markup = cJSON_CreateObject();
    bool ok = json_add(markup, "kind", cJSON_CreateString("markdown"));
    ok &= json_add(markup, "value", doc);
    return json_keep(markup, ok);
}

/* --- JSON --- */

static cJSON *new_position(struct position p)
{
    cJSON *o = cJSON_CreateObject();
    bool ok = json_add(o, "line", cJSON_CreateNumber(p.line));
    ok &= json_add(o, "character", cJSON_CreateNumber(p.character));
    return json_keep(o, ok);
}

cJSON *protocol_range(const struct range *r)
{
    cJSON *o = cJSON_CreateObject();
    bool ok = json_add(o, "start", new_position(r->start));
    ok &= json_add(o, "end", new_position(r->end));
    return json_keep(o, ok);
}

/* A TextEdit, never an InsertReplaceEdit: eglot takes no other. */
static cJSON *new_edit(const struct shown *s, struct str text)
{
    cJSON *o = cJSON_CreateObject();
    bool ok = json_add(o, "range", protocol_range(&s->range));
    ok &= json_add_str(o, "newText", text);
    return json_keep(o, ok);
}

/* The id is a string: a double would not hold all of it. */
static cJSON *new_command(const struct shown *s)
{
    char id[24], title[64];
    const char *arguments[] = {id};
    snprintf(id, sizeof id, "%" PRIu64, s->id);
    snprintf(title, sizeof title, "Switchyard: %.*s",
             STR_ARG(str_sub(s->class_name, 0, 40)));
    cJSON *o = cJSON_CreateObject();
    bool ok = json_add_str(o, "title", str_from(title));
    ok &= json_add_str(o, "command", str_from(s->command));
    ok &= json_add(o, "arguments", cJSON_CreateStringArray(arguments, 1));
    return json_keep(o, ok);
}

static bool add_label(cJSON *item, const struct client *c,
                      const struct shown *s)
{
    struct buf plain, label, filter;
    buf_init(&plain, ITEM_MAX);
    buf_init(&label, 4096);
    buf_init(&filter, ITEM_MAX);
    buf_append(&plain, s->typed);
    buf_append(&plain, c->multiline_items ? s->text : first_line(s->text));
    append_label(&label, buf_view(&plain));
    buf_append(&filter, s->typed);
    buf_append(&filter, first_line(s->text));
    bool ok = json_add_str(item, "label", buf_view(&label));
    if (filter.len)
        ok &= json_add_str(item, "filterText", buf_view(&filter));
    buf_release(&plain);
    buf_release(&label);
    buf_release(&filter);
    return ok;
}

static bool add_label_details(cJSON *item, struct str model)
{
    cJSON *details = cJSON_AddObjectToObject(item, "labelDetails");
    return json_add_str(details, "description", model);
}

/* "0" sorts before the digits and letters that other servers begin with. Of
 * several lines that are no snippet the kind says nothing: Helix would take
 * them for one, whatever their format, and lose each "$". */
static cJSON *new_item(const struct client *c, const struct shown *s,
                       const struct edit *e)
{
    cJSON *o = cJSON_CreateObject();
    bool ok = add_label(o, c, s);
    if (c->label_details)
        ok &= add_label_details(o, s->model);
    ok &= json_add(o, "kind",
                   cJSON_CreateNumber(e->snippet ? KIND_SNIPPET : KIND_TEXT));
    ok &= json_add_str(o, "detail", s->model);
    ok &= json_add(o, "documentation", new_documentation(c, s));
    char sort[16] = "0";
    if (s->rank)
        snprintf(sort, sizeof sort, "0%u", s->rank);
    ok &= json_add_str(o, "sortText", str_from(sort));
    if (e->snippet)
        ok &=
            json_add(o, "insertTextFormat", cJSON_CreateNumber(FORMAT_SNIPPET));
    if (c->insert_text_mode)
        ok &= json_add(o, "insertTextMode", cJSON_CreateNumber(AS_IS));
    ok &= json_add(o, "textEdit", new_edit(s, buf_view(&e->text)));
    ok &= json_add(o, "command", new_command(s));
    return json_keep(o, ok);
}

/* `item` is taken; NULL without `wanted` is no failure. */
static cJSON *new_list(cJSON *item, bool wanted)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *items = cJSON_AddArrayToObject(o, "items");
    bool ok = items && (!wanted || item);
    if (!ok || !item || !cJSON_AddItemToArray(items, item))
        cJSON_Delete(item);
    return json_keep(o, ok);
}

cJSON *protocol_completion(const struct client *c, const struct shown *s)
{
    struct edit e = {.empty = true};
    if (s)
        edit_init(&e, c, s);
    cJSON *list = new_list(e.empty ? NULL : new_item(c, s, &e), !e.empty);
    buf_release(&e.text);
    return json_keep(list, json_add(list, "isIncomplete", cJSON_CreateTrue()));
}

/*
 * VS Code shows an item only where the range, as far as it is typed, begins
 * its filter text; with all of the text there it stays while one types along.
 * Neovim 0.12 draws over what is behind the cursor unless the range is empty.
 */
static cJSON *new_inline_item(const struct client *c, const struct shown *s)
{
    struct buf text;
    struct range range = s->range;
    buf_init(&text, ITEM_MAX);
    if (c->inline_at_cursor && !s->selected)
        range.start = range.end;
    else
        buf_append(&text, s->typed);
    buf_append(&text, s->text);
    cJSON *o = text.failed ? NULL : cJSON_CreateObject();
    bool ok = json_add_str(o, "insertText", buf_view(&text));
    ok &= json_add_str(o, "filterText", buf_view(&text));
    ok &= json_add(o, "range", protocol_range(&range));
    ok &= json_add(o, "command", new_command(s));
    buf_release(&text);
    return json_keep(o, ok);
}

cJSON *protocol_inline(const struct client *c, const struct shown *s)
{
    bool wanted = s && s->text.len > 0 && s->typed.len < ITEM_MAX &&
                  s->text.len < ITEM_MAX - s->typed.len;
    return new_list(wanted ? new_inline_item(c, s) : NULL, wanted);
}

void protocol_append_items(cJSON *list, cJSON *more)
{
    cJSON *to = cJSON_GetObjectItemCaseSensitive(list, "items");
    cJSON *from = cJSON_GetObjectItemCaseSensitive(more, "items"), *item;
    while (to && (item = cJSON_DetachItemFromArray(from, 0)))
        cJSON_AddItemToArray(to, item);
    cJSON_Delete(more);
}

/* --- messages for a person --- */

cJSON *protocol_message(enum message_type type, struct str text)
{
    cJSON *o = cJSON_CreateObject();
    bool ok = json_add(o, "type", cJSON_CreateNumber(type));
    ok &= json_add_str(o, "message", text);
    return json_keep(o, ok);
}

cJSON *protocol_progress_create(const char *token)
{
    cJSON *o = cJSON_CreateObject();
    return json_keep(o, json_add_str(o, "token", str_from(token)));
}

cJSON *protocol_progress(const char *token, enum progress_kind kind,
                         const char *title, const char *message, int percentage)
{
    static const char *const kinds[] = {"begin", "report", "end"};
    cJSON *o = cJSON_CreateObject(), *value = cJSON_CreateObject();
    bool ok = json_add_str(o, "token", str_from(token));
    ok &= json_add(o, "value", value);
    ok &= ok && json_add_str(value, "kind", str_from(kinds[kind]));
    if (ok && title)
        ok = json_add_str(value, "title", str_from(title));
    if (ok && message)
        ok = json_add_str(value, "message", str_from(message));
    if (ok && kind != PROGRESS_END && percentage >= 0)
        ok = json_add(value, "percentage", cJSON_CreateNumber(percentage));
    return json_keep(o, ok);
}

cJSON *protocol_refresh(const struct refresh *r)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *doc = cJSON_AddObjectToObject(o, "textDocument");
    bool ok = json_add_str(doc, "uri", str_from(r->uri));
    ok &= json_add(doc, "version", cJSON_CreateNumber((double)r->version));
    ok &= json_add(o, "position", new_position(r->position));
    ok &= json_add(o, "inline", cJSON_CreateBool(r->in_text));
    ok &= json_add(o, "menu", cJSON_CreateBool(r->in_menu));
    return json_keep(o, ok);
}

cJSON *protocol_log_trace(struct str text, struct str verbose)
{
    cJSON *o = cJSON_CreateObject();
    bool ok = json_add_str(o, "message", text);
    if (ok && verbose.len)
        ok = json_add_str(o, "verbose", verbose);
    return json_keep(o, ok);
}
