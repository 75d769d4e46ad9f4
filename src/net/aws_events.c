#include "net/aws_events.h"
#include "base/crc32.h"

enum {
    PRELUDE = 12,
    CHECKSUM = 4,
    LEAST = PRELUDE + CHECKSUM,
    HEADERS_MAX = 128 << 10, /* as the documentation says */
};

/* What the headers said that matter here. */
struct said {
    struct str message, event, exception, code, sentence;
};

/* The big-endian number in the `n` bytes at `at`, which are there. */
static uint32_t number(struct str s, size_t at, size_t n)
{
    uint32_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | (unsigned char)s.ptr[at + i];
    return value;
}

static enum err damaged(struct frames *f, const char *what)
{
    return why_set(&f->why, ERR_ANSWER, "the event stream is damaged: %s",
                   what);
}

/* The first bytes of a message say how long it will be. */
static enum err take_prelude(struct frames *f)
{
    struct str head = buf_view(&f->held);
    uint32_t total = number(head, 0, 4), headers = number(head, 4, 4);
    if (crc32_of(0, str_sub(head, 0, 8)) != number(head, 8, 4))
        return damaged(f, "a message's head has a wrong checksum");
    if (total > FRAME_MAX)
        return why_set(&f->why, ERR_TOO_LARGE,
                       "a part of the answer is larger than %d bytes",
                       FRAME_MAX);
    if (total < LEAST || headers > total - LEAST || headers > HEADERS_MAX)
        return damaged(f, "a message's lengths make no sense");
    f->wanted = total;
    return OK;
}

/*
 * Bytes of a value of this type, and in `*prefix` those of the length before
 * it; STR_NONE when there is no such type. `at` is where the value begins.
 */
static size_t value_size(int type, struct str s, size_t at, size_t *prefix)
{
    static const signed char fixed[] = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};
    *prefix = 0;
    if (type < 0 || type >= (int)sizeof fixed)
        return STR_NONE;
    if (fixed[type] >= 0)
        return (size_t)fixed[type];
    *prefix = 2; /* bytes and strings */
    return s.len - at < 2 ? STR_NONE : number(s, at, 2);
}

static void note(struct said *said, struct str name, struct str value)
{
    const struct {
        const char *name;
        struct str *value;
    } rows[] = {
        {":message-type", &said->message},     {":event-type", &said->event},
        {":exception-type", &said->exception}, {":error-code", &said->code},
        {":error-message", &said->sentence},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (str_is(name, rows[i].name))
            *rows[i].value = value;
}

/* Take one header off `*rest`; false when it does not fit in there. */
static bool cut_header(struct str *rest, struct said *said)
{
    enum { STRING = 7 };
    size_t prefix, type_at = 1 + (size_t)(unsigned char)*rest->ptr;
    if (type_at == 1 || type_at >= rest->len)
        return false;
    int type = (unsigned char)rest->ptr[type_at];
    size_t at = type_at + 1, size = value_size(type, *rest, at, &prefix);
    if (size == STR_NONE || size > rest->len - at - prefix)
        return false;
    at += prefix;
    if (type == STRING)
        note(said, str_sub(*rest, 1, type_at), str_sub(*rest, at, at + size));
    *rest = str_sub(*rest, at + size, rest->len);
    return true;
}

static enum err deliver_error(struct frames *f, struct str kind,
                              struct str sentence)
{
    buf_clear(&f->event);
    enum err e = frames_keep(f, &f->event, STR("error:"));
    if (!e)
        e = frames_keep(f, &f->event, kind);
    return e ? e : frames_deliver(f, buf_view(&f->event), sentence);
}

static enum err deliver(struct frames *f, const struct said *said,
                        struct str payload)
{
    if (str_is(said->message, "event"))
        return frames_deliver(f, said->event, payload);
    if (str_is(said->message, "exception"))
        return deliver_error(f, said->exception, payload);
    if (str_is(said->message, "error"))
        return deliver_error(f, said->code,
                             payload.len ? payload : said->sentence);
    return damaged(f, "a message is no event, exception or error");
}

static enum err take_message(struct frames *f)
{
    struct str all = buf_view(&f->held);
    struct str checked = str_sub(all, 0, all.len - CHECKSUM);
    if (crc32_of(0, checked) != number(all, checked.len, CHECKSUM))
        return damaged(f, "a message has a wrong checksum");
    size_t end = PRELUDE + number(all, 4, 4);
    struct str rest = str_sub(all, PRELUDE, end);
    struct said said = {{0}, {0}, {0}, {0}, {0}};
    while (rest.len)
        if (!cut_header(&rest, &said))
            return damaged(f, "a message's headers make no sense");
    return deliver(f, &said, str_sub(checked, end, checked.len));
}

enum err aws_events_feed(struct frames *f, struct str bytes)
{
    enum err e = OK;
    while (bytes.len && !e) {
        size_t missing = (f->wanted ? f->wanted : PRELUDE) - f->held.len;
        struct str piece = str_sub(bytes, 0, missing);
        bytes = str_sub(bytes, piece.len, bytes.len);
        e = frames_keep(f, &f->held, piece);
        if (e || piece.len < missing)
            break;
        if (!f->wanted) {
            e = take_prelude(f);
            continue;
        }
        e = take_message(f);
        buf_clear(&f->held);
        f->wanted = 0;
    }
    return e;
}
