#include "complete/recall.h"
#include "base/hash.h"

#include <stdlib.h>

enum {
    LOOK_MS = 1,       /* between looks at what is being read */
    TAKEN = 16,        /* at a time, which takes 0.2 ms */
    VARIANT_SHIFT = 8, /* the one of several, in a key's flags */
};

bool recall_init(struct recall *c, const struct table *table)
{
    *c = (struct recall){.cache = cache_new(table->cache_bytes)};
    return c->cache;
}

void recall_release(struct recall *c)
{
    cache_free(c->cache);
    cache_file_free(c->file);
    *c = (struct recall){0};
}

static struct cache_key key_of(const struct table *table,
                               const struct document *doc, enum trigger trigger)
{
    uint64_t language = hash_bytes(0, str_from(doc->language->name));
    return (struct cache_key){
        .table = table->shape,
        .document = hash_bytes(language, str_from(doc->uri)),
        .flags = table->tells_triggers ? 1u + trigger : 0,
    };
}

void recall_table(struct recall *c, const struct table *old,
                  const struct table *table)
{
    struct cache *fresh = old->cache_bytes == table->cache_bytes
                              ? NULL
                              : cache_new(table->cache_bytes);
    if (!fresh)
        return; /* what is in it is under the old one's key */
    cache_free(c->cache);
    c->cache = fresh;
    if (c->file)
        cache_file_forget(c->file);
}

/* --- the file */

void recall_keep(struct recall *c, const char *path, const struct table *table)
{
    struct cache_limits limits = {table->cache_file_bytes, table->cache_days};
    cache_file_free(c->file);
    c->file = path ? cache_file_new(path, &limits) : NULL;
}

void recall_look(struct recall *c, const struct table *table,
                 const struct document *doc)
{
    struct cache_key key = key_of(table, doc, TRIGGER_AUTOMATIC);
    if (c->file)
        cache_file_want(c->file, &key);
}

bool recall_take(struct recall *c)
{
    struct kept_completion *k;
    size_t n = 0;
    while (c->file && n < TAKEN && (k = cache_file_take(c->file))) {
        cache_put(c->cache, &k->key, k->prefix, k->suffix, &k->hit);
        free(k);
        n++;
    }
    return n;
}

usec recall_next(const struct recall *c, usec now)
{
    return c->file && cache_file_is_asked(c->file) ? now + MSEC(LOOK_MS)
                                                   : USEC_NEVER;
}

/* --- what was answered */

/* The same place, for what the built-in model says who knows so much. */
static struct cache_key builtin_key(struct cache_key key, uint64_t knows)
{
    struct str bytes = {(const char *)&knows, sizeof knows};
    key.document = hash_bytes(key.document, bytes);
    return key;
}

static bool get(struct recall *c, const struct table *table, uint64_t knows,
                const struct ask *ask, unsigned variant, struct cache_hit *hit)
{
    struct str text = text_view(&ask->doc->text);
    struct str prefix = str_sub(text, 0, ask->offset);
    struct str suffix = str_sub(text, ask->offset, text.len);
    struct cache_key key = key_of(table, ask->doc, ask->trigger);
    key.flags |= variant << VARIANT_SHIFT;
    struct cache_key own = builtin_key(key, knows);
    return cache_get(c->cache, &key, prefix, suffix, hit) ||
           (cache_get(c->cache, &own, prefix, suffix, hit) &&
            (hit->typed || !hit->stands_in));
}

bool recall_get(struct recall *c, const struct table *table, uint64_t knows,
                const struct ask *ask, struct request *r)
{
    unsigned variant = 0, variants = table->wants_several ? CANDIDATES_MAX : 1;
    struct cache_hit hit;
    while (variant < variants && !get(c, table, knows, ask, variant, &hit))
        variant++;
    if (variant == variants)
        return false;
    const struct model *m = table_model(table, hit.model);
    r->result.cached = true;
    r->result.bill = bill_none;
    r->result.model = m ? m->name : table->builtin->name;
    r->result.provider = m ? m->provider : table->builtin->provider;
    r->result.class = (enum cursor_class)hit.class;
    r->result.route = hit.route;
    request_text(r, hit.text);
    while (++variant < variants)
        if (get(c, table, knows, ask, variant, &hit))
            request_add(r, hit.text, hit.model, 0);
    request_ready(r, OK);
    return true;
}

/* A text may repeat what any file said that its model was shown. */
static enum privacy tier_of(const struct flight *f)
{
    enum privacy own = f->decision.privacy.tier, others = f->lead.shown;
    return own > others ? own : others;
}

/* The built-in model needs no memory of its own from one start to the next. */
bool recall_keeps(const struct flight *f)
{
    return f->lead.model->dialect &&
           f->table->cache_file_tiers >> tier_of(f) & 1;
}

/* What an answer is kept under. */
struct place {
    struct cache_key key;
    struct str prefix, suffix;
};

static struct place place_of(const struct flight *f, const struct document *doc)
{
    struct str text = text_view(&doc->text);
    struct place p = {
        .key = key_of(f->table, doc, f->trigger),
        .prefix = str_sub(text, 0, f->origin),
        .suffix = str_sub(text, f->origin + f->typed.len, text.len),
    };
    p.key.flags |= f->variant << VARIANT_SHIFT;
    return p;
}

uint64_t recall_id(const struct flight *f, const struct document *doc)
{
    struct place p = place_of(f, doc);
    return cache_id(&p.key, p.prefix, p.suffix);
}

bool recall_find(const struct recall *c, const struct flight *f,
                 const struct document *doc, struct cache_hit *hit)
{
    struct place p = place_of(f, doc);
    return cache_get(c->cache, &p.key, p.prefix, p.suffix, hit);
}

static bool wants_another(const struct flight *f)
{
    for (size_t i = 0; i < f->decision.n; i++)
        if (f->decision.chain[i].model->dialect)
            return true;
    return false;
}

void recall_put(struct recall *c, const struct flight *f,
                const struct document *doc, uint64_t knows)
{
    struct place p = place_of(f, doc);
    struct cache_hit hit = {
        .text = buf_view(&f->text),
        .model = f->lead.model->name,
        .class = (int)f->seen.c.class,
        .route = f->decision.route->index,
        .stands_in = !f->lead.model->dialect && wants_another(f),
    };
    if (!f->text.len || f->is_part)
        return;
    if (!f->lead.model->dialect)
        p.key = builtin_key(p.key, knows);
    cache_put(c->cache, &p.key, p.prefix, p.suffix, &hit);
    if (c->file && recall_keeps(f))
        cache_file_put(c->file, &p.key, p.prefix, p.suffix, &hit);
}
