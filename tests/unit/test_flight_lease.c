/* Two processes that want the same: who asks, and for how long the other one
 * waits. Here they are two flights, each with a file of its own on one path. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/recall.h"
#include "unit/flight_scene.h"

#include <stdio.h>

enum { DEADLINE_MS = 2000 };

static const char config[] =
    "{\"providers\": [{\"type\": \"vllm\", \"endpoint\": "
    "\"http://127.0.0.1:9\", \"models\": [{\"id\": \"m\"}]}],"
    " \"routes\": [{\"default\": \"m\"}], \"debounce_ms\": 0,"
    " \"deadline_ms\": 2000, \"context\": \"file\"}";

struct two {
    char folder[64];
    struct scene of[2];
    struct recall recall[2];
};

static void set_two(struct two *t, const char *one, const char *other)
{
    char path[96];
    const char *texts[] = {one, other};
    *t = (struct two){.folder = "/tmp/switchyard-lease-XXXXXX"};
    assert_non_null(mkdtemp(t->folder));
    snprintf(path, sizeof path, "%s/completions.db", t->folder);
    for (size_t i = 0; i < 2; i++) {
        struct scene *s = &t->of[i];
        set_with(s, config, texts[i], TRIGGER_INVOKED);
        document_parse(s->doc, 0);
        assert_true(recall_init(&t->recall[i], s->table));
        recall_keep(&t->recall[i], path, s->table);
        s->deps.recall = &t->recall[i];
    }
}

static void clear_two(struct two *t)
{
    char command[96];
    for (size_t i = 0; i < 2; i++) {
        clear(&t->of[i]);
        recall_release(&t->recall[i]);
    }
    snprintf(command, sizeof command, "rm -rf %s", t->folder);
    assert_int_equal(system(command), 0);
}

static enum flight_state state_at(struct two *t, size_t which, unsigned ms)
{
    tick(&t->of[which], ms);
    return t->of[which].flight->state;
}

/* Another editor's text comes a moment before its flight is over. */
static void keep(struct two *t, size_t which, const char *text)
{
    struct flight *f = t->of[which].flight;
    assert_true(buf_append(&f->text, str_from(text)));
    recall_put(&t->recall[which], f, t->of[which].doc, 0);
}

static void finish(struct two *t, size_t which)
{
    flight_free(t->of[which].flight, &t->of[which].deps);
    t->of[which].flight = NULL;
    cache_file_settle(t->recall[which].file);
}

static void the_second_waits_and_has_the_answer(void **state)
{
    struct two t;
    struct str rest;
    (void)state;
    set_two(&t, "total = ", "total = ");
    assert_int_equal(state_at(&t, 0, 1), FLIGHT_ASKING);
    assert_int_equal(state_at(&t, 1, 2), FLIGHT_QUIET);
    assert_int_equal(flight_next(t.of[1].flight), MSEC(1002 + LEASE_LOOK_MS));
    keep(&t, 0, "sum(rows)");
    finish(&t, 0);
    assert_int_equal(state_at(&t, 1, 22), FLIGHT_QUIET); /* it looks for it */
    cache_file_settle(t.recall[1].file);
    assert_true(recall_take(&t.recall[1]));
    assert_int_equal(state_at(&t, 1, 23), FLIGHT_LANDED);
    assert_true(flight_rest(t.of[1].flight, &rest));
    assert_true(str_is(rest, "sum(rows)"));
    assert_true(t.of[1].flight->recalled);
    clear_two(&t);
}

static void the_second_asks_when_there_was_no_answer(void **state)
{
    struct two t;
    (void)state;
    set_two(&t, "total = ", "total = ");
    assert_int_equal(state_at(&t, 0, 1), FLIGHT_ASKING);
    assert_int_equal(state_at(&t, 1, 2), FLIGHT_QUIET);
    finish(&t, 0);
    assert_int_equal(state_at(&t, 1, 22), FLIGHT_ASKING);
    clear_two(&t);
}

static void half_of_the_time_is_for_asking(void **state)
{
    struct two t;
    (void)state;
    set_two(&t, "total = ", "total = ");
    assert_int_equal(state_at(&t, 0, 1), FLIGHT_ASKING);
    assert_int_equal(state_at(&t, 1, 0), FLIGHT_QUIET);
    assert_int_equal(state_at(&t, 1, DEADLINE_MS / 2 - 5), FLIGHT_QUIET);
    assert_int_equal(flight_next(t.of[1].flight), MSEC(1000 + DEADLINE_MS / 2));
    assert_int_equal(state_at(&t, 1, DEADLINE_MS / 2), FLIGHT_ASKING);
    clear_two(&t);
}

static void another_place_is_another_question(void **state)
{
    struct two t;
    (void)state;
    set_two(&t, "total = ", "count = ");
    assert_int_equal(state_at(&t, 0, 1), FLIGHT_ASKING);
    assert_int_equal(state_at(&t, 1, 2), FLIGHT_ASKING);
    clear_two(&t);
}

/* What was there is gone, or the file is locked by somebody who is busy. */
static void what_does_not_come_is_not_waited_for(void **state)
{
    struct two t;
    (void)state;
    set_two(&t, "total = ", "total = ");
    assert_int_equal(state_at(&t, 0, 1), FLIGHT_ASKING);
    keep(&t, 0, "sum(rows)");
    finish(&t, 0);
    assert_int_equal(state_at(&t, 1, 2), FLIGHT_QUIET);
    cache_file_settle(t.recall[1].file); /* found, and not taken */
    assert_int_equal(state_at(&t, 1, 490), FLIGHT_QUIET);
    assert_int_equal(state_at(&t, 1, 510), FLIGHT_ASKING);
    clear_two(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_second_waits_and_has_the_answer),
        cmocka_unit_test(the_second_asks_when_there_was_no_answer),
        cmocka_unit_test(half_of_the_time_is_for_asking),
        cmocka_unit_test(another_place_is_another_question),
        cmocka_unit_test(what_does_not_come_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
