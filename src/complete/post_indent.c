/* Indentation as the buffer has it. */
#include "complete/post.h"
#include "context/syntax.h"

#include <string.h>

/* What the text's first lines look like. Columns. */
struct shape {
    size_t lead;       /* of blanks that the text begins with */
    size_t second;     /* of the next line with code; SIZE_MAX: there is none */
    bool gap;          /* blank lines are between them */
    char first;        /* byte of it behind the blanks; NUL: there is none */
    bool opens;        /* the first line opens a block */
    bool goes_on;      /* it is not whole without the next */
    size_t least;      /* of the lines behind the first with code */
    bool closes;       /* a bracket closes below the cursor's column */
    bool tabs, blanks; /* later lines begin with */
    bool only_tabs;    /* one of them is indented by nothing else */
    size_t unit;       /* of the least indented of them that is */
};

static struct scanner read_line(const struct post *p, struct str line)
{
    struct scanner x;
    scanner_init(&x);
    for (size_t at = 0; at < line.len;)
        scanner_next(&x, &p->spot.lexis, line, &at, true);
    return x;
}

/* --- lines whose indentation means something else */

/* Reads a text line by line. */
struct reader {
    const struct post *p;
    struct scanner scanner;
    bool directives;
};

static void reader_init(struct reader *r, const struct post *p)
{
    const struct syntax *syntax = syntax_for(p->f->doc->language);
    *r = (struct reader){p, p->spot.scanner, syntax && syntax->directives};
}

/* Whether the blanks that come next are part of a string. Where indentation
 * nests blocks they are not: nearly all strings with lines are doc strings
 * there, and move along with them. */
static bool reads_string(const struct reader *r)
{
    const struct scanner *x = &r->scanner;
    if (r->p->spot.lexis.style == BLOCKS_INDENTED)
        return false;
    if (x->pair >= 0)
        return !r->p->spot.lexis.pairs[x->pair].comment;
    for (size_t i = 0; i < x->n_open && i < SCANNER_DEPTH; i++)
        if (x->back[i] >= 0)
            return true;
    return false;
}

/* Read `line`, and tell whether it has to stay where it is: in a string, or a
 * directive at the left edge. */
static bool reader_stays(struct reader *r, struct str line)
{
    const struct lexis *l = &r->p->spot.lexis;
    bool stays =
        reads_string(r) || (r->directives && str_starts(line, STR("#")));
    for (size_t at = 0; at < line.len;)
        scanner_next(&r->scanner, l, line, &at, true);
    size_t end = 0; /* which ends comments and strings of one line */
    scanner_next(&r->scanner, l, STR("\n"), &end, true);
    return stays;
}

/* What the line says without comments: its last byte, or NUL. */
static char last_code(const struct post *p, struct str line)
{
    return read_line(p, line).last;
}

/* Whether what the line begins goes on below: a bracket or quote is open, or
 * it says something about the next line. */
static bool goes_on(const struct post *p, struct str line)
{
    struct scanner x = read_line(p, line);
    if (x.pair >= 0 && !p->spot.lexis.pairs[x.pair].comment)
        return p->f->chat;
    return x.n_open > 0 || (x.last == '\0' && p->f->chat);
}

static bool opens_block(const struct post *p, struct str line)
{
    struct scanner x = read_line(p, line);
    switch (p->spot.lexis.style) {
    case BLOCKS_INDENTED:
        return x.last == ':';
    case BLOCKS_BRACED:
        return x.last == '{' && !scanner_in_string(&x);
    case BLOCKS_WORDED:
        return false;
    }
    return false;
}

/* A line behind the first. */
static void see_line(const struct post *p, struct shape *shape, struct str line)
{
    size_t blanks, column = blank_columns(line, p->spot.tab_width, &blanks);
    if (blanks == line.len) {
        shape->gap |= shape->second == SIZE_MAX;
        return;
    }
    bool code = last_code(p, line) != '\0';
    if (shape->second == SIZE_MAX && code)
        shape->second = column;
    if (column < shape->least && code)
        shape->least = column;
    shape->closes |=
        column == p->spot.cursor_column && strchr(")]}", line.ptr[blanks]);
    shape->tabs |= blanks && line.ptr[0] == '\t';
    shape->blanks |= blanks && line.ptr[0] == ' ';
    shape->only_tabs |= blanks && line.ptr[blanks - 1] == '\t';
    if (column > 0 && column < shape->unit)
        shape->unit = column;
}

static struct shape shape_of(const struct post *p, struct str s)
{
    struct shape shape = {
        .second = SIZE_MAX, .unit = SIZE_MAX, .least = SIZE_MAX};
    struct str rest = s, line;
    struct reader r;
    if (!post_next_line(&rest, &line))
        return shape;
    size_t blanks;
    shape.lead = blank_columns(line, p->spot.tab_width, &blanks);
    shape.first = blanks < line.len ? line.ptr[blanks] : '\0';
    shape.opens = opens_block(p, line);
    reader_init(&r, p);
    reader_stays(&r, line);
    shape.goes_on = goes_on(p, line) && !reads_string(&r);
    while (post_next_line(&rest, &line))
        if (!reader_stays(&r, line))
            see_line(p, &shape, line);
    return shape;
}

/* Whether a new statement begins at the cursor for sure, so that it has to be
 * indented as the one before or one level deeper. */
static bool begins_statement(const struct spot *s)
{
    switch (s->lexis.style) {
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
    if (!s->opens || s->lexis.style != BLOCKS_BRACED || line == 0)
        return s->column;
    struct str above = text_line(t, line - 1);
    size_t column = blank_columns(above, s->tab_width, &blanks);
    return str_is(str_trim(above), "{") ? column : s->column;
}

/*
 * Whether the cursor stands where the next line begins for sure: as deep as
 * the one above, or a level deeper where that opens a bracket. What goes on
 * with the line above is deeper, and so is a block that a word opens.
 */
static bool begins_line(const struct post *p, char first, size_t unit)
{
    static const char *const heads[] = {"if", "for", "while", "else", "case"};
    const struct text *t = &p->f->doc->text;
    size_t line = text_line_at(t, p->before.len);
    struct str above = line ? text_line(t, line - 1) : STR("");
    size_t column = blank_columns(above, p->spot.tab_width, NULL);
    char last = last_code(p, above);
    above = str_trim(above);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (str_starts(above, str_from(heads[i])) && last != '{')
            return false;
    if (p->spot.lexis.style == BLOCKS_WORDED || last == '\0' ||
        strchr("=+-*/&|<>?:\\", last) || strchr("?.:&|=+-", first))
        return false;
    return p->spot.cursor_column == column + (strchr("([{", last) ? unit : 0);
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

/*
 * Columns that the first line begins with. Where the cursor stands in typed
 * indentation, many models write the line's whole indentation once more.
 */
static size_t lead_of(const struct post *p, const struct shape *shape,
                      size_t unit)
{
    const struct spot *s = &p->spot;
    size_t expected = level_of(p) + (s->opens ? unit : 0);
    if (shape->lead == 0 || s->cursor_column == 0 || !s->fresh ||
        s->cursor_column + shape->lead == expected ||
        s->cursor_column + shape->lead == column_above(p))
        return shape->lead;
    /* GNU's braces stand half a level deep, and what follows them deeper. */
    bool sure = s->lexis.style == BLOCKS_INDENTED
                    ? expected >= s->cursor_column
                    : expected == s->cursor_column;
    if (begins_statement(s) && shape->lead == expected && sure)
        return expected - s->cursor_column;
    bool too_deep =
        s->lexis.style == BLOCKS_INDENTED
            ? begins_statement(s) && s->cursor_column + shape->lead > expected
            : shape->lead == s->cursor_column &&
                  begins_line(p, shape->first, unit);
    if ((p->f->chat || too_deep) && shape->lead >= s->cursor_column)
        return shape->lead - s->cursor_column;
    return shape->lead;
}

/*
 * Columns that the later lines lack: some models write a block as if it
 * began at the left edge.
 */
static size_t shift_of(const struct post *p, const struct shape *shape,
                       size_t lead)
{
    size_t at = p->spot.cursor_column;
    if (!p->spot.fresh || at == 0 || lead > 0 || shape->gap ||
        (shape->tabs && shape->blanks) || shape->second == SIZE_MAX ||
        (shape->closes && shape->least >= at))
        return 0;
    if (shape->goes_on && shape->second < at)
        return at;
    if (shape->opens)
        return shape->second > 0 && shape->second <= at ? at : 0;
    bool dedented = p->f->chat && p->spot.opens &&
                    p->f->extent == EXTENT_BLOCK && shape->second == 0;
    return dedented ? at : 0;
}

static void append_columns(struct buf *out, size_t columns, bool tabs,
                           size_t unit)
{
    for (; tabs && columns >= unit; columns -= unit)
        buf_append_char(out, '\t');
    for (; columns > 0; columns--)
        buf_append_char(out, ' ');
}

/* How lines change: by columns, and into the buffer's kind of blanks where
 * its own lines leave no doubt. */
struct change_of_indent {
    size_t lead, shift;
    bool convert, tabs;
    size_t from, to; /* columns of a level in the text and in the buffer */
};

/*
 * Whether the text's lines are indented with what no line of the buffer has.
 * The cursor's own may have it; and tabs with blanks behind them on each line
 * are no levels: they fill up to a column, eight by eight.
 */
static bool is_foreign(const struct post *p, const struct shape *shape,
                       const struct indent *indent)
{
    struct str own = str_sub(p->line_before, 0, 1);
    if (!indent->pure || shape->tabs == shape->blanks ||
        shape->blanks != indent->tabs)
        return false;
    return shape->tabs ? shape->only_tabs && !str_is(own, "\t")
                       : !str_is(own, " ");
}

static bool find_change(const struct post *p, struct str s,
                        struct change_of_indent *c)
{
    struct indent indent = indent_around(p->f->doc, p->before.len);
    struct shape shape = shape_of(p, s);
    *c = (struct change_of_indent){
        .lead = shape.lead,
        .convert = is_foreign(p, &shape, &indent),
        .tabs = indent.tabs,
        .from = indent.unit,
        .to = indent.unit,
    };
    if (p->spot.blank) {
        c->lead = lead_of(p, &shape, indent.unit);
        if (!indent.mixed)
            c->shift = shift_of(p, &shape, c->lead);
    }
    if (c->convert && indent.tabs && shape.unit >= 2 && shape.unit <= 8)
        c->from = shape.unit;
    return c->convert || c->shift || c->lead != shape.lead;
}

static void append_line(struct buf *out, struct str line,
                        const struct change_of_indent *c, size_t width)
{
    size_t blanks, columns = blank_columns(line, width, &blanks);
    if (blanks == line.len) {
        buf_append(out, line);
    } else if (!c->convert) {
        append_columns(out, c->shift, c->tabs, c->to);
        buf_append(out, line);
    } else {
        append_columns(out, columns / c->from * c->to + c->shift, c->tabs,
                       c->to);
        append_columns(out, columns % c->from, false, c->to);
        buf_append(out, str_sub(line, blanks, line.len));
    }
}

void post_indent(struct post *p, struct buf *text)
{
    struct change_of_indent c;
    if (p->f->class == CURSOR_STRING || p->f->class == CURSOR_COMMENT ||
        !find_change(p, buf_view(text), &c))
        return;
    struct buf lines;
    buf_init(&lines, text->max);
    struct str rest = buf_view(text), end = post_line_end(p), line;
    post_next_line(&rest, &line);
    size_t blanks, lead = blank_columns(line, p->spot.tab_width, &blanks);
    if (lead != c.lead)
        append_columns(&lines, c.lead, c.tabs, c.to);
    buf_append(&lines, lead == c.lead ? line : str_sub(line, blanks, line.len));
    struct reader r;
    reader_init(&r, p);
    reader_stays(&r, line);
    while (post_next_line(&rest, &line)) {
        buf_append(&lines, end);
        if (reader_stays(&r, line))
            buf_append(&lines, line);
        else
            append_line(&lines, line, &c, p->spot.tab_width);
    }
    post_replace(text, &lines);
}
