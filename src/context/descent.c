#include "context/descent.h"
#include "context/walk.h"

#include <string.h>

/*
 * Nodes of one way down; how many bytes back a node's children are looked at,
 * in an error and elsewhere; and lines, when the indentation has to do.
 */
enum {
    VISITS_MAX = 2000,
    ERROR_REACH = 4096,
    REACH = 16384,
    DEPTH_MAX = 200,
    LINES_MAX = 4000,
    HEAD_LINES = 8, /* of one, below its first */
    WORD_MAX = 12,
};

struct descent {
    struct opens *opens;
    const struct syntax *syntax;
    struct str text;
    size_t to;
    int visits;
    size_t skipped; /* up to here an error's children were not looked at */
};

static void see_word(struct descent *d, size_t start, size_t end)
{
    struct str word = str_sub(d->text, start, end);
    bool member = start > 0 && d->text.ptr[start - 1] == '.';
    if (member || (end < d->text.len && d->text.ptr[end] == ':'))
        return;
    uint32_t words = syntax_word(d->syntax, word);
    struct open closed;
    bool first = text_first_on_line(d->text, start);
    if (words & WORD_CLOSE) {
        opens_close(d->opens, d->syntax, d->text, start, 'w', &closed);
        return;
    }
    bool opens =
        (words & WORD_OPEN) || ((words & WORD_OPEN_FIRST) && first) ||
        ((words & WORD_DO) && !opens_joins_loop(d->opens, d->text, start));
    if (opens)
        opens_push(d->opens,
                   (struct open){start, -1, 'w', (words & WORD_LOOP) != 0});
}

static char opener_of(char closer)
{
    return closer == ')' ? '(' : closer == ']' ? '[' : '{';
}

static void see_leaf(struct descent *d, TSNode n, size_t end)
{
    size_t start = ts_node_start_byte(n);
    char c = syntax_bracket(d->syntax, ts_node_symbol(n));
    struct open closed;
    if (end == start || end > d->text.len)
        return;
    if (c == '(' || c == '[' || c == '{')
        opens_push(d->opens, (struct open){end - 1, -1, c, false});
    else if (c)
        opens_close(d->opens, d->syntax, d->text, start, opener_of(c), &closed);
    else if (d->syntax->directives && d->text.ptr[start] == '#')
        opens_see_branch(d->opens, str_sub(d->text, start, end));
    else if (d->syntax->worded && end - start <= WORD_MAX)
        see_word(d, start, end);
}

/* Strings are not, because code may be in them. */
static bool is_opaque(const struct descent *d, TSNode n)
{
    enum node_role role = syntax_role(d->syntax, ts_node_symbol(n));
    if (role == NODE_STRING)
        return ts_node_child_count(n) == 0;
    return role != NODE_PLAIN && role != NODE_CODE;
}

/*
 * Behind the first children of `parent`, which hold what opens it, go straight
 * to those near the end. In an error the brackets that open may be anywhere,
 * so there is nothing to lose by beginning near the end.
 */
static void leap(struct descent *d, TSTreeCursor *c, TSNode parent)
{
    size_t reach = walk_is_error(parent) ? ERROR_REACH : REACH;
    size_t near = d->to > reach ? d->to - reach : 0;
    if (ts_node_end_byte(ts_tree_cursor_current_node(c)) >= near)
        return;
    ts_tree_cursor_goto_parent(c);
    walk_to_child(c, near);
    if (walk_is_error(parent))
        d->skipped = near;
}

/* Whether what is in front of the place may leave brackets open. */
static bool is_broken(const struct descent *d, TSNode n, size_t end)
{
    return ts_node_has_error(n) && end + ERROR_REACH > d->to;
}

static void descend(struct descent *d, TSTreeCursor *c, int depth)
{
    TSNode parent = ts_tree_cursor_current_node(c);
    if (depth == DEPTH_MAX || !ts_tree_cursor_goto_first_child(c))
        return;
    int leap_at = walk_is_error(parent) ? 1 : 4;
    for (int seen = 1;; seen++) {
        if (seen == leap_at)
            leap(d, c, parent);
        TSNode n = ts_tree_cursor_current_node(c);
        size_t end = ts_node_end_byte(n);
        if (ts_node_start_byte(n) >= d->to || ++d->visits > VISITS_MAX)
            break;
        bool around = end > d->to;
        if (ts_node_child_count(n) == 0) {
            if (!around && !is_opaque(d, n))
                see_leaf(d, n, end);
        } else if ((around || is_broken(d, n, end)) && !is_opaque(d, n)) {
            descend(d, c, depth + 1);
        }
        if (around || !ts_tree_cursor_goto_next_sibling(c))
            break;
    }
    ts_tree_cursor_goto_parent(c);
}

/* --- where the tree was not asked, by indentation */

/* Behind the quoted text at `i`, or behind what is left of the line. */
static size_t skip_quoted(struct str line, size_t i)
{
    size_t end = str_find_char(str_sub(line, i + 1, line.len), line.ptr[i]);
    return end == STR_NONE ? line.len : i + end + 2;
}

/* A line without the comment at its end; blanks are in front of that. */
static struct str without_comment(const struct syntax *s, struct str line)
{
    for (size_t i = 1; i < line.len; i++)
        for (size_t k = 0; k < s->n_line_comments && line.ptr[i - 1] == ' ';
             k++)
            if (str_starts(str_sub(line, i, line.len), s->line_comments[k]))
                return str_trim_end(str_sub(line, 0, i));
    return line;
}

/* Add the words that `line` leaves open, outermost first. */
static void words_open(const struct syntax *s, struct str text, struct str line,
                       struct opens *o)
{
    struct descent d = {.opens = o, .syntax = s, .text = text};
    size_t start = (size_t)(line.ptr - text.ptr);
    for (size_t i = 0; i < line.len;) {
        size_t n = i;
        while (n < line.len && s->word_char[(unsigned char)line.ptr[n]])
            n++;
        if (n > i)
            see_word(&d, start + i, start + n);
        else
            n = strchr("\"'`", line.ptr[i]) ? skip_quoted(line, i) : i + 1;
        i = n;
    }
}

/* Add what `line` leaves open for the deeper ones below it, around the rest. */
static bool line_opens(struct opens *o, const struct syntax *s, struct str text,
                       struct str line)
{
    struct opens words = {.n = 0};
    line = without_comment(s, line);
    bool brace = str_ends(line, STR("{"));
    size_t last = (size_t)(line.ptr - text.ptr) + line.len - 1;
    if (brace)
        opens_push_outermost(o, (struct open){last, -1, '{', false});
    if (s->worded)
        words_open(s, text, line, &words);
    for (int i = words.n; i-- > 0;)
        opens_push_outermost(o, words.at[i]);
    return brace || words.n > 0;
}

/* Whether `line` begins with what closes a block. */
static bool line_closes(const struct syntax *s, struct str line)
{
    size_t n = 0;
    while (n < line.len && s->word_char[(unsigned char)line.ptr[n]])
        n++;
    return str_starts(line, STR("}")) ||
           (s->worded && (syntax_word(s, str_sub(line, 0, n)) & WORD_CLOSE));
}

/*
 * "class A extends B" with "    implements C {" below it: the rest of a head
 * stands deeper than what it heads, which `indent` is the column of. `end` is
 * where the head's first line ends, `own` its column.
 */
static bool head_opens(struct opens *o, const struct syntax *s, struct str text,
                       size_t end, int own, int indent)
{
    for (int n = 0; n < HEAD_LINES && end < text.len && !s->worded; n++) {
        size_t line = end + 1;
        size_t to = str_find_char(str_sub(text, line, text.len), '\n');
        if (to == STR_NONE || text_indent(text, line) <= own)
            return false;
        end = line + to;
        struct str code =
            without_comment(s, str_trim(str_sub(text, line, end)));
        if (str_ends(code, STR("{")))
            return text_indent(text, line) > indent &&
                   line_opens(o, s, text, code);
        if (str_ends(code, STR(";")) || str_ends(code, STR("}")))
            return false;
    }
    return false;
}

/* The line that the outermost of `o` is on, or the first with text from the
 * one of `at` on. */
static size_t line_to_leave(const struct opens *o, struct str text, size_t at)
{
    size_t line = text_line_begin(text, o->n > 0 ? o->at[0].start : at);
    for (int n = 0; o->n == 0 && text_indent(text, line) < 0 && n < 20; n++) {
        size_t end = str_find_char(str_sub(text, line, text.len), '\n');
        if (end == STR_NONE)
            break;
        line += end + 1;
    }
    return line;
}

/*
 * Go up from byte `at` by lines that are indented less and less and leave
 * something open. Lines that are indented less and do not (labels,
 * directives, text in comments) say nothing, unless they close a block.
 */
static void opens_by_indent(struct opens *o, const struct syntax *s,
                            struct str text, size_t at)
{
    size_t line = line_to_leave(o, text, at);
    int indent = text_indent(text, line);
    for (int n = 0; indent > 0 && line > 0 && n < LINES_MAX; n++) {
        size_t end = line - 1;
        line = text_line_begin(text, end);
        int own = text_indent(text, line);
        if (own < 0 || own >= indent)
            continue;
        struct str code = str_trim(str_sub(text, line, end));
        bool opens = line_opens(o, s, text, code) ||
                     head_opens(o, s, text, end, own, indent);
        if (!opens && !line_closes(s, code))
            continue;
        indent = own;
    }
}

void descent_find(struct opens *o, const struct syntax *syntax, TSNode root,
                  struct str text, size_t to)
{
    *o = (struct opens){.n = 0};
    if (ts_node_is_null(root) || to == 0)
        return;
    struct descent d = {o, syntax, text, to, 0, 0};
    TSTreeCursor c = ts_tree_cursor_new(root);
    descend(&d, &c, 0);
    ts_tree_cursor_delete(&c);
    bool lost = o->n == 0 && ts_node_has_error(root);
    if ((d.skipped > 0 || lost) && !syntax->indented)
        opens_by_indent(o, syntax, text, to);
}
