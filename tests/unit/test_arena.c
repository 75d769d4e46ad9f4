#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

static void test_blocks_are_aligned_and_zeroed(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t size = 1; size < 300; size++) {
        unsigned char *p = arena_alloc(&a, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xFF, size);
    }
    arena_release(&a);
}

static void test_large_blocks(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    char *small = arena_alloc(&a, 10);
    char *large = arena_alloc(&a, 100000);
    memset(small, 1, 10);
    memset(large, 2, 100000);
    assert_int_equal(small[9], 1);
    arena_release(&a);
    assert_int_equal(a.used, 0);
    assert_non_null(arena_alloc(&a, 1)); /* released is usable */
    arena_release(&a);
}

static void test_limit(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 100);
    assert_non_null(arena_alloc(&a, 60));
    assert_null(arena_alloc(&a, 41));
    assert_non_null(arena_alloc(&a, 40));
    assert_null(arena_alloc(&a, 1));
    arena_release(&a);
    arena_init(&a, SIZE_MAX);
    assert_null(arena_alloc(&a, SIZE_MAX - 3));
    assert_null(arena_array(&a, SIZE_MAX / 2, 3));
    arena_release(&a);
}

static void test_array_and_dup(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 100);
    int *numbers = arena_array(&a, 5, sizeof *numbers);
    assert_int_equal(numbers[4], 0);
    struct str copy = arena_dup(&a, STR("abc"));
    assert_string_equal(copy.ptr, "abc");
    assert_int_equal(copy.len, 3);
    copy = arena_dup(&a, (struct str){0});
    assert_string_equal(copy.ptr, "");
    copy = arena_dup(&a, (struct str){copy.ptr, 100});
    assert_null(copy.ptr);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_are_aligned_and_zeroed),
        cmocka_unit_test(test_large_blocks),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_array_and_dup),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
