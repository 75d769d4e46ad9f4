#include "context/walk.h"

bool walk_is_error(TSNode n)
{
    return ts_node_symbol(n) == (TSSymbol)-1;
}

bool walk_past(TSTreeCursor *c)
{
    while (!ts_tree_cursor_goto_next_sibling(c))
        if (!ts_tree_cursor_goto_parent(c))
            return false;
    return true;
}

bool walk_to_child(TSTreeCursor *c, size_t byte)
{
    if (ts_tree_cursor_goto_first_child_for_byte(c, (uint32_t)byte) >= 0)
        return true;
    /* It gives up early when a node that is not visible ends with something
     * that is not visible either, as a directive with its line's end. */
    if (!ts_tree_cursor_goto_first_child(c))
        return false;
    do {
        if (ts_node_end_byte(ts_tree_cursor_current_node(c)) > byte)
            return true;
    } while (ts_tree_cursor_goto_next_sibling(c));
    ts_tree_cursor_goto_parent(c);
    return false;
}
