/*
 * POST /infill of llama.cpp's server, which lays the prompt out by the
 * model's own tokens. Its answer is server-sent events without "[DONE]".
 */
#include "provider/answer.h"
#include "provider/body.h"
#include "provider/dialects.h"

/* Chunks with the names of their files, as the server's README has them. */
static void put_extra(const struct prompt *p, struct buf *body)
{
    if (p->n_snippets == 0)
        return;
    body_key(body, "input_extra");
    for (size_t i = 0; i < p->n_snippets; i++) {
        buf_append_char(body, i ? ',' : '[');
        body_open(body);
        body_str(body, "filename", p->snippets[i].path);
        body_str(body, "text", p->snippets[i].text);
        buf_append_char(body, '}');
    }
    buf_append_char(body, ']');
}

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    enum err e = body_check(p, why);
    if (!e)
        e = body_no_template(target, llama_infill_dialect.name, why);
    if (e)
        return e;
    body_open(body);
    body_str_if(body, "model", target->model);
    /* Both are always there: without one the server answers 500. */
    body_str(body, "input_prefix", p->prefix);
    body_str(body, "input_suffix", p->suffix);
    put_extra(p, body);
    body_uint(body, "n_predict", p->max_tokens);
    body_temperature(body, p);
    body_stops(body, "stop", p, NULL, BODY_STOPS);
    body_json(body, "cache_prompt", "true");
    body_json(body, "stream", "true");
    return body_close(body, why);
}

/* Servers before November 2024 had a flag for each reason. */
static enum stop_reason reason_of(const cJSON *root)
{
    bool limit = false;
    struct str type;
    if (json_get_str(root, "stop_type", &type))
        return answer_stop(type);
    json_get_bool(root, "stopped_limit", &limit);
    return limit ? STOP_LENGTH : STOP_END;
}

/* "tokens_cached" is the size of the slot, answer included; what was reused
 * is in the timings. */
static enum err decode(struct str event, struct str data, struct piece *out)
{
    cJSON *root;
    enum err e = answer_open(event, data, out, &root);
    if (!root)
        return e;
    bool stop = false, told = json_get_bool(root, "stop", &stop);
    if (!told && !cJSON_IsString(json_get(root, "content")))
        e = answer_bad(out, "the answer has neither \"content\" nor \"stop\"");
    else
        e = answer_text(json_get(root, "content"), out);
    answer_count(root, "tokens_evaluated", &out->tokens_in);
    answer_count(root, "tokens_predicted", &out->tokens_out);
    answer_count(json_get(root, "timings"), "cache_n", &out->tokens_cached);
    if (!e && stop) {
        out->end = true;
        out->stop = reason_of(root);
    }
    cJSON_Delete(root);
    return e;
}

const struct dialect llama_infill_dialect = {
    .name = "llama-infill",
    .path = "/infill",
    .list = "/v1/models",
    .framing = FRAMES_SSE,
    .native_fim = true,
    .snippets = true,
    .encode = encode,
    .decode = decode,
};
