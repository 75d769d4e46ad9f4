/*
 * UTF-8 and what Switchyard needs of Unicode, over utf8proc. Offsets and
 * lengths are bytes; a "unit" is a code unit of a named encoding.
 */
#ifndef BASE_UNICODE_H
#define BASE_UNICODE_H

#include "base/buf.h"

#include <stdint.h>

/* Whether `s` is well-formed UTF-8 (no surrogates, no overlong forms). */
bool utf8_valid(struct str s);

/*
 * The code point at `*at`, which moves behind it. A byte that starts no
 * well-formed sequence counts as one code point, U+FFFD.
 */
uint32_t utf8_next(struct str s, size_t *at);

/* The start of the code point before `at` (0 at the start). */
size_t utf8_prev(struct str s, size_t at);

/* `at`, moved back to the start of the code point that it is inside of. */
size_t utf8_snap(struct str s, size_t at);

/* Append `s` with each ill-formed byte replaced by U+FFFD. */
bool utf8_append_repaired(struct buf *out, struct str s);

/*
 * Append `s` as it is compared without regard to case and to how accents are
 * composed. Ill-formed text keeps its bytes, but for A to Z. False without
 * room.
 */
bool utf8_fold(struct buf *out, struct str s);

/* Append one code point; what is none is appended as U+FFFD. */
bool utf8_append(struct buf *out, uint32_t codepoint);

size_t utf8_count_utf16(struct str s); /* UTF-16 code units */
size_t utf8_count(struct str s);       /* code points */
size_t utf8_columns(struct str s);     /* terminal columns */

/*
 * Whether a code point may never come from a model into a buffer: control
 * characters but tab, LF and CR; bidirectional controls (CVE-2021-42574);
 * default-ignorable and zero-width ones; line and paragraph separators; the
 * Braille blank U+2800.
 */
bool unicode_is_unsafe(uint32_t codepoint);

/* Part of an identifier in most languages: letters, marks, digits, '_', '$'. */
bool unicode_is_word(uint32_t codepoint);

#endif
