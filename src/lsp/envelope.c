#include "lsp/envelope.h"
#include "lsp/scan.h"

#include <string.h>

static struct str *place_of(struct envelope *e, struct str key,
                            struct str *method)
{
    return scan_spells(key, STR("id"))       ? &e->id
           : scan_spells(key, STR("method")) ? method
           : scan_spells(key, STR("params")) ? &e->params
           : scan_spells(key, STR("result")) ? &e->result
           : scan_spells(key, STR("error"))  ? &e->error
                                             : NULL;
}

/* Methods are plain names; some encoders write "\/" for "/". */
static bool copy_method(struct str value, char out[METHOD_MAX])
{
    struct str inside = scan_inside(value);
    size_t n = 0;
    for (size_t i = 0; i < inside.len && n < METHOD_MAX - 1; i++) {
        if (inside.ptr[i] == '\\' && ++i == inside.len)
            return false;
        out[n++] = inside.ptr[i];
    }
    out[n] = '\0';
    return n > 0 && n < METHOD_MAX - 1 &&
           scan_spells(inside, (struct str){out, n});
}

static enum err judge(struct envelope *e, struct str method, struct why *why)
{
    bool has_id = e->id.len > 0;
    if (str_is(e->id, "null"))
        e->id = (struct str){0};
    if (!method.len && !has_id && !e->error.len)
        return why_set(why, ERR_REQUEST,
                       "it has neither \"method\" nor \"id\"; a message needs "
                       "one");
    e->kind = !method.len ? RPC_RESPONSE
              : e->id.len ? RPC_REQUEST
                          : RPC_NOTIFICATION;
    if (method.len && !copy_method(method, e->method))
        return why_set(why, ERR_REQUEST,
                       "\"method\" is no plain name of less than %d bytes",
                       METHOD_MAX);
    return OK;
}

enum err envelope_read(struct str body, struct envelope *e, struct why *why)
{
    struct str key, value, method = {0};
    struct scan s;
    *e = (struct envelope){0};
    scan_init(&s, body);
    if (s.close != '}')
        return why_set(why, ERR_REQUEST, "it is no JSON object");
    while (scan_next(&s, &key, &value)) {
        struct str *place = place_of(e, key, &method);
        if (place && !place->len)
            *place = value;
    }
    if (!scan_whole(&s))
        return why_set(why, ERR_PARSE, "it is not valid JSON near byte %zu",
                       s.at);
    return judge(e, method, why);
}

uint32_t envelope_number(struct str id)
{
    uint64_t n = 0;
    str_number(id, 999999999, &n);
    return (uint32_t)n;
}

void envelope_with_id(struct str body, const struct envelope *e, struct str id,
                      struct str parts[3])
{
    size_t start = (size_t)(e->id.ptr - body.ptr);
    parts[0] = str_sub(body, 0, start);
    parts[1] = id;
    parts[2] = str_sub(body, start + e->id.len, body.len);
}
