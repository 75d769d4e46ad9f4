#include "fake/answer.h"
#include "base/unicode.h"
#include "fake/bomb.h"

#include <string.h>

enum { ANSWER_MAX = 64 << 20, HUGE_BYTES = 1 << 20, FILL_BYTES = 64 << 10 };

static const char json_type[] = "application/json; charset=utf-8";

void answer_init(struct answer *a)
{
    *a = (struct answer){0};
    buf_init(&a->text, ANSWER_MAX);
    buf_init(&a->model, ANSWER_MAX);
    buf_init(&a->whole, ANSWER_MAX);
}

void answer_release(struct answer *a)
{
    buf_release(&a->text);
    buf_release(&a->model);
    buf_release(&a->whole);
}

/* The end of what was sent: of a string, or of the last message's. */
static struct str prompt_of(const struct answer *a, const cJSON *body)
{
    const cJSON *item = json_get(body, a->shape->prompt);
    if (cJSON_IsArray(item)) {
        int last = cJSON_GetArraySize(item) - 1;
        item = json_get(cJSON_GetArrayItem(item, last), "content");
    }
    return json_str(item);
}

static struct str last_line(struct str s)
{
    size_t at = str_rfind_char(s, '\n');
    return at == STR_NONE ? s : str_sub(s, at + 1, s.len);
}

static void fail(struct answer *a, int status, const char *sentence)
{
    static const struct shape plain = {
        .error = "{\"error\":{\"message\":$T,\"code\":$C}}"};
    struct values v = {.text = str_from(sentence), .status = status};
    a->status = status;
    a->stream = false;
    a->type = json_type;
    buf_clear(&a->whole);
    if (a->plan.error)
        json_print(&a->whole, a->plan.error);
    else
        shape_fill(&a->whole, (a->shape ? a->shape : &plain)->error, &v);
}

static const char *sentence_of(int status)
{
    switch (status) {
    case 401:
        return "Invalid API Key";
    case 429:
        return "Rate limit reached";
    case 503:
        return "Loading model";
    default:
        return "failed as it was told to";
    }
}

static void count_as_told(const cJSON *usage, struct values *v)
{
    const struct {
        const char *name;
        size_t *to;
    } counts[] = {{"in", &v->tokens_in},
                  {"out", &v->tokens_out},
                  {"cached", &v->tokens_cached}};
    double number;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (json_get_number(usage, counts[i].name, &number) && number >= 0)
            *counts[i].to = (size_t)number;
}

static void prepare(struct answer *a, const struct request *r)
{
    const struct behave *b = &a->plan.behave;
    struct str prompt = prompt_of(a, r->json);
    struct str text = b->flags & WITH_ECHO ? last_line(prompt) : a->plan.text;
    if (a->shape->loads && !json_get(r->json, a->shape->prompt))
        text = (struct str){0}; /* the model is to be loaded, no more */
    struct str model = STR("fake");
    json_get_str(r->json, "model", &model);
    buf_append(&a->text, text);
    buf_append(&a->model, model);
    a->values = (struct values){
        .text = buf_view(&a->text),
        .model = buf_view(&a->model),
        .stop = a->plan.stop,
        .tokens_in = prompt.len / 4 + 1,
        .tokens_out = text.len / 4 + 1,
        .status = 500,
    };
    count_as_told(a->plan.usage, &a->values);
    a->stream = a->shape->streams;
    json_get_bool(r->json, "stream", &a->stream);
    a->stream =
        (a->stream && !(b->flags & WITH_NO_STREAM)) || b->middle == GO_ENDLESS;
    json_get_bool(json_get(r->json, "stream_options"), "include_usage",
                  &a->usage);
    a->type = !a->stream             ? json_type
              : a->shape->json_lines ? "application/x-ndjson"
                                     : "text/event-stream";
    if (!a->stream)
        shape_fill(&a->whole, a->shape->whole, &a->values);
    if (b->start == START_STATUS)
        fail(a, b->status, sentence_of(b->status));
}

void answer_start(struct answer *a, const struct request *r,
                  struct options *options, bool reused)
{
    answer_release(a);
    answer_init(a);
    a->status = 200;
    a->type = json_type;
    a->close = r->close;
    a->port = options->port;
    a->plan = options_plan(options, request_model(r));
    struct behave *b = &a->plan.behave;
    if (b->flags & ONLY_REUSED && !reused)
        b->start = START_ANSWER;
    bool get = str_is(r->method, "GET");
    a->head = str_is(r->method, "HEAD");
    a->shape = shape_find(r->path);
    if (get &&
        shape_get(&a->whole, r->path, options->server, options->script)) {
        if (b->start == START_STATUS)
            fail(a, b->status, sentence_of(b->status));
    } else if (!a->shape)
        fail(a, 404, "there is nothing at this path");
    else if (get || !r->json)
        fail(a, get ? 405 : 400, "a POST with a JSON body belongs here");
    else
        prepare(a, r);
}

static void head(struct answer *a, struct buf *out)
{
    unsigned flags = a->plan.behave.flags;
    buf_printf(out,
               "HTTP/1.1 %d Fake\r\nServer: fake\r\nContent-Type: %s\r\n"
               "Keep-Alive: timeout=5, max=100\r\n",
               a->status, a->type);
    if (a->stream)
        buf_append(out, STR("Transfer-Encoding: chunked\r\n"));
    else
        buf_printf(out, "Content-Length: %zu\r\n", a->whole.len);
    if ((a->status == 429 || a->status == 503) && a->plan.retry_after)
        buf_printf(out, "Retry-After: %d\r\n", a->plan.retry_after);
    const cJSON *own;
    cJSON_ArrayForEach(own, a->plan.headers)
        buf_printf(out, "%s: %s\r\n", own->string, own->valuestring);
    if (a->status / 100 == 3)
        buf_printf(out, "Location: http://127.0.0.1:%d/redirected\r\n",
                   a->port);
    if (flags & WITH_BOMB)
        buf_append(out, STR("Content-Encoding: gzip\r\n"));
    size_t until = out->len + HUGE_BYTES;
    if (flags & WITH_HUGE_HEADER)
        buf_append(out, STR("X-Huge: "));
    while (flags & WITH_HUGE_HEADER && out->len < until)
        buf_append(out, STR("0123456789abcdef"));
    if (flags & WITH_HUGE_HEADER)
        buf_append(out, STR("\r\n"));
    while (flags & WITH_MANY_HEADERS && out->len < until)
        buf_append(out, STR("X-Many: 0123456789abcdef\r\n"));
    buf_append(out, STR("\r\n"));
}

/* Append one chunk that holds what `events` holds. */
static void chunk(struct buf *out, struct str bytes)
{
    buf_printf(out, "%zx\r\n", bytes.len);
    buf_append(out, bytes);
    buf_append(out, STR("\r\n"));
}

static void event(const struct answer *a, struct buf *out, const char *text,
                  const struct values *v)
{
    if (!a->shape->json_lines)
        buf_append(out, STR("data: "));
    shape_fill(out, text, v);
    buf_append(out, a->shape->json_lines ? STR("\n") : STR("\n\n"));
}

static void send_event(struct answer *a, struct buf *out, const char *text,
                       const struct values *v)
{
    struct buf bytes;
    buf_init(&bytes, ANSWER_MAX);
    event(a, &bytes, text, v);
    chunk(out, buf_view(&bytes));
    buf_release(&bytes);
}

/* The next bytes of text, cut between characters. */
static struct str next_text(struct answer *a)
{
    struct str text = a->values.text;
    size_t end = a->at + a->plan.piece;
    if (end < text.len && utf8_snap(text, end) > a->at)
        end = utf8_snap(text, end);
    struct str piece = str_sub(text, a->at, end);
    a->at += piece.len;
    if (a->plan.behave.middle == GO_ENDLESS && a->at == text.len)
        a->at = 0;
    return piece;
}

static void send_piece(struct answer *a, struct buf *out)
{
    a->pieces++;
    if (!a->stream) {
        size_t half = a->at ? a->whole.len : a->whole.len / 2;
        buf_append(out, str_sub(buf_view(&a->whole), a->at, half));
        a->at = half;
        return;
    }
    if (a->plan.behave.flags & WITH_BOMB) {
        bomb_chunk(out, a->pieces == 1);
        return;
    }
    struct values v = a->values;
    if (a->pieces == 1 && a->shape->first)
        send_event(a, out, a->shape->first, &v);
    v.text = next_text(a);
    if (a->plan.behave.flags & WITH_NOTHING)
        v.text.len = 0;
    send_event(a, out, a->shape->piece, &v);
}

static bool all_sent(const struct answer *a)
{
    if (a->plan.behave.middle == GO_ENDLESS && a->stream)
        return false;
    return a->at == (a->stream ? a->values.text.len : a->whole.len);
}

static enum after finish(struct answer *a, struct buf *out)
{
    if (a->stream) {
        send_event(a, out, a->shape->last, &a->values);
        if (a->usage && a->shape->usage)
            send_event(a, out, a->shape->usage, &a->values);
        if (a->shape->done)
            chunk(out, STR("data: [DONE]\n\n"));
        buf_append(out, STR("0\r\n\r\n"));
    }
    return a->close || a->plan.behave.flags & WITH_CLOSE ? AFTER_CLOSE
                                                         : AFTER_DONE;
}

/* Text that is no text: only raw bytes can say it. */
static void send_bad_utf8(struct answer *a, struct buf *out)
{
    struct values v = a->values;
    size_t from = out->len;
    v.text = STR("(2)");
    send_event(a, out, a->shape->piece, &v);
    size_t at = str_find(str_sub(buf_view(out), from, out->len), v.text);
    buf_splice(out, from + at, v.text.len, STR("\xC3\xFF\xFE"));
}

static enum after send_error(struct answer *a, struct buf *out)
{
    struct values v = a->values;
    struct buf told;
    buf_init(&told, ANSWER_MAX);
    v.text = STR("the model produced what it should not");
    if (a->plan.error)
        json_print(&told, a->plan.error);
    send_event(a, out, told.len ? told.ptr : a->shape->error, &v);
    buf_release(&told);
    buf_append(out, STR("0\r\n\r\n"));
    return AFTER_DONE;
}

/* What happens behind a piece; AFTER_MORE when nothing does. */
static enum after misbehave(struct answer *a, struct buf *out, usec now)
{
    bool first = a->pieces == 1;
    switch (a->plan.behave.middle) {
    case GO_DRIP:
        a->wake = now + a->plan.drip;
        return AFTER_PAUSE;
    case GO_HOLD:
        return AFTER_HOLD;
    case GO_RESET:
        return AFTER_RESET;
    case GO_CLOSE:
        return AFTER_CLOSE;
    case GO_END:
        if (a->stream)
            buf_append(out, STR("0\r\n\r\n"));
        return a->stream ? AFTER_DONE : AFTER_CLOSE;
    case GO_ERROR:
        return a->stream ? send_error(a, out) : AFTER_MORE;
    case GO_MALFORMED:
        if (a->stream && first)
            send_event(a, out, "{\"choices\":[{\"text\": oops", &a->values);
        return AFTER_MORE;
    case GO_BAD_UTF8:
        if (a->stream && first)
            send_bad_utf8(a, out);
        return AFTER_MORE;
    default:
        return AFTER_MORE;
    }
}

static enum after go_on(struct answer *a, struct buf *out, usec now)
{
    if (!a->pieces)
        head(a, out);
    if (a->head)
        return a->close ? AFTER_CLOSE : AFTER_DONE;
    while (!all_sent(a) || !a->pieces) {
        send_piece(a, out);
        enum after after =
            a->status == 200 ? misbehave(a, out, now) : AFTER_MORE;
        if (after != AFTER_MORE || out->len > FILL_BYTES)
            return after;
    }
    return finish(a, out);
}

enum after answer_go(struct answer *a, struct buf *out, usec now)
{
    switch (a->plan.behave.start) {
    case START_NEVER:
        return AFTER_HOLD;
    case START_RESET:
        return AFTER_RESET;
    case START_CLOSE:
        return AFTER_CLOSE;
    case START_GARBAGE:
        buf_append(out, STR("SSH-2.0-Fake\r\n"));
        return AFTER_CLOSE;
    case START_LATE:
        a->plan.behave.start = START_ANSWER;
        a->wake = now + a->plan.late;
        return AFTER_PAUSE;
    case START_TOLD:
        a->plan.behave.start = START_ANSWER;
        return AFTER_TOLD;
    default:
        return go_on(a, out, now);
    }
}
