/*
 * "adapter/complete" of a plug-in (docs/plugins.md): its parameters, and the
 * messages that answer it, each as a frame. There is no HTTP in it: whoever
 * talks to the plug-in takes it from there.
 */
#include "provider/answer.h"
#include "provider/body.h"
#include "provider/dialects.h"
#include "provider/failure.h"

#include <string.h>

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    enum err e = body_check(p, why);
    if (!e)
        e = body_no_template(target, plugin_dialect.name, why);
    if (e)
        return e;
    body_open(body);
    body_str(body, "model", target->model);
    body_key(body, "prompt");
    body_open(body);
    body_str(body, "prefix", p->prefix);
    body_str(body, "suffix", p->suffix);
    body_str(body, "language", p->language);
    body_str(body, "path", p->path);
    body_stops(body, "stop", p, NULL, BODY_STOPS);
    body_uint(body, "max_tokens", p->max_tokens);
    body_temperature(body, p);
    buf_append_char(body, '}');
    return body_close(body, why);
}

/* "rate_limit" is ERR_RATE_LIMIT, in any case. */
static enum err failure_named(struct str kind)
{
    for (size_t i = 0; i < failure_count(); i++) {
        struct str name = str_from(err_name(failure_at(i)));
        if (str_eq_nocase(str_sub(name, strlen("ERR_"), name.len), kind))
            return failure_at(i);
    }
    return ERR_PROVIDER;
}

static enum err fail(const cJSON *error, struct piece *out)
{
    struct str message = STR("it failed without a reason");
    json_get_str(error, "message", &message);
    answer_sentence(message, &out->error);
    return failure_named(json_str(json_at(error, "data.kind")));
}

static enum err take_result(const cJSON *result, struct piece *out)
{
    const cJSON *usage = json_get(result, "usage");
    struct str stop = STR("end");
    json_get_str(result, "stop", &stop);
    answer_count(usage, "tokens_in", &out->tokens_in);
    answer_count(usage, "tokens_out", &out->tokens_out);
    answer_count(usage, "tokens_cached", &out->tokens_cached);
    out->stop = str_is(stop, "length")   ? STOP_LENGTH
                : str_is(stop, "filter") ? STOP_FILTER
                                         : STOP_END;
    out->end = true;
    return OK;
}

static enum err decode(struct str event, struct str data, struct piece *out)
{
    cJSON *root = NULL;
    (void)event;
    if (str_trim(data).len == 0)
        return OK;
    if (data.len > ANSWER_FRAME_MAX || json_parse_str(data, &root, NULL))
        return answer_bad(out, "it wrote what is no JSON, or too much of it");
    const cJSON *error = json_get(root, "error");
    const cJSON *text = json_at(root, "params.text");
    enum err e;
    if (cJSON_IsObject(error))
        e = fail(error, out);
    else if (json_get(root, "method"))
        e = cJSON_IsString(text)
                ? answer_text(text, out)
                : answer_bad(out, "\"text\" of a piece is no string");
    else if (cJSON_IsObject(json_get(root, "result")))
        e = take_result(json_get(root, "result"), out);
    else
        e = answer_bad(out, "its result is no object; right is "
                            "{\"stop\": \"end\"}");
    cJSON_Delete(root);
    return e;
}

const struct dialect plugin_dialect = {
    .name = "plugin",
    .path = "",
    .framing = FRAMES_JSON_LINES,
    .native_fim = true,
    .by_plugin = true,
    .encode = encode,
    .decode = decode,
};
