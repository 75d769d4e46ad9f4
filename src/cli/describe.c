#include "cli/describe.h"
#include "base/money.h"
#include "route/options.h"

#include <math.h>
#include <stdio.h>

static cJSON *figure(double n, double scale)
{
    return n < 0 ? cJSON_CreateNull() : cJSON_CreateNumber(n * scale);
}

static void add_word(cJSON *o, const char *key, const char *word)
{
    if (word)
        json_add_str(o, key, str_from(word));
}

static void add_text(cJSON *o, const char *key, struct str text)
{
    if (text.len)
        json_add_str(o, key, text);
}

static void add_count(cJSON *o, const char *key, uint32_t n)
{
    if (n)
        json_add(o, key, cJSON_CreateNumber(n));
}

struct str describe_url(const struct model *m)
{
    return str_sub(m->url, 0, str_find_char(m->url, '?'));
}

cJSON *describe_model(const struct model *m)
{
    cJSON *o = cJSON_CreateObject();
    json_add_str(o, "model", m->name);
    json_add_str(o, "id", m->id);
    json_add_str(o, "provider", m->provider);
    add_word(o, "type", m->service->type);
    add_word(o, "dialect", m->dialect ? m->dialect->name : NULL);
    add_text(o, "url", describe_url(m));
    add_text(o, "template", m->template);
    json_add(o, "local", cJSON_CreateBool(m->local));
    json_add(o, "own_server", cJSON_CreateBool(m->own));
    json_add(o, "has_key",
             cJSON_CreateBool(m->access && m->access->n_keys > 0));
    add_count(o, "max_context", m->max_context);
    add_count(o, "max_tokens", m->max_tokens);
    add_count(o, "max_concurrent", m->quota.max_concurrent);
    add_count(o, "rpm", m->quota.rpm);
    add_count(o, "tpm", m->quota.tpm);
    json_add(o, "input_per_million", figure(m->cost_input, 1e6));
    json_add(o, "output_per_million", figure(m->cost_output, 1e6));
    json_add(o, "cached_input_per_million", figure(m->cost_cached, 1e6));
    json_add(o, "avg_response", figure(m->avg_response, 1));
    json_add(o, "success_rate", figure(m->success_rate, 1));
    add_text(o, "not_asked", m->unasked);
    return o;
}

cJSON *describe_options(const struct options *o)
{
    cJSON *json = cJSON_CreateObject();
    json_add(json, "max_tokens", cJSON_CreateNumber(o->max_tokens));
    json_add(json, "context_tokens", cJSON_CreateNumber(o->context_tokens));
    json_add(json, "temperature", cJSON_CreateNumber(o->temperature));
    json_add(json, "deadline_ms", cJSON_CreateNumber(o->deadline_ms));
    json_add(json, "debounce_ms", millis_json(o->debounce_ms));
    json_add(json, "candidates", cJSON_CreateNumber(o->candidates));
    json_add(json, "draft_ms", millis_json(o->draft_ms));
    json_add(json, "threshold", cJSON_CreateNumber(o->threshold));
    json_add(json, "max_cost",
             isinf(o->max_cost) ? cJSON_CreateNull()
                                : cJSON_CreateNumber(o->max_cost));
    add_word(json, "multiline", multiline_name(o->multiline));
    add_word(json, "hedge", hedge_name(o->hedge));
    add_word(json, "prefetch", hedge_name(o->prefetch));
    add_word(json, "fail_over", fail_over_name(o->fail_over));
    json_add(json, "welcome", welcome_json(o->welcome));
    add_word(json, "context", context_name(o->context));
    return json;
}

cJSON *describe_privacy(const struct privacy_row *row)
{
    cJSON *o = cJSON_CreateObject();
    json_add_str(o, "path", row->glob.len ? row->glob : STR("**"));
    add_word(o, "tier", privacy_name(row->tier));
    add_text(o, "origin", row->origin);
    json_add(o, "place", cJSON_CreateNumber(row->place));
    return o;
}

static cJSON *matchers_json(const struct route *r)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *classes = r->classes ? cJSON_AddArrayToObject(o, "class") : NULL;
    for (int c = 0; classes && c < CURSOR_CLASS_COUNT; c++)
        if (r->classes & 1u << c)
            cJSON_AddItemToArray(classes, cJSON_CreateString(cursor_class_name(
                                              (enum cursor_class)c)));
    cJSON *languages =
        r->n_languages ? cJSON_AddArrayToObject(o, "language") : NULL;
    for (size_t i = 0; languages && i < r->n_languages; i++)
        cJSON_AddItemToArray(languages, json_new_str(r->languages[i]));
    add_text(o, "pattern", r->pattern);
    add_text(o, "path", r->path);
    if (r->trigger >= 0)
        add_word(o, "trigger", trigger_name((enum trigger)r->trigger));
    add_text(o, "when", r->when);
    return o;
}

cJSON *describe_route(const struct table *t, const struct route *r)
{
    char name[120];
    cJSON *o = cJSON_CreateObject();
    add_word(o, "route", route_name(t, r, name, sizeof name));
    json_add(o, "index", cJSON_CreateNumber(r->index));
    add_text(o, "origin", r->origin);
    if (r->index >= 0)
        json_add(o, "place", cJSON_CreateNumber(r->place));
    json_add(o, "matchers", matchers_json(r));
    cJSON *models = cJSON_AddArrayToObject(o, "models");
    for (size_t i = 0; i < r->n_models; i++)
        cJSON_AddItemToArray(models, json_new_str(r->models[i]->name));
    cJSON *strategies = cJSON_AddArrayToObject(o, "strategy");
    for (size_t i = 0; i < r->n_strategies; i++)
        cJSON_AddItemToArray(strategies,
                             cJSON_CreateString(r->strategies[i]->name));
    json_add(o, "options", describe_options(&r->options));
    return o;
}

cJSON *describe_rule(const struct table *t, const struct rule *r)
{
    char name[120];
    struct buf actions;
    cJSON *o = cJSON_CreateObject();
    buf_init(&actions, 1000);
    rule_print_actions(r, &actions);
    add_word(o, "rule", rule_name(t, r, name, sizeof name));
    json_add(o, "index", cJSON_CreateNumber(r->index));
    add_text(o, "origin", r->origin);
    json_add_str(o, "condition", r->condition);
    json_add_str(o, "action", buf_view(&actions));
    buf_release(&actions);
    return o;
}

cJSON *describe_problems(const struct problems *p)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < p->n; i++) {
        const struct problem *item = &p->items[i];
        cJSON *o = cJSON_CreateObject();
        add_word(o, "severity",
                 item->severity == SEVERITY_ERROR ? "error" : "warning");
        add_word(o, "origin", item->origin);
        add_word(o, "path", item->path);
        add_word(o, "message", item->why.text);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

/* --- services */

/* Dollars for a million tokens; null where nobody knows. */
static cJSON *price(const struct service *s, double million)
{
    return figure(s->local ? 0 : s->priced ? million : -1, 1);
}

static cJSON *service_models(const struct service *s)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < service_model_count(s); i++) {
        const struct service_model *m = &s->models[i];
        cJSON *o = cJSON_CreateObject();
        add_word(o, "model", m->id);
        add_count(o, "max_context", m->max_context);
        json_add(o, "input_per_million", price(s, m->cost_input));
        json_add(o, "output_per_million", price(s, m->cost_output));
        json_add(o, "cached_input_per_million",
                 price(s, m->cost_cached > 0 ? m->cost_cached : m->cost_input));
        json_add(o, "fim", cJSON_CreateBool(m->fim));
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

static cJSON *service_auth(const struct service *s)
{
    const struct auth *auth = auth_at(s->auth);
    cJSON *o = cJSON_CreateObject();
    add_word(o, "type", auth->type);
    add_word(o, "header", auth->header);
    add_word(o, "variable", s->env);
    return o;
}

/* Keys of the provider that the address is made with. */
static cJSON *service_needs(const struct service *s)
{
    cJSON *list = cJSON_CreateArray();
    const struct dialect *d = dialect_find(str_from(s->dialect));
    unsigned wants = s->dialect ? service_wants(s, d, STR("")) : 0;
    for (int f = FILL_MODEL + 1; f < FILLS; f++)
        if ((wants & 1u << f) && !s->fills[f])
            cJSON_AddItemToArray(list,
                                 cJSON_CreateString(fill_name((enum fill)f)));
    return list;
}

cJSON *describe_service(const struct service *s)
{
    cJSON *o = cJSON_CreateObject();
    add_word(o, "type", s->type);
    add_word(o, "title", s->title);
    add_word(o, "endpoint", s->endpoint);
    add_word(o, "dialect", s->dialect);
    json_add(o, "local", cJSON_CreateBool(s->local));
    if (s->dialect && s->auth != AUTH_NONE)
        json_add(o, "auth", service_auth(s));
    json_add(o, "needs", service_needs(s));
    add_word(o, "default_model", s->models[0].id);
    json_add(o, "models", service_models(s));
    add_word(o, "priced", s->priced);
    return o;
}

/* --- for people */

static void add_matcher(struct buf *out, const char *name, struct str value)
{
    buf_printf(out, "%s%s %.*s", out->len ? ", " : "", name, STR_ARG(value));
}

static void add_classes(const struct route *r, struct buf *out)
{
    const char *before = out->len ? ", class " : "class ";
    for (int c = 0; c < CURSOR_CLASS_COUNT; c++) {
        if (!(r->classes & 1u << c))
            continue;
        buf_printf(out, "%s%s", before,
                   cursor_class_name((enum cursor_class)c));
        before = "|";
    }
}

static void add_languages(const struct route *r, struct buf *out)
{
    const char *before = out->len ? ", language " : "language ";
    for (size_t i = 0; i < r->n_languages; i++) {
        buf_printf(out, "%s%.*s", before, STR_ARG(r->languages[i]));
        before = "|";
    }
}

void describe_matchers(const struct route *r, struct buf *out)
{
    add_classes(r, out);
    add_languages(r, out);
    if (r->pattern.len)
        add_matcher(out, "pattern", r->pattern);
    if (r->path.len)
        add_matcher(out, "path", r->path);
    if (r->trigger >= 0)
        add_matcher(out, "trigger",
                    str_from(trigger_name((enum trigger)r->trigger)));
    if (r->when.len)
        add_matcher(out, "when", r->when);
    if (out->len == 0)
        buf_printf(out, r->index < 0 ? "all else" : "always");
}

void describe_difference(const struct options *o, const struct options *base,
                         struct buf *out)
{
#define COMMA (out->len ? ", " : "")
    char text[24], places[80];
    if (o->max_tokens != base->max_tokens)
        buf_printf(out, "%smax_tokens %u", COMMA, o->max_tokens);
    if (o->temperature < base->temperature ||
        o->temperature > base->temperature)
        buf_printf(out, "%stemperature %g", COMMA, o->temperature);
    if (o->deadline_ms != base->deadline_ms)
        buf_printf(out, "%sdeadline %u ms", COMMA, o->deadline_ms);
    if (o->debounce_ms != base->debounce_ms)
        buf_printf(out, "%sdebounce %s", COMMA,
                   millis_text(o->debounce_ms, text));
    if (o->candidates != base->candidates)
        buf_printf(out, "%scandidates %u", COMMA, o->candidates);
    if (o->draft_ms != base->draft_ms)
        buf_printf(out, "%sdraft %s", COMMA, millis_text(o->draft_ms, text));
    if (o->max_cost < base->max_cost || o->max_cost > base->max_cost)
        buf_printf(out, "%smax_cost %s", COMMA, money_text(o->max_cost).text);
    if (o->multiline != base->multiline)
        buf_printf(out, "%smultiline %s", COMMA, multiline_name(o->multiline));
    if (o->fail_over != base->fail_over)
        buf_printf(out, "%sfail_over %s", COMMA, fail_over_name(o->fail_over));
    if (o->hedge != base->hedge)
        buf_printf(out, "%shedge %s", COMMA, hedge_name(o->hedge));
    if (o->prefetch != base->prefetch)
        buf_printf(out, "%sprefetch %s", COMMA, hedge_name(o->prefetch));
    if (o->welcome != base->welcome)
        buf_printf(out, "%swelcome %s", COMMA,
                   welcome_text(o->welcome, places));
    if (o->context != base->context)
        buf_printf(out, "%scontext %s", COMMA, context_name(o->context));
    if (o->context_tokens != base->context_tokens)
        buf_printf(out, "%scontext_tokens %u", COMMA, o->context_tokens);
#undef COMMA
}
