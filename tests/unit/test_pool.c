#include "doc/pool.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

enum { BLOCKS = 3000 };

struct held {
    unsigned char *ptr, filled;
    size_t size;
};

static size_t pick(uint64_t *seed, size_t n)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)((*seed >> 33) % n);
}

/* Mostly the sizes of nodes, at times large ones. */
static size_t pick_size(uint64_t *seed)
{
    return pick(seed, 20) ? pick(seed, 520) : pick(seed, 100000);
}

static void assert_intact(const struct held *h)
{
    for (size_t i = 0; i < h->size; i++)
        if (h->ptr[i] != h->filled)
            fail_msg("byte %zu of %zu has changed", i, h->size);
}

static void fill(struct held *h, unsigned char *ptr, size_t size,
                 uint64_t *seed)
{
    assert_non_null(ptr);
    assert_int_equal((uintptr_t)ptr % 8, 0);
    *h = (struct held){ptr, (unsigned char)pick(seed, 256), size};
    memset(ptr, h->filled, size);
}

/* Grow or shrink: what both sizes have in common stays. */
static void resize(struct pool *p, struct held *h, uint64_t *seed)
{
    size_t size = pick_size(seed);
    unsigned char *ptr = pool_realloc(p, h->ptr, size);
    assert_non_null(ptr);
    struct held kept = {ptr, h->filled, size < h->size ? size : h->size};
    assert_intact(&kept);
    fill(h, ptr, size, seed);
}

static void blocks_never_overlap(void **state)
{
    (void)state;
    static struct held held[BLOCKS];
    struct pool p = {0};
    uint64_t seed = 1;
    for (int step = 0; step < 100000; step++) {
        struct held *h = &held[pick(&seed, BLOCKS)];
        if (!h->ptr) {
            size_t size = pick_size(&seed);
            fill(h, pool_alloc(&p, size), size, &seed);
            continue;
        }
        assert_intact(h);
        if (pick(&seed, 4) == 0) {
            resize(&p, h, &seed);
            continue;
        }
        pool_free(&p, h->ptr);
        h->ptr = NULL;
    }
    for (size_t i = 0; i < BLOCKS; i++)
        pool_free(&p, held[i].ptr);
    for (size_t i = 0; i < POOL_CLASSES; i++)
        assert_null(p.open[i]);
    pool_trim(&p, SIZE_MAX);
    assert_null(p.empty);
}

static void neighbours_are_handed_out_in_order(void **state)
{
    (void)state;
    struct pool p = {0};
    for (int round = 0; round < 3; round++) {
        char *first = pool_alloc(&p, 80), *second = pool_alloc(&p, 80);
        assert_int_equal(second - first, 80);
        pool_free(&p, first);
        pool_free(&p, second);
        assert_int_equal(p.n_empty, 1);
    }
    pool_trim(&p, SIZE_MAX);
}

static void a_page_serves_any_size_after_another(void **state)
{
    (void)state;
    struct pool p = {0};
    for (size_t size = 0; size <= 512; size++)
        pool_free(&p, pool_alloc(&p, size));
    assert_int_equal(p.n_empty, 1);
    pool_free(&p, pool_alloc(&p, 513)); /* large: not from a page */
    assert_int_equal(p.n_empty, 1);
    pool_trim(&p, SIZE_MAX);
}

static void only_some_empty_pages_are_kept(void **state)
{
    (void)state;
    static void *blocks[300 * 64];
    struct pool p = {0};
    for (size_t i = 0; i < 300 * 64; i++)
        blocks[i] = pool_alloc(&p, 512);
    for (size_t i = 0; i < 300 * 64; i++)
        pool_free(&p, blocks[i]);
    assert_int_equal(p.n_empty, POOL_EMPTY_MAX);
    assert_false(pool_trim(&p, 1));
    assert_int_equal(p.n_empty, POOL_EMPTY_MAX - 1);
    pool_trim(&p, SIZE_MAX);
    assert_int_equal(p.n_empty, 0);
}

static void addresses_go_back_with_the_last_block(void **state)
{
    (void)state;
    struct pool p = {0};
    void *kept = pool_alloc(&p, 100), *other = pool_alloc(&p, 200);
    pool_free(&p, other);
    pool_trim(&p, SIZE_MAX);
    assert_true(p.base && p.n_pages == 2 && p.n_vacant == 1);
    other = pool_alloc(&p, 300); /* in the page without memory */
    memset(other, 1, 300);
    assert_true(p.n_pages == 2 && p.n_vacant == 0);
    pool_free(&p, other);
    pool_free(&p, kept);
    pool_trim(&p, SIZE_MAX);
    assert_null(p.base);
}

static void what_can_not_be_had_is_null(void **state)
{
    (void)state;
    struct pool p = {0};
    pool_free(&p, NULL);
    assert_null(pool_alloc(&p, SIZE_MAX));
    char *block = pool_realloc(&p, NULL, 3);
    assert_non_null(block);
    memcpy(block, "abc", 3);
    assert_null(pool_realloc(&p, block, SIZE_MAX));
    assert_memory_equal(block, "abc", 3); /* still ours */
    pool_free(&p, block);
    pool_trim(&p, SIZE_MAX);
}

static void a_block_may_lie_outside(void **state)
{
    (void)state;
    static struct pool pool;
    char *in = pool_alloc(&pool, 100), *out = pool_outside(NULL, 100);
    assert_true(pool_holds(&pool, in));
    assert_false(pool_holds(&pool, out));
    memset(out, 7, 100);
    out = pool_outside(out, 100000);
    assert_int_equal(out[99], 7);
    pool_free(&pool, out);
    pool_free(&pool, in);
    pool_trim(&pool, SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_never_overlap),
        cmocka_unit_test(neighbours_are_handed_out_in_order),
        cmocka_unit_test(a_page_serves_any_size_after_another),
        cmocka_unit_test(only_some_empty_pages_are_kept),
        cmocka_unit_test(addresses_go_back_with_the_last_block),
        cmocka_unit_test(a_block_may_lie_outside),
        cmocka_unit_test(what_can_not_be_had_is_null),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
