/* switchyard/explain: the decision for a cursor, without sending. */
#include "complete/explain.h"
#include "complete/plugins.h"
#include "complete/trigger.h"
#include "doc/query.h"
#include "server/server.h"

#include <stdlib.h>
#include <time.h>

enum { QUESTION_PAUSE_MS = 2 }; /* between looks at what is not ready */

/* What is known while a router makes up its mind. */
struct explained {
    struct table *table; /* of the decision */
    struct ask ask;
    struct observation seen;
    struct decision decision;
    uint64_t choosing; /* 0: there is nothing to wait for */
    usec until;
};

static void release(struct server *s, struct question *q)
{
    if (q->routed && s->engine)
        plugins_forget(engine_plugins(s->engine), q->routed->choosing, s->now);
    if (q->routed)
        table_unref(q->routed->table);
    free(q->routed);
    free(q->uri);
    *q = (struct question){0};
}

static struct explained *explain(struct server *s, struct document *doc,
                                 const struct question *q)
{
    struct explained *x = calloc(1, sizeof *x);
    struct str text = text_view(&doc->text);
    struct why why;
    if (!x)
        return NULL;
    x->ask = (struct ask){
        .doc = doc,
        .offset =
            position_to_offset(&doc->text, q->position, s->client.encoding),
        .trigger = q->trigger,
        .root = str_from(s->root),
        .branch = branch_of(&s->branch, str_from(s->root), s->now),
        .wall = (int64_t)time(NULL),
    };
    x->table = table_ref(s->table);
    engine_explain(s->engine, &x->ask, s->now, &x->seen, &x->decision);
    struct selection selection = {
        &x->decision, &x->seen.task, str_sub(text, 0, x->ask.offset),
        str_sub(text, x->ask.offset, text.len), engine_fleet(s->engine)};
    x->choosing =
        plugins_select(engine_plugins(s->engine), &selection, s->now, &why);
    decision_unrouted(&x->decision, &why);
    return x;
}

/* Whether the router has chosen, or is not waited for. */
static bool is_routed(struct server *s, struct explained *x)
{
    if (x->choosing &&
        !plugins_chosen(engine_plugins(s->engine), x->choosing, x->table,
                        engine_fleet(s->engine), &x->seen.task, s->now,
                        &x->decision, &x->until))
        return false;
    x->choosing = 0;
    return true;
}

void on_explain(struct server *s, const struct rpc_message *m)
{
    struct position_params at;
    struct why why = {{0}};
    struct question *q = NULL;
    server_reconfigure_if_changed(s);
    enum err e = protocol_position(m->params, &s->client, false, &at, &why);
    for (size_t i = 0; i < QUESTIONS_MAX && !q; i++)
        if (!s->questions[i].uri)
            q = &s->questions[i];
    if (!e && !documents_find(&s->documents, at.uri))
        e = why_set(&why, ERR_PARAMS, "%.*s is not open",
                    STR_ARG(str_sub(at.uri, 0, 300)));
    if (!e && (!q || !(q->uri = str_dup(at.uri))))
        e = why_set(&why, ERR_TOO_LARGE, "%d explanations wait already",
                    QUESTIONS_MAX);
    if (e) {
        server_refuse(s, &m->id, e, why.text);
        return;
    }
    q->id = m->id;
    q->position = at.position;
    q->trigger = at.invoked ? TRIGGER_INVOKED : TRIGGER_AUTOMATIC;
    server_answer_questions(s);
}

/* True when it has its answer. */
static bool answer(struct server *s, struct question *q, struct document *doc,
                   bool at_once)
{
    if (!q->routed && !(q->routed = explain(s, doc, q))) {
        server_refuse(s, &q->id, ERR_MEMORY, err_sentence(ERR_MEMORY));
        return true;
    }
    struct explained *x = q->routed;
    if (!is_routed(s, x) && !at_once)
        return false;
    if (x->decision.routed.text[0]) /* another may be the first by now */
        expect(&x->ask, engine_fleet(s->engine), &x->seen, &x->decision);
    server_answer(s, &q->id,
                  explain_json(x->table, &x->ask, &x->seen, &x->decision,
                               engine_usage(s->engine),
                               engine_fleet(s->engine)));
    return true;
}

/* `at_once`: without waiting for the queries of a language that was not seen
 * before, nor for a router; the text is about to change. */
static void answer_questions(struct server *s, bool at_once)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++) {
        struct question *q = &s->questions[i];
        if (!q->uri)
            continue;
        struct document *doc = documents_find(&s->documents, str_from(q->uri));
        if (doc && (!tree_settled(&doc->tree) ||
                    (!at_once && !queries_ready(doc->language))))
            continue;
        if (!doc || !s->engine)
            server_refuse(s, &q->id, ERR_CANCELLED, "the document was closed");
        else if (!answer(s, q, doc, at_once))
            continue;
        release(s, q);
    }
}

void server_answer_questions(struct server *s)
{
    answer_questions(s, false);
}

usec server_questions_next(const struct server *s)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (s->questions[i].uri)
            return s->now + MSEC(QUESTION_PAUSE_MS);
    return USEC_NEVER;
}

void server_settle_questions(struct server *s, struct document *doc)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (s->questions[i].uri &&
            str_is(str_from(doc->uri), s->questions[i].uri))
            document_parse(doc, 0);
    answer_questions(s, true);
}

bool server_cancel_question(struct server *s, const struct rpc_id *id)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++) {
        struct question *q = &s->questions[i];
        if (!q->uri || (id && !rpc_id_eq(&q->id, id)))
            continue;
        server_refuse(s, &q->id, ERR_CANCELLED, err_sentence(ERR_CANCELLED));
        release(s, q);
        if (id)
            return true;
    }
    return false;
}
