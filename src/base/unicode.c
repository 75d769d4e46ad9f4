#include "base/unicode.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Length of the well-formed sequence at `at`, or 0. */
static size_t sequence(struct str s, size_t at, utf8proc_int32_t *cp)
{
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.ptr + at,
                                          (utf8proc_ssize_t)(s.len - at), cp);
    return n > 0 ? (size_t)n : 0;
}

/* The first byte at or behind `at` that is not ASCII. */
static size_t skip_ascii(struct str s, size_t at)
{
    const uint64_t high = 0x8080808080808080u;
    uint64_t words[4];
    for (; s.len - at >= sizeof words; at += sizeof words) {
        memcpy(words, s.ptr + at, sizeof words);
        if ((words[0] | words[1] | words[2] | words[3]) & high)
            break;
    }
    while (at < s.len && (unsigned char)s.ptr[at] < 0x80)
        at++;
    return at;
}

bool utf8_valid(struct str s)
{
    for (size_t at = skip_ascii(s, 0); at < s.len; at = skip_ascii(s, at)) {
        utf8proc_int32_t cp;
        size_t n = sequence(s, at, &cp);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

uint32_t utf8_next(struct str s, size_t *at)
{
    unsigned char first = (unsigned char)s.ptr[*at];
    if (first < 0x80) {
        (*at)++;
        return first;
    }
    utf8proc_int32_t cp;
    size_t n = sequence(s, *at, &cp);
    *at += n ? n : 1;
    return n ? (uint32_t)cp : 0xFFFD;
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

size_t utf8_snap(struct str s, size_t at)
{
    if (at >= s.len)
        return s.len;
    size_t start = at;
    while (start > 0 && at - start < 3 && is_continuation(s.ptr[start]))
        start--;
    utf8proc_int32_t cp;
    return start + sequence(s, start, &cp) > at ? start : at;
}

size_t utf8_prev(struct str s, size_t at)
{
    return at == 0 ? 0 : utf8_snap(s, at - 1);
}

bool utf8_append_repaired(struct buf *out, struct str s)
{
    size_t clean = 0; /* start of what is well-formed and not yet copied */
    for (size_t at = skip_ascii(s, 0); at < s.len; at = skip_ascii(s, at)) {
        utf8proc_int32_t cp;
        size_t n = sequence(s, at, &cp);
        if (n) {
            at += n;
            continue;
        }
        buf_append(out, str_sub(s, clean, at));
        buf_append(out, STR("\xEF\xBF\xBD"));
        clean = ++at;
    }
    return buf_append(out, str_sub(s, clean, s.len));
}

/* A to Z alone. */
static bool fold_bytes(struct buf *out, struct str s)
{
    bool ok = true;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        ok = buf_append_char(out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    return ok;
}

bool utf8_fold(struct buf *out, struct str s)
{
    const utf8proc_option_t how =
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
    utf8proc_uint8_t *folded = NULL;
    if (skip_ascii(s, 0) == s.len)
        return fold_bytes(out, s);
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.ptr,
                                      (utf8proc_ssize_t)s.len, &folded, how);
    if (n < 0)
        return n != UTF8PROC_ERROR_NOMEM && fold_bytes(out, s);
    bool ok = buf_append(out, (struct str){(const char *)folded, (size_t)n});
    free(folded);
    return ok;
}

bool utf8_append(struct buf *out, uint32_t codepoint)
{
    utf8proc_uint8_t bytes[4];
    if (!utf8proc_codepoint_valid((utf8proc_int32_t)codepoint))
        codepoint = 0xFFFD;
    utf8proc_ssize_t n =
        utf8proc_encode_char((utf8proc_int32_t)codepoint, bytes);
    return buf_append(out, (struct str){(const char *)bytes, (size_t)n});
}

size_t utf8_count_utf16(struct str s)
{
    size_t units = 0;
    for (size_t at = 0; at < s.len;)
        units += utf8_next(s, &at) > 0xFFFF ? 2 : 1;
    return units;
}

size_t utf8_count(struct str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len; n++)
        utf8_next(s, &at);
    return n;
}

size_t utf8_columns(struct str s)
{
    size_t columns = 0;
    for (size_t at = 0; at < s.len;) {
        int width = utf8proc_charwidth((utf8proc_int32_t)utf8_next(s, &at));
        columns += width > 0 ? (size_t)width : 0;
    }
    return columns;
}

static bool is_bidi_control(utf8proc_propval_t class)
{
    return class == UTF8PROC_BIDI_CLASS_LRE ||
           class == UTF8PROC_BIDI_CLASS_LRO ||
           class == UTF8PROC_BIDI_CLASS_RLE ||
           class == UTF8PROC_BIDI_CLASS_RLO ||
           class == UTF8PROC_BIDI_CLASS_PDF ||
           class == UTF8PROC_BIDI_CLASS_LRI ||
           class == UTF8PROC_BIDI_CLASS_RLI ||
           class == UTF8PROC_BIDI_CLASS_FSI || class == UTF8PROC_BIDI_CLASS_PDI;
}

bool unicode_is_unsafe(uint32_t codepoint)
{
    if (codepoint == '\t' || codepoint == '\n' || codepoint == '\r')
        return false;
    if (codepoint < 0x80)
        return codepoint < 0x20 || codepoint == 0x7F;
    const utf8proc_property_t *p =
        utf8proc_get_property((utf8proc_int32_t)codepoint);
    return p->category == UTF8PROC_CATEGORY_CC ||
           p->category == UTF8PROC_CATEGORY_ZL ||
           p->category == UTF8PROC_CATEGORY_ZP || p->ignorable ||
           is_bidi_control(p->bidi_class) || codepoint == 0x2800;
}

bool unicode_is_word(uint32_t codepoint)
{
    if (codepoint < 0x80)
        return (codepoint >= 'a' && codepoint <= 'z') ||
               (codepoint >= 'A' && codepoint <= 'Z') ||
               (codepoint >= '0' && codepoint <= '9') || codepoint == '_' ||
               codepoint == '$';
    switch (utf8proc_category((utf8proc_int32_t)codepoint)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
        return true;
    default:
        return false;
    }
}
