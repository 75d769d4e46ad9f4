/* Rules and strategies: from a configuration and a task to the chain. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "config/jsonc.h"
#include "config/keys.h"
#include "route/decide.h"

#include <math.h>
#include <string.h>

/* Prices are dollars a million tokens in and out; "free" is local. */
#define PROVIDERS                                                              \
    "\"providers\": ["                                                         \
    "{\"name\": \"cloud\", \"type\": \"api-gateway\", "                        \
    "\"endpoint\": \"https://x.example/v1\", \"models\": ["                    \
    "{\"id\": \"big\", \"tags\": [\"smart\"], \"max_context\": 100000, "       \
    "\"cost_per_million\": {\"input\": 10, \"output\": 40}, "                  \
    "\"performance\": {\"avg_response\": 2, \"success_rate\": 1}},"            \
    "{\"id\": \"mid\", \"max_context\": 32000, "                               \
    "\"cost_per_million\": {\"input\": 1, \"output\": 4}, "                    \
    "\"performance\": {\"avg_response\": 1, \"success_rate\": 0.5}},"          \
    "{\"id\": \"odd\", \"performance\": {\"avg_response\": 0.1}}]},"           \
    "{\"name\": \"here\", \"type\": \"vllm\", \"models\": ["                   \
    "{\"id\": \"free\", \"tags\": \"fast\", \"max_context\": 4000, "           \
    "\"performance\": {\"avg_response\": 0.5}}]}]"

static struct table *table_with(const char *rest, size_t mistakes)
{
    struct problems problems;
    struct buf text;
    cJSON *json;
    problems_init(&problems);
    buf_init(&text, 10000);
    buf_printf(&text, "{" PROVIDERS ", \"fail_over\": \"anywhere\", %s}", rest);
    assert_int_equal(jsonc_parse(buf_view(&text), &json, NULL), OK);
    keys_check(json, true, &problems);
    struct table *t = table_new(json, &problems);
    assert_non_null(t);
    if (problems.errors != mistakes)
        fail_msg("%s: %s", problems.items[0].path, problems.items[0].why.text);
    cJSON_Delete(json);
    problems_release(&problems);
    buf_release(&text);
    return t;
}

static struct table *table_of(const char *rest)
{
    return table_with(rest, 0);
}

static struct task task = {
    .class = CURSOR_BODY,
    .trigger = TRIGGER_INVOKED,
    .language = {"rust", 4},
    .path = {"src/main.rs", 11},
    .input_length = 9000,
    .tokens = 3500,
};

/* "a b (c d)": asked, and excluded. */
static void print_chain(const struct decision *d, struct buf *out)
{
    bool excluded = false;
    for (size_t i = 0; i < d->n; i++) {
        bool first = d->chain[i].excluded && !excluded;
        buf_printf(out, "%s%s%.*s", i ? " " : "", first ? "(" : "",
                   STR_ARG(d->chain[i].model->name));
        excluded |= first;
    }
    if (excluded)
        buf_printf(out, ")");
}

static void expect_chain_of(struct table *t, const char *config,
                            const char *chain)
{
    struct decision d;
    struct buf out;
    buf_init(&out, 1000);
    decide(t, &task, NULL, 0, &d);
    print_chain(&d, &out);
    if (strcmp(out.ptr, chain) != 0)
        fail_msg("%s: %s instead of %s", config, out.ptr, chain);
    for (size_t i = 0; i < d.n; i++)
        assert_true(d.chain[i].reason[0] != '\0');
    buf_release(&out);
    table_unref(t);
}

static void expect_chain(const char *config, const char *chain)
{
    expect_chain_of(table_of(config), config, chain);
}

static void a_route_may_have_a_condition(void **state)
{
    (void)state;
#define ROUTES(when)                                                           \
    "\"routes\": [{\"when\": \"" when "\", \"model\": \"big\"}, "              \
    "{\"default\": \"mid\"}]"
    expect_chain(ROUTES("input_length > 8000"), "big builtin");
    expect_chain(ROUTES("input_length > 9000"), "mid builtin");
    expect_chain(ROUTES("class = 'body' AND language <> 'rust'"),
                 "mid builtin");
}

static void strategies_order(void **state)
{
    (void)state;
    static const struct {
        const char *strategy, *chain;
    } cases[] = {
        {"\"cost\"", "free mid big odd builtin"}, /* unknown is last */
        {"\"performance\"", "odd free big mid builtin"},
        {"\"context\"", "big mid odd builtin (free)"},
        {"[\"context\", \"cost\"]", "mid big odd builtin (free)"},
        {"[\"context\", \"performance\"]", "odd big mid builtin (free)"},
        {"\"balanced\"", "free odd mid big builtin"},
        {"\"mine\"", "mid free builtin (big odd)"},
        {"[\"mine\", \"cost\"]", "mid free builtin (big odd)"},
        {"[\"quality\", \"cost\"]", "free mid big odd builtin"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf config;
        buf_init(&config, 1000);
        buf_printf(&config,
                   "\"strategies\": [{\"name\": \"mine\", \"where\": "
                   "\"cost_input < 5\", \"order_by\": \"cost_input DESC\"}], "
                   "\"routes\": [{\"strategy\": %s}]",
                   cases[i].strategy);
        expect_chain(config.ptr, cases[i].chain);
        buf_release(&config);
    }
}

/* Also the first candidate's by the order alone, where other models, and the
 * built-in one, come before it. */
static void what_is_said_of_places_can_be_read(void **state)
{
    (void)state;
    static const struct {
        const char *strategy, *first, *second;
    } cases[] = {
        {"mine", "by mine, place 1", "by mine, place 2"},
        {"none", "by none, which no model fits",
         "by none, which no model fits"},
        {"performance", "by performance 2000 ms", "by performance 2000 ms"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf config;
        struct decision d;
        buf_init(&config, 1000);
        buf_printf(&config,
                   "\"strategies\": [{\"name\": \"mine\", \"order_by\": "
                   "\"cost_input\"}, {\"name\": \"none\", \"where\": "
                   "\"tokens < 0\"}], \"routes\": [{\"strategy\": \"%s\", "
                   "\"models\": [\"big\", \"mid\"]}]",
                   cases[i].strategy);
        struct table *t = table_of(config.ptr);
        decide(t, &task, NULL, 0, &d);
        assert_string_equal(d.chain[0].reason, cases[i].first);
        assert_string_equal(d.chain[1].reason, cases[i].second);
        table_unref(t);
        buf_release(&config);
    }
}

static void what_is_alike_is_left_to_the_next(void **state)
{
    (void)state;
    /* 2 s and 1 s at half its success are alike; the cheaper one is first. */
    expect_chain("\"routes\": [{\"strategy\": [\"performance\", \"cost\"], "
                 "\"models\": [\"big\", \"mid\"]}]",
                 "mid big builtin");
    expect_chain("\"routes\": [{\"strategy\": \"performance\", "
                 "\"models\": [\"big\", \"mid\"]}]",
                 "big mid builtin");
}

static void a_small_window_comes_behind(void **state)
{
    (void)state;
    expect_chain("\"routes\": [{\"models\": [\"free\", \"big\", \"mid\"]}]",
                 "big mid free builtin");
    expect_chain("\"routes\": [{\"models\": [\"free\"]}]", "free builtin");
}

static void rules_act(void **state)
{
    (void)state;
    static const struct {
        const char *condition, *action, *chain;
    } cases[] = {
        {"input_length > 8000", "\"exclude_model:big\"",
         "mid free builtin (big)"},
        {"input_length > 9000", "\"exclude_model:big\"",
         "big mid free builtin"},
        {"cost_output > 3", "\"exclude_model:*\"", "free builtin (big mid)"},
        {"cost_output > 30", "\"exclude_provider:cloud\"",
         "mid free builtin (big)"},
        {"1", "\"exclude_provider:cloud\"", "free builtin (big mid)"},
        {"1", "\"exclude_tag:smart\"", "mid free builtin (big)"},
        {"1", "\"require_tag:fast\"", "free builtin (big mid)"},
        {"1", "\"require_tag:none\"", "builtin (big mid free)"},
        {"1", "\"prefer_model:free\"", "free big mid builtin"},
        {"local OR model = 'mid'", "\"prefer_model:*\"",
         "mid free big builtin"},
        {"1", "\"prefer_model:odd\"", "big mid free builtin"},
        {"1", "\"use_model:odd\"", "odd builtin"},
        {"local", "\"use_model:odd\"", "big mid free builtin"},
        {"1", "[\"use_model:odd\", \"use_model:free\"]", "odd builtin"},
        {"1", "[\"exclude_model:mid\", \"prefer_model:free\"]",
         "free big builtin (mid)"},
        {"1", "[\"prefer_model:mid\", \"exclude_model:mid\"]",
         "big free builtin (mid)"},
        {"typeof(cost_input) = 'null'", "\"exclude_model:*\"",
         "big mid free builtin"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf config;
        buf_init(&config, 1000);
        buf_printf(&config,
                   "\"routes\": [{\"models\": [\"big\", \"mid\", "
                   "\"free\"]}], \"rules\": [{\"condition\": \"%s\", "
                   "\"action\": %s}]",
                   cases[i].condition, cases[i].action);
        expect_chain(config.ptr, cases[i].chain);
        buf_release(&config);
    }
}

/* What names nothing is left out, not what stands beside it; and nobody else
 * answers for a model that was to be the only one. */
static void models_that_are_not_there(void **state)
{
    (void)state;
    static const struct {
        const char *action, *chain;
        size_t mistakes;
    } cases[] = {
        {"[\"exclude_model:gone\", \"exclude_model:big\"]",
         "mid free builtin (big)", 0},
        {"[\"prefer_model:gone\", \"prefer_model:free\"]",
         "free big mid builtin", 0},
        {"\"use_model:gone\"", "builtin", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf config;
        buf_init(&config, 1000);
        buf_printf(&config,
                   "\"routes\": [{\"models\": [\"big\", \"mid\", "
                   "\"free\"]}], \"rules\": [{\"condition\": \"1\", "
                   "\"action\": %s}]",
                   cases[i].action);
        expect_chain_of(table_with(config.ptr, cases[i].mistakes), config.ptr,
                        cases[i].chain);
        buf_release(&config);
    }
}

static void rules_set_options_and_silence(void **state)
{
    (void)state;
    struct decision d;
    struct table *t = table_of(
        "\"routes\": [{\"default\": \"big\", \"max_tokens\": 9}], \"rules\": ["
        "{\"condition\": \"class = 'body'\", \"action\": [\"set:max_tokens=7\","
        " \"set:temperature=0.5\", \"set:multiline=never\", "
        "\"set:threshold=0.75\"]},"
        "{\"condition\": \"class = 'import'\", \"action\": "
        "\"set:deadline_ms=1\"},"
        "{\"condition\": \"language = 'rust'\", \"action\": \"silence\"},"
        "{\"condition\": \"1\", \"action\": "
        "[\"set:max_cost=0.5\", \"set:max_cost=0.7\"]}]");
    decide(t, &task, NULL, 0, &d);
    assert_int_equal(d.ruling.options.max_tokens, 7);
    /* It goes down only. */
    assert_true(fabs(d.ruling.options.max_cost - 0.5) < 1e-9);
    assert_true(d.ruling.options.temperature > 0.49);
    assert_int_equal(d.ruling.options.multiline, MULTILINE_NEVER);
    assert_true(d.ruling.options.threshold > 0.74);
    assert_int_equal(d.ruling.options.deadline_ms, 2000);
    assert_true(d.ruling.silent);
    assert_true(ruling_applied(&d.ruling, 0));
    assert_false(ruling_applied(&d.ruling, 1));
    assert_true(ruling_applied(&d.ruling, 2));
    assert_int_equal(d.route->options.max_tokens, 9);
    table_unref(t);
}

/* An error while it is evaluated: the rule is skipped, and named. */
static void a_rule_that_fails_is_skipped(void **state)
{
    (void)state;
    struct decision d;
    struct table *t = table_of(
        "\"routes\": [{\"default\": \"big\"}], \"rules\": ["
        "{\"condition\": \"abs(-9223372036854775807 - 1) > 0\", \"action\": "
        "\"silence\"},"
        "{\"condition\": \"1\", \"action\": \"set:max_tokens=7\"}]");
    decide(t, &task, NULL, 0, &d);
    assert_false(d.ruling.silent);
    assert_int_equal(d.ruling.options.max_tokens, 7);
    assert_non_null(strstr(d.skipped.text, "rules[0] was skipped"));
    table_unref(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_may_have_a_condition),
        cmocka_unit_test(strategies_order),
        cmocka_unit_test(what_is_said_of_places_can_be_read),
        cmocka_unit_test(what_is_alike_is_left_to_the_next),
        cmocka_unit_test(a_small_window_comes_behind),
        cmocka_unit_test(rules_act),
        cmocka_unit_test(models_that_are_not_there),
        cmocka_unit_test(rules_set_options_and_silence),
        cmocka_unit_test(a_rule_that_fails_is_skipped),
    };
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
