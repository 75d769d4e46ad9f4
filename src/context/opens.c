#include "context/opens.h"

#include <string.h>

/* Bytes of a line, columns, and how many are never given up. */
enum { LINE_MAX = 400, LINE_LONGEST = 4096, TAB = 8, OUTER = 32 };
enum { DIRECTIVE_LINES = 200 }; /* of one, at most */

void opens_push(struct opens *o, struct open open)
{
    if (o->n == OPENS_MAX) {
        memmove(o->at + OUTER, o->at + OUTER + 1,
                (OPENS_MAX - OUTER - 1) * sizeof *o->at);
        o->n--;
    }
    o->at[o->n++] = open;
}

void opens_push_outermost(struct opens *o, struct open open)
{
    if (o->n == OPENS_MAX)
        return;
    memmove(o->at + 1, o->at, (size_t)o->n * sizeof *o->at);
    o->at[0] = open;
    o->n++;
}

bool opens_is_weak(const struct syntax *s, char bracket)
{
    return bracket == '(' || bracket == '[' || (bracket == '{' && s->indented);
}

size_t text_line_begin(struct str text, size_t at)
{
    size_t limit = at > LINE_LONGEST ? at - LINE_LONGEST : 0;
    while (at > limit && text.ptr[at - 1] != '\n')
        at--;
    return at;
}

/* Whether the line before the one that begins at `line` ends with a backslash;
 * `*end` is then where that stands. */
static bool goes_on(struct str text, size_t line, size_t *end)
{
    size_t at = line;
    at -= at > 0 && text.ptr[at - 1] == '\n';
    at -= at > 0 && text.ptr[at - 1] == '\r';
    *end = at - (at > 0);
    return at > 0 && at < line && text.ptr[at - 1] == '\\';
}

size_t text_directive_begin(const struct syntax *s, struct str text,
                            size_t line)
{
    size_t begin = line, end;
    for (int n = 0; s->directives && goes_on(text, begin, &end); n++) {
        if (n == DIRECTIVE_LINES)
            return line;
        begin = text_line_begin(text, end);
    }
    return begin;
}

bool text_first_on_line(struct str text, size_t at)
{
    size_t limit = at > LINE_LONGEST ? at - LINE_LONGEST : 0;
    while (at > limit && (text.ptr[at - 1] == ' ' || text.ptr[at - 1] == '\t'))
        at--;
    return at == 0 || text.ptr[at - 1] == '\n';
}

int text_indent(struct str text, size_t line)
{
    int column = 0;
    for (size_t i = line; i < text.len && i - line < LINE_LONGEST; i++) {
        if (text.ptr[i] == '\t')
            column = (column / TAB + 1) * TAB;
        else if (text.ptr[i] == ' ')
            column++;
        else
            return text.ptr[i] == '\n' || text.ptr[i] == '\r' ? -1 : column;
    }
    return -1;
}

/*
 * The indentation of the statement that the bracket at `at` is in: -1, not
 * known, when its line closes what another line opened.
 */
static int indent_at(struct str text, size_t at)
{
    size_t line = text_line_begin(text, at);
    if (at - line > LINE_MAX)
        return -1;
    int depth = 0;
    for (size_t i = line; i < at && depth >= 0; i++)
        depth += (text.ptr[i] == '(') - (text.ptr[i] == ')');
    return depth < 0 ? -1 : text_indent(text, line);
}

/*
 * When `found` stands on a deeper line than the closing bracket that starts
 * its own line, the one that was meant is the one on an equal line, if there
 * is one: what lies between was never closed.
 */
static int by_indent(const struct opens *o, int found, struct str text,
                     size_t closer)
{
    int wanted = indent_at(text, closer);
    int indent = indent_at(text, o->at[found].start);
    for (int i = found; indent > wanted && i >= o->base; i--)
        if (o->at[i].bracket == o->at[found].bracket &&
            indent_at(text, o->at[i].start) == wanted)
            return i;
    return found;
}

bool opens_close(struct opens *o, const struct syntax *s, struct str text,
                 size_t start, char bracket, struct open *closed)
{
    bool weak = opens_is_weak(s, bracket);
    int i = o->n - 1;
    while (i >= o->base && o->at[i].bracket != bracket) {
        if (weak && !opens_is_weak(s, o->at[i].bracket))
            return false;
        i--;
    }
    if (i < o->base)
        return false;
    if (!weak && text_first_on_line(text, start))
        i = by_indent(o, i, text, start);
    *closed = o->at[i];
    o->n = i;
    return true;
}

void opens_see_branch(struct opens *o, struct str directive)
{
    while (directive.len > 0 &&
           (directive.ptr[0] < 'a' || directive.ptr[0] > 'z'))
        directive = str_sub(directive, 1, directive.len);
    if (str_starts(directive, STR("if"))) {
        if (o->n_branches < BRANCHES_MAX)
            o->branches[o->n_branches] = o->n;
        o->n_branches++;
    } else if (str_starts(directive, STR("el"))) {
        int i = o->n_branches - 1;
        if (i >= 0 && i < BRANCHES_MAX && o->n > o->branches[i])
            o->n = o->branches[i];
    } else if (str_is(directive, "endif") && o->n_branches > 0) {
        o->n_branches--;
    }
}

bool opens_joins_loop(const struct opens *o, struct str text, size_t start)
{
    if (o->n == 0)
        return false;
    const struct open *top = &o->at[o->n - 1];
    return top->loop &&
           !memchr(text.ptr + top->start, '\n', start - top->start);
}
