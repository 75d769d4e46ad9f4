/*
 * A naive model of a text in LSP: its code points, and everything else by
 * counting from the start. Slow, and plainly right.
 */
#ifndef UNIT_POINTS_H
#define UNIT_POINTS_H

#include "base/unicode.h"
#include "doc/position.h"

#include <assert.h>
#include <string.h>

enum { POINTS_MAX = 2048 };

/* The same on every machine. */
static inline size_t pick(uint64_t *seed, size_t n)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)((*seed >> 33) % n);
}

struct points {
    uint32_t at[POINTS_MAX];
    size_t n;
};

static inline void points_append(struct points *p, struct str s)
{
    for (size_t at = 0; at < s.len;) {
        assert(p->n < POINTS_MAX);
        p->at[p->n++] = utf8_next(s, &at);
    }
}

static inline void points_splice(struct points *p, size_t start, size_t end,
                                 const struct points *with)
{
    assert(p->n - (end - start) + with->n <= POINTS_MAX);
    memmove(p->at + start + with->n, p->at + end, (p->n - end) * 4);
    memcpy(p->at + start, with->at, with->n * 4);
    p->n += with->n - (end - start);
}

static inline struct str points_text(const struct points *p, struct buf *out)
{
    buf_clear(out);
    for (size_t i = 0; i < p->n; i++)
        utf8_append(out, p->at[i]);
    assert(!out->failed);
    return buf_view(out);
}

static inline bool points_are(const struct points *p, size_t i, uint32_t point)
{
    return i < p->n && p->at[i] == point;
}

/* No position lies between CR and LF. */
static inline size_t points_snap(const struct points *p, size_t i)
{
    return i > 0 && points_are(p, i - 1, '\r') && points_are(p, i, '\n') ? i - 1
                                                                         : i;
}

static inline uint32_t units_of(uint32_t point, enum encoding e)
{
    switch (e) {
    case ENCODING_UTF8:
        return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    case ENCODING_UTF16:
        return point < 0x10000 ? 1 : 2;
    default:
        return 1;
    }
}

static inline struct position points_position(const struct points *p, size_t i,
                                              enum encoding e)
{
    struct position at = {0, 0};
    for (size_t k = 0; k < i; k++) {
        at.character += units_of(p->at[k], e);
        if (points_are(p, k, '\n') ||
            (points_are(p, k, '\r') && !points_are(p, k + 1, '\n')))
            at = (struct position){at.line + 1, 0};
    }
    return at;
}

static inline int64_t points_units(const struct points *p, size_t start,
                                   size_t end, enum encoding e)
{
    int64_t units = 0;
    for (size_t i = start; i < end; i++)
        units += units_of(p->at[i], e);
    return units;
}

/* Another spelling of the same place: past the line's end, past the text's
 * end, or inside of the code point. */
static inline struct position points_odd_position(const struct points *p,
                                                  size_t i, enum encoding e,
                                                  uint64_t *seed)
{
    struct position at = points_position(p, i, e);
    if (i == p->n && pick(seed, 2))
        return (struct position){at.line + 1 + (uint32_t)pick(seed, 3),
                                 (uint32_t)pick(seed, 9)};
    if (i == p->n || p->at[i] == '\n' || p->at[i] == '\r')
        at.character += (uint32_t)pick(seed, 9);
    else
        at.character += (uint32_t)pick(seed, units_of(p->at[i], e));
    return at;
}

#endif
