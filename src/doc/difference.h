/* Where two trees of the same text begin to differ. */
#ifndef DOC_DIFFERENCE_H
#define DOC_DIFFERENCE_H

#include <stddef.h>

#include <tree_sitter/api.h>

enum {
    DIFFERENCE_BYTES = 16 << 10, /* of the text's start are compared, */
    DIFFERENCE_NODES = 300,      /* and so many pairs of nodes at most */
};

/*
 * The first byte that nodes which differ start at; SIZE_MAX when there are
 * none among those that were compared, and at most where comparing ended.
 * Nodes are the same when their types, fields, ranges and children are. Only
 * the root's end may differ: it is the text's.
 *
 * `new` is the parse that `old`, edited since, was given for: what it took
 * over is passed by without looking into it. ts_tree_get_changed_ranges() is
 * for the whole of two trees, and takes 0.1 ms at 5,000 lines for each key.
 */
size_t difference_start(const TSTree *old, const TSTree *new);

#endif
