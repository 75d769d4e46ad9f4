/*
 * Completions that both servers are asked for, as one answer.
 *
 * The menu: theirs is there as fast as it always was; ours joins it when it is
 * there by then, or within a short time of the request. What comes later is
 * kept by the engine, and the list is marked incomplete, so that the next key
 * asks again. Where theirs is empty, ours has all its time; where theirs takes
 * very long, ours is shown alone.
 *
 * Inline completion is a model's work on both sides: whoever has something
 * first waits a short time for the other.
 */
#include "lsp/join.h"
#include "lsp/merge.h"
#include "server/server.h"
#include "server/wrap.h"

#include <stdlib.h>
#include <string.h>

static struct joint *find_id(const struct server *s, const struct rpc_id *id)
{
    for (size_t i = 0; s->wrap && i < JOINTS_MAX; i++)
        if (rpc_id_eq(&s->wrap->joints[i].id, id))
            return &s->wrap->joints[i];
    return NULL;
}

static struct joint *find_call(const struct server *s, uint32_t number)
{
    for (size_t i = 0; i < JOINTS_MAX; i++)
        if (s->wrap->joints[i].call == number)
            return &s->wrap->joints[i];
    return NULL;
}

static bool has_item(const cJSON *list)
{
    const cJSON *items = json_get(list, "items");
    return items && items->child;
}

static bool is_last(const struct server *s)
{
    return str_is(json_str(json_at(s->config.json, "wrap.place")), "last");
}

/* --- the answer --- */

static void release(struct joint *j)
{
    cJSON_Delete(j->ours);
    buf_release(&j->theirs);
    *j = (struct joint){0};
}

/* Theirs, `e` in `body`, with ours in it. */
static void send_both(struct server *s, struct joint *j, struct str body,
                      const struct envelope *e)
{
    struct join join = {.inline_request = j->inline_request,
                        .theirs = e->result,
                        .ours = j->ours,
                        .last = is_last(s)};
    struct buf text;
    buf_init(&text, TRANSPORT_MAX);
    buf_printf(&text, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":", j->id.text);
    bool ok = join_lists(&text, &join) && buf_append_char(&text, '}') &&
              !transport_send(&s->transport, buf_view(&text));
    if (!ok)
        wrap_answer(s, body, e, &j->id);
    buf_release(&text);
}

/* Answer with what is there; `body` and `e` are theirs, or NULL. */
static void finish(struct server *s, struct joint *j, struct str body,
                   const struct envelope *e)
{
    bool theirs = e && e->result.len && !join_is_empty(e->result);
    bool to_come = j->ours_waits && !j->inline_request;
    struct call *call = calls_find(&s->wrap->calls, j->call);
    if (j->ours_waits)
        server_let_go(s, &j->id);
    if (call) {
        call->kind = CALL_DROPPED;
        wrap_cancel(s, call->number);
    }
    if (theirs && (has_item(j->ours) || to_come)) {
        send_both(s, j, body, e);
    } else if (e && !has_item(j->ours)) {
        wrap_answer(s, body, e, &j->id);
    } else {
        server_answer(s, &j->id, j->ours);
        j->ours = NULL;
    }
    release(j);
}

/* What was kept of theirs, as it was. */
static void finish_kept(struct server *s, struct joint *j)
{
    struct envelope e;
    struct why why;
    struct str body = buf_view(&j->theirs);
    if (body.len && !envelope_read(body, &e, &why))
        finish(s, j, body, &e);
    else
        finish(s, j, body, NULL);
}

static void keep(struct server *s, struct joint *j, struct str body,
                 const struct envelope *e)
{
    buf_init(&j->theirs, TRANSPORT_MAX);
    if (!buf_append(&j->theirs, body))
        finish(s, j, body, e);
}

/* Not before we have read it ourselves, or its answer would be our second. */
static bool is_due(const struct server *s, const struct joint *j)
{
    return s->now >= j->deadline && !(j->ours_waits && s->wrap->wanted);
}

/* --- from here and there --- */

bool joint_begin(struct server *s, struct str body, const struct envelope *e,
                 const struct rpc_id *id, bool inline_request)
{
    struct wrap *w = s->wrap;
    struct rpc_id none = {{0}};
    struct joint *j = find_id(s, &none);
    if (!j || w->inner.state != CHILD_UP ||
        !merge_serves(w->result, inline_request) ||
        (!inline_request && !merge_is_asked(w->result, e->params)))
        return false;
    *j = (struct joint){.id = *id,
                        .ours_waits = true,
                        .inline_request = inline_request,
                        .asked = s->now,
                        .deadline = USEC_NEVER};
    j->call = calls_add(&w->calls, id, CALL_JOINED, s->now);
    uint32_t number = j->call;
    if (!number) {
        release(j);
        return false;
    }
    wrap_forward(s, body, e, number);
    return true;
}

bool server_join(struct server *s, const struct rpc_id *id, cJSON *list)
{
    struct joint *j = find_id(s, id);
    if (!j)
        return false;
    j->ours_waits = false;
    j->ours = list;
    if (!j->call)
        finish_kept(s, j);
    else if (has_item(list))
        j->deadline =
            s->now + wrap_time(s, j->inline_request ? "wrap.wait_ms"
                                                    : "wrap.patience_ms");
    return true;
}

void joint_theirs(struct server *s, uint32_t number, struct str body,
                  const struct envelope *e)
{
    struct joint *j = find_call(s, number);
    if (!j)
        return;
    j->call = 0;
    bool empty = !e->result.len || join_is_empty(e->result);
    j->deadline = empty ? USEC_NEVER
                        : (j->inline_request ? s->now : j->asked) +
                              wrap_time(s, "wrap.wait_ms");
    if (!j->ours_waits || is_due(s, j))
        finish(s, j, body, e);
    else
        keep(s, j, body, e);
}

void joints_lost(struct server *s)
{
    for (size_t i = 0; i < JOINTS_MAX; i++) {
        struct joint *j = &s->wrap->joints[i];
        if (!j->call)
            continue;
        j->call = 0;
        j->deadline = USEC_NEVER;
        if (!j->ours_waits)
            finish_kept(s, j);
    }
}

/* --- in the loop --- */

usec joints_next(const struct server *s)
{
    usec next = USEC_NEVER;
    for (size_t i = 0; i < JOINTS_MAX; i++) {
        const struct joint *j = &s->wrap->joints[i];
        if (j->id.text[0] && j->deadline < next)
            next = j->deadline;
    }
    return next;
}

void joints_tick(struct server *s)
{
    for (size_t i = 0; i < JOINTS_MAX; i++) {
        struct joint *j = &s->wrap->joints[i];
        if (j->id.text[0] && is_due(s, j))
            finish_kept(s, j);
    }
}

void joints_end(struct server *s)
{
    for (size_t i = 0; i < JOINTS_MAX; i++)
        if (s->wrap->joints[i].id.text[0])
            finish_kept(s, &s->wrap->joints[i]);
}
