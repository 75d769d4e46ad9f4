#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
#include "complete/cache_file.h"

#include <sched.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], path[96];
static const struct cache_limits usual = {1 << 20, 14};
static const struct cache_key key = {.table = 1, .document = 2};

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/cache-file-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/switchyard/completions.db", folder);
    return 0;
}

static int remove_folder(void **state)
{
    char command[120];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static struct cache_file *open_one(const struct cache_limits *limits)
{
    struct cache_file *f = cache_file_new(path, limits);
    assert_non_null(f);
    return f;
}

static void put(struct cache_file *f, const char *prefix, const char *text)
{
    struct cache_hit hit = {
        .text = str_from(text), .model = STR("qwen"), .class = 5, .route = 3};
    cache_file_put(f, &key, str_from(prefix), STR("behind"), &hit);
}

/* How many are found, and the last of them. */
static size_t find(struct cache_file *f, const struct cache_key *k,
                   struct kept_completion **last)
{
    struct kept_completion *found;
    size_t n = 0;
    cache_file_want(f, k);
    cache_file_settle(f);
    while ((found = cache_file_take(f))) {
        if (last) {
            free(*last);
            *last = found;
        } else {
            free(found);
        }
        n++;
    }
    return n;
}

static void what_is_put_is_there_for_others(void **state)
{
    (void)state;
    struct cache_file *one = open_one(&usual), *other = open_one(&usual);
    struct kept_completion *last = NULL;
    struct why why;
    put(one, "x = ", "sum(values)");
    put(one, "y = ", "a");
    put(one, "y = ", "b"); /* the same place: the newer counts */
    cache_file_settle(one);
    assert_int_equal(find(other, &key, &last), 2);
    assert_true(str_is(last->prefix, "y = "));
    assert_true(str_is(last->suffix, "behind"));
    assert_true(str_is(last->hit.text, "b"));
    assert_true(str_is(last->hit.model, "qwen"));
    assert_int_equal(last->hit.class, 5);
    assert_int_equal(last->hit.route, 3);
    free(last);
    /* What was found is not found again; what is new is. */
    assert_int_equal(find(other, &key, NULL), 0);
    put(one, "z = ", "c");
    cache_file_settle(one);
    assert_int_equal(find(other, &key, NULL), 1);
    cache_file_forget(other);
    assert_int_equal(find(other, &key, NULL), 3);
    /* Under another key there is nothing. */
    assert_int_equal(find(other, &(struct cache_key){.table = 1}, NULL), 0);
    assert_false(cache_file_problem(one, &why));
    assert_false(cache_file_problem(other, &why));
    cache_file_free(one);
    cache_file_free(other);
}

/* How many of so many there were: the next question's come once the last of
 * one is taken, at any moment. */
static size_t take(struct cache_file *f, size_t most)
{
    struct kept_completion *found;
    size_t n = 0;
    cache_file_settle(f);
    while (n < most && (found = cache_file_take(f))) {
        free(found);
        n++;
    }
    return n;
}

/* As where an editor opens again all that was open: the second document's is
 * found though the first one's fills nearly all that may wait. */
static void two_documents_are_found_one_behind_the_other(void **state)
{
    (void)state;
    enum { EACH = CACHE_FILE_FOUND * 3 / 4 };
    struct cache_key keys[] = {{.table = 1, .document = 2},
                               {.table = 1, .document = 3}};
    struct cache_hit hit = {.text = STR("text"), .model = STR("qwen")};
    struct cache_file *f = open_one(&usual), *other = open_one(&usual);
    for (int i = 0; i < 2 * EACH; i++) {
        char prefix[16];
        snprintf(prefix, sizeof prefix, "x%d = ", i);
        cache_file_put(f, &keys[i / EACH], str_from(prefix), STR(""), &hit);
        if (i % 100 == 99)
            cache_file_settle(f);
    }
    cache_file_settle(f);
    cache_file_want(other, &keys[0]);
    cache_file_want(other, &keys[1]);
    assert_int_equal(take(other, EACH), EACH);
    assert_true(cache_file_is_asked(other));
    assert_int_equal(take(other, EACH), EACH);
    assert_false(cache_file_is_asked(other));
    cache_file_free(f);
    cache_file_free(other);
}

static void nobody_else_may_read_it(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        mode_t mode;
    } rows[] = {{"", 0700},
                {"/completions.db", 0600},
                {"/completions.db-wal", 0600},
                {"/completions.db-shm", 0600}};
    mode_t before = umask(0);
    struct cache_file *f = open_one(&usual);
    put(f, "x = ", "y");
    cache_file_settle(f);
    umask(before);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[128];
        struct stat s;
        snprintf(name, sizeof name, "%s/switchyard%s", folder, rows[i].what);
        assert_int_equal(stat(name, &s), 0);
        assert_int_equal(s.st_mode & 0777, rows[i].mode);
    }
    cache_file_free(f);
}

static void it_grows_no_further(void **state)
{
    (void)state;
    static const struct cache_limits small = {128 << 10, 14};
    struct cache_file *f = open_one(&small);
    char prefix[600];
    struct stat s;
    struct why why;
    struct kept_completion *last = NULL;
    for (int i = 0; i < 1500; i++) {
        memset(prefix, 'a' + i % 26, sizeof prefix - 1);
        snprintf(prefix, 20, "%d", i);
        prefix[strlen(prefix)] = ' ';
        prefix[sizeof prefix - 1] = '\0';
        put(f, prefix, "text");
        if (i % 100 == 99)
            cache_file_settle(f);
    }
    put(f, "the newest", "is there");
    cache_file_settle(f);
    assert_int_equal(stat(path, &s), 0);
    assert_true(s.st_size <= (128 << 10) + 4096);
    assert_false(cache_file_problem(f, &why));
    assert_true(find(f, &key, &last) > 20);
    assert_true(str_is(last->prefix, "the newest"));
    free(last);
    cache_file_free(f);
    /* A lower limit counts from the next start on. */
    static const struct cache_limits smaller = {64 << 10, 14};
    f = open_one(&smaller);
    put(f, "x", "y");
    cache_file_settle(f);
    cache_file_free(f);
    assert_int_equal(stat(path, &s), 0);
    assert_true(s.st_size <= (64 << 10) + 4096);
}

static void run(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void what_is_old_is_forgotten(void **state)
{
    (void)state;
    struct cache_file *f = open_one(&usual);
    put(f, "old", "a");
    put(f, "new", "b");
    cache_file_settle(f);
    cache_file_free(f);
    run("UPDATE completion SET wall_s = wall_s - 15 * 86400"
        " WHERE text = CAST('a' AS BLOB)");
    f = open_one(&usual);
    assert_int_equal(find(f, &key, NULL), 1);
    for (int i = 0; i < 70; i++)
        put(f, i % 2 ? "x" : "y", "c");
    cache_file_settle(f);
    cache_file_free(f);
    run("CREATE TABLE t (n CHECK (n = 3)); INSERT INTO t"
        " SELECT count(*) FROM completion"); /* new, x, y */
}

static void what_is_broken_is_moved_aside(void **state)
{
    (void)state;
    struct why why;
    char aside[120];
    struct stat s;
    struct cache_file *f = open_one(&usual);
    put(f, "x", "y");
    cache_file_settle(f);
    cache_file_free(f);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("this is no database, and never was one", file);
    fclose(file);
    f = open_one(&usual);
    put(f, "x", "z");
    cache_file_settle(f);
    assert_true(cache_file_problem(f, &why));
    assert_non_null(strstr(why.text, "broken"));
    assert_false(cache_file_problem(f, &why));
    snprintf(aside, sizeof aside, "%s.broken", path);
    assert_int_equal(stat(aside, &s), 0);
    assert_int_equal(find(f, &key, NULL), 1);
    cache_file_free(f);
}

static void what_is_locked_is_gone_without(void **state)
{
    (void)state;
    struct why why;
    sqlite3 *db;
    struct cache_file *f = open_one(&usual);
    put(f, "x", "y");
    cache_file_settle(f);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                     SQLITE_OK);
    put(f, "a", "b");
    cache_file_settle(f);
    assert_true(cache_file_problem(f, &why));
    assert_non_null(strstr(why.text, "locked"));
    put(f, "c", "d");
    cache_file_settle(f);
    assert_false(cache_file_problem(f, &why)); /* once is enough */
    assert_int_equal(find(f, &key, NULL), 1);  /* reading goes on */
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(db);
    put(f, "e", "f");
    cache_file_settle(f);
    assert_int_equal(find(f, &key, NULL), 1);
    cache_file_free(f);
}

static void where_nothing_can_be_written(void **state)
{
    (void)state;
    struct why why;
    struct cache_file *f = cache_file_new("/dev/null/x/completions.db", &usual);
    assert_non_null(f);
    put(f, "x", "y");
    assert_int_equal(find(f, &key, NULL), 0);
    put(f, "x", "y");
    cache_file_settle(f);
    assert_true(cache_file_problem(f, &why));
    assert_false(cache_file_problem(f, &why));
    cache_file_free(f);
}

static uint64_t id_of(const char *prefix)
{
    return cache_id(&key, str_from(prefix), STR("behind"));
}

static void one_has_the_lease_until_what_it_put_is_there(void **state)
{
    (void)state;
    struct cache_file *one = open_one(&usual), *other = open_one(&usual);
    uint64_t id = id_of("x = ");
    assert_true(cache_file_lease(one, id));
    assert_false(cache_file_lease(other, id));
    assert_true(cache_file_lease(other, id_of("y = ")));
    assert_false(cache_file_has(other, id));
    put(one, "x = ", "sum(values)");
    cache_file_end_lease(one, id);
    while (!cache_file_lease(other, id)) /* it is being written */
        sched_yield();
    assert_true(cache_file_has(other, id));
    assert_int_equal(find(other, &key, NULL), 1);
    cache_file_free(other); /* however it ends */
    assert_true(cache_file_lease(one, id));
    assert_true(cache_file_lease(one, id_of("y = ")));
    cache_file_free(one);
}

/* More documents than fit: the last ones count. */
static void several_may_be_asked_for(void **state)
{
    (void)state;
    struct cache_file *f = open_one(&usual);
    for (uint64_t i = 0; i < CACHE_FILE_WANTS; i++) {
        struct cache_key k = {.table = 1, .document = 100 + i};
        struct cache_hit hit = {.text = STR("text"), .model = STR("qwen")};
        cache_file_put(f, &k, STR("x"), STR("y"), &hit);
    }
    cache_file_settle(f);
    for (uint64_t i = 0; i < CACHE_FILE_WANTS; i++)
        cache_file_want(f,
                        &(struct cache_key){.table = 1, .document = 100 + i});
    for (uint64_t i = 0; i < CACHE_FILE_WANTS; i++) {
        assert_true(cache_file_is_asked(f)); /* until it is taken */
        assert_int_equal(take(f, 1), 1);
    }
    assert_false(cache_file_is_asked(f));
    cache_file_free(f);
}

/* Where there is no place for it everybody asks. */
static void without_a_file_everybody_has_the_lease(void **state)
{
    (void)state;
    struct cache_file *one = cache_file_new("/dev/null/x/y.db", &usual);
    struct cache_file *other = cache_file_new("/dev/null/x/y.db", &usual);
    assert_true(cache_file_lease(one, 7));
    assert_true(cache_file_lease(other, 7));
    assert_false(cache_file_has(other, 7));
    cache_file_end_lease(one, 7);
    cache_file_free(one);
    cache_file_free(other);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        CASE(what_is_put_is_there_for_others),
        CASE(two_documents_are_found_one_behind_the_other),
        CASE(nobody_else_may_read_it),
        CASE(it_grows_no_further),
        CASE(what_is_old_is_forgotten),
        CASE(what_is_broken_is_moved_aside),
        CASE(what_is_locked_is_gone_without),
        CASE(where_nothing_can_be_written),
        CASE(one_has_the_lease_until_what_it_put_is_there),
        CASE(several_may_be_asked_for),
        CASE(without_a_file_everybody_has_the_lease),
    };
    return cmocka_run_group_tests_name("cache_file", tests, NULL, NULL);
}
