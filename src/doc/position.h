/*
 * LSP positions to byte offsets and back, in the three encodings (LSP 3.18,
 * "Position" and "PositionEncodingKind"). Never fails: a line past the end is
 * the end of the text, a character past the end of the line is the line's
 * end (before its end characters), one inside a code point snaps back to the
 * code point's start.
 */
#ifndef DOC_POSITION_H
#define DOC_POSITION_H

#include "doc/text.h"

#include <stdint.h>

enum encoding { ENCODING_UTF8, ENCODING_UTF16, ENCODING_UTF32 };

struct position {
    uint32_t line;      /* 0-based */
    uint32_t character; /* 0-based, in units of the encoding */
};

struct range {
    struct position start, end;
};

size_t position_to_offset(const struct text *t, struct position p,
                          enum encoding e);
struct position position_of_offset(const struct text *t, size_t offset,
                                   enum encoding e);

/* Units of the encoding that `s` takes. */
size_t position_units(struct str s, enum encoding e);

#endif
