#include "doc/position.h"
#include "base/unicode.h"

#include <string.h>

/* Length of the start of `s` that is ASCII, where all encodings agree. */
static size_t ascii_prefix(struct str s)
{
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word;
        memcpy(&word, s.ptr + i, 8);
        if (word & 0x8080808080808080u)
            break;
    }
    while (i < s.len && (unsigned char)s.ptr[i] < 0x80)
        i++;
    return i;
}

/* The sequence's length is in its first byte: the text is well-formed. */
static size_t sequence_length(char first)
{
    unsigned char c = (unsigned char)first;
    return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

static size_t sequence_units(size_t bytes, enum encoding e)
{
    return e == ENCODING_UTF8                  ? bytes
           : e == ENCODING_UTF16 && bytes == 4 ? 2
                                               : 1;
}

/* The offset in `line` of `units`, at most its length. */
static size_t offset_in_line(struct str line, size_t units, enum encoding e)
{
    size_t at = ascii_prefix(str_sub(line, 0, units));
    units -= at;
    while (at < line.len) {
        size_t bytes = sequence_length(line.ptr[at]);
        size_t step = sequence_units(bytes, e);
        if (step > units)
            break;
        units -= step;
        at += bytes;
    }
    return at;
}

size_t position_to_offset(const struct text *t, struct position p,
                          enum encoding e)
{
    if (p.line >= t->n_lines)
        return text_len(t);
    return text_line_start(t, p.line) +
           offset_in_line(text_line(t, p.line), p.character, e);
}

struct position position_of_offset(const struct text *t, size_t offset,
                                   enum encoding e)
{
    offset = utf8_snap(text_view(t), offset);
    struct str before = text_line_prefix(t, offset);
    return (struct position){(uint32_t)text_line_at(t, offset),
                             (uint32_t)position_units(before, e)};
}

size_t position_units(struct str s, enum encoding e)
{
    if (e == ENCODING_UTF8)
        return s.len;
    size_t at = ascii_prefix(s), units = at;
    while (at < s.len) {
        size_t bytes = sequence_length(s.ptr[at]);
        units += sequence_units(bytes, e);
        at += bytes;
    }
    return units;
}
