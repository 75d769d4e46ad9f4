#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "config/jsonc.h"
#include "config/keys.h"
#include "route/decide.h"
#include "route/matching.h"

#include <stdio.h>
#include <string.h>

#define MODELS                                                                 \
    "\"providers\": [{\"type\": \"vllm\", \"models\": [{\"id\": \"a\"},"       \
    "{\"id\": \"b\"}, {\"id\": \"c\"}]}, {\"type\": \"builtin\", \"models\": " \
    "[{\"id\": \"own\"}]}]"

static struct table *table_of(const char *routes)
{
    struct problems problems;
    struct buf text;
    cJSON *json;
    problems_init(&problems);
    buf_init(&text, 10000);
    buf_printf(&text, "{" MODELS ", \"routes\": [%s]}", routes);
    assert_int_equal(jsonc_parse(buf_view(&text), &json, NULL), OK);
    keys_check(json, true, &problems);
    struct table *t = table_new(json, &problems);
    assert_non_null(t);
    cJSON_Delete(json);
    problems_release(&problems);
    buf_release(&text);
    return t;
}

static struct task a_task(void)
{
    return (struct task){
        .class = CURSOR_BODY,
        .trigger = TRIGGER_AUTOMATIC,
        .language = STR("python"),
        .path = STR("src/app/main.py"),
        .filename = STR("main.py"),
        .extension = STR("py"),
        .line_prefix = STR("    return calculate_"),
    };
}

/* The first route is one matcher; whether it holds for a_task(). */
static void test_matchers(void **state)
{
    (void)state;
    static const struct {
        const char *matcher;
        bool holds;
    } rows[] = {
        {"\"class\": \"body\"", true},
        {"\"class\": \"import\"", false},
        {"\"class\": [\"import\", \"body\"]", true},
        {"\"class\": [\"import\", \"string\"]", false},
        {"\"language\": \"python\"", true},
        {"\"language\": \"Python\"", true}, /* people write it so */
        {"\"language\": [\"c\", \"python\"]", true},
        {"\"language\": \"pyth\"", false},
        {"\"pattern\": \"calculate_\"", true},
        {"\"pattern\": \"calculate_$\"", true},
        {"\"pattern\": \"^return\"", false},
        {"\"pattern\": \"^\\\\s+return\"", true},
        {"\"path\": \"src/**/*.py\"", true},
        {"\"path\": \"**/*.{py,pyi}\"", true},
        {"\"path\": \"lib/**\"", false},
        {"\"path\": \"*.py\"", true}, /* without a slash: the name */
        {"\"path\": \"main.*\"", true},
        {"\"path\": \"src/*.py\"", false},
        {"\"path\": \"/src/**\"", true}, /* as .gitignore has it */
        {"\"path\": \"/app/**\"", false},
        {"\"trigger\": \"automatic\"", true},
        {"\"trigger\": \"invoked\"", false},
        {"\"class\": \"body\", \"language\": \"python\"", true},
        {"\"class\": \"body\", \"language\": \"c\"", false},
        {"\"class\": \"body\", \"pattern\": \"nothing like it\"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf route;
        struct why skipped = {{0}};
        struct task task = a_task();
        buf_init(&route, 500);
        buf_printf(&route, "{%s, \"model\": \"a\"}", rows[i].matcher);
        struct table *t = table_of(route.ptr);
        assert_int_equal(t->n_routes, 2);
        if (route_holds(&t->routes[0], &task, &skipped) != rows[i].holds)
            fail_msg("%s", rows[i].matcher);
        assert_string_equal(skipped.text, "");
        assert_true(route_holds(&t->routes[1], &task, &skipped));
        table_unref(t);
        buf_release(&route);
    }
}

/* Routes, and the chain with its reasons, a line for each candidate. */
static void test_chains(void **state)
{
    (void)state;
    static const struct {
        const char *routes;
        int route;
        const char *chain;
    } rows[] = {
        {"", -1, "builtin: no route holds, and it always answers\n"},
        {"{\"default\": \"a\"}", 0,
         "a: named by routes[0]\nbuiltin: closes every chain\n"},
        {"{\"class\": \"import\", \"model\": \"a\"}", -1,
         "builtin: no route holds, and it always answers\n"},
        /* the first that holds, though others would */
        {"{\"class\": \"import\", \"model\": \"a\"},"
         "{\"class\": \"body\", \"model\": \"b\"},"
         "{\"pattern\": \"calculate_\", \"model\": \"c\"},"
         "{\"default\": \"a\"}",
         1, "b: named by routes[1]\nbuiltin: closes every chain\n"},
        {"{\"models\": [\"c\", \"a\", \"b\"]}", 0,
         "c: named by routes[0]\n"
         "a: named by routes[0], for when c fails or is late\n"
         "b: named by routes[0], for when a fails or is late\n"
         "builtin: closes every chain\n"},
        /* behind the built-in model nothing is asked */
        {"{\"default\": \"own\"}", 0, "own: named by routes[0]\n"},
        {"{\"default\": [\"a\", \"own\", \"b\"]}", 0,
         "a: named by routes[0]\n"
         "own: named by routes[0], for when a fails or is late\n"},
        {"{\"default\": \"builtin\"}", 0, "builtin: named by routes[0]\n"},
        /* no model of the route's is known: still its lines go nowhere else */
        {"{\"class\": \"body\", \"model\": \"xyz\"}, {\"default\": \"a\"}", 0,
         "builtin: closes every chain\n"},
        /* a matcher that is no such: as if the route were not there */
        {"{\"class\": \"bodies\", \"model\": \"b\"}, {\"default\": \"a\"}", 1,
         "a: named by routes[1]\nbuiltin: closes every chain\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct decision d;
        struct buf chain;
        struct task task = a_task();
        struct table *t = table_of(rows[i].routes);
        buf_init(&chain, 2000);
        decide(t, &task, NULL, 0, &d);
        for (size_t j = 0; j < d.n; j++) {
            assert_false(d.chain[j].excluded);
            buf_printf(&chain, "%.*s: %s\n", STR_ARG(d.chain[j].model->name),
                       d.chain[j].reason);
        }
        assert_int_equal(d.route->index, rows[i].route);
        assert_string_equal(chain.ptr, rows[i].chain);
        assert_string_equal(d.skipped.text, "");
        buf_release(&chain);
        table_unref(t);
    }
}

/* The longest chain there can be has room for the built-in model. */
static void test_a_full_chain(void **state)
{
    (void)state;
    struct problems problems;
    struct decision d;
    struct task task = a_task();
    cJSON *json;
    problems_init(&problems);
    json_parse_str(
        STR("{\"providers\": [{\"type\": \"vllm\", \"models\": [{\"id\": "
            "\"1\"}, {\"id\": \"2\"}, {\"id\": \"3\"}, {\"id\": \"4\"}, "
            "{\"id\": \"5\"}, {\"id\": \"6\"}, {\"id\": \"7\"}, {\"id\": "
            "\"8\"}]}], \"routes\": [{\"models\": [\"1\", \"2\", \"3\", "
            "\"4\", \"5\", \"6\", \"7\", \"8\"]}]}"),
        &json, NULL);
    struct table *t = table_new(json, &problems);
    decide(t, &task, NULL, 0, &d);
    assert_int_equal(d.n, 8);
    assert_true(str_is(d.chain[6].model->name, "7"));
    assert_ptr_equal(d.chain[7].model, t->builtin);
    cJSON_Delete(json);
    table_unref(t);
    problems_release(&problems);
}

/* A pattern that runs away holds nothing up: the next route is tried. */
static void test_a_runaway_pattern(void **state)
{
    (void)state;
    char line[3000];
    struct decision d;
    struct task task = a_task();
    struct table *t = table_of("{\"pattern\": \"a*[bc]\", \"model\": \"a\"},"
                               "{\"class\": \"body\", \"model\": \"b\"}");
    memset(line, 'a', sizeof line);
    task.line_prefix = (struct str){line, sizeof line};
    decide(t, &task, NULL, 0, &d);
    assert_int_equal(d.route->index, 1);
    assert_non_null(strstr(d.skipped.text, "the pattern was stopped"));
    table_unref(t);
}

/* Every feature, in the table's order, with its type. */
static void test_a_task_as_json(void **state)
{
    (void)state;
    struct buf out;
    struct task task = a_task();
    cJSON *o = cJSON_CreateObject();
    buf_init(&out, 2000);
    task.prefix_bytes = 12345678901;
    task.in_test = true;
    task.privacy = STR("anywhere");
    task_to_json(&task, o);
    json_print(&out, o);
    assert_string_equal(
        out.ptr,
        "{\"class\":\"body\",\"trigger\":\"automatic\",\"language\":"
        "\"python\",\"path\":\"src/app/main.py\",\"filename\":\"main.py\","
        "\"extension\":\"py\",\"privacy\":\"anywhere\",\"project\":\"\","
        "\"branch\":\"\",\"line_prefix\":"
        "\"    return calculate_\","
        "\"line_suffix\":\"\",\"prefix_bytes\":12345678901,"
        "\"suffix_bytes\":0,\"input_length\":0,\"tokens\":0,\"indent\":0,"
        "\"depth\":0,\"imports\":0,\"file_lines\":0,\"error_nodes\":0,"
        "\"in_test\":true,\"multiline\":false,\"in_error\":false,"
        "\"hour\":0,\"weekday\":0,\"typing_speed\":0,"
        "\"recent_accept_rate\":0}");
    cJSON_Delete(o);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matchers),
        cmocka_unit_test(test_chains),
        cmocka_unit_test(test_a_full_chain),
        cmocka_unit_test(test_a_runaway_pattern),
        cmocka_unit_test(test_a_task_as_json),
    };
    return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
