/* Indentation as the buffer has it. */
#include "complete/post.h"
#include "context/syntax.h"

#include <string.h>

/* What the text's lines look like: those with code, outside of strings.
 * Columns. */
struct shape {
    size_t lead;   /* of blanks that the text begins with */
    size_t second; /* of the next line; SIZE_MAX: there is none */
    size_t gap;    /* blank lines between the two */
    char first;    /* byte of it behind the blanks; NUL: there is none */
    bool opens;    /* the first line opens a block */
    bool wants;    /* the next line belongs to it and has to be deeper */
    bool goes_on;  /* it is not whole without the next */
    bool defines;  /* the second begins a definition or an import */
    size_t least;  /* of the lines behind the first */
    size_t edge;   /* likewise, in the bracket that the cursor is in */
    bool left;     /* that is closed, and more follows */
    bool closes;   /* a bracket closes below the cursor's column */
};

/* What later lines begin with, outside of strings. */
struct kinds {
    bool tabs, blanks; /* the latter not for a comment's star */
    bool only_tabs;    /* one of them is indented by nothing else */
    size_t step;       /* least columns that one is deeper than another */
    size_t second;     /* columns of the first of them */
    bool edge;         /* some begin with neither */
};

/* How lines change: by columns, and into the buffer's kind of blanks where
 * its own lines leave no doubt. */
struct change_of_indent {
    size_t lead;
    struct str shift; /* in front of each line but the first */
    bool convert, tabs;
    size_t from; /* blanks of a level in the text */
    size_t to;   /* columns of a level in the buffer */
};

static struct scanner read_line(const struct post *p, struct str line)
{
    struct scanner x;
    scanner_init(&x);
    for (size_t at = 0; at < line.len;)
        scanner_next(&x, p->spot.lexis, line, &at, true);
    return x;
}

/* What the line says without comments: its last byte, or NUL. */
static char last_code(const struct post *p, struct str line)
{
    return read_line(p, line).last;
}

static bool starts_with_any(struct str s, const char *const *words)
{
    for (; *words; words++)
        if (str_starts(s, str_from(*words)))
            return true;
    return false;
}

/* A bracket is open, or an operand missing. */
static bool is_unfinished(const struct post *p, struct str line)
{
    struct scanner x = read_line(p, line);
    return x.pair < 0 &&
           (x.n_open > 0 || (x.last && strchr("=+-*/?&|<,", x.last)) ||
            str_ends(str_trim_end(line), STR("=>")));
}

/* Whether what the line begins goes on below: a bracket or quote is open, or
 * it says something about the next line. */
static bool goes_on(const struct post *p, struct str line)
{
    struct scanner x = read_line(p, line);
    if (x.pair >= 0 && !p->spot.lexis->pairs[x.pair].comment)
        return p->f->chat;
    return x.n_open > 0 || (x.last == '\0' && p->f->chat);
}

static bool opens_block(const struct post *p, struct str line)
{
    struct scanner x = read_line(p, line);
    switch (p->spot.lexis->style) {
    case BLOCKS_INDENTED:
        return x.last == ':';
    case BLOCKS_BRACED:
        return x.last == '{' && !scanner_in_string(&x);
    case BLOCKS_WORDED:
        return false;
    }
    return false;
}

/* "if (a)": what it governs stands on the next line. */
static bool is_head(const struct post *p, struct str line)
{
    static const char *const heads[] = {"if",   "for",  "while",
                                        "else", "case", NULL};
    char last = last_code(p, line);
    return starts_with_any(str_trim(line), heads) && last &&
           !strchr("{};", last);
}

/* What stands at the left edge in files of the language. */
static bool defines(struct str line)
{
    static const char *const words[] = {
        "def ",  "class ", "async def ",  "@",       "import ",
        "from ", "#",      "if __name__", "export ", NULL};
    return starts_with_any(line, words);
}

/* Labels stand at the left edge whatever is around them. */
static bool is_label(struct str line)
{
    return str_ends(str_trim_end(line), STR(":"));
}

/* A line behind the first, from its code on, which begins at `column`, with
 * so many brackets open. */
static void shape_line(struct shape *s, const struct post *p, size_t n_open,
                       struct str line, size_t column)
{
    size_t outer = p->spot.scanner.n_open;
    if (s->second == SIZE_MAX) {
        s->second = column;
        s->defines = defines(line);
    }
    if (column < s->least)
        s->least = column;
    s->left |= n_open < outer;
    if (n_open == outer && !s->left && column < s->edge &&
        !strchr(")]}", line.ptr[0]) && !is_label(line))
        s->edge = column;
}

/* Whether a line has to stay where it is: in a string, or a directive at the
 * left edge. */
static bool stays(const struct post *p, const struct post_reader *r,
                  struct str line)
{
    const struct syntax *syntax = syntax_for(p->f->doc->language);
    return r->quoted ||
           (syntax && syntax->directives && str_starts(line, STR("#")));
}

/* Columns of the blanks that `line` begins with, as they will be. */
static size_t columns_of(const struct post *p, struct str line,
                         const struct change_of_indent *c, size_t *blanks)
{
    size_t columns = blank_columns(line, p->spot.tab_width, blanks);
    if (c->convert && *blanks && line.ptr[0] == ' ' && c->tabs)
        return columns / c->from * c->to + columns % c->from;
    return columns;
}

static void shape_lines(struct shape *s, const struct post *p,
                        const struct change_of_indent *c, struct post_reader *r,
                        struct str rest)
{
    struct str line;
    for (; post_next_line(&rest, &line); post_reader_pass(r, line)) {
        size_t blanks, column = columns_of(p, line, c, &blanks);
        if (stays(p, r, line))
            continue;
        if (blanks == line.len) {
            s->gap += s->second == SIZE_MAX;
            continue;
        }
        s->closes |=
            column == p->spot.cursor_column && strchr(")]}", line.ptr[blanks]);
        if (last_code(p, line) && r->x.pair < 0)
            shape_line(s, p, r->x.n_open, str_sub(line, blanks, line.len),
                       column);
    }
}

static struct shape shape_of(const struct post *p, struct str text,
                             const struct change_of_indent *c)
{
    struct shape s = {.second = SIZE_MAX, .least = SIZE_MAX, .edge = SIZE_MAX};
    struct str rest = text, line;
    struct post_reader r;
    if (!post_next_line(&rest, &line))
        return s;
    size_t blanks;
    s.lead = blank_columns(line, p->spot.tab_width, &blanks);
    s.first = blanks < line.len ? line.ptr[blanks] : '\0';
    s.opens = opens_block(p, line);
    s.wants = s.opens || is_head(p, line) || is_unfinished(p, line);
    s.goes_on = goes_on(p, line);
    post_reader_init(&r, p);
    post_reader_pass(&r, line);
    shape_lines(&s, p, c, &r, rest);
    return s;
}

static struct kinds kinds_of(const struct post *p, struct str text)
{
    struct kinds k = {.step = SIZE_MAX};
    struct str rest = text, line;
    struct post_reader r;
    size_t before = 0;
    post_reader_init(&r, p);
    for (bool first = true; post_next_line(&rest, &line); first = false) {
        size_t blanks, column = blank_columns(line, 1, &blanks);
        k.edge |= !first && !stays(p, &r, line) && !blanks && line.len;
        if (!first && !stays(p, &r, line) && blanks && blanks < line.len &&
            line.ptr[blanks] != '*') {
            k.tabs |= line.ptr[0] == '\t';
            k.only_tabs |= line.ptr[blanks - 1] == '\t';
            k.blanks |= line.ptr[0] == ' ';
            size_t step = column > before ? column - before : before - column;
            if (before && step > 1 && step < k.step)
                k.step = step;
            if (!before)
                k.second = column;
            before = column;
        }
        post_reader_pass(&r, line);
    }
    return k;
}

/* --- the first line */

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
           starts_with_any(statement_of(p), jumps);
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
    char last = last_code(p, above);
    /* A comment stands where what it is about does. */
    if (last == '\0' || ends_comment(above)) {
        column -= ends_comment(above) && column > 0;
        return s->lexis->style != BLOCKS_WORDED && column == s->cursor_column;
    }
    if (is_head(p, above) || s->lexis->style == BLOCKS_WORDED ||
        strchr("=+-*/&|<>?:\\", last) || strchr("?.:&|=+-", first))
        return false;
    if (s->fresh && s->cursor_column == s->column && !s->opens &&
        (gap || begins_statement(s) || s->scanner.last == ',') &&
        !is_head(p, statement_of(p)))
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
static size_t lead_of(const struct post *p, const struct shape *shape,
                      size_t unit)
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

/* --- the other lines */

/*
 * Of a chat model's text, whether it can't be meant to stand where it does:
 * code at the left edge, though the block around it is not closed; what a
 * head governs no deeper than the head; what a line goes on with.
 */
static bool is_at_edge(const struct post *p, const struct shape *shape)
{
    const struct spot *s = &p->spot;
    size_t at = s->cursor_column;
    if (!p->f->chat)
        return false;
    if ((shape->wants && shape->second <= at) ||
        (shape->goes_on && shape->second < at))
        return true;
    if (s->lexis->style == BLOCKS_BRACED)
        return shape->edge == 0 && s->scanner.n_open > 0;
    return s->opens && p->f->extent == EXTENT_BLOCK && shape->second == 0 &&
           (shape->gap == 0 || (shape->gap == 1 && !shape->defines));
}

/* Whether the later lines lack the cursor's indentation: some models write a
 * block as if it began at the left edge. */
static bool is_shifted(const struct post *p, const struct shape *shape,
                       size_t lead, bool mixed)
{
    size_t at = p->spot.cursor_column;
    if (!p->spot.fresh || at == 0 || lead > 0 || shape->second == SIZE_MAX ||
        (shape->closes && shape->least >= at))
        return false;
    if (is_at_edge(p, shape))
        return true;
    if (mixed || shape->gap)
        return false;
    if (shape->goes_on && shape->second < at)
        return true;
    return shape->opens && shape->second > 0 && shape->second <= at;
}

static void append_columns(struct buf *out, size_t columns, bool tabs,
                           size_t unit)
{
    for (; tabs && columns >= unit; columns -= unit)
        buf_append_char(out, '\t');
    for (; columns > 0; columns--)
        buf_append_char(out, ' ');
}

/*
 * Blanks of a level in a text that has blanks for the buffer's tabs: where no
 * line is deeper than another, the second line's depth tells. It is the
 * cursor's, or that of the left edge; one more where the first is its head.
 */
static size_t level_in(const struct post *p, struct str text,
                       const struct kinds *k, size_t unit)
{
    enum { LEAST = 2, MOST = 8 };
    struct str first;
    post_next_line(&text, &first);
    size_t head = opens_block(p, first) || is_head(p, first);
    size_t depths[] = {k->edge ? head : p->line_before.len + head, head};
    if (k->step <= MOST)
        return k->step;
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++)
        if (depths[i] && k->second % depths[i] == 0 &&
            k->second / depths[i] >= LEAST && k->second / depths[i] <= MOST)
            return k->second / depths[i];
    return unit;
}

/*
 * Whether the text's lines are indented with what no line of the buffer has.
 * The cursor's own may have it; and tabs with blanks behind them on each line
 * are no levels: they fill up to a column, eight by eight.
 */
static bool is_foreign(const struct post *p, const struct kinds *kinds,
                       const struct indent *indent)
{
    struct str own = str_sub(p->line_before, 0, 1);
    if (!indent->pure || kinds->tabs == kinds->blanks ||
        kinds->blanks != indent->tabs)
        return false;
    return kinds->tabs ? kinds->only_tabs && !str_is(own, "\t")
                       : !str_is(own, " ");
}

static bool find_change(const struct post *p, struct str s,
                        struct change_of_indent *c)
{
    struct indent indent = indent_around(p->f->doc, p->before.len);
    struct kinds kinds = kinds_of(p, s);
    size_t unit = indent.tabs ? p->spot.tab_width : indent.unit;
    *c = (struct change_of_indent){
        .convert = is_foreign(p, &kinds, &indent),
        .tabs = indent.tabs,
        .from = indent.tabs ? level_in(p, s, &kinds, indent.unit) : indent.unit,
        .to = unit,
    };
    struct shape shape = shape_of(p, s, c);
    c->lead = shape.lead;
    if (p->spot.blank) {
        c->lead = lead_of(p, &shape, unit);
        if (!(kinds.tabs && kinds.blanks) &&
            is_shifted(p, &shape, c->lead, indent.mixed))
            c->shift = p->line_before;
    }
    return c->convert || c->shift.len || c->lead != shape.lead;
}

/* What `line` is indented by, in the buffer's kind of blanks. */
static void append_converted(struct buf *out, struct str blanks,
                             const struct change_of_indent *c)
{
    for (size_t i = 0; i < blanks.len;) {
        size_t n = 0;
        while (i + n < blanks.len && n < c->from && blanks.ptr[i + n] == ' ')
            n++;
        if (blanks.ptr[i] == '\t')
            append_columns(out, c->to, c->tabs, c->to);
        else if (n == c->from)
            append_columns(out, c->tabs ? c->to : n, c->tabs, c->to);
        else
            append_columns(out, n, false, c->to);
        i += n ? n : 1;
    }
}

static void append_line(struct buf *out, struct str line,
                        const struct change_of_indent *c)
{
    size_t blanks = post_blanks(line);
    if (blanks == line.len) {
        buf_append(out, line);
        return;
    }
    buf_append(out, c->shift);
    if (c->convert)
        append_converted(out, str_sub(line, 0, blanks), c);
    else
        buf_append(out, str_sub(line, 0, blanks));
    buf_append(out, str_sub(line, blanks, line.len));
}

void post_indent(struct post *p, struct buf *text)
{
    struct change_of_indent c;
    if (p->f->class == CURSOR_STRING || p->f->class == CURSOR_COMMENT ||
        !find_change(p, buf_view(text), &c))
        return;
    struct buf lines;
    struct post_reader r;
    buf_init(&lines, text->max);
    post_reader_init(&r, p);
    struct str rest = buf_view(text), end = post_line_end(p), line;
    post_next_line(&rest, &line);
    size_t blanks, lead = blank_columns(line, p->spot.tab_width, &blanks);
    if (lead != c.lead)
        append_columns(&lines, c.lead, c.tabs, c.to);
    buf_append(&lines, lead == c.lead ? line : str_sub(line, blanks, line.len));
    post_reader_pass(&r, line);
    while (post_next_line(&rest, &line)) {
        buf_append(&lines, end);
        if (stays(p, &r, line))
            buf_append(&lines, line);
        else
            append_line(&lines, line, &c);
        post_reader_pass(&r, line);
    }
    post_replace(text, &lines);
}
