/* completion and inlineCompletion: from a request to its one answer. */
#include "base/unicode.h"
#include "provider/failure.h"
#include "server/server.h"

#include <stdlib.h>
#include <time.h>

enum { WORD_MAX_BYTES = 256 };

static struct pending *find_pending(struct server *s, completion_id id)
{
    for (size_t i = 0; i < PENDING_MAX; i++)
        if (s->pending[i].completion == id)
            return &s->pending[i];
    return NULL;
}

static void release_pending(struct pending *p)
{
    free(p->uri);
    free(p->selected);
    *p = (struct pending){0};
}

/* An empty list clears what the editor shows; null would keep it. */
static cJSON *nothing(const struct server *s, bool inline_request)
{
    return inline_request ? protocol_inline(&s->client, NULL)
                          : protocol_completion(&s->client, NULL);
}

/* Where the word before `offset` starts; of an endless one, its last part. */
static size_t word_start(struct str text, size_t offset)
{
    size_t limit = offset > WORD_MAX_BYTES ? offset - WORD_MAX_BYTES : 0;
    while (offset > limit) {
        size_t before = utf8_prev(text, offset), at = before;
        if (!unicode_is_word(utf8_next(text, &at)))
            break;
        offset = before;
    }
    return offset;
}

static struct str indent_of(struct str line)
{
    size_t n = 0;
    while (n < line.len && (line.ptr[n] == ' ' || line.ptr[n] == '\t'))
        n++;
    return str_sub(line, 0, n);
}

/* VS Code drops an inline text that does not extend its menu's selection. */
static bool extends_selection(const struct pending *p, struct str typed,
                              struct str text)
{
    struct str selected = str_from(p->selected);
    if (selected.len <= typed.len)
        return str_starts(typed, selected);
    return str_starts(selected, typed) &&
           str_starts(text, str_sub(selected, typed.len, selected.len));
}

/* What a code block in Markdown calls it. */
static struct str language_shown(const struct document *doc)
{
    return doc->language == language_plain() ? (struct str){0}
                                             : str_from(doc->language->name);
}

/* The buffer's line ends are the editor's affair: Emacs would show the CR of a
 * CR LF, and VS Code drops ghost text that has one. */
static void append_lf_lines(struct buf *out, struct str text)
{
    struct str line;
    while (str_cut(&text, '\r', &line)) {
        buf_append(out, line);
        if (text.ptr && !str_starts(text, STR("\n")))
            buf_append_char(out, '\n');
    }
}

/* The item replaces the word at the cursor by itself and the text, since
 * clients filter by what the replaced range holds. */
static cJSON *item_of(const struct server *s, const struct pending *p,
                      const struct document *doc, enum cursor_class class,
                      const struct choice *c, unsigned rank)
{
    const struct text *t = &doc->text;
    enum encoding e = s->client.encoding;
    size_t start =
        p->selected ? p->selected_start : word_start(text_view(t), p->offset);
    struct buf text;
    buf_init(&text, c->text.len);
    append_lf_lines(&text, c->text);
    struct shown shown = {
        .text = buf_view(&text),
        .range = {position_of_offset(t, start, e),
                  position_of_offset(t, p->offset, e)},
        .selected = p->selected != NULL,
        .typed = str_sub(text_view(t), start, p->offset),
        .indent = indent_of(text_line(t, text_line_at(t, p->offset))),
        .language = language_shown(doc),
        .model = c->model,
        .class_name = str_from(cursor_class_name(class)),
        .command = s->command,
        .id = c->id,
        .rank = rank,
    };
    cJSON *item;
    if (p->selected && !extends_selection(p, shown.typed, shown.text))
        item = nothing(s, p->inline_request);
    else if (p->inline_request)
        item = protocol_inline(&s->client, &shown);
    else
        item = protocol_completion(&s->client, &shown);
    buf_release(&text);
    return item;
}

/* The completion, and those that one may choose in its place. */
static cJSON *items_of(const struct server *s, const struct pending *p,
                       const struct document *doc, const struct completion *c)
{
    struct choice first = {
        .text = c->text, .model = c->model, .id = p->completion};
    cJSON *list = item_of(s, p, doc, c->class, &first, 0);
    for (size_t i = 0; i < c->n_others; i++)
        protocol_append_items(
            list, item_of(s, p, doc, c->class, &c->others[i], (unsigned)i + 1));
    return list;
}

/* Our part of an answer, or all of it. */
static void give(struct server *s, const struct rpc_id *id, cJSON *list)
{
    if (id->text[0] && !server_join(s, id, list))
        server_answer(s, id, list);
    else if (!id->text[0])
        cJSON_Delete(list);
}

void server_count_tried(void *arg, const struct attempt *tried, size_t n)
{
    struct server *s = arg;
    for (size_t i = 0; i < n; i++) {
        const struct attempt *a = &tried[i];
        s->counters.failed += err_is_failure(a->outcome);
        s->counters.outrun += a->outcome == ERR_OUTRUN;
        if (!a->outcome || err_is_failure(a->outcome))
            server_note_attempt(s, a);
    }
}

static void count(struct server *s, const struct completion *c)
{
    struct counters *n = &s->counters;
    n->shown += c->text.len > 0;
    n->cached += c->cached;
    n->joined += c->joined;
    server_count_tried(s, c->attempts, c->n_attempts);
}

static void on_done(void *arg, completion_id id, const struct completion *c)
{
    struct server *s = arg;
    struct pending *p = find_pending(s, id);
    if (!p)
        return;
    const struct document *doc =
        documents_find(&s->documents, str_from(p->uri));
    count(s, c);
    if (c->outcome != ERR_SUPERSEDED)
        server_keep_last(s, c, p->uri);
    if (c->outcome == ERR_SUPERSEDED) {
        give(s, &p->id, NULL);
    } else if (c->outcome || !doc || c->text.len == 0) {
        give(s, &p->id, nothing(s, p->inline_request));
    } else {
        server_trace(s, c);
        give(s, &p->id, items_of(s, p, doc, c));
    }
    release_pending(p);
}

void server_offer_better(void *arg, const struct better *better)
{
    struct server *s = arg;
    const struct document *doc = better->doc;
    struct refresh refresh = {
        .uri = doc->uri,
        .version = doc->version,
        .position =
            position_of_offset(&doc->text, better->offset, s->client.encoding),
        .in_text = better->in_text,
        .in_menu = better->in_menu,
    };
    if (s->client.refreshes)
        server_notify(s, "switchyard/refresh", protocol_refresh(&refresh));
}

static completion_id ask_engine(struct server *s, struct document *doc,
                                const struct position_params *at,
                                struct pending *p)
{
    struct ask ask = {
        .doc = doc,
        .offset = p->offset,
        .trigger = at->invoked ? TRIGGER_INVOKED : TRIGGER_AUTOMATIC,
        .one_line = !p->inline_request && !s->client.multiline_items,
        .menu = !p->inline_request,
        .drafts = true,
        .root = str_from(s->root),
        .branch = branch_of(&s->branch, str_from(s->root), s->now),
        .wall = (int64_t)time(NULL),
    };
    return engine_request(s->engine, &ask, s->now, on_done, s);
}

/* A range is on one line and ends at the cursor, or it is none of ours. */
static void select_item(struct pending *p, const struct text *t,
                        const struct position_params *at, enum encoding e)
{
    size_t start = position_to_offset(t, at->selected_range.start, e);
    if (start > p->offset ||
        text_line_at(t, start) != text_line_at(t, p->offset))
        return;
    p->selected_start = start;
    p->selected = str_dup(at->selected_text);
}

static void ask(struct server *s, const struct rpc_id *id, struct document *doc,
                const struct position_params *at, bool inline_request)
{
    enum encoding e = s->client.encoding;
    struct pending *slot = find_pending(s, 0);
    if (!slot) { /* those that were superseded in this turn go first */
        engine_tick(s->engine, &s->documents, s->now);
        slot = find_pending(s, 0);
    }
    struct pending p = {
        .id = *id,
        .inline_request = inline_request,
        .offset = position_to_offset(&doc->text, at->position, e),
        .uri = str_dup(str_from(doc->uri)),
    };
    if (at->has_selected)
        select_item(&p, &doc->text, at, e);
    s->counters.requests++;
    if (slot && p.uri && (p.completion = ask_engine(s, doc, at, &p))) {
        *slot = p;
        return;
    }
    release_pending(&p);
    give(s, id, nothing(s, inline_request));
}

static void on_request(struct server *s, const struct rpc_message *m,
                       bool inline_request)
{
    struct position_params at;
    struct why why = {{0}};
    server_reconfigure_if_changed(s);
    enum err e =
        protocol_position(m->params, &s->client, inline_request, &at, &why);
    if (e) {
        if (!server_join(s, &m->id, NULL))
            server_refuse(s, &m->id, e, why.text);
        return;
    }
    struct document *doc = documents_find(&s->documents, at.uri);
    if (doc)
        ask(s, &m->id, doc, &at, inline_request);
    else
        give(s, &m->id, nothing(s, inline_request));
}

void on_completion(struct server *s, const struct rpc_message *m)
{
    on_request(s, m, false);
}

void on_inline_completion(struct server *s, const struct rpc_message *m)
{
    on_request(s, m, true);
}

/* An item of ours holds all there is from the start; it is asked for where
 * those of the inner server's don't. */
void on_resolve(struct server *s, const struct rpc_message *m)
{
    server_answer(s, &m->id, m->params ? cJSON_Duplicate(m->params, 1) : NULL);
}

void server_let_go(struct server *s, const struct rpc_id *id)
{
    for (size_t i = 0; i < PENDING_MAX; i++)
        if (s->pending[i].completion && rpc_id_eq(&s->pending[i].id, id))
            s->pending[i].id.text[0] = '\0';
}

static void cancel(struct server *s, struct pending *p)
{
    if (s->engine)
        engine_cancel(s->engine, p->completion, s->now);
    if (!server_join(s, &p->id, NULL))
        server_refuse(s, &p->id, ERR_CANCELLED, err_sentence(ERR_CANCELLED));
    release_pending(p);
}

/* An id that is not waiting is ignored: eglot cancels what it never sent. */
void on_cancel(struct server *s, const struct rpc_message *m)
{
    struct rpc_id id;
    if (!protocol_cancel_id(m, &id) || server_cancel_question(s, &id))
        return;
    for (size_t i = 0; i < PENDING_MAX; i++)
        if (s->pending[i].completion && rpc_id_eq(&s->pending[i].id, &id))
            cancel(s, &s->pending[i]);
}

/* Empty and no error, which VS Code would show: the editor asked for none. */
void server_give_up_all(struct server *s)
{
    server_cancel_question(s, NULL);
    for (size_t i = 0; i < PENDING_MAX; i++) {
        struct pending *p = &s->pending[i];
        if (!p->completion)
            continue;
        if (s->engine)
            engine_cancel(s->engine, p->completion, s->now);
        give(s, &p->id, nothing(s, p->inline_request));
        release_pending(p);
    }
}
