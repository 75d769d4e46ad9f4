/*
 * POST /v1/completions, as OpenAI made it and many servers speak it. Where a
 * model's family is known, the prompt is laid out here, because most servers
 * reject `suffix` (vLLM) or ignore it in silence (llama.cpp).
 */
#include "provider/answer.h"
#include "provider/body.h"
#include "provider/dialects.h"

/* NULL: `suffix`, or nothing, tells what stands after the cursor. */
static enum err choose_layout(const struct target *target,
                              const struct template **t, struct why *why)
{
    enum err e = body_template(target, t, why);
    bool sure =
        (target->quirks & QUIRK_SUFFIX) && !(target->quirks & QUIRK_NO_SUFFIX);
    if (!e && !*t && !sure)
        *t = template_for_model(target->model);
    return e;
}

static void put_prompt(const struct target *target, const struct prompt *p,
                       const struct template *t, struct buf *body)
{
    if (!t) {
        body_prefix(body, "prompt", p);
        if (!(target->quirks & QUIRK_NO_SUFFIX))
            body_str_if(body, "suffix", p->suffix);
        return;
    }
    struct buf text;
    buf_init(&text, body->max);
    if (!template_render(t, p, &text))
        body->failed = true;
    body_str(body, "prompt", buf_view(&text));
    buf_release(&text);
}

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    const struct template *t;
    enum err e = body_check(p, why);
    if (!e)
        e = choose_layout(target, &t, why);
    if (e)
        return e;
    bool many = target->quirks & QUIRK_MANY_STOPS;
    body_open(body);
    body_str_if(body, "model", target->model);
    put_prompt(target, p, t, body);
    body_uint(body, "max_tokens", p->max_tokens);
    body_temperature(body, p);
    body_stops(body, "stop", p, t, many ? BODY_STOPS : BODY_STOPS_OPENAI);
    body_json(body, "stream", "true");
    if (!(target->quirks & QUIRK_NO_USAGE))
        body_json(body, "stream_options", "{\"include_usage\":true}");
    return body_close(body, why);
}

const struct dialect openai_text_dialect = {
    .name = "openai-text",
    .path = "/v1/completions",
    .list = "/v1/models",
    .framing = FRAMES_SSE,
    .encode = encode,
    .decode = answer_choices,
};
