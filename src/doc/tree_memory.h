/*
 * The memory of syntax trees: from a pool, see doc/pool.h. tree-sitter uses
 * what its allocator returns without looking, and its own allocator aborts;
 * this one gives up softly, as far as that can be done from outside:
 *
 * - Inside tree_memory_guard() a failed allocation leaves the work by a
 *   jump. What it was working on is half-changed and has to be leaked.
 * - Outside (a query's cursor, say) there is nowhere to jump to. A reserve
 *   is given up, so that small requests succeed once more; when that is used
 *   up, too, the program ends with a sentence.
 * - The grammars' scanners call malloc() themselves and do not look, either;
 *   they keep a few bytes per document.
 */
#ifndef DOC_TREE_MEMORY_H
#define DOC_TREE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Install it. Once per process, before any parser. */
void tree_memory_setup(void);

/* Free what tree-sitter hands out for the caller to free (ts_node_string(),
 * ts_tree_get_changed_ranges()): free() is not it any more. */
void tree_memory_free(void *p);

/* Give back to the system a part of what is free, in less than a millisecond;
 * true when that was all. */
bool tree_memory_trim(void);

/* The same while there is work: 0.1 ms, and of what is free the next parses
 * keep a reserve. True when no more is to be given back. */
bool tree_memory_ease(void);

/* Do `work`; false when it was left for lack of memory. */
bool tree_memory_guard(void (*work)(void *), void *arg);

/*
 * Between true and false this thread's memory is taken from the heap and
 * given back to it, for what another thread makes. What was made like that
 * has to be deleted like that.
 */
void tree_memory_apart(bool on);

/* What a thread freed of the pool, one block pointing to the next. */
struct freed {
    void *first;
    size_t n;
};

/*
 * From here to NULL this thread, which is not the pool's, takes its memory
 * outside of the pool, and what it frees of the pool is added to `freed`. That
 * is then collected on the pool's thread: at most `blocks` of it; true when
 * nothing is left.
 */
void tree_memory_leave(struct freed *freed);
bool tree_memory_collect(struct freed *freed, size_t blocks);

/* Refuse single requests of more than this many bytes (at first 1 GiB). */
void tree_memory_limit(size_t request);

#endif
