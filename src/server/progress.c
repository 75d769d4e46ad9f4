/*
 * What the editor shows of work that takes long: the built-in model reads a
 * large workspace for the first time; a model of this machine is being loaded.
 * Of each:
 *
 *   NONE --long under way--> ASKED --token created--> SHOWN --over--> NONE
 *                              +-- refused --> OVER --over--> NONE
 *
 * Only where the client announced it (LSP 3.18, window.workDoneProgress).
 */
#include "complete/warm.h"
#include "server/server.h"

#include <stdio.h>
#include <string.h>

enum {
    PATIENCE_MS = 500, /* what is over within that is not worth a word */
    PAUSE_MS = 250     /* between two reports */
};

struct job {
    const char *name, *title;
    bool measured; /* a share of it is done */
    /* Whether it is under way, and how far it is. */
    bool (*look)(struct server *s, struct progress *p);
    /* How it ended. */
    void (*conclude)(struct server *s, struct progress *p);
};

/* --- reading the workspace */

static bool look_at_reading(struct server *s, struct progress *p)
{
    struct reader_progress r;
    if (!engine_is_reading(s->engine, &r))
        return false;
    if (!p->began)
        p->began = s->now;
    p->last = r;
    p->worth_it = r.files < r.of / 2;
    p->percentage = r.of ? (unsigned)(100 * r.files / r.of) : 0;
    snprintf(p->message, sizeof p->message, "%zu of %zu files", r.files, r.of);
    return true;
}

static void conclude_reading(struct server *s, struct progress *p)
{
    (void)s;
    snprintf(p->message, sizeof p->message, "%.1f MB of code read%s",
             (double)p->last.bytes / 1e6,
             p->last.sampled ? ", those nearest and changed last" : "");
}

/* --- loading models */

static bool look_at_loading(struct server *s, struct progress *p)
{
    struct warm_loading l;
    if (!warm_is_loading(engine_warm(s->engine), &l))
        return false;
    p->began = l.since;
    p->worth_it = true;
    snprintf(p->model, sizeof p->model, "%.*s", STR_ARG(l.model));
    if (l.others)
        snprintf(p->message, sizeof p->message, "%s, and %zu more", p->model,
                 l.others);
    else
        snprintf(p->message, sizeof p->message, "%s", p->model);
    return true;
}

static void conclude_loading(struct server *s, struct progress *p)
{
    const struct model *m = table_model(s->table, str_from(p->model));
    bool ready = m && warm_of(engine_warm(s->engine), m, s->now) == WARM_READY;
    snprintf(p->message, sizeof p->message, "%s %s", p->model,
             ready ? "is ready"
             : m   ? "does not answer"
                   : "is not needed any more");
}

static const struct job jobs[PROGRESS_JOBS] = {
    [PROGRESS_READING] = {"read", "Switchyard reads the workspace", true,
                          look_at_reading, conclude_reading},
    [PROGRESS_LOADING] = {"load", "Switchyard has a model loaded", false,
                          look_at_loading, conclude_loading},
};

/* --- of any */

static struct rpc_id id_of(const struct progress *p)
{
    struct rpc_id id;
    snprintf(id.text, sizeof id.text, "\"switchyard.progress.%u\"", p->number);
    return id;
}

static void token_of(const struct progress *p, const struct job *j,
                     char token[64])
{
    snprintf(token, 64, "switchyard.%s.%u", j->name, p->number);
}

static void ask(struct server *s, struct progress *p, const struct job *j)
{
    char token[64];
    p->number = ++s->progress_number;
    struct rpc_id id = id_of(p);
    token_of(p, j, token);
    p->state = PROGRESS_ASKED;
    server_ask(s, &id, "window/workDoneProgress/create",
               protocol_progress_create(token));
}

static void tell(struct server *s, struct progress *p, const struct job *j,
                 enum progress_kind kind)
{
    char token[64];
    token_of(p, j, token);
    p->told = s->now;
    server_notify(
        s, "$/progress",
        protocol_progress(token, kind, kind == PROGRESS_BEGIN ? j->title : NULL,
                          p->message, j->measured ? (int)p->percentage : -1));
}

void server_progress_answered(struct server *s, const struct rpc_message *m)
{
    for (size_t i = 0; i < PROGRESS_JOBS; i++) {
        struct progress *p = &s->progress[i];
        struct rpc_id ours = id_of(p);
        if (p->state != PROGRESS_ASKED || !rpc_id_eq(&m->id, &ours))
            continue;
        p->state = m->error ? PROGRESS_OVER : PROGRESS_SHOWN;
        if (p->state == PROGRESS_SHOWN)
            tell(s, p, &jobs[i], PROGRESS_BEGIN);
    }
}

static void end(struct server *s, struct progress *p, const struct job *j)
{
    if (p->state == PROGRESS_SHOWN) {
        j->conclude(s, p);
        tell(s, p, j, PROGRESS_END);
    }
    p->began = 0;
    /* An answer may be on its way still: then it is shown and ended. */
    if (p->state != PROGRESS_ASKED)
        p->state = PROGRESS_NONE;
}

static void look_at(struct server *s, struct progress *p, const struct job *j)
{
    if (!j->look(s, p)) {
        if (p->began || p->state == PROGRESS_SHOWN)
            end(s, p, j);
        return;
    }
    bool is_long = s->now >= p->began + MSEC(PATIENCE_MS) && p->worth_it;
    if (p->state == PROGRESS_NONE && is_long)
        ask(s, p, j);
    else if (p->state == PROGRESS_SHOWN && j->measured &&
             s->now >= p->told + MSEC(PAUSE_MS))
        tell(s, p, j, PROGRESS_REPORT);
}

void server_look_at_progress(struct server *s)
{
    if (!s->client.progress || s->state != SERVER_RUNNING || !s->engine)
        return;
    for (size_t i = 0; i < PROGRESS_JOBS; i++)
        look_at(s, &s->progress[i], &jobs[i]);
}

/* Reading keeps the loop awake; who is being loaded does not. */
usec server_progress_next(const struct server *s)
{
    const struct progress *p = &s->progress[PROGRESS_LOADING];
    return p->began && p->state == PROGRESS_NONE ? p->began + MSEC(PATIENCE_MS)
                                                 : USEC_NEVER;
}
