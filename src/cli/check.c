/* switchyard check: the configuration as understood, and every mistake. */
#include "base/file.h"
#include "cli/cli.h"
#include "cli/describe.h"
#include "cli/doubts.h"
#include "cli/languages.h"
#include "cli/programs.h"
#include "cli/understood.h"
#include "complete/keyring.h"
#include "config/keys.h"
#include "route/plugins.h"
#include "route/vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
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

/* Languages are known here, not to the route table, which any name may
 * enter: an editor may send identifiers that no grammar has. */
static void check_languages(const struct table *t, struct problems *problems)
{
    for (size_t i = 0; i < t->n_routes; i++) {
        const struct route *r = &t->routes[i];
        for (size_t j = 0; j < r->n_languages; j++) {
            char path[64];
            snprintf(path, sizeof path, "routes[%d].language", r->place);
            problems_origin(problems, r->origin.ptr ? r->origin.ptr : "");
            languages_check(problems, path, r->languages[j]);
        }
    }
    for (const struct mention *m = t->languages; m; m = m->next) {
        problems_origin(problems, m->origin.ptr);
        languages_check(problems, m->place.ptr, m->text);
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

static void count(size_t n, const char *what)
{
    printf("%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void print_text(const struct checked *c)
{
    const struct problems *p = &c->problems;
    print_files(c);
    understood_print(c->table);
    cli_print_problems(stdout, p);
    count(p->errors, "mistake");
    printf(", ");
    count(p->n + p->dropped - p->errors, "warning");
    printf("\n");
}

/* --- for programs */

static void print_json(const struct checked *c)
{
    cJSON *o = cJSON_CreateObject();
    json_add(o, "problems", describe_problems(&c->problems));
    json_add_str(o, "user_file", str_from(c->config.user_file));
    understood_json(c->table, o);
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
        doubts_check(&c.config, &c.problems);
        problems_origin(&c.problems, c.config.user_file);
        check_commands(&c, &c.problems);
        programs_check(c.table, &c.problems);
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
