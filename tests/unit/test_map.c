#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/hash.h"
#include "base/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_put_get_take(void **state)
{
    (void)state;
    struct map m;
    int one, two;
    void *old;
    map_init(&m);
    assert_null(map_get(&m, STR("a")));
    assert_null(map_take(&m, STR("a")));
    assert_true(map_put(&m, STR("a"), &one, &old));
    assert_null(old);
    assert_true(map_put(&m, STR("a"), &two, &old));
    assert_ptr_equal(old, &one);
    assert_int_equal(m.count, 1);
    assert_ptr_equal(map_get(&m, STR("a")), &two);
    assert_null(map_get(&m, STR("a\0")));
    assert_true(map_put(&m, (struct str){0}, &one, NULL));
    assert_ptr_equal(map_get(&m, STR("")), &one);
    assert_ptr_equal(map_take(&m, STR("a")), &two);
    assert_null(map_get(&m, STR("a")));
    assert_int_equal(m.count, 1);
    map_release(&m, NULL);
}

static void test_key_is_copied(void **state)
{
    (void)state;
    struct map m;
    char key[] = "abc";
    map_init(&m);
    assert_true(map_put(&m, str_from(key), &m, NULL));
    key[0] = 'x';
    assert_null(map_get(&m, str_from(key)));
    assert_ptr_equal(map_get(&m, STR("abc")), &m);
    map_release(&m, NULL);
}

static void test_release_frees_values(void **state)
{
    (void)state;
    struct map m;
    map_init(&m);
    for (char c = 'a'; c <= 'z'; c++)
        assert_true(map_put(&m, (struct str){&c, 1}, malloc(1), NULL));
    map_release(&m, free);
    assert_int_equal(m.count, 0);
}

static struct str number_key(unsigned n, char *out)
{
    return (struct str){out, (size_t)snprintf(out, 16, "%u", n)};
}

enum { KEYS = 300 };

/* Every key that should be there is, and nothing else. */
static void check(const struct map *m, const bool *there)
{
    char text[16];
    size_t expected = 0, seen = 0, at = 0;
    for (unsigned i = 0; i < KEYS; i++) {
        void *value = map_get(m, number_key(i, text));
        assert_int_equal(value == &there[i], there[i]);
        expected += there[i];
    }
    while (map_next(m, &at))
        seen++;
    assert_int_equal(seen, expected);
    assert_int_equal(m->count, expected);
}

/* Puts and takes in an order that closes holes in every constellation. */
static void test_against_a_plain_list(void **state)
{
    (void)state;
    static bool there[KEYS];
    struct map m;
    char text[16];
    unsigned random = 1;
    map_init(&m);
    for (int i = 0; i < 20000; i++) {
        random = random * 1103515245 + 12345;
        unsigned n = (random >> 16) % KEYS;
        if (random & 0x4000) {
            map_put(&m, number_key(n, text), &there[n], NULL);
            there[n] = true;
        } else {
            void *taken = map_take(&m, number_key(n, text));
            assert_int_equal(taken == &there[n], there[n]);
            there[n] = false;
        }
        if (i % 500 == 0)
            check(&m, there);
    }
    check(&m, there);
    map_release(&m, NULL);
}

/* A table in memory needs keys spread over the low bits. */
static void test_hash_spreads(void **state)
{
    (void)state;
    unsigned buckets[64] = {0};
    char text[16];
    for (unsigned i = 0; i < 6400; i++)
        buckets[hash_bytes(0, number_key(i, text)) % 64]++;
    for (size_t i = 0; i < 64; i++)
        assert_in_range(buckets[i], 50, 160);
    assert_true(hash_bytes(0, STR("abcdefgh")) !=
                hash_bytes(1, STR("abcdefgh")));
    assert_true(hash_bytes(0, STR("abcdefghi")) !=
                hash_bytes(0, STR("abcdefghj")));
    assert_true(hash_bytes(0, STR("\0")) != hash_bytes(0, STR("\0\0")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put_get_take),
        cmocka_unit_test(test_key_is_copied),
        cmocka_unit_test(test_release_frees_values),
        cmocka_unit_test(test_against_a_plain_list),
        cmocka_unit_test(test_hash_spreads),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
