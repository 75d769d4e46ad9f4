#include "doc/text.h"
#include "base/unicode.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NO_BYTE = -1 }; /* what is before the first and behind the last byte */

static int byte_at(const struct text *t, size_t at)
{
    return at < t->bytes.len ? (unsigned char)t->bytes.ptr[at] : NO_BYTE;
}

/*
 * Whether a line starts between two neighbouring bytes. Nothing else decides
 * it, so a change of the bytes [start, end) can only touch the line starts
 * at start to end, both included: there it may join or split a CR LF.
 */
static bool starts_line(int before, int after)
{
    return before == '\n' || (before == '\r' && after != '\n');
}

struct line_scan {
    size_t starts;   /* line starts found */
    size_t lone_crs; /* those of them behind a lone CR */
};

/* Where the next LF and CR are; behind the end without one. */
struct ends {
    size_t lf, cr;
};

static size_t find(struct str s, size_t from, char c)
{
    const char *p = from < s.len ? memchr(s.ptr + from, c, s.len - from) : NULL;
    return p ? (size_t)(p - s.ptr) : s.len;
}

/* The first of them at or behind `at`. */
static size_t next_end(struct str s, size_t at, struct ends *ends)
{
    if (ends->lf < at)
        ends->lf = find(s, at, '\n');
    if (ends->cr < at)
        ends->cr = find(s, at, '\r');
    return ends->lf < ends->cr ? ends->lf : ends->cr;
}

/*
 * The line starts at the edges of and inside of `s`, which stands at `base`
 * between the bytes `before` and `after`; written to `out` unless NULL.
 */
static struct line_scan scan(struct str s, size_t base, int before, int after,
                             size_t *out)
{
    struct line_scan found = {0};
    struct ends ends = {find(s, 0, '\n'), find(s, 0, '\r')};
    for (size_t i = 0;; i++) {
        int next = i < s.len ? (unsigned char)s.ptr[i] : after;
        if (starts_line(before, next)) {
            if (out)
                out[found.starts] = base + i;
            found.starts++;
            found.lone_crs += before == '\r';
        }
        i = next_end(s, i, &ends);
        if (i == s.len)
            return found;
        before = s.ptr[i];
    }
}

/* The first index in `lines` whose offset is at least `offset`. */
static size_t lower_bound(const struct text *t, size_t offset)
{
    size_t low = 0, high = t->n_lines;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_line_start(t, middle) < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool reserve_lines(struct text *t, size_t n)
{
    if (n <= t->cap_lines)
        return true;
    size_t cap = t->cap_lines + t->cap_lines / 2;
    if (cap < n)
        cap = n + 16;
    size_t *lines = realloc(t->lines, cap * sizeof *lines);
    if (!lines)
        return false;
    if (!t->lines)
        lines[0] = 0;
    t->lines = lines;
    t->cap_lines = cap;
    return true;
}

enum err text_init(struct text *t, struct str content)
{
    *t = (struct text){.n_lines = 1};
    buf_init(&t->bytes, TEXT_MAX);
    if (!reserve_lines(t, 1))
        return ERR_MEMORY;
    return text_splice(t, 0, 0, content);
}

void text_release(struct text *t)
{
    buf_release(&t->bytes);
    free(t->lines);
    *t = (struct text){.n_lines = 1, .bytes.max = TEXT_MAX};
}

/* What a large text needed, a small one does not keep. */
static void give_back(struct text *t)
{
    enum { SMALL = 8 << 10 };
    buf_shrink(&t->bytes);
    if (t->cap_lines < SMALL || t->n_lines >= t->cap_lines / 4)
        return;
    size_t *lines = realloc(t->lines, t->n_lines * sizeof *lines);
    if (!lines)
        return; /* as it was */
    t->lines = lines;
    t->cap_lines = t->n_lines;
}

/* A splice of well-formed text. */
static enum err splice(struct text *t, size_t start, size_t end,
                       struct str with)
{
    size_t kept = t->bytes.len - (end - start);
    if (with.len > TEXT_MAX - kept)
        return ERR_TOO_LARGE;

    int before = start > 0 ? byte_at(t, start - 1) : NO_BYTE;
    int after = byte_at(t, end);
    struct str old = str_sub(text_view(t), start, end);
    struct line_scan gone = scan(old, start, before, after, NULL);
    struct line_scan come = scan(with, start, before, after, NULL);
    size_t n_lines = t->n_lines - gone.starts + come.starts;
    if (!reserve_lines(t, n_lines))
        return ERR_MEMORY;

    /* Line 0 starts at 0 whatever is there. */
    size_t at = lower_bound(t, start > 0 ? start : 1);
    if (!buf_splice(&t->bytes, start, end - start, with)) {
        t->bytes.failed = false;
        return ERR_MEMORY;
    }
    size_t *tail = t->lines + at + come.starts;
    memmove(tail, t->lines + at + gone.starts,
            (t->n_lines - at - gone.starts) * sizeof *tail);
    scan(with, start, before, after, t->lines + at);
    t->n_lines = n_lines;
    t->lone_crs += come.lone_crs - gone.lone_crs;
    for (size_t i = at + come.starts; i < n_lines; i++)
        t->lines[i] += with.len - (end - start); /* wraps when it shrinks */
    give_back(t);
    return OK;
}

enum err text_splice(struct text *t, size_t start, size_t end, struct str with)
{
    assert(start <= end && end <= t->bytes.len);
    if (utf8_valid(with))
        return splice(t, start, end, with);
    struct buf repaired;
    buf_init(&repaired, TEXT_MAX);
    utf8_append_repaired(&repaired, with);
    enum err e = ERR_MEMORY;
    if (!repaired.failed)
        e = splice(t, start, end, buf_view(&repaired));
    else if (with.len > TEXT_MAX / 3) /* a byte may become three */
        e = ERR_TOO_LARGE;
    buf_release(&repaired);
    return e;
}

struct str text_view(const struct text *t)
{
    return buf_view(&t->bytes);
}

size_t text_len(const struct text *t)
{
    return t->bytes.len;
}

size_t text_line_at(const struct text *t, size_t offset)
{
    return lower_bound(t, offset + 1) - 1;
}

size_t text_line_start(const struct text *t, size_t line)
{
    return line == 0 ? 0 : t->lines[line];
}

size_t text_line_end(const struct text *t, size_t line)
{
    if (line + 1 >= t->n_lines)
        return t->bytes.len;
    size_t start = text_line_start(t, line);
    size_t end = text_line_start(t, line + 1) - 1;
    if (end > start && byte_at(t, end) == '\n' && byte_at(t, end - 1) == '\r')
        end--;
    return end;
}

struct str text_line(const struct text *t, size_t line)
{
    return str_sub(text_view(t), text_line_start(t, line),
                   text_line_end(t, line));
}

struct str text_line_prefix(const struct text *t, size_t offset)
{
    size_t line = text_line_at(t, offset);
    size_t end = text_line_end(t, line);
    return str_sub(text_view(t), text_line_start(t, line),
                   offset < end ? offset : end);
}

struct str text_line_suffix(const struct text *t, size_t offset)
{
    size_t end = text_line_end(t, text_line_at(t, offset));
    return str_sub(text_view(t), offset < end ? offset : end, end);
}

size_t text_row_at(const struct text *t, size_t offset, size_t *column)
{
    size_t line = text_line_at(t, offset);
    size_t row = line, start = text_line_start(t, line);
    if (t->lone_crs > 0) {
        row = 0;
        start = 0;
        for (size_t i = 1; i <= line; i++)
            if (byte_at(t, t->lines[i] - 1) == '\n') {
                row++;
                start = t->lines[i];
            }
    }
    *column = offset - start;
    return row;
}
