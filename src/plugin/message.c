#include "plugin/message.h"
#include "lsp/rpc.h"

enum { SHOWN = 60 }; /* bytes of what is wrong that are quoted */

/* JSON's whole numbers, as far as a double holds them. */
static const double id_max = 9007199254740991;

static bool read_id(const cJSON *item, uint64_t *id)
{
    double n = cJSON_IsNumber(item) ? item->valuedouble : 0;
    if (!(n >= 1 && n <= id_max))
        return false;
    *id = (uint64_t)n;
    return (double)*id == n;
}

static enum err read_answer(const struct rpc_message *rpc,
                            struct plugin_message *m, struct why *why)
{
    if (!read_id(json_get(m->root, "id"), &m->id))
        return why_set(why, ERR_REQUEST,
                       "wrote an answer whose id is none of ours: they are "
                       "whole numbers");
    m->kind = rpc->error ? PLUGIN_FAILURE : PLUGIN_ANSWER;
    m->result = json_get(m->root, "result");
    json_get_str(rpc->error, "message", &m->sentence);
    if (m->kind == PLUGIN_ANSWER && !m->result)
        return why_set(why, ERR_REQUEST,
                       "wrote an answer with neither \"result\" nor \"error\"");
    return OK;
}

static enum err read_text(const struct rpc_message *rpc,
                          struct plugin_message *m, struct why *why)
{
    struct str text;
    m->kind = PLUGIN_TEXT;
    if (!read_id(json_get(rpc->params, "id"), &m->id) ||
        !json_get_str(rpc->params, "text", &text))
        return why_set(why, ERR_PARAMS,
                       "wrote an \"adapter/text\" without a whole number "
                       "\"id\" and a string \"text\"");
    return OK;
}

enum err plugin_message_read(struct str body, struct plugin_message *m,
                             struct why *why)
{
    struct rpc_message rpc;
    struct why detail = {{0}};
    *m = (struct plugin_message){.root = NULL};
    enum err e = rpc_parse(body, &rpc, &detail);
    m->root = rpc.root;
    if (e)
        return why_set(why, e, "wrote a message that can't be read: %.300s",
                       detail.text);
    if (rpc.kind == RPC_RESPONSE)
        return read_answer(&rpc, m, why);
    if (rpc.kind == RPC_NOTIFICATION && str_is(rpc.method, "adapter/text"))
        return read_text(&rpc, m, why);
    return why_set(why, ERR_METHOD,
                   "wrote a %s \"%.*s\"; a plug-in writes answers, and the "
                   "notification \"adapter/text\"",
                   rpc.kind == RPC_REQUEST ? "request" : "notification",
                   STR_ARG(str_sub(rpc.method, 0, SHOWN)));
}

void plugin_message_release(struct plugin_message *m)
{
    cJSON_Delete(m->root);
    *m = (struct plugin_message){.root = NULL};
}

/* --- results */

static const char *const role_names[] = {
#define X(name, word) word,
    PLUGIN_ROLES(X)
#undef X
};

const char *plugin_role_name(enum plugin_role role)
{
    return role_names[role];
}

enum err plugin_read_roles(const cJSON *result, unsigned *roles,
                           struct why *why)
{
    int64_t protocol = 0;
    const cJSON *list = json_get(result, "roles"), *item;
    *roles = 0;
    if (!json_get_int(result, "protocol", &protocol) ||
        protocol != PLUGIN_PROTOCOL)
        return why_set(
            why, ERR_PARAMS,
            "answered \"initialize\" without \"protocol\": %d, which "
            "is the one that is spoken here",
            PLUGIN_PROTOCOL);
    cJSON_ArrayForEach(item, list)
    {
        for (int i = 0; i < PLUGIN_ROLE_COUNT; i++)
            if (str_is(json_str(item), role_names[i]))
                *roles |= 1u << i;
    }
    if (*roles)
        return OK;
    return why_set(why, ERR_PARAMS,
                   "answered \"initialize\" without any role; \"roles\" lists "
                   "\"router\", \"adapter\" or \"monitor\"");
}

enum err plugin_read_choice(const cJSON *result, struct plugin_choice *out,
                            struct why *why)
{
    const cJSON *list = json_get(result, "models"), *item;
    *out = (struct plugin_choice){.n = 0};
    if (cJSON_IsNull(result))
        return OK;
    for (item = cJSON_IsArray(list) ? list->child : NULL; item;
         item = item->next) {
        if (!cJSON_IsString(item) || out->n == PLUGIN_CHOICES)
            break;
        out->models[out->n++] = json_str(item);
    }
    json_get_str(result, "reason", &out->reason);
    if (cJSON_IsArray(list) && cJSON_GetArraySize(list) == (int)out->n)
        return OK;
    return why_set(why, ERR_PARAMS,
                   "answered \"router/select\" with what is no choice; right "
                   "is null, or {\"models\": [names, %d at most]}",
                   PLUGIN_CHOICES);
}
