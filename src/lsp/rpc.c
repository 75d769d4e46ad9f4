#include "lsp/rpc.h"

#include <math.h>
#include <string.h>

/* Beyond it a double, which is what cJSON keeps, loses digits of an id. */
static const double id_max = 9007199254740992.0;

static bool id_is_readable(const cJSON *id)
{
    struct rpc_id unused;
    return rpc_id_from(id, &unused);
}

static enum err check_method(struct rpc_message *m, const cJSON *method,
                             struct why *why)
{
    if (!cJSON_IsString(method) || !method->valuestring[0])
        return why_set(why, ERR_REQUEST,
                       "\"method\" is not a name; a string is expected");
    m->method = json_str(method);
    m->kind = m->id ? RPC_REQUEST : RPC_NOTIFICATION;
    return OK;
}

/*
 * An id without a method is always a response: JavaScript clients leave
 * `result` out when it is undefined, and an error sent back for such a
 * message could meet a request of theirs with the same id.
 */
static enum err check_response(struct rpc_message *m, bool has_id,
                               struct why *why)
{
    m->result = json_get(m->root, "result");
    m->error = json_get(m->root, "error");
    m->kind = RPC_RESPONSE;
    if (has_id || m->error)
        return OK;
    return why_set(why, ERR_REQUEST,
                   "it has neither \"method\" nor \"id\"; a message needs one");
}

static enum err check_message(struct rpc_message *m, struct why *why)
{
    if (cJSON_IsArray(m->root))
        return why_set(why, ERR_REQUEST,
                       "it is a list; LSP has no batches, send one message "
                       "at a time");
    if (!cJSON_IsObject(m->root))
        return why_set(why, ERR_REQUEST, "it is JSON, but not an object");
    const cJSON *id = json_get(m->root, "id");
    const cJSON *method = json_get(m->root, "method");
    const cJSON *version = json_get(m->root, "jsonrpc");
    if (id_is_readable(id) && !cJSON_IsNull(id))
        m->id = id;
    if (version && !str_is(json_str(version), "2.0"))
        return why_set(why, ERR_REQUEST, "\"jsonrpc\" is not \"2.0\"");
    if (method && id && !m->id)
        return why_set(why, ERR_REQUEST,
                       "\"id\" is neither a number up to 2^53 nor a string "
                       "of at most %zu bytes",
                       sizeof((struct rpc_id *)0)->text - 3);
    return method ? check_method(m, method, why)
                  : check_response(m, id != NULL, why);
}

enum err rpc_parse(struct str body, struct rpc_message *m, struct why *why)
{
    *m = (struct rpc_message){0};
    struct buf text = {(char *)body.ptr, body.len, body.len, body.len, false};
    enum err e = json_parse_lent(&text, RPC_LENT, &m->root, why);
    if (e)
        return e;
    const cJSON *params = json_get(m->root, "params");
    m->params = cJSON_IsNull(params) ? NULL : params;
    return check_message(m, why);
}

void rpc_release(struct rpc_message *m)
{
    cJSON_Delete(m->root);
    *m = (struct rpc_message){0};
}

/* --- ids --- */

static bool print_id(struct buf *out, const cJSON *id)
{
    if (cJSON_IsString(id))
        return json_print_str(out, json_str(id));
    if (!cJSON_IsNumber(id) || !(fabs(id->valuedouble) <= id_max))
        return cJSON_IsNull(id) && buf_append(out, STR("null"));
    return json_print(out, id);
}

bool rpc_id_from(const cJSON *id, struct rpc_id *out)
{
    struct buf text;
    buf_init(&text, sizeof out->text - 1);
    bool ok = print_id(&text, id) && !text.failed;
    if (ok)
        memcpy(out->text, text.ptr, text.len + 1);
    buf_release(&text);
    return ok;
}

bool rpc_id_eq(const struct rpc_id *a, const struct rpc_id *b)
{
    return !strcmp(a->text, b->text);
}

/* --- writing --- */

static void begin(struct buf *out, const struct rpc_id *id)
{
    buf_printf(out, "{\"jsonrpc\":\"2.0\",\"id\":%s", id ? id->text : "null");
}

bool rpc_result(struct buf *out, const struct rpc_id *id, const cJSON *result)
{
    begin(out, id);
    buf_append(out, STR(",\"result\":"));
    if (!result)
        buf_append(out, STR("null"));
    else if (!json_print(out, result))
        return false;
    return buf_append_char(out, '}');
}

bool rpc_error(struct buf *out, const struct rpc_id *id, enum err e,
               const char *sentence)
{
    begin(out, id);
    buf_printf(out, ",\"error\":{\"code\":%d,\"message\":", err_code(e));
    json_print_str(out, str_from(sentence ? sentence : err_sentence(e)));
    return buf_append(out, STR("}}"));
}

/* `,"method":…,"params":…}` */
static bool call(struct buf *out, const char *method, const cJSON *params)
{
    buf_append(out, STR(",\"method\":"));
    json_print_str(out, str_from(method));
    if (params) {
        buf_append(out, STR(",\"params\":"));
        if (!json_print(out, params))
            return false;
    }
    return buf_append_char(out, '}');
}

bool rpc_notify(struct buf *out, const char *method, const cJSON *params)
{
    buf_append(out, STR("{\"jsonrpc\":\"2.0\""));
    return call(out, method, params);
}

bool rpc_request(struct buf *out, const struct rpc_id *id, const char *method,
                 const cJSON *params)
{
    begin(out, id);
    return call(out, method, params);
}
