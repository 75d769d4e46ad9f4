/* From a message to its handler: a row for every method that is served. */
#include "base/log.h"
#include "server/server.h"

#include <stdlib.h>

enum when { BEFORE, RUNNING, ANYTIME };

struct row {
    const char *method;
    bool request;
    enum when when;
    handler_fn *handle;
};

static const struct row rows[] = {
    {"initialize", true, BEFORE, on_initialize},
    {"initialized", false, RUNNING, on_initialized},
    {"shutdown", true, RUNNING, on_shutdown},
    {"exit", false, ANYTIME, on_exit_notification},
    {"$/setTrace", false, RUNNING, on_set_trace},
    {"$/cancelRequest", false, RUNNING, on_cancel},
    {"textDocument/didOpen", false, RUNNING, on_did_open},
    {"textDocument/didChange", false, RUNNING, on_did_change},
    {"textDocument/didSave", false, RUNNING, on_did_save},
    {"textDocument/didClose", false, RUNNING, on_did_close},
    {"textDocument/completion", true, RUNNING, on_completion},
    {"textDocument/inlineCompletion", true, RUNNING, on_inline_completion},
    {"completionItem/resolve", true, RUNNING, on_resolve},
    {"textDocument/didShowCompletion", false, RUNNING, on_show},
    {"textDocument/didPartiallyAcceptCompletion", false, RUNNING,
     on_accept_partly},
    {"workspace/didChangeConfiguration", false, RUNNING,
     on_did_change_configuration},
    {"workspace/didChangeWorkspaceFolders", false, RUNNING,
     on_did_change_folders},
    {"workspace/executeCommand", true, RUNNING, on_execute_command},
    {"switchyard/explain", true, RUNNING, on_explain},
    {"switchyard/status", true, RUNNING, on_status},
};

static const struct row *find_row(struct str method)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_is(method, rows[i].method))
            return &rows[i];
    return NULL;
}

static void send_text(struct server *s, struct buf *text)
{
    log_trace("rpc", "out %.*s", STR_ARG(buf_view(text)));
    if (text->failed || transport_send(&s->transport, buf_view(text)))
        log_error("rpc", "a message was lost: the reader is stuck or there "
                         "is no memory");
    buf_release(text);
}

void server_answer(struct server *s, const struct rpc_id *id, cJSON *result)
{
    struct buf text;
    buf_init(&text, TRANSPORT_MAX);
    rpc_result(&text, id, result);
    cJSON_Delete(result);
    send_text(s, &text);
}

void server_refuse(struct server *s, const struct rpc_id *id, enum err e,
                   const char *sentence)
{
    struct buf text;
    buf_init(&text, TRANSPORT_MAX);
    rpc_error(&text, id, e, sentence);
    send_text(s, &text);
}

void server_notify(struct server *s, const char *method, cJSON *params)
{
    struct buf text;
    buf_init(&text, TRANSPORT_MAX);
    rpc_notify(&text, method, params);
    cJSON_Delete(params);
    send_text(s, &text);
}

void server_ask(struct server *s, const struct rpc_id *id, const char *method,
                cJSON *params)
{
    struct buf text;
    buf_init(&text, TRANSPORT_MAX);
    rpc_request(&text, id, method, params);
    cJSON_Delete(params);
    send_text(s, &text);
}

void server_say(struct server *s, enum message_type type, struct str text)
{
    if (s->said && str_is(text, s->said))
        return;
    free(s->said);
    s->said = str_dup(text);
    server_notify(s, "window/showMessage", protocol_message(type, text));
}

/* Why a request can't be served in this state; OK when it can. */
static enum err refusal(const struct server *s, const struct row *row)
{
    if (s->state == SERVER_SHUT)
        return ERR_REQUEST;
    if (row && row->when == BEFORE)
        return s->state == SERVER_STARTED ? OK : ERR_REQUEST;
    if (s->state == SERVER_STARTED)
        return ERR_UNINITIALIZED;
    return row && row->request ? OK : ERR_METHOD;
}

static void dispatch_request(struct server *s, const struct rpc_message *m)
{
    const struct row *row = find_row(m->method);
    enum err e = refusal(s, row);
    struct why why;
    if (!e) {
        row->handle(s, m);
        return;
    }
    why_set(&why, e, "%.*s: %s", STR_ARG(str_sub(m->method, 0, 100)),
            s->state == SERVER_SHUT ? "the server was shut down"
            : row && row->when == BEFORE
                ? "it may be sent once, and the server is initialized already"
                : err_sentence(e));
    server_refuse(s, &m->id, e, why.text);
}

static void dispatch_notification(struct server *s, const struct rpc_message *m)
{
    const struct row *row = find_row(m->method);
    if (!row) {
        log_debug("rpc", "no use for the notification %.*s",
                  STR_ARG(m->method));
        return;
    }
    /* Kate sends `shutdown` without an id. */
    bool fits = !row->request || row->handle == on_shutdown;
    if (row->when == ANYTIME ||
        (fits && row->when == RUNNING && s->state == SERVER_RUNNING))
        row->handle(s, m);
}

void server_dispatch(struct server *s, struct str body)
{
    struct rpc_message m;
    struct why why = {{0}};
    log_trace("rpc", "in %.*s", STR_ARG(body));
    enum err e = rpc_parse(body, &m, &why);
    if (e) {
        server_refuse(s, m.id.text[0] ? &m.id : NULL, e, why.text);
    } else if (m.kind == RPC_REQUEST) {
        dispatch_request(s, &m);
    } else if (m.kind == RPC_NOTIFICATION) {
        dispatch_notification(s, &m);
    } else {
        server_progress_answered(s, &m);
    }
    rpc_release(&m);
}
