#include "net/grpc.h"
#include "base/log.h"
#include "base/unicode.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    SENTENCE_MAX = 300, /* bytes of the server's, as shown */
    MESSAGE_MAX = 2048, /* of "grpc-message" that are looked at */
};

/* Codes and their names as in gRPC's statuscodes.md. CANCELLED is the
 * server's doing: what we cancel has no verdict any more. */
static const struct code {
    const char *name;
    enum err e;
} codes[] = {
    [0] = {"OK", OK},
    [1] = {"CANCELLED", ERR_PROVIDER},
    [2] = {"UNKNOWN", ERR_PROVIDER},
    [3] = {"INVALID_ARGUMENT", ERR_REFUSED},
    [4] = {"DEADLINE_EXCEEDED", ERR_TIMEOUT},
    [5] = {"NOT_FOUND", ERR_MODEL},
    [6] = {"ALREADY_EXISTS", ERR_REFUSED},
    [7] = {"PERMISSION_DENIED", ERR_FORBIDDEN},
    [8] = {"RESOURCE_EXHAUSTED", ERR_RATE_LIMIT},
    [9] = {"FAILED_PRECONDITION", ERR_REFUSED},
    [10] = {"ABORTED", ERR_PROVIDER},
    [11] = {"OUT_OF_RANGE", ERR_REFUSED},
    [12] = {"UNIMPLEMENTED", ERR_MODEL},
    [13] = {"INTERNAL", ERR_PROVIDER},
    [14] = {"UNAVAILABLE", ERR_OVERLOADED},
    [15] = {"DATA_LOSS", ERR_PROVIDER},
    [16] = {"UNAUTHENTICATED", ERR_AUTH},
};

enum { CODES = sizeof codes / sizeof *codes };

/* --- requests */

bool grpc_enclose(struct buf *body)
{
    char prefix[GRPC_PREFIX] = {0};
    for (int i = 0; i < 4; i++)
        prefix[4 - i] = (char)(body->len >> 8 * i & 255);
    return buf_splice(body, 0, 0, (struct str){prefix, GRPC_PREFIX});
}

void grpc_timeout(usec timeout, char value[GRPC_TIMEOUT_MAX])
{
    static const struct {
        char unit;
        usec size;
    } units[] = {{'u', 1}, {'m', 1000}, {'S', 1000000}};
    const usec most = 99999999;
    size_t i = 0;
    while (i < 2 && timeout / units[i].size > most)
        i++;
    usec n = timeout / units[i].size;
    snprintf(value, GRPC_TIMEOUT_MAX, "%" PRIu64 "%c", n < most ? n : most,
             units[i].unit);
}

/* --- messages */

static enum err take_prefix(struct frames *f)
{
    const unsigned char *p = (const unsigned char *)f->held.ptr;
    size_t len = (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 |
                 (size_t)p[4];
    if (p[0])
        return why_set(&f->why, ERR_ANSWER,
                       p[0] == 1 ? "a message is compressed, which was not "
                                   "asked for"
                                 : "what came is no message of gRPC");
    if (len > FRAME_MAX - GRPC_PREFIX)
        return why_set(&f->why, ERR_TOO_LARGE,
                       "a message of %zu bytes is announced; %d are the most "
                       "that is taken",
                       len, FRAME_MAX - GRPC_PREFIX);
    f->wanted = GRPC_PREFIX + len;
    return OK;
}

/* Take of `*bytes` what the message under way lacks; `*whole` tells when it
 * is there. */
static enum err take_part(struct frames *f, struct str *bytes, bool *whole)
{
    size_t need = f->wanted ? f->wanted : GRPC_PREFIX;
    size_t lacking = need - f->held.len;
    enum err e = frames_keep(f, &f->held, str_sub(*bytes, 0, lacking));
    *bytes = str_sub(*bytes, lacking, bytes->len);
    if (!e && !f->wanted && f->held.len == GRPC_PREFIX)
        e = take_prefix(f);
    *whole = f->wanted && f->held.len == f->wanted;
    return e;
}

static struct str message(const struct frames *f)
{
    return str_sub(buf_view(&f->held), GRPC_PREFIX, f->held.len);
}

static enum err broken(struct frames *f)
{
    return why_set(&f->why, ERR_BROKE_OFF,
                   "the answer ended in the middle of a message");
}

enum err grpc_feed(struct frames *f, struct str bytes)
{
    enum err e = OK;
    while (!e && bytes.len) {
        bool whole;
        e = take_part(f, &bytes, &whole);
        if (e || !whole)
            continue;
        e = frames_deliver(f, (struct str){0}, message(f));
        buf_clear(&f->held);
        f->wanted = 0;
    }
    return e;
}

enum err grpc_finish(struct frames *f)
{
    return f->held.len ? broken(f) : OK;
}

enum err grpc_unary_feed(struct frames *f, struct str bytes)
{
    enum err e = OK;
    bool whole = f->wanted && f->held.len == f->wanted;
    while (!e && bytes.len) {
        if (whole)
            return why_set(&f->why, ERR_ANSWER,
                           "more than one message came, where one was asked "
                           "for");
        e = take_part(f, &bytes, &whole);
    }
    return e;
}

enum err grpc_unary_finish(struct frames *f)
{
    if (f->held.len == 0)
        return OK;
    if (!f->wanted || f->held.len < f->wanted)
        return broken(f);
    return frames_deliver(f, (struct str){0}, message(f));
}

/* --- the verdict */

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "%C3%B6" is "ö"; what is no such pair stands for itself. */
static void unescape(struct str text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        int high = -1, low = -1;
        if (text.ptr[i] == '%' && text.len - i > 2) {
            high = hex(text.ptr[i + 1]);
            low = hex(text.ptr[i + 2]);
        }
        bool pair = high >= 0 && low >= 0;
        buf_append_char(out, pair ? (char)(high << 4 | low) : text.ptr[i]);
        i += pair ? 2 : 0;
    }
}

/* As one line that can be shown. */
static void append_shown(struct buf *line, struct str text)
{
    text = str_trim(text);
    for (size_t at = 0; at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        if (c == '\n' || c == '\t' || c == '\r')
            c = ' ';
        if (!unicode_is_unsafe(c))
            utf8_append(line, c);
    }
}

static enum err say(const struct code *code, struct str text, struct why *why)
{
    struct buf plain, line;
    buf_init(&plain, MESSAGE_MAX);
    buf_init(&line, 4 * MESSAGE_MAX);
    unescape(str_sub(text, 0, MESSAGE_MAX), &plain);
    append_shown(&line, buf_view(&plain));
    if (line.len)
        log_redact(&line); /* before the cut, which could halve a key */
    struct str shown = buf_view(&line);
    if (shown.len > SENTENCE_MAX)
        shown = str_sub(shown, 0, utf8_snap(shown, SENTENCE_MAX));
    if (shown.len == 0)
        shown = str_from(err_sentence(code->e));
    why_set(why, code->e, "the service answered %s: %.*s", code->name,
            STR_ARG(shown));
    buf_release(&plain);
    buf_release(&line);
    return code->e;
}

/* The code that `text` spells; CODES when it is none. */
static size_t parse_code(struct str text)
{
    uint64_t code = CODES;
    str_number(text, CODES - 1, &code);
    return (size_t)code;
}

static enum err no_grpc(struct str type, struct why *why)
{
    struct buf shown;
    buf_init(&shown, 80);
    append_shown(&shown, str_sub(type, 0, 60));
    why_set(why, ERR_ANSWER,
            "what answers there is not gRPC (it says \"%.*s\")",
            STR_ARG(buf_view(&shown)));
    buf_release(&shown);
    return ERR_ANSWER;
}

enum err grpc_verdict(const struct http_response *r, struct why *why)
{
    struct str type = str_from(r->content_type);
    struct str status = http_header(r, "grpc-status");
    size_t code = parse_code(status);
    if (!status.ptr && !str_starts(type, STR("application/grpc")))
        return no_grpc(type, why);
    if (!status.ptr)
        return why_set(why, ERR_BROKE_OFF,
                       "the answer ended without a status of gRPC");
    if (code == CODES)
        return why_set(why, ERR_ANSWER,
                       "the status is none of gRPC's, from 0 to %d", CODES - 1);
    return code ? say(&codes[code], http_header(r, "grpc-message"), why) : OK;
}
