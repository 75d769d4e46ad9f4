#include "doc/pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct pool_page {
    struct pool_page *next, *prev; /* in a ring of open pages */
    struct block *free;
    uint32_t used;   /* blocks */
    uint32_t fresh;  /* offset of what was never handed out */
    uint32_t stride; /* bytes from block to block */
};

/* `page` stands before every block, `next` only in a free one. */
struct block {
    struct pool_page *page;
    struct block *next;
};

/* The size of a large block stands before its (NULL) page. */
struct large {
    size_t size;
    struct block block;
};

enum {
    WORD = 8,
    FIRST = sizeof(struct pool_page),             /* block in a page */
    SMALL_MAX = (POOL_CLASSES - 1) * WORD - WORD, /* bytes */
};
_Static_assert(sizeof(void *) <= WORD && FIRST % WORD == 0,
               "blocks and what stands before them must be aligned");

/* Strides are multiples of a word; a free block needs two. */
static size_t stride_of(size_t size)
{
    return size < WORD ? 2 * WORD : (size + WORD + WORD - 1) / WORD * WORD;
}

static struct block *block_of(void *data)
{
    return (struct block *)((char *)data - WORD);
}

static void *data_of(struct block *b)
{
    return (char *)b + WORD;
}

/* At the end of the ring: a page that was full is left to empty itself. */
static void ring_add(struct pool_page **ring, struct pool_page *page)
{
    if (!*ring) {
        page->next = page->prev = page;
        *ring = page;
        return;
    }
    page->next = *ring;
    page->prev = (*ring)->prev;
    page->prev->next = page;
    page->next->prev = page;
}

static void ring_remove(struct pool_page **ring, struct pool_page *page)
{
    page->prev->next = page->next;
    page->next->prev = page->prev;
    if (*ring == page)
        *ring = page->next == page ? NULL : page->next;
}

static bool is_full(const struct pool_page *page)
{
    return !page->free && page->fresh + page->stride > POOL_PAGE;
}

/* From the system and back to it: the C library would keep what is free
 * between others. */
static struct pool_page *page_new(void)
{
    void *page = mmap(NULL, POOL_PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? NULL : page;
}

static void page_delete(struct pool_page *page)
{
    munmap(page, POOL_PAGE);
}

static struct pool_page *page_open(struct pool *p, size_t stride)
{
    struct pool_page *page = p->empty;
    if (page) {
        p->empty = page->next;
        p->n_empty--;
    } else if (!(page = page_new())) {
        return NULL;
    }
    *page = (struct pool_page){.fresh = FIRST, .stride = (uint32_t)stride};
    ring_add(&p->open[stride / WORD], page);
    return page;
}

static void page_close(struct pool *p, struct pool_page *page)
{
    if (p->n_empty >= POOL_EMPTY_MAX) {
        page_delete(page);
        return;
    }
    page->next = p->empty;
    p->empty = page;
    p->n_empty++;
}

static void *large_alloc(struct large *old, size_t size)
{
    if (size > SIZE_MAX - sizeof *old)
        return NULL;
    struct large *l = realloc(old, sizeof *l + size);
    if (!l)
        return NULL;
    l->size = size;
    l->block.page = NULL;
    return data_of(&l->block);
}

static struct large *large_of(struct block *b)
{
    return (struct large *)((char *)b - offsetof(struct large, block));
}

void *pool_alloc(struct pool *p, size_t size)
{
    if (size > SMALL_MAX)
        return large_alloc(NULL, size);
    size_t stride = stride_of(size);
    struct pool_page **ring = &p->open[stride / WORD];
    struct pool_page *page = *ring ? *ring : page_open(p, stride);
    if (!page)
        return NULL;
    struct block *b = page->free;
    if (b) {
        page->free = b->next;
    } else {
        b = (struct block *)((char *)page + page->fresh);
        b->page = page;
        page->fresh += page->stride;
    }
    page->used++;
    if (is_full(page))
        ring_remove(ring, page);
    return data_of(b);
}

void pool_free(struct pool *p, void *data)
{
    if (!data)
        return;
    struct block *b = block_of(data);
    struct pool_page *page = b->page;
    if (!page) {
        free(large_of(b));
        return;
    }
    struct pool_page **ring = &p->open[page->stride / WORD];
    if (is_full(page))
        ring_add(ring, page);
    b->next = page->free;
    page->free = b;
    if (--page->used == 0) {
        ring_remove(ring, page);
        page_close(p, page);
    }
}

void *pool_realloc(struct pool *p, void *data, size_t size)
{
    if (!data)
        return pool_alloc(p, size);
    struct block *b = block_of(data);
    size_t has = b->page ? b->page->stride - WORD : large_of(b)->size;
    if (!b->page && size > SMALL_MAX)
        return large_alloc(large_of(b), size);
    if (size <= has)
        return data;
    void *moved = pool_alloc(p, size);
    if (!moved)
        return NULL;
    memcpy(moved, data, has);
    pool_free(p, data);
    return moved;
}

void pool_trim(struct pool *p)
{
    while (p->empty) {
        struct pool_page *page = p->empty;
        p->empty = page->next;
        page_delete(page);
    }
    p->n_empty = 0;
}
