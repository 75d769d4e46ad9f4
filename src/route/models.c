#include "route/models.h"
#include "config/keys.h"
#include "config/known.h"
#include "provider/listing.h"
#include "provider/discover.h"
#include "provider/template.h"
#include "route/plugins.h"
#include "route/privacy.h"
#include "route/upstream.h"

#include <stdio.h>

enum { TAGS_MAX = 1000 };

/* What naming has to know of a model, while the table is made. */
struct label {
    bool given;    /* by "name", not by the service's id */
    char path[64]; /* "providers[0].models[1]" */
};

struct naming {
    struct reading *r;
    struct label *labels; /* one for each of t->models */
    bool full;            /* it was said that there are too many */
};

/* --- one model */

/* What the service is known to take: dollars a token. */
static void usual_costs(struct model *m, const struct service_model *row)
{
    m->cost_input = m->cost_output = m->cost_cached = m->local ? 0 : -1;
    if (!row || !m->service->priced)
        return;
    m->cost_input = row->cost_input < 0 ? -1 : row->cost_input / 1e6;
    m->cost_output = row->cost_output < 0 ? -1 : row->cost_output / 1e6;
    m->cost_cached =
        row->cost_cached > 0 ? row->cost_cached / 1e6 : m->cost_input;
}

static void read_costs(struct model *m, const struct service_model *row,
                       const cJSON *json)
{
    const cJSON *million = json_get(json, "cost_per_million");
    double cost;
    usual_costs(m, row);
    if (json_get_number(json, "cost_per_token", &cost))
        m->cost_input = m->cost_output = m->cost_cached = cost;
    if (json_get_number(million, "input", &cost))
        m->cost_input = m->cost_cached = cost / 1e6;
    if (json_get_number(million, "output", &cost))
        m->cost_output = cost / 1e6;
    if (json_get_number(million, "cached_input", &cost))
        m->cost_cached = cost / 1e6;
}

/* Two prices for one thing: the file does not show which one counts. */
static void note_costs(struct reading *r, const cJSON *json, const char *path)
{
    const cJSON *million = json_get(json, "cost_per_million");
    bool input = json_get(million, "input"),
         output = json_get(million, "output");
    if (!json_get(json, "cost_per_token") || (!input && !output))
        return;
    reading_note(r, SEVERITY_WARNING, path, "cost_per_token",
                 "it counts for %s, because \"cost_per_million\" stands beside "
                 "it; keep one of the two",
                 input && output ? "nothing"
                 : input         ? "output alone"
                                 : "input alone");
}

static uint32_t read_count(const cJSON *json, const char *key,
                           uint32_t fallback)
{
    int64_t n = fallback;
    json_get_int(json, key, &n);
    return (uint32_t)n;
}

static struct quota read_quota(const cJSON *json)
{
    return (struct quota){
        .max_concurrent = read_count(json, "max_concurrent", 0),
        .rpm = read_count(json, "rpm", 0),
        .tpm = read_count(json, "tpm", 0),
    };
}

static bool check_template(struct reading *r, const char *path, struct str name)
{
    struct known known;
    if (name.len == 0 || template_find(name))
        return true;
    known_init(&known, name);
    for (size_t i = 0; i < template_count(); i++)
        known_add(&known, str_from(template_at(i)->name));
    reading_note(r, SEVERITY_ERROR, path, "template",
                 "there is no layout \"%.*s\"%s", STR_ARG(str_sub(name, 0, 60)),
                 known_text(&known));
    known_release(&known);
    return false;
}

/* Names of tensors are the model's own, so that nothing more can be checked
 * of them here. */
static void read_tensors(struct reading *r, const cJSON *json, const char *path,
                         struct model *m)
{
    bool stream;
    m->tensors.layout = str_from(m->service->tensors);
    if (!json)
        return;
    if (!dialect_is_grpc(m->dialect)) {
        reading_note(r, SEVERITY_WARNING, path, "tensors",
                     "%s is not asked over gRPC, and has no use for them",
                     m->service->title);
        return;
    }
    json_get_str(json, "layout", &m->tensors.layout);
    json_get_str(json, "prompt", &m->tensors.prompt);
    json_get_str(json, "suffix", &m->tensors.suffix);
    json_get_str(json, "output", &m->tensors.output);
    m->tensors.layout = reading_keep(r, m->tensors.layout);
    m->tensors.prompt = reading_keep(r, m->tensors.prompt);
    m->tensors.suffix = reading_keep(r, m->tensors.suffix);
    m->tensors.output = reading_keep(r, m->tensors.output);
    if (json_get_bool(json, "stream", &stream) &&
        stream != (m->dialect->framing == FRAMES_GRPC))
        m->dialect = m->dialect->other;
}

/* What a model has of its service, whatever else is said of it. */
static struct model model_of(const struct upstream *u)
{
    return (struct model){
        .provider = u->name,
        .service = u->service,
        .dialect = u->dialect,
        .access = u->access,
        .plugin = u->plugin,
        .quirks = u->service->quirks,
        .avg_response = -1,
        .success_rate = -1,
        .shared = read_quota(u->json),
        .local = u->service->local,
        .own = !u->dialect,
    };
}

/* One that the configuration names, which the row may know; or, where `json`
 * is NULL, the row's. */
/* ",a,b," so that ',a,' is found in it. */
static struct str read_tags(struct reading *r, const cJSON *item)
{
    struct buf text;
    buf_init(&text, TAGS_MAX);
    if (cJSON_IsString(item))
        buf_printf(&text, ",%s,", item->valuestring);
    for (const cJSON *e = cJSON_IsArray(item) ? item->child : NULL; e;
         e = e->next)
        buf_printf(&text, "%s%s,", text.len ? "" : ",", e->valuestring);
    struct str tags =
        text.len ? reading_keep(r, buf_view(&text)) : (struct str){0};
    buf_release(&text);
    return tags;
}

static bool read_model(struct reading *r, const struct upstream *u,
                       const cJSON *json, const struct service_model *row,
                       const char *path, struct model *m)
{
    const cJSON *performance = json_get(json, "performance");
    struct str id = str_from(row ? row->id : NULL), layout = {0};
    if (json_get(json, KEY_LEFT_OUT))
        return false;
    if (json_get_str(json, "id", &id))
        row = service_model(u->service, id);
    if (row)
        layout = str_from(row->template);
    json_get_str(json, "template", &layout);
    if (id.len == 0) {
        reading_note(r, SEVERITY_ERROR, path, "id",
                     "a model needs the name that the service knows it by");
        return false;
    }
    if (!check_template(r, path, layout))
        return false;
    *m = model_of(u);
    m->id = m->name = reading_keep(r, id);
    m->template = reading_keep(r, layout);
    if (m->dialect)
        read_tensors(r, json_get(json, "tensors"), path, m);
    m->url = upstream_url(r, u, m->dialect, id);
    m->own = !m->dialect || (m->plugin && m->plugin->own) ||
             (privacy_is_own(r->table, m->url) && !listing_is_passed_on(id));
    m->fim = (u->dialect && u->dialect->native_fim) || (row && row->fim) ||
             layout.len || m->tensors.suffix.len || template_for_model(id);
    m->max_context =
        read_count(json, "max_context", row ? row->max_context : 0);
    m->max_tokens = read_count(json, "max_tokens", u->service->max_tokens);
    m->quota = read_quota(json);
    m->tags = read_tags(r, json_get(json, "tags"));
    if (json_get_str(json, DISCOVER_UNASKED, &m->unasked))
        m->unasked = reading_keep(r, m->unasked);
    json_get_number(performance, "avg_response", &m->avg_response);
    json_get_number(performance, "success_rate", &m->success_rate);
    note_costs(r, json, path);
    read_costs(m, row, json);
    return true;
}

/* --- the table's */

static bool is_full(struct naming *n, const char *path)
{
    if (n->r->table->n_models < MODELS_MAX)
        return false;
    if (!n->full)
        reading_note(n->r, SEVERITY_ERROR, path, "",
                     "there are %d models already; those from here on are left "
                     "out",
                     MODELS_MAX);
    return n->full = true;
}

static void add_model(struct naming *n, const struct upstream *u,
                      const cJSON *json, const struct service_model *row,
                      const char *path)
{
    struct table *t = n->r->table;
    struct model *m = &t->models[t->n_models];
    struct label *label = &n->labels[t->n_models];
    struct str name;
    if (is_full(n, path) || !read_model(n->r, u, json, row, path, m))
        return;
    label->given = json_get_str(json, "name", &name);
    if (label->given)
        m->name = reading_keep(n->r, name);
    snprintf(label->path, sizeof label->path, "%s", path);
    t->n_models++;
}

static void add_absent(struct reading *r, const struct upstream *u,
                       struct str name)
{
    struct table *t = r->table;
    if (name.len == 0 || t->n_absent == MODELS_MAX)
        return;
    t->absent[t->n_absent++] = (struct absent){
        .name = reading_keep(r, name),
        .provider = u->name,
        .place = reading_keep(r, str_from(u->reason)),
        .own = u->loopback || (u->service && u->service->local),
    };
}

/* The names that routes may still have for models that can't be asked. */
static void add_all_absent(struct reading *r, const struct upstream *u)
{
    const cJSON *models = json_get(u->json, "models"), *json;
    for (size_t i = 0; !models && u->service && i < SERVICE_MODELS; i++)
        add_absent(r, u, str_from(u->service->models[i].id));
    cJSON_ArrayForEach(json, models)
    {
        struct str name = {0};
        json_get_str(json, "id", &name);
        json_get_str(json, "name", &name);
        add_absent(r, u, name);
    }
}

static void add_all(struct naming *n, const struct upstream *u)
{
    const cJSON *models = json_get(u->json, "models"), *json;
    char path[64];
    int index = 0;
    cJSON_ArrayForEach(json, models)
    {
        snprintf(path, sizeof path, "%s.models[%d]", u->path, index++);
        add_model(n, u, json, NULL, path);
    }
    if (index || !u->dialect)
        return;
    size_t known = service_model_count(u->service);
    for (size_t i = 0; i < known; i++)
        add_model(n, u, NULL, &u->service->models[i], u->path);
    if (!known)
        reading_note(n->r, SEVERITY_ERROR, u->path, "models",
                     "name at least one, as in [{\"id\": \"…\"}]");
}

/* The built-in model, which closes every chain, under its own name. */
static void add_builtin(struct naming *n)
{
    struct upstream u = {.service = service_find(STR("builtin")),
                         .name = STR("builtin")};
    struct table *t = n->r->table;
    t->models[0] = model_of(&u);
    t->models[0].id = t->models[0].name = u.name;
    t->builtin = &t->models[0];
    n->labels[0] = (struct label){.given = true, .path = "the built-in model"};
    t->n_models = 1;
}

/* --- names */

static bool is_shared(const struct table *t, size_t i)
{
    for (size_t j = 0; j < t->n_models; j++)
        if (j != i && str_eq(t->models[i].name, t->models[j].name))
            return true;
    return false;
}

static struct str full_name(struct reading *r, const struct model *m)
{
    struct buf text;
    buf_init(&text, 4096);
    buf_printf(&text, "%.*s/%.*s", STR_ARG(m->provider), STR_ARG(m->id));
    struct str name = reading_keep(r, buf_view(&text));
    buf_release(&text);
    return name;
}

/* Ids that two providers have are told apart by the provider's name. */
static void qualify(struct naming *n)
{
    struct table *t = n->r->table;
    bool shared[MODELS_MAX + 1];
    for (size_t i = 0; i < t->n_models; i++)
        shared[i] = !n->labels[i].given && is_shared(t, i);
    for (size_t i = 0; i < t->n_models; i++)
        if (shared[i])
            t->models[i].name = full_name(n->r, &t->models[i]);
}

static bool is_taken(struct naming *n, size_t i)
{
    struct table *t = n->r->table;
    for (size_t j = 0; j < i; j++) {
        if (!str_eq(t->models[i].name, t->models[j].name))
            continue;
        reading_note(n->r, SEVERITY_ERROR, n->labels[i].path, "name",
                     "%s is called \"%.*s\" already; give one of the two "
                     "another \"name\"",
                     n->labels[j].path, STR_ARG(t->models[i].name));
        return true;
    }
    return false;
}

/* Of two models with one name the first keeps it. */
static void drop_repeated(struct naming *n)
{
    struct table *t = n->r->table;
    size_t kept = 0;
    for (size_t i = 0; i < t->n_models; i++) {
        t->models[kept] = t->models[i];
        n->labels[kept] = n->labels[i];
        kept += !is_taken(n, kept);
    }
    t->n_models = kept;
}

/* How many models and defaults "providers" may hold, at most. */
static size_t count_models(const cJSON *providers)
{
    const cJSON *provider;
    size_t n = 1;
    cJSON_ArrayForEach(provider, providers) n +=
        SERVICE_MODELS +
        (size_t)cJSON_GetArraySize(json_get(provider, "models"));
    return n < MODELS_MAX ? n : MODELS_MAX;
}

void models_read(struct reading *r, const cJSON *providers)
{
    struct table *t = r->table;
    struct naming n = {.r = r};
    size_t most = count_models(providers) + 1; /* one to read the next into */
    const cJSON *provider;
    struct upstream u;
    int index = 0;
    t->models = arena_array(&t->arena, most, sizeof *t->models);
    t->absent = arena_array(&t->arena, most, sizeof *t->absent);
    n.labels = arena_array(&t->arena, most, sizeof *n.labels);
    if (!t->models || !t->absent || !n.labels) {
        r->no_memory = true;
        return;
    }
    add_builtin(&n);
    cJSON_ArrayForEach(provider, providers)
    {
        if (upstream_read(r, provider, index++, &u))
            add_all(&n, &u);
        else
            add_all_absent(r, &u);
    }
    qualify(&n);
    drop_repeated(&n);
}

/* --- finding */

/* "id", or "provider/id", or "provider/name". */
static bool answers_to(const struct model *m, struct str name)
{
    if (str_eq(m->id, name))
        return true;
    if (!str_starts(name, m->provider) || name.len <= m->provider.len ||
        name.ptr[m->provider.len] != '/')
        return false;
    struct str rest = str_sub(name, m->provider.len + 1, name.len);
    return str_eq(rest, m->id) || str_eq(rest, m->name);
}

const struct model *table_model(const struct table *t, struct str name)
{
    const struct model *found = NULL;
    for (size_t i = 0; i < t->n_models; i++)
        if (str_eq(t->models[i].name, name))
            return &t->models[i];
    for (size_t i = 0; i < t->n_models; i++) {
        if (!answers_to(&t->models[i], name))
            continue;
        if (found)
            return NULL; /* no telling which one is meant */
        found = &t->models[i];
    }
    return found;
}

void models_explain(const struct table *t, struct str name, struct buf *out)
{
    struct known known;
    size_t same = 0, of = 0;
    for (size_t i = 0; i < t->n_models; i++) {
        same += answers_to(&t->models[i], name);
        of += str_eq(t->models[i].provider, name);
    }
    known_init(&known, same || of ? (struct str){0} : name);
    for (size_t i = 0; i < t->n_models; i++)
        if (same ? answers_to(&t->models[i], name)
                 : !of || str_eq(t->models[i].provider, name))
            known_add(&known, t->models[i].name);
    buf_printf(out,
               same ? "\"%.*s\" is of several providers%s"
               : of ? "\"%.*s\" is a provider; right is one of its models%s"
                    : "no model named \"%.*s\" under \"providers\"%s",
               STR_ARG(str_sub(name, 0, 80)), known_text(&known));
    known_release(&known);
}
