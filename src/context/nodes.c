#include "context/nodes.h"

#include <string.h>

enum { HEAD_NODES = 32 }; /* of a block, among which its body begins */

static bool is_token(TSNode node, const char *token)
{
    return !ts_node_is_named(node) && strcmp(ts_node_type(node), token) == 0;
}

/*
 * Where the statements begin that stand in `node`, or false when there are
 * none: behind its brace, or what else ends its head (`case 1:`, `then`).
 */
static bool body_of(const struct syntax *syntax, TSNode node, size_t *start)
{
    static const char *const tokens[] = {":", "then", "do", ")"};
    uint32_t n = ts_node_child_count(node);
    *start = ts_node_start_byte(node);
    for (uint32_t i = 0; i < n && i < HEAD_NODES; i++) {
        TSNode child = ts_node_child(node, i);
        if (is_token(child, "{")) {
            *start = ts_node_end_byte(child);
            return true;
        }
        for (size_t k = 0; k < sizeof tokens / sizeof *tokens; k++)
            if (is_token(child, tokens[k]))
                *start = ts_node_end_byte(child);
    }
    return syntax_is_block(syntax, ts_node_symbol(node));
}

/* "else_clause" goes on with the statement that it stands in. */
static bool goes_on(TSNode node)
{
    const char *type = ts_node_type(node);
    return strstr(type, "else") || strstr(type, "elif");
}

struct found_statement node_statement(const struct syntax *syntax, TSNode root,
                                      size_t at)
{
    struct found_statement f = {.found = false};
    TSTreeCursor c = ts_tree_cursor_new(root);
    bool broken = false;
    for (;;) {
        TSNode node = ts_tree_cursor_current_node(&c);
        size_t body;
        broken |= ts_node_is_error(node);
        bool block = body_of(syntax, node, &body) && at >= body;
        if (ts_tree_cursor_goto_first_child_for_byte(&c, (uint32_t)at) < 0)
            break;
        TSNode child = ts_tree_cursor_current_node(&c);
        if (ts_node_start_byte(child) > at)
            break;
        if (block && ts_node_is_named(child) && !goes_on(child))
            f = (struct found_statement){child, node, true, broken};
    }
    ts_tree_cursor_delete(&c);
    return f;
}

bool node_is_broken(TSNode root, size_t at)
{
    TSTreeCursor c = ts_tree_cursor_new(root);
    bool broken;
    do {
        TSNode node = ts_tree_cursor_current_node(&c);
        uint32_t n = ts_node_child_count(node);
        broken = ts_node_is_error(node) ||
                 (n && ts_node_is_missing(ts_node_child(node, n - 1)));
    } while (!broken &&
             ts_tree_cursor_goto_first_child_for_byte(&c, (uint32_t)at) >= 0 &&
             ts_node_start_byte(ts_tree_cursor_current_node(&c)) <= at);
    ts_tree_cursor_delete(&c);
    return broken;
}

bool node_is_decorator(TSNode node)
{
    const char *type = ts_node_type(node);
    return strcmp(type, "decorator") == 0 || strstr(type, "attribute");
}

TSNode node_behind(TSNode node)
{
    TSNode next = ts_node_next_sibling(node);
    while (ts_node_is_null(next)) {
        node = ts_node_parent(node);
        if (ts_node_is_null(node))
            return node;
        next = ts_node_next_sibling(node);
    }
    return next;
}

TSNode node_closer(TSNode block)
{
    uint32_t n = ts_node_child_count(block);
    TSNode last = n ? ts_node_child(block, n - 1) : block;
    if (!ts_node_is_named(last))
        return last;
    TSNode next = ts_node_next_sibling(block);
    while (ts_node_is_null(next) && !ts_node_is_null(block)) {
        block = ts_node_parent(block);
        next = ts_node_is_null(block) ? block : ts_node_next_sibling(block);
    }
    return next;
}

size_t node_end(TSNode *node)
{
    for (;;) {
        TSNode next = node_behind(*node);
        if (ts_node_is_null(next) ||
            !strstr(ts_node_type(next), "heredoc_body"))
            return ts_node_end_byte(*node);
        uint32_t n = ts_node_child_count(next);
        TSNode mark = n ? ts_node_child(next, n - 1) : next;
        if (ts_node_start_byte(mark) == ts_node_end_byte(mark))
            return SIZE_MAX;
        *node = next;
    }
}
