/* POST /v1/fim/completions of Mistral: a text request, a chat answer. */
#include "provider/answer.h"
#include "provider/body.h"
#include "provider/dialects.h"

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    enum err e = body_check(p, why);
    if (!e)
        e = body_no_template(target, mistral_fim_dialect.name, why);
    if (e)
        return e;
    body_open(body);
    body_str_if(body, "model", target->model);
    body_prefix(body, "prompt", p);
    body_str_if(body, "suffix", p->suffix);
    body_uint(body, "max_tokens", p->max_tokens);
    body_temperature(body, p);
    body_stops(body, "stop", p, NULL, BODY_STOPS);
    body_json(body, "stream", "true");
    return body_close(body, why);
}

const struct dialect mistral_fim_dialect = {
    .name = "mistral-fim",
    .path = "/v1/fim/completions",
    .list = "/v1/models",
    .framing = FRAMES_SSE,
    .native_fim = true,
    .encode = encode,
    .decode = answer_choices,
};
