/* What passes through, and what does not. */
#include "server/wrap.h"
#include "base/log.h"
#include "lsp/scan.h"
#include "server/server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- to the inner server --- */

bool wrap_send(struct server *s, const struct str *parts, size_t n)
{
    struct why why;
    if (!child_runs(&s->wrap->inner))
        return false;
    if (!child_send(&s->wrap->inner, parts, n, s->now, &why))
        return true;
    wrap_lost(s, &why);
    return false;
}

bool wrap_notify(struct server *s, const char *method, struct str params)
{
    struct str parts[] = {STR("{\"jsonrpc\":\"2.0\",\"method\":\""),
                          str_from(method), STR("\",\"params\":"),
                          params.len ? params : STR("null"), STR("}")};
    return wrap_send(s, parts, sizeof parts / sizeof *parts);
}

/* In place of a number, its digits. */
struct digits {
    char text[16];
};

static struct str print_number(uint32_t number, struct digits *out)
{
    snprintf(out->text, sizeof out->text, "%" PRIu32, number);
    return str_from(out->text);
}

bool wrap_request(struct server *s, uint32_t number, const char *method,
                  struct str params)
{
    struct digits digits;
    struct str parts[] = {STR("{\"jsonrpc\":\"2.0\",\"id\":"),
                          print_number(number, &digits),
                          STR(",\"method\":\""),
                          str_from(method),
                          params.len ? STR("\",\"params\":") : STR("\""),
                          params,
                          STR("}")};
    return number && wrap_send(s, parts, sizeof parts / sizeof *parts);
}

void wrap_forward(struct server *s, struct str body, const struct envelope *e,
                  uint32_t number)
{
    struct digits digits;
    struct str parts[3];
    envelope_with_id(body, e, print_number(number, &digits), parts);
    s->wrap->passed = s->now;
    wrap_send(s, parts, 3);
}

static void ask(struct server *s, struct str body, const struct envelope *e,
                const struct rpc_id *id)
{
    uint32_t number = calls_add(&s->wrap->calls, id, CALL_PASSED, s->now);
    if (!number) {
        server_refuse(s, id, ERR_SUPERSEDED,
                      "too many requests wait for the language's server");
        return;
    }
    wrap_forward(s, body, e, number);
}

void wrap_cancel(struct server *s, uint32_t number)
{
    char params[32];
    snprintf(params, sizeof params, "{\"id\":%" PRIu32 "}", number);
    wrap_notify(s, "$/cancelRequest", str_from(params));
}

/* --- what concerns us, too --- */

bool wrap_catch_up_once(struct server *s)
{
    struct wrap *w = s->wrap;
    struct str body;
    struct why why;
    if (!w || transport_next(&w->later, &body, &why))
        return false;
    server_dispatch(s, body);
    w->wanted = w->wanted && transport_unread(&w->later);
    return true;
}

void wrap_catch_up(struct server *s)
{
    while (wrap_catch_up_once(s))
        ;
}

/* Behind all that came before it. */
static void read_now(struct server *s, struct str body)
{
    wrap_catch_up(s);
    server_dispatch(s, body);
}

/* A frame as it came, so that a transport keeps them apart. */
static bool leave_for_later(struct wrap *w, struct str body)
{
    char head[48];
    int n = snprintf(head, sizeof head, "Content-Length: %zu\n\n", body.len);
    struct buf *in = &w->later.in;
    if (body.len > TRANSPORT_MAX / 2 || in->len > TRANSPORT_MAX / 2)
        return false;
    return !transport_feed(&w->later, (struct str){head, (size_t)n}) &&
           !transport_feed(&w->later, body);
}

/* --- from the editor, by method --- */

typedef void way_fn(struct server *s, struct str body, const struct envelope *e,
                    const struct rpc_id *id);

static void take_own(struct server *s, struct str body,
                     const struct envelope *e, const struct rpc_id *id)
{
    (void)e;
    (void)id;
    read_now(s, body);
}

/* What it tells while the inner server is away is told again once that is
 * back, as far as it matters by then. */
static void pass(struct server *s, struct str body, const struct envelope *e,
                 const struct rpc_id *id)
{
    bool up = s->wrap->inner.state == CHILD_UP;
    if (e->kind == RPC_NOTIFICATION && up)
        wrap_send(s, &body, 1);
    else if (e->kind == RPC_REQUEST && up)
        ask(s, body, e, id);
    else if (e->kind == RPC_REQUEST)
        server_refuse(s, id, ERR_SUPERSEDED,
                      "the language's server does not run");
}

/* Once all that passes through is out. */
static void read_later(struct server *s, struct str body)
{
    if (!leave_for_later(s->wrap, body)) {
        wrap_flush(s);
        read_now(s, body);
    }
}

/* First theirs, who is not kept waiting by what we do with it; nor is a
 * request behind it. */
static void take_both(struct server *s, struct str body,
                      const struct envelope *e, const struct rpc_id *id)
{
    pass(s, body, e, id);
    s->wrap->passed = s->now;
    read_later(s, body);
}

static void take_settings(struct server *s, struct str body,
                          const struct envelope *e, const struct rpc_id *id)
{
    free(s->wrap->settings);
    s->wrap->settings = str_dup(e->params);
    take_both(s, body, e, id);
}

/* What carries our command is ours: an item to resolve, a command to run. */
static void take_one(struct server *s, struct str body,
                     const struct envelope *e, const struct rpc_id *id)
{
    if (str_find(e->params, str_from(s->command)) != STR_NONE)
        take_own(s, body, e, id);
    else
        pass(s, body, e, id);
}

static void take_completion(struct server *s, struct str body,
                            const struct envelope *e, const struct rpc_id *id)
{
    bool inline_request = !strcmp(e->method, "textDocument/inlineCompletion");
    joint_begin(s, body, e, id, inline_request);
    s->wrap->wanted = true;
    read_later(s, body);
}

static void take_cancel(struct server *s, struct str body,
                        const struct envelope *e, const struct rpc_id *id)
{
    struct rpc_id meant;
    (void)id;
    struct call *call = rpc_id_read(scan_get(e->params, "id"), &meant)
                            ? calls_find_id(&s->wrap->calls, &meant)
                            : NULL;
    if (call)
        wrap_cancel(s, call->number);
    read_later(s, body);
}

/* Ours is over at once; the answer comes when theirs is. Kate sends it without
 * an id. */
static void take_shutdown(struct server *s, struct str body,
                          const struct envelope *e, const struct rpc_id *id)
{
    struct wrap *w = s->wrap;
    uint32_t number = child_runs(&w->inner)
                          ? calls_add(&w->calls, id, CALL_SHUTDOWN, s->now)
                          : 0;
    if (!number) {
        take_own(s, body, e, id);
        return;
    }
    wrap_catch_up(s);
    w->parting = true;
    w->parted_by = s->now + wrap_time(s, "wrap.end_ms");
    server_shut(s);
    wrap_request(s, number, "shutdown", (struct str){0});
}

static const struct way {
    const char *method;
    way_fn *take;
} ways[] = {
    {"initialize", take_own},
    {"initialized", take_both},
    {"shutdown", take_shutdown},
    {"exit", take_own},
    {"$/setTrace", take_both},
    {"$/cancelRequest", take_cancel},
    {"textDocument/didOpen", take_both},
    {"textDocument/didChange", take_both},
    {"textDocument/didSave", take_both},
    {"textDocument/didClose", take_both},
    {"textDocument/completion", take_completion},
    {"textDocument/inlineCompletion", take_completion},
    {"completionItem/resolve", take_one},
    {"textDocument/didShowCompletion", take_one},
    {"textDocument/didPartiallyAcceptCompletion", take_one},
    {"workspace/executeCommand", take_one},
    {"workspace/didChangeConfiguration", take_settings},
    {"workspace/didChangeWorkspaceFolders", take_both},
    {"switchyard/explain", take_own},
    {"switchyard/status", take_own},
};

static way_fn *find_way(const char *method)
{
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (!strcmp(method, ways[i].method))
            return ways[i].take;
    return pass;
}

/* An answer to one that has ended since finds nobody. Ours asks under names,
 * not numbers. */
static void take_answer(struct server *s, struct str body,
                        const struct envelope *e)
{
    struct call ask;
    struct str parts[3];
    if (!calls_take(&s->wrap->asks, envelope_number(e->id), &ask)) {
        read_now(s, body);
        return;
    }
    if (ask.kind == CALL_DROPPED)
        return;
    envelope_with_id(body, e, str_from(ask.id.text), parts);
    wrap_send(s, parts, 3);
}

void wrap_from_editor(struct server *s, struct str body)
{
    struct envelope e;
    struct rpc_id id = {{0}};
    struct why why;
    bool readable = !envelope_read(body, &e, &why) &&
                    (e.kind != RPC_REQUEST || rpc_id_read(e.id, &id));
    if (readable && e.kind == RPC_RESPONSE)
        take_answer(s, body, &e);
    else if (!readable || s->state != SERVER_RUNNING || !s->wrap->result)
        read_now(s, body);
    else
        find_way(e.method)(s, body, &e, &id);
}

bool wrap_holds(const struct server *s)
{
    return s->wrap && s->wrap->welcome.text[0];
}

/* --- from the inner server --- */

static void lose(void)
{
    log_error("wrap", "a message was lost: the reader is stuck or there is no "
                      "memory");
}

void wrap_answer(struct server *s, struct str body, const struct envelope *e,
                 const struct rpc_id *id)
{
    struct str parts[3];
    envelope_with_id(body, e, str_from(id->text), parts);
    if (transport_send_parts(&s->transport, parts, 3))
        lose();
}

void wrap_part(struct server *s, const struct rpc_id *id)
{
    s->wrap->parting = false;
    if (id->text[0])
        server_answer(s, id, NULL);
}

static void answered(struct server *s, struct str body,
                     const struct envelope *e)
{
    struct call call;
    uint32_t number = envelope_number(e->id);
    if (!calls_take(&s->wrap->calls, number, &call)) {
        log_warn("wrap", "an answer to what was not asked: id %.*s",
                 STR_ARG(str_sub(e->id, 0, 40)));
        return;
    }
    if (!s->wrap->calls.n)
        s->wrap->passed = 0;
    switch (call.kind) {
    case CALL_PASSED:
        wrap_answer(s, body, e, &call.id);
        break;
    case CALL_JOINED:
        joint_theirs(s, number, body, e);
        break;
    case CALL_INITIALIZE:
        wrap_initialized(s, e);
        break;
    case CALL_SHUTDOWN:
        wrap_part(s, &call.id);
        break;
    case CALL_DROPPED:
        break;
    }
}

static void asked(struct server *s, struct str body, const struct envelope *e)
{
    struct digits digits;
    struct rpc_id id;
    struct str parts[3];
    uint32_t number = rpc_id_read(e->id, &id)
                          ? calls_add(&s->wrap->asks, &id, CALL_PASSED, s->now)
                          : 0;
    if (!number) {
        log_warn("wrap", "%s: its request %s can't be passed on",
                 s->wrap->inner.setup.name, e->method);
        return;
    }
    envelope_with_id(body, e, print_number(number, &digits), parts);
    if (transport_send_parts(&s->transport, parts, 3))
        lose();
}

/* It takes back what it asked the editor. */
static void took_back(struct server *s, const struct envelope *e)
{
    struct rpc_id id;
    struct call *ask = rpc_id_read(scan_get(e->params, "id"), &id)
                           ? calls_find_id(&s->wrap->asks, &id)
                           : NULL;
    if (!ask)
        return;
    cJSON *params = cJSON_CreateObject();
    json_add(params, "id", cJSON_CreateNumber(ask->number));
    server_notify(s, "$/cancelRequest", params);
}

void wrap_from_inner(struct server *s, struct str body)
{
    struct envelope e;
    struct why why;
    log_trace("wrap", "from the inner server: %.*s", STR_ARG(body));
    if (envelope_read(body, &e, &why)) {
        log_warn("wrap", "%s: %s", s->wrap->inner.setup.name, why.text);
        s->wrap->inner.garbage++;
        return;
    }
    if (e.kind != RPC_RESPONSE)
        leftover_note(s->wrap, &e);
    if (e.kind == RPC_RESPONSE)
        answered(s, body, &e);
    else if (e.kind == RPC_REQUEST)
        asked(s, body, &e);
    else if (!strcmp(e.method, "$/cancelRequest"))
        took_back(s, &e);
    else if (transport_send(&s->transport, body))
        lose();
}
