#include "complete/recall.h"
#include "base/hash.h"

static struct cache_key key_of(const struct table *table,
                               const struct document *doc)
{
    return (struct cache_key){
        .table = table->id,
        .document =
            hash_bytes((uint64_t)(uintptr_t)doc->language, str_from(doc->uri)),
    };
}

bool recall_get(struct cache *c, const struct table *table,
                const struct ask *ask, struct request *r)
{
    struct str text = text_view(&ask->doc->text);
    struct cache_key key = key_of(table, ask->doc);
    struct cache_hit hit;
    if (!cache_get(c, &key, str_sub(text, 0, ask->offset),
                   str_sub(text, ask->offset, text.len), &hit))
        return false;
    const struct model *m = table_model(table, hit.model);
    r->result.cached = true;
    r->result.bill = bill_none;
    r->result.model = m ? m->name : table->builtin->name;
    r->result.provider = m ? m->provider : table->builtin->provider;
    r->result.class = (enum cursor_class)hit.class;
    r->result.route = hit.route;
    request_text(r, hit.text);
    request_ready(r, OK);
    return true;
}

void recall_put(struct cache *c, const struct flight *f,
                const struct document *doc)
{
    struct str text = text_view(&doc->text);
    struct cache_key key = key_of(f->table, doc);
    struct cache_hit hit = {
        .text = buf_view(&f->text),
        .model = f->lead.model->name,
        .class = (int)f->seen.c.class,
        .route = f->decision.route->index,
    };
    if (f->text.len && !f->is_part)
        cache_put(c, &key, str_sub(text, 0, f->origin),
                  str_sub(text, f->origin + f->typed.len, text.len), &hit);
}
