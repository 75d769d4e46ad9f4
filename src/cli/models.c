/* switchyard models: what can be asked, and what it costs. */
#include "cli/cli.h"
#include "cli/describe.h"

#include <stdio.h>
#include <string.h>

static void add_model(struct columns *c, const struct model *m)
{
    char in[32], out[32];
    cli_price(in, sizeof in, m->cost_input);
    cli_price(out, sizeof out, m->cost_output);
    columns_add(c, "%.*s", STR_ARG(m->name));
    columns_add(c, "%.*s", STR_ARG(m->provider));
    columns_add(c, "%s", m->dialect ? m->dialect->name : "-");
    columns_add(c, "%s", m->local ? "yes" : "no");
    if (m->max_context)
        columns_add(c, "%u", m->max_context);
    else
        columns_add(c, "%s", m->dialect ? "unknown" : "-");
    columns_add(c, "%s", in);
    columns_add(c, "%s", out);
    columns_add(c, "%.*s",
                STR_ARG(m->dialect ? describe_url(m) : STR("(built in)")));
}

static void print_models(const struct table *t)
{
    static const char *const heads[] = {"model", "provider", "dialect",
                                        "local", "context",  "in/M",
                                        "out/M", "asked at"};
    struct columns c;
    columns_init(&c, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < c.width; i++)
        columns_add(&c, "%s", heads[i]);
    for (size_t i = 0; i < t->n_models; i++)
        add_model(&c, &t->models[i]);
    columns_print(&c);
}

static void print_json(const struct table *t)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->n_models; i++)
        cJSON_AddItemToArray(list, describe_model(&t->models[i]));
    cli_print_json(list);
}

int models_main(const struct arguments *a)
{
    struct config config = {0};
    struct problems problems = {0};
    struct table *table = NULL;
    bool builtin = a->operand && strcmp(a->operand, "builtin") == 0;
    if (a->operand && !builtin) {
        fprintf(stderr,
                "switchyard: models knows no \"%s\"; it takes \"builtin\" or "
                "nothing\n",
                a->operand);
        return EXIT_USAGE;
    }
    if (a->services)
        return services_print(a->json);
    if (cli_table(a, true, &config, &problems, &table))
        return EXIT_WORLD;
    int code = problems.errors ? EXIT_WORLD : EXIT_DONE;
    if (builtin)
        code = builtin_print(table, a->json);
    else if (a->json)
        print_json(table);
    else
        print_models(table);
    table_unref(table);
    config_release(&config);
    problems_release(&problems);
    return code;
}
