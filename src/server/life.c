/* The inner server's life as the editor sees it: initialize, the end that it
 * may come to, and what it is told when it is started again. */
#include "base/log.h"
#include "lsp/merge.h"
#include "server/server.h"
#include "server/wrap.h"

#include <stdlib.h>
#include <string.h>

enum { REPLAY_MAX = 256 << 20 }; /* bytes of a document, as JSON */

struct wrap *wrap_new(const char *const *argv)
{
    struct wrap *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    const struct child_setup setup = {
        .name = argv[0],
        .process = {.argv = argv},
        .max_message = TRANSPORT_MAX,
        .max_queue = TRANSPORT_MAX + (1 << 20),
        .max_turn = 1 << 20,
    };
    child_init(&w->inner, &setup);
    transport_init(&w->later);
    return w;
}

static void release(struct wrap *w)
{
    calls_release(&w->calls);
    calls_release(&w->asks);
    leftover_release(w);
    transport_release(&w->later);
    cJSON_Delete(w->result);
    cJSON_Delete(w->folders);
    free(w->params);
    free(w->settings);
    free(w);
}

/* --- telling --- */

/* Once for every row of deaths. */
static void say(struct server *s, enum message_type type, const char *happened,
                const char *next)
{
    struct buf text;
    buf_init(&text, 1024);
    buf_printf(&text, "Switchyard: the language's server \"%.100s\" %s; %s",
               s->wrap->inner.setup.name, happened, next);
    server_say(s, type, buf_view(&text));
    buf_release(&text);
}

static void say_end(struct server *s, const char *happened)
{
    const struct child *inner = &s->wrap->inner;
    log_warn("wrap", "%s %s", inner->setup.name, happened);
    if (inner->state == CHILD_GIVEN_UP)
        say(s, MESSAGE_ERROR, happened,
            "it is left alone, completions go on without it");
    else if (inner->deaths == 1)
        say(s, MESSAGE_WARNING, happened, "it is started again");
}

/* --- initialize --- */

/* The editor's answer: what both serve, or we alone. */
static void welcome(struct server *s, const cJSON *theirs)
{
    struct wrap *w = s->wrap;
    struct rpc_id id = w->welcome;
    w->welcome.text[0] = '\0';
    if (theirs)
        merge_encoding(theirs, &s->client.encoding);
    server_welcome(s, &id, theirs);
}

static bool remember(struct server *s, const cJSON *params)
{
    struct wrap *w = s->wrap;
    struct buf text;
    cJSON *copy = cJSON_Duplicate(params, 1);
    merge_announce(copy);
    buf_init(&text, TRANSPORT_MAX);
    if (copy && json_print(&text, copy))
        w->params = buf_take(&text);
    w->folders = s->folders ? cJSON_Duplicate(s->folders, 1) : NULL;
    buf_release(&text);
    cJSON_Delete(copy);
    return w->params && w->folders;
}

bool wrap_initialize(struct server *s, const struct rpc_id *id,
                     const cJSON *params)
{
    struct wrap *w = s->wrap;
    struct rpc_id none = {{0}};
    struct why why = {{0}};
    w->welcome = *id;
    enum err e = params && !remember(s, params) ? ERR_MEMORY : OK;
    if (e || (e = child_start(&w->inner, s->now, &why))) {
        if (!why.text[0])
            why_set(&why, e, "%s", err_sentence(e));
        wrap_lost(s, &why);
        return true;
    }
    uint32_t number = calls_add(&w->calls, &none, CALL_INITIALIZE, s->now);
    wrap_request(s, number, "initialize", str_from(w->params));
    return true;
}

/* --- started again: what it missed --- */

static void replay_folders(struct server *s)
{
    struct wrap *w = s->wrap;
    struct buf text;
    if (cJSON_Compare(w->folders, s->folders, 1))
        return;
    buf_init(&text, TRANSPORT_MAX);
    buf_append(&text, STR("{\"event\":{\"added\":"));
    json_print(&text, s->folders);
    buf_append(&text, STR(",\"removed\":"));
    json_print(&text, w->folders);
    buf_append(&text, STR("}}"));
    if (!text.failed)
        wrap_notify(s, "workspace/didChangeWorkspaceFolders", buf_view(&text));
    buf_release(&text);
}

/* As the editor has it by now. One that is out of step with the editor's would
 * lead it astray. */
static void replay_document(struct server *s, const struct document *doc)
{
    struct buf text;
    if (doc->out_of_step)
        return;
    buf_init(&text, REPLAY_MAX);
    buf_append(&text, STR("{\"textDocument\":{\"uri\":"));
    json_print_str(&text, str_from(doc->uri));
    buf_append(&text, STR(",\"languageId\":"));
    json_print_str(&text, str_from(doc->language_id));
    buf_printf(&text, ",\"version\":%lld,\"text\":", (long long)doc->version);
    json_print_str(&text, text_view(&doc->text));
    buf_append(&text, STR("}}"));
    if (!text.failed)
        wrap_notify(s, "textDocument/didOpen", buf_view(&text));
    buf_release(&text);
}

static void replay(struct server *s)
{
    struct wrap *w = s->wrap;
    const struct map_slot *slot;
    size_t at = 0;
    wrap_catch_up(s);
    wrap_notify(s, "initialized", STR("{}"));
    if (w->settings)
        wrap_notify(s, "workspace/didChangeConfiguration",
                    str_from(w->settings));
    replay_folders(s);
    while (w->inner.state == CHILD_UP &&
           (slot = map_next(&s->documents.by_uri, &at)))
        replay_document(s, slot->value);
}

/* Its result; NULL, with the reason, when it refuses. */
static cJSON *read_result(const struct envelope *e, struct why *why)
{
    cJSON *json = NULL;
    struct why wrong;
    enum err bad =
        e->result.len ? json_parse_str(e->result, &json, &wrong) : ERR_REQUEST;
    if (cJSON_IsObject(json))
        return json;
    cJSON_Delete(json);
    if (!bad && e->result.len && !e->error.len)
        why_set(why, ERR_REQUEST, "answered initialize with no object");
    else if (json_parse_str(e->error, &json, &wrong))
        why_set(why, ERR_REQUEST, "answered initialize with what is no JSON");
    else
        why_set(why, ERR_REQUEST, "refused to initialize: %.200s",
                json_str(json_get(json, "message")).ptr
                    ? json_str(json_get(json, "message")).ptr
                    : "it gave no reason");
    if (e->error.len)
        cJSON_Delete(json);
    return NULL;
}

void wrap_initialized(struct server *s, const struct envelope *e)
{
    struct wrap *w = s->wrap;
    enum encoding encoding;
    struct why why;
    cJSON *result = read_result(e, &why);
    if (!result) {
        wrap_lost(s, &why);
        return;
    }
    bool known = merge_encoding(result, &encoding);
    if (!known)
        log_warn("wrap", "its positions are counted in a way of its own");
    child_is_up(&w->inner, s->now);
    if (!w->result) {
        w->result = result;
        welcome(s, result);
        return;
    }
    cJSON_Delete(result);
    log_info("wrap", "%s runs again", w->inner.setup.name);
    if (encoding == s->client.encoding) {
        replay(s);
        return;
    }
    why_set(&why, ERR_REQUEST, "came back with another position encoding");
    w->inner.deaths = CHILD_DEATHS_MAX;
    wrap_lost(s, &why);
}

/* --- its end --- */

static void answer_all(struct server *s, const char *happened)
{
    struct wrap *w = s->wrap;
    struct why why;
    struct call call;
    why_set(&why, ERR_SUPERSEDED, "the language's server %s", happened);
    while (calls_take_first(&w->calls, &call)) {
        if (call.kind == CALL_PASSED)
            server_refuse(s, &call.id, ERR_SUPERSEDED, why.text);
        else if (call.kind == CALL_SHUTDOWN)
            wrap_part(s, &call.id);
    }
    joints_lost(s);
}

/* The documents keep no marks of one that is not coming back. */
static void clear_marks(struct server *s)
{
    const struct map_slot *slot;
    size_t at = 0;
    while ((slot = map_next(&s->documents.by_uri, &at))) {
        const struct document *doc = slot->value;
        cJSON *params = cJSON_CreateObject();
        json_add_str(params, "uri", str_from(doc->uri));
        json_add(params, "diagnostics", cJSON_CreateArray());
        server_notify(s, "textDocument/publishDiagnostics", params);
    }
}

/* Before its first word it is not missed: we are a server without it. */
void wrap_lost(struct server *s, const struct why *why)
{
    struct wrap *w = s->wrap;
    bool first = w->welcome.text[0];
    const char *happened = why ? why->text : "did not shut down in time";
    child_fail(&w->inner, s->now, first || s->state == SERVER_SHUT);
    w->probed = false;
    answer_all(s, happened);
    leftover_end(s);
    if (s->state == SERVER_SHUT)
        return;
    if (w->inner.state == CHILD_GIVEN_UP)
        clear_marks(s);
    if (first)
        welcome(s, NULL);
    say_end(s, happened);
}

void wrap_give_up(struct server *s)
{
    struct wrap *w = s->wrap;
    if (!w)
        return;
    if (w->welcome.text[0])
        server_refuse(s, &w->welcome, ERR_SUPERSEDED, "the session is over");
    answer_all(s, "has to end");
    joints_end(s);
}

void wrap_end(struct server *s)
{
    struct wrap *w = s->wrap;
    if (!w)
        return;
    if (s->state == SERVER_SHUT)
        wrap_notify(s, "exit", STR("null"));
    child_release(&w->inner, wrap_time(s, "wrap.end_ms"));
    release(w);
    s->wrap = NULL;
}
