#include "doc/trial.h"

static TSPoint point_at(const struct text *t, size_t offset)
{
    size_t column, row = text_row_at(t, offset, &column);
    return (TSPoint){(uint32_t)row, (uint32_t)column};
}

bool trial_init(struct trial *t, const struct document *doc, size_t offset,
                struct str with, uint64_t budget_us)
{
    usec end = clock_now() + budget_us;
    *t = (struct trial){.tree = {.language = doc->language}};
    if (text_init(&t->text, text_view(&doc->text)) ||
        text_splice(&t->text, offset, offset, with))
        return false;
    TSPoint start = point_at(&doc->text, offset);
    TSInputEdit edit = {
        .start_byte = (uint32_t)offset,
        .old_end_byte = (uint32_t)offset,
        .new_end_byte = (uint32_t)(offset + with.len),
        .start_point = start,
        .old_end_point = start,
        .new_end_point = point_at(&t->text, offset + with.len),
    };
    tree_init(&t->tree, doc->language);
    tree_begin_with(&t->tree, &doc->tree);
    tree_edit(&t->tree, &t->text, &edit);
    usec now = clock_now();
    if (budget_us && now >= end)
        return false;
    tree_parse(&t->tree, &t->text, budget_us ? end - now : 0);
    return t->tree.fresh;
}

void trial_release(struct trial *t)
{
    tree_release(&t->tree);
    text_release(&t->text);
}

/* The next node in the order of the text; without a look into what has no
 * error. */
static bool next_node(TSTreeCursor *at)
{
    if (ts_node_has_error(ts_tree_cursor_current_node(at)) &&
        ts_tree_cursor_goto_first_child(at))
        return true;
    while (!ts_tree_cursor_goto_next_sibling(at))
        if (!ts_tree_cursor_goto_parent(at))
            return false;
    return true;
}

static bool touches(TSNode node, size_t start, size_t end)
{
    return ts_node_start_byte(node) <= end && ts_node_end_byte(node) >= start;
}

bool tree_flaws(const struct tree *t, size_t start, size_t end, bool missing,
                struct flaws *out)
{
    size_t seen = 0;
    *out = (struct flaws){0};
    if (!t->tree)
        return false;
    TSTreeCursor at = ts_tree_cursor_new(tree_root(t));
    do {
        TSNode node = ts_tree_cursor_current_node(&at);
        if (!ts_node_is_error(node) && !(missing && ts_node_is_missing(node)))
            continue;
        if (touches(node, start, end))
            out->there++;
        else
            out->elsewhere++;
    } while (++seen < FLAWS_NODES && next_node(&at));
    ts_tree_cursor_delete(&at);
    return seen < FLAWS_NODES;
}
