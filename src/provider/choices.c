/* Answers of the OpenAI family, whole and in chunks: the text is in
 * choices[0], the counts are in "usage". */
#include "provider/answer.h"

/* The cached share has a name of its own at DeepSeek, Moonshot, Inception. */
static void take_usage(const cJSON *usage, struct piece *out)
{
    answer_count(usage, "prompt_tokens", &out->tokens_in);
    answer_count(usage, "completion_tokens", &out->tokens_out);
    answer_count(usage, "cached_tokens", &out->tokens_cached);
    answer_count(usage, "cached_input_tokens", &out->tokens_cached);
    answer_count(usage, "prompt_cache_hit_tokens", &out->tokens_cached);
    answer_count(json_get(usage, "prompt_tokens_details"), "cached_tokens",
                 &out->tokens_cached);
}

/* Reasons that are failures: of OpenRouter, DeepSeek and Zhipu. */
static bool is_break(struct str reason)
{
    return str_is(reason, "error") || str_is(reason, "network_error") ||
           str_is(reason, "insufficient_system_resource");
}

static enum err take_choice(const cJSON *choice, struct piece *out)
{
    enum err e = OK;
    if (cJSON_IsObject(json_get(choice, "error"))) {
        answer_error(choice, &e, &out->error);
        return e;
    }
    struct str reason = json_str(json_get(choice, "finish_reason"));
    if (is_break(reason))
        return why_set(&out->error, ERR_PROVIDER,
                       "the service broke off its answer");
    enum stop_reason stop = answer_stop(reason);
    if (stop)
        out->stop = stop;
    take_usage(json_get(choice, "usage"), out); /* Moonshot's place for it */
    e = answer_text(json_get(choice, "text"), out);
    if (!e)
        e = answer_text(json_at(choice, "delta.content"), out);
    if (!e)
        e = answer_text(json_at(choice, "message.content"), out);
    return e;
}

enum err answer_choices(struct str event, struct str data, struct piece *out)
{
    cJSON *root;
    enum err e = answer_open(event, data, out, &root);
    if (!root)
        return e;
    const cJSON *choices = json_get(root, "choices");
    const cJSON *usage = json_get(root, "usage");
    bool counted = cJSON_IsObject(usage);
    const cJSON *choice = cJSON_IsArray(choices) ? choices->child : NULL;
    if (!cJSON_IsArray(choices) && !counted)
        e = answer_bad(out, "the answer has no \"choices\"");
    else if (choice)
        e = take_choice(choice, out);
    if (!e && counted)
        take_usage(usage, out);
    /* A stream ends with "[DONE]", which some leave out; the counts come
     * with the reason to stop, or in a last chunk without any choice. */
    bool whole = cJSON_IsObject(json_get(choice, "message"));
    if (!e && (whole || (counted && (!choice || out->stop))))
        out->end = true;
    cJSON_Delete(root);
    return e;
}
