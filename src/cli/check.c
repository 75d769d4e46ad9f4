/* switchyard check: the configuration as understood, and every mistake. */
#include "base/json.h"
#include "cli/cli.h"
#include "config/keys.h"
#include "doc/language.h"

#include <stdio.h>

/* Languages are known here, not to the route table, which any name may
 * enter: a language server may send identifiers that no grammar has. */
static void check_languages(const struct table *t, struct problems *problems)
{
    for (size_t i = 0; i < t->n_routes; i++) {
        const struct route *r = &t->routes[i];
        for (size_t j = 0; j < r->n_languages; j++) {
            char path[64];
            const struct language *l =
                language_find(r->languages[j], (struct str){0});
            if (str_is(r->languages[j], l->name))
                continue;
            snprintf(path, sizeof path, "routes[%d].language", r->index);
            problems_add(problems, SEVERITY_WARNING, path,
                         "\"%.*s\" is no language that has a grammar here%s%s",
                         STR_ARG(r->languages[j]),
                         l == language_plain() ? "" : "; it is called ",
                         l == language_plain() ? "" : l->name);
        }
    }
}

static cJSON *problem_json(const struct problem *p)
{
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(
        o, "severity", p->severity == SEVERITY_ERROR ? "error" : "warning");
    cJSON_AddStringToObject(o, "origin", p->origin);
    cJSON_AddStringToObject(o, "path", p->path);
    cJSON_AddStringToObject(o, "message", p->why.text);
    return o;
}

static void matchers(const struct route *r, struct buf *out)
{
    for (int c = 0; c < CURSOR_CLASS_COUNT; c++)
        if (r->classes & 1u << c)
            buf_printf(out, "class %s  ", cursor_class_name(c));
    for (size_t i = 0; i < r->n_languages; i++)
        buf_printf(out, "language %.*s  ", STR_ARG(r->languages[i]));
    if (r->pattern.len)
        buf_printf(out, "pattern %.*s  ", STR_ARG(r->pattern));
    if (r->path.len)
        buf_printf(out, "path %.*s  ", STR_ARG(r->path));
    if (r->trigger >= 0)
        buf_printf(out, "trigger %s  ", trigger_name((enum trigger)r->trigger));
    if (out->len == 0)
        buf_printf(out, "%s", r->index < 0 ? "no route holds" : "always");
}

static void models_of(const struct route *r, struct buf *out)
{
    for (size_t i = 0; i < r->n_models; i++)
        buf_printf(out, "%s%.*s", i ? ", then " : "",
                   STR_ARG(r->models[i]->name));
}

static void print_routes(const struct table *t)
{
    struct columns c;
    columns_init(&c, 4);
    columns_add(&c, "route");
    columns_add(&c, "holds for");
    columns_add(&c, "asks");
    columns_add(&c, "options");
    for (size_t i = 0; i < t->n_routes; i++) {
        const struct route *r = &t->routes[i];
        struct buf when, ask;
        buf_init(&when, 400);
        buf_init(&ask, 400);
        matchers(r, &when);
        models_of(r, &ask);
        columns_add(&c, r->index < 0 ? "else" : "[%d]", r->index);
        columns_add(&c, "%.*s", STR_ARG(str_trim_end(buf_view(&when))));
        columns_add(&c, "%.*s", STR_ARG(buf_view(&ask)));
        columns_add(&c, "max_tokens %u, deadline %u ms, debounce %u ms",
                    r->options.max_tokens, r->options.deadline_ms,
                    r->options.debounce_ms);
        buf_release(&when);
        buf_release(&ask);
    }
    columns_print(&c);
}

static void print_models(const struct table *t)
{
    struct columns c;
    columns_init(&c, 3);
    columns_add(&c, "model");
    columns_add(&c, "provider");
    columns_add(&c, "asked at");
    for (size_t i = 0; i < t->n_models; i++) {
        const struct model *m = &t->models[i];
        columns_add(&c, "%.*s", STR_ARG(m->name));
        columns_add(&c, "%.*s", STR_ARG(m->provider));
        columns_add(&c, "%.*s",
                    STR_ARG(m->dialect ? m->url : STR("(built in)")));
    }
    columns_print(&c);
}

static cJSON *route_json(const struct route *r)
{
    struct buf text;
    cJSON *o = cJSON_CreateObject();
    cJSON *models = cJSON_AddArrayToObject(o, "models");
    buf_init(&text, 4096);
    matchers(r, &text);
    cJSON_AddNumberToObject(o, "index", r->index);
    json_add_str(o, "holds_for", str_trim_end(buf_view(&text)));
    for (size_t i = 0; i < r->n_models; i++)
        cJSON_AddItemToArray(models, json_new_str(r->models[i]->name));
    buf_release(&text);
    return o;
}

static void print_json(const struct table *t, const struct problems *p)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *problems = cJSON_AddArrayToObject(o, "problems");
    cJSON *models = cJSON_AddArrayToObject(o, "models");
    cJSON *routes = cJSON_AddArrayToObject(o, "routes");
    for (size_t i = 0; i < p->n; i++)
        cJSON_AddItemToArray(problems, problem_json(&p->items[i]));
    for (size_t i = 0; i < t->n_models; i++)
        cJSON_AddItemToArray(models, json_new_str(t->models[i].name));
    for (size_t i = 0; i < t->n_routes; i++)
        cJSON_AddItemToArray(routes, route_json(&t->routes[i]));
    cli_print_json(o);
}

static void print_text(const struct config *config, const struct table *t,
                       const struct problems *p)
{
    printf("%s\n\n", config->user_file);
    print_models(t);
    printf("\n");
    print_routes(t);
    fflush(stdout);
    cli_print_problems(p, cli_colour());
    if (p->errors == 0)
        printf("\nno mistakes\n");
}

static int print_schema(void)
{
    struct buf schema;
    buf_init(&schema, 1 << 20);
    keys_schema(&schema);
    printf("%s", schema.ptr);
    buf_release(&schema);
    return EXIT_DONE;
}

int check_main(const struct arguments *a)
{
    struct arguments with_file = *a;
    struct config config = {0};
    struct problems problems = {0};
    struct table *table = NULL;
    if (a->schema)
        return print_schema();
    if (a->operand)
        with_file.config = a->operand;
    if (cli_table(&with_file, false, &config, &problems, &table))
        return EXIT_WORLD;
    check_languages(table, &problems);
    if (a->json)
        print_json(table, &problems);
    else
        print_text(&config, table, &problems);
    int code = problems.errors ? EXIT_WORLD : EXIT_DONE;
    table_unref(table);
    config_release(&config);
    problems_release(&problems);
    return code;
}
