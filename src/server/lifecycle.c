/* initialize … exit. */
#include "base/log.h"
#include "lsp/merge.h"
#include "server/server.h"

#include <errno.h>
#include <signal.h>

/* A process that can't be seen now (the editor runs in another container)
 * never can, and its absence means nothing. */
static void watch_parent(struct server *s, int64_t pid)
{
    bool seen = pid > 1 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
    s->parent = seen ? pid : 0;
    s->parent_checked = s->now;
}

/* The inner server's options are no mistakes of ours: with it, ours stand
 * under our name. */
static cJSON *own_options(const struct server *s, const cJSON *options)
{
    if (s->wrap)
        options = json_get(options, "switchyard");
    return cJSON_IsObject(options) && options->child
               ? cJSON_Duplicate(options, 1)
               : NULL;
}

void on_initialize(struct server *s, const struct rpc_message *m)
{
    struct initialize_params p;
    protocol_initialize(m->params, &p);
    s->client = p.client;
    s->trace = p.trace_messages;
    s->trace_verbose = p.trace_verbose;
    server_set_folders(s, p.folders, p.root_uri);
    s->editor_settings = own_options(s, p.options);
    watch_parent(s, p.client.process_id);
    if (server_configure(s)) {
        server_refuse(s, &m->id, ERR_MEMORY, err_sentence(ERR_MEMORY));
        return;
    }
    if (s->wrap)
        wrap_initialize(s, &m->id, m->params);
    else
        server_welcome(s, &m->id, NULL);
}

void server_welcome(struct server *s, const struct rpc_id *id,
                    const cJSON *theirs)
{
    cJSON *result =
        protocol_initialize_result(&s->client, SWITCHYARD_VERSION, s->command);
    if (theirs)
        result = merge_results(cJSON_Duplicate(theirs, 1), result);
    s->state = SERVER_RUNNING;
    server_answer(s, id, result);
}

void on_initialized(struct server *s, const struct rpc_message *m)
{
    (void)m; /* nothing is registered dynamically */
    log_info("server", "serving %s", s->client.name);
}

/* Some editors end the process right after this answer. */
void on_shutdown(struct server *s, const struct rpc_message *m)
{
    server_shut(s);
    if (m->id.text[0])
        server_answer(s, &m->id, NULL);
}

void server_shut(struct server *s)
{
    server_give_up_all(s);
    engine_free(s->engine);
    s->engine = NULL;
    if (s->store)
        store_hurry(s->store);
    s->state = SERVER_SHUT;
}

void on_exit_notification(struct server *s, const struct rpc_message *m)
{
    (void)m;
    s->exit = true;
}
