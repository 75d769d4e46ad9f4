/* Conditions that are evaluated together give what each gives alone. */
#include "route/conditions.h"
#include "route/features.h"
#include "route/standing.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum { MODELS = 3, MANY = 150 };

static const struct service service = {.type = "openai"};
static const struct model models[MODELS] = {
    {.name = {"a", 1}, .service = &service, .max_context = 1000},
    {.name = {"b", 1}, .service = &service, .max_context = 2000},
    {.name = {"c", 1}, .service = &service, .max_context = 3000},
};
static const struct task task = {.class = CURSOR_BODY, .tokens = 1500};

struct world {
    struct sql *sql;
    struct standing rows[MODELS];
    struct condition of[MANY];
    bool holds[MANY][MODELS], known[MANY];
    struct conditions *together;
};

static void world_init(struct world *w, const char *const *sources, size_t n)
{
    struct why why = {{0}};
    *w = (struct world){.sql = sql_new(feature_tables)};
    assert_non_null(w->sql);
    for (size_t i = 0; i < MODELS; i++)
        standing_init(&w->rows[i], &models[i], &task);
    sql_set_rows(w->sql, SQL_TASK, &task, 1);
    sql_set_rows(w->sql, SQL_MODEL, w->rows, MODELS);
    for (size_t i = 0; i < n; i++) {
        w->of[i].source = str_from(sources[i]);
        w->of[i].query = sql_condition(w->sql, w->of[i].source, &why);
        if (!w->of[i].query)
            fail_msg("%s: %s", sources[i], why.text);
    }
    w->together = conditions_new(w->sql, w->of, n, MODELS);
    assert_non_null(w->together);
    conditions_evaluate(w->together, MODELS, &w->holds[0][0], w->known);
}

static void world_release(struct world *w)
{
    conditions_free(w->together);
    for (size_t i = 0; i < MANY; i++)
        sql_query_free(w->of[i].query);
    sql_free(w->sql);
}

static void expect_as_alone(struct world *w, size_t i)
{
    bool alone[MODELS];
    struct why why;
    size_t n = sql_names_model(w->of[i].query) ? MODELS : 1;
    assert_int_equal(sql_holds(w->of[i].query, alone, &why), OK);
    for (size_t row = 0; row < n; row++)
        if (alone[row] != w->holds[i][row])
            fail_msg("%s: row %zu", w->of[i].source.ptr, row);
}

/* More than one statement has room for, of both kinds in turn. */
static void many_are_as_each_alone(void **state)
{
    (void)state;
    static const char *const some[] = {
        "tokens > 1000",  "max_context > tokens",
        "tokens < 1000",  "max_context > 2500 AND class = 'body'",
        "class = 'body'", "model IN ('a', 'c')",
        "in_test",        "cost_input > 1",
    };
    static const char *sources[MANY];
    static struct world w;
    for (size_t i = 0; i < MANY; i++)
        sources[i] = some[i % 8];
    world_init(&w, sources, MANY);
    for (size_t i = 0; i < MANY; i++) {
        assert_true(w.known[i]);
        expect_as_alone(&w, i);
    }
    world_release(&w);
}

/* Nobody else loses by it; it is told apart by being evaluated alone. */
static void one_that_fails_is_left_to_itself(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "tokens > 1000",
        "abs(-9223372036854775807 - 1) > 0",
        "max_context > 2500",
        "max_context < 2500",
    };
    static struct world w;
    bool alone[MODELS];
    struct why why;
    world_init(&w, sources, 4);
    assert_false(w.known[0]);
    assert_false(w.known[1]);
    assert_int_equal(sql_holds(w.of[0].query, alone, &why), OK);
    assert_true(alone[0]);
    assert_int_equal(sql_holds(w.of[1].query, alone, &why), ERR_PARAMS);
    assert_int_equal(sql_holds(w.of[2].query, alone, &why), OK);
    assert_false(alone[1]);
    assert_true(alone[2]);
    /* The others of its kind know nothing of it. */
    assert_true(w.known[2] && w.known[3]);
    expect_as_alone(&w, 2);
    expect_as_alone(&w, 3);
    conditions_evaluate(w.together, MODELS, &w.holds[0][0], w.known);
    assert_false(w.known[0]);
    world_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_are_as_each_alone),
        cmocka_unit_test(one_that_fails_is_left_to_itself),
    };
    return cmocka_run_group_tests_name("conditions", tests, NULL, NULL);
}
