#include "provider/discover.h"
#include "provider/listing.h"
#include "provider/template.h"

#include <stdio.h>
#include <string.h>

/* "By default, Ollama uses a context window size of 4096 tokens" (its FAQ,
 * context window size), whatever the model would take. */
enum { OLLAMA_CONTEXT = 4096, ROUTE_MODELS = 2, TYPICAL_BILLIONS = 7 };

/*
 * Sources: Ollama's API reference (list local models, list running models);
 * llama.cpp's server README (GET /props, GET /v1/models); LM Studio's REST
 * API v0 (GET /api/v0/models); vLLM's and SGLang's OpenAI-compatible servers
 * (list models). The order counts where an address may be of any kind: some
 * answer at the paths of others, too.
 */
static const struct discovery rows[] = {
    {.type = "ollama",
     .paths = {"/api/tags", "/api/ps"},
     .mark = "models",
     .usual_context = OLLAMA_CONTEXT,
     .layout = true,
     .by_default = true},
    {.type = "llama.cpp",
     .paths = {"/props", "/v1/models"},
     .mark = "default_generation_settings",
     .by_default = true},
    {.type = "lmstudio",
     .paths = {"/api/v0/models"},
     .mark = "data",
     .each = "state",
     .by_default = true},
    {.type = "vllm",
     .paths = {"/v1/models"},
     .mark = "data",
     .each = "owned_by",
     .owner = "vllm",
     .lists_running = true,
     .by_default = true},
    {.type = "sglang",
     .paths = {"/v1/models"},
     .mark = "data",
     .each = "owned_by",
     .owner = "sglang",
     .lists_running = true},
};

enum { ROWS = sizeof rows / sizeof *rows };

size_t discovery_count(void)
{
    return ROWS;
}

const struct discovery *discovery_at(size_t i)
{
    return i < ROWS ? &rows[i] : NULL;
}

/* --- answers */

static struct discovered_model *find_model(struct discovered *d, struct str id)
{
    for (size_t i = 0; i < d->n_models; i++)
        if (str_is(id, d->models[i].id))
            return &d->models[i];
    return NULL;
}

/* Ids that would be cut name nothing. */
static struct discovered_model *add_model(struct discovered *d, struct str id)
{
    if (d->n_models == DISCOVER_MODELS || id.len >= DISCOVER_ID)
        return NULL;
    struct discovered_model *m = &d->models[d->n_models++];
    *m = (struct discovered_model){0};
    snprintf(m->id, sizeof m->id, "%.*s", STR_ARG(id));
    return m;
}

/* A context that is told of a model that runs holds, another one only as far
 * as the server's usual one goes. */
static void set_context(const struct discovered *d, struct discovered_model *m,
                        uint32_t context, bool running)
{
    uint32_t usual = d->kind->usual_context;
    if (running && context)
        m->context = context;
    else if (usual && (!context || context > usual))
        m->context = usual;
    else
        m->context = context;
}

static void take_model(struct discovered *d, const struct listed *l,
                       bool all_run)
{
    struct discovered_model *m = find_model(d, l->id);
    bool running = l->running || all_run;
    if (m) { /* a second list tells more of it */
        m->running = m->running || running;
        set_context(d, m, l->context, running);
        return;
    }
    m = l->embeds || l->elsewhere ? NULL : add_model(d, l->id);
    if (!m)
        return;
    m->billions = l->billions;
    m->running = running;
    m->fim = l->inserts || template_for_model(l->id);
    set_context(d, m, d->context ? d->context : l->context, running);
}

static bool is_kind(const struct discovery *kind, const cJSON *root)
{
    const cJSON *list = listing_of(root), *item;
    if (!json_get(root, kind->mark) || (kind->each && !(list && list->child)))
        return false;
    for (item = kind->each ? list->child : NULL; item; item = item->next) {
        const cJSON *said = json_get(item, kind->each);
        if (!said || (kind->owner && !str_is(json_str(said), kind->owner)))
            return false;
    }
    return true;
}

static enum err refuse(const struct discovery *kind, size_t path,
                       struct why *why)
{
    return why_set(why, ERR_ANSWER, "what it says at %s is not what %s says",
                   kind->paths[path],
                   service_find(str_from(kind->type))->title);
}

enum err discover_read(struct discovered *d, size_t path, struct str body,
                       struct why *why)
{
    const cJSON *list, *item;
    struct listed l;
    cJSON *root;
    int64_t context;
    if (json_parse_str(body, &root, NULL))
        return refuse(d->kind, path, why);
    if (path == 0 && !is_kind(d->kind, root)) {
        cJSON_Delete(root);
        return refuse(d->kind, path, why);
    }
    if (json_get_int(json_get(root, "default_generation_settings"), "n_ctx",
                     &context) &&
        context > 0 && context < 1000000000)
        d->context = (uint32_t)context;
    list = listing_of(root);
    cJSON_ArrayForEach(item, list)
    {
        if (listing_read(item, &l))
            take_model(d, &l, d->kind->lists_running || path > 0);
    }
    cJSON_Delete(root);
    return OK;
}

/* --- addresses */

enum err discover_address(struct str address, char out[DISCOVER_ADDRESS],
                          struct why *why)
{
    const struct service *any = service_find(STR("vllm"));
    struct buf url;
    struct fills none = {0};
    buf_init(&url, 512);
    enum err e = service_url(any, dialect_find(str_from(any->dialect)), address,
                             &none, &url, why);
    struct str scheme = STR("http://");
    struct str text = buf_view(&url), host;
    if (!e) {
        host = str_starts(text, scheme) ? str_sub(text, scheme.len, text.len)
                                        : (struct str){0};
        host = str_sub(host, 0, str_find_char(host, '/'));
        if (!host.len || !service_is_loopback(host))
            e = why_set(why, ERR_CONFIG,
                        "\"%.*s\" is not http on this machine; another "
                        "machine's models are named under \"providers\"",
                        STR_ARG(str_sub(address, 0, 60)));
        else if (scheme.len + host.len >= DISCOVER_ADDRESS)
            e = why_set(why, ERR_CONFIG, "the address is too long");
        else
            snprintf(out, DISCOVER_ADDRESS, "http://%.*s", STR_ARG(host));
    }
    buf_release(&url);
    return e;
}

/* --- what to configure */

/* Whether `a` is asked rather than `b`. */
static bool is_better(const struct discovered_model *a,
                      const struct discovered_model *b)
{
    double size_a = a->billions > 0 ? a->billions : TYPICAL_BILLIONS;
    double size_b = b->billions > 0 ? b->billions : TYPICAL_BILLIONS;
    if (a->fim != b->fim)
        return a->fim;
    if (a->running != b->running)
        return a->running;
    return size_a < size_b;
}

/* What the first has over the other, by is_better(). */
static const char *advantage(const struct discovered_model *a,
                             const struct discovered_model *b)
{
    if (a->fim != b->fim)
        return "fills in the middle";
    if (a->running != b->running)
        return "is in memory";
    return is_better(a, b) ? "is smaller" : "was found first";
}

static const struct discovered_model *best_of(const struct discovered *d)
{
    const struct discovered_model *best = NULL;
    for (size_t i = 0; i < d->n_models; i++)
        if (!best || is_better(&d->models[i], best))
            best = &d->models[i];
    return best;
}

/* All that was found, and whom the route asks of it. */
struct choice {
    const struct discovered *all;
    size_t n;
    size_t chosen[ROUTE_MODELS]; /* places in `all`, the best model's first */
    size_t count;
};

static bool is_chosen(const struct choice *c, const struct discovered *d)
{
    for (size_t i = 0; i < c->count; i++)
        if (&c->all[c->chosen[i]] == d)
            return true;
    return false;
}

/* Why the route does not name it. */
static void add_reason(cJSON *o, const struct choice *c,
                       const struct discovered *d,
                       const struct discovered_model *m)
{
    const struct discovered_model *best = best_of(d);
    const struct discovered *last = &c->all[c->chosen[c->count - 1]];
    struct buf text;
    if (is_chosen(c, d) && m == best)
        return;
    buf_init(&text, 2 * DISCOVER_ID);
    if (m != best)
        buf_printf(&text, "not asked: %.60s of the same server is, for it %s",
                   best->id, advantage(best, m));
    else
        buf_printf(
            &text,
            "not asked: two servers are, and %s goes before its own, for "
            "its model %s",
            last->address, advantage(best_of(last), m));
    json_add_str(o, DISCOVER_UNASKED, buf_view(&text));
    buf_release(&text);
}

static void add_entry(cJSON *list, const struct choice *c,
                      const struct discovered *d,
                      const struct discovered_model *m, bool layout)
{
    const struct template *t = template_for_model(str_from(m->id));
    cJSON *o = cJSON_CreateObject();
    json_add_str(o, "id", str_from(m->id));
    if (m->context)
        json_add(o, "max_context", cJSON_CreateNumber(m->context));
    if (layout && t)
        json_add_str(o, "template", str_from(t->name));
    add_reason(o, c, d, m);
    cJSON_AddItemToArray(list, o);
}

/* Two servers of one kind are told apart by their ports. */
static void name_provider(const struct discovered *all, size_t i, char *out,
                          size_t size)
{
    const char *type = all[i].kind->type, *port = strrchr(all[i].address, ':');
    bool taken = false;
    for (size_t j = 0; j < i; j++)
        taken = taken || all[j].kind == all[i].kind;
    snprintf(out, size, "%s%s", type, taken ? port : "");
}

/* The models of one address that fill in the middle, or those that chat. */
static void add_provider(cJSON *providers, const struct choice *c,
                         const struct discovered *d, const char *name, bool fim)
{
    cJSON *o = NULL, *models = NULL;
    for (size_t i = 0; i < d->n_models; i++) {
        if (d->models[i].fim != fim)
            continue;
        if (!o) {
            o = cJSON_CreateObject();
            json_add_str(o, "name", str_from(name));
            json_add_str(o, "type", str_from(d->kind->type));
            json_add_str(o, "endpoint", str_from(d->address));
            if (!fim)
                json_add_str(o, "dialect", STR("openai-chat"));
            models = cJSON_AddArrayToObject(o, "models");
        }
        add_entry(models, c, d, &d->models[i], fim && d->kind->layout);
    }
    if (o)
        cJSON_AddItemToArray(providers, o);
}

static struct choice choose(const struct discovered *all, size_t n)
{
    struct choice c = {.all = all, .n = n};
    for (size_t i = 0; i < n; i++) {
        const struct discovered_model *m = best_of(&all[i]);
        size_t at = c.count;
        while (m && at && is_better(m, best_of(&all[c.chosen[at - 1]])))
            at--;
        if (!m || at == ROUTE_MODELS)
            continue;
        c.count += c.count < ROUTE_MODELS;
        for (size_t j = c.count - 1; j > at; j--)
            c.chosen[j] = c.chosen[j - 1];
        c.chosen[at] = i;
    }
    return c;
}

static void add_route(cJSON *routes, const struct choice *c)
{
    char provider[32], name[sizeof provider + DISCOVER_ID];
    cJSON *route = cJSON_CreateObject();
    cJSON *models = cJSON_AddArrayToObject(route, "default");
    for (size_t i = 0; i < c->count; i++) {
        name_provider(c->all, c->chosen[i], provider, sizeof provider);
        snprintf(name, sizeof name, "%s/%s", provider,
                 best_of(&c->all[c->chosen[i]])->id);
        cJSON_AddItemToArray(models, cJSON_CreateString(name));
    }
    cJSON_AddItemToArray(routes, route);
}

cJSON *discover_config(const struct discovered *all, size_t n)
{
    char name[32];
    struct choice c = choose(all, n);
    if (!c.count)
        return NULL;
    cJSON *config = cJSON_CreateObject();
    cJSON *providers = cJSON_AddArrayToObject(config, "providers");
    for (size_t i = 0; i < n; i++) {
        name_provider(all, i, name, sizeof name);
        add_provider(providers, &c, &all[i], name, true);
        add_provider(providers, &c, &all[i], name, false);
    }
    add_route(cJSON_AddArrayToObject(config, "routes"), &c);
    return config;
}
