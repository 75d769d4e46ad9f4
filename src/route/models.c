#include "route/models.h"
#include "base/nearest.h"
#include "config/config.h"
#include "provider/template.h"

#include <stdio.h>

/* One entry of "providers", read. */
struct provider {
    const cJSON *json;
    char path[64];
    struct str name, type;
    const struct service *service;
    const struct dialect *dialect; /* NULL: the built-in model */
    struct str url, auth_name, auth_value;
    bool allow_plain;
};

struct reading {
    struct table *table;
    struct problems *problems;
    bool no_memory;
};

static struct str keep(struct reading *r, struct str s)
{
    struct str copy = arena_dup(&r->table->arena, s);
    r->no_memory = r->no_memory || !copy.ptr;
    return copy;
}

static void mistake(struct reading *r, const struct provider *p,
                    const char *key, const char *sentence)
{
    char path[128];
    snprintf(path, sizeof path, "%s.%s", p->path, key);
    problems_add(r->problems, SEVERITY_ERROR, path, "%s", sentence);
}

static void unknown_type(struct reading *r, const struct provider *p)
{
    struct nearest n;
    struct buf text;
    buf_init(&text, 500);
    nearest_init(&n, p->type);
    for (size_t i = 0; i < service_count(); i++)
        nearest_try(&n, str_from(service_at(i)->type));
    buf_printf(&text, "there is no service type \"%.*s\"",
               STR_ARG(str_sub(p->type, 0, 60)));
    if (n.best.len)
        buf_printf(&text, "; did you mean \"%.*s\"?", STR_ARG(n.best));
    else
        buf_printf(&text, "; for any other service use \"api-gateway\" with "
                          "its endpoint and dialect");
    mistake(r, p, "type", text.ptr);
    buf_release(&text);
}

static void unknown_dialect(struct reading *r, const struct provider *p,
                            struct str name)
{
    struct buf text;
    buf_init(&text, 500);
    buf_printf(&text, "there is no dialect \"%.*s\"; known: ",
               STR_ARG(str_sub(name, 0, 60)));
    for (size_t i = 0; i < dialect_count(); i++)
        buf_printf(&text, "%s%s", i ? ", " : "", dialect_at(i)->name);
    mistake(r, p, "dialect", text.ptr);
    buf_release(&text);
}

/* Types that belong to the language of the configuration but that this
 * version does not carry out. */
static bool is_later(struct str type)
{
    return str_is(type, "grpc") || str_is(type, "plugin");
}

static bool find_service(struct reading *r, struct provider *p)
{
    if (!json_get_str(p->json, "type", &p->type)) {
        mistake(r, p, "type",
                "it is missing; name a service, such as \"ollama\", or "
                "\"api-gateway\"");
        return false;
    }
    p->service = service_find(p->type);
    if (p->service)
        return true;
    if (!is_later(p->type)) {
        unknown_type(r, p);
        return false;
    }
    char path[80];
    snprintf(path, sizeof path, "%s.type", p->path);
    problems_add(r->problems, SEVERITY_WARNING, path,
                 "\"%.*s\" is for a later version: its models are never "
                 "asked, the next candidate of a route answers",
                 STR_ARG(p->type));
    return false;
}

static bool find_dialect(struct reading *r, struct provider *p)
{
    struct str name = str_from(p->service->dialect);
    json_get_str(p->json, "dialect", &name);
    if (name.len == 0)
        return true; /* the built-in model speaks none */
    p->dialect = dialect_find(name);
    if (!p->dialect)
        unknown_dialect(r, p, name);
    return p->dialect != NULL;
}

static bool find_url(struct reading *r, struct provider *p)
{
    struct buf url;
    struct why why = {{0}};
    struct str endpoint = {0};
    if (!p->dialect)
        return true;
    json_get_str(p->json, "endpoint", &endpoint);
    buf_init(&url, 8192);
    bool ok = !service_url(p->service, p->dialect, endpoint, &url, &why);
    if (ok)
        p->url = keep(r, buf_view(&url));
    else
        mistake(r, p, "endpoint", why.text);
    buf_release(&url);
    return ok;
}

/* The header of each style (the service's documentation). */
static const struct {
    const char *header, *prefix;
} styles[] = {
    [AUTH_NONE] = {NULL, NULL},
    [AUTH_BEARER] = {"Authorization", "Bearer "},
    [AUTH_API_KEY] = {"api-key", ""},
    [AUTH_X_API_KEY] = {"x-api-key", ""},
};

static enum auth_style style_of(const struct provider *p, const cJSON *auth)
{
    struct str type = {0};
    json_get_str(auth, "type", &type);
    if (str_is(type, "bearer"))
        return AUTH_BEARER;
    if (str_is(type, "x-api-key"))
        return AUTH_X_API_KEY;
    if (str_is(type, "none"))
        return AUTH_NONE;
    return p->service->auth == AUTH_NONE ? AUTH_BEARER : p->service->auth;
}

static bool find_key(struct reading *r, struct provider *p)
{
    const cJSON *auth = json_get(p->json, "auth");
    const cJSON *key = json_get(auth, "key");
    enum auth_style style = style_of(p, auth);
    struct buf value;
    struct why why = {{0}};
    if (!key || style == AUTH_NONE)
        return true;
    buf_init(&value, 32 << 10);
    buf_append(&value, str_from(styles[style].prefix));
    bool ok = !config_secret(key, &value, &why);
    if (ok) {
        p->auth_name = keep(r, str_from(styles[style].header));
        p->auth_value = keep(r, buf_view(&value));
    } else {
        mistake(r, p, "auth.key", why.text);
    }
    buf_release(&value);
    return ok;
}

/* --- models */

static const struct model *same_name(const struct table *t, struct str name)
{
    for (size_t i = 0; i < t->n_models; i++)
        if (str_eq(t->models[i].name, name))
            return &t->models[i];
    return NULL;
}

/* The model's name, made "provider/name" where another has it already. */
static bool name_model(struct reading *r, const struct provider *p,
                       struct model *m, struct str name)
{
    struct buf full;
    buf_init(&full, 1024);
    if (same_name(r->table, name))
        buf_printf(&full, "%.*s/", STR_ARG(p->name));
    buf_append(&full, name);
    bool free = !same_name(r->table, buf_view(&full));
    if (free)
        m->name = keep(r, buf_view(&full));
    else
        problems_add(r->problems, SEVERITY_ERROR, p->path,
                     "two models are called \"%.*s\"; give one a \"name\"",
                     STR_ARG(buf_view(&full)));
    buf_release(&full);
    return free;
}

static void read_costs(struct model *m, const cJSON *json)
{
    const cJSON *million = json_get(json, "cost_per_million");
    double cost;
    m->cost_input = m->cost_output = m->local ? 0 : -1;
    if (json_get_number(json, "cost_per_token", &cost))
        m->cost_input = m->cost_output = cost;
    if (json_get_number(million, "input", &cost))
        m->cost_input = cost / 1e6;
    if (json_get_number(million, "output", &cost))
        m->cost_output = cost / 1e6;
}

static uint32_t read_count(const cJSON *json, const char *key)
{
    int64_t n = 0;
    json_get_int(json, key, &n);
    return (uint32_t)n;
}

static bool template_known(struct reading *r, const struct provider *p,
                           struct str name)
{
    struct buf text;
    if (name.len == 0 || template_find(name))
        return true;
    buf_init(&text, 500);
    buf_printf(&text, "there is no layout \"%.*s\"; known: ",
               STR_ARG(str_sub(name, 0, 60)));
    for (size_t i = 0; i < template_count(); i++)
        buf_printf(&text, "%s%s", i ? ", " : "", template_at(i)->name);
    mistake(r, p, "models[].template", text.ptr);
    buf_release(&text);
    return false;
}

/* `json` NULL: the service's own default model. */
static void add_model(struct reading *r, const struct provider *p,
                      const cJSON *json)
{
    const cJSON *performance = json_get(json, "performance");
    struct str id = str_from(p->service->default_model), name, layout = {0};
    struct table *t = r->table;
    json_get_str(json, "id", &id);
    json_get_str(json, "template", &layout);
    if (id.len == 0) {
        mistake(r, p, "models[].id",
                "a model needs the id that the service "
                "knows it by");
        return;
    }
    if (t->n_models == MODELS_MAX || !template_known(r, p, layout))
        return;
    struct model m = {
        .provider = p->name,
        .service = p->service,
        .dialect = p->dialect,
        .url = p->url,
        .auth_name = p->auth_name,
        .auth_value = p->auth_value,
        .allow_plain = p->allow_plain,
        .quirks = p->service->quirks,
        .max_context =
            json ? read_count(json, "max_context") : p->service->max_context,
        .max_tokens = read_count(json, "max_tokens"),
        .avg_response = -1,
        .success_rate = -1,
        .local = p->service->local,
    };
    name = id;
    json_get_str(json, "name", &name);
    json_get_number(performance, "avg_response", &m.avg_response);
    json_get_number(performance, "success_rate", &m.success_rate);
    read_costs(&m, json);
    m.id = keep(r, id);
    m.template = keep(r, layout);
    if (name_model(r, p, &m, name))
        t->models[t->n_models++] = m;
}

static void read_provider(struct reading *r, const cJSON *json, int index)
{
    struct provider p = {.json = json};
    const cJSON *models = json_get(json, "models"), *model;
    struct str name;
    snprintf(p.path, sizeof p.path, "providers[%d]", index);
    if (!find_service(r, &p))
        return;
    name = p.type;
    json_get_str(json, "name", &name);
    p.name = keep(r, name);
    json_get_bool(json, "allow_plain_http", &p.allow_plain);
    if (!find_dialect(r, &p) || !find_url(r, &p) || !find_key(r, &p))
        return;
    cJSON_ArrayForEach(model, models) add_model(r, &p, model);
    if (!models && (p.service->default_model || !p.dialect))
        add_model(r, &p, NULL);
    else if (!models)
        mistake(r, &p, "models", "name at least one: { \"id\": … }");
}

/* The built-in model, which closes every chain, under its own name. */
static void add_builtin(struct reading *r)
{
    struct table *t = r->table;
    t->models[t->n_models] = (struct model){
        .name = keep(r, STR("builtin")),
        .id = keep(r, STR("builtin")),
        .provider = keep(r, STR("builtin")),
        .service = service_find(STR("builtin")),
        .avg_response = -1,
        .success_rate = -1,
        .local = true,
    };
    t->builtin = &t->models[t->n_models++];
}

enum err models_read(struct table *t, const cJSON *providers,
                     struct problems *problems)
{
    struct reading r = {t, problems, false};
    const cJSON *provider, *model;
    size_t most = 2; /* the built-in one and room for a default */
    int index = 0;
    cJSON_ArrayForEach(provider, providers)
    {
        most++;
        cJSON_ArrayForEach(model, json_get(provider, "models")) most++;
    }
    if (most > MODELS_MAX)
        most = MODELS_MAX;
    t->models = arena_array(&t->arena, most + 1, sizeof *t->models);
    if (!t->models)
        return ERR_MEMORY;
    add_builtin(&r);
    cJSON_ArrayForEach(provider, providers)
        read_provider(&r, provider, index++);
    return r.no_memory ? ERR_MEMORY : OK;
}
