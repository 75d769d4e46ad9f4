/* What the lines of a model's text look like. */
#include "complete/post_indent.h"
#include "context/syntax.h"

#include <string.h>

static struct scanner read_line(const struct post *p, struct str line)
{
    struct scanner x;
    scanner_init(&x);
    for (size_t at = 0; at < line.len;)
        scanner_next(&x, p->spot.lexis, line, &at, true);
    return x;
}

char line_last_code(const struct post *p, struct str line)
{
    return read_line(p, line).last;
}

bool line_starts(struct str s, const char *const *words)
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

bool line_opens_block(const struct post *p, struct str line)
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

bool line_is_head(const struct post *p, struct str line)
{
    static const char *const heads[] = {"if",   "for",  "while",
                                        "else", "case", NULL};
    char last = line_last_code(p, line);
    return line_starts(str_trim(line), heads) && last && !strchr("{};", last);
}

/* What stands at the left edge in files of the language. */
static bool defines(struct str line)
{
    static const char *const words[] = {
        "def ",  "class ", "async def ",  "@",       "import ",
        "from ", "#",      "if __name__", "export ", NULL};
    return line_starts(line, words);
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

bool line_stays(const struct post *p, const struct post_reader *r,
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
        if (line_stays(p, r, line))
            continue;
        if (blanks == line.len) {
            s->gap += s->second == SIZE_MAX;
            continue;
        }
        s->closes |=
            column == p->spot.cursor_column && strchr(")]}", line.ptr[blanks]);
        if (line_last_code(p, line) && r->x.pair < 0)
            shape_line(s, p, r->x.n_open, str_sub(line, blanks, line.len),
                       column);
    }
}

struct shape shape_of(const struct post *p, struct str text,
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
    s.opens = line_opens_block(p, line);
    s.wants = s.opens || line_is_head(p, line) || is_unfinished(p, line);
    s.goes_on = goes_on(p, line);
    post_reader_init(&r, p);
    post_reader_pass(&r, line);
    shape_lines(&s, p, c, &r, rest);
    return s;
}

struct kinds kinds_of(const struct post *p, struct str text)
{
    struct kinds k = {.step = SIZE_MAX};
    struct str rest = text, line;
    struct post_reader r;
    size_t before = 0;
    post_reader_init(&r, p);
    for (bool first = true; post_next_line(&rest, &line); first = false) {
        size_t blanks, column = blank_columns(line, 1, &blanks);
        k.edge |= !first && !line_stays(p, &r, line) && !blanks && line.len;
        if (!first && !line_stays(p, &r, line) && blanks && blanks < line.len &&
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
