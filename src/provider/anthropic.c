/*
 * POST /v1/messages of Anthropic, which Google's Vertex AI serves too, with
 * the model in the address and the version in the body.
 */
#include "provider/answer.h"
#include "provider/chat.h"
#include "provider/dialects.h"
#include "provider/family.h"

/* Unlike the others' it ends at 1. */
static void put_temperature(const struct prompt *p, struct buf *body)
{
    struct prompt capped = *p;
    if (capped.temperature > 1)
        capped.temperature = 1;
    body_temperature(body, &capped);
}

/* Newer models think unless told, and would spend the whole budget on it. */
static void put_thinking(const char *type, struct buf *body)
{
    if (!type)
        return;
    body_key(body, "thinking");
    body_open(body);
    body_str(body, "type", str_from(type));
    buf_append_char(body, '}');
}

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    enum err e = body_check(p, why);
    if (!e)
        e = body_no_template(target, anthropic_dialect.name, why);
    if (e)
        return e;
    const struct family *family = family_of(target->model);
    unsigned quirks = target->quirks | family->quirks;
    body_open(body);
    if (quirks & QUIRK_VERSION_IN_BODY)
        body_str(body, "anthropic_version", STR("vertex-2023-10-16"));
    else
        body_str_if(body, "model", target->model);
    body_uint(body, "max_tokens", p->max_tokens);
    body_str(body, "system", chat_instruction());
    body_key(body, "messages");
    buf_append(body, STR("[{\"role\":\"user\""));
    chat_file_member(body, "content", p);
    buf_append(body, STR("}]"));
    if (!(quirks & QUIRK_NO_TEMPERATURE))
        put_temperature(p, body);
    chat_stops(body, "stop_sequences", p, BODY_STOPS);
    put_thinking(family->think, body);
    body_json(body, "stream", "true");
    return body_close(body, why);
}

/* "input_tokens" are those behind the last that the cache had or took. */
static void take_usage(const cJSON *usage, struct piece *out)
{
    int64_t fresh = -1, read = 0, written = 0;
    answer_count(usage, "input_tokens", &fresh);
    answer_count(usage, "cache_read_input_tokens", &read);
    answer_count(usage, "cache_creation_input_tokens", &written);
    answer_count(usage, "output_tokens", &out->tokens_out);
    if (fresh < 0)
        return;
    out->tokens_in = fresh + read + written;
    out->tokens_cached = read;
}

static void take_stop(const cJSON *item, struct piece *out)
{
    enum stop_reason stop =
        answer_stop(json_str(json_get(item, "stop_reason")));
    if (stop)
        out->stop = stop;
}

/* Thinking and tool calls come as deltas too, without "text". */
static enum err take_delta(const cJSON *root, struct piece *out)
{
    const cJSON *text = json_at(root, "delta.text");
    return cJSON_IsString(text) ? answer_text(text, out) : OK;
}

static enum err take_start(const cJSON *root, struct piece *out)
{
    take_usage(json_at(root, "message.usage"), out);
    return OK;
}

static enum err take_end_of_text(const cJSON *root, struct piece *out)
{
    take_usage(json_get(root, "usage"), out);
    take_stop(json_get(root, "delta"), out);
    return OK;
}

static enum err take_end(const cJSON *root, struct piece *out)
{
    (void)root;
    out->end = true;
    return OK;
}

static enum err take_whole(const cJSON *root, struct piece *out)
{
    take_usage(json_get(root, "usage"), out);
    take_stop(root, out);
    out->end = true;
    return answer_text(json_get(root, "content"), out);
}

/* Other types may come any day, says the documentation, and mean nothing. */
static enum err decode(struct str event, struct str data, struct piece *out)
{
    static const struct {
        const char *type;
        enum err (*take)(const cJSON *root, struct piece *out);
    } rows[] = {
        {"message_start", take_start},
        {"content_block_delta", take_delta},
        {"message_delta", take_end_of_text},
        {"message_stop", take_end},
        {"message", take_whole},
    };
    cJSON *root;
    struct str type;
    enum err e = answer_open(event, data, out, &root);
    if (!root)
        return e;
    if (!json_get_str(root, "type", &type))
        e = answer_bad(out, "the answer has no \"type\"");
    for (size_t i = 0; !e && i < sizeof rows / sizeof *rows; i++)
        if (str_is(type, rows[i].type))
            e = rows[i].take(root, out);
    cJSON_Delete(root);
    return e;
}

const struct dialect anthropic_dialect = {
    .name = "anthropic",
    .path = "/v1/messages",
    .headers = {{"anthropic-version", "2023-06-01"}},
    .framing = FRAMES_SSE,
    .chat = true,
    .encode = encode,
    .decode = decode,
};
