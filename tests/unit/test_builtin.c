#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/builtin.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MEMORY = 8 << 20 };

struct setting {
    char folder[64], root[80], cache[80];
    struct builtin builtin;
    struct documents docs;
    usec now;
};

static int begin(void **state)
{
    struct setting *s = calloc(1, sizeof *s);
    strcpy(s->folder, "/tmp/builtin-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->root, sizeof s->root, "%s/root", s->folder);
    snprintf(s->cache, sizeof s->cache, "%s/cache", s->folder);
    assert_int_equal(mkdir(s->root, 0700), 0);
    setenv("XDG_CACHE_HOME", s->cache, 1);
    documents_init(&s->docs);
    s->now = MSEC(1000);
    *state = s;
    return 0;
}

static int end(void **state)
{
    struct setting *s = *state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", s->folder);
    assert_int_equal(system(command), 0);
    documents_release(&s->docs);
    free(s);
    return 0;
}

static void put(struct setting *s, const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", s->root, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void lose(struct setting *s, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", s->root, name);
    assert_int_equal(unlink(path), 0);
}

static void turn(struct setting *s)
{
    usec next = builtin_next(&s->builtin);
    if (next != USEC_NEVER && next > s->now)
        s->now = next;
    builtin_tick(&s->builtin, &s->docs, s->now);
    sched_yield();
}

/* Until the workspace was read and the index is written. */
static void start(struct setting *s, bool keeps)
{
    assert_true(builtin_init(&s->builtin, MEMORY));
    builtin_configure(&s->builtin, MEMORY, str_from(s->root), keeps, s->now);
    while (s->builtin.waits)
        turn(s);
}

static void settle(struct setting *s)
{
    while (!builtin_is_settled(&s->builtin) ||
           s->builtin.shelf.state != SHELF_REST)
        turn(s);
}

/* How the answer begins: how far it goes is the weights' matter. "": none. */
static bool says(struct setting *s, const char *typed, const char *wanted)
{
    struct ngram_query q = {.key = STR("new.py"),
                            .prefix = str_from(typed),
                            .max_lines = 1,
                            .max_bytes = 100,
                            .threshold = 0.2};
    struct ngram_answer a;
    buf_init(&a.text, 1000);
    ngram_predict(s->builtin.ngram, &q, &a);
    bool same = *wanted ? str_starts(buf_view(&a.text), str_from(wanted))
                        : a.text.len == 0;
    buf_release(&a.text);
    return same;
}

/* At the second start all is there before a file is looked at. */
static void knows_it_at_once(void **state)
{
    struct setting *s = *state;
    put(s, "a.py", "total = compute(first)\nprint(total)\n");
    put(s, "b.py", "weight = measure(second)\nprint(weight)\n");
    put(s, "c.py", "height = lift(third)\nprint(height)\n");
    start(s, true);
    assert_int_equal(s->builtin.reader.files, 0);
    settle(s);
    assert_true(says(s, "total = comp", "ute"));
    builtin_release(&s->builtin);

    put(s, "b.py", "weight = estimate(others)\nprint(weight)\n");
    lose(s, "c.py");
    start(s, true);
    assert_int_equal(s->builtin.reader.files, 3);
    assert_true(says(s, "total = comp", "ute"));
    assert_true(says(s, "height = li", "ft"));
    uint64_t knew = builtin_knows(&s->builtin);
    settle(s);
    assert_true(builtin_knows(&s->builtin) != knew);
    assert_int_equal(s->builtin.reader.files, 2);
    assert_true(says(s, "weight = est", "imate"));
    assert_true(says(s, "height = li", ""));
    builtin_release(&s->builtin);

    /* And so it was written: what is gone is gone. */
    start(s, true);
    assert_int_equal(s->builtin.reader.files, 2);
    assert_true(says(s, "height = li", ""));
    builtin_release(&s->builtin);
}

static void learns_buffers_again(void **state)
{
    struct setting *s = *state;
    struct document *doc;
    put(s, "a.py", "total = compute(first)\nprint(total)\n");
    start(s, true);
    settle(s);
    builtin_release(&s->builtin);
    assert_int_equal(
        documents_open(&s->docs, STR("file:///x.py"), STR("python"), 1,
                       STR("pi = compute(circle)\nprint(pi)\n"), &doc, NULL),
        OK);
    assert_true(builtin_init(&s->builtin, MEMORY));
    builtin_edited(&s->builtin, doc, NULL, s->now);
    builtin_configure(&s->builtin, MEMORY, str_from(s->root), true, s->now);
    settle(s);
    assert_true(says(s, "total = compute(f", "irst)"));
    assert_true(says(s, "pi = compute(c", "ircle)"));
    builtin_release(&s->builtin);
}

static void keeps_none(void **state)
{
    struct setting *s = *state;
    put(s, "a.py", "total = compute(first)\nprint(total)\n");
    start(s, false);
    settle(s);
    assert_int_equal(access(s->cache, F_OK), -1);
    /* And from now on it does. */
    builtin_configure(&s->builtin, MEMORY, str_from(s->root), true, s->now);
    settle(s);
    assert_int_equal(access(s->cache, F_OK), 0);
    /* Another size reads what it may hold of it. */
    builtin_configure(&s->builtin, MEMORY / 2, str_from(s->root), true, s->now);
    assert_true(s->builtin.waits);
    settle(s);
    assert_int_equal(s->builtin.reader.files, 1);
    builtin_configure(&s->builtin, MEMORY / 2, STR(""), true, s->now);
    assert_int_equal(s->builtin.reader.files, 0);
    builtin_release(&s->builtin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(knows_it_at_once, begin, end),
        cmocka_unit_test_setup_teardown(learns_buffers_again, begin, end),
        cmocka_unit_test_setup_teardown(keeps_none, begin, end),
    };
    return cmocka_run_group_tests_name("builtin", tests, NULL, NULL);
}
