#include "context/spans.h"
#include "context/walk.h"

/* Nodes that one collection looks at; a window of text has far fewer. */
enum { VISITS_MAX = 4096 };

struct walk {
    struct spans *out;
    const struct syntax *syntax;
    struct str text;
    size_t from, to, cursor;
    int visits;
};

static bool add(struct walk *w, size_t start, size_t end, enum node_role role)
{
    struct spans *s = w->out;
    if (s->n == SPANS_MAX || end <= start)
        return s->n < SPANS_MAX;
    s->at[s->n++] = (struct span){start, end, role};
    return true;
}

/* Some grammars take the line's end into a comment (Rust's "///"). */
static size_t comment_end(struct str text, size_t start, size_t end)
{
    if (end > text.len)
        end = text.len;
    while (end > start &&
           (text.ptr[end - 1] == '\n' || text.ptr[end - 1] == '\r'))
        end--;
    return end;
}

/* Where the code begins that the string `n` has around the cursor. */
static bool code_around(const struct walk *w, TSTreeCursor *c, size_t *start)
{
    if (!ts_tree_cursor_goto_first_child(c))
        return false;
    bool found = false;
    do {
        TSNode n = ts_tree_cursor_current_node(c);
        if (ts_node_start_byte(n) >= w->cursor)
            break;
        if (ts_node_end_byte(n) <= w->cursor ||
            syntax_role(w->syntax, ts_node_symbol(n)) != NODE_CODE)
            continue;
        *start = ts_node_start_byte(n);
        found = true;
    } while (!found && ts_tree_cursor_goto_next_sibling(c));
    ts_tree_cursor_goto_parent(c);
    return found;
}

/* Returns whether the node's children are to be looked at. */
static bool visit(struct walk *w, TSTreeCursor *c, TSNode n)
{
    enum node_role role = syntax_role(w->syntax, ts_node_symbol(n));
    size_t start = ts_node_start_byte(n), end = ts_node_end_byte(n), code;
    if (role == NODE_PLAIN || role == NODE_CODE)
        return true;
    if (role == NODE_COMMENT) {
        add(w, start, comment_end(w->text, start, end), role);
        return false;
    }
    if (ts_node_child_count(n) > 0) {
        if (ts_node_has_error(n))
            return true;
        if (role == NODE_STRING && start < w->cursor && w->cursor < end &&
            code_around(w, c, &code)) {
            add(w, start, code, role);
            return true;
        }
    }
    add(w, start, end, role);
    return false;
}

void spans_collect(struct spans *s, const struct syntax *syntax, TSNode root,
                   struct str text, size_t from, size_t to, size_t cursor)
{
    struct walk w = {s, syntax, text, from, to, cursor, 0};
    s->n = 0;
    if (ts_node_is_null(root))
        return;
    TSTreeCursor c = ts_tree_cursor_new(root);
    bool more = true;
    while (more && w.visits++ < VISITS_MAX && s->n < SPANS_MAX) {
        TSNode n = ts_tree_cursor_current_node(&c);
        if (ts_node_start_byte(n) >= to)
            break;
        if (ts_node_end_byte(n) <= from)
            more = walk_past(&c);
        else if (!visit(&w, &c, n))
            more = walk_past(&c);
        else if (ts_node_start_byte(n) < from)
            more = walk_to_child(&c, from) || walk_past(&c);
        else
            more = ts_tree_cursor_goto_first_child(&c) || walk_past(&c);
    }
    ts_tree_cursor_delete(&c);
}

bool span_around(const struct syntax *syntax, TSNode root, struct str text,
                 size_t at, struct span *out)
{
    struct spans found;
    spans_collect(&found, syntax, root, text, at, at + 1, at);
    for (size_t i = 0; i < found.n; i++) {
        if (found.at[i].start >= at || found.at[i].end <= at)
            continue;
        *out = found.at[i];
        return true;
    }
    return false;
}
