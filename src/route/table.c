#include "base/file.h"
#include "base/hash.h"
#include "config/config.h"
#include "config/keys.h"
#include "route/budget.h"
#include "route/models.h"
#include "route/options.h"
#include "route/pattern.h"
#include "route/plugins.h"
#include "route/privacy.h"
#include "route/routes.h"
#include "route/rules.h"
#include "route/sql.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX = 16 << 20 };

/* Tables of one configuration give one answer, so what was cached under the
 * one is good under the other; unless a key was found meanwhile. */
static uint64_t id_of(const struct table *t, const cJSON *config)
{
    struct buf text;
    buf_init(&text, SIZE_MAX / 4);
    if (config)
        json_print(&text, config);
    uint64_t id = hash_bytes(t->n_absent, buf_view(&text));
    buf_release(&text);
    return id | 1;
}

/* What is none of an answer's business. */
static const char *const shapeless[] = {
    "$schema",  "warm_up", "health_checks", "deadline_ms",       "debounce_ms",
    "draft_ms", "welcome", "hedge",         "budgets",           "wrap",
    "cache",    "history", "prefetch",      "half_life_minutes",
};

static uint64_t shape_of(const struct table *t, const cJSON *config)
{
    cJSON *copy = config ? cJSON_Duplicate(config, 1) : NULL;
    for (size_t i = 0; i < sizeof shapeless / sizeof *shapeless; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(copy, shapeless[i]);
    uint64_t shape = id_of(t, copy);
    cJSON_Delete(copy);
    return shape;
}

/* A text that names the trigger may ask for it. */
static bool tells_triggers(const struct table *t)
{
    bool tells = false;
    for (size_t i = 0; i < t->n_routes; i++)
        tells |= t->routes[i].trigger >= 0 ||
                 str_find(t->routes[i].when, STR("trigger")) != STR_NONE;
    for (size_t i = 0; i < t->n_rules; i++)
        tells |= str_find(t->rules[i].condition, STR("trigger")) != STR_NONE;
    return tells;
}

static size_t read_size(const cJSON *config, const char *object,
                        const char *key, const char *path)
{
    double n = key_number(path);
    json_get_number(json_get(config, object), key, &n);
    return (size_t)n;
}

static bool wants_several(const struct table *t)
{
    bool wants = t->defaults.candidates > 1;
    for (size_t i = 0; i < t->n_routes; i++)
        wants |= t->routes[i].options.candidates > 1;
    for (size_t i = 0; i < t->n_rules; i++)
        for (size_t k = 0; k < t->rules[i].n_actions; k++)
            wants |= str_is(t->rules[i].actions[k].argument, "candidates");
    return wants;
}

static void read_cache_file(struct table *t, const cJSON *config)
{
    const cJSON *cache = json_get(config, "cache");
    const cJSON *tiers = json_get(cache, "file_tiers");
    bool enabled = true;
    double days = key_number("cache.file_max_days");
    json_get_bool(cache, "file", &enabled);
    json_get_number(cache, "file_max_days", &days);
    t->cache_days = (unsigned)days;
    t->keeps_streams = true;
    json_get_bool(cache, "running", &t->keeps_streams);
    t->cache_file_bytes = enabled && t->cache_bytes
                              ? read_size(config, "cache", "file_max_bytes",
                                          "cache.file_max_bytes")
                              : 0;
    t->cache_file_tiers = 1u << PRIVACY_ANYWHERE | 1u << PRIVACY_OWN_SERVERS;
    if (!tiers)
        return;
    t->cache_file_tiers = 0;
    const cJSON *first = cJSON_IsArray(tiers) ? tiers->child : tiers;
    for (const cJSON *e = first; e; e = cJSON_IsArray(tiers) ? e->next : NULL)
        for (int p = PRIVACY_ANYWHERE; p <= PRIVACY_NEVER; p++)
            if (str_is(json_str(e), privacy_name((enum privacy)p)))
                t->cache_file_tiers |= 1u << p;
}

static struct options default_options(void)
{
    return (struct options){
        .max_tokens = (uint32_t)key_number("max_tokens"),
        .context = CONTEXT_WORKSPACE,
        .context_tokens = (uint32_t)key_number("context_tokens"),
        .temperature = key_number("temperature"),
        .deadline_ms = (uint32_t)key_number("deadline_ms"),
        .debounce_ms = DEBOUNCE_AUTO,
        .draft_ms = DRAFT_AUTO,
        .candidates = 1,
        .prefetch = HEDGE_FREE,
        .max_cost = INFINITY,
        .multiline = MULTILINE_AUTO,
    };
}

static void read_limits(struct table *t, const cJSON *config)
{
    bool enabled = true;
    t->history = t->redact_secrets = true;
    json_get_bool(config, "redact_secrets", &t->redact_secrets);
    json_get_bool(json_get(config, "history"), "enabled", &t->history);
    json_get_bool(json_get(config, "cache"), "enabled", &enabled);
    t->cache_bytes =
        enabled ? read_size(config, "cache", "max_bytes", "cache.max_bytes")
                : 0;
    t->builtin_bytes =
        read_size(config, "builtin", "max_bytes", "builtin.max_bytes");
    t->half_life = (usec)(key_number("half_life_minutes") * 60e6);
    static const char *const checks[] = {
        [CHECKS_FREE] = "free", [CHECKS_OFF] = "off", [CHECKS_ALL] = "all"};
    struct str word = {0};
    json_get_str(config, "health_checks", &word);
    for (int i = CHECKS_FREE; i <= CHECKS_ALL; i++)
        if (str_is(word, checks[i]))
            t->checks = (enum checks)i;
    double minutes;
    if (json_get_number(config, "half_life_minutes", &minutes))
        t->half_life = (usec)(minutes * 60e6);
    t->builtin_threshold = key_number("builtin.threshold");
    json_get_number(json_get(config, "builtin"), "threshold",
                    &t->builtin_threshold);
    t->builtin_block_threshold = key_number("builtin.block_threshold");
    json_get_number(json_get(config, "builtin"), "block_threshold",
                    &t->builtin_block_threshold);
    t->builtin_workspace = t->builtin_index = true;
    json_get_bool(json_get(config, "builtin"), "workspace",
                  &t->builtin_workspace);
    json_get_bool(json_get(config, "builtin"), "index", &t->builtin_index);
}

struct table *table_new(const cJSON *config, struct problems *problems)
{
    struct table *t = calloc(1, sizeof *t);
    struct reading r = {t, problems, false};
    if (!t)
        return NULL;
    t->refs = 1;
    arena_init(&t->arena, ARENA_MAX);
    read_limits(t, config);
    read_cache_file(t, config);
    struct options defaults = default_options();
    t->defaults = options_read(config, &defaults);
    t->defaults.threshold = t->builtin_threshold;
    privacy_read(&r, config);
    plugins_read(&r, json_get(config, "plugins"));
    t->router = plugin_router(&r, config, "", NULL);
    models_read(&r, json_get(config, "providers"));
    if (!r.no_memory)
        strategies_read(&r, config);
    if (!r.no_memory)
        routes_read(&r, json_get(config, "routes"));
    if (!r.no_memory)
        budgets_read(&r, json_get(config, "budgets"));
    if (!r.no_memory)
        rules_read(&r, json_get(config, "rules"));
    webhooks_read(config, &t->webhooks, problems);
    t->id = id_of(t, config);
    t->shape = shape_of(t, config);
    t->tells_triggers = tells_triggers(t);
    t->wants_several = wants_several(t);
    if (!r.no_memory)
        return t;
    table_unref(t);
    return NULL;
}

bool model_is_free(const struct model *m)
{
    bool costs_nothing = m->cost_input >= 0 && m->cost_input <= 0 &&
                         m->cost_output >= 0 && m->cost_output <= 0;
    return !m->dialect || m->local || costs_nothing;
}

const char *route_name(const struct table *t, const struct route *r, char *out,
                       size_t size)
{
    struct str file = file_name(r->origin);
    if (r->index < 0)
        snprintf(out, size, "no route");
    else if (str_is(r->origin, CONFIG_FOUND))
        snprintf(out, size, CONFIG_FOUND);
    else if (t->several_files)
        snprintf(out, size, "routes[%d] of %.*s", r->place, STR_ARG(file));
    else
        snprintf(out, size, "routes[%d]", r->place);
    return out;
}

struct str model_origin(const struct model *m)
{
    size_t scheme = str_find(m->url, STR("://"));
    struct str rest =
        str_sub(m->url, scheme == STR_NONE ? 0 : scheme + 3, m->url.len);
    size_t end = 0;
    while (end < rest.len && !strchr("/?#", rest.ptr[end]))
        end++;
    rest = str_sub(rest, 0, end);
    size_t user = str_rfind_char(rest, '@');
    return user == STR_NONE ? rest : str_sub(rest, user + 1, rest.len);
}

static bool route_names(const struct route *r, const struct model *m)
{
    bool named = r->all_models;
    for (size_t i = 0; i < r->n_models; i++)
        named |= r->models[i] == m;
    return named;
}

static bool rule_names(const struct rule *r, const struct model *m)
{
    bool named = false;
    for (size_t i = 0; i < r->n_actions; i++)
        named |=
            r->actions[i].kind == RULE_USE_MODEL && r->actions[i].model == m;
    return named;
}

bool table_reaches(const struct table *t, const struct model *m)
{
    bool reached = false;
    for (size_t i = 0; i < t->n_routes; i++)
        reached |= route_names(&t->routes[i], m);
    for (size_t i = 0; i < t->n_rules; i++)
        reached |= rule_names(&t->rules[i], m);
    return reached;
}

const struct absent *table_absent(const struct table *t, struct str name)
{
    for (size_t i = 0; i < t->n_absent; i++) {
        const struct absent *a = &t->absent[i];
        struct str rest = str_sub(name, a->provider.len + 1, name.len);
        if (str_eq(a->name, name) ||
            (str_starts(name, a->provider) && str_eq(a->name, rest)))
            return a;
    }
    return NULL;
}

struct table *table_ref(struct table *t)
{
    t->refs++;
    return t;
}

void table_unref(struct table *t)
{
    if (!t || --t->refs)
        return;
    for (size_t i = 0; i < t->n_routes; i++) {
        pattern_free(t->routes[i].compiled);
        sql_query_free(t->routes[i].condition);
    }
    rules_release(t);
    strategies_release(t);
    sql_free(t->sql);
    webhooks_release(&t->webhooks);
    arena_release(&t->arena);
    free(t);
}
