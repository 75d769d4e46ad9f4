/* The configuration: read, put in force, read again when it changes. */
#include "base/file.h"
#include "base/log.h"
#include "complete/keyring.h"
#include "complete/plugins.h"
#include "server/server.h"

#include <stdlib.h>
#include <string.h>

enum { CHECK_EVERY_MS = 1000 };

static struct config_sources sources_of(const struct server *s)
{
    return (struct config_sources){
        .user_file = s->user_file,
        .workspace = s->root && s->root[0] ? s->root : NULL,
        .editor = s->editor_settings,
    };
}

/* Every mistake to the log; the first one to the user, with the number of
 * the others. */
static void report(struct server *s, const struct problems *p)
{
    struct buf text;
    const struct problem *first = NULL;
    for (size_t i = 0; i < p->n; i++) {
        const struct problem *item = &p->items[i];
        bool error = item->severity == SEVERITY_ERROR;
        LOG_AT(error ? LOG_WARN : LOG_INFO, "config", "%s: %s%s%s",
               item->origin, item->path, item->path[0] ? ": " : "",
               item->why.text);
        if (error && !first)
            first = item;
    }
    if (!first) {
        free(s->said); /* should it go wrong again, it is said again */
        s->said = NULL;
        return;
    }
    /* Routes may name a model that is about to be found. */
    s->held = s->plan.n && !s->has_looked;
    if (s->held)
        return;
    buf_init(&text, 2048);
    buf_printf(&text, "Switchyard: %s: %s%s%s", first->origin, first->path,
               first->path[0] ? ": " : "", first->why.text);
    if (p->errors > 1)
        buf_printf(&text, " (and %zu more; see \"switchyard check\")",
                   p->errors - 1);
    log_redact(&text);
    server_say(s, MESSAGE_WARNING, buf_view(&text));
    buf_release(&text);
}

static struct engine *new_engine(struct server *s, struct table *table)
{
    struct engine *e = engine_new(s->http, table);
    if (e)
        engine_on_drafts(e, server_offer_better, server_count_tried, s);
    if (e)
        engine_on_circuits(e, server_tell_circuit, s);
    struct why why;
    if (e && engine_share(e, &why))
        log_warn("server", "limits and budgets are this process's alone: %s",
                 why.text);
    return e;
}

/* Take `table` into force; the engine is made with the first one. */
static enum err use(struct server *s, struct table *table)
{
    if (!s->engine)
        s->engine = new_engine(s, table);
    else
        engine_set_table(s->engine, table);
    if (!s->engine) {
        table_unref(table);
        return ERR_MEMORY;
    }
    engine_fetch_ahead(s->engine, s->prefetch);
    keyring_fetch(engine_keys(s->engine), table, clock_now());
    engine_set_root(s->engine, str_from(s->root), s->now);
    table_unref(s->table);
    s->table = table;
    server_open_history(s);
    server_open_cache(s);
    server_open_hooks(s);
    server_forget_incidents(s);
    return OK;
}

/*
 * Mistakes that make an edit a broken one. What may not come from an editor at
 * all (no path is given for it) is left out, and the rest of its settings
 * counts.
 */
static size_t mistakes_of(const struct problems *p)
{
    size_t n = p->errors;
    for (size_t i = 0; i < p->n; i++)
        n -= p->items[i].severity == SEVERITY_ERROR && !p->items[i].path[0] &&
             !strcmp(p->items[i].origin, CONFIG_ORIGIN_EDITOR);
    return n;
}

static bool wants_warm_up(const struct config *config)
{
    const char *variable = getenv(WARM_UP_VARIABLE);
    bool wanted = !variable || strcmp(variable, "off") != 0;
    json_get_bool(config->json, "warm_up", &wanted);
    return wanted;
}

static bool wants_prefetch(const struct config *config)
{
    const char *variable = getenv(PREFETCH_VARIABLE);
    return !variable || strcmp(variable, "off") != 0 ||
           json_get(config->json, "prefetch");
}

static void add_found(const struct server *s, struct config *config)
{
    cJSON *found = s->plan.n && s->found ? cJSON_Duplicate(s->found, 1) : NULL;
    if (found)
        config_append(config, found, CONFIG_FOUND);
}

enum err server_configure_found(struct server *s)
{
    struct config_sources sources = sources_of(s);
    struct problems problems;
    struct config config;
    enum err e;
    problems_init(&problems);
    config_load(&sources, &config, &problems);
    finder_plan(config.json, &problems, &s->plan);
    add_found(s, &config);
    s->warm_up = wants_warm_up(&config);
    s->prefetch = wants_prefetch(&config);
    struct table *table = table_new(config.json, &problems);
    size_t mistakes = mistakes_of(&problems);
    report(s, &problems);
    if (!table) {
        e = ERR_MEMORY;
    } else if (s->table && mistakes > s->mistakes) {
        e = ERR_CONFIG; /* the last good one stays */
        table_unref(table);
    } else if (!(e = use(s, table))) {
        s->mistakes = mistakes;
        if (s->warm_up)
            plugins_warm(engine_plugins(s->engine), clock_now());
    }
    config_release(&s->config);
    s->config = config; /* its stamp, too: the same mistake is said once */
    s->config_checked = s->now;
    problems_release(&problems);
    return e;
}

enum err server_configure(struct server *s)
{
    enum err e = server_configure_found(s);
    server_look(s);
    return e;
}

void server_reconfigure_if_changed(struct server *s)
{
    struct config_sources sources = sources_of(s);
    server_look_again(s);
    if (s->now < s->config_checked + MSEC(CHECK_EVERY_MS))
        return;
    s->config_checked = s->now;
    if (config_changed(&sources, &s->config) &&
        server_configure(s) == ERR_MEMORY)
        log_error("config", "%s", err_sentence(ERR_MEMORY));
}

/* Some editors push empty settings, or null, after every start: that resets
 * nothing. Settings that break the table go, or the next good edit of a file
 * would find them still there. */
void on_did_change_configuration(struct server *s, const struct rpc_message *m)
{
    const cJSON *settings = protocol_settings(m->params, s->wrap != NULL);
    cJSON *copy = settings ? cJSON_Duplicate(settings, 1) : NULL;
    cJSON *before = s->editor_settings;
    if (!copy)
        return;
    s->editor_settings = copy;
    if (server_configure(s)) {
        s->editor_settings = before;
        before = copy;
    }
    cJSON_Delete(before);
}

/* --- folders: the first one's .switchyard.json counts --- */

static char *path_of(struct str uri)
{
    struct buf path;
    buf_init(&path, 4096);
    if (!file_path_of_uri(uri, &path)) {
        buf_clear(&path);
        if (uri.len && uri.ptr[0] == '/') /* rootPath */
            buf_append(&path, uri);
    }
    char *taken = buf_take(&path);
    buf_release(&path);
    return taken;
}

static void forget_folder(struct server *s, struct str uri)
{
    for (cJSON *f = s->folders ? s->folders->child : NULL; f; f = f->next) {
        if (!str_eq(protocol_folder_uri(f), uri))
            continue;
        cJSON_Delete(cJSON_DetachItemViaPointer(s->folders, f));
        return;
    }
}

void server_set_folders(struct server *s, const cJSON *folders,
                        struct str root_uri)
{
    s->folders = folders ? cJSON_Duplicate(folders, 1) : cJSON_CreateArray();
    s->root = path_of(root_uri);
}

void on_did_change_folders(struct server *s, const struct rpc_message *m)
{
    const cJSON *added, *removed, *f;
    protocol_folders(m->params, &added, &removed);
    cJSON_ArrayForEach(f, removed) forget_folder(s, protocol_folder_uri(f));
    cJSON_ArrayForEach(f, added)
    {
        cJSON *copy = cJSON_Duplicate(f, 1);
        if (!copy || !cJSON_AddItemToArray(s->folders, copy))
            cJSON_Delete(copy);
    }
    char *root =
        path_of(protocol_folder_uri(cJSON_GetArrayItem(s->folders, 0)));
    bool same = root && s->root && !strcmp(root, s->root);
    free(s->root);
    s->root = root;
    if (same)
        return;
    s->mistakes = SIZE_MAX; /* another workspace: its own mistakes are new */
    if (server_configure(s) == ERR_MEMORY)
        log_error("config", "%s", err_sentence(ERR_MEMORY));
}
