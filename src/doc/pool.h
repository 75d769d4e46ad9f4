/*
 * Memory for the nodes of syntax trees: many small blocks that are made
 * together, walked together and freed together. Blocks of one size share a
 * page and lie side by side without gaps, so that neighbours in a tree are
 * mostly neighbours in memory. Against glibc's malloc that takes a quarter
 * off a parse of 5,000 lines and halves the two steps that can't be sliced,
 * balancing a tree and freeing one (measured: 3.6 and 4.8 ms to 2.3 ms each).
 *
 *   page   [next prev free used ...][ block ][ block ] ...
 *
 * Pages lie side by side in addresses that are reserved at once, so that a
 * block's page is told by its address, and nothing stands before a block. A
 * page that becomes empty starts over, for any size. Large blocks, and all of
 * them where those addresses are not to be had, are the C library's.
 *
 * Pages are small because a parse frees most of what it makes, and what stays
 * is scattered among it: after 200 keys in 5,000 lines, pages of 32 KiB took a
 * third more than what was in them, those of 4 KiB take a seventh.
 */
#ifndef DOC_POOL_H
#define DOC_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes: the system's own pages, which are what can be given back. */
#if defined(__APPLE__) && defined(__aarch64__)
enum { POOL_PAGE = 16 << 10 };
#else
enum { POOL_PAGE = 4 << 10 };
#endif

enum {
    POOL_PAGES = (1 << 30) / POOL_PAGE,
    POOL_CLASSES = 65,                      /* strides of 8, 16 … 512 bytes */
    POOL_EMPTY_MAX = (8 << 20) / POOL_PAGE, /* that are kept: a tree's */
};

#define POOL_BYTES ((size_t)POOL_PAGE * POOL_PAGES)

struct pool_page;

struct pool {
    struct pool_page *open[POOL_CLASSES]; /* with room; rings, by class */
    struct pool_page *empty;
    size_t n_empty;
    char *base;       /* of all pages; or NULL */
    uint32_t n_pages; /* that were in use, ever */
    uint32_t n_vacant;
    uint32_t vacant[POOL_PAGES]; /* of these, without memory by now */
};

/* Zero bytes are an empty pool. Blocks are aligned for pointers and 64-bit
 * integers, which is all that syntax trees hold. */
void *pool_alloc(struct pool *p, size_t size); /* NULL without memory */
void *pool_realloc(struct pool *p, void *block, size_t size); /* likewise */
void pool_free(struct pool *p, void *block); /* NULL is nothing */

/* Whether the block lies in a page. The others are the C library's, and any
 * thread may make one by pool_outside() (as realloc() does) and free it. */
bool pool_holds(const struct pool *p, const void *block);
void *pool_outside(void *block, size_t size); /* NULL without memory */

/* Give back at most `n` empty pages, some 3 us each; true when that was all.
 * When no block is left, the addresses go as well. */
bool pool_trim(struct pool *p, size_t n);

#endif
