/* What a router's choice makes of a decision, and what it can't. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "config/jsonc.h"
#include "config/keys.h"
#include "route/decide.h"

#include <string.h>

#define CONFIG                                                                 \
    "{\"plugins\": [{\"name\": \"r\", \"command\": \"/r\"}],"                  \
    "\"providers\": [{\"type\": \"vllm\", \"models\": [{\"id\": \"home\"}]},"  \
    "{\"type\": \"api-gateway\", \"endpoint\": \"https://x.example/v1\","      \
    "\"models\": [{\"id\": \"cloud\", \"cost_per_token\": 0.001},"             \
    "{\"id\": \"dear\", \"cost_per_token\": 1}]}],"                            \
    "\"privacy\": [{\"path\": \"private/**\", \"tier\": \"own_servers\"},"     \
    "{\"path\": \"**\", \"tier\": \"anywhere\"}],"                             \
    "\"routes\": [{%s, \"router\": \"r\"}]}"

static struct table *table_of(const char *route)
{
    struct problems problems;
    struct buf text;
    cJSON *json;
    problems_init(&problems);
    buf_init(&text, 10000);
    buf_printf(&text, CONFIG, route);
    assert_int_equal(jsonc_parse(buf_view(&text), &json, NULL), OK);
    keys_check(json, true, &problems);
    struct table *t = table_new(json, &problems);
    assert_non_null(t);
    assert_int_equal(problems.errors, 0);
    cJSON_Delete(json);
    problems_release(&problems);
    buf_release(&text);
    return t;
}

/* "a b | c": those that are asked, and those that are not. */
static void print_chain(const struct decision *d, struct buf *out)
{
    bool excluded = false;
    for (size_t i = 0; i < d->n; i++) {
        bool first = d->chain[i].excluded && !excluded;
        buf_printf(out, "%s%s%.*s", i ? " " : "", first ? "| " : "",
                   STR_ARG(d->chain[i].model->name));
        excluded |= d->chain[i].excluded;
    }
}

#define BOTH "\"models\": [\"home\", \"cloud\"]"
#define ANYWHERE ", \"fail_over\": \"anywhere\""

static void test_choices(void **state)
{
    (void)state;
    static const struct {
        const char *route, *path;
        const char *chosen; /* names; "": none; "-": it is not asked */
        enum err e;
        const char *chain;
    } rows[] = {
        /* Without a choice all is as it would be without a router. */
        {BOTH, "a.py", "-", OK, "home builtin | cloud"},
        {BOTH ANYWHERE, "a.py", "-", OK, "home cloud builtin"},
        {"\"models\": [\"builtin\", \"cloud\"]", "a.py", "-", OK,
         "builtin | cloud"},
        {"\"strategy\": \"cost\"", "a.py", "-", OK,
         "home builtin | cloud dear"},
        /* It may lead away from one's own servers, */
        {BOTH, "a.py", "cloud", OK, "cloud home builtin"},
        {"\"strategy\": \"cost\"", "a.py", "dear", OK,
         "dear home cloud builtin"},
        /* but behind one of them nothing else is asked. */
        {BOTH, "a.py", "home", OK, "home builtin | cloud"},
        {BOTH, "a.py", "home cloud", OK, "home builtin | cloud"},
        {BOTH ANYWHERE, "a.py", "home", OK, "home cloud builtin"},
        {BOTH ANYWHERE, "a.py", "cloud home", OK, "cloud home builtin"},
        /* Nothing is asked behind the built-in model. */
        {BOTH ANYWHERE, "a.py", "builtin", OK, "builtin | home cloud"},
        {BOTH ANYWHERE, "a.py", "cloud builtin", OK, "cloud builtin | home"},
        {"\"models\": [\"builtin\", \"cloud\"]", "a.py", "cloud", OK,
         "cloud builtin"},
        /* All models, where the route names none. */
        {"\"class\": \"top_level\"", "a.py", "dear cloud", OK,
         "dear cloud home builtin"},
        {BOTH ANYWHERE, "a.py", "cloud cloud", OK, "cloud home builtin"},
        /* What may not be asked is passed over, and alone it is a mistake. */
        {BOTH ANYWHERE, "a.py", "dear cloud", OK, "cloud home builtin"},
        {BOTH ANYWHERE, "a.py", "dear", ERR_ANSWER, "home cloud builtin"},
        {BOTH ANYWHERE, "a.py", "nobody", ERR_ANSWER, "home cloud builtin"},
        /* A file that stays on own servers stays there. */
        {BOTH ANYWHERE, "private/a.py", "cloud", ERR_ANSWER,
         "home builtin | cloud"},
        {BOTH ANYWHERE, "private/a.py", "cloud home", OK,
         "home builtin | cloud"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct table *t = table_of(rows[i].route);
        struct task task = {.language = STR("python"),
                            .class = CURSOR_TOP_LEVEL,
                            .path = str_from(rows[i].path)};
        struct str names[4], rest = str_from(rows[i].chosen);
        struct decision d;
        struct buf chain;
        struct why why = {{0}};
        enum err e = OK;
        size_t n = 0;
        decide(t, &task, NULL, 0, &d);
        while (str_cut(&rest, ' ', &names[n]))
            n++;
        if (strcmp(rows[i].chosen, "-") != 0)
            e = decision_choose(&d, t, NULL, &task, 0, names, n, &why);
        buf_init(&chain, 400);
        print_chain(&d, &chain);
        if (e != rows[i].e || strcmp(chain.ptr, rows[i].chain) != 0)
            fail_msg("%s, %s: %s: %s %s", rows[i].route, rows[i].chosen,
                     chain.ptr, err_name(e), why.text);
        buf_release(&chain);
        table_unref(t);
    }
}

/* Below two there is nothing to choose. */
static void test_open(void **state)
{
    (void)state;
    static const struct {
        const char *route;
        size_t n;
    } rows[] = {{BOTH, 3}, {BOTH ANYWHERE, 3}, {"\"model\": \"builtin\"", 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct table *t = table_of(rows[i].route);
        struct task task = {.language = STR("python")};
        struct decision d;
        size_t open[CHAIN_MAX];
        decide(t, &task, NULL, 0, &d);
        assert_int_equal(decision_open(&d, open), rows[i].n);
        table_unref(t);
    }
}

/* Of a router over all models each candidate says why it is one. */
static void test_reasons(void **state)
{
    (void)state;
    struct table *t = table_of("\"class\": \"top_level\"");
    struct task task = {.class = CURSOR_TOP_LEVEL};
    struct str name = STR("dear");
    struct decision d;
    struct why why;
    decide(t, &task, NULL, 0, &d);
    assert_int_equal(decision_choose(&d, t, NULL, &task, 0, &name, 1, &why),
                     OK);
    assert_int_equal(d.n, 4);
    assert_string_equal(d.chain[0].reason, "chosen by the router \"r\"");
    for (size_t i = 1; i < 3; i++)
        assert_string_equal(d.chain[i].reason,
                            "one of all, in the configuration's order");
    table_unref(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_reasons),
    };
    return cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}
