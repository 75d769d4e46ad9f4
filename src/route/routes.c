#include "route/routes.h"
#include "base/nearest.h"
#include "route/pattern.h"

#include <stdio.h>

struct reading {
    struct table *table;
    struct problems *problems;
    char path[64]; /* "routes[2]" */
    bool default_seen;
    bool no_memory;
};

static const char *const multiline_names[] = {"auto", "always", "never"};

static void read_u32(const cJSON *json, const char *key, uint32_t *out)
{
    int64_t n;
    if (json_get_int(json, key, &n))
        *out = (uint32_t)n;
}

struct options options_read(const cJSON *json, const struct options *base)
{
    struct options o = *base;
    struct str word;
    read_u32(json, "max_tokens", &o.max_tokens);
    read_u32(json, "deadline_ms", &o.deadline_ms);
    read_u32(json, "debounce_ms", &o.debounce_ms);
    json_get_number(json, "temperature", &o.temperature);
    if (json_get_str(json, "multiline", &word))
        for (int i = 0; i < 3; i++)
            if (str_is(word, multiline_names[i]))
                o.multiline = (enum multiline)i;
    return o;
}

static void mistake(struct reading *r, enum severity severity, const char *key,
                    const char *sentence)
{
    char path[128];
    snprintf(path, sizeof path, "%s%s%s", r->path, key[0] ? "." : "", key);
    problems_add(r->problems, severity, path, "%s", sentence);
}

static void unknown_model(struct reading *r, const char *key, struct str name)
{
    struct nearest n;
    struct buf text;
    buf_init(&text, 500);
    nearest_init(&n, name);
    for (size_t i = 0; i < r->table->n_models; i++)
        nearest_try(&n, r->table->models[i].name);
    buf_printf(&text, "no model named \"%.*s\" under \"providers\"",
               STR_ARG(str_sub(name, 0, 80)));
    if (n.best.len)
        buf_printf(&text, "; did you mean \"%.*s\"?", STR_ARG(n.best));
    buf_printf(&text, "; known: ");
    for (size_t i = 0; i < r->table->n_models && text.len < 400; i++)
        buf_printf(&text, "%s\"%.*s\"", i ? ", " : "",
                   STR_ARG(r->table->models[i].name));
    mistake(r, SEVERITY_ERROR, key, text.ptr);
    buf_release(&text);
}

/* False when the name is wrong; the route is then left out. */
static bool add_model(struct reading *r, struct route *route, const char *key,
                      struct str name)
{
    const struct model *m = table_model(r->table, name);
    if (!m) {
        unknown_model(r, key, name);
        return false;
    }
    if (route->n_models == ROUTE_MODELS_MAX) {
        mistake(r, SEVERITY_ERROR, key, "a route names at most 7 models");
        return false;
    }
    route->models[route->n_models++] = m;
    return true;
}

static bool read_models(struct reading *r, struct route *route,
                        const cJSON *json)
{
    static const char *const keys[] = {"model", "models", "default"};
    bool good = true, any = false;
    route->models =
        arena_array(&r->table->arena, ROUTE_MODELS_MAX, sizeof *route->models);
    r->no_memory = r->no_memory || !route->models;
    for (size_t i = 0; route->models && i < 3; i++) {
        const cJSON *item = json_get(json, keys[i]), *e;
        any = any || item;
        if (cJSON_IsString(item))
            good = add_model(r, route, keys[i], json_str(item)) && good;
        else
            cJSON_ArrayForEach(e, item) good =
                add_model(r, route, keys[i], json_str(e)) && good;
    }
    if (!any)
        mistake(r, SEVERITY_ERROR, "",
                "a route says which model to ask: \"model\", \"models\" or "
                "\"default\"");
    return any && good && route->n_models;
}

static void read_classes(struct route *route, const cJSON *item)
{
    enum cursor_class c;
    const cJSON *e;
    if (cursor_class_from(json_str(item), &c))
        route->classes |= 1u << c;
    cJSON_ArrayForEach(e, item) if (cursor_class_from(json_str(e), &c))
        route->classes |= 1u << c;
}

static void read_languages(struct reading *r, struct route *route,
                           const cJSON *item)
{
    const cJSON *e;
    size_t n = cJSON_IsString(item) ? 1 : (size_t)cJSON_GetArraySize(item);
    if (!item || n == 0)
        return;
    route->languages =
        arena_array(&r->table->arena, n, sizeof *route->languages);
    if (!route->languages) {
        r->no_memory = true;
        return;
    }
    if (cJSON_IsString(item))
        route->languages[route->n_languages++] =
            arena_dup(&r->table->arena, json_str(item));
    cJSON_ArrayForEach(e, item) route->languages[route->n_languages++] =
        arena_dup(&r->table->arena, json_str(e));
}

static bool read_pattern(struct reading *r, struct route *route,
                         const cJSON *json)
{
    struct str source;
    struct why why = {{0}};
    if (!json_get_str(json, "pattern", &source))
        return true;
    route->pattern = arena_dup(&r->table->arena, source);
    route->compiled = pattern_new(source, &why);
    if (!route->compiled)
        mistake(r, SEVERITY_ERROR, "pattern", why.text);
    return route->compiled != NULL;
}

static void read_matchers(struct reading *r, struct route *route,
                          const cJSON *json)
{
    struct str word;
    read_classes(route, json_get(json, "class"));
    read_languages(r, route, json_get(json, "language"));
    if (json_get_str(json, "path", &word))
        route->path = arena_dup(&r->table->arena, word);
    if (json_get_str(json, "trigger", &word))
        route->trigger =
            str_is(word, "invoked") ? TRIGGER_INVOKED : TRIGGER_AUTOMATIC;
}

static bool has_matcher(const struct route *route)
{
    return route->classes || route->n_languages || route->compiled ||
           route->path.len || route->trigger >= 0;
}

/* What a later version carries out: without it the route would hold where it
 * must not, so it is left out. */
static bool is_later(struct reading *r, const cJSON *json)
{
    static const char *const keys[] = {"when", "strategy"};
    bool later = false;
    for (size_t i = 0; i < 2; i++) {
        if (!json_get(json, keys[i]))
            continue;
        mistake(r, SEVERITY_WARNING, keys[i],
                "it is for a later version; until then the route is left out");
        later = true;
    }
    return later;
}

/* Whether the matchers leave anything to the routes below. */
static void note_default(struct reading *r, const struct route *route,
                         const cJSON *json)
{
    bool always = !has_matcher(route);
    if (r->default_seen)
        mistake(r, SEVERITY_WARNING, "",
                "a route above it holds always, so it never does; move it up");
    if (!always && json_get(json, "default"))
        mistake(r, SEVERITY_WARNING, "default",
                "it has matchers beside it, so it does not hold always");
    r->default_seen = r->default_seen || always;
}

static void read_route(struct reading *r, const cJSON *json, int index)
{
    struct table *t = r->table;
    struct route *route = &t->routes[t->n_routes];
    *route = (struct route){
        .index = index,
        .trigger = -1,
        .options = options_read(json, &t->defaults),
    };
    snprintf(r->path, sizeof r->path, "routes[%d]", index);
    bool later = is_later(r, json);
    bool good = read_models(r, route, json);
    good = read_pattern(r, route, json) && good;
    read_matchers(r, route, json);
    if (!later && good) {
        note_default(r, route, json);
        t->n_routes++;
        return;
    }
    pattern_free(route->compiled);
    *route = (struct route){0};
}

static void add_last_resort(struct reading *r)
{
    struct table *t = r->table;
    struct route *route = &t->routes[t->n_routes];
    *route = (struct route){.index = -1, .trigger = -1, .options = t->defaults};
    route->models = arena_array(&t->arena, 1, sizeof *route->models);
    r->no_memory = r->no_memory || !route->models;
    if (route->models)
        route->models[route->n_models++] = t->builtin;
    t->n_routes++;
}

enum err routes_read(struct table *t, const cJSON *config,
                     struct problems *problems)
{
    struct reading r = {.table = t, .problems = problems};
    const cJSON *routes = json_get(config, "routes"), *json;
    int index = 0, n = cJSON_GetArraySize(routes);
    if (n > ROUTES_MAX)
        n = ROUTES_MAX;
    t->routes = arena_array(&t->arena, (size_t)n + 1, sizeof *t->routes);
    if (!t->routes)
        return ERR_MEMORY;
    cJSON_ArrayForEach(json, routes) if (index < n)
        read_route(&r, json, index++);
    if (cJSON_GetArraySize(json_get(config, "rules")))
        problems_add(problems, SEVERITY_WARNING, "rules",
                     "rules are for a later version; until then the routes "
                     "alone decide");
    add_last_resort(&r);
    return r.no_memory ? ERR_MEMORY : OK;
}
