#include "net/sse.h"

typedef enum err line_fn(struct frames *f, struct str line);

/* An empty line ends an event; one without data is none. */
static enum err dispatch(struct frames *f)
{
    enum err e = OK;
    if (f->data.len) {
        struct str data = str_sub(buf_view(&f->data), 0, f->data.len - 1);
        e = frames_deliver(f, buf_view(&f->event), data);
    }
    buf_clear(&f->data);
    buf_clear(&f->event);
    return e;
}

/* "id" and "retry" are about reconnecting, which nobody does here. */
static enum err field(struct frames *f, struct str line)
{
    size_t colon = str_find_char(line, ':');
    struct str name = str_sub(line, 0, colon), value = {0};
    if (colon != STR_NONE)
        value = str_sub(line, colon + 1, line.len);
    if (str_starts(value, STR(" ")))
        value = str_sub(value, 1, value.len);
    if (str_is(name, "data")) {
        enum err e = frames_keep(f, &f->data, value);
        return e ? e : frames_keep(f, &f->data, STR("\n"));
    }
    if (str_is(name, "event")) {
        buf_clear(&f->event);
        return frames_keep(f, &f->event, value);
    }
    return OK;
}

static enum err sse_line(struct frames *f, struct str line)
{
    line = frames_unmarked(f, line);
    return line.len ? field(f, line) : dispatch(f);
}

static enum err json_line(struct frames *f, struct str line)
{
    struct str none = {0};
    line = frames_unmarked(f, line);
    return str_trim(line).len ? frames_deliver(f, none, line) : OK;
}

/* Join the line's end with what came of it before. */
static enum err end_line(struct frames *f, struct str end, line_fn *take)
{
    if (!f->held.len)
        return take(f, end);
    enum err e = frames_keep(f, &f->held, end);
    if (!e)
        e = take(f, buf_view(&f->held));
    buf_clear(&f->held);
    return e;
}

static size_t line_end(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '\n' || s.ptr[i] == '\r')
            return i;
    return STR_NONE;
}

static enum err feed_lines(struct frames *f, struct str bytes, line_fn *take)
{
    while (bytes.len) {
        if (f->after_cr && *bytes.ptr == '\n')
            bytes = str_sub(bytes, 1, bytes.len);
        f->after_cr = false;
        size_t at = line_end(bytes);
        if (at == STR_NONE)
            return frames_keep(f, &f->held, bytes);
        f->after_cr = bytes.ptr[at] == '\r';
        enum err e = end_line(f, str_sub(bytes, 0, at), take);
        if (e)
            return e;
        bytes = str_sub(bytes, at + 1, bytes.len);
    }
    return OK;
}

enum err sse_feed(struct frames *f, struct str bytes)
{
    return feed_lines(f, bytes, sse_line);
}

enum err json_lines_feed(struct frames *f, struct str bytes)
{
    return feed_lines(f, bytes, json_line);
}

enum err json_lines_finish(struct frames *f)
{
    return f->held.len ? json_line(f, buf_view(&f->held)) : OK;
}
