/* The open documents, kept as the editor has them. */
#include "base/log.h"
#include "server/server.h"

static void complain(const struct rpc_message *m, const struct why *why)
{
    log_warn("sync", "%.*s: %s", STR_ARG(m->method), why->text);
}

void on_did_open(struct server *s, const struct rpc_message *m)
{
    struct open_params p;
    struct document *doc;
    struct why why = {{0}};
    if (protocol_did_open(m->params, &p, &why)) {
        complain(m, &why);
        return;
    }
    struct document *old = documents_find(&s->documents, p.uri);
    if (old) {
        server_settle_questions(s, old);
        engine_closed(s->engine, old, s->now);
    }
    if (documents_open(&s->documents, p.uri, p.language_id, p.version, p.text,
                       &doc, &why))
        complain(m, &why);
    else
        engine_edited(s->engine, doc, NULL, s->now);
}

/* A change that can't be understood leaves a text that is not the editor's:
 * what was asked before has lost its place, and nothing is completed in it
 * until it is opened again. */
static void apply(struct server *s, struct document *doc, const cJSON *item,
                  const struct rpc_message *m)
{
    struct change_params c;
    struct change made;
    struct why why = {{0}};
    enum err e = protocol_change(item, &c, &why);
    if (!e && (e = document_change(&s->documents, doc,
                                   c.whole ? NULL : &c.range, c.range_length,
                                   s->client.encoding, c.text, &made)))
        why_set(&why, e, "%s: %s", doc->uri, err_sentence(e));
    if (e) {
        complain(m, &why);
        doc->out_of_step = true;
    }
    engine_edited(s->engine, doc, e ? NULL : &made, s->now);
}

/* The document that a notification names; NULL, with a line in the log, when
 * it is not open. */
static struct document *named(struct server *s, const struct rpc_message *m,
                              struct document_params *p)
{
    struct why why = {{0}};
    struct document *doc = NULL;
    if (!protocol_document(m->params, p, &why)) {
        doc = documents_find(&s->documents, p->uri);
        why_set(&why, ERR_NOT_FOUND, "%.*s is not open", STR_ARG(p->uri));
    }
    if (!doc)
        complain(m, &why);
    return doc;
}

void on_did_change(struct server *s, const struct rpc_message *m)
{
    struct document_params p;
    struct document *doc = named(s, m, &p);
    const cJSON *item;
    if (!doc)
        return;
    server_settle_questions(s, doc);
    if (p.version >= 0)
        doc->version = p.version;
    cJSON_ArrayForEach(item, protocol_changes(m->params))
        apply(s, doc, item, m);
}

void on_did_save(struct server *s, const struct rpc_message *m)
{
    (void)m;
    s->config_checked = 0; /* it may have been our own file */
    server_reconfigure_if_changed(s);
}

void on_did_close(struct server *s, const struct rpc_message *m)
{
    struct document_params p;
    struct document *doc = named(s, m, &p);
    if (!doc)
        return;
    server_settle_questions(s, doc);
    engine_closed(s->engine, doc, s->now);
    documents_close(&s->documents, p.uri);
}
