/* POST /v2/chat of Cohere: a chat whose stream is typed events. */
#include "provider/answer.h"
#include "provider/chat.h"
#include "provider/dialects.h"

enum { STOPS = 5 }; /* more are refused */

static void put_messages(const struct prompt *p, struct buf *body)
{
    body_key(body, "messages");
    buf_append(body, STR("[{"));
    body_str(body, "role", STR("system"));
    body_str(body, "content", chat_instruction());
    buf_append(body, STR("},{"));
    body_str(body, "role", STR("user"));
    chat_file_member(body, "content", p);
    buf_append(body, STR("}]"));
}

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    enum err e = body_check(p, why);
    if (!e)
        e = body_no_template(target, cohere_dialect.name, why);
    if (e)
        return e;
    body_open(body);
    body_str_if(body, "model", target->model);
    put_messages(p, body);
    body_uint(body, "max_tokens", p->max_tokens);
    body_temperature_to_one(body, p);
    chat_stops(body, "stop_sequences", p, STOPS);
    body_json(body, "stream", "true");
    return body_close(body, why);
}

/* What is billed leaves out what the service adds to a prompt. */
static void take_usage(const cJSON *usage, struct piece *out)
{
    static const char *const kinds[] = {"tokens", "billed_units"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const cJSON *units = json_get(usage, kinds[i]);
        answer_count(units, "input_tokens", &out->tokens_in);
        answer_count(units, "output_tokens", &out->tokens_out);
    }
    answer_count(usage, "cached_tokens", &out->tokens_cached);
}

static enum err take_end(const cJSON *said, struct piece *out)
{
    enum err e;
    struct str reason = json_str(json_get(said, "finish_reason"));
    if (answer_error(said, &e, &out->error))
        return e;
    if (str_eq_nocase(reason, STR("error")) ||
        str_eq_nocase(reason, STR("timeout")))
        return why_set(&out->error, ERR_PROVIDER,
                       "the service broke off its answer");
    take_usage(json_get(said, "usage"), out);
    out->stop = reason.len ? answer_stop(reason) : STOP_END;
    out->end = true;
    return OK;
}

/* Of a content that is being thought there is no "text". */
static enum err take_event(const cJSON *root, struct piece *out)
{
    const cJSON *delta = json_get(root, "delta");
    if (str_is(json_str(json_get(root, "type")), "message-end"))
        return take_end(delta, out);
    return answer_text(json_at(delta, "message.content.text"), out);
}

static enum err take_whole(const cJSON *root, struct piece *out)
{
    if (!cJSON_IsObject(json_get(root, "message")))
        return answer_bad(out,
                          "the answer has neither \"type\" nor \"message\"");
    enum err e = answer_text(json_at(root, "message.content"), out);
    return e ? e : take_end(root, out);
}

static enum err decode(struct str event, struct str data, struct piece *out)
{
    cJSON *root;
    enum err e = answer_open(event, data, out, &root);
    if (!root)
        return e;
    e = cJSON_IsString(json_get(root, "type")) ? take_event(root, out)
                                               : take_whole(root, out);
    cJSON_Delete(root);
    return e;
}

const struct dialect cohere_dialect = {
    .name = "cohere-v2",
    .path = "/v2/chat",
    .framing = FRAMES_SSE,
    .chat = true,
    .encode = encode,
    .decode = decode,
};
