#include "provider/answer.h"
#include "base/log.h"
#include "base/unicode.h"
#include "provider/failure.h"

#include <string.h>
#include <strings.h>

enum { RAW_SENTENCE_MAX = 4096, WORDS_MAX = 2048 };

/* A space for what can't be shown, and never two of them. */
static void append_shown(struct buf *out, uint32_t c)
{
    bool blank = c <= ' ' || unicode_is_unsafe(c);
    if (!blank)
        utf8_append(out, c);
    else if (out->len && out->ptr[out->len - 1] != ' ')
        buf_append_char(out, ' ');
}

void answer_sentence(struct str text, struct why *why)
{
    struct buf line;
    buf_init(&line, 2 * RAW_SENTENCE_MAX);
    text = str_trim(str_sub(text, 0, RAW_SENTENCE_MAX));
    for (size_t at = 0; at < text.len;)
        append_shown(&line, utf8_next(text, &at));
    if (line.len)
        log_redact(&line); /* before the cut, which could halve a key */
    struct str shown = buf_view(&line);
    bool cut = shown.len > ANSWER_SENTENCE_MAX;
    if (cut)
        shown = str_sub(shown, 0, utf8_snap(shown, ANSWER_SENTENCE_MAX));
    why_set(why, OK, "%.*s%s", STR_ARG(shown), cut ? "…" : "");
    buf_release(&line);
}

/* The first member that is there as a non-empty string. */
static struct str first_str(const cJSON *object, const char *const *keys)
{
    struct str found = {0};
    for (; *keys; keys++)
        if (json_get_str(object, *keys, &found) && found.len)
            return found;
    return (struct str){0};
}

/* A code is a word, or the status that the service would have answered with
 * had its stream not begun: 429, "429". */
static void read_code(const cJSON *item, long *status, struct buf *words)
{
    struct str name = json_str(item);
    int64_t number = 0;
    if (cJSON_IsNumber(item))
        number = (int64_t)item->valuedouble;
    for (size_t i = 0; i < name.len && name.len == 3; i++)
        if (name.ptr[i] >= '0' && name.ptr[i] <= '9')
            number = number * 10 + (name.ptr[i] - '0');
    if (*status == 200 && number >= 400 && number < 600)
        *status = (long)number;
    failure_add_words(words, name);
}

static void read_codes(const cJSON *object, long *status, struct buf *words)
{
    static const char *const keys[] = {"code", "status", "type", "error_type",
                                       "reason"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        read_code(json_get(object, keys[i]), status, words);
}

/* Google says what it means in the "reason" and the "quotaId" of a detail. */
static void read_details(const cJSON *item, struct buf *words)
{
    const cJSON *detail, *violation;
    cJSON_ArrayForEach(detail, json_get(item, "details"))
    {
        failure_add_words(words, json_str(json_get(detail, "reason")));
        cJSON_ArrayForEach(violation, json_get(detail, "violations"))
            failure_add_words(words, json_str(json_get(violation, "quotaId")));
    }
}

/* An error value that is set: null, false and "" stand for none. */
static const cJSON *set_member(const cJSON *object, const char *key)
{
    const cJSON *item = json_get(object, key);
    if (cJSON_IsString(item))
        return item->valuestring[0] ? item : NULL;
    return cJSON_IsObject(item) || cJSON_IsArray(item) ? item : NULL;
}

/* TGI, Ollama and Gemini's gateways put the kind beside the sentence, so
 * `around` is read, too. */
static void take_error(const cJSON *item, const cJSON *around, long status,
                       enum err *e, struct why *why)
{
    static const char *const sentences[] = {"message", "msg", "detail", "error",
                                            NULL};
    struct buf words;
    buf_init(&words, WORDS_MAX);
    if (cJSON_IsArray(item))
        item = item->child;
    struct str sentence =
        cJSON_IsString(item) ? json_str(item) : first_str(item, sentences);
    read_codes(item, &status, &words);
    read_details(item, &words);
    if (around != item)
        read_codes(around, &status, &words);
    answer_sentence(sentence, why);
    failure_add_words(&words, str_from(why->text));
    *e = failure_kind(status, buf_view(&words));
    if (!why->text[0])
        why_set(why, *e, "%s", err_sentence(*e));
    buf_release(&words);
}

bool answer_refusal(const cJSON *root, long status, enum err *e,
                    struct why *why)
{
    static const char *const keys[] = {"error", "errors", "detail"};
    if (cJSON_IsArray(root))
        root = root->child;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const cJSON *item = set_member(root, keys[i]);
        if (!item)
            continue;
        take_error(item, root, status, e, why);
        return true;
    }
    /* At the top only errors have a sentence. */
    if (!cJSON_IsString(json_get(root, "message")) || json_get(root, "choices"))
        return false;
    take_error(root, root, status, e, why);
    return true;
}

bool answer_error(const cJSON *root, enum err *e, struct why *why)
{
    return answer_refusal(root, 200, e, why);
}

enum err answer_bad(struct piece *out, const char *what)
{
    return why_set(&out->error, ERR_ANSWER, "%s", what);
}

/* Some services send text that is not UTF-8; that alone is no failure. */
static enum err parse(struct str data, struct piece *out, cJSON **root)
{
    struct buf text;
    buf_init(&text, 3 * ANSWER_FRAME_MAX);
    enum err e = OK;
    if (!utf8_append_repaired(&text, data))
        e = why_set(&out->error, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    else if (json_parse(&text, root, NULL))
        e = answer_bad(out, "the answer is not valid JSON");
    buf_release(&text);
    return e;
}

/* What is wrong with a frame that was parsed. */
static enum err judge(const cJSON *root, struct piece *out)
{
    enum err e;
    if (answer_error(root, &e, &out->error))
        return e;
    if (cJSON_IsObject(root))
        return OK;
    return answer_bad(out, "the answer is not a JSON object");
}

enum err answer_open(struct str event, struct str data, struct piece *out,
                     cJSON **root)
{
    *root = NULL;
    data = str_trim(data);
    bool done = str_is(data, "[DONE]");
    if (data.len == 0 || done || str_is(event, "ping")) {
        out->end = out->end || done;
        return OK;
    }
    if (data.len > ANSWER_FRAME_MAX)
        return answer_bad(out, "a part of the answer is larger than 256 KiB");
    enum err e = parse(data, out, root);
    if (!e)
        e = judge(*root, out);
    /* The text of an error event need not be JSON. */
    if (str_is(event, "error") && (e == OK || e == ERR_ANSWER)) {
        struct buf words;
        buf_init(&words, WORDS_MAX);
        answer_sentence(data, &out->error);
        failure_add_words(&words, str_from(out->error.text));
        e = failure_kind(200, buf_view(&words));
        buf_release(&words);
        if (!out->error.text[0]) /* made of what can't be shown */
            answer_sentence(str_from(err_sentence(e)), &out->error);
    }
    if (e) {
        cJSON_Delete(*root);
        *root = NULL;
    }
    return e;
}

static enum err append_text(struct str text, struct piece *out)
{
    if (buf_append(&out->text, text))
        return OK;
    return why_set(&out->error, ERR_TOO_LARGE,
                   "the answer is larger than %zu bytes", out->text.max);
}

enum err answer_text(const cJSON *item, struct piece *out)
{
    if (cJSON_IsString(item))
        return append_text(json_str(item), out);
    if (!cJSON_IsArray(item))
        return OK;
    const cJSON *part;
    cJSON_ArrayForEach(part, item)
    {
        struct str text;
        if (!str_is(json_str(json_get(part, "type")), "text") ||
            !json_get_str(part, "text", &text))
            continue;
        enum err e = append_text(text, out);
        if (e)
            return e;
    }
    return OK;
}

void answer_count(const cJSON *object, const char *key, int64_t *count)
{
    int64_t value;
    if (json_get_int(object, key, &value) && value >= 0)
        *count = value;
}

enum stop_reason answer_stop(struct str reason)
{
    static const struct {
        const char *name;
        enum stop_reason stop;
    } names[] = {
        {"length", STOP_LENGTH},
        {"limit", STOP_LENGTH},
        {"max_tokens", STOP_LENGTH},
        {"model_length", STOP_LENGTH},
        {"model_context_window_exceeded", STOP_LENGTH},
        {"content_filter", STOP_FILTER},
        {"sensitive", STOP_FILTER},
        {"refusal", STOP_FILTER},
        {"safety", STOP_FILTER},
        {"recitation", STOP_FILTER},
        {"blocklist", STOP_FILTER},
        {"prohibited_content", STOP_FILTER},
        {"spii", STOP_FILTER},
        {"finish_reason_unspecified", STOP_NONE},
        {"none", STOP_NONE},
        {"", STOP_NONE},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_eq_nocase(reason, str_from(names[i].name)))
            return names[i].stop;
    return STOP_END;
}
