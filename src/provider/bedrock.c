/*
 * POST /model/ID/converse-stream of Amazon Bedrock: one form of chat for all
 * its models. The stream is Amazon's event stream; a whole answer, as
 * /converse gives it, is understood, too.
 */
#include "provider/answer.h"
#include "provider/chat.h"
#include "provider/dialects.h"
#include "provider/failure.h"

enum { WORDS_MAX = 2048 };

static void put_text(struct buf *body, const char *key, const char *role)
{
    body_key(body, key);
    buf_append(body, STR("[{"));
    if (role) {
        body_str(body, "role", str_from(role));
        body_key(body, "content");
        buf_append(body, STR("[{"));
    }
}

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    enum err e = body_check(p, why);
    if (!e)
        e = body_no_template(target, bedrock_dialect.name, why);
    if (e)
        return e;
    body_open(body);
    put_text(body, "system", NULL);
    body_str(body, "text", chat_instruction());
    buf_append(body, STR("}]"));
    put_text(body, "messages", "user");
    chat_file_member(body, "text", p);
    buf_append(body, STR("}]}]"));
    body_key(body, "inferenceConfig");
    body_open(body);
    body_uint(body, "maxTokens", p->max_tokens);
    body_temperature_to_one(body, p);
    chat_stops(body, "stopSequences", p, BODY_STOPS_OPENAI);
    buf_append_char(body, '}');
    return body_close(body, why);
}

/* --- answers */

/* What was read from the cache, and written to it, is counted apart. */
static void take_usage(const cJSON *usage, struct piece *out)
{
    int64_t read = -1, written = -1;
    answer_count(usage, "inputTokens", &out->tokens_in);
    answer_count(usage, "outputTokens", &out->tokens_out);
    answer_count(usage, "cacheReadInputTokens", &read);
    answer_count(usage, "cacheWriteInputTokens", &written);
    if (out->tokens_in >= 0)
        out->tokens_in += (read > 0 ? read : 0) + (written > 0 ? written : 0);
    if (read >= 0)
        out->tokens_cached = read;
}

static void take_stop(struct str reason, struct piece *out)
{
    static const struct {
        const char *name;
        enum stop_reason stop;
    } rows[] = {
        {"guardrail_intervened", STOP_FILTER},
        {"content_filtered", STOP_FILTER},
        {"model_context_window_exceeded", STOP_LENGTH},
    };
    if (!reason.len)
        return;
    out->stop = answer_stop(reason);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (str_is(reason, rows[i].name))
            out->stop = rows[i].stop;
}

/* Blocks of other kinds, reasoning for one, have no "text" of their own. */
static enum err take_message(const cJSON *message, struct piece *out)
{
    const cJSON *block;
    enum err e = OK;
    cJSON_ArrayForEach(block, json_get(message, "content"))
    {
        e = answer_text(json_get(block, "text"), out);
        if (e)
            break;
    }
    return e;
}

/* An exception of the stream: its name says the kind, its status is that of
 * the documentation. */
static enum err take_exception(struct str name, struct str data,
                               struct piece *out)
{
    static const struct {
        const char *name;
        long status;
    } rows[] = {
        {"throttlingException", 429},     {"serviceUnavailableException", 503},
        {"internalServerException", 500}, {"modelStreamErrorException", 424},
        {"modelTimeoutException", 408},   {"validationException", 400},
    };
    cJSON *root;
    struct buf words;
    long status = 500;
    out->error.text[0] = '\0';
    answer_open(STR("error"), data, out, &root);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (str_is(name, rows[i].name))
            status = rows[i].status;
    buf_init(&words, WORDS_MAX);
    failure_add_words(&words, name);
    failure_add_words(&words, str_from(out->error.text));
    enum err e = failure_kind(status, buf_view(&words));
    if (!out->error.text[0])
        answer_sentence(name, &out->error);
    if (!out->error.text[0]) /* it may be made of what can't be shown */
        answer_sentence(str_from(err_sentence(e)), &out->error);
    buf_release(&words);
    cJSON_Delete(root);
    return e;
}

static enum err take(struct str event, const cJSON *root, struct piece *out)
{
    const cJSON *message = json_at(root, "output.message");
    const cJSON *usage = json_get(root, "usage");
    if (!event.len && !cJSON_IsObject(message))
        return answer_bad(out, "the answer has no \"output\"");
    enum err e = answer_text(json_at(root, "delta.text"), out);
    if (!e)
        e = take_message(message, out);
    if (e)
        return e;
    take_stop(json_str(json_get(root, "stopReason")), out);
    if (cJSON_IsObject(usage))
        take_usage(usage, out);
    /* In a stream the counts come last, in "metadata". */
    out->end = out->end || (cJSON_IsObject(usage) && out->stop);
    return OK;
}

static enum err decode(struct str event, struct str data, struct piece *out)
{
    struct str failed = STR("error:");
    cJSON *root;
    if (str_starts(event, failed))
        return take_exception(str_sub(event, failed.len, event.len), data, out);
    enum err e = answer_open(event, data, out, &root);
    if (!root)
        return e;
    e = take(event, root, out);
    cJSON_Delete(root);
    return e;
}

const struct dialect bedrock_dialect = {
    .name = "bedrock-converse",
    .path = "/model/{model}/converse-stream",
    .framing = FRAMES_AWS_EVENTS,
    .chat = true,
    .encode = encode,
    .decode = decode,
};
