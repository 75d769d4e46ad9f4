/* Budgets: what they cover, what is left of them, and who is left out. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "config/jsonc.h"
#include "config/keys.h"
#include "route/decide.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DAY INT64_C(86400000000)

/* Noon of the 30th of June 2025, a Monday, UTC. */
#define WALL INT64_C(1751284800000000)

#define MODELS                                                                 \
    "\"providers\": [{\"type\": \"openai\", \"auth\": {\"key\": \"k-e-y\"},"   \
    "\"models\": [{\"id\": \"dear\", \"tags\": [\"x\", \"cloud\"],"            \
    "\"cost_per_token\": 0.01}, {\"id\": \"cheap\", \"tags\": \"cloud\","      \
    "\"cost_per_token\": 0.001}, {\"id\": \"odd\"}]},"                         \
    "{\"type\": \"vllm\", \"models\": [{\"id\": \"own\"}]}],"                  \
    "\"routes\": [{\"models\": [\"dear\", \"cheap\", \"odd\", \"own\"]}]"

static struct task task = {
    .class = CURSOR_BODY, .language = {"c", 1}, .tokens = 84};

static struct table *table_of(const char *budgets, struct problems *problems)
{
    struct buf text;
    cJSON *json;
    problems_init(problems);
    buf_init(&text, 10000);
    buf_printf(&text, "{" MODELS ", \"budgets\": [%s]}", budgets);
    assert_int_equal(jsonc_parse(buf_view(&text), &json, NULL), OK);
    keys_check(json, true, problems);
    struct table *t = table_new(json, problems);
    assert_non_null(t);
    cJSON_Delete(json);
    buf_release(&text);
    return t;
}

/* Who is asked, in order, and who is left out, after a minus. */
static void chain_of(const struct table *t, struct fleet *f, char *out,
                     size_t size)
{
    struct decision d;
    size_t at = 0;
    decide(t, &task, f, MSEC(1000), &d);
    for (size_t i = 0; i < d.n; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s%.*s", i ? " " : "",
                               d.chain[i].excluded ? "-" : "",
                               STR_ARG(d.chain[i].model->name));
}

/* `dear` takes a dollar, `cheap` ten cents, `odd` nobody knows what. */
static void who_is_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *budgets;
        double spent; /* this day, by `dear` */
        const char *chain;
    } rows[] = {
        {"", 100, "dear cheap odd own builtin"},
        {"{\"per\": \"day\", \"dollars\": 5}", 3, "dear cheap odd own builtin"},
        {"{\"per\": \"day\", \"dollars\": 5}", 4.5,
         "cheap odd own builtin -dear"},
        {"{\"per\": \"day\", \"dollars\": 5}", 5,
         "own builtin -dear -cheap -odd"},
        {"{\"per\": \"day\", \"dollars\": 0}", 0,
         "own builtin -dear -cheap -odd"},
        {"{\"per\": \"month\", \"dollars\": 5, \"for\": \"provider:openai\"}",
         5, "own builtin -dear -cheap -odd"},
        {"{\"per\": \"day\", \"dollars\": 5, \"for\": \"tag:cloud\"}", 5,
         "odd own builtin -dear -cheap"},
        {"{\"per\": \"day\", \"dollars\": 5, \"for\": \"tag:x\"}", 5,
         "cheap odd own builtin -dear"},
        {"{\"per\": \"day\", \"dollars\": 5, \"for\": \"model:cheap\"}", 5,
         "dear cheap odd own builtin"},
        {"{\"per\": \"day\", \"dollars\": 5, \"for\": \"model:dear\"}", 5,
         "cheap odd own builtin -dear"},
        {"{\"per\": \"day\", \"dollars\": 5, \"then\": \"stop\"}", 5,
         "builtin -dear -cheap -odd -own"},
        {"{\"per\": \"day\", \"dollars\": 5, \"then\": \"cheapest\"}", 5,
         "own builtin -dear -cheap -odd"},
        {"{\"per\": \"day\", \"dollars\": 5, \"for\": \"tag:cloud\","
         "\"then\": \"stop\"}, {\"per\": \"day\", \"dollars\": 9}",
         5, "odd own builtin -dear -cheap"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char chain[200];
        struct problems problems;
        struct table *t = table_of(rows[i].budgets, &problems);
        struct fleet *f = fleet_new(1);
        assert_int_equal(problems.errors, 0);
        fleet_set_table(f, t);
        fleet_turn(f, MSEC(1000), WALL);
        fleet_add_spent(f, STR("openai"), STR("dear"), rows[i].spent,
                        rows[i].spent);
        chain_of(t, f, chain, sizeof chain);
        assert_string_equal(chain, rows[i].chain);
        fleet_free(f);
        table_unref(t);
        problems_release(&problems);
    }
}

/* Of paid ones the cheapest is asked where nothing else is there. */
static void the_cheapest_goes_on(void **state)
{
    (void)state;
    struct problems problems;
    struct table *t = table_of("{\"per\": \"day\", \"dollars\": 0, \"then\": "
                               "\"cheapest\", \"for\": \"provider:openai\"}",
                               &problems);
    struct fleet *f = fleet_new(1);
    struct decision d;
    t->routes[0].n_models = 3;
    fleet_set_table(f, t);
    fleet_turn(f, MSEC(1000), WALL);
    decide(t, &task, f, MSEC(1000), &d);
    assert_true(str_is(d.chain[0].model->name, "cheap"));
    assert_string_equal(d.chain[2].reason,
                        "the budget of $0 a day for provider:openai is used "
                        "up; only the cheapest is asked");
    assert_true(decision_affords(&d, 0, &task, f, MSEC(1000), NULL));
    fleet_free(f);
    table_unref(t);
    problems_release(&problems);
}

static void parallel_calls_do_not_overrun(void **state)
{
    (void)state;
    struct problems problems;
    struct table *t = table_of(
        "{\"per\": \"day\", \"dollars\": 2.5, \"for\": \"model:dear\"}",
        &problems);
    struct fleet *f = fleet_new(1);
    const struct model *dear = table_model(t, STR("dear"));
    struct bill bill = {.in = 40, .out = 10, .cost = 0.5};
    struct decision d;
    struct why why;
    struct standing row;
    fleet_set_table(f, t);
    fleet_turn(f, MSEC(1000), WALL);
    decide(t, &task, f, MSEC(1000), &d); /* for three, before any was asked */
    struct claim first = fleet_asked(f, dear, &task, MSEC(1000));
    assert_true(fabs(first.dollars - 1) < 1e-9);
    assert_true(decision_affords(&d, 0, &task, f, MSEC(1000), NULL));
    struct claim second = fleet_asked(f, dear, &task, MSEC(1000));
    assert_false(decision_affords(&d, 0, &task, f, MSEC(1000), &why));
    assert_string_equal(why.text, "the budget of $2.5 a day for model:dear has "
                                  "$0.5 left, and this would take $1");
    assert_true(decision_affords(&d, 1, &task, f, MSEC(1000), NULL));
    assert_false(fleet_purses(f)[0].refused); /* it may be there again */
    fleet_row(f, dear, &task, MSEC(1000), &row);
    assert_true(fabs(row.budget_left - 0.5) < 1e-9);
    fleet_settled(f, dear, &first, &bill, MSEC(1000));
    fleet_settled(f, dear, &first, &bill, MSEC(1000)); /* once counts */
    fleet_row(f, dear, &task, MSEC(1000), &row);
    assert_true(fabs(row.budget_left - 1) < 1e-9);
    fleet_settled(f, dear, &second, &bill_none, MSEC(1000));
    fleet_row(f, dear, &task, MSEC(1000), &row);
    assert_true(fabs(row.budget_left - 2) < 1e-9);
    fleet_row(f, table_model(t, STR("own")), &task, MSEC(1000), &row);
    assert_true(isnan(row.budget_left));
    fleet_free(f);
    table_unref(t);
    problems_release(&problems);
}

/* Two processes: each has a fleet, and they share a ledger. */
struct two {
    char folder[64], path[80];
    struct fleet *one, *other;
};

static void two_init(struct two *p, struct table *t)
{
    struct why why;
    strcpy(p->folder, "/tmp/switchyard-budget-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->path, sizeof p->path, "%s/ledger", p->folder);
    struct fleet **fleets[] = {&p->one, &p->other};
    for (int i = 0; i < 2; i++) {
        struct fleet *f = *fleets[i] = fleet_new(1);
        fleet_set_table(f, t);
        assert_int_equal(fleet_share(f, p->path, &why), OK);
        fleet_turn(f, MSEC(1000), WALL);
    }
}

static void two_release(struct two *p)
{
    fleet_free(p->one);
    fleet_free(p->other);
    unlink(p->path);
    rmdir(p->folder);
}

static void two_processes_keep_to_one_budget(void **state)
{
    (void)state;
    struct problems problems;
    struct table *t = table_of(
        "{\"per\": \"day\", \"dollars\": 2.5, \"for\": \"model:dear\"}",
        &problems);
    const struct model *dear = table_model(t, STR("dear"));
    struct bill bill = {.in = 40, .out = 10, .cost = 0.5};
    struct claim first, second, third;
    struct two p;
    two_init(&p, t);
    assert_true(fleet_claim(p.one, dear, &task, false, MSEC(1000), &first));
    assert_true(fleet_claim(p.other, dear, &task, false, MSEC(1000), &second));
    /* For both it seemed affordable when they decided. */
    assert_false(fleet_claim(p.one, dear, &task, false, MSEC(1000), &third));
    assert_false(fleet_claim(p.other, dear, &task, false, MSEC(1000), &third));
    assert_true(third.dollars <= 0 && third.tokens <= 0);
    assert_true(fabs(fleet_purses(p.other)[0].claimed - 2) < 1e-6);
    fleet_settled(p.other, dear, &second, &bill, MSEC(1000));
    fleet_turn(p.one, MSEC(1000), WALL);
    assert_true(fabs(fleet_purses(p.one)[0].spent - 0.5) < 1e-6);
    assert_true(fleet_claim(p.one, dear, &task, false, MSEC(1000), &third));
    assert_false(fleet_claim(p.other, dear, &task, false, MSEC(1000), &second));
    /* Whoever goes lets go; what was spent stays spent. */
    fleet_free(p.one);
    p.one = NULL;
    assert_true(fleet_claim(p.other, dear, &task, false, MSEC(1000), &second));
    fleet_settled(p.other, dear, &second, &bill, MSEC(1000));
    fleet_turn(p.other, MSEC(1000), WALL);
    assert_true(fabs(fleet_purses(p.other)[0].spent - 1) < 1e-6);
    assert_true(fabs(fleet_purses(p.other)[0].claimed) < 1e-6);
    two_release(&p);
    table_unref(t);
    problems_release(&problems);
}

/* Another table is in force while calls are under way: what is set aside for
 * them goes along, and nothing is left behind. */
static void what_is_set_aside_goes_along(void **state)
{
    (void)state;
    struct problems problems[2];
    struct table *t =
        table_of("{\"per\": \"day\", \"dollars\": 9}", &problems[0]);
    struct table *next = table_of(
        "{\"per\": \"day\", \"dollars\": 9, \"for\": \"tag:x\"}", &problems[1]);
    const struct model *dear = table_model(t, STR("dear"));
    struct claim claim;
    struct two p;
    two_init(&p, t);
    assert_true(fleet_claim(p.one, dear, &task, false, MSEC(1000), &claim));
    fleet_set_table(p.one, next);
    assert_true(fabs(fleet_purses(p.one)[0].claimed - 1) < 1e-6);
    fleet_turn(p.other, MSEC(1000), WALL);
    assert_true(fabs(fleet_purses(p.other)[0].claimed) < 1e-6);
    fleet_settled(p.one, dear, &claim, &bill_none, MSEC(1000));
    fleet_turn(p.one, MSEC(1000), WALL);
    assert_true(fabs(fleet_purses(p.one)[0].claimed) < 1e-6);
    two_release(&p);
    for (int i = 0; i < 2; i++)
        problems_release(&problems[i]);
    table_unref(t);
    table_unref(next);
}

static void the_cheapest_goes_on_beyond_it(void **state)
{
    (void)state;
    struct problems problems;
    struct table *t = table_of("{\"per\": \"day\", \"dollars\": 0.5, "
                               "\"then\": \"cheapest\"}",
                               &problems);
    const struct model *dear = table_model(t, STR("dear"));
    const struct model *cheap = table_model(t, STR("cheap"));
    struct claim claim;
    struct two p;
    two_init(&p, t);
    assert_false(fleet_claim(p.one, dear, &task, false, MSEC(1000), &claim));
    for (int i = 0; i < 8; i++)
        assert_true(fleet_claim(p.one, cheap, &task, true, MSEC(1000), &claim));
    assert_false(fleet_claim(p.other, cheap, &task, false, MSEC(1000), &claim));
    assert_true(fleet_claim(p.other, cheap, &task, true, MSEC(1000), &claim));
    two_release(&p);
    table_unref(t);
    problems_release(&problems);
}

static void days_and_months_begin_with_nothing(void **state)
{
    (void)state;
    static const struct {
        int64_t wall;
        double day, month;
    } rows[] = {
        {WALL, 1, 5}, /* what was known once is not forgotten */
        {WALL + DAY / 2 - 1, 1, 5},
        {WALL + DAY / 2, 0, 0}, /* July begins */
    };
    struct problems problems;
    struct table *t = table_of("{\"per\": \"day\", \"dollars\": 5},"
                               "{\"per\": \"month\", \"dollars\": 5}",
                               &problems);
    const struct model *dear = table_model(t, STR("dear"));
    struct bill bill = {.in = 90, .out = 10, .cost = 1};
    struct fleet *f = fleet_new(1);
    fleet_set_table(f, t);
    fleet_turn(f, MSEC(1000), WALL - DAY);
    struct claim claim = fleet_asked(f, dear, &task, MSEC(1000));
    fleet_settled(f, dear, &claim, &bill, MSEC(1000));
    fleet_turn(f, MSEC(1000), WALL);
    assert_true(fabs(fleet_purses(f)[0].spent) < 1e-9);
    assert_true(fabs(fleet_purses(f)[1].spent - 1) < 1e-9);
    fleet_add_spent(f, STR("openai"), STR("dear"), 1, 3);
    fleet_add_spent(f, STR("gone"), STR("from the configuration"), 0, 1);
    assert_true(fabs(fleet_purses(f)[1].spent - 5) < 1e-9);
    fleet_others(f);
    fleet_add_spent(f, STR("openai"), STR("dear"), 1, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fleet_turn(f, MSEC(1000), rows[i].wall);
        assert_true(fabs(fleet_purses(f)[0].spent - rows[i].day) < 1e-9);
        assert_true(fabs(fleet_purses(f)[1].spent - rows[i].month) < 1e-9);
    }
    fleet_free(f);
    table_unref(t);
    problems_release(&problems);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *budget;
        const char *path, *text;
    } rows[] = {
        {"{\"per\": \"day\"}", "budgets[0].dollars", "it is missing"},
        {"{\"dollars\": 1}", "budgets[0].per", "it is missing"},
        {"{\"per\": \"week\", \"dollars\": 1}", "budgets[0].per",
         "there is no \"week\""},
        {"{\"per\": \"day\", \"dollars\": -1}", "budgets[0].dollars",
         "out of bounds"},
        {"{\"per\": \"day\", \"dollars\": 1, \"for\": \"model:deer\"}",
         "budgets[0].for", "no model \"deer\"; did you mean \"dear\"?"},
        {"{\"per\": \"day\", \"dollars\": 1, \"for\": \"tag:clod\"}",
         "budgets[0].for", "no tag \"clod\"; did you mean \"cloud\"?"},
        {"{\"per\": \"day\", \"dollars\": 1, \"for\": \"provider:none\"}",
         "budgets[0].for", "no provider \"none\""},
        {"{\"per\": \"day\", \"dollars\": 1, \"for\": \"dear\"}",
         "budgets[0].for", "none of all, provider:NAME"},
        {"{\"per\": \"day\", \"dollars\": 1, \"then\": \"halt\"}",
         "budgets[0].then", "there is no \"halt\""},
        {"{\"per\": \"day\", \"dollars\": 1, \"warn_at\": 80}",
         "budgets[0].warn_at", "out of bounds"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct problems problems;
        struct table *t = table_of(rows[i].budget, &problems);
        bool named = false;
        assert_true(problems.errors > 0);
        for (size_t k = 0; k < problems.n; k++)
            named |= !strcmp(problems.items[k].path, rows[i].path) &&
                     strstr(problems.items[k].why.text, rows[i].text);
        if (!named)
            fail_msg("%s: %s: %s", rows[i].budget, problems.items[0].path,
                     problems.items[0].why.text);
        table_unref(t);
        problems_release(&problems);
    }
}

static int use_utc(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_left_out),
        cmocka_unit_test(the_cheapest_goes_on),
        cmocka_unit_test(parallel_calls_do_not_overrun),
        cmocka_unit_test(two_processes_keep_to_one_budget),
        cmocka_unit_test(what_is_set_aside_goes_along),
        cmocka_unit_test(the_cheapest_goes_on_beyond_it),
        cmocka_unit_test(days_and_months_begin_with_nothing),
        cmocka_unit_test(mistakes_are_named),
    };
    return cmocka_run_group_tests_name("budget", tests, use_utc, NULL);
}
