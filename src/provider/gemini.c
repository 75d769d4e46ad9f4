/*
 * POST /v1beta/models/MODEL:streamGenerateContent of Google, by the Gemini API
 * and by Vertex AI. It is the address that asks for a stream, as events.
 */
#include "provider/answer.h"
#include "provider/chat.h"
#include "provider/dialects.h"
#include "provider/family.h"

enum { STOPS_MAX = 5 };

static void put_thinking(struct str model, struct buf *body)
{
    const struct family *family = family_of(model);
    if (!family->think && !(family->quirks & QUIRK_THINK_BUDGET))
        return;
    body_key(body, "thinkingConfig");
    body_open(body);
    if (family->think)
        body_str(body, "thinkingLevel", str_from(family->think));
    else
        body_uint(body, "thinkingBudget", 0);
    buf_append_char(body, '}');
}

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    enum err e = body_check(p, why);
    if (!e)
        e = body_no_template(target, gemini_dialect.name, why);
    if (e)
        return e;
    body_open(body);
    body_key(body, "systemInstruction");
    buf_append(body, STR("{\"parts\":[{"));
    body_str(body, "text", chat_instruction());
    buf_append(body, STR("}]}"));
    body_key(body, "contents");
    buf_append(body, STR("[{\"role\":\"user\",\"parts\":[{"));
    chat_file_member(body, "text", p);
    buf_append(body, STR("}]}]"));
    body_key(body, "generationConfig");
    body_open(body);
    body_uint(body, "maxOutputTokens", p->max_tokens);
    body_temperature(body, p);
    chat_stops(body, "stopSequences", p, STOPS_MAX);
    put_thinking(target->model, body);
    buf_append_char(body, '}');
    return body_close(body, why);
}

/* Thoughts are paid for as what is written. */
static void take_usage(const cJSON *usage, struct piece *out)
{
    int64_t written = -1, thought = 0;
    answer_count(usage, "promptTokenCount", &out->tokens_in);
    answer_count(usage, "cachedContentTokenCount", &out->tokens_cached);
    answer_count(usage, "candidatesTokenCount", &written);
    answer_count(usage, "thoughtsTokenCount", &thought);
    if (written >= 0 || thought > 0)
        out->tokens_out = (written > 0 ? written : 0) + thought;
}

static enum err take_parts(const cJSON *parts, struct piece *out)
{
    const cJSON *part;
    enum err e = OK;
    cJSON_ArrayForEach(part, parts)
    {
        bool thought = false;
        json_get_bool(part, "thought", &thought);
        if (!thought && !e)
            e = answer_text(json_get(part, "text"), out);
    }
    return e;
}

/* The last chunk of a stream has the reason, and all counts. */
static enum err take_candidate(const cJSON *candidate, struct piece *out)
{
    struct str reason = json_str(json_get(candidate, "finishReason"));
    enum stop_reason stop = answer_stop(reason);
    if (stop) {
        out->stop = stop;
        out->end = true;
    }
    return take_parts(json_at(candidate, "content.parts"), out);
}

static enum err take(const cJSON *root, struct piece *out)
{
    const cJSON *candidates = json_get(root, "candidates");
    const cJSON *usage = json_get(root, "usageMetadata");
    if (cJSON_IsObject(usage))
        take_usage(usage, out);
    if (cJSON_IsString(json_at(root, "promptFeedback.blockReason"))) {
        out->stop = STOP_FILTER;
        out->end = true;
        return OK;
    }
    if (cJSON_IsArray(candidates) && candidates->child)
        return take_candidate(candidates->child, out);
    if (cJSON_IsArray(candidates) || cJSON_IsObject(usage))
        return OK;
    return answer_bad(out, "the answer has no \"candidates\"");
}

static enum err decode(struct str event, struct str data, struct piece *out)
{
    cJSON *root;
    enum err e = answer_open(event, data, out, &root);
    if (!root)
        return e;
    e = take(root, out);
    cJSON_Delete(root);
    return e;
}

const struct dialect gemini_dialect = {
    .name = "gemini",
    .path = "/v1beta/models/{model}:streamGenerateContent?alt=sse",
    .framing = FRAMES_SSE,
    .chat = true,
    .encode = encode,
    .decode = decode,
};
