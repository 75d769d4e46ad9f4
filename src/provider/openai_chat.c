/* POST /v1/chat/completions, as OpenAI made it and most services speak it. */
#include "provider/answer.h"
#include "provider/chat.h"
#include "provider/dialects.h"
#include "provider/family.h"

static void put_message(struct buf *body, const char *role)
{
    body_open(body);
    body_str(body, "role", str_from(role));
}

static void put_messages(const struct prompt *p, struct buf *body)
{
    body_key(body, "messages");
    buf_append_char(body, '[');
    put_message(body, "system");
    body_str(body, "content", chat_instruction());
    buf_append(body, STR("},"));
    put_message(body, "user");
    chat_file_member(body, "content", p);
    buf_append(body, STR("}]"));
}

/* A model that thinks first would spend the whole budget on it. The service's
 * own switch goes before the family's. */
static void put_no_thinking(unsigned quirks, const char *think,
                            struct buf *body)
{
    static const struct {
        unsigned quirk;
        const char *key, *value;
    } rows[] = {
        {QUIRK_THINK_TEMPLATE, "chat_template_kwargs",
         "{\"enable_thinking\":false}"},
        {QUIRK_THINK_TYPE, "thinking", "{\"type\":\"disabled\"}"},
        {QUIRK_THINK_REASONING, "reasoning", "{\"enabled\":false}"},
    };
    bool told = false;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!(quirks & rows[i].quirk))
            continue;
        body_json(body, rows[i].key, rows[i].value);
        told = true;
    }
    if (!told && think)
        body_str(body, "reasoning_effort", str_from(think));
}

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    enum err e = body_check(p, why);
    if (!e)
        e = body_no_template(target, openai_chat_dialect.name, why);
    if (e)
        return e;
    const struct family *family = family_of(target->model);
    unsigned quirks = target->quirks | family->quirks;
    body_open(body);
    body_str_if(body, "model", target->model);
    put_messages(p, body);
    body_uint(body,
              quirks & QUIRK_MAX_COMPLETION ? "max_completion_tokens"
                                            : "max_tokens",
              p->max_tokens);
    if (!(quirks & QUIRK_NO_TEMPERATURE))
        body_temperature(body, p);
    if (!(quirks & QUIRK_NO_STOPS))
        chat_stops(body, "stop", p,
                   quirks & QUIRK_MANY_STOPS ? BODY_STOPS : BODY_STOPS_OPENAI);
    put_no_thinking(quirks, family->think, body);
    body_json(body, "stream", "true");
    if (!(quirks & QUIRK_NO_USAGE))
        body_json(body, "stream_options", "{\"include_usage\":true}");
    return body_close(body, why);
}

const struct dialect openai_chat_dialect = {
    .name = "openai-chat",
    .path = "/v1/chat/completions",
    .list = "/v1/models",
    .framing = FRAMES_SSE,
    .chat = true,
    .encode = encode,
    .decode = answer_choices,
};
