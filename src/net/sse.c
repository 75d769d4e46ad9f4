#include "net/sse.h"

#include <string.h>

void sse_init(struct sse *s, enum framing framing)
{
    *s = (struct sse){.framing = framing};
    buf_init(&s->line, SSE_EVENT_MAX);
    buf_init(&s->data, SSE_EVENT_MAX);
    buf_init(&s->event, SSE_NAME_MAX);
}

void sse_release(struct sse *s)
{
    buf_release(&s->line);
    buf_release(&s->data);
    buf_release(&s->event);
}

static struct str without_mark(struct sse *s, struct str text)
{
    struct str mark = STR("\xEF\xBB\xBF");
    bool first = !s->started;
    s->started = true;
    return first && str_starts(text, mark) ? str_sub(text, mark.len, text.len)
                                           : text;
}

/* An empty line ends an event; one without data is none. */
static bool dispatch(struct sse *s, sse_frame *frame, void *arg)
{
    bool go_on = true;
    if (s->data.len) {
        struct str data = str_sub(buf_view(&s->data), 0, s->data.len - 1);
        go_on = frame(arg, buf_view(&s->event), data);
    }
    buf_clear(&s->data);
    buf_clear(&s->event);
    return go_on;
}

/* "id" and "retry" are about reconnecting, which nobody does here. */
static bool field(struct sse *s, struct str line)
{
    size_t colon = str_find_char(line, ':');
    struct str name = str_sub(line, 0, colon), value = {0};
    if (colon != STR_NONE)
        value = str_sub(line, colon + 1, line.len);
    if (str_starts(value, STR(" ")))
        value = str_sub(value, 1, value.len);
    if (str_is(name, "data"))
        return buf_append(&s->data, value) && buf_append_char(&s->data, '\n');
    if (str_is(name, "event")) {
        buf_clear(&s->event);
        return buf_append(&s->event, value);
    }
    return true;
}

static bool take_line(struct sse *s, struct str line, sse_frame *frame,
                      void *arg)
{
    line = without_mark(s, line);
    if (s->framing == FRAMING_SSE)
        return line.len ? field(s, line) : dispatch(s, frame, arg);
    if (!str_trim(line).len)
        return true;
    return frame(arg, (struct str){0}, line);
}

/* Join the line's end with what came of it before. */
static bool end_line(struct sse *s, struct str end, sse_frame *frame, void *arg)
{
    if (!s->line.len)
        return take_line(s, end, frame, arg);
    if (!buf_append(&s->line, end))
        return false;
    bool go_on = take_line(s, buf_view(&s->line), frame, arg);
    buf_clear(&s->line);
    return go_on;
}

static size_t line_end(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '\n' || s.ptr[i] == '\r')
            return i;
    return STR_NONE;
}

static bool feed(struct sse *s, struct str bytes, sse_frame *frame, void *arg)
{
    if (s->framing == FRAMING_WHOLE)
        return buf_append(&s->line, bytes);
    while (bytes.len) {
        if (s->after_cr && *bytes.ptr == '\n')
            bytes = str_sub(bytes, 1, bytes.len);
        s->after_cr = false;
        size_t at = line_end(bytes);
        if (at == STR_NONE)
            return buf_append(&s->line, bytes);
        s->after_cr = bytes.ptr[at] == '\r';
        if (!end_line(s, str_sub(bytes, 0, at), frame, arg))
            return false;
        bytes = str_sub(bytes, at + 1, bytes.len);
    }
    return true;
}

bool sse_feed(struct sse *s, struct str bytes, sse_frame *frame, void *arg)
{
    if (!s->stopped)
        s->stopped = !feed(s, bytes, frame, arg);
    return !s->stopped;
}

bool sse_finish(struct sse *s, sse_frame *frame, void *arg)
{
    if (s->stopped)
        return false;
    struct str rest = buf_view(&s->line);
    bool go_on = true;
    if (s->framing == FRAMING_JSON_LINES && rest.len)
        go_on = take_line(s, rest, frame, arg);
    if (s->framing == FRAMING_WHOLE && rest.len)
        go_on = frame(arg, (struct str){0}, without_mark(s, rest));
    s->stopped = true;
    return go_on;
}
