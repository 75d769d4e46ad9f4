#include "config/keys.h"
#include "route/models.h"
#include "route/pattern.h"
#include "route/routes.h"

#include <stdlib.h>

enum { ARENA_MAX = 16 << 20 };

/* Numbers the tables of the process, so that a cached completion is never
 * taken for another table's. */
static uint64_t last_id;

static struct options default_options(void)
{
    return (struct options){
        .max_tokens = (uint32_t)key_number("max_tokens"),
        .temperature = key_number("temperature"),
        .deadline_ms = (uint32_t)key_number("deadline_ms"),
        .debounce_ms = (uint32_t)key_number("debounce_ms"),
        .multiline = MULTILINE_AUTO,
    };
}

static size_t read_size(const cJSON *config, const char *object,
                        const char *key, const char *path)
{
    double n = key_number(path);
    json_get_number(json_get(config, object), key, &n);
    return (size_t)n;
}

static void read_limits(struct table *t, const cJSON *config)
{
    bool enabled = true;
    json_get_bool(json_get(config, "cache"), "enabled", &enabled);
    t->cache_bytes =
        enabled ? read_size(config, "cache", "max_bytes", "cache.max_bytes")
                : 0;
    t->builtin_bytes =
        read_size(config, "builtin", "max_bytes", "builtin.max_bytes");
    t->builtin_threshold = key_number("builtin.threshold");
    json_get_number(json_get(config, "builtin"), "threshold",
                    &t->builtin_threshold);
}

struct table *table_new(const cJSON *config, struct problems *problems)
{
    struct table *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->refs = 1;
    t->id = ++last_id;
    arena_init(&t->arena, ARENA_MAX);
    read_limits(t, config);
    struct options defaults = default_options();
    t->defaults = options_read(config, &defaults);
    if (!models_read(t, json_get(config, "providers"), problems) &&
        !routes_read(t, config, problems))
        return t;
    table_unref(t);
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
    for (size_t i = 0; i < t->n_routes; i++)
        pattern_free(t->routes[i].compiled);
    arena_release(&t->arena);
    free(t);
}

/* "name", or "provider/name" for those who like to say it. */
const struct model *table_model(const struct table *t, struct str name)
{
    for (size_t i = 0; i < t->n_models; i++)
        if (str_eq(t->models[i].name, name))
            return &t->models[i];
    size_t slash = str_find_char(name, '/');
    if (slash == STR_NONE)
        return NULL;
    for (size_t i = 0; i < t->n_models; i++)
        if (str_eq(t->models[i].provider, str_sub(name, 0, slash)) &&
            str_eq(t->models[i].name, str_sub(name, slash + 1, name.len)))
            return &t->models[i];
    return NULL;
}
