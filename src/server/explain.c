/* switchyard/explain: the decision for a cursor, without sending. */
#include "complete/explain.h"
#include "doc/query.h"
#include "server/server.h"

#include <stdlib.h>
#include <time.h>

enum { QUESTION_PAUSE_MS = 2 }; /* between looks at what is not ready */

static void release(struct question *q)
{
    free(q->uri);
    *q = (struct question){0};
}

static cJSON *explain(struct server *s, struct document *doc,
                      const struct question *q)
{
    struct observation seen;
    struct decision decision;
    struct ask ask = {
        .doc = doc,
        .offset =
            position_to_offset(&doc->text, q->position, s->client.encoding),
        .trigger = q->trigger,
        .root = str_from(s->root),
        .branch = branch_of(&s->branch, str_from(s->root), s->now),
        .wall = (int64_t)time(NULL),
    };
    engine_explain(s->engine, &ask, s->now, &seen, &decision);
    return explain_json(s->table, &ask, &seen, &decision,
                        engine_usage(s->engine), engine_fleet(s->engine));
}

void on_explain(struct server *s, const struct rpc_message *m)
{
    struct position_params at;
    struct rpc_id id;
    struct why why = {{0}};
    struct question *q = NULL;
    rpc_id_from(m->id, &id);
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
        server_refuse(s, &id, e, why.text);
        return;
    }
    q->id = id;
    q->position = at.position;
    q->trigger = at.invoked ? TRIGGER_INVOKED : TRIGGER_AUTOMATIC;
    server_answer_questions(s);
}

/* `at_once`: without waiting for the queries of a language that was not seen
 * before; the text is about to change. */
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
        if (doc && s->engine)
            server_answer(s, &q->id, explain(s, doc, q));
        else
            server_refuse(s, &q->id, ERR_CANCELLED, "the document was closed");
        release(q);
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
        release(q);
        if (id)
            return true;
    }
    return false;
}
