/* switchyard/explain: the decision for a cursor, without sending. */
#include "complete/explain.h"
#include "server/server.h"

static cJSON *explain(struct server *s, struct document *doc,
                      const struct position_params *at)
{
    struct observation seen;
    struct decision decision;
    struct ask ask = {
        .doc = doc,
        .offset =
            position_to_offset(&doc->text, at->position, s->client.encoding),
        .trigger = at->invoked ? TRIGGER_INVOKED : TRIGGER_AUTOMATIC,
        .root = str_from(s->root),
    };
    document_parse(doc, 0); /* asked by hand: the newest tree counts */
    engine_explain(s->engine, &ask, &seen, &decision);
    return explain_json(&ask, &seen, &decision);
}

void on_explain(struct server *s, const struct rpc_message *m)
{
    struct position_params at;
    struct rpc_id id;
    struct why why = {{0}};
    rpc_id_from(m->id, &id);
    enum err e = protocol_position(m->params, &s->client, false, &at, &why);
    struct document *doc = e ? NULL : documents_find(&s->documents, at.uri);
    if (!e && !doc)
        e = why_set(&why, ERR_PARAMS, "%.*s is not open",
                    STR_ARG(str_sub(at.uri, 0, 300)));
    if (e)
        server_refuse(s, &id, e, why.text);
    else
        server_answer(s, &id, explain(s, doc, &at));
}
