/*
 * POST /v1/chat/completions. A chat model is asked to fill a hole; what it
 * says beside the text (fences, repetitions) is taken off elsewhere.
 */
#include "provider/answer.h"
#include "provider/body.h"
#include "provider/dialects.h"

#define HOLE "<HOLE/>"

static const char instruction[] =
    "You complete source code. The user sends a file in which the marker " HOLE
    " stands where text is missing. Answer with exactly the text that "
    "replaces the marker, and nothing else: no code fences, no explanation, "
    "no repetition of what stands before or after the marker. Keep the "
    "file's indentation and style. When nothing is missing, answer with "
    "nothing.";

static const char *const hole[] = {HOLE, NULL};

static void put_user_text(const struct prompt *p, struct buf *out)
{
    if (p->path.len)
        buf_printf(out, "File: %.*s\n", STR_ARG(p->path));
    if (p->language.len)
        buf_printf(out, "Language: %.*s\n", STR_ARG(p->language));
    buf_append(out, STR("<FILE>\n"));
    template_break(hole, p->prefix, out);
    buf_append(out, STR(HOLE));
    template_break(hole, p->suffix, out);
    buf_append(out, STR("\n</FILE>"));
}

static void put_message(struct buf *body, const char *role, struct str text)
{
    body_open(body);
    body_str(body, "role", str_from(role));
    body_str(body, "content", text);
    buf_append_char(body, '}');
}

static void put_messages(const struct prompt *p, struct buf *body)
{
    struct buf user;
    buf_init(&user, body->max);
    put_user_text(p, &user);
    if (user.failed)
        body->failed = true;
    body_key(body, "messages");
    buf_append_char(body, '[');
    put_message(body, "system", str_from(instruction));
    buf_append_char(body, ',');
    put_message(body, "user", buf_view(&user));
    buf_append_char(body, ']');
    buf_release(&user);
}

/* A chat answer may begin with a fence or an empty line, so a stop of white
 * space alone would end it before its text. */
static void put_stops(const struct target *target, const struct prompt *p,
                      struct buf *body)
{
    struct str kept[BODY_STOPS];
    struct prompt shown = *p;
    shown.stops = kept;
    shown.n_stops = 0;
    for (size_t i = 0; i < p->n_stops && shown.n_stops < BODY_STOPS; i++)
        if (str_trim(p->stops[i]).len)
            kept[shown.n_stops++] = p->stops[i];
    bool many = target->quirks & QUIRK_MANY_STOPS;
    body_stops(body, "stop", &shown, NULL,
               many ? BODY_STOPS : BODY_STOPS_OPENAI);
}

/* A model that thinks first would spend the whole budget on it. */
static void put_no_thinking(unsigned quirks, struct buf *body)
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
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (quirks & rows[i].quirk)
            body_json(body, rows[i].key, rows[i].value);
}

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    enum err e = body_check(p, why);
    if (!e)
        e = body_no_template(target, openai_chat_dialect.name, why);
    if (e)
        return e;
    bool renamed = target->quirks & QUIRK_MAX_COMPLETION;
    body_open(body);
    body_str_if(body, "model", target->model);
    put_messages(p, body);
    body_uint(body, renamed ? "max_completion_tokens" : "max_tokens",
              p->max_tokens);
    body_temperature(body, p);
    put_stops(target, p, body);
    put_no_thinking(target->quirks, body);
    body_json(body, "stream", "true");
    if (!(target->quirks & QUIRK_NO_USAGE))
        body_json(body, "stream_options", "{\"include_usage\":true}");
    return body_close(body, why);
}

const struct dialect openai_chat_dialect = {
    .name = "openai-chat",
    .path = "/v1/chat/completions",
    .framing = FRAMES_SSE,
    .chat = true,
    .encode = encode,
    .decode = answer_choices,
};
