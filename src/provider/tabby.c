/*
 * POST /v1/completions of Tabby, which lays the prompt out itself, serves one
 * model and answers with one document. How long an answer gets and where it
 * stops are settings of the server.
 */
#include "provider/answer.h"
#include "provider/body.h"
#include "provider/dialects.h"

/* Definitions of what is imported, or similar code; `key` says which. */
static void put_snippets(const char *key, const struct prompt *p,
                         bool signatures, struct buf *body)
{
    bool any = false;
    for (size_t i = 0; i < p->n_snippets; i++) {
        const struct snippet *s = &p->snippets[i];
        if (s->signatures != signatures)
            continue;
        if (!any)
            body_key(body, key);
        buf_append_char(body, any ? ',' : '[');
        any = true;
        body_open(body);
        body_str(body, "filepath", s->path);
        body_str(body, "body", s->text);
        if (!signatures)
            body_score(body, s->score);
        buf_append_char(body, '}');
    }
    if (any)
        buf_append_char(body, ']');
}

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    enum err e = body_check(p, why);
    if (!e)
        e = body_no_template(target, tabby_dialect.name, why);
    if (e)
        return e;
    body_open(body);
    body_str_if(body, "language", p->language);
    body_key(body, "segments");
    body_open(body);
    body_str(body, "prefix", p->prefix);
    body_str_if(body, "suffix", p->suffix);
    body_str_if(body, "filepath", p->path);
    put_snippets("declarations", p, true, body);
    put_snippets("relevant_snippets_from_changed_files", p, false, body);
    buf_append_char(body, '}');
    body_temperature(body, p);
    return body_close(body, why);
}

/* It gives no reason to stop, and no counts. */
static enum err decode(struct str event, struct str data, struct piece *out)
{
    enum err e = answer_choices(event, data, out);
    if (e)
        return e;
    out->end = true;
    out->stop = STOP_END;
    return OK;
}

const struct dialect tabby_dialect = {
    .name = "tabby",
    .path = "/v1/completions",
    .framing = FRAMES_JSON,
    .native_fim = true,
    .snippets = true,
    .encode = encode,
    .decode = decode,
};
