#include "context/classify.h"
#include "context/declarator.h"
#include "context/descent.h"
#include "context/enclosing.h"
#include "context/plain.h"
#include "context/walk.h"

#include <string.h>

/*
 * How much is read in front of the cursor, behind it, and at most when a
 * bracket or a string that is open began further up; and how far up a comment
 * or string may begin that nothing closes.
 */
enum {
    LINES_BACK = 30,
    BYTES_BACK = 1500,
    AHEAD = 300,
    MARGIN = 200,
    FURTHEST = 8192,
    UNCLOSED_BACK = 64 << 10
};

struct place {
    const struct document *doc;
    const struct syntax *syntax;
    struct str text;
    TSNode root;
    size_t offset;
    bool spans; /* the window begins inside of a span */
    struct tokens tokens, scratch;
    struct opens opens;
};

static size_t line_start(const struct place *p, size_t at)
{
    size_t start =
        text_line_start(&p->doc->text, text_line_at(&p->doc->text, at));
    return at - start > FURTHEST ? at : start;
}

static size_t window_start(const struct place *p)
{
    const struct text *t = &p->doc->text;
    size_t line = text_line_at(t, p->offset);
    size_t far = line > LINES_BACK ? line - LINES_BACK : 0;
    size_t start = text_line_start(t, far);
    if (p->offset - start > BYTES_BACK)
        start = line_start(p, p->offset - BYTES_BACK);
    return text_directive_begin(p->syntax, p->text, start);
}

static size_t window_end(const struct place *p)
{
    size_t line = text_line_at(&p->doc->text, p->offset) + 2;
    size_t end = line < p->doc->text.n_lines
                     ? text_line_end(&p->doc->text, line)
                     : p->text.len;
    return end - p->offset > AHEAD ? p->offset + AHEAD : end;
}

/*
 * Whether nothing ever closes what opens at `at`: the tree has then made
 * tokens of it, and of what is behind it, and an error around them.
 */
static bool is_unclosed(const struct place *p, size_t at)
{
    struct spans around;
    spans_collect(&around, p->syntax, p->root, p->text, at, at + 1, at + 1);
    if (around.n > 0)
        return false;
    TSNode leaf = ts_node_descendant_for_byte_range(p->root, (uint32_t)at,
                                                    (uint32_t)at + 1);
    TSNode parent = ts_node_parent(leaf);
    return ts_node_is_null(parent) ||
           syntax_role(p->syntax, ts_node_symbol(parent)) != NODE_STRING;
}

/* The last `open` in front of `from` that nothing closes, or STR_NONE. */
static size_t unclosed(const struct place *p, struct str open, struct str close,
                       size_t from)
{
    size_t start = from > UNCLOSED_BACK ? from - UNCLOSED_BACK : 0;
    size_t at = str_rfind(str_sub(p->text, start, from), open);
    if (at == STR_NONE)
        return STR_NONE;
    at += start;
    struct str behind = str_sub(p->text, at + open.len, from);
    if (!str_eq(open, close) && str_find(behind, close) != STR_NONE)
        return STR_NONE;
    return is_unclosed(p, at) ? at : STR_NONE;
}

/* The same of comments that hold comments. */
static size_t unclosed_nested(const struct place *p, struct str open,
                              struct str close, size_t from)
{
    size_t start = from > UNCLOSED_BACK ? from - UNCLOSED_BACK : 0;
    size_t closed = 0;
    for (size_t at = from; at-- > start;) {
        struct str rest = str_sub(p->text, at, from);
        if (str_starts(rest, close))
            closed++;
        else if (str_starts(rest, open) && closed-- == 0)
            return is_unclosed(p, at) ? at : STR_NONE;
    }
    return STR_NONE;
}

/* A string's start is not enough: what is before it may make it a doc
 * string, or an import. */
static size_t in_front_of(const struct place *p, size_t at)
{
    return line_start(p, at > MARGIN ? at - MARGIN : 0);
}

/* A string of more than FURTHEST bytes is left to the spans. */
static size_t outside_span(struct place *p, size_t from)
{
    struct span around;
    for (int i = 0; i < 3; i++) {
        p->spans = span_around(p->syntax, p->root, p->text, from, &around);
        if (!p->spans || around.role == NODE_TEXT ||
            p->offset - around.start > FURTHEST)
            return from;
        from = i < 2 ? in_front_of(p, around.start) : around.start;
    }
    return from;
}

/* Move the window's start out of strings and comments. */
static size_t outside_quotes(struct place *p, size_t from)
{
    const struct syntax *s = p->syntax;
    from = outside_span(p, from);
    if (ts_node_is_null(p->root) || !ts_node_has_error(p->root))
        return from;
    size_t first = from;
    for (size_t i = 0; i < s->n_block_comments; i++) {
        const struct str *pair = s->block_comments[i];
        size_t at = s->nested_comments
                        ? unclosed_nested(p, pair[0], pair[1], from)
                        : unclosed(p, pair[0], pair[1], from);
        first = at < first ? at : first;
    }
    for (size_t i = 0; i < s->n_quotes; i++) {
        const struct quote *q = &s->quotes[i];
        if (!q->lines || q->prefix.len > 0 || q->delimiters.set.len > 0)
            continue;
        size_t at = unclosed(p, q->open, q->close, from);
        first = at < first ? at : first;
    }
    return first == from ? from : in_front_of(p, first);
}

/* A statement may have begun with a bracket that is further up. */
static size_t outside_brackets(struct place *p, size_t from)
{
    for (int i = 0; i < p->opens.n; i++) {
        const struct open *o = &p->opens.at[i];
        bool goes_on =
            o->bracket == '(' || o->bracket == '[' || p->syntax->indented;
        if (goes_on && o->start < from && from - o->start < FURTHEST)
            return line_start(p, o->start);
    }
    return from;
}

static void read_tokens(struct place *p)
{
    size_t from = outside_quotes(p, window_start(p));
    descent_find(&p->opens, p->syntax, p->root, p->text, from);
    size_t further = outside_brackets(p, from);
    if (further < from) {
        from = further;
        descent_find(&p->opens, p->syntax, p->root, p->text, from);
    }
    size_t to = window_end(p);
    struct spans spans;
    bool needed = p->syntax->spans || p->spans;
    if (needed)
        spans_collect(&spans, p->syntax, p->root, p->text, from, to, p->offset);
    tokens_read(&p->tokens, p->syntax, p->text, needed ? &spans : NULL, from,
                to, p->offset);
    brackets_match(&p->opens, &p->tokens);
}

/* Whether there are only comments and blanks in front of the window. */
static bool starts_text(const struct tokens *t)
{
    if (t->from > FURTHEST)
        return false;
    struct str rest = str_sub(t->text, 0, t->from), line;
    while (str_cut(&rest, '\n', &line)) {
        line = str_trim(line);
        bool comment = false;
        for (size_t i = 0; i < t->syntax->n_line_comments; i++)
            comment |= str_starts(line, t->syntax->line_comments[i]);
        if (line.len > 0 && !comment)
            return false;
    }
    return true;
}

/* A block's first string, and what follows "@doc". */
static bool is_doc_string(const struct tokens *t, int first)
{
    int string = t->cut - 1;
    if (token_has(t, string - 1, WORD_DOC) && token_is(t, string - 2, "@"))
        return true;
    if (!t->syntax->doc_strings || first != string)
        return false;
    if (string == 0)
        return starts_text(t);
    int up = t->at[string].up;
    int head = statement_first(t, string - 1, false, &up);
    head = declarator_skip_modifiers(t, head, string);
    return token_is(t, string - 1, ":") &&
           token_has(t, head, WORD_FUNCTION | WORD_CLASS);
}

static enum cursor_class class_of(const struct tokens *t,
                                  const struct judgement *j, enum role around)
{
    if (t->quoted == QUOTED_COMMENT)
        return CURSOR_COMMENT;
    if (j->subject == SUBJECT_IMPORT)
        return CURSOR_IMPORT;
    if (t->quoted == QUOTED_STRING)
        return is_doc_string(t, j->first) ? CURSOR_COMMENT : CURSOR_STRING;
    switch (j->subject) {
    case SUBJECT_FUNCTION:
        return CURSOR_FUNCTION;
    case SUBJECT_CLASS:
        return CURSOR_CLASS;
    case SUBJECT_FUNCTION_BODY:
        return CURSOR_BODY;
    case SUBJECT_CLASS_BODY:
        return CURSOR_CLASS_BODY;
    default:
        return around == ROLE_BODY                           ? CURSOR_BODY
               : around == ROLE_CLASS || around == ROLE_ENUM ? CURSOR_CLASS_BODY
                                                             : CURSOR_TOP_LEVEL;
    }
}

static size_t statement_start(const struct tokens *t, int first)
{
    if (t->quoted == QUOTED_COMMENT)
        return t->quoted_start;
    return first < t->cut ? t->at[first].start : t->cursor;
}

/* Whether an error or a missing token touches bytes [from, to]. */
static bool has_error_in(TSTreeCursor *c, size_t from, size_t to, int *visits)
{
    TSNode n = ts_tree_cursor_current_node(c);
    if (!ts_node_has_error(n) || ts_node_end_byte(n) < from ||
        ts_node_start_byte(n) > to || --*visits < 0)
        return false;
    if (walk_is_error(n) || ts_node_is_missing(n))
        return true;
    bool found = false;
    if (!walk_to_child(c, from > 0 ? from - 1 : 0))
        return false;
    do
        found = has_error_in(c, from, to, visits);
    while (!found && *visits > 0 &&
           ts_node_start_byte(ts_tree_cursor_current_node(c)) <= to &&
           ts_tree_cursor_goto_next_sibling(c));
    ts_tree_cursor_goto_parent(c);
    return found;
}

static bool in_error(const struct place *p, size_t statement)
{
    if (ts_node_is_null(p->root) || !ts_node_has_error(p->root))
        return false;
    int visits = 500;
    TSTreeCursor c = ts_tree_cursor_new(p->root);
    size_t line = text_line_at(&p->doc->text, p->offset);
    bool found = has_error_in(&c, statement, text_line_end(&p->doc->text, line),
                              &visits);
    ts_tree_cursor_delete(&c);
    return found;
}

void classify_begin(const struct language *language)
{
    syntax_for(language);
}

/* False for a language without a table. */
static bool find_place(struct place *p, const struct document *doc,
                       size_t offset)
{
    p->syntax = syntax_for(doc->language);
    p->doc = doc;
    p->text = text_view(&doc->text);
    p->root = tree_root(&doc->tree);
    p->offset = offset < p->text.len ? offset : p->text.len;
    return p->syntax != NULL;
}

/* Byte of the innermost open brace, or 0. */
static size_t innermost_brace(const struct opens *o)
{
    for (int i = o->n; i-- > 0;)
        if (o->at[i].bracket == '{')
            return o->at[i].start;
    return 0;
}

static void enclose_by_indent(struct place *p, size_t statement,
                              struct enclosing *e)
{
    if (p->syntax->indented) {
        *e = enclosing_by_indent(&p->tokens, &p->doc->text, p->root, statement,
                                 0);
    } else if (p->syntax->offside) {
        struct enclosing inner =
            enclosing_by_indent(&p->tokens, &p->doc->text, p->root, statement,
                                innermost_brace(&p->opens));
        enclosing_append(e, &inner);
    }
}

static struct classification classify_place(struct place *p,
                                            struct enclosing *e)
{
    struct tokens *t = &p->tokens;
    read_tokens(p);
    *e = enclosing_by_brackets(t, &p->opens, p->root, &p->scratch);
    struct judgement j = subject_judge(t, t->cut, t->up, e->around, true);
    size_t statement = statement_start(t, j.first);
    enclose_by_indent(p, statement, e);
    return (struct classification){.class = class_of(t, &j, e->around),
                                   .statement = statement,
                                   .depth = e->depth};
}

struct classification classify_with(const struct document *doc, size_t offset,
                                    struct around *out, size_t *n)
{
    struct place p;
    struct enclosing e;
    *n = 0;
    if (!find_place(&p, doc, offset))
        return plain_classify(&doc->text, p.offset);
    struct classification c = classify_place(&p, &e);
    c.in_error = in_error(&p, c.statement);
    *n = (size_t)e.n;
    memcpy(out, e.at, *n * sizeof *out);
    return c;
}

struct classification classify(const struct document *doc, size_t offset)
{
    struct around around[AROUND_MAX];
    size_t n;
    return classify_with(doc, offset, around, &n);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* At a word's end the word is meant, not the space behind it. */
static size_t byte_at_cursor(struct str text, size_t offset)
{
    bool behind = offset == text.len || is_space(text.ptr[offset]);
    return offset > 0 && behind && !is_space(text.ptr[offset - 1]) ? offset - 1
                                                                   : offset;
}

size_t classify_path(const struct document *doc, size_t offset,
                     const char **types, size_t max)
{
    TSNode root = tree_root(&doc->tree);
    if (ts_node_is_null(root) || max == 0)
        return 0;
    size_t n = 0;
    struct str text = text_view(&doc->text);
    offset = byte_at_cursor(text, offset < text.len ? offset : text.len);
    TSTreeCursor c = ts_tree_cursor_new(root);
    do
        types[n++] = ts_node_type(ts_tree_cursor_current_node(&c));
    while (n < max && walk_to_child(&c, offset) &&
           ts_node_start_byte(ts_tree_cursor_current_node(&c)) <= offset);
    ts_tree_cursor_delete(&c);
    return n;
}
