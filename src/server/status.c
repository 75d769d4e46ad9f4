/* What an editor's status bar shows, and the acceptance command. */
#include "server/server.h"

static cJSON *model_json(const struct model *m)
{
    cJSON *o = cJSON_CreateObject();
    json_add_str(o, "model", m->name);
    json_add_str(o, "provider", m->provider);
    cJSON_AddBoolToObject(o, "local", m->local);
    return o;
}

void on_status(struct server *s, const struct rpc_message *m)
{
    struct rpc_id id;
    const struct counters *n = &s->counters;
    cJSON *o = cJSON_CreateObject();
    cJSON *models = cJSON_AddArrayToObject(o, "models");
    rpc_id_from(m->id, &id);
    for (size_t i = 0; i < s->table->n_models; i++)
        cJSON_AddItemToArray(models, model_json(&s->table->models[i]));
    cJSON_AddNumberToObject(o, "requests", (double)n->requests);
    cJSON_AddNumberToObject(o, "shown", (double)n->shown);
    cJSON_AddNumberToObject(o, "accepted", (double)n->accepted);
    cJSON_AddNumberToObject(o, "cached", (double)n->cached);
    cJSON_AddNumberToObject(o, "joined", (double)n->joined);
    cJSON_AddNumberToObject(o, "failedAttempts", (double)n->failed);
    cJSON_AddNumberToObject(o, "cost", n->cost);
    cJSON_AddNumberToObject(o, "underWay", (double)engine_flying(s->engine));
    cJSON_AddNumberToObject(o, "slowestTurnMs", (double)s->slowest_turn / 1000);
    s->slowest_turn = 0;
    server_answer(s, &id, o);
}

void on_execute_command(struct server *s, const struct rpc_message *m)
{
    struct str command = {0};
    struct rpc_id id;
    struct why why;
    rpc_id_from(m->id, &id);
    json_get_str(m->params, "command", &command);
    if (!str_is(command, s->command)) {
        why_set(&why, ERR_PARAMS,
                "there is no command \"%.*s\"; the one "
                "there is is \"%s\"",
                STR_ARG(str_sub(command, 0, 100)), s->command);
        server_refuse(s, &id, ERR_PARAMS, why.text);
        return;
    }
    s->counters.accepted++;
    server_answer(s, &id, NULL);
}
