#include "doc/tree_memory.h"
#include "doc/pool.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tree_sitter/api.h>

enum {
    RESERVE = 1 << 20,
    TRIM_PAGES = (512 << 10) / POOL_PAGE,
    EASE_PAGES = (128 << 10) / POOL_PAGE,
    /* So that a key seldom has to ask the system: for 33 pages with this, in
     * the mean behind an open bracket in 5,000 lines, 61 with a third. */
    KEPT_PAGES = (768 << 10) / POOL_PAGE,
};

/* AddressSanitizer sees the use of a freed node only in its own malloc. */
#if defined(__SANITIZE_ADDRESS__)
#define USE_POOL 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define USE_POOL 0
#endif
#endif
#ifndef USE_POOL
#define USE_POOL 1
#endif

/* The allocator's functions take no argument, hence these. The pool is one
 * thread's. */
static _Thread_local sigjmp_buf *way_out; /* NULL outside of a guard */
static _Thread_local bool apart;
static _Thread_local struct freed *leaving; /* or NULL */
static void *reserve;
static struct pool pool;
static bool pooled; /* what tree-sitter holds comes from `pool` */
static size_t request_max = 1 << 30;

static _Noreturn void end_the_program(void)
{
    static const char sentence[] =
        "switchyard: there is no memory left for syntax trees; close large "
        "files or raise the memory limit, and start it again\n";
    ssize_t n = write(STDERR_FILENO, sentence, sizeof sentence - 1);
    (void)n;
    _exit(1);
}

/* Returns when it is worth trying once more. */
static void run_short(size_t wanted)
{
    if (way_out)
        siglongjmp(*way_out, 1);
    if (!reserve || wanted > RESERVE)
        end_the_program();
    free(reserve);
    reserve = NULL;
    pool_trim(&pool, SIZE_MAX);
}

static void *take(void *old, size_t size)
{
    if (!pooled || apart)
        return realloc(old, size ? size : 1);
    return leaving ? pool_outside(old, size) : pool_realloc(&pool, old, size);
}

/* The block's first word, which all have, points to the next. */
static void leave(void *block)
{
    memcpy(block, &leaving->first, sizeof leaving->first);
    leaving->first = block;
    leaving->n++;
}

void tree_memory_free(void *p)
{
    if (!pooled || apart)
        free(p);
    else if (leaving && pool_holds(&pool, p))
        leave(p);
    else
        pool_free(&pool, p);
}

static void *soft_realloc(void *old, size_t size)
{
    for (;;) {
        void *p = size <= request_max ? take(old, size) : NULL;
        if (p)
            return p;
        run_short(size);
    }
}

static void *soft_malloc(size_t size)
{
    return soft_realloc(NULL, size);
}

static void *soft_calloc(size_t n, size_t size)
{
    if (size > 0 && n > request_max / size)
        run_short(SIZE_MAX);
    void *p = soft_realloc(NULL, n * size);
    return memset(p, 0, n * size);
}

void tree_memory_setup(void)
{
    reserve = malloc(RESERVE);
    pooled = USE_POOL;
    ts_set_allocator(soft_malloc, soft_calloc, soft_realloc, tree_memory_free);
}

bool tree_memory_trim(void)
{
    return pool_trim(&pool, TRIM_PAGES);
}

void tree_memory_leave(struct freed *freed)
{
    leaving = freed;
}

bool tree_memory_collect(struct freed *freed, size_t blocks)
{
    for (; freed->first && blocks > 0; blocks--) {
        void *block = freed->first;
        memcpy(&freed->first, block, sizeof freed->first);
        freed->n--;
        pool_free(&pool, block);
    }
    return !freed->first;
}

bool tree_memory_ease(void)
{
    size_t free = pool.n_empty;
    if (free > KEPT_PAGES)
        pool_trim(&pool, free - KEPT_PAGES < EASE_PAGES ? free - KEPT_PAGES
                                                        : EASE_PAGES);
    return pool.n_empty <= KEPT_PAGES;
}

void tree_memory_apart(bool on)
{
    apart = on;
}

void tree_memory_limit(size_t request)
{
    request_max = request;
}

bool tree_memory_guard(void (*work)(void *), void *arg)
{
    sigjmp_buf out;
    way_out = &out;
    bool done = sigsetjmp(out, 0) == 0;
    if (done)
        work(arg);
    way_out = NULL;
    return done;
}
