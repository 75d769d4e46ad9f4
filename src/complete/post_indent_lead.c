/* Where the first line of a model's text begins. */
#include "complete/post_indent.h"

#include <string.h>

/* Whether a new statement begins at the cursor for sure, so that it has to be
 * indented as the one before or one level deeper. */
static bool begins_statement(const struct spot *s)
{
    switch (s->lexis->style) {
    case BLOCKS_INDENTED:
        return s->fresh;
    case BLOCKS_BRACED:
        return s->fresh && (s->scanner.last == ';' || s->scanner.last == '{' ||
                            s->scanner.last == '}');
    case BLOCKS_WORDED:
        return false;
    }
    return false;
}

/* The column that the cursor's line is to be measured by: a brace may stand
 * deeper than the statement that it belongs to. */
static size_t level_of(const struct post *p)
{
    const struct spot *s = &p->spot;
    const struct text *t = &p->f->doc->text;
    size_t line = text_line_at(t, p->before.len), blanks;
    if (!s->opens || s->lexis->style != BLOCKS_BRACED || line == 0)
        return s->column;
    struct str above = text_line(t, line - 1);
    size_t column = blank_columns(above, s->tab_width, &blanks);
    return str_is(str_trim(above), "{") ? column : s->column;
}

static struct str statement_of(const struct post *p)
{
    return str_sub(p->before, p->spot.statement, p->before.len);
}

/* Nothing can follow it at its own column, or deeper: not `column`. */
static bool has_jumped(const struct post *p, size_t column)
{
    const struct spot *s = &p->spot;
    static const char *const jumps[] = {"return", "raise", "break", "continue",
                                        "throw",  "goto",  NULL};
    return s->fresh && s->lexis->style != BLOCKS_WORDED &&
           s->scanner.n_open <= s->floor && column >= s->column &&
           line_starts(statement_of(p), jumps);
}

/* The next line with text above the cursor's; whether blank ones are between.
 */
static struct str line_above(const struct post *p, bool *gap)
{
    const struct text *t = &p->f->doc->text;
    size_t line = text_line_at(t, p->before.len);
    while (line > 0 && str_trim(text_line(t, line - 1)).len == 0)
        line--;
    *gap = line < text_line_at(t, p->before.len);
    return line ? text_line(t, line - 1) : STR("");
}

/* The last line of a comment that has a star on each. */
static bool ends_comment(struct str line)
{
    struct str s = str_trim(line);
    return str_starts(s, STR("*")) && str_ends(s, STR("*/"));
}

/*
 * Whether the cursor stands where the next line begins for sure: as deep as
 * the one above, or a level deeper where that opens a bracket. What goes on
 * with the line above is deeper, and so is a block that a word opens.
 */
static bool begins_line(const struct post *p, char first, size_t unit)
{
    const struct spot *s = &p->spot;
    bool gap;
    struct str above = line_above(p, &gap);
    size_t column = blank_columns(above, s->tab_width, NULL);
    char last = line_last_code(p, above);
    /* A comment stands where what it is about does. */
    if (last == '\0' || ends_comment(above)) {
        column -= ends_comment(above) && column > 0;
        return s->lexis->style != BLOCKS_WORDED && column == s->cursor_column;
    }
    if (line_is_head(p, above) || s->lexis->style == BLOCKS_WORDED ||
        strchr("=+-*/&|<>?:\\", last) || strchr("?.:&|=+-", first))
        return false;
    if (s->fresh && s->cursor_column == s->column && !s->opens &&
        (gap || begins_statement(s) || s->scanner.last == ',') &&
        !line_is_head(p, statement_of(p)))
        return true;
    return s->cursor_column == column + (strchr("([{", last) ? unit : 0);
}

/* Of the line before the cursor's, be it a comment; SIZE_MAX: it is blank. */
static size_t column_above(const struct post *p)
{
    const struct text *t = &p->f->doc->text;
    size_t line = text_line_at(t, p->before.len), blanks;
    struct str above = line ? text_line(t, line - 1) : STR("");
    size_t column = blank_columns(above, p->spot.tab_width, &blanks);
    return blanks < above.len ? column : SIZE_MAX;
}

/* Whether a first line `lead` behind the cursor is deeper than it can be: not
 * as deep as the item of a list that it follows. */
static bool is_too_deep(const struct post *p, const struct shape *shape,
                        size_t expected, size_t unit)
{
    const struct spot *s = &p->spot;
    size_t column = s->cursor_column + shape->lead;
    bool twice = shape->lead == s->cursor_column;
    if (s->scanner.last == ',' && column == column_above(p))
        return false;
    if (s->lexis->style != BLOCKS_INDENTED)
        return twice &&
               (has_jumped(p, column) || begins_line(p, shape->first, unit) ||
                (begins_statement(s) && column > expected &&
                 s->cursor_column < s->column));
    if (!begins_statement(s))
        return twice && !s->fresh && begins_line(p, shape->first, unit);
    return column > expected || has_jumped(p, column) ||
           (shape->opens && shape->second <= column);
}

/*
 * Columns that the first line begins with. Where the cursor stands in typed
 * indentation, many models write the line's whole indentation once more.
 */
size_t lead_of(const struct post *p, const struct shape *shape, size_t unit)
{
    const struct spot *s = &p->spot;
    size_t expected = level_of(p) + (s->opens ? unit : 0);
    if (shape->lead == 0 || s->cursor_column == 0 || s->scanner.pair >= 0)
        return shape->lead;
    bool too_deep = is_too_deep(p, shape, expected, unit);
    if (!too_deep && (!s->fresh || s->cursor_column + shape->lead == expected ||
                      s->cursor_column + shape->lead == column_above(p)))
        return shape->lead;
    /* GNU's braces stand half a level deep, and what follows them deeper. */
    bool sure = s->lexis->style == BLOCKS_INDENTED
                    ? expected >= s->cursor_column
                    : expected == s->cursor_column;
    if (begins_statement(s) && shape->lead == expected && sure &&
        !(too_deep && shape->lead == s->cursor_column))
        return expected - s->cursor_column;
    if ((p->f->chat || too_deep) && shape->lead >= s->cursor_column)
        return shape->lead - s->cursor_column;
    return shape->lead;
}
