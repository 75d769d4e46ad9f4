#include "base/str.h"

#include <stdlib.h>
#include <string.h>

struct str str_from(const char *terminated)
{
    return (struct str){terminated, terminated ? strlen(terminated) : 0};
}

bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || !memcmp(a.ptr, b.ptr, a.len));
}

bool str_is(struct str a, const char *terminated)
{
    return str_eq(a, str_from(terminated));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

bool str_starts(struct str s, struct str with)
{
    return s.len >= with.len && str_eq(str_sub(s, 0, with.len), with);
}

bool str_ends(struct str s, struct str with)
{
    return s.len >= with.len &&
           str_eq(str_sub(s, s.len - with.len, s.len), with);
}

struct str str_sub(struct str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    return (struct str){s.ptr ? s.ptr + from : NULL, to - from};
}

size_t str_find(struct str s, struct str needle)
{
    if (needle.len == 0)
        return 0;
    if (s.len < needle.len)
        return STR_NONE;
    const char *hit = memmem(s.ptr, s.len, needle.ptr, needle.len);
    return hit ? (size_t)(hit - s.ptr) : STR_NONE;
}

/* From block to block, each searched forwards, which is what memmem() can. */
size_t str_rfind(struct str s, struct str needle)
{
    enum { BLOCK = 1024 };
    size_t end = s.len;
    if (needle.len == 0)
        return s.len;
    while (end > 0) {
        size_t start = end > BLOCK ? end - BLOCK : 0, last = STR_NONE, hit;
        struct str rest = str_sub(s, start, end + needle.len - 1);
        while ((hit = str_find(rest, needle)) != STR_NONE) {
            last = (size_t)(rest.ptr - s.ptr) + hit;
            rest = str_sub(rest, hit + 1, rest.len);
        }
        if (last != STR_NONE)
            return last;
        end = start;
    }
    return STR_NONE;
}

size_t str_find_char(struct str s, char c)
{
    const char *hit = s.len ? memchr(s.ptr, c, s.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : STR_NONE;
}

size_t str_rfind_char(struct str s, char c)
{
    for (size_t i = s.len; i > 0; i--)
        if (s.ptr[i - 1] == c)
            return i - 1;
    return STR_NONE;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim_end(struct str s)
{
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

struct str str_trim(struct str s)
{
    s = str_trim_end(s);
    while (s.len && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    return s;
}

static int compare_sorted(const void *key, const void *row)
{
    const struct str *s = key; /* it may hold NULs */
    struct str other = str_from(*(const char *const *)row);
    size_t least = s->len < other.len ? s->len : other.len;
    int order = least ? memcmp(s->ptr, other.ptr, least) : 0;
    return order ? order : (s->len > other.len) - (s->len < other.len);
}

size_t str_find_sorted(struct str s, const char *const *texts, size_t n)
{
    const char *const *row =
        bsearch(&s, texts, n, sizeof *texts, compare_sorted);
    return row ? (size_t)(row - texts) : STR_NONE;
}

bool str_cut(struct str *rest, char delimiter, struct str *piece)
{
    if (!rest->ptr)
        return false;
    size_t at = str_find_char(*rest, delimiter);
    if (at == STR_NONE) {
        *piece = *rest;
        *rest = (struct str){0};
        return true;
    }
    *piece = str_sub(*rest, 0, at);
    *rest = str_sub(*rest, at + 1, rest->len);
    return true;
}

bool str_number(struct str s, uint64_t most, uint64_t *out)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)(unsigned char)s.ptr[i] - '0';
        if (digit > 9 || n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    if (s.len == 0 || n > most)
        return false;
    *out = n;
    return true;
}

char *str_dup(struct str s)
{
    char *copy = malloc(s.len + 1);
    if (!copy)
        return NULL;
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}
