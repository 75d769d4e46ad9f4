/* Indentation as the buffer has it. */
#include "complete/post_indent.h"

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
    size_t head = line_opens_block(p, first) || line_is_head(p, first);
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
        if (line_stays(p, &r, line))
            buf_append(&lines, line);
        else
            append_line(&lines, line, &c);
        post_reader_pass(&r, line);
    }
    post_replace(text, &lines);
}
