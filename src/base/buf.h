/*
 * Bytes that grow, up to a limit that is set when the buffer is made. What
 * does not fit, or finds no memory, changes nothing and sets `failed`, which
 * stays set until buf_clear(): a row of appends needs one look at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

#include <stdarg.h>

struct buf {
    char *ptr;  /* terminated by a NUL behind `len`; NULL while never used */
    size_t len; /* bytes */
    size_t cap;
    size_t max; /* `len` never exceeds it */
    bool failed;
};

/* No memory is taken before the first byte. */
void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); /* zero bytes are a released buffer, too */
void buf_clear(struct buf *b);   /* empty, memory kept, `failed` reset */

bool buf_append(struct buf *b, struct str s);
bool buf_append_char(struct buf *b, char c);
bool buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool buf_vprintf(struct buf *b, const char *format, va_list args);

/* Replace `removed` bytes at `at` by `s`, which must not point into `b`. */
bool buf_splice(struct buf *b, size_t at, size_t removed, struct str s);

/* Cut to `len` bytes, which is at most b->len. */
void buf_truncate(struct buf *b, size_t len);

/* Give memory back where more than three quarters of 64 KiB or more are free.
 * The bytes may move. */
void buf_shrink(struct buf *b);

struct str buf_view(const struct buf *b); /* until the next change */

/* The terminated bytes, which the caller frees; `b` is left empty. NULL
 * without memory. */
char *buf_take(struct buf *b);

#endif
