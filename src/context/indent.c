/* How lines are indented: half of context/spot.h. */
#include "context/spot.h"

enum {
    LINES_AROUND = 200, /* looked at on either side */
    UNIT_MAX = 8,
    UNIT_DEFAULT = 4,
};

size_t blank_columns(struct str line, size_t tab_width, size_t *bytes)
{
    size_t column = 0, i = 0;
    for (; i < line.len; i++) {
        if (line.ptr[i] == '\t')
            column += tab_width - column % tab_width;
        else if (line.ptr[i] == ' ')
            column++;
        else
            break;
    }
    if (bytes)
        *bytes = i;
    return column;
}

/* What the lines show: how many begin with a tab, and by how many blanks
 * one is indented deeper than the line before. */
struct votes {
    size_t tabs, blanks;
    size_t steps[UNIT_MAX + 1];
    size_t before; /* blanks of the line before */
};

static void vote(struct votes *v, struct str line)
{
    if (line.len == 0)
        return;
    if (line.ptr[0] == '\t') {
        v->tabs++;
        return;
    }
    size_t bytes, blanks = blank_columns(line, UNIT_DEFAULT, &bytes);
    if (bytes == line.len || (blanks && line.ptr[bytes] == '*'))
        return; /* " * " goes on with a comment, whatever the others do */
    v->blanks += blanks > 0;
    if (blanks > v->before + 1 && blanks - v->before <= UNIT_MAX)
        v->steps[blanks - v->before]++;
    v->before = blanks;
}

struct indent indent_around(const struct document *doc, size_t offset)
{
    const struct text *t = &doc->text;
    size_t line = text_line_at(t, offset);
    size_t from = line > LINES_AROUND ? line - LINES_AROUND : 0;
    struct votes v = {0};
    for (size_t i = from; i < t->n_lines && i <= line + LINES_AROUND; i++)
        vote(&v, text_line(t, i));
    struct indent indent = {
        .tabs = v.tabs > v.blanks,
        .pure = (v.blanks == 0) != (v.tabs == 0),
        .mixed = v.blanks && v.tabs,
        .unit = UNIT_DEFAULT,
    };
    size_t best = 0;
    for (size_t unit = 2; unit <= UNIT_MAX && !indent.tabs; unit++) {
        if (v.steps[unit] > best) {
            best = v.steps[unit];
            indent.unit = unit;
        }
    }
    return indent;
}
