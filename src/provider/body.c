#include "provider/body.h"
#include "provider/snippets.h"
#include "base/json.h"
#include "base/nearest.h"

void body_open(struct buf *b)
{
    buf_append_char(b, '{');
}

enum err body_close(struct buf *b, struct why *why)
{
    if (buf_append_char(b, '}'))
        return OK;
    return why_set(why, ERR_TOO_LARGE,
                   "the request is larger than %zu bytes, or memory is short",
                   b->max);
}

/* A comma, unless it is the first of its object or array. */
static void separate(struct buf *b)
{
    if (b->len && b->ptr[b->len - 1] != '{' && b->ptr[b->len - 1] != '[')
        buf_append_char(b, ',');
}

void body_key(struct buf *b, const char *key)
{
    separate(b);
    buf_printf(b, "\"%s\":", key);
}

void body_str(struct buf *b, const char *key, struct str value)
{
    body_key(b, key);
    json_print_str(b, value);
}

void body_str_if(struct buf *b, const char *key, struct str value)
{
    if (value.len)
        body_str(b, key, value);
}

void body_prefix(struct buf *b, const char *key, const struct prompt *p)
{
    struct buf room;
    buf_init(&room, b->max);
    body_str(b, key, snippets_before(p, &room));
    buf_release(&room);
}

void body_uint(struct buf *b, const char *key, uint32_t value)
{
    body_key(b, key);
    buf_printf(b, "%lu", (unsigned long)value);
}

void body_json(struct buf *b, const char *key, const char *value)
{
    body_key(b, key);
    buf_append(b, str_from(value));
}

static void number(struct buf *b, const char *key, double value)
{
    unsigned thousandths = (unsigned)(value * 1000 + 0.5);
    body_key(b, key);
    buf_printf(b, "%u.%03u", thousandths / 1000, thousandths % 1000);
}

void body_temperature(struct buf *b, const struct prompt *p)
{
    number(b, "temperature", p->temperature);
}

void body_score(struct buf *b, double score)
{
    number(b, "score", score);
}

void body_temperature_to_one(struct buf *b, const struct prompt *p)
{
    struct prompt cooler = *p;
    if (cooler.temperature > 1)
        cooler.temperature = 1;
    body_temperature(b, &cooler);
}

static size_t add_stop(struct buf *b, const char *key, struct str stop,
                       size_t n)
{
    if (stop.len == 0)
        return n;
    if (n == 0) {
        body_key(b, key);
        buf_append_char(b, '[');
    }
    separate(b);
    json_print_str(b, stop);
    return n + 1;
}

void body_stops(struct buf *b, const char *key, const struct prompt *p,
                const struct template *t, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_stops && n < max; i++)
        n = add_stop(b, key, p->stops[i], n);
    for (size_t i = 0; t && i < TEMPLATE_STOPS && t->stops[i] && n < max; i++)
        n = add_stop(b, key, str_from(t->stops[i]), n);
    if (n)
        buf_append_char(b, ']');
}

enum err body_check(const struct prompt *p, struct why *why)
{
    if (p->max_tokens == 0)
        return why_set(why, ERR_PARAMS,
                       "max_tokens is 0; it has to be at least 1");
    if (!(p->temperature >= 0 && p->temperature <= 2))
        return why_set(why, ERR_PARAMS,
                       "the temperature is %g; it has to be from 0 to 2",
                       p->temperature);
    return OK;
}

enum err body_template(const struct target *target, const struct template **t,
                       struct why *why)
{
    *t = NULL;
    if (target->template.len == 0)
        return OK;
    *t = template_find(target->template);
    if (*t)
        return OK;
    struct nearest near;
    nearest_init(&near, target->template);
    for (size_t i = 0; i < template_count(); i++)
        nearest_try(&near, str_from(template_at(i)->name));
    return why_set(why, ERR_PARAMS, "there is no template \"%.*s\"%s%.*s%s",
                   STR_ARG(target->template),
                   near.best.len ? "; did you mean \"" : "", STR_ARG(near.best),
                   near.best.len ? "\"?" : "");
}

enum err body_no_template(const struct target *target, const char *dialect,
                          struct why *why)
{
    if (target->template.len == 0)
        return OK;
    return why_set(why, ERR_PARAMS,
                   "the template \"%.*s\" has no use with %s, where the "
                   "service lays the prompt out; leave it away, or use the "
                   "dialect openai-text",
                   STR_ARG(target->template), dialect);
}
