/* switchyard check: the configuration as understood, and every mistake. */
#include "base/file.h"
#include "base/money.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/describe.h"
#include "complete/keyring.h"
#include "config/keys.h"
#include "config/known.h"
#include "doc/language.h"
#include "route/plugins.h"
#include "route/options.h"
#include "route/vocabulary.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What was checked. */
struct checked {
    struct config_sources sources;
    char folder[1024]; /* the workspace's */
    struct config config;
    struct problems problems;
    struct table *table;
};

static void unknown_language(struct problems *problems, const char *path,
                             struct str name)
{
    const struct language *l = language_find(name, (struct str){0});
    struct known known;
    if (l != language_plain()) {
        problems_add(problems, SEVERITY_WARNING, path,
                     "\"%.*s\" is called \"%s\" here", STR_ARG(name), l->name);
        return;
    }
    known_init(&known, name);
    for (size_t i = 0; i < language_count(); i++)
        known_add(&known, str_from(language_at(i)->name));
    problems_add(problems, SEVERITY_WARNING, path,
                 "no language \"%.*s\" has a grammar here%s", STR_ARG(name),
                 known_text(&known));
    known_release(&known);
}

/* Languages are known here, not to the route table, which any name may
 * enter: an editor may send identifiers that no grammar has. */
static void check_languages(const struct table *t, struct problems *problems)
{
    for (size_t i = 0; i < t->n_routes; i++) {
        const struct route *r = &t->routes[i];
        for (size_t j = 0; j < r->n_languages; j++) {
            char path[64];
            struct str name = r->languages[j];
            if (str_is(name, language_find(name, (struct str){0})->name))
                continue;
            snprintf(path, sizeof path, "routes[%d].language", r->place);
            problems_origin(problems, r->origin.ptr ? r->origin.ptr : "");
            unknown_language(problems, path, str_sub(name, 0, 60));
        }
    }
    for (const struct mention *m = t->languages; m; m = m->next) {
        if (str_is(m->text, language_find(m->text, (struct str){0})->name))
            continue;
        problems_origin(problems, m->origin.ptr);
        unknown_language(problems, m->place.ptr, str_sub(m->text, 0, 60));
    }
}

/* --- keys that commands say: whether they do */

static bool is_first(const struct table *t, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (t->models[j].access == t->models[i].access)
            return false;
    return t->models[i].access != NULL;
}

static void check_command(struct keyring *k, const struct credential *c,
                          struct problems *problems)
{
    struct pollfd fds[KEYRING_FDS];
    struct lease key;
    enum key_state state;
    while ((state = keyring_look(k, c, clock_now(), &key)) == KEY_COMING) {
        usec now = clock_now();
        poll(fds, (nfds_t)keyring_watch(k, fds),
             clock_wait_ms(now, keyring_next(k, now)));
        keyring_step(k, clock_now());
    }
    if (state == KEY_OUT)
        problems_add(problems, SEVERITY_ERROR, c->place.ptr, "%s",
                     keyring_reason(k, c));
}

static void check_commands(const struct checked *c, struct problems *problems)
{
    struct keyring *k = keyring_new();
    problems_origin(problems, c->config.user_file);
    for (size_t i = 0; k && i < c->table->n_models; i++) {
        const struct access *a = c->table->models[i].access;
        for (size_t j = 0; is_first(c->table, i) && j < a->n_keys; j++)
            if (a->keys[j].command)
                check_command(k, &a->keys[j], problems);
    }
    keyring_free(k);
}

/* --- for people */

static void print_files(const struct checked *c)
{
    const char *user = c->config.user_file;
    struct buf path;
    buf_init(&path, sizeof c->folder + 32);
    buf_printf(&path, "%s/.switchyard.json",
               c->sources.workspace ? c->sources.workspace : "");
    printf("your file  %s%s\n", user[0] ? user : "none",
           user[0] && !file_stamp(user) ? " (there is none)" : "");
    if (c->sources.workspace && file_stamp(path.ptr))
        printf("workspace  %s\n", path.ptr);
    printf("\n");
    buf_release(&path);
}

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

static void count(size_t n, const char *what)
{
    printf("%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void print_text(const struct checked *c)
{
    const struct problems *p = &c->problems;
    print_files(c);
    print_models(c->table);
    print_plugins(c->table);
    print_routes(c->table);
    print_rules(c->table);
    print_privacy(c->table);
    bounds_print(c->table);
    print_webhooks(c->table);
    print_limits(c->table);
    cli_print_problems(stdout, p);
    count(p->errors, "mistake");
    printf(", ");
    count(p->n + p->dropped - p->errors, "warning");
    printf("\n");
}

/* --- for programs */

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

static void print_json(const struct checked *c)
{
    const struct table *t = c->table;
    cJSON *o = cJSON_CreateObject();
    json_add(o, "problems", describe_problems(&c->problems));
    json_add_str(o, "user_file", str_from(c->config.user_file));
    json_add(o, "models", models_json(t));
    json_add(o, "left_out", absent_json(t));
    json_add(o, "routes", routes_json(t));
    json_add(o, "plugins", plugins_json(t));
    json_add(o, "rules", rules_json(t));
    json_add(o, "privacy", privacy_json(t));
    json_add(o, "budgets", bounds_budgets_json(c->table));
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
    cli_print_json(o);
}

static int print_schema(void)
{
    struct buf schema;
    buf_init(&schema, 1 << 20);
    bool ok = keys_schema(&schema, &vocabulary_schema);
    if (ok)
        printf("%s", schema.ptr);
    buf_release(&schema);
    return ok ? EXIT_DONE : EXIT_WORLD;
}

/* --- what to check */

static bool is_workspace_file(const char *path)
{
    return str_is(file_name(str_from(path)), ".switchyard.json");
}

/* A file that is named is looked at alone, a workspace's with the user's own
 * below it; without a name it is what an editor started here would get. */
static void choose_sources(const struct arguments *a, struct checked *c)
{
    c->sources.user_file = a->config;
    if (!a->operand) {
        if (getcwd(c->folder, sizeof c->folder))
            c->sources.workspace = c->folder;
        return;
    }
    if (!is_workspace_file(a->operand)) {
        c->sources.user_file = a->operand;
        return;
    }
    struct str path = str_from(a->operand);
    size_t slash = str_rfind_char(path, '/');
    struct str folder = slash == STR_NONE ? STR(".") : str_sub(path, 0, slash);
    snprintf(c->folder, sizeof c->folder, "%.*s", STR_ARG(folder));
    c->sources.workspace = c->folder;
}

/* config_load() may do without a workspace's file; who names it may not. */
static void check_there(const struct arguments *a, struct checked *c)
{
    if (!a->operand || !is_workspace_file(a->operand) || file_stamp(a->operand))
        return;
    problems_origin(&c->problems, a->operand);
    problems_add(&c->problems, SEVERITY_ERROR, "", "there is no such file");
}

int check_main(const struct arguments *a)
{
    struct checked c = {0};
    int code = EXIT_WORLD;
    if (a->schema)
        return print_schema();
    problems_init(&c.problems);
    choose_sources(a, &c);
    check_there(a, &c);
    config_load(&c.sources, &c.config, &c.problems);
    cli_add_found(&c.config, &c.problems); /* routes may name it */
    c.table = table_new(c.config.json, &c.problems);
    if (c.table) {
        check_languages(c.table, &c.problems);
        check_commands(&c, &c.problems);
        if (a->json)
            print_json(&c);
        else
            print_text(&c);
        code = c.problems.errors ? EXIT_WORLD : EXIT_DONE;
    }
    table_unref(c.table);
    config_release(&c.config);
    problems_release(&c.problems);
    return code;
}
