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

/* A free one. */
struct block {
    struct block *next;
};

/* What stands before a block of the C library's. */
struct large {
    size_t size;
};

enum {
    WORD = 8,
    FIRST = sizeof(struct pool_page),      /* block in a page */
    SMALL_MAX = (POOL_CLASSES - 1) * WORD, /* bytes */
};
_Static_assert(sizeof(void *) <= WORD && FIRST % WORD == 0 &&
                   sizeof(struct large) % WORD == 0,
               "blocks must be aligned");

/* Strides are multiples of a word. */
static size_t stride_of(size_t size)
{
    return size < WORD ? WORD : (size + WORD - 1) / WORD * WORD;
}

/* --- pages */

/* Addresses alone: memory is there once it is touched. */
static bool reserve(struct pool *p)
{
    void *at = mmap(NULL, POOL_BYTES, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    p->base = at == MAP_FAILED ? NULL : at;
    return p->base;
}

static bool is_in_page(const struct pool *p, const void *data)
{
    return p->base && (uintptr_t)data - (uintptr_t)p->base < POOL_BYTES;
}

static struct pool_page *page_of(const struct pool *p, const void *data)
{
    size_t offset = (size_t)((const char *)data - p->base);
    return (struct pool_page *)(p->base + offset / POOL_PAGE * POOL_PAGE);
}

static struct pool_page *page_new(struct pool *p)
{
    if (!p->base && !reserve(p))
        return NULL;
    if (p->n_vacant)
        return (struct pool_page *)(p->base + (size_t)p->vacant[--p->n_vacant] *
                                                  POOL_PAGE);
    if (p->n_pages == POOL_PAGES)
        return NULL;
    return (struct pool_page *)(p->base + (size_t)p->n_pages++ * POOL_PAGE);
}

static void page_delete(struct pool *p, struct pool_page *page)
{
    madvise(page, POOL_PAGE, MADV_DONTNEED);
    p->vacant[p->n_vacant++] = (uint32_t)(((char *)page - p->base) / POOL_PAGE);
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

static struct pool_page *page_open(struct pool *p, size_t stride)
{
    struct pool_page *page = p->empty;
    if (page) {
        p->empty = page->next;
        p->n_empty--;
    } else if (!(page = page_new(p))) {
        return NULL;
    }
    *page = (struct pool_page){.fresh = FIRST, .stride = (uint32_t)stride};
    ring_add(&p->open[stride / WORD], page);
    return page;
}

static void page_close(struct pool *p, struct pool_page *page)
{
    if (p->n_empty >= POOL_EMPTY_MAX) {
        page_delete(p, page);
        return;
    }
    page->next = p->empty;
    p->empty = page;
    p->n_empty++;
}

/* --- blocks */

static void *large_alloc(struct large *old, size_t size)
{
    if (size > SIZE_MAX - sizeof *old)
        return NULL;
    struct large *l = realloc(old, sizeof *l + size);
    if (!l)
        return NULL;
    l->size = size;
    return l + 1;
}

static struct large *large_of(void *data)
{
    return (struct large *)data - 1;
}

void *pool_alloc(struct pool *p, size_t size)
{
    if (size > SMALL_MAX)
        return large_alloc(NULL, size);
    size_t stride = stride_of(size);
    struct pool_page **ring = &p->open[stride / WORD];
    struct pool_page *page = *ring ? *ring : page_open(p, stride);
    if (!page)
        return large_alloc(NULL, size);
    struct block *b = page->free;
    if (b) {
        page->free = b->next;
    } else {
        b = (struct block *)((char *)page + page->fresh);
        page->fresh += page->stride;
    }
    page->used++;
    if (is_full(page))
        ring_remove(ring, page);
    return b;
}

void pool_free(struct pool *p, void *data)
{
    if (!data)
        return;
    if (!is_in_page(p, data)) {
        free(large_of(data));
        return;
    }
    struct pool_page *page = page_of(p, data);
    struct pool_page **ring = &p->open[page->stride / WORD];
    struct block *b = data;
    if (is_full(page))
        ring_add(ring, page);
    b->next = page->free;
    page->free = b;
    if (--page->used == 0) {
        ring_remove(ring, page);
        page_close(p, page);
    }
}

bool pool_holds(const struct pool *p, const void *data)
{
    return is_in_page(p, data);
}

void *pool_outside(void *data, size_t size)
{
    return large_alloc(data ? large_of(data) : NULL, size);
}

void *pool_realloc(struct pool *p, void *data, size_t size)
{
    if (!data)
        return pool_alloc(p, size);
    bool small = is_in_page(p, data);
    size_t has = small ? page_of(p, data)->stride : large_of(data)->size;
    if (!small && size > SMALL_MAX)
        return large_alloc(large_of(data), size);
    if (size <= has)
        return data;
    void *moved = pool_alloc(p, size);
    if (!moved)
        return NULL;
    memcpy(moved, data, has);
    pool_free(p, data);
    return moved;
}

bool pool_trim(struct pool *p, size_t n)
{
    for (; p->empty && n > 0; n--, p->n_empty--) {
        struct pool_page *page = p->empty;
        p->empty = page->next;
        page_delete(p, page);
    }
    if (p->base && p->n_vacant == p->n_pages) {
        munmap(p->base, POOL_BYTES);
        p->base = NULL;
        p->n_pages = p->n_vacant = 0;
    }
    return !p->empty;
}
