/*
 * The bytes of one open buffer and where its lines start.
 *
 * The text is always well-formed UTF-8. A line ends at LF, CR LF or a lone
 * CR (LSP 3.18, "Text Documents"), so a text with n line ends has n + 1
 * lines; the last one may be empty. Offsets are bytes.
 */
#ifndef DOC_TEXT_H
#define DOC_TEXT_H

#include "base/buf.h"
#include "base/err.h"

enum { TEXT_MAX = 64 << 20 }; /* bytes */

struct text {
    struct buf bytes;
    size_t *lines; /* offset of each line's start; lines[0] is 0 */
    size_t n_lines, cap_lines;
    size_t lone_crs; /* lines that end at a lone CR */
};

/* Copies `content`, repaired to UTF-8. ERR_MEMORY or ERR_TOO_LARGE leave an
 * empty text behind. */
enum err text_init(struct text *t, struct str content);
void text_release(struct text *t);

/* Replace bytes [start, end) by `with` (repaired to UTF-8). Both ends lie on
 * code point boundaries. On an error nothing has changed. */
enum err text_splice(struct text *t, size_t start, size_t end, struct str with);

struct str text_view(const struct text *t); /* until the next change */
size_t text_len(const struct text *t);

/* The line (0-based) that holds byte `offset` <= length. */
size_t text_line_at(const struct text *t, size_t offset);
size_t text_line_start(const struct text *t, size_t line);
/* Before the line's end characters. */
size_t text_line_end(const struct text *t, size_t line);
struct str text_line(const struct text *t, size_t line); /* without its end */

/* The line's start to `offset`; `offset` to the line's end. An offset in a
 * line's end characters counts as the line's end. */
struct str text_line_prefix(const struct text *t, size_t offset);
struct str text_line_suffix(const struct text *t, size_t offset);

/* Row and byte column as tree-sitter counts them: only LF ends a row. Fast
 * unless the text has lone CRs. */
size_t text_row_at(const struct text *t, size_t offset, size_t *column);

#endif
