#include "lsp/scan.h"
#include "base/escapes.h"
#include "base/unicode.h"

#include <string.h>

/* --- finding the end of a value --- */

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

static void skip_blank(struct scan *s)
{
    while (s->at < s->text.len && is_blank(s->text.ptr[s->at]))
        s->at++;
}

/* What matters inside of an object or a list; all else is passed over. */
enum { PASS, QUOTE, OPEN, CLOSE };

static const unsigned char kinds[256] = {
    ['"'] = QUOTE, ['{'] = OPEN, ['['] = OPEN, ['}'] = CLOSE, [']'] = CLOSE,
};

static size_t nested_end(struct str text, size_t at)
{
    size_t depth = 0;
    while (at < text.len) {
        switch (kinds[(unsigned char)text.ptr[at]]) {
        case QUOTE:
            at = escapes_string_end(text, at);
            if (at == STR_NONE)
                return STR_NONE;
            continue;
        case OPEN:
            depth++;
            break;
        case CLOSE:
            if (--depth == 0)
                return at + 1;
            break;
        }
        at++;
    }
    return STR_NONE;
}

static size_t word_end(struct str text, size_t at)
{
    while (at < text.len && !is_blank(text.ptr[at]) &&
           !memchr(",:\"{}[]", text.ptr[at], 7))
        at++;
    return at;
}

/* The value at the place of the scan, which moves behind it; empty without
 * one. */
static struct str take_value(struct scan *s)
{
    size_t start = s->at;
    if (start == s->text.len)
        return (struct str){0};
    unsigned char kind = kinds[(unsigned char)s->text.ptr[start]];
    size_t end = kind == QUOTE  ? escapes_string_end(s->text, start)
                 : kind == OPEN ? nested_end(s->text, start)
                                : word_end(s->text, start);
    if (end == STR_NONE)
        return (struct str){0};
    s->at = end;
    return str_sub(s->text, start, end);
}

/* --- walking --- */

void scan_init(struct scan *s, struct str value)
{
    *s = (struct scan){.text = value};
    if (str_starts(value, STR("\xEF\xBB\xBF")))
        s->at = 3;
    skip_blank(s);
    char open = s->at < value.len ? value.ptr[s->at] : 0;
    s->close = open == '{' ? '}' : open == '[' ? ']' : 0;
    s->broken = !s->close;
    s->at++;
}

static bool stop(struct scan *s)
{
    s->broken = true;
    return false;
}

static bool take_char(struct scan *s, char c)
{
    skip_blank(s);
    if (s->at >= s->text.len || s->text.ptr[s->at] != c)
        return false;
    s->at++;
    skip_blank(s);
    return true;
}

bool scan_next(struct scan *s, struct str *key, struct str *value)
{
    *key = *value = (struct str){0};
    if (s->broken || !s->close)
        return false;
    if (take_char(s, s->close)) {
        s->close = 0;
        return false;
    }
    if (s->begun && !take_char(s, ','))
        return stop(s);
    s->begun = true;
    if (s->close == '}') {
        struct str name = take_value(s);
        if (!scan_is_string(name) || !take_char(s, ':'))
            return stop(s);
        *key = scan_inside(name);
    }
    *value = take_value(s);
    return value->len || stop(s);
}

bool scan_whole(const struct scan *s)
{
    return !s->broken && !s->close && s->at == s->text.len;
}

struct str scan_get(struct str object, const char *key)
{
    struct scan s;
    struct str name, value;
    scan_init(&s, object);
    if (s.close != '}')
        return (struct str){0};
    while (scan_next(&s, &name, &value))
        if (scan_spells(name, str_from(key)))
            return value;
    return (struct str){0};
}

struct str scan_at(struct str object, const char *path)
{
    struct str rest = str_from(path), step;
    while (object.len && str_cut(&rest, '.', &step)) {
        char key[64] = {0};
        memcpy(key, step.ptr, step.len < sizeof key ? step.len : 0);
        object = scan_get(object, key);
    }
    return object;
}

/* --- strings --- */

bool scan_is_string(struct str value)
{
    return value.len >= 2 && value.ptr[0] == '"';
}

struct str scan_inside(struct str value)
{
    return scan_is_string(value) ? str_sub(value, 1, value.len - 1)
                                 : (struct str){0};
}

static bool read_hex(struct str inside, size_t at, uint32_t *out)
{
    *out = 0;
    if (inside.len < at + 4)
        return false;
    for (size_t i = at; i < at + 4; i++) {
        char c = inside.ptr[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit > 15)
            return false;
        *out = *out * 16 + digit;
    }
    return true;
}

/* The code point behind "\u" at `*at`, two of them where they are a pair. */
static bool read_unicode(struct str inside, size_t *at, uint32_t *out)
{
    uint32_t low;
    if (!read_hex(inside, *at, out))
        return false;
    *at += 4;
    if (*out < 0xD800 || *out > 0xDBFF ||
        !str_starts(str_sub(inside, *at, inside.len), STR("\\u")) ||
        !read_hex(inside, *at + 2, &low) || low < 0xDC00 || low > 0xDFFF)
        return true;
    *at += 6;
    *out = 0x10000 + ((*out - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

/* The escape whose backslash is before `*at`, as it is meant. */
static bool read_escape(struct str inside, size_t *at, struct buf *out)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    uint32_t code;
    if (*at >= inside.len)
        return false;
    char c = inside.ptr[(*at)++];
    if (c == 'u')
        return read_unicode(inside, at, &code) && utf8_append(out, code);
    const char *name = memchr(names, c, sizeof names - 1);
    return name && buf_append_char(out, values[name - names]);
}

bool scan_spells(struct str inside, struct str text)
{
    char bytes[8];
    if (str_eq(inside, text))
        return !memchr(inside.ptr ? inside.ptr : "", '\\', inside.len);
    if (!inside.len || !memchr(inside.ptr, '\\', inside.len))
        return false;
    for (size_t at = 0; at < inside.len;) {
        struct buf piece = {bytes, 0, sizeof bytes, sizeof bytes - 1, false};
        if (inside.ptr[at++] != '\\')
            buf_append_char(&piece, inside.ptr[at - 1]);
        else if (!read_escape(inside, &at, &piece))
            return false;
        if (!str_starts(text, buf_view(&piece)))
            return false;
        text = str_sub(text, piece.len, text.len);
    }
    return text.len == 0;
}
