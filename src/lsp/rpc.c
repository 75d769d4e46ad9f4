#include "lsp/rpc.h"
#include "lsp/scan.h"

#include <string.h>

static enum err check_method(struct rpc_message *m, const cJSON *method,
                             struct why *why)
{
    if (!cJSON_IsString(method) || !method->valuestring[0])
        return why_set(why, ERR_REQUEST,
                       "\"method\" is not a name; a string is expected");
    m->method = json_str(method);
    m->kind = m->id.text[0] ? RPC_REQUEST : RPC_NOTIFICATION;
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
    if (version && !str_is(json_str(version), "2.0"))
        return why_set(why, ERR_REQUEST, "\"jsonrpc\" is not \"2.0\"");
    if (method && id && !m->id.text[0])
        return why_set(why, ERR_REQUEST,
                       "\"id\" is neither a number nor a string, or it is "
                       "longer than %zu bytes",
                       sizeof m->id.text - 1);
    return method ? check_method(m, method, why)
                  : check_response(m, id != NULL, why);
}

enum err rpc_parse(struct str body, struct rpc_message *m, struct why *why)
{
    struct rpc_id id; /* before parsing changes it */
    *m = (struct rpc_message){.text = body};
    rpc_id_read(scan_get(body, "id"), &id);
    struct buf text = {(char *)body.ptr, body.len, body.len, body.len, false};
    enum err e = json_parse_lent(&text, RPC_LENT, &m->root, why);
    if (e)
        return e;
    m->id = id;
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

static bool take(struct str *s, const char *any)
{
    if (!s->len || !s->ptr[0] || !strchr(any, s->ptr[0]))
        return false;
    *s = str_sub(*s, 1, s->len);
    return true;
}

static bool take_digits(struct str *s)
{
    if (!take(s, "0123456789"))
        return false;
    while (take(s, "0123456789"))
        ;
    return true;
}

/* As RFC 8259, section 6, has it; cJSON takes more, which no answer may hold.
 */
static bool is_number(struct str s)
{
    take(&s, "-");
    if (!take(&s, "0") && !take_digits(&s))
        return false;
    if (take(&s, ".") && !take_digits(&s))
        return false;
    if (!take(&s, "eE"))
        return s.len == 0;
    take(&s, "+-");
    return take_digits(&s) && s.len == 0;
}

/* cJSON takes control characters in it, too. */
static bool is_string(struct str s)
{
    cJSON *item;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ')
            return false;
    if (!scan_is_string(s) || !str_ends(s, STR("\"")) ||
        json_parse_str(s, &item, NULL))
        return false;
    cJSON_Delete(item);
    return true;
}

bool rpc_id_read(struct str json, struct rpc_id *out)
{
    out->text[0] = '\0';
    if (json.len >= sizeof out->text || !(is_number(json) || is_string(json)))
        return false;
    memcpy(out->text, json.ptr, json.len);
    out->text[json.len] = '\0';
    return true;
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
