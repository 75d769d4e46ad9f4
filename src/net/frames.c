#include "net/frames.h"
#include "net/aws_events.h"
#include "net/grpc.h"
#include "net/sse.h"

static enum err feed_whole(struct frames *f, struct str bytes)
{
    return frames_keep(f, &f->held, bytes);
}

static enum err finish_whole(struct frames *f)
{
    struct str none = {0}, body = buf_view(&f->held);
    return body.len ? frames_deliver(f, none, frames_unmarked(f, body)) : OK;
}

static const struct framing_row rows[FRAMINGS] = {
    [FRAMING_SSE] = {sse_feed, NULL},
    [FRAMING_JSON_LINES] = {json_lines_feed, json_lines_finish},
    [FRAMING_WHOLE] = {feed_whole, finish_whole},
    [FRAMING_AWS_EVENTS] = {aws_events_feed, NULL},
    [FRAMING_GRPC] = {grpc_feed, grpc_finish},
    [FRAMING_GRPC_UNARY] = {grpc_unary_feed, grpc_unary_finish},
};

void frames_init(struct frames *f, enum framing framing)
{
    *f = (struct frames){.framing = framing};
    buf_init(&f->held, FRAME_MAX);
    buf_init(&f->data, FRAME_MAX);
    buf_init(&f->event, FRAME_NAME_MAX);
}

void frames_release(struct frames *f)
{
    buf_release(&f->held);
    buf_release(&f->data);
    buf_release(&f->event);
}

enum err frames_feed(struct frames *f, struct str bytes, frame_fn *frame,
                     void *arg)
{
    f->frame = frame;
    f->arg = arg;
    if (!f->ended)
        f->ended = rows[f->framing].feed(f, bytes);
    return f->ended;
}

enum err frames_finish(struct frames *f, frame_fn *frame, void *arg)
{
    f->frame = frame;
    f->arg = arg;
    if (f->ended)
        return f->ended;
    enum err e = rows[f->framing].finish ? rows[f->framing].finish(f) : OK;
    f->ended = e ? e : ERR_CANCELLED;
    return e;
}

enum err frames_deliver(struct frames *f, struct str event, struct str data)
{
    if (f->frame(f->arg, event, data))
        return OK;
    return why_set(&f->why, ERR_CANCELLED, "%s", err_sentence(ERR_CANCELLED));
}

enum err frames_keep(struct frames *f, struct buf *b, struct str bytes)
{
    if (buf_append(b, bytes))
        return OK;
    if (bytes.len > b->max - b->len)
        return why_set(&f->why, ERR_TOO_LARGE,
                       "a part of the answer is larger than %zu bytes", b->max);
    return why_set(&f->why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
}

struct str frames_unmarked(struct frames *f, struct str text)
{
    struct str mark = STR("\xEF\xBB\xBF");
    bool first = !f->started;
    f->started = true;
    return first && str_starts(text, mark) ? str_sub(text, mark.len, text.len)
                                           : text;
}
