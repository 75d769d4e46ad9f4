#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_release(struct buf *b)
{
    free(b->ptr);
    *b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = false;
    if (b->ptr)
        b->ptr[0] = '\0';
}

/* Room for `more` bytes and the NUL. */
static bool reserve(struct buf *b, size_t more)
{
    if (b->failed)
        return false;
    if (more > b->max - b->len) {
        b->failed = true;
        return false;
    }
    size_t need = b->len + more + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap + b->cap / 2 : 64;
    if (cap > b->max)
        cap = b->max; /* the last step goes no further than it may */
    if (cap < need)
        cap = need;
    char *ptr = realloc(b->ptr, cap);
    if (!ptr) {
        b->failed = true;
        return false;
    }
    b->ptr = ptr;
    b->cap = cap;
    return true;
}

bool buf_append(struct buf *b, struct str s)
{
    if (!reserve(b, s.len))
        return false;
    if (s.len)
        memcpy(b->ptr + b->len, s.ptr, s.len);
    b->len += s.len;
    b->ptr[b->len] = '\0';
    return true;
}

bool buf_append_char(struct buf *b, char c)
{
    return buf_append(b, (struct str){&c, 1});
}

bool buf_vprintf(struct buf *b, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0 || !reserve(b, (size_t)n)) {
        b->failed = true;
        return false;
    }
    vsnprintf(b->ptr + b->len, (size_t)n + 1, format, args);
    b->len += (size_t)n;
    return true;
}

bool buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    bool ok = buf_vprintf(b, format, args);
    va_end(args);
    return ok;
}

bool buf_splice(struct buf *b, size_t at, size_t removed, struct str s)
{
    assert(at <= b->len && removed <= b->len - at);
    if (!reserve(b, s.len > removed ? s.len - removed : 0))
        return false;
    memmove(b->ptr + at + s.len, b->ptr + at + removed, b->len - at - removed);
    if (s.len)
        memcpy(b->ptr + at, s.ptr, s.len);
    b->len = b->len - removed + s.len;
    b->ptr[b->len] = '\0';
    return true;
}

void buf_truncate(struct buf *b, size_t len)
{
    assert(len <= b->len);
    b->len = len;
    if (b->ptr)
        b->ptr[len] = '\0';
}

void buf_shrink(struct buf *b)
{
    enum { SMALL = 64 << 10 };
    if (b->cap < SMALL || b->len >= b->cap / 4)
        return;
    char *ptr = realloc(b->ptr, b->len + 1);
    if (!ptr)
        return; /* as it was */
    b->ptr = ptr;
    b->cap = b->len + 1;
}

struct str buf_view(const struct buf *b)
{
    return (struct str){b->ptr, b->len};
}

char *buf_take(struct buf *b)
{
    if (!reserve(b, 0))
        return NULL;
    b->ptr[b->len] = '\0';
    char *taken = b->ptr;
    buf_init(b, b->max);
    return taken;
}
