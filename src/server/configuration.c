/* The configuration: read, put in force, read again when it changes. */
#include "base/log.h"
#include "server/server.h"

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
        log_line(error ? LOG_WARN : LOG_INFO, "config", "%s: %s: %s",
                 item->origin, item->path, item->why.text);
        if (error && !first)
            first = item;
    }
    if (!first)
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

/* Take `table` into force; the engine is made with the first one. */
static enum err use(struct server *s, struct table *table)
{
    if (!s->engine)
        s->engine = engine_new(s->http, table);
    else
        engine_set_table(s->engine, table);
    if (!s->engine) {
        table_unref(table);
        return ERR_MEMORY;
    }
    table_unref(s->table);
    s->table = table;
    return OK;
}

enum err server_configure(struct server *s)
{
    struct config_sources sources = sources_of(s);
    struct problems problems;
    struct config config;
    enum err e = OK;
    problems_init(&problems);
    config_load(&sources, &config, &problems);
    struct table *table = table_new(config.json, &problems);
    report(s, &problems);
    if (!table) {
        e = ERR_MEMORY;
    } else if (problems.errors && s->table) {
        table_unref(table); /* the last good one stays */
    } else {
        e = use(s, table);
    }
    config_release(&s->config);
    s->config = config; /* its stamp, too: the same mistake is said once */
    s->config_checked = s->now;
    problems_release(&problems);
    return e;
}

void server_reconfigure_if_changed(struct server *s)
{
    struct config_sources sources = sources_of(s);
    if (s->now < s->config_checked + MSEC(CHECK_EVERY_MS))
        return;
    s->config_checked = s->now;
    if (config_changed(&sources, &s->config) && server_configure(s))
        log_error("config", "%s", err_sentence(ERR_MEMORY));
}

/* Some editors push empty settings, or null, after every start: that resets
 * nothing. Ours may stand below a member with our name. */
void on_did_change_configuration(struct server *s, const struct rpc_message *m)
{
    const cJSON *settings = json_get(m->params, "settings");
    const cJSON *ours = json_get(settings, "switchyard");
    if (ours)
        settings = ours;
    if (!cJSON_IsObject(settings) || !settings->child)
        return;
    cJSON *copy = cJSON_Duplicate(settings, 1);
    if (!copy)
        return;
    cJSON_Delete(s->editor_settings);
    s->editor_settings = copy;
    if (server_configure(s))
        log_error("config", "%s", err_sentence(ERR_MEMORY));
}

/* The first folder is the one whose .switchyard.json counts. */
void on_did_change_folders(struct server *s, const struct rpc_message *m)
{
    log_debug("server", "%.*s", STR_ARG(m->method));
    server_reconfigure_if_changed(s);
}
