#include "context/brackets.h"

#include <string.h>

/* Nodes of one way down, and how far back children are looked at. */
enum { VISITS_MAX = 6000, REACH = 16384, DEPTH_MAX = 200 };

static void push(struct opens *o, struct open open)
{
    if (o->n == OPENS_MAX) {
        memmove(o->at, o->at + 1, (OPENS_MAX - 1) * sizeof *o->at);
        o->n--;
    }
    o->at[o->n++] = open;
}

/* Round and square ones are given up where a stronger one closes. */
static bool is_weak(const struct syntax *s, char bracket)
{
    return bracket == '(' || bracket == '[' || (bracket == '{' && s->indented);
}

/*
 * The columns before the first text on the line of `at`; -1 when that line
 * closes what another one opened, so that the statement began elsewhere.
 */
static int line_indent(struct str text, size_t at)
{
    size_t start = at;
    while (start > 0 && text.ptr[start - 1] != '\n' && at - start < 400)
        start--;
    int indent = 0, depth = 0;
    size_t i = start;
    while (i < at && (text.ptr[i] == ' ' || text.ptr[i] == '\t')) {
        indent += text.ptr[i] == '\t' ? 8 : 1;
        i++;
    }
    for (; i < at; i++) {
        depth += (text.ptr[i] == '(') - (text.ptr[i] == ')');
        if (depth < 0)
            return -1;
    }
    return indent;
}

/*
 * When `found` stands on a deeper line than the closing bracket that starts
 * its own line, the one that was meant is the one on an equal line, if there
 * is one: what lies between was never closed.
 */
static int by_indent(const struct opens *o, int found, struct str text,
                     size_t closer)
{
    int wanted = line_indent(text, closer);
    int indent = line_indent(text, o->at[found].start);
    for (int i = found; indent > wanted && i >= o->base; i--)
        if (o->at[i].bracket == o->at[found].bracket &&
            line_indent(text, o->at[i].start) == wanted)
            return i;
    return found;
}

/* Close the innermost fitting one; false when there is none. */
static bool close_one(struct opens *o, const struct syntax *s, struct str text,
                      size_t start, char bracket, bool first_on_line,
                      struct open *closed)
{
    bool weak = is_weak(s, bracket);
    int i = o->n - 1;
    while (i >= o->base && o->at[i].bracket != bracket) {
        if (weak && !is_weak(s, o->at[i].bracket))
            return false;
        i--;
    }
    if (i < o->base)
        return false;
    if (!weak && first_on_line)
        i = by_indent(o, i, text, start);
    *closed = o->at[i];
    o->n = i;
    return true;
}

static bool same_line(struct str text, size_t from, size_t to)
{
    return !memchr(text.ptr + from, '\n', to - from);
}

/* "while x do": the "do" is part of the loop that is open already. */
static bool joins_loop(const struct opens *o, struct str text, size_t start)
{
    if (o->n == 0)
        return false;
    const struct open *top = &o->at[o->n - 1];
    return top->loop && same_line(text, top->start, start);
}

static bool first_on_line(struct str text, size_t at)
{
    while (at > 0 && (text.ptr[at - 1] == ' ' || text.ptr[at - 1] == '\t'))
        at--;
    return at == 0 || text.ptr[at - 1] == '\n';
}

struct descent {
    struct opens *opens;
    const struct syntax *syntax;
    struct str text;
    size_t to;
    int visits;
};

static void see_word(struct descent *d, size_t start, size_t end)
{
    struct str word = str_sub(d->text, start, end);
    bool member = start > 0 && d->text.ptr[start - 1] == '.';
    if (member || (end < d->text.len && d->text.ptr[end] == ':'))
        return;
    uint32_t words = syntax_word(d->syntax, word);
    struct open closed;
    bool first = first_on_line(d->text, start);
    if (words & WORD_CLOSE) {
        close_one(d->opens, d->syntax, d->text, start, 'w', first, &closed);
        return;
    }
    bool opens = (words & WORD_OPEN) || ((words & WORD_OPEN_FIRST) && first) ||
                 ((words & WORD_DO) && !joins_loop(d->opens, d->text, start));
    if (opens)
        push(d->opens, (struct open){start, -1, 'w', (words & WORD_LOOP) != 0});
}

static void see_leaf(struct descent *d, TSNode n)
{
    size_t start = ts_node_start_byte(n), end = ts_node_end_byte(n);
    char c = syntax_bracket(d->syntax, ts_node_symbol(n));
    struct open closed;
    if (end == start || end > d->text.len)
        return;
    if (c == '(' || c == '[' || c == '{')
        push(d->opens, (struct open){end - 1, -1, c, false});
    else if (c)
        close_one(d->opens, d->syntax, d->text, start,
                  c == ')'   ? '('
                  : c == ']' ? '['
                             : '{',
                  first_on_line(d->text, start), &closed);
    else if (d->syntax->worded && end - start <= 12)
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
 * Behind the first children of a node with very many go straight to those
 * near the end: what opens the node stands at its start.
 */
static bool leap(struct descent *d, TSTreeCursor *c, TSNode parent)
{
    size_t near = d->to > REACH ? d->to - REACH : 0;
    if (ts_node_start_byte(parent) >= near ||
        ts_node_end_byte(ts_tree_cursor_current_node(c)) >= near)
        return false;
    ts_tree_cursor_goto_parent(c);
    ts_tree_cursor_goto_first_child_for_byte(c, (uint32_t)near);
    return true;
}

static void descend(struct descent *d, TSTreeCursor *c, int depth)
{
    TSNode parent = ts_tree_cursor_current_node(c);
    if (depth == DEPTH_MAX || !ts_tree_cursor_goto_first_child(c))
        return;
    int seen = 0;
    do {
        if (++seen == 4)
            leap(d, c, parent);
        TSNode n = ts_tree_cursor_current_node(c);
        if (ts_node_start_byte(n) >= d->to || ++d->visits > VISITS_MAX)
            break;
        if (ts_node_child_count(n) == 0) {
            if (ts_node_end_byte(n) <= d->to && !is_opaque(d, n))
                see_leaf(d, n);
            continue;
        }
        bool around = ts_node_end_byte(n) > d->to;
        if ((around || ts_node_has_error(n)) && !is_opaque(d, n))
            descend(d, c, depth + 1);
    } while (ts_tree_cursor_goto_next_sibling(c));
    ts_tree_cursor_goto_parent(c);
}

void opens_from_tree(struct opens *o, const struct syntax *syntax, TSNode root,
                     struct str text, size_t to)
{
    *o = (struct opens){.n = 0};
    if (ts_node_is_null(root) || to == 0)
        return;
    struct descent d = {o, syntax, text, to, 0};
    TSTreeCursor c = ts_tree_cursor_new(root);
    descend(&d, &c, 0);
    ts_tree_cursor_delete(&c);
}

static void match_close(struct opens *o, struct tokens *t, int i)
{
    struct open closed;
    struct token *k = &t->at[i];
    if (!close_one(o, t->syntax, t->text, k->start, k->bracket, k->first,
                   &closed))
        return;
    if (closed.token < 0)
        return;
    k->mate = (int16_t)closed.token;
    t->at[closed.token].mate = (int16_t)i;
}

static int top_token(const struct opens *o)
{
    return o->n > 0 ? o->at[o->n - 1].token : -1;
}

/* A word that only starts statements ends what was left open before it. */
static void give_up_weak(struct opens *o, const struct tokens *t, int i)
{
    if (!t->at[i].first || !(t->at[i].words & WORD_STARTER))
        return;
    while (o->n > o->base && is_weak(t->syntax, o->at[o->n - 1].bracket))
        o->n--;
}

static void match_one(struct opens *o, struct tokens *t, int i)
{
    struct token *k = &t->at[i];
    give_up_weak(o, t, i);
    if (k->kind == TOKEN_CLOSE)
        match_close(o, t, i);
    k->up = (int16_t)top_token(o);
    if (k->kind != TOKEN_OPEN)
        return;
    if (k->bracket == 'w' && (k->words & WORD_DO) &&
        joins_loop(o, t->text, k->start)) {
        k->kind = TOKEN_WORD;
        return;
    }
    push(o,
         (struct open){k->end - 1, i, k->bracket, (k->words & WORD_LOOP) != 0});
    if (k->bracket == 'w')
        o->at[o->n - 1].start = k->start;
}

/* Brackets in a directive ("#define") are its own affair. */
static void match_directive(struct opens *o, const struct tokens *t, int i)
{
    bool before = i > 0 && t->at[i - 1].directive;
    if (before && (!t->at[i].directive || t->at[i].first)) {
        if (o->n > o->base)
            o->n = o->base;
        o->base = 0;
    }
    if (t->at[i].directive && (!before || t->at[i].first))
        o->base = o->n;
}

void opens_match(struct opens *o, struct tokens *t)
{
    struct opens at_cursor = *o;
    for (int i = 0; i < t->n; i++) {
        match_directive(o, t, i);
        match_one(o, t, i);
        if (i + 1 == t->cut)
            at_cursor = *o;
    }
    /* A directive that ended before the cursor takes its brackets along. */
    if (t->cut > 0 && t->at[t->cut - 1].directive && t->on_new_line &&
        at_cursor.n > at_cursor.base)
        at_cursor.n = at_cursor.base;
    *o = at_cursor;
    t->up = top_token(o);
}
