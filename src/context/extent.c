#include "context/extent.h"
#include "base/unicode.h"
#include "context/closer.h"

#include <string.h>

static const char *const names[] = {
    [EXTENT_LINE] = "line",
    [EXTENT_HEAD] = "head",
    [EXTENT_STATEMENT] = "statement",
    [EXTENT_BLOCK] = "block",
};

const char *extent_name(enum extent e)
{
    return names[e];
}

/* --- how much to write */

static bool only_closers(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '\0' || !strchr(" \t)]}>\"'`;:,", s.ptr[i]))
            return false;
    return true;
}

static bool closes(const struct lexis *l, struct str line)
{
    return line.len == 0 || strchr(")]}", line.ptr[0]) ||
           lexis_is_closer(l, line);
}

/* The text has, further down, what the line at the cursor would go on with:
 * its block or its continuation. */
static bool goes_on_below(const struct spot *s, struct below below)
{
    if (s->blank || below.text.len == 0)
        return false;
    return below.column > s->column ||
           (below.column == s->column && str_starts(below.text, STR("{")));
}

/* What the opener opened is empty as far as one can see. */
static bool empty_below(const struct spot *s, struct below below)
{
    return closes(s->lexis, below.text) || below.column <= s->column;
}

/* "{" or ") {": the line's block stands there. */
static bool opens_behind(struct str s)
{
    s = str_trim(s);
    return str_ends(s, STR("{")) && only_closers(str_sub(s, 0, s.len - 1));
}

enum extent extent_at(const struct document *doc, size_t offset,
                      const struct classification *c, const struct spot *known)
{
    struct spot found;
    struct str rest = text_line_suffix(&doc->text, offset);
    if (c->class == CURSOR_IMPORT || c->class == CURSOR_COMMENT ||
        c->class == CURSOR_STRING)
        return EXTENT_LINE;
    if (!only_closers(rest))
        return opens_behind(rest) ? EXTENT_HEAD : EXTENT_LINE;
    const struct spot *s = spot_known(known, &found, doc, offset);
    struct below below = spot_below(s, doc, offset);
    if (s->opens)
        return empty_below(s, below) ? EXTENT_BLOCK
               : s->blank            ? EXTENT_STATEMENT
                                     : EXTENT_HEAD;
    if (goes_on_below(s, below))
        return EXTENT_HEAD;
    if (c->class == CURSOR_FUNCTION || c->class == CURSOR_CLASS)
        return EXTENT_BLOCK;
    return EXTENT_STATEMENT;
}

/* --- where it is complete */

/* Brackets that the rest of the line closes; they need not be closed by the
 * stream. */
static size_t closed_on_line(const struct spot *s, const struct document *doc,
                             size_t offset)
{
    struct scanner x = s->scanner;
    struct str rest = text_line_suffix(&doc->text, offset);
    size_t least = x.n_open;
    for (size_t at = 0; at < rest.len;) {
        scanner_next(&x, s->lexis, rest, &at, true);
        if (x.n_open < least)
            least = x.n_open;
    }
    return s->scanner.n_open - least;
}

void extent_scan_init(struct extent_scan *s, const struct document *doc,
                      size_t offset, enum extent extent,
                      const struct spot *known)
{
    struct spot found;
    *s = (struct extent_scan){.extent = extent};
    if (extent == EXTENT_LINE)
        return;
    const struct spot *spot = spot_known(known, &found, doc, offset);
    s->lexis = spot->lexis;
    s->scanner = spot->scanner;
    s->tab_width = spot->tab_width;
    s->blank = spot->blank;
    s->column = s->cursor = spot->cursor_column;
    s->filling = s->inside = spot->opens && extent == EXTENT_BLOCK;
    s->header = s->inside && spot->lexis->style != BLOCKS_BRACED;
    s->base = spot->column;
    s->base_known = s->inside || !spot->fresh;
    s->any_code = !spot->blank;
    s->floor = spot->floor + closed_on_line(spot, doc, offset);
    if (spot->fresh || spot->opens || s->floor > spot->scanner.n_open)
        s->floor = spot->scanner.n_open;
    if (extent == EXTENT_HEAD) {
        s->floor = spot->scanner.n_open;
        s->brace_there =
            opens_behind(text_line_suffix(&doc->text, offset)) ||
            str_starts(spot_below(spot, doc, offset).text, STR("{"));
    }
    s->outer = spot->floor;
    s->fresh = spot->fresh && !s->inside;
    s->start = spot->statement;
    s->closed = s->base_known && closer_is_below(spot, doc, offset);
}

/* The stream's line that begins at `at`, as far as it is there. */
static struct str rest_of_line(struct str stream, size_t at)
{
    size_t end = at;
    while (end < stream.len && stream.ptr[end] != '\n' &&
           stream.ptr[end] != '\r')
        end++;
    return str_sub(stream, at, end);
}

/* Whether a character's bytes are not all there yet. */
static bool breaks_off(struct str s, size_t at)
{
    unsigned char c = at < s.len ? (unsigned char)s.ptr[at] : 0;
    size_t wanted = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
    return at < s.len && s.len - at < wanted;
}

/* Enough of a line to see its first word whole, or what mark it is. */
static bool is_telling(struct str stream, size_t at)
{
    enum { LONGEST_MARK = 4 };
    struct str line = rest_of_line(stream, at);
    if (at + line.len < stream.len || strchr(")]}", line.ptr[0]))
        return true;
    size_t word = 0;
    while (word < line.len) {
        size_t next = word;
        if (!unicode_is_word(utf8_next(line, &next)))
            break;
        word = next;
    }
    if (breaks_off(line, word))
        return false;
    return word ? word < line.len : line.len >= LONGEST_MARK;
}

static bool is_comment(const struct extent_scan *s, struct str line)
{
    struct scanner x = s->scanner;
    size_t at = 0;
    return scanner_next(&x, s->lexis, line, &at, true) == LEX_COMMENT;
}

static bool goes_on(struct extent_scan *s, struct str line)
{
    bool same = s->column == s->base;
    switch (s->lexis->style) {
    case BLOCKS_INDENTED:
        return s->column > s->base ||
               (same && !s->inside && lexis_is_middle(s->lexis, line));
    case BLOCKS_WORDED:
        if (same && s->header && !s->closed && lexis_is_closer(s->lexis, line))
            return s->closing = true;
        return s->column > s->base ||
               (same && lexis_is_middle(s->lexis, line)) ||
               spot_goes_on(s->lexis, &s->scanner, line, s->column, s->base);
    case BLOCKS_BRACED:
        if ((s->label && s->column > s->base) ||
            (s->may_else && s->column >= s->base &&
             lexis_is_middle(s->lexis, line)))
            return true;
        break;
    }
    return spot_goes_on(s->lexis, &s->scanner, line, s->column, s->base);
}

/* Of the line with the cursor. Too little only ends a stream later. */
static size_t first_column(const struct extent_scan *s)
{
    size_t lead = s->column - s->cursor;
    if (!s->raw || s->column < s->cursor || lead == 0)
        return s->column;
    return lead > s->cursor ? lead : s->cursor;
}

/* The first text of a line. True when it does not belong to it any more. */
static bool begin_line(struct extent_scan *s, struct str line)
{
    if (!s->base_known) {
        s->base = first_column(s);
        s->may_else = str_starts(line, STR("if"));
    }
    s->base_known = true;
    /* A comment may be indented as it likes; the code behind it decides. */
    bool comment = is_comment(s, line);
    if (s->waiting && comment && s->lexis->style == BLOCKS_INDENTED)
        return false;
    if (s->waiting && !goes_on(s, line))
        return true;
    s->header |= s->column > s->base;
    s->waiting = false;
    s->decorator = s->lexis->style != BLOCKS_WORDED &&
                   (line.ptr[0] == '@' || str_starts(line, STR("#[")));
    return false;
}

/* "f(x) {", not "({" or "= {": the block that stands below already. */
static bool opens_block(const struct scanner *x)
{
    return x->last == '{' && x->before_last &&
           !strchr("([{,=:", x->before_last);
}

/* A head goes on where a bracket is open, or an operand missing. */
static bool end_head(struct extent_scan *s, size_t at)
{
    if (!s->brace_there && s->lexis->style == BLOCKS_BRACED &&
        opens_block(&s->scanner)) {
        s->end = at;
        return true;
    }
    if (s->scanner.n_open > s->floor || s->angles > 0 ||
        (s->scanner.last && strchr(",=|&\\", s->scanner.last)))
        return false;
    s->end = at;
    return true;
}

/* A line end at byte `at`. True when it completes the statement. */
static bool end_line(struct extent_scan *s, size_t at)
{
    if (s->extent == EXTENT_HEAD)
        return end_head(s, at);
    if (!s->any_code || s->waiting || s->scanner.last == '\\')
        return false;
    if (s->scanner.n_open > s->floor ||
        (s->decorator && !strchr(";}", s->scanner.last)))
        return false;
    s->end = at;
    s->waiting = !(s->inside && s->lexis->style == BLOCKS_BRACED);
    switch (s->lexis->style) {
    case BLOCKS_INDENTED:
        s->header |= s->scanner.last == ':';
        return !s->header;
    case BLOCKS_WORDED:
        return s->closing;
    case BLOCKS_BRACED:
        s->label |= s->scanner.last == ':' && !s->inside;
        return s->waiting && s->scanner.last == ';' && !s->may_else &&
               !s->label;
    }
    return true;
}

/*
 * A closer fell below the floor. True when the block is complete before it;
 * else it is the one that closes the block, and the stream has to give it.
 */
static bool is_excess(struct extent_scan *s, enum lex_event event)
{
    if (event == LEX_EXCESS || !s->inside || s->closed ||
        s->lexis->style != BLOCKS_BRACED || s->scanner.last != '}')
        return true;
    s->floor = s->outer;
    s->inside = false;
    return false;
}

static bool finish(struct extent_scan *s, struct str stream, size_t end,
                   size_t *length)
{
    s->complete = true;
    s->end = str_trim_end(str_sub(stream, 0, end)).len;
    *length = s->end;
    return true;
}

static bool scan_line(struct extent_scan *s, struct str stream, size_t *length)
{
    for (; s->seen < stream.len; s->seen++) {
        if (stream.ptr[s->seen] == '\n' || stream.ptr[s->seen] == '\r')
            return finish(s, stream, s->seen, length);
    }
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* 1 for "<", -1 for ">", if they may stand around type arguments: a comparison
 * has a blank behind it. */
static long angle(struct str s, size_t at)
{
    if (s.ptr[at] == '<')
        return at + 1 < s.len && !memchr("<= \t", s.ptr[at + 1], 4) &&
               (at == 0 || s.ptr[at - 1] != '<');
    if (s.ptr[at] == '>')
        return at > 0 && strchr("-=", s.ptr[at - 1]) ? 0 : -1;
    return 0;
}

static void count_columns(struct extent_scan *s, struct str blanks)
{
    for (size_t i = 0; s->blank && i < blanks.len; i++)
        s->column +=
            blanks.ptr[i] == '\t' ? s->tab_width - s->column % s->tab_width : 1;
}

/* A piece of the scanner's, from byte `at` on. True when the statement ends
 * before it. */
static bool take(struct extent_scan *s, enum lex_event event, struct str stream,
                 size_t at)
{
    switch (event) {
    case LEX_SPACE:
        count_columns(s, str_sub(stream, at, s->seen));
        return false;
    case LEX_NEWLINE:
        if (s->scanner.pair >= 0)
            return false; /* a here-document's text begins */
        s->ended = ENDED_LINE;
        if ((!s->blank || s->extent == EXTENT_HEAD) && end_line(s, at))
            return true;
        s->blank = true;
        s->column = 0;
        return false;
    case LEX_OPEN:
        if (s->brace_there && stream.ptr[at] == '{' &&
            s->scanner.n_open <= s->floor + 1) {
            s->ended = ENDED_BLOCK;
            return true;
        }
        break;
    case LEX_EXCESS:
    case LEX_CLOSE:
        s->ended = ENDED_CLOSER;
        if (s->extent == EXTENT_HEAD)
            break;
        if (s->scanner.n_open < s->floor || event == LEX_EXCESS)
            return is_excess(s, event);
        break;
    default:
        break;
    }
    s->any_code |= event != LEX_COMMENT;
    if (event == LEX_CODE && s->extent == EXTENT_HEAD)
        s->angles += angle(stream, at);
    if (s->angles < 0)
        s->angles = 0;
    return false;
}

bool extent_scan_done(struct extent_scan *s, struct str stream, size_t *length)
{
    if (s->complete) {
        *length = s->end;
        return true;
    }
    if (s->extent == EXTENT_LINE)
        return scan_line(s, stream, length);
    while (s->seen < stream.len) {
        size_t at = s->seen;
        if (s->blank && s->scanner.pair < 0 && !is_blank(stream.ptr[at]) &&
            s->extent != EXTENT_HEAD) {
            if (!is_telling(stream, at))
                return false;
            if (begin_line(s, rest_of_line(stream, at))) {
                s->ended = ENDED_NEXT;
                return finish(s, stream, s->end, length);
            }
            s->blank = false;
        }
        /* "<" may become "<=". */
        if (s->extent == EXTENT_HEAD && stream.ptr[at] == '<' &&
            at + 1 == stream.len)
            return false;
        enum lex_event event =
            scanner_next(&s->scanner, s->lexis, stream, &s->seen, false);
        if (event == LEX_MORE)
            return false;
        if (take(s, event, stream, at))
            return finish(s, stream, at, length);
    }
    return false;
}

void extent_scan_go_on(struct extent_scan *s, bool if_else)
{
    s->complete = false;
    s->waiting = if_else;
    s->may_else |= if_else;
    switch (s->ended) {
    case ENDED_LINE:
        s->blank = true;
        s->column = 0;
        break;
    case ENDED_NEXT:
        break;
    case ENDED_CLOSER:
        if (s->floor > s->scanner.n_open)
            s->floor = s->scanner.n_open;
        s->inside = false;
        s->any_code = true;
        break;
    case ENDED_BLOCK:
        s->brace_there = false;
        break;
    }
}
