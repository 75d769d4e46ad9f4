#include "context/spot.h"

#include <string.h>

enum {
    BACK_BYTES = 8192, /* looked at before the cursor */
    BACK_LINES = 200,
    READ_MAX = 32 << 10,  /* read from the text's start, at most: 0.3 ms */
    BELOW_LINES = 50,     /* looked at behind it */
    TAB_AMONG_BLANKS = 8, /* columns: GNU's style fills up with tabs */
};

/* --- where to begin reading */

/* What closes something, directives and labels stand at the left edge
 * anywhere. */
static bool may_begin(const struct lexis *l, struct str line, size_t text)
{
    struct str s = str_trim_end(line);
    return text < s.len && !strchr(")]}#", s.ptr[text]) &&
           (l->style == BLOCKS_INDENTED || s.ptr[s.len - 1] != ':');
}

/*
 * A line without indentation begins a statement nearly always; where there
 * is none nearby, the least indented line does most likely.
 */
static size_t unindented_line(const struct lexis *l, const struct text *t,
                              size_t offset)
{
    size_t line = text_line_at(t, offset), best = line, least = SIZE_MAX;
    for (size_t i = 0; i <= line && i < BACK_LINES && least > 0; i++) {
        struct str s = text_line(t, line - i);
        if (offset - text_line_start(t, line - i) > BACK_BYTES)
            break;
        size_t bytes, column = blank_columns(s, 4, &bytes);
        if (column < least && i > 0 && may_begin(l, s, bytes)) {
            least = column;
            best = line - i;
        }
    }
    return text_line_start(t, best);
}

static bool is_quoted(const char *type)
{
    return strstr(type, "string") || strstr(type, "comment") ||
           strstr(type, "heredoc");
}

/* Whether the text reads from `at` on up to `end` without a quote or a
 * comment being open there: half-written code may mislead the grammar, and
 * some grammars take right code for wrong. */
static bool is_code_up_to(const struct lexis *l, struct str text, size_t at,
                          size_t end)
{
    struct scanner x;
    scanner_init(&x);
    text = str_sub(text, 0, end);
    while (at < end)
        scanner_next(&x, l, text, &at, true);
    return x.pair < 0;
}

/* Where the string or comment begins that byte `at` is inside of, as the text
 * reads from its first byte; else `at`. */
static size_t read_to(const struct lexis *l, struct str text, size_t at)
{
    size_t start = at;
    struct scanner x;
    scanner_init(&x);
    for (size_t i = 0; i < at;) {
        size_t before = i;
        bool inside = scanner_in_lines(&x, l);
        scanner_next(&x, l, text, &i, true);
        if (!inside)
            start = before;
    }
    return scanner_in_lines(&x, l) ? start : at;
}

/* The text of a here-document may have a node of its own, which begins on the
 * line behind its mark. */
static size_t quote_start(TSNode node)
{
    size_t start = ts_node_start_byte(node);
    bool behind = strstr(ts_node_type(node), "heredoc_body");
    return behind && start > 0 ? start - 1 : start;
}

/* The same, as the tree has it. */
static size_t quote_around(TSNode node, size_t at)
{
    size_t out = at;
    node = ts_node_descendant_for_byte_range(node, (uint32_t)at, (uint32_t)at);
    for (; !ts_node_is_null(node); node = ts_node_parent(node))
        if (is_quoted(ts_node_type(node)) && quote_start(node) < out)
            out = quote_start(node);
    return out;
}

/*
 * `at`, or where the string or comment begins that it is inside of. Of one
 * that is not closed the tree has made other things, but the text tells,
 * unless it is another language's in part.
 */
static size_t outside_quotes(const struct lexis *l, const struct document *doc,
                             size_t at)
{
    const struct text *t = &doc->text;
    TSNode root = tree_root(&doc->tree);
    if (ts_node_is_null(root) || at >= text_len(t))
        return at;
    size_t out = quote_around(root, at);
    size_t line = text_line_start(t, text_line_at(t, out));
    if (!is_code_up_to(l, text_view(t), line, out))
        out = at;
    if (ts_node_has_error(root) && !l->mixed && at <= READ_MAX) {
        size_t read = read_to(l, text_view(t), at);
        out = read < out ? read : out;
    }
    return at - out <= BACK_BYTES ? out : at;
}

/* Where a statement near `offset` begins, outside of what is no code: what
 * stands at the left edge may be the text of a here-document. */
static size_t begin_near(const struct lexis *l, const struct document *doc,
                         size_t offset)
{
    enum { TRIES = 4 };
    const struct text *t = &doc->text;
    size_t at = unindented_line(l, t, offset);
    for (int i = 0; i < TRIES; i++) {
        size_t out = outside_quotes(l, doc, at);
        if (out == at)
            return at;
        size_t line = text_line_at(t, out), blanks;
        struct str s = text_line(t, line);
        if (i + 1 == TRIES)
            return out;
        at = blank_columns(s, 4, &blanks) == 0 && may_begin(l, s, blanks)
                 ? text_line_start(t, line)
                 : unindented_line(l, t, out);
    }
    return at;
}

/* --- the statement */

/* `line` begins with what can only continue the line before. */
static bool leads_on(struct str line)
{
    static const char *const leading[] = {".",  "?",  "&&", "||", "|>",
                                          "+ ", ": ", "= ", "<<"};
    for (size_t i = 0; i < sizeof leading / sizeof *leading; i++)
        if (str_starts(line, str_from(leading[i])))
            return true;
    return false;
}

/* The code so far ends with an operator that wants an operand. */
static bool operand_missing(const struct scanner *x)
{
    if (x->last == '+')
        return x->before_last != '+';
    return x->last == '=' || x->last == '&' || x->last == '|';
}

bool spot_goes_on(const struct lexis *l, const struct scanner *x,
                  struct str line, size_t column, size_t base)
{
    if (l->style == BLOCKS_INDENTED)
        return false;
    if (leads_on(line))
        return true;
    if (x->last == '\0' || strchr(";{:", x->last))
        return false;
    if (column == base && lexis_is_middle(l, line))
        return true;
    if (x->last == '}')
        return false;
    return operand_missing(x) || column > base ||
           (column == base && str_starts(line, STR("{")));
}

/* A bracket or a backslash says that the next line belongs to this one. */
static bool is_open(const struct spot *s, const struct scanner *x)
{
    if (x->last == '\\')
        return true;
    if (s->lexis->style == BLOCKS_INDENTED)
        return x->n_open > s->floor;
    return scanner_innermost(x) == '(' || scanner_innermost(x) == '[' ||
           scanner_in_string(x);
}

/* Whether `line` belongs to the statement of the lines before it. */
static bool belongs(const struct spot *s, const struct scanner *x,
                    struct str line, size_t column)
{
    if (is_open(s, x))
        return true;
    if (!spot_goes_on(s->lexis, x, line, column, s->column))
        return false;
    /* Where words close blocks, nothing but the indentation tells a body
     * from a line that goes on. */
    return s->lexis->style != BLOCKS_WORDED || column <= s->column ||
           leads_on(line) || operand_missing(x) || x->last == ',';
}

static struct str line_at(struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && text.ptr[end] != '\n' && text.ptr[end] != '\r')
        end++;
    return str_sub(text, at, end);
}

static bool opens_indented(const struct spot *s, const struct scanner *x)
{
    return s->lexis->style == BLOCKS_INDENTED && x->last == ':' &&
           x->n_open == s->floor;
}

/* The lexer is at the first code of a line, `event`, at byte `at`. */
static bool begin_line(struct spot *s, struct str text, size_t at,
                       enum lex_event event)
{
    size_t start = at;
    while (start > 0 &&
           (text.ptr[start - 1] == ' ' || text.ptr[start - 1] == '\t'))
        start--;
    struct str blanks = str_sub(text, start, at);
    size_t column = blank_columns(blanks, s->tab_width, NULL);
    if (event == LEX_STRING && opens_indented(s, &s->scanner))
        return true;
    if (!belongs(s, &s->scanner, line_at(text, at), column)) {
        s->statement = at;
        s->column = column;
        s->floor = s->scanner.n_open;
    }
    return false;
}

/*
 * What stands before the bars that the line up to `at` ends with, as Ruby's
 * "do |a, b|" has them: they hold parameters. NUL where they are operators.
 */
static char before_bars(struct str text, size_t at)
{
    struct str line = str_sub(text, 0, at);
    size_t start = str_rfind_char(line, '\n');
    line = str_trim_end(str_sub(line, start == STR_NONE ? 0 : start, at));
    if (!str_ends(line, STR("|")))
        return '\0';
    size_t open = str_rfind_char(str_sub(line, 0, line.len - 1), '|');
    struct str head = str_trim_end(str_sub(line, 0, open));
    bool opens = open != STR_NONE &&
                 (str_ends(head, STR(" do")) || str_ends(head, STR("{")));
    return opens ? head.ptr[head.len - 1] : '\0';
}

/* What the line that ends at `at` ends with, for the next one. */
static void end_line(struct scanner *x, struct str text, size_t at, bool doc)
{
    char opener = x->last == '|' ? before_bars(text, at) : '\0';
    if (doc)
        x->last = ':';
    else if (opener)
        x->last = opener;
}

/*
 * Read [start, offset). A doc string does not count as the first statement
 * of its block: whoever writes one wants the body next.
 */
static void read_code(struct spot *s, struct str text, size_t start)
{
    bool blank = true, doc = false;
    struct scanner was;
    for (size_t at = start; at < text.len;) {
        size_t before = at;
        if (blank)
            was = s->scanner;
        enum lex_event event =
            scanner_next(&s->scanner, s->lexis, text, &at, true);
        if (event == LEX_OPEN)
            s->opener = before;
        if (event == LEX_NEWLINE && s->scanner.pair < 0) {
            end_line(&s->scanner, text, before, doc);
            blank = true;
            doc = false;
        } else if (blank && event >= LEX_CODE && event != LEX_COMMENT) {
            struct scanner now = s->scanner;
            s->scanner = was;
            doc = begin_line(s, text, before, event);
            s->scanner = now;
            blank = false;
        }
        if (s->scanner.n_open < s->floor)
            s->floor = s->scanner.n_open;
    }
}

static bool opens(const struct spot *s)
{
    switch (s->lexis->style) {
    case BLOCKS_INDENTED:
        return opens_indented(s, &s->scanner);
    case BLOCKS_BRACED:
        return scanner_innermost(&s->scanner) == '{' &&
               s->scanner.last == '{' && !scanner_in_string(&s->scanner);
    case BLOCKS_WORDED:
        return s->fresh && s->cursor_column > s->column;
    }
    return false;
}

void spot_find(struct spot *s, const struct document *doc, size_t offset)
{
    *s = (struct spot){0};
    s->lexis = lexis_for(doc->language);
    scanner_init(&s->scanner);
    struct indent indent = indent_around(doc, offset);
    s->tab_width = indent.mixed ? TAB_AMONG_BLANKS : indent.unit;
    struct str text = str_sub(text_view(&doc->text), 0, offset);
    size_t start = begin_near(s->lexis, doc, offset);
    s->statement = s->start = start;
    read_code(s, text, start < offset ? start : offset);
    s->scanner.at_cursor = true;

    struct str line = text_line_prefix(&doc->text, offset);
    size_t blanks;
    s->cursor_column = blank_columns(line, s->tab_width, &blanks);
    s->blank = blanks == line.len;
    s->fresh = s->blank && s->scanner.pair < 0 &&
               !belongs(s, &s->scanner, STR(""), s->cursor_column);
    s->opens = s->scanner.pair < 0 && opens(s);
}

const struct spot *spot_known(const struct spot *known, struct spot *room,
                              const struct document *doc, size_t offset)
{
    if (known)
        return known;
    spot_find(room, doc, offset);
    return room;
}

struct below spot_below(const struct spot *s, const struct document *doc,
                        size_t offset)
{
    const struct text *t = &doc->text;
    size_t line = text_line_at(t, offset);
    for (size_t i = 1; i <= BELOW_LINES && line + i < t->n_lines; i++) {
        struct str text = text_line(t, line + i);
        size_t blanks, column = blank_columns(text, s->tab_width, &blanks);
        if (blanks < text.len)
            return (struct below){str_sub(text, blanks, text.len), column};
    }
    return (struct below){0};
}
