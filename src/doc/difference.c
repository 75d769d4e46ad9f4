#include "doc/difference.h"

#include <stdbool.h>
#include <stdint.h>

struct pair {
    TSTreeCursor old, new;
    unsigned nodes;
};

static size_t start_of(const TSTreeCursor *c)
{
    return ts_node_start_byte(ts_tree_cursor_current_node(c));
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A node's id is the place where its parent keeps it: the new tree has it
 * from the old one. */
static bool is_taken_over(TSNode a, TSNode b)
{
    return a.id == b.id && ts_node_start_byte(a) == ts_node_start_byte(b);
}

static bool look_alike(const struct pair *p, TSNode a, TSNode b)
{
    return ts_node_symbol(a) == ts_node_symbol(b) &&
           ts_node_start_byte(a) == ts_node_start_byte(b) &&
           ts_node_is_missing(a) == ts_node_is_missing(b) &&
           ts_node_is_extra(a) == ts_node_is_extra(b) &&
           ts_tree_cursor_current_field_id(&p->old) ==
               ts_tree_cursor_current_field_id(&p->new);
}

static size_t compare_children(struct pair *p);

static size_t compare(struct pair *p)
{
    TSNode a = ts_tree_cursor_current_node(&p->old);
    TSNode b = ts_tree_cursor_current_node(&p->new);
    size_t start = smaller(ts_node_start_byte(a), ts_node_start_byte(b));
    if (start >= DIFFERENCE_BYTES || ++p->nodes > DIFFERENCE_NODES ||
        !look_alike(p, a, b))
        return start;
    if (is_taken_over(a, b))
        return SIZE_MAX;
    if (ts_node_end_byte(a) != ts_node_end_byte(b))
        return start;
    return compare_children(p);
}

/* Both go to their first children, or on to their next siblings. False when
 * one or both have none; then `*from` is where the other's starts. */
static bool move(struct pair *p, bool (*step)(TSTreeCursor *), size_t *from)
{
    bool old = step(&p->old), new = step(&p->new);
    if (old != new)
        *from = start_of(old ? &p->old : &p->new);
    return old && new;
}

/* The cursors are where they were when nothing differs. */
static size_t compare_children(struct pair *p)
{
    size_t from = SIZE_MAX;
    if (!move(p, ts_tree_cursor_goto_first_child, &from))
        return from;
    do
        from = compare(p);
    while (from == SIZE_MAX &&
           move(p, ts_tree_cursor_goto_next_sibling, &from));
    if (from == SIZE_MAX) {
        ts_tree_cursor_goto_parent(&p->old);
        ts_tree_cursor_goto_parent(&p->new);
    }
    return from;
}

size_t difference_start(const TSTree *old, const TSTree *new)
{
    TSNode a = ts_tree_root_node(old), b = ts_tree_root_node(new);
    struct pair p = {ts_tree_cursor_new(a), ts_tree_cursor_new(b), 0};
    size_t from = look_alike(&p, a, b) ? compare_children(&p) : 0;
    ts_tree_cursor_delete(&p.old);
    ts_tree_cursor_delete(&p.new);
    return from;
}
