#include "complete/call.h"
#include "base/unicode.h"
#include "complete/postprocess.h"
#include "net/grpc.h"

enum { PARSE_MS = 20 }; /* that a text's end waits for the buffer's tree */

static const enum framing framings[] = {
    [FRAMES_SSE] = FRAMING_SSE,    [FRAMES_JSON_LINES] = FRAMING_JSON_LINES,
    [FRAMES_JSON] = FRAMING_WHOLE, [FRAMES_AWS_EVENTS] = FRAMING_AWS_EVENTS,
    [FRAMES_GRPC] = FRAMING_GRPC,  [FRAMES_GRPC_UNARY] = FRAMING_GRPC_UNARY,
};

void call_init(struct call *c, const struct dialect *dialect, usec now)
{
    *c = (struct call){.dialect = dialect, .asked = now};
    redaction_init(&c->redaction);
    buf_init(&c->raw, CALL_TEXT_MAX);
    buf_init(&c->error_body, CALL_ERROR_MAX);
    buf_init(&c->piece.text, CALL_TEXT_MAX);
    c->piece.tokens_in = c->piece.tokens_out = c->piece.tokens_cached = -1;
    c->limit.requests_left = c->limit.tokens_left = -1;
    if (dialect)
        frames_init(&c->frames, framings[dialect->framing]);
}

void call_release(struct call *c)
{
    frames_release(&c->frames);
    redaction_release(&c->redaction);
    buf_release(&c->raw);
    buf_release(&c->error_body);
    buf_release(&c->piece.text);
}

/* Where a chat model repeats what stands before the cursor, only its fence
 * shows where it ends. */
static bool has_said_all(struct call *c)
{
    struct str raw = buf_view(&c->raw);
    if (!c->dialect->chat) {
        ending_read(&c->ending, raw);
        c->complete = c->ending.length;
        return c->ending.over;
    }
    return c->fences && postprocess_is_fenced(raw, &c->complete);
}

static bool take_frame(void *arg, struct str event, struct str data)
{
    struct call *c = arg;
    if (c->is_complete)
        return false;
    buf_clear(&c->piece.text);
    if (!dialect_is_grpc(c->dialect) && !utf8_valid(data)) {
        c->outcome = why_set(&c->why, ERR_ANSWER,
                             "the answer is no UTF-8, which JSON has to be");
        return false;
    }
    enum err e = c->dialect->decode(event, data, &c->piece);
    if (e) {
        struct refusal refusal = {.status = 200, .body = data};
        c->outcome = e;
        c->why = c->piece.error;
        c->wait = failure_pause(e, &refusal);
        return false;
    }
    struct str text = buf_view(&c->piece.text);
    if (!redaction_restore(&c->redaction, text, c->piece.end, &c->raw)) {
        c->outcome = why_set(&c->why, ERR_TOO_LARGE,
                             "it wrote more than %d bytes", CALL_TEXT_MAX);
        return false;
    }
    if (c->piece.stop == STOP_FILTER) { /* what it left is half a text */
        c->outcome = why_set(&c->why, ERR_FILTER,
                             "the service's content filter ended the answer");
        return false;
    }
    if (c->piece.end) {
        c->complete = c->raw.len;
        c->is_complete = true;
    } else if (text.len && has_said_all(c)) {
        c->is_complete = true;
    }
    return !c->is_complete;
}

bool call_is_judged(const struct call *c)
{
    return c->ending.due && !c->is_complete && !c->outcome;
}

/* Somebody typed; where that takes long, nobody waits for it. */
static bool is_parsed_soon(const struct document *doc)
{
    return !tree_settled(&doc->tree) && doc->tree.worked < MSEC(PARSE_MS);
}

bool call_judge(struct call *c, const struct document *doc, size_t offset,
                size_t typed, usec until)
{
    while (call_is_judged(c)) {
        usec now = clock_now(), left = until == USEC_NEVER ? 0 : until - now;
        bool late = until != USEC_NEVER && now + ENDING_US / 2 >= until;
        if (late || is_parsed_soon(doc))
            return false;
        ending_ask(&c->ending, doc, offset, typed, buf_view(&c->raw), left);
        c->is_complete = has_said_all(c);
    }
    return true;
}

/* Where it broke off with all that was wanted, as far as the scan knows. */
static bool has_enough(struct call *c)
{
    if (!ending_settle(&c->ending))
        return false;
    c->complete = c->ending.length;
    return c->is_complete = true;
}

/* A service that does not stream answers with one JSON object. */
static void expect_whole(struct call *c, const struct http_response *r)
{
    enum framing framing = c->frames.framing;
    if ((framing == FRAMING_SSE || framing == FRAMING_AWS_EVENTS) &&
        str_starts(str_from(r->content_type), STR("application/json"))) {
        frames_release(&c->frames);
        frames_init(&c->frames, FRAMING_WHOLE);
    }
}

/* What the framing itself could not take. */
static void note_end(struct call *c, enum err e)
{
    if (!e || c->is_complete || c->outcome)
        return;
    c->outcome = e;
    c->why = c->frames.why;
}

static struct str header_of(const void *arg, const char *name)
{
    return http_header(arg, name);
}

/* A good answer tells what is left, too. */
static void read_head(struct call *c, const struct http_response *r)
{
    expect_whole(c, r);
    ratelimit_read(header_of, r, (struct str){0}, c->wall, &c->limit);
}

/* Also when its end came, which says so. */
static void note_text(struct call *c, usec now)
{
    if (!c->first_text)
        c->first_text = now;
    else if (now > c->last_text + c->pause)
        c->pause = now - c->last_text;
    c->last_text = now;
}

bool call_data(struct call *c, const struct http_response *r, struct str bytes,
               usec now)
{
    if (r->status == 200 && !c->any_bytes)
        read_head(c, r);
    c->any_bytes = true;
    c->status = r->status;
    size_t before = c->raw.len;
    bool was_complete = c->is_complete;
    if (r->status != 200) {
        buf_append(&c->error_body,
                   str_sub(bytes, 0, CALL_ERROR_MAX - c->error_body.len));
        return c->error_body.len < CALL_ERROR_MAX;
    }
    note_end(c, frames_feed(&c->frames, bytes, take_frame, c));
    if (c->raw.len > before || (c->raw.len && c->is_complete && !was_complete))
        note_text(c, now);
    /* Behind its end only the connection's own words come. */
    return !c->frames.ended || (c->is_complete && c->piece.end);
}

/* The stream is over without a failure of the network: was it an answer? */
static void judge_end(struct call *c)
{
    if (c->is_complete || c->outcome)
        return;
    redaction_restore(&c->redaction, STR(""), true, &c->raw);
    c->complete = c->raw.len;
    /* One object that could be read is whole, whether it tells so or not. */
    bool whole = c->frames.framing == FRAMING_WHOLE && c->raw.len > 0;
    c->is_complete = whole || c->piece.stop != STOP_NONE;
    if (c->is_complete || has_enough(c))
        return;
    c->outcome = c->raw.len
                     ? why_set(&c->why, ERR_BROKE_OFF,
                               "the stream broke off before its end")
                     : why_set(&c->why, ERR_ANSWER,
                               "the answer ended before it said anything");
}

/* The trailers say whether what came is an answer, and its end. */
static void judge_grpc(struct call *c, const struct http_response *r)
{
    if (!dialect_is_grpc(c->dialect))
        return;
    struct refusal refusal = {200, header_of, r, {0}, c->wall};
    c->outcome = grpc_verdict(r, &c->why);
    if (c->outcome)
        c->wait = failure_pause(c->outcome, &refusal);
    else if (!c->piece.stop)
        c->piece.stop = STOP_END;
}

void call_end(struct call *c, const struct http_response *r, enum err e,
              const struct why *why, usec now)
{
    size_t before = c->raw.len;
    c->id = 0;
    c->over = true;
    c->status = r->status;
    if (c->is_complete || c->outcome)
        return;
    if (r->status && r->status != 200) {
        /* Also when it broke off, or was longer than anyone reads. */
        struct refusal refusal = {r->status, header_of, r,
                                  buf_view(&c->error_body), c->wall};
        c->outcome = failure_of(&refusal, &c->wait, &c->why);
    } else if (e && !has_enough(c)) {
        c->outcome = e == ERR_NETWORK && c->raw.len ? ERR_BROKE_OFF : e;
        c->why = *why;
    } else if (!e) {
        judge_grpc(c, r);
        note_end(c, frames_finish(&c->frames, take_frame, c));
        judge_end(c);
        if (c->raw.len > before)
            note_text(c, now); /* it came as a whole */
    }
}

enum err call_late(const struct call *c, usec patience, usec now,
                   struct why *why)
{
    usec silent = now - (c->raw.len ? c->last_text : c->asked);
    unsigned long long ms = silent / 1000;
    if (!c->raw.len)
        return why_set(why, ERR_SILENT, "no text within %llu ms", ms);
    if (silent >= patience)
        return why_set(why, ERR_STALLED,
                       "it began and said nothing more for %llu ms", ms);
    return why_set(why, ERR_TIMEOUT, "it was not done within %llu ms",
                   (unsigned long long)((now - c->asked) / 1000));
}

/* Behind a good status, too: as the only thing that was said. */
static bool is_refused(const struct call *c)
{
    return c->outcome && !c->raw.len &&
           (!c->any_bytes || failure_origin(c->outcome) <= FAILURE_POLICY);
}

/* A call that we end before any answer may well be under way there. */
bool call_is_billed(const struct call *c)
{
    if (!c->sent || !c->dialect)
        return false;
    if (!c->status)
        return !c->over || c->outcome == ERR_SILENT;
    return c->status == 200 && !is_refused(c);
}

struct reading call_reading(const struct call *c)
{
    const struct piece *p = &c->piece;
    return (struct reading){
        .in = p->tokens_in,
        .out = p->tokens_out,
        .cached = p->tokens_cached,
        .ended = p->end || (c->over && !c->outcome),
        .bytes_in = c->sent,
        .bytes_out = c->raw.len,
    };
}
