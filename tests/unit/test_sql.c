/* Conditions and rankings: what they may say, and what they give. */
#include "route/features.h"
#include "route/standing.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static const struct service service = {.type = "openai"};

static const struct task task = {
    .class = CURSOR_BODY,
    .trigger = TRIGGER_INVOKED,
    .language = {"rust", 4},
    .line_prefix = {"let x = 'a", 10},
    .input_length = 9000,
    .in_test = true,
};

/* Three models: dear and good, cheap, unknown price. */
static void models(struct standing out[3])
{
    static const struct model m[] = {
        {.name = {"big", 3},
         .service = &service,
         .cost_input = 2e-5,
         .cost_output = 8e-5,
         .max_context = 32000,
         .tags = {",smart,", 7}},
        {.name = {"small", 5},
         .service = &service,
         .cost_input = 1e-7,
         .cost_output = 2e-7,
         .max_context = 8000},
        {.name = {"new", 3},
         .service = &service,
         .cost_input = -1,
         .cost_output = -1},
    };
    for (size_t i = 0; i < 3; i++)
        standing_init(&out[i], &m[i], &task);
}

static struct sql *database(struct standing rows[3])
{
    struct sql *s = sql_new(feature_tables);
    assert_non_null(s);
    models(rows);
    sql_set_rows(s, SQL_TASK, &task, 1);
    sql_set_rows(s, SQL_MODEL, rows, 3);
    return s;
}

static void conditions_hold_or_not(void **state)
{
    (void)state;
    static const struct {
        const char *condition;
        const char *holds; /* a letter for the task, or one for each model */
    } cases[] = {
        {"input_length > 8000", "y"},
        {"input_length > 9000", "n"},
        {"class = 'body' AND language IN ('rust', 'go')", "y"},
        {"trigger = 'automatic'", "n"},
        {"line_prefix LIKE 'let %'", "y"},
        {"line_prefix LIKE '%''a'", "y"},
        {"in_test", "y"},
        {"depth > 1 OR 1", "y"},
        {"max_context > 10000", "ynn"},
        {"cost_input IS NULL", "nny"},
        {"cost_input > 1", "ynn"}, /* a NULL does not hold */
        {"tags LIKE '%,smart,%' AND in_test", "ynn"},
        {"model = 'small'", "nyn"},
        {"round(cost_output, 1) = 0.2", "nyn"},
        {"iif(class = 'body', model, 'x') = 'big'", "ynn"},
        {"path IS NOT NULL", "y"},
        {"\"language\" = 'rust'", "y"},
    };
    struct standing rows[3];
    struct sql *s = database(rows);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why why = {{0}};
        bool holds[3] = {0};
        struct sql_query *q =
            sql_condition(s, str_from(cases[i].condition), &why);
        if (!q)
            fail_msg("%s: %s", cases[i].condition, why.text);
        assert_int_equal(sql_holds(q, holds, &why), OK);
        size_t n = strlen(cases[i].holds);
        assert_int_equal(sql_names_model(q), n == 3);
        for (size_t row = 0; row < n; row++)
            if (holds[row] != (cases[i].holds[row] == 'y'))
                fail_msg("%s: row %zu", cases[i].condition, row);
        sql_query_free(q);
    }
    sql_free(s);
}

static void what_is_no_condition_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *condition, *why;
    } cases[] = {
        {"", "it is empty"},
        {"input_lenght > 8000", "did you mean \"input_length\", or"},
        {"model.cost_inputs = 1", "did you mean \"cost_input\", or"},
        {"language = rust", "single quotes"},
        {"language = \"rust\"", "there is no \"rust\""},
        {"lenght(path) > 3", "did you mean length()?"},
        {"count(*) > 1", "there is no function count()"},
        {"load_extension('x')", "there is no function load_extension()"},
        {"randomblob(1000000000)", "there is no function randomblob()"},
        {"1; DROP TABLE task", "semicolon"},
        {"1) FROM task; --", "a bracket closes"},
        {"1 -- and so on", "comments"},
        {"1 /* and", "comments"},
        {"'abc", "a quote has no end"},
        {"(1", "a bracket is still open"},
        {"1, 2", "no SQL expression"},
        {"input_length >", "no SQL expression"},
        {"(SELECT 1)", "SELECT has no place in it"},
        {"1 IN (SELECT rowid FROM model)", "has no place in it"},
        {"EXISTS (SELECT * FROM sqlite_master)", "has no place in it"},
        {"(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c) "
         "SELECT count(*) FROM c)",
         "no SQL expression"},
        {"?1", "no SQL expression"},
        {"max(max_context) > 2500", "compare two values or more"},
        {"min(tokens) > 1", "compare two values or more"},
    };
    struct standing rows[3];
    struct sql *s = database(rows);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why why = {{0}};
        struct sql_query *q =
            sql_condition(s, str_from(cases[i].condition), &why);
        if (q || !strstr(why.text, cases[i].why))
            fail_msg("%s: %s", cases[i].condition, q ? "accepted" : why.text);
    }
    sql_free(s);
}

static void a_ranking_filters_and_orders(void **state)
{
    (void)state;
    static const struct {
        const char *where, *by, *order;
    } cases[] = {
        {"", "", "012"},
        {"", "cost_input", "210"}, /* NULL comes first in SQL */
        {"", "cost_input IS NULL, cost_input", "102"},
        {"", "cost_input DESC", "012"},
        {"", "cost_input NULLS LAST", "102"},
        {"max_context > 1", "max_context", "10"},
        {"language = 'go'", "", ""},
        {"", "iif(model = 'new', 0, 1), cost_output", "210"},
    };
    struct standing rows[3];
    struct sql *s = database(rows);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why why = {{0}};
        size_t order[3], n;
        bool in_where;
        struct sql_query *q =
            sql_ranking(s, str_from(cases[i].where), str_from(cases[i].by),
                        &in_where, &why);
        if (!q)
            fail_msg("%s: %s", cases[i].by, why.text);
        assert_int_equal(sql_rank(q, order, &n, &why), OK);
        assert_int_equal(n, strlen(cases[i].order));
        for (size_t k = 0; k < n; k++)
            if (order[k] != (size_t)(cases[i].order[k] - '0'))
                fail_msg("%s: place %zu", cases[i].by, k);
        sql_query_free(q);
    }
    sql_free(s);
}

static void a_ranking_that_is_none_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *where, *by, *why;
    } cases[] = {
        {"", "cost_input LIMIT 1", ""},
        {"", "price", "there is no \"price\""},
        {"prize < 3", "", "there is no \"prize\""},
        {"1) UNION SELECT (1", "", "bracket"},
        {"", "1 UNION SELECT 2", ""},
        {"", "(SELECT 1)", "has no place in it"},
        {"", "max(cost_input)", "misuse of aggregate"},
    };
    struct standing rows[3];
    struct sql *s = database(rows);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why why = {{0}};
        bool in_where;
        struct sql_query *q =
            sql_ranking(s, str_from(cases[i].where), str_from(cases[i].by),
                        &in_where, &why);
        if (q || !why.text[0] || !strstr(why.text, cases[i].why))
            fail_msg("%s: %s", cases[i].by, q ? "accepted" : why.text);
        assert_int_equal(in_where, cases[i].where[0] != '\0');
    }
    sql_free(s);
}

/* No loop can be written; what is left is many rows times a long text. */
static void what_runs_away_is_stopped(void **state)
{
    (void)state;
    enum { MANY = 1000 };
    struct why why;
    struct buf text;
    bool holds[MANY];
    struct standing *rows = calloc(MANY, sizeof *rows);
    static const struct model m = {.service = &service};
    struct sql *s = sql_new(feature_tables);
    buf_init(&text, SQL_EXPRESSION_MAX);
    buf_printf(&text, "calls = 0");
    while (text.len + 30 < SQL_EXPRESSION_MAX)
        buf_printf(&text, " AND abs(calls) = 0");
    for (size_t i = 0; i < MANY; i++)
        standing_init(&rows[i], &m, &task);
    sql_set_rows(s, SQL_TASK, &task, 1);
    sql_set_rows(s, SQL_MODEL, rows, MANY);
    struct sql_query *q = sql_condition(s, buf_view(&text), &why);
    if (!q) { /* its tree is too deep already */
        assert_non_null(strstr(why.text, "too deep"));
    } else {
        assert_int_equal(sql_holds(q, holds, &why), ERR_TOO_LARGE);
        assert_non_null(strstr(why.text, "too many steps"));
        assert_false(holds[0]);
    }
    sql_query_free(q);
    sql_free(s);
    buf_release(&text);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_hold_or_not),
        cmocka_unit_test(what_is_no_condition_is_refused),
        cmocka_unit_test(a_ranking_filters_and_orders),
        cmocka_unit_test(a_ranking_that_is_none_is_refused),
        cmocka_unit_test(what_runs_away_is_stopped),
    };
    return cmocka_run_group_tests_name("sql", tests, NULL, NULL);
}
