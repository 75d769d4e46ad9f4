/*
 * What the editor shows while the built-in model reads a large workspace for
 * the first time:
 *
 *   NONE --long under way--> ASKED --token created--> SHOWN --read--> NONE
 *                              +-- refused --> OVER --read--> NONE
 *
 * Only where the client announced it (LSP 3.18, window.workDoneProgress).
 */
#include "server/server.h"

#include <stdio.h>
#include <string.h>

enum {
    PATIENCE_MS = 500, /* what is read within that is not worth a word */
    PAUSE_MS = 250     /* between two reports */
};

static struct rpc_id id_of(const struct progress *p)
{
    struct rpc_id id;
    snprintf(id.text, sizeof id.text, "\"switchyard.progress.%u\"", p->number);
    return id;
}

static void token_of(const struct progress *p, char token[64])
{
    snprintf(token, 64, "switchyard.read.%u", p->number);
}

static void ask(struct server *s)
{
    struct progress *p = &s->progress;
    char token[64];
    p->number++;
    struct rpc_id id = id_of(p);
    token_of(p, token);
    p->state = PROGRESS_ASKED;
    server_ask(s, &id, "window/workDoneProgress/create",
               protocol_progress_create(token));
}

static unsigned percentage(const struct reader_progress *r)
{
    return r->of ? (unsigned)(100 * r->files / r->of) : 0;
}

static void tell(struct server *s, enum progress_kind kind)
{
    struct progress *p = &s->progress;
    char token[64], message[100];
    token_of(p, token);
    if (kind == PROGRESS_END)
        snprintf(message, sizeof message, "%.1f MB of code read%s",
                 (double)p->last.bytes / 1e6,
                 p->last.sampled ? ", those nearest and changed last" : "");
    else
        snprintf(message, sizeof message, "%zu of %zu files", p->last.files,
                 p->last.of);
    p->told = s->now;
    server_notify(s, "$/progress",
                  protocol_progress(token, kind,
                                    kind == PROGRESS_BEGIN
                                        ? "Switchyard reads the workspace"
                                        : NULL,
                                    message, percentage(&p->last)));
}

void server_progress_answered(struct server *s, const struct rpc_message *m)
{
    struct rpc_id id, ours = id_of(&s->progress);
    if (s->progress.state != PROGRESS_ASKED || !rpc_id_from(m->id, &id) ||
        !rpc_id_eq(&id, &ours))
        return;
    s->progress.state = m->error ? PROGRESS_OVER : PROGRESS_SHOWN;
    if (s->progress.state == PROGRESS_SHOWN)
        tell(s, PROGRESS_BEGIN);
}

static void end(struct server *s)
{
    struct progress *p = &s->progress;
    if (p->state == PROGRESS_SHOWN)
        tell(s, PROGRESS_END);
    p->began = 0;
    /* An answer may be on its way still: then it is shown and ended. */
    if (p->state != PROGRESS_ASKED)
        p->state = PROGRESS_NONE;
}

static bool is_long(const struct server *s, const struct reader_progress *r)
{
    return s->now >= s->progress.began + MSEC(PATIENCE_MS) &&
           r->files < r->of / 2;
}

void server_look_at_progress(struct server *s)
{
    struct progress *p = &s->progress;
    struct reader_progress now;
    if (!s->client.progress || s->state != SERVER_RUNNING || !s->engine)
        return;
    if (!engine_is_reading(s->engine, &now)) {
        if (p->began || p->state == PROGRESS_SHOWN)
            end(s);
        return;
    }
    if (!p->began)
        p->began = s->now;
    p->last = now;
    if (p->state == PROGRESS_NONE && is_long(s, &now))
        ask(s);
    else if (p->state == PROGRESS_SHOWN && s->now >= p->told + MSEC(PAUSE_MS))
        tell(s, PROGRESS_REPORT);
}
