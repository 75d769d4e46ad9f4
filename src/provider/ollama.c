/*
 * POST /api/generate of Ollama, answered in JSON lines. With `suffix` the
 * model's own template lays the prompt out; with `raw` nobody but us does.
 */
#include "provider/answer.h"
#include "provider/body.h"
#include "provider/dialects.h"
#include "provider/snippets.h"

#include <inttypes.h>

/*
 * Raw with a layout that was named, and without a suffix, which would turn
 * the prompt into a chat message. An empty prompt only loads the model, but
 * one that is laid out is not empty.
 */
static enum err choose_layout(const struct target *target,
                              const struct prompt *p, const struct template **t,
                              bool *raw, struct why *why)
{
    enum err e = body_template(target, t, why);
    bool named = *t;
    if (!e && !named)
        *t = template_for_model(target->model);
    *raw = named || p->suffix.len == 0 || (*t && p->prefix.len == 0);
    return e;
}

/* The service puts special tokens in force wherever it finds them. */
static void put_safe(const char *key, const struct template *t, struct str text,
                     struct buf *body)
{
    struct buf safe;
    buf_init(&safe, body->max);
    if (!template_break(t ? t->tokens : NULL, text, &safe))
        body->failed = true;
    body_str(body, key, safe.len ? buf_view(&safe) : STR("\n"));
    buf_release(&safe);
}

static void put_raw(const struct template *t, const struct prompt *p,
                    struct buf *body)
{
    struct buf text;
    buf_init(&text, body->max);
    if (t && !template_render(t, p, &text))
        body->failed = true;
    struct str all = t ? buf_view(&text) : snippets_before(p, &text);
    body_str(body, "prompt", all.len ? all : STR("\n"));
    body_json(body, "raw", "true");
    buf_release(&text);
}

/* A duration ("30m") is a string, seconds are a number: "-1" as a string has
 * no unit and is refused. */
static void put_keep_alive(struct str value, struct buf *body)
{
    bool minus = str_starts(value, STR("-"));
    uint64_t seconds;
    if (!str_number(str_sub(value, minus, value.len), 999999999, &seconds)) {
        body_str_if(body, "keep_alive", value);
        return;
    }
    body_key(body, "keep_alive");
    buf_printf(body, "%s%" PRIu64, minus ? "-" : "", seconds);
}

static enum err encode(const struct target *target, const struct prompt *p,
                       struct buf *body, struct why *why)
{
    const struct template *t;
    bool raw;
    enum err e = body_check(p, why);
    if (!e)
        e = choose_layout(target, p, &t, &raw, why);
    if (e)
        return e;
    body_open(body);
    body_str_if(body, "model", target->model);
    if (raw) {
        put_raw(t, p, body);
    } else {
        struct buf room;
        buf_init(&room, body->max);
        put_safe("prompt", t, snippets_before(p, &room), body);
        put_safe("suffix", t, p->suffix, body);
        buf_release(&room);
    }
    body_json(body, "think", "false"); /* else a model that can, does */
    put_keep_alive(target->keep_alive, body);
    body_json(body, "stream", "true");
    body_key(body, "options");
    body_open(body);
    body_uint(body, "num_predict", p->max_tokens);
    body_temperature(body, p);
    body_stops(body, "stop", p, raw ? t : NULL, BODY_STOPS);
    buf_append_char(body, '}');
    return body_close(body, why);
}

/* "If an empty prompt is provided, the model will be loaded into memory"
 * (Ollama's API documentation, "Load a model"). */
static enum err load(const struct target *target, struct buf *body,
                     struct why *why)
{
    body_open(body);
    body_str_if(body, "model", target->model);
    put_keep_alive(target->keep_alive, body);
    return body_close(body, why);
}

static enum err decode(struct str event, struct str data, struct piece *out)
{
    cJSON *root;
    enum err e = answer_open(event, data, out, &root);
    if (!root)
        return e;
    bool done = false, told = json_get_bool(root, "done", &done);
    if (!told && !cJSON_IsString(json_get(root, "response")))
        e = answer_bad(out, "the answer has neither \"response\" nor \"done\"");
    else
        e = answer_text(json_get(root, "response"), out);
    answer_count(root, "prompt_eval_count", &out->tokens_in);
    answer_count(root, "eval_count", &out->tokens_out);
    if (!e && done) {
        struct str reason = json_str(json_get(root, "done_reason"));
        out->end = true;
        out->stop = reason.len ? answer_stop(reason) : STOP_END;
    }
    cJSON_Delete(root);
    return e;
}

const struct dialect ollama_dialect = {
    .name = "ollama",
    .path = "/api/generate",
    .list = "/api/tags",
    .framing = FRAMES_JSON_LINES,
    .native_fim = true,
    .encode = encode,
    .load = load,
    .decode = decode,
};
