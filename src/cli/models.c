/* switchyard models: what can be asked, and what it costs. */
#include "base/json.h"
#include "cli/cli.h"

#include <stdio.h>

static cJSON *price_json(double per_token)
{
    return per_token < 0 ? cJSON_CreateNull()
                         : cJSON_CreateNumber(per_token * 1e6);
}

static cJSON *model_json(const struct model *m)
{
    cJSON *o = cJSON_CreateObject();
    json_add_str(o, "model", m->name);
    json_add_str(o, "id", m->id);
    json_add_str(o, "provider", m->provider);
    cJSON_AddStringToObject(o, "type", m->service->type);
    if (m->dialect)
        cJSON_AddStringToObject(o, "dialect", m->dialect->name);
    json_add_str(o, "url", m->url);
    cJSON_AddBoolToObject(o, "local", m->local);
    if (m->max_context)
        cJSON_AddNumberToObject(o, "max_context", m->max_context);
    cJSON_AddItemToObject(o, "input_per_million", price_json(m->cost_input));
    cJSON_AddItemToObject(o, "output_per_million", price_json(m->cost_output));
    return o;
}

static void print_table(const struct table *t)
{
    static const char *const heads[] = {
        "model", "provider", "dialect", "where", "context", "in/M", "out/M"};
    struct columns c;
    char in[32], out[32];
    columns_init(&c, 7);
    for (size_t i = 0; i < 7; i++)
        columns_add(&c, "%s", heads[i]);
    for (size_t i = 0; i < t->n_models; i++) {
        const struct model *m = &t->models[i];
        cli_price(in, sizeof in, m->cost_input);
        cli_price(out, sizeof out, m->cost_output);
        columns_add(&c, "%.*s", STR_ARG(m->name));
        columns_add(&c, "%.*s", STR_ARG(m->provider));
        columns_add(&c, "%s", m->dialect ? m->dialect->name : "-");
        columns_add(&c, "%s",
                    !m->dialect ? "built in"
                    : m->local  ? "local"
                                : "cloud");
        if (m->max_context)
            columns_add(&c, "%u", m->max_context);
        else
            columns_add(&c, "%s", m->dialect ? "unknown" : "-");
        columns_add(&c, "%s", in);
        columns_add(&c, "%s", out);
    }
    columns_print(&c);
}

static cJSON *service_json(const struct service *s)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "type", s->type);
    cJSON_AddStringToObject(o, "title", s->title);
    if (s->endpoint)
        cJSON_AddStringToObject(o, "endpoint", s->endpoint);
    if (s->dialect)
        cJSON_AddStringToObject(o, "dialect", s->dialect);
    cJSON_AddBoolToObject(o, "local", s->local);
    if (s->default_model)
        cJSON_AddStringToObject(o, "default_model", s->default_model);
    return o;
}

static int print_services(bool json)
{
    struct columns c;
    cJSON *list = json ? cJSON_CreateArray() : NULL;
    columns_init(&c, 4);
    columns_add(&c, "type");
    columns_add(&c, "dialect");
    columns_add(&c, "default model");
    columns_add(&c, "endpoint");
    for (size_t i = 0; i < service_count(); i++) {
        const struct service *s = service_at(i);
        if (json) {
            cJSON_AddItemToArray(list, service_json(s));
            continue;
        }
        columns_add(&c, "%s", s->type);
        columns_add(&c, "%s", s->dialect ? s->dialect : "-");
        columns_add(&c, "%s", s->default_model ? s->default_model : "-");
        columns_add(&c, "%s",
                    s->endpoint  ? s->endpoint
                    : s->dialect ? "to be set"
                                 : "-");
    }
    if (json) {
        columns_release(&c);
        cli_print_json(list);
    } else {
        columns_print(&c);
    }
    return EXIT_DONE;
}

int models_main(const struct arguments *a)
{
    struct config config = {0};
    struct problems problems = {0};
    struct table *table = NULL;
    if (a->services)
        return print_services(a->json);
    if (cli_table(a, true, &config, &problems, &table))
        return EXIT_WORLD;
    if (a->json) {
        cJSON *list = cJSON_CreateArray();
        for (size_t i = 0; i < table->n_models; i++)
            cJSON_AddItemToArray(list, model_json(&table->models[i]));
        cli_print_json(list);
    } else {
        print_table(table);
    }
    int code = problems.errors ? EXIT_WORLD : EXIT_DONE;
    table_unref(table);
    config_release(&config);
    problems_release(&problems);
    return code;
}
