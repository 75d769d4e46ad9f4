/* Which of several keys is taken, and what a refusal does to it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/log.h"
#include "complete/keyring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECONDS(n) MSEC((usec)(n)*1000)

enum { NOW_S = 100000 };

static const char *const values[] = {"sk-first-key-of-all-aaaa",
                                     "sk-second-key-of-all-bbbb", "short"};

static struct access keys_of(size_t n)
{
    struct access a = {.n_keys = n};
    for (size_t i = 0; i < n; i++)
        a.keys[i] = (struct credential){
            .value = str_from(values[i]),
            .place = str_from("providers[0].auth.key"),
            .id = i + 1,
        };
    return a;
}

static uint64_t taken(struct keyring *k, const struct access *a, usec now)
{
    struct lease key;
    return keyring_take(k, a, now, &key) == KEY_GOOD ? key.id : 0;
}

static void test_rotation(void **state)
{
    (void)state;
    static const struct {
        size_t keys;
        enum err e;
        unsigned wait; /* seconds that the service says */
        bool another;  /* key is there */
        uint64_t then; /* the one taken now; 0: none */
        unsigned back; /* seconds until the first is taken again */
        const char *says;
    } rows[] = {
        {2, ERR_AUTH, 0, true, 2, 3600,
         "; key 1 of 2, sk-…aaaa, is retired for 3600 s"},
        {2, ERR_CREDIT, 0, true, 2, 3600,
         "; key 1 of 2, sk-…aaaa, is retired for 3600 s"},
        {2, ERR_FORBIDDEN, 0, true, 2, 300,
         "; key 1 of 2, sk-…aaaa, is retired for 300 s"},
        {2, ERR_RATE_LIMIT, 7, true, 2, 7,
         "; key 1 of 2, sk-…aaaa, is left alone for 7 s"},
        {2, ERR_RATE_DAY, 60, true, 2, 60,
         "; key 1 of 2, sk-…aaaa, is left alone for 60 s"},
        {1, ERR_AUTH, 0, false, 1, 0, ""}, /* there is no other */
        {1, ERR_RATE_LIMIT, 9, false, 0, 9,
         "; key 1 of 1, sk-…aaaa, is left alone for 9 s"},
        {2, ERR_PROVIDER, 0, false, 1, 0, ""}, /* no matter of keys */
        {2, ERR_MODEL, 3, false, 1, 0, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct access a = keys_of(rows[i].keys);
        struct keyring *k = keyring_new();
        struct why why = {"it said no"};
        usec now = SECONDS(NOW_S);
        assert_int_equal(taken(k, &a, now), 1);
        bool another = keyring_refused(k, &a, 1, rows[i].e,
                                       SECONDS(rows[i].wait), now, &why);
        if (another != rows[i].another || taken(k, &a, now) != rows[i].then)
            fail_msg("row %zu: %d, then %d", i, another,
                     (int)taken(k, &a, now));
        assert_int_equal(strncmp(why.text, "it said no", 10), 0);
        assert_string_equal(why.text + 10, rows[i].says);
        now += SECONDS(rows[i].back);
        if (rows[i].back)
            assert_int_not_equal(taken(k, &a, now - 1), 1);
        assert_int_equal(taken(k, &a, now), 1);
        keyring_free(k);
    }
}

static void test_all_are_out(void **state)
{
    (void)state;
    struct access a = keys_of(3);
    struct keyring *k = keyring_new();
    struct lease key;
    struct why why = {{0}};
    usec now = SECONDS(NOW_S);
    assert_true(
        keyring_refused(k, &a, taken(k, &a, now), ERR_AUTH, 0, now, &why));
    assert_true(keyring_refused(k, &a, taken(k, &a, now), ERR_RATE_LIMIT,
                                SECONDS(20), now, &why));
    why.text[0] = '\0';
    assert_false(
        keyring_refused(k, &a, taken(k, &a, now), ERR_FORBIDDEN, 0, now, &why));
    assert_string_equal(why.text, "; key 3 of 3, …, was the last");
    assert_false(keyring_refused(k, &a, taken(k, &a, now), ERR_RATE_LIMIT,
                                 SECONDS(30), now, &why));
    /* The one that is back first says how long it takes. */
    assert_int_equal(keyring_take(k, &a, now, &key), KEY_OUT);
    assert_int_equal(key.e, ERR_RATE_LIMIT);
    assert_string_equal(key.why.text,
                        "providers[0].auth.key: sk-…bbbb: the service asks to "
                        "wait; asked again in 21 s");
    /* A configuration that is read again forgives, but limits stay. */
    keyring_forgive(k);
    assert_int_equal(taken(k, &a, now), 1);
    assert_false(
        keyring_refused(k, &a, 1, ERR_RATE_LIMIT, SECONDS(9), now, &why));
    assert_int_equal(taken(k, &a, now), 0);
    keyring_free(k);
}

/* Two calls with one key were under way: it is retired once. */
static void test_refused_twice(void **state)
{
    (void)state;
    struct access a = keys_of(2);
    struct keyring *k = keyring_new();
    struct why why = {{0}};
    usec now = SECONDS(NOW_S);
    assert_int_equal(taken(k, &a, now), 1);
    assert_true(keyring_refused(k, &a, 1, ERR_AUTH, 0, now, &why));
    why.text[0] = '\0';
    assert_true(keyring_refused(k, &a, 1, ERR_AUTH, 0, now + 5, &why));
    assert_string_equal(why.text, "");
    assert_int_equal(taken(k, &a, now), 2);
    keyring_free(k);
}

/* --- commands */

static void settle(struct keyring *k, const struct credential *c,
                   struct lease *key, usec now)
{
    /* What the keyring takes for now has no part in when commands end. */
    for (int tries = 0; keyring_look(k, c, now, key) == KEY_COMING; tries++) {
        struct pollfd fds[KEYRING_FDS];
        size_t n = keyring_watch(k, fds);
        assert_true(tries < 6000);
        poll(fds, (nfds_t)n, 10);
        keyring_step(k, now);
    }
}

static struct credential command_of(const char *const *argv)
{
    return (struct credential){
        .command = argv, .place = str_from("providers[1].auth.key"), .id = 77};
}

static void test_commands(void **state)
{
    (void)state;
    static const struct {
        const char *script, *value, *says;
    } rows[] = {
        {"printf '  sk-from-a-command-cccc \\nuser: me\\n'",
         "sk-from-a-command-cccc", NULL},
        {"echo; echo k-e-y", "k-e-y", NULL},
        {"true", NULL, "\"sh\" wrote nothing"},
        {"echo gpg: no such key >&2; exit 2", NULL,
         "\"sh\" ended with status 2: gpg: no such key"},
        {"echo sk-half-key; echo token sk-half-key is old >&2; exit 1", NULL,
         "\"sh\" ended with status 1: token [key] is old"},
        {"echo + curl -H sk-live-0123456789abcdef >&2; exit 1", NULL,
         "\"sh\" ended with status 1: + curl -H [key?]"},
        {"printf 'a\\001b'", NULL,
         "\"sh\" the key holds a line end or another control character; it has "
         "to be one line of text"},
        {"head -c 20000 /dev/zero | tr '\\0' a", NULL,
         "\"sh\" wrote more than 16384 bytes"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *argv[] = {"sh", "-c", rows[i].script, NULL};
        struct credential c = command_of(argv);
        struct keyring *k = keyring_new();
        struct lease key;
        usec now = clock_now();
        assert_int_equal(keyring_look(k, &c, now, &key), KEY_COMING);
        settle(k, &c, &key, now);
        if (rows[i].value) {
            assert_true(str_is(key.value, rows[i].value));
        } else {
            char wanted[300];
            snprintf(wanted, sizeof wanted,
                     "providers[1].auth.key: %s; asked again in 61 s",
                     rows[i].says);
            assert_int_equal(key.e, ERR_AUTH);
            assert_string_equal(key.why.text, wanted);
        }
        keyring_free(k);
    }
}

/* It runs once, however many ask; and once more when what it said is old. */
static void test_a_token_that_is_too_old(void **state)
{
    (void)state;
    char path[] = "/tmp/test_keyring.XXXXXX", script[200];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    snprintf(script, sizeof script, "echo x >> %s; echo token-$(wc -l < %s)",
             path, path);
    const char *argv[] = {"sh", "-c", script, NULL};
    struct access a = {.n_keys = 1, .keys = {command_of(argv)}};
    struct keyring *k = keyring_new();
    struct lease key;
    struct why why = {{0}};
    usec now = clock_now();
    settle(k, &a.keys[0], &key, now);
    assert_true(str_is(key.value, "token-1"));
    settle(k, &a.keys[0], &key, now);
    assert_true(str_is(key.value, "token-1"));

    now += SECONDS(3000);
    assert_true(keyring_refused(k, &a, key.id, ERR_AUTH, 0, now, &why));
    settle(k, &a.keys[0], &key, now);
    assert_true(str_is(key.value, "token-2"));
    /* A new one that is refused is bad, not old. */
    assert_false(keyring_refused(k, &a, key.id, ERR_AUTH, 0, now, &why));
    assert_int_equal(keyring_take(k, &a, now, &key), KEY_GOOD);
    keyring_free(k);
    unlink(path);
}

static void test_a_refused_key_that_comes_again(void **state)
{
    (void)state;
    const char *argv[] = {"echo", "always-the-same", NULL};
    struct access a = {.n_keys = 1, .keys = {command_of(argv)}};
    struct keyring *k = keyring_new();
    struct lease key;
    struct why why = {{0}};
    usec now = clock_now();
    settle(k, &a.keys[0], &key, now);
    now += SECONDS(3000);
    assert_true(keyring_refused(k, &a, key.id, ERR_AUTH, 0, now, &why));
    settle(k, &a.keys[0], &key, now);
    assert_int_equal(key.e, ERR_AUTH);
    assert_non_null(strstr(key.why.text, "the service refused the key"));
    keyring_free(k);
}

static int forget(void **state)
{
    (void)state;
    log_forget_secrets();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_all_are_out),
        cmocka_unit_test(test_refused_twice),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_a_token_that_is_too_old),
        cmocka_unit_test(test_a_refused_key_that_comes_again),
    };
    log_configure("off", NULL);
    return cmocka_run_group_tests_name("keyring", tests, NULL, forget);
}
