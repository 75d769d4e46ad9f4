#include "complete/explain.h"

enum { PATH_MAX_NODES = 64 };

static cJSON *path_json(const struct ask *ask)
{
    const char *types[PATH_MAX_NODES];
    size_t n = classify_path(ask->doc, ask->offset, types, PATH_MAX_NODES);
    return cJSON_CreateStringArray(types, (int)n);
}

static cJSON *route_json(const struct table *t, const struct route *r)
{
    char name[320];
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "index", r->index);
    cJSON_AddStringToObject(o, "name", route_name(t, r, name, sizeof name));
    if (r->pattern.len)
        json_add_str(o, "pattern", r->pattern);
    if (r->path.len)
        json_add_str(o, "path", r->path);
    cJSON_AddBoolToObject(o, "default",
                          !r->classes && !r->n_languages && !r->pattern.len &&
                              !r->path.len && r->trigger < 0);
    cJSON_AddNumberToObject(o, "max_tokens", r->options.max_tokens);
    cJSON_AddNumberToObject(o, "temperature", r->options.temperature);
    cJSON_AddNumberToObject(o, "deadline_ms", r->options.deadline_ms);
    cJSON_AddNumberToObject(o, "debounce_ms", r->options.debounce_ms);
    return o;
}

static cJSON *candidate_json(const struct candidate *c, size_t rank)
{
    cJSON *o = cJSON_CreateObject();
    json_add_str(o, "model", c->model->name);
    json_add_str(o, "provider", c->model->provider);
    cJSON_AddNumberToObject(o, "rank", (double)rank);
    cJSON_AddStringToObject(o, "reason", c->reason);
    if (c->excluded)
        cJSON_AddTrueToObject(o, "excluded");
    return o;
}

static const struct model *chosen(const struct decision *d)
{
    for (size_t i = 0; i < d->n; i++)
        if (!d->chain[i].excluded)
            return d->chain[i].model;
    return NULL;
}

cJSON *explain_json(const struct table *t, const struct ask *ask,
                    const struct observation *seen, const struct decision *d)
{
    cJSON *o = cJSON_CreateObject();
    const struct model *model = chosen(d);
    cJSON_AddStringToObject(o, "class", cursor_class_name(seen->c.class));
    cJSON_AddStringToObject(o, "language", ask->doc->language->name);
    cJSON_AddItemToObject(o, "path", path_json(ask));
    task_to_json(&seen->task, cJSON_AddObjectToObject(o, "features"));
    cJSON_AddStringToObject(o, "extent", extent_name(seen->extent));
    cJSON_AddItemToObject(o, "route", route_json(t, d->route));
    cJSON_AddArrayToObject(o, "rules");
    cJSON *candidates = cJSON_AddArrayToObject(o, "candidates");
    for (size_t i = 0; i < d->n; i++)
        cJSON_AddItemToArray(candidates, candidate_json(&d->chain[i], i + 1));
    if (model)
        json_add_str(o, "model", model->name);
    return o;
}
