#include "context/enclosing.h"

/* Lines that are looked at, and headers that a place can be under. */
enum {
    LINES_MAX = 20000,
    STRINGS_MAX = 40,
    HEADER_TOKENS = 4,
    INDENT_MAX = 4096, /* bytes */
};

struct climb {
    const struct tokens *t;
    const struct text *text;
    TSNode root;
    int strings; /* lookups in the tree that are left */
};

/* Columns before the first text of a line, a tab going to the next multiple
 * of eight (Python, "Indentation"); -1 for a line without text. */
static int indent_of(struct str line)
{
    int column = 0;
    for (size_t i = 0; i < line.len && i < INDENT_MAX; i++) {
        if (line.ptr[i] == '\t')
            column = (column / 8 + 1) * 8;
        else if (line.ptr[i] == ' ')
            column++;
        else
            return column;
    }
    return -1;
}

/* The line that the string or comment around byte `at` begins on. */
static bool in_string(struct climb *c, size_t at, size_t *line)
{
    struct span s;
    if (c->strings-- <= 0 ||
        !span_around(c->t->syntax, c->root, text_view(c->text), at, &s))
        return false;
    *line = text_line_at(c->text, s.start);
    return true;
}

static bool is_comment(const struct syntax *s, struct str line)
{
    for (size_t i = 0; i < s->n_line_comments; i++)
        if (str_starts(line, s->line_comments[i]))
            return true;
    return false;
}

static struct str next_word(const struct syntax *s, struct str *rest)
{
    *rest = str_trim(*rest);
    size_t n = 0;
    while (n < rest->len && s->word_char[(unsigned char)rest->ptr[n]])
        n++;
    struct str word = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->len);
    return word;
}

/* Haskell's "add x y = …", or at the left margin a line that its guards
 * follow. */
static bool is_bare_head(const struct syntax *s, struct str line, bool margin)
{
    struct str rest = line;
    uint32_t words = syntax_word(s, next_word(s, &rest));
    return s->bare_lines && !(words & (WORD_CONTROL | WORD_IMPORT)) &&
           (margin || str_find(line, STR(" =")) != STR_NONE);
}

/* What a header line opens, by its first words. */
static enum role role_of_line(const struct syntax *s, struct str line,
                              bool margin)
{
    struct str whole = line;
    for (int i = 0; i < HEADER_TOKENS; i++) {
        uint32_t words = syntax_word(s, next_word(s, &line));
        if (words & WORD_FUNCTION)
            return ROLE_BODY;
        if (words & WORD_CLASS)
            return ROLE_CLASS;
        if (!(words & WORD_MODIFIER))
            break;
    }
    return is_bare_head(s, whole, margin) ? ROLE_BODY : ROLE_BLOCK;
}

/* They are met from the inside outwards, and put down like that. */
static void enter(struct enclosing *e, enum role role, size_t head)
{
    if (role == ROLE_BLOCK)
        return;
    if (e->around == ROLE_UNKNOWN)
        e->around = role;
    e->depth++;
    if (e->n < AROUND_MAX)
        e->at[e->n++] = (struct around){head, head, role == ROLE_BODY, ':'};
}

static void turn_round(struct enclosing *e)
{
    for (int i = 0, k = e->n - 1; i < k; i++, k--) {
        struct around a = e->at[i];
        e->at[i] = e->at[k];
        e->at[k] = a;
    }
}

/* Without what may follow a header's colon. */
static struct str without_comment(const struct syntax *s, struct str line)
{
    for (size_t i = 0; i < s->n_line_comments; i++) {
        size_t at = str_find(line, s->line_comments[i]);
        if (at != STR_NONE)
            line = str_sub(line, 0, at);
    }
    return str_trim(line);
}

/* The nearest line above `line` that has text, or STR_NONE. */
static size_t line_above(struct climb *c, size_t line)
{
    for (size_t n = 0; line-- > 0 && n < LINES_MAX; n++) {
        struct str s = str_trim(text_line(c->text, line));
        if (s.len > 0 && !is_comment(c->t->syntax, s))
            return line;
    }
    return STR_NONE;
}

/* The indentation of the next line with text behind `line`, or -1. */
static int indent_below(const struct climb *c, size_t line)
{
    for (size_t i = line + 1; i < c->text->n_lines && i < line + 50; i++) {
        int indent = indent_of(text_line(c->text, i));
        if (indent >= 0)
            return indent;
    }
    return -1;
}

/*
 * How deep an empty line counts: as the cursor's column, but under a header
 * that has no block yet it is in that block, and between two lines it is at
 * least as deep as the line below, whose block must have begun above.
 */
static int indent_of_empty(struct climb *c, size_t line, size_t cursor)
{
    int indent = (int)(cursor - text_line_start(c->text, line));
    struct str prefix = text_line_prefix(c->text, cursor);
    if (str_find_char(prefix, '\t') != STR_NONE)
        indent = (int)prefix.len * 8;
    int below = indent_below(c, line);
    if (below > indent)
        indent = below;
    size_t above = line_above(c, line);
    if (above == STR_NONE)
        return indent;
    struct str header = text_line(c->text, above);
    int own = indent_of(header);
    header = without_comment(c->t->syntax, header);
    bool opens = str_ends(header, STR(":"));
    return opens && indent <= own ? own + 1 : indent;
}

struct enclosing enclosing_by_indent(const struct tokens *t,
                                     const struct text *text, TSNode root,
                                     size_t statement, size_t floor)
{
    struct climb c = {t, text, root, STRINGS_MAX};
    struct enclosing e = {.around = ROLE_UNKNOWN};
    size_t line = text_line_at(text, statement);
    int indent = indent_of(text_line(text, line));
    if (indent < 0)
        indent = indent_of_empty(&c, line, t->cursor);
    for (size_t n = 0; indent > 0 && line > 0 && n < LINES_MAX; n++) {
        struct str s = text_line(text, --line);
        int own = indent_of(s);
        if (own < 0 || own >= indent || is_comment(t->syntax, str_trim(s)))
            continue;
        size_t at = text_line_start(text, line);
        if (at < floor)
            break;
        if (in_string(&c, at, &line)) {
            line++;
            continue;
        }
        /* A line like "):" ends the header that it is level with. */
        struct str code = str_trim(s);
        bool closes =
            code.ptr[0] == ')' || code.ptr[0] == ']' || code.ptr[0] == '}';
        indent = closes ? own + 1 : own;
        enter(&e, role_of_line(t->syntax, code, own == 0),
              (size_t)(code.ptr - text_view(text).ptr));
    }
    turn_round(&e);
    return e;
}

void enclosing_append(struct enclosing *e, const struct enclosing *inner)
{
    for (int i = 0; i < inner->n && e->n < AROUND_MAX; i++)
        e->at[e->n++] = inner->at[i];
    e->depth += inner->depth;
    if (inner->around != ROLE_UNKNOWN)
        e->around = inner->around;
}
