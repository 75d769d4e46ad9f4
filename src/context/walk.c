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

/* From the current sibling on. */
static bool to_sibling(TSTreeCursor *c, size_t byte)
{
    do {
        if (ts_node_end_byte(ts_tree_cursor_current_node(c)) > byte)
            return true;
    } while (ts_tree_cursor_goto_next_sibling(c));
    ts_tree_cursor_goto_parent(c);
    return false;
}

/*
 * The library's step gives up where a node that is not visible ends with
 * something that is not visible either, as a directive with its line's end.
 * Then some byte a little in front will do, and at last the first child.
 */
bool walk_to_child(TSTreeCursor *c, size_t byte)
{
    size_t back = 0;
    for (int i = 0; i < 4 && back <= byte; i++, back = back * 4 + 40)
        if (ts_tree_cursor_goto_first_child_for_byte(
                c, (uint32_t)(byte - back)) >= 0)
            return back == 0 || to_sibling(c, byte);
    return ts_tree_cursor_goto_first_child(c) && to_sibling(c, byte);
}
