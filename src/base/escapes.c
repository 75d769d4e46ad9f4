#include "base/escapes.h"
#include "base/unicode.h"

#include <string.h>

size_t escapes_string_end(struct str text, size_t at)
{
    size_t from = at + 1;
    while (from < text.len) {
        const char *quote = memchr(text.ptr + from, '"', text.len - from);
        if (!quote)
            return STR_NONE;
        size_t end = (size_t)(quote - text.ptr), slashes = 0;
        while (end - slashes > at + 1 && quote[-(ptrdiff_t)slashes - 1] == '\\')
            slashes++;
        from = end + 1;
        if (slashes % 2 == 0)
            return from;
    }
    return STR_NONE;
}

/* The value of four hexadecimal digits, or -1. */
static int hex4(const char *p, const char *end)
{
    int value = 0;
    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static bool is_low_surrogate(const char *p, const char *end)
{
    if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return false;
    int unit = hex4(p + 2, end);
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* Mend the escape whose four digits are at `p`. Returns where to go on; NULL
 * where there are no four digits, which cJSON would take for a NUL. */
static char *mend_escape(char *p, const char *end)
{
    int unit = hex4(p, end);
    if (unit < 0)
        return NULL;
    if (unit == 0)
        memcpy(p, "0001", 4);
    if (unit >= 0xD800 && unit <= 0xDBFF && is_low_surrogate(p + 4, end))
        return p + 10;
    if (unit >= 0xD800 && unit <= 0xDFFF)
        memcpy(p, "fffd", 4);
    return p + 4;
}

size_t escapes_mend(struct buf *text)
{
    char *p = text->ptr, *end = text->ptr + text->len;
    while ((p = memchr(p, '\\', (size_t)(end - p))) && end - p >= 2) {
        char *next = p[1] == 'u' ? mend_escape(p + 2, end) : p + 2;
        if (!next)
            return (size_t)(p - text->ptr);
        p = next;
    }
    return STR_NONE;
}

/* --- reading */

static bool read_unicode(char **from, const char *end, struct buf *out)
{
    uint32_t code = (uint32_t)hex4(*from + 2, end);
    bool pair = code >= 0xD800 && code <= 0xDBFF;
    if (pair)
        code = 0x10000 + ((code - 0xD800) << 10) +
               ((uint32_t)hex4(*from + 8, end) - 0xDC00);
    *from += pair ? 12 : 6;
    return utf8_append(out, code);
}

/* The escape at `*from`, which moves behind it. What it means takes fewer bytes
 * than it does, a NUL behind it included. */
static bool read_escape(char **from, const char *end, char **to)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    struct buf out = {*to, 0, 5, 4, false};
    if (end - *from < 2)
        return false;
    char c = (*from)[1];
    const char *name = c ? strchr(names, c) : NULL;
    if (!name && c != 'u')
        return false;
    if (!name) {
        read_unicode(from, end, &out);
        *to += out.len;
        return true;
    }
    *from += 2;
    *(*to)++ = values[name - names];
    return true;
}

bool escapes_read(char *inside, size_t *len)
{
    char *from = inside, *to = inside, *end = inside + *len;
    while (from < end) {
        char *slash = memchr(from, '\\', (size_t)(end - from));
        size_t plain = (size_t)((slash ? slash : end) - from);
        memmove(to, from, plain);
        to += plain;
        from += plain;
        if (slash && !read_escape(&from, end, &to)) {
            *len = (size_t)(from - inside);
            return false;
        }
    }
    *len = (size_t)(to - inside);
    return true;
}
