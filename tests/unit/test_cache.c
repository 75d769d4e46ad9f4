#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cache_key here = {1, 2, 3};

static void put(struct cache *c, const char *prefix, const char *suffix,
                const char *text)
{
    struct cache_hit h = {
        .text = str_from(text), .model = STR("m"), .class = 4, .route = 5};
    cache_put(c, &here, str_from(prefix), str_from(suffix), &h);
}

static bool get(struct cache *c, const char *prefix, const char *suffix,
                struct cache_hit *h)
{
    return cache_get(c, &here, str_from(prefix), str_from(suffix), h);
}

/* `|` is the cursor. One entry; what a later cursor gets, NULL for nothing. */
static const struct {
    const char *made, *text, *asked, *want;
} rows[] = {
    {"x = |\n", "a + b", "x = |\n", "a + b"},
    {"x = |\n", "a + b", "x = a |\n", "+ b"},
    {"x = |\n", "a + b", "x = a +|\n", " b"},
    {"x = |\n", "a + b", "x = a + b|\n", NULL}, /* nothing is left */
    {"x = |\n", "a + b", "x = c|\n", NULL},
    {"x = |\n", "a + b", "x =|\n", NULL}, /* before where it was made */
    {"x = |\n", "a + b", "y = |\n", NULL},
    {"x = |\n", "a + b", "# \nx = |\n", NULL}, /* all of a short prefix */
    {"x = |\n", "a + b", "x = |)\n", NULL},
    {"x = |\n", "a + b", "x = |", NULL},
    {"x = |", "a + b", "x = |\n", NULL},
    {"|", "import os", "imp|", "ort os"},
    {"", "import os", "|", "import os"},
    {"é|", "ü ö", "éü|", " ö"},
    {"    |\n", "        ", "        |\n", "    "},
    /* closed by the editor as soon as it was opened */
    {"f|\n", "(a, b)", "f(|)\n", "a, b"},
    {"f|\n", "(a, b)", "f(a|)\n", ", b"},
    {"def f|\n", "(a, b):", "def f(|)\n", "a, b"},
    {"f|\n", "([a, (b)])", "f([|])\n", "a, (b)"},
    {"f|\n", "([a])", "f([a]|)\n", NULL},
    {"f|\n", "([a], b)", "f([a]|)\n", ", b"},
    {"f|\n", "(\"a)\\\"b\", c)", "f(\"a)|\")\n", "\\\"b"},
    {"f|\n", "(a, b)", "f(|\n", "a, b)"},
    {"f|\n", "(a, b)", "f(|]\n", NULL},
    {"f|\n", "(a, b)", "f(|))\n", NULL},
    {"f|\n", "()", "f(|)\n", NULL},
    {"f|\n", "(a]", "f(|)\n", NULL},
};

static void split(const char *marked, char *prefix, char *suffix)
{
    const char *bar = strchr(marked, '|');
    size_t n = bar ? (size_t)(bar - marked) : 0;
    memcpy(prefix, marked, n);
    prefix[n] = '\0';
    strcpy(suffix, bar ? bar + 1 : "");
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char prefix[64], suffix[64], later[64], after[64], got[64] = "";
        struct cache_hit h;
        struct cache *c = cache_new(1 << 16);
        split(rows[i].made, prefix, suffix);
        split(rows[i].asked, later, after);
        put(c, prefix, suffix, rows[i].text);
        if (get(c, later, after, &h))
            snprintf(got, sizeof got, "%.*s", STR_ARG(h.text));
        if (strcmp(got, rows[i].want ? rows[i].want : ""))
            fail_msg("row %zu, %s: got \"%s\"", i, rows[i].asked, got);
        cache_free(c);
    }
}

static void test_hit_tells_all(void **state)
{
    (void)state;
    struct cache *c = cache_new(1 << 16);
    struct cache_hit h;
    put(c, "a", "b", "one two");
    assert_true(get(c, "aone ", "b", &h));
    assert_int_equal(h.typed, 4);
    assert_int_equal(h.class, 4);
    assert_int_equal(h.route, 5);
    assert_true(str_is(h.model, "m"));
    cache_free(c);
}

static void test_key(void **state)
{
    (void)state;
    struct cache *c = cache_new(1 << 16);
    struct cache_hit h;
    put(c, "a", "b", "text");
    const struct cache_key others[] = {{0, 2, 3}, {1, 0, 3}, {1, 2, 0}};
    for (size_t i = 0; i < 3; i++)
        assert_false(cache_get(c, &others[i], STR("a"), STR("b"), &h));
    assert_true(cache_get(c, &here, STR("a"), STR("b"), &h));
    cache_free(c);
}

/* Deleting and typing again finds the same entry. */
static void test_back_and_forth(void **state)
{
    (void)state;
    struct cache *c = cache_new(1 << 16);
    struct cache_hit h;
    put(c, "x = ", "\n", "alpha");
    static const char *const steps[] = {"x = alp", "x = al", "x = a",
                                        "x = ",    "x = a",  "x = alph"};
    assert_false(get(c, "x = alpha", "\n", &h));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        assert_true(get(c, steps[i], "\n", &h));
    assert_true(str_is(h.text, "a"));
    cache_free(c);
}

static void test_newest_prefix_wins(void **state)
{
    (void)state;
    struct cache *c = cache_new(1 << 16);
    struct cache_hit h;
    put(c, "x", "", "abc");
    put(c, "xa", "", "bd");
    assert_true(get(c, "xa", "", &h));
    assert_true(str_is(h.text, "bd"));
    put(c, "xa", "", "be"); /* the same place: replaced */
    assert_true(get(c, "xab", "", &h));
    assert_true(str_is(h.text, "e"));
    cache_free(c);
}

/* Only the ends count in a long text, and all of CACHE_TYPED does. */
static void test_long(void **state)
{
    (void)state;
    enum { LONG = 5000 };
    static char prefix[LONG + CACHE_TYPED + 2], suffix[LONG + 1],
        text[CACHE_TYPED + 2];
    for (size_t i = 0; i < LONG; i++)
        prefix[i] = (char)('a' + i * i % 23), suffix[i] = 'z';
    for (size_t i = 0; i <= CACHE_TYPED; i++)
        text[i] = (char)('A' + i % 26);
    struct cache *c = cache_new(1 << 20);
    struct cache_hit h;
    struct str before = {prefix, LONG};
    struct cache_hit made = {.text = {text, CACHE_TYPED + 1}};
    cache_put(c, &here, before, str_from(suffix), &made);
    memcpy(prefix + LONG, text, CACHE_TYPED + 1);
    prefix[0] = suffix[CACHE_SUFFIX] = '!';
    for (size_t typed = 0; typed <= CACHE_TYPED; typed++) {
        before.len = LONG + typed;
        assert_true(cache_get(c, &here, before, str_from(suffix), &h));
        assert_int_equal(h.typed, typed);
    }
    prefix[LONG - CACHE_PREFIX] = '!';
    assert_false(cache_get(c, &here, before, str_from(suffix), &h));
    cache_free(c);
}

/* Everything looks the same to the hash that finds it; the others still decide,
 * and a lookup stays short. */
static void test_uniform_text(void **state)
{
    (void)state;
    static char spaces[4096];
    memset(spaces, ' ', sizeof spaces);
    struct cache *c = cache_new(1 << 20);
    struct cache_hit h, made = {.text = {spaces, 600}};
    for (size_t n = 2000; n < 2100; n++)
        cache_put(c, &here, (struct str){spaces, 2000},
                  (struct str){spaces, n - 2000}, &made);
    assert_true(cache_get(c, &here, (struct str){spaces, 3000},
                          (struct str){spaces, 7}, &h));
    assert_int_equal(h.text.len, 600);
    assert_false(cache_get(c, &here, (struct str){spaces, 3000}, STR("x"), &h));
    cache_free(c);
}

static void test_bounded(void **state)
{
    (void)state;
    enum { MAX = 20000 };
    struct cache *c = cache_new(MAX);
    struct cache_hit h;
    char prefix[32];
    for (int i = 0; i < 500; i++) {
        snprintf(prefix, sizeof prefix, "line %d ", i);
        put(c, prefix, "\n", "some text to insert");
        assert_true(cache_bytes(c) <= MAX);
        assert_true(get(c, prefix, "\n", &h));
        assert_true(get(c, "line 0 ", "\n", &h)); /* used: it stays */
    }
    assert_false(get(c, "line 1 ", "\n", &h));
    static char huge[MAX];
    memset(huge, 'x', sizeof huge);
    struct cache_hit big = {.text = {huge, sizeof huge}};
    cache_put(c, &here, STR("big"), STR(""), &big);
    assert_true(cache_bytes(c) <= MAX);
    assert_false(get(c, "big", "", &h));
    cache_clear(c);
    assert_false(get(c, "line 0 ", "\n", &h));
    cache_free(c);
}

static void test_no_room(void **state)
{
    (void)state;
    for (size_t max = 0; max < 400; max += 50) {
        struct cache *c = cache_new(max);
        struct cache_hit h;
        put(c, "a", "b", "text");
        put(c, "b", "b", "");
        if (max == 0)
            assert_false(get(c, "a", "b", &h));
        assert_false(get(c, "b", "b", &h));
        cache_free(c);
    }
    cache_free(NULL);
}

/* What was got may be put again. */
static void test_put_what_was_got(void **state)
{
    (void)state;
    struct cache *c = cache_new(1 << 12);
    struct cache_hit h;
    put(c, "0", "", "abcdefghijklmnopqrstuvwxyz");
    char prefix[32] = "0";
    for (int i = 0; i < 20; i++) {
        assert_true(get(c, prefix, "", &h));
        snprintf(prefix, sizeof prefix, "%d", i + 1);
        cache_put(c, &here, str_from(prefix), STR(""), &h);
    }
    assert_true(get(c, prefix, "", &h));
    assert_true(str_is(h.text, "abcdefghijklmnopqrstuvwxyz"));
    cache_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_hit_tells_all),
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_back_and_forth),
        cmocka_unit_test(test_newest_prefix_wins),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_uniform_text),
        cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_put_what_was_got),
    };
    return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
