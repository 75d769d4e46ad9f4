#include "cli/understood.h"
#include "base/file.h"
#include "base/money.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/describe.h"
#include "route/options.h"
#include "route/plugins.h"

#include <math.h>
#include <stdio.h>

/* --- for people */

static void print_models(const struct table *t)
{
    struct columns c;
    columns_init(&c, 4);
    columns_add(&c, "model");
    columns_add(&c, "provider");
    columns_add(&c, "servers");
    columns_add(&c, "asked at");
    for (size_t i = 0; i < t->n_models; i++) {
        const struct model *m = &t->models[i];
        columns_add(&c, "%.*s", STR_ARG(m->name));
        columns_add(&c, "%.*s", STR_ARG(m->provider));
        columns_add(&c, "%s", m->own ? "your own" : "others'");
        columns_add(&c, "%.*s",
                    STR_ARG(m->dialect ? describe_url(m) : STR("(built in)")));
    }
    for (size_t i = 0; i < t->n_absent; i++) {
        columns_add(&c, "%.*s", STR_ARG(t->absent[i].name));
        columns_add(&c, "%.*s", STR_ARG(t->absent[i].provider));
        columns_add(&c, "%s", t->absent[i].own ? "your own" : "others'");
        columns_add(&c, "never: see %.*s", STR_ARG(t->absent[i].place));
    }
    columns_print(&c);
    printf("\n");
}

/* The chain's end is not in the list, unless it is all of it. */
static void models_of(const struct route *r, struct buf *out)
{
    for (size_t i = 0; i < r->n_models; i++)
        buf_printf(out, "%s%.*s", i ? ", then " : "",
                   STR_ARG(r->models[i]->name));
    for (size_t i = 0; i < r->n_strategies; i++)
        buf_printf(out, "%s%s",
                   i          ? ", "
                   : out->len ? " by "
                              : "all by ",
                   r->strategies[i]->name);
    if (out->len == 0)
        buf_printf(out, r->all_models ? "all" : "builtin");
    if (r->router)
        buf_printf(out, ", chosen by %.*s", STR_ARG(r->router->name));
}

static bool adapts(const struct table *t, const struct plugin_row *p)
{
    for (size_t i = 0; i < t->n_models; i++)
        if (t->models[i].plugin == p)
            return true;
    return false;
}

/* "router, adapter": what the configuration has it for. */
static void roles_of(const struct table *t, const struct plugin_row *p,
                     struct buf *out)
{
    const char *names[] = {p->routes ? "router" : NULL,
                           adapts(t, p) ? "adapter" : NULL,
                           p->monitor ? "monitor" : NULL};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i])
            buf_printf(out, "%s%s", out->len ? ", " : "", names[i]);
    if (out->len == 0)
        buf_printf(out, "nothing: no route, provider or monitor names it");
}

static void print_plugins(const struct table *t)
{
    struct columns c;
    if (!t->n_plugins)
        return;
    columns_init(&c, 3);
    columns_add(&c, "plug-in");
    columns_add(&c, "is there as");
    columns_add(&c, "command");
    for (size_t i = 0; i < t->n_plugins; i++) {
        const struct plugin_row *p = &t->plugins[i];
        struct buf roles, words;
        buf_init(&roles, 200);
        buf_init(&words, 300);
        roles_of(t, p, &roles);
        for (size_t k = 0; p->command[k]; k++)
            buf_printf(&words, "%s%s", k ? " " : "", p->command[k]);
        columns_add(&c, "%.*s", STR_ARG(p->name));
        columns_add(&c, "%s", roles.ptr);
        columns_add(&c, "%.*s", STR_ARG(buf_view(&words)));
        buf_release(&roles);
        buf_release(&words);
    }
    columns_print(&c);
    printf("\n");
}

static void add_route(struct columns *c, const struct table *t,
                      const struct route *r)
{
    char name[120];
    struct buf when, ask, options;
    buf_init(&when, 400);
    buf_init(&ask, 400);
    buf_init(&options, 400);
    describe_matchers(r, &when);
    models_of(r, &ask);
    describe_difference(&r->options, &t->defaults, &options);
    columns_add(c, "%s", route_name(t, r, name, sizeof name));
    columns_add(c, "%.*s", STR_ARG(buf_view(&when)));
    columns_add(c, "%.*s", STR_ARG(buf_view(&ask)));
    columns_add(c, "%.*s", STR_ARG(buf_view(&options)));
    buf_release(&when);
    buf_release(&ask);
    buf_release(&options);
}

static void print_routes(const struct table *t)
{
    struct columns c;
    columns_init(&c, 4);
    columns_add(&c, "route");
    columns_add(&c, "holds for");
    columns_add(&c, "asks");
    columns_add(&c, "with");
    for (size_t i = 0; i < t->n_routes; i++)
        add_route(&c, t, &t->routes[i]);
    columns_print(&c);
    printf("\n");
}

static void print_rules(const struct table *t)
{
    struct columns c;
    char name[120];
    if (t->n_rules == 0)
        return;
    columns_init(&c, 3);
    columns_add(&c, "rule");
    columns_add(&c, "when");
    columns_add(&c, "does");
    for (size_t i = 0; i < t->n_rules; i++) {
        struct buf actions;
        const struct rule *r = &t->rules[i];
        buf_init(&actions, 400);
        rule_print_actions(r, &actions);
        columns_add(&c, "%s", rule_name(t, r, name, sizeof name));
        columns_add(&c, "%.*s", STR_ARG(r->condition));
        columns_add(&c, "%.*s", STR_ARG(buf_view(&actions)));
        buf_release(&actions);
    }
    columns_print(&c);
    printf("\n");
}

static void print_privacy(const struct table *t)
{
    struct columns c;
    if (t->n_privacy == 0)
        return;
    columns_init(&c, 3);
    columns_add(&c, "privacy");
    columns_add(&c, "files");
    columns_add(&c, "may go");
    for (size_t i = 0; i < t->n_privacy; i++) {
        const struct privacy_row *row = &t->privacy[i];
        struct str glob = row->glob.len ? row->glob : STR("(all)");
        columns_add(&c, "[%d] %.*s", row->place,
                    STR_ARG(t->several_files ? file_name(row->origin)
                                             : (struct str){0}));
        columns_add(&c, "%.*s", STR_ARG(glob));
        columns_add(&c, "%s", privacy_name(row->tier));
    }
    columns_print(&c);
    printf("\n");
}

static void print_limits(const struct table *t)
{
    const struct options *o = &t->defaults;
    char debounce[24], draft[24], welcome[80];
    printf("otherwise  max_tokens %u, temperature %g, deadline %u ms, debounce "
           "%s, multiline %s, fail_over %s, hedge %s, welcome %s\n",
           o->max_tokens, o->temperature, o->deadline_ms,
           millis_text(o->debounce_ms, debounce), multiline_name(o->multiline),
           fail_over_name(o->fail_over), hedge_name(o->hedge),
           welcome_text(o->welcome, welcome));
    printf("           draft %s, candidates %u, context %s, context_tokens "
           "%u\n",
           millis_text(o->draft_ms, draft), o->candidates,
           context_name(o->context), o->context_tokens);
    printf("           prefetch %s\n", hedge_name(o->prefetch));
    if (!isinf(o->max_cost))
        printf("           max_cost %s\n", money_text(o->max_cost).text);
    if (t->cache_bytes)
        printf("cache      %zu bytes%s\n", t->cache_bytes,
               t->cache_file_bytes ? "" : ", none in a file");
    else
        printf("cache      none\n");
    if (t->cache_file_bytes)
        printf("           in a file: %zu bytes, for %u days\n",
               t->cache_file_bytes, t->cache_days);
    printf("built in   %zu bytes, threshold %g, for further lines %g, %s\n\n",
           t->builtin_bytes, t->builtin_threshold, t->builtin_block_threshold,
           !t->builtin_workspace ? "open files only"
           : t->builtin_index    ? "reads the workspace, keeps an index of it"
                                 : "reads the workspace, keeps no index of it");
}

static void print_webhooks(const struct table *t)
{
    struct columns c;
    if (t->webhooks.n == 0)
        return;
    columns_init(&c, 2);
    columns_add(&c, "webhook at");
    columns_add(&c, "is told of");
    for (size_t i = 0; i < t->webhooks.n; i++) {
        struct buf events;
        buf_init(&events, 200);
        webhook_events(&t->webhooks.items[i], &events);
        columns_add(&c, "%.*s", STR_ARG(webhook_place(&t->webhooks.items[i])));
        columns_add(&c, "%s", events.ptr);
        buf_release(&events);
    }
    columns_print(&c);
    printf("\n");
}

void understood_print(struct table *t)
{
    print_models(t);
    print_plugins(t);
    print_routes(t);
    print_rules(t);
    print_privacy(t);
    bounds_print(t);
    print_webhooks(t);
    print_limits(t);
}

/* --- for programs */

static cJSON *plugins_json(const struct table *t)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->n_plugins; i++) {
        const struct plugin_row *p = &t->plugins[i];
        struct buf roles;
        cJSON *o = cJSON_CreateObject();
        buf_init(&roles, 200);
        roles_of(t, p, &roles);
        json_add_str(o, "name", p->name);
        json_add_str(o, "is_there_as", buf_view(&roles));
        json_add_int(o, "deadline_ms", p->deadline_ms);
        json_add_bool(o, "text", p->text);
        json_add_bool(o, "own", p->own);
        cJSON_AddItemToArray(list, o);
        buf_release(&roles);
    }
    return list;
}

static cJSON *models_json(const struct table *t)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->n_models; i++)
        cJSON_AddItemToArray(list, describe_model(&t->models[i]));
    return list;
}

static cJSON *absent_json(const struct table *t)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->n_absent; i++) {
        cJSON *o = cJSON_CreateObject();
        json_add_str(o, "model", t->absent[i].name);
        json_add_str(o, "provider", t->absent[i].provider);
        json_add_str(o, "because_of", t->absent[i].place);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

static cJSON *routes_json(const struct table *t)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->n_routes; i++)
        cJSON_AddItemToArray(list, describe_route(t, &t->routes[i]));
    return list;
}

static cJSON *rules_json(const struct table *t)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->n_rules; i++)
        cJSON_AddItemToArray(list, describe_rule(t, &t->rules[i]));
    return list;
}

static cJSON *privacy_json(const struct table *t)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->n_privacy; i++)
        cJSON_AddItemToArray(list, describe_privacy(&t->privacy[i]));
    return list;
}

static cJSON *webhooks_json(const struct table *t)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->webhooks.n; i++) {
        struct buf events;
        cJSON *o = cJSON_CreateObject();
        buf_init(&events, 200);
        webhook_events(&t->webhooks.items[i], &events);
        json_add_str(o, "at", webhook_place(&t->webhooks.items[i]));
        json_add_str(o, "events", buf_view(&events));
        buf_release(&events);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

void understood_json(struct table *t, cJSON *o)
{
    json_add(o, "models", models_json(t));
    json_add(o, "left_out", absent_json(t));
    json_add(o, "routes", routes_json(t));
    json_add(o, "plugins", plugins_json(t));
    json_add(o, "rules", rules_json(t));
    json_add(o, "privacy", privacy_json(t));
    json_add(o, "budgets", bounds_budgets_json(t));
    json_add(o, "webhooks", webhooks_json(t));
    json_add(o, "defaults", describe_options(&t->defaults));
    json_add(o, "cache_bytes", cJSON_CreateNumber((double)t->cache_bytes));
    json_add(o, "cache_file_bytes",
             cJSON_CreateNumber((double)t->cache_file_bytes));
    json_add(o, "builtin_bytes", cJSON_CreateNumber((double)t->builtin_bytes));
    json_add(o, "builtin_threshold", cJSON_CreateNumber(t->builtin_threshold));
    json_add(o, "builtin_block_threshold",
             cJSON_CreateNumber(t->builtin_block_threshold));
    json_add(o, "builtin_workspace", cJSON_CreateBool(t->builtin_workspace));
    json_add(o, "builtin_index", cJSON_CreateBool(t->builtin_index));
}
