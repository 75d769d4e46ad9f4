/*
 * Deletes a large tree on a thread: to visit each of its nodes takes 3 ms at
 * 5,000 lines, in one go, and the loop has no turn for that. What it frees of
 * the pool, which is the loop's, waits to be collected in pieces.
 */
#ifndef DOC_REAPER_H
#define DOC_REAPER_H

#include <stdbool.h>
#include <stddef.h>

#include <tree_sitter/api.h>

/* Take the tree and begin; false when it is at work on another one, too much
 * of former ones was not collected yet, or there is no thread: the tree is
 * still the caller's then. Nodes that other trees share
 * are theirs, as tree-sitter counts it (ts_tree_copy()). */
bool reaper_take(TSTree **tree);

/* Give what was freed back to the pool, at most so many blocks, some 30 ns
 * each; true when there is nothing left, nor on its way. */
bool reaper_collect(size_t blocks);

/* Wait for the thread, and collect all. */
void reaper_finish(void);

#endif
