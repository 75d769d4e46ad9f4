/* switchyard models: what can be asked, and what it costs. */
#include "cli/cli.h"
#include "cli/describe.h"
#include "cli/probe.h"
#include "complete/account.h"
#include "complete/explain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_ms(struct columns *c, double ms)
{
    if (isnan(ms))
        columns_add(c, "-");
    else
        columns_add(c, "%.0f", ms);
}

static void add_share(struct columns *c, double share)
{
    if (isnan(share))
        columns_add(c, "-");
    else
        columns_add(c, "%.0f %%", share * 100);
}

/* By the history, also of what editors do now. */
static void add_learned(struct columns *c, struct fleet *f,
                        const struct model *m)
{
    struct standing row;
    fleet_overall(f, m, clock_now(), &row);
    columns_add(c, "%s", m->dialect ? fleet_health(f, m, clock_now()) : "-");
    add_ms(c, row.ttft_ms);
    add_ms(c, row.p95_ms);
    add_share(c, row.calls > 0 ? row.success_rate : NAN);
    add_share(c, row.accept_rate);
    columns_add(c, "%.0f", row.calls);
}

static void add_model(struct columns *c, struct fleet *f, const struct model *m)
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
    add_learned(c, f, m);
    columns_add(c, "%.*s",
                STR_ARG(m->dialect ? describe_url(m) : STR("(built in)")));
}

static void print_models(const struct table *t, struct fleet *f)
{
    static const char *const heads[] = {
        "model", "provider", "dialect", "local",   "context",
        "in/M",  "out/M",    "health",  "ttft ms", "p95 ms",
        "good",  "taken",    "calls",   "asked at"};
    struct columns c;
    columns_init(&c, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < c.width; i++)
        columns_add(&c, "%s", heads[i]);
    for (size_t i = 0; i < t->n_models; i++)
        add_model(&c, f, &t->models[i]);
    columns_print(&c);
    for (size_t i = 0; i < t->n_models; i++)
        if (t->models[i].unasked.len)
            cli_print("%.*s is %.*s\n", STR_ARG(t->models[i].name),
                      STR_ARG(t->models[i].unasked));
}

static cJSON *model_json(struct fleet *f, const struct model *m)
{
    struct standing row;
    enum err cause;
    cJSON *o = describe_model(m);
    usec now = clock_now(), left = fleet_left(f, m, now, &cause);
    fleet_overall(f, m, now, &row);
    cJSON_AddStringToObject(o, "health", fleet_health(f, m, now));
    if (left) {
        cJSON_AddNumberToObject(o, "rests_ms", (double)left / 1000);
        cJSON_AddStringToObject(o, "rests_because", err_sentence(cause));
    }
    cJSON *learned = explain_learned(&row);
    cJSON_AddItemToObject(o, "learned", learned ? learned : cJSON_CreateNull());
    return o;
}

static void print_json(const struct table *t, struct fleet *f)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->n_models; i++)
        cJSON_AddItemToArray(list, model_json(f, &t->models[i]));
    cli_print_json(list);
}

static int list(const struct arguments *a, struct table *t)
{
    struct fleet *f = fleet_new(0);
    if (!f) {
        fprintf(stderr, "switchyard: %s\n", err_sentence(ERR_MEMORY));
        return EXIT_WORLD;
    }
    account_load(f, t, clock_now(), clock_wall());
    if (a->json)
        print_json(t, f);
    else
        print_models(t, f);
    fleet_free(f);
    return EXIT_DONE;
}

/* --- asked now */

static void add_probed(struct columns *c, const struct model *m,
                       const struct probed *p)
{
    columns_add(c, "%.*s", STR_ARG(m->name));
    columns_add(c, "%.*s", STR_ARG(m->provider));
    columns_add(c, "%s", probe_health(p));
    if (p->took)
        columns_add(c, "%.1f", (double)p->took / 1000);
    else
        columns_add(c, "-");
    columns_add(c, "%s", p->look ? look_name(p->look) : "-");
    columns_add(c, "%s", p->e ? p->why.text : "");
}

static void print_probed(const struct table *t, const struct probed *all)
{
    static const char *const heads[] = {"model", "provider", "health",
                                        "ms",    "by",       "reason"};
    struct columns c;
    columns_init(&c, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < c.width; i++)
        columns_add(&c, "%s", heads[i]);
    for (size_t i = 0; i < t->n_models; i++)
        add_probed(&c, &t->models[i], &all[i]);
    columns_print(&c);
}

static void print_probed_json(const struct table *t, const struct probed *all)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->n_models; i++) {
        const struct probed *p = &all[i];
        cJSON *o = describe_model(&t->models[i]);
        cJSON_AddStringToObject(o, "health", probe_health(p));
        if (p->look)
            cJSON_AddStringToObject(o, "probed_by", look_name(p->look));
        cJSON_AddNumberToObject(o, "probe_ms", (double)p->took / 1000);
        if (p->e)
            cJSON_AddStringToObject(o, "reason", p->why.text);
        cJSON_AddItemToArray(list, o);
    }
    cli_print_json(list);
}

/* Somebody answers, or nobody but the built-in model was to be asked. */
static int verdict(const struct table *t, const struct probed *all)
{
    size_t asked = 0, good = 0;
    for (size_t i = 0; i < t->n_models; i++) {
        asked += all[i].look != LOOK_NONE;
        good += all[i].look != LOOK_NONE && !all[i].e;
    }
    return good || !asked ? EXIT_DONE : EXIT_WORLD;
}

static int probe(const struct arguments *a, struct table *t)
{
    struct probed *all = calloc(t->n_models, sizeof *all);
    int code = EXIT_WORLD;
    if (!all || probe_models(t, all)) {
        fprintf(stderr, "switchyard: %s\n", err_sentence(ERR_MEMORY));
    } else {
        if (a->json)
            print_probed_json(t, all);
        else
            print_probed(t, all);
        code = verdict(t, all);
    }
    free(all);
    return code;
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
    if (builtin + a->services + a->probe > 1) {
        fprintf(stderr, "switchyard: models shows one thing at a time: "
                        "--probe, --services or builtin\n");
        return EXIT_USAGE;
    }
    if (a->services)
        return services_print(a->json);
    if (cli_table(a, true, &config, &problems, &table))
        return EXIT_WORLD;
    int code = EXIT_DONE;
    if (builtin)
        code = builtin_print(table, a->json);
    else if (a->probe)
        code = probe(a, table);
    else
        code = list(a, table);
    if (problems.errors)
        code = EXIT_WORLD;
    table_unref(table);
    config_release(&config);
    problems_release(&problems);
    return code;
}
