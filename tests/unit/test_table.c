/* From a configuration without mistakes to models, routes and options. What
 * mistakes give stands in tests/config/. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/log.h"
#include "config/jsonc.h"
#include "config/keys.h"
#include "route/table.h"

#include <stdlib.h>
#include <string.h>

static struct table *table_of(const char *text, size_t problems_wanted)
{
    struct problems problems;
    struct why why = {{0}};
    cJSON *json;
    problems_init(&problems);
    problems_origin(&problems, "/home/me/config.json");
    if (jsonc_parse(str_from(text), &json, &why))
        fail_msg("%s", why.text);
    keys_check(json, true, &problems);
    struct table *t = table_new(json, &problems);
    cJSON_Delete(json); /* the table keeps nothing of it */
    assert_non_null(t);
    if (problems.n != problems_wanted)
        fail_msg("%zu problems; the first: %s: %s", problems.n,
                 problems.items[0].path, problems.items[0].why.text);
    problems_release(&problems);
    return t;
}

static const struct model *model(const struct table *t, const char *name)
{
    const struct model *m = table_model(t, str_from(name));
    if (!m)
        fail_msg("no model %s", name);
    return m;
}

static void assert_str(struct str s, const char *wanted)
{
    if (!str_is(s, wanted))
        fail_msg("\"%.*s\", not \"%s\"", STR_ARG(s), wanted);
}

/* No configuration: the built-in model, and one route to it. */
static void test_nothing(void **state)
{
    (void)state;
    struct problems problems;
    problems_init(&problems);
    struct table *t = table_new(NULL, &problems);
    assert_int_equal(problems.n, 0);
    assert_int_equal(t->n_models, 1);
    assert_ptr_equal(model(t, "builtin"), t->builtin);
    assert_null(t->builtin->dialect);
    assert_true(t->builtin->local && t->builtin->cost_input == 0);
    assert_int_equal(t->n_routes, 1);
    assert_int_equal(t->routes[0].index, -1);
    assert_ptr_equal(t->routes[0].models[0], t->builtin);
    assert_int_equal(t->defaults.max_tokens, 256);
    assert_int_equal(t->defaults.deadline_ms, 2000);
    assert_int_equal(t->defaults.debounce_ms, DEBOUNCE_AUTO);
    assert_int_equal(t->defaults.multiline, MULTILINE_AUTO);
    assert_true(t->cache_bytes > 0 && t->builtin_bytes > 0);
    assert_true(t->id != 0);
    table_unref(t);
    problems_release(&problems);
}

static void test_a_service_fills_in_what_is_left_out(void **state)
{
    (void)state;
    struct table *t = table_of("{\"providers\": [{\"type\": \"codestral\","
                               "\"auth\": {\"key\": \"k-e-y\"}}]}",
                               0);
    const struct model *m = model(t, "codestral-latest");
    assert_str(m->id, "codestral-latest");
    assert_str(m->provider, "codestral");
    assert_string_equal(m->dialect->name, "mistral-fim");
    assert_string_equal(m->url.ptr,
                        "https://codestral.mistral.ai/v1/fim/completions");
    assert_str(m->access->header, "Authorization");
    assert_str(m->access->prefix, "Bearer ");
    assert_int_equal(m->access->n_keys, 1);
    assert_string_equal(m->access->keys[0].value.ptr, "k-e-y");
    assert_str(m->access->keys[0].place, "providers[0].auth.key");
    assert_int_equal(m->max_context, 128000);
    assert_int_equal(m->quirks, m->service->quirks);
    assert_false(m->local);
    assert_true(m->cost_input < 0 && m->cost_output < 0 && m->cost_cached < 0);
    assert_true(m->fim);
    assert_true(m->avg_response < 0 && m->success_rate < 0);
    table_unref(t);
}

/* A model that the row does not know has no price of the row's. */
static void test_prices_of_services(void **state)
{
    (void)state;
    struct table *t = table_of(
        "{\"providers\": [{\"type\": \"anthropic\", \"auth\": {\"key\":"
        "\"k-e-y\"}, \"models\": [{\"id\": \"claude-haiku-4-5\"},"
        "{\"id\": \"claude-sonnet-5\", \"max_context\": 9,"
        "\"cost_per_million\": {\"output\": 3}}, {\"id\": \"other\"}]}]}",
        0);
    const struct model *known = model(t, "claude-haiku-4-5");
    const struct model *changed = model(t, "claude-sonnet-5");
    const struct model *other = model(t, "other");
    assert_int_equal(known->max_context, 200000);
    assert_float_equal(known->cost_input, 1e-6, 1e-12);
    assert_float_equal(known->cost_output, 5e-6, 1e-12);
    assert_float_equal(known->cost_cached, 1e-7, 1e-12);
    assert_false(known->fim);
    assert_int_equal(changed->max_context, 9);
    assert_float_equal(changed->cost_input, 2e-6, 1e-12);
    assert_float_equal(changed->cost_output, 3e-6, 1e-12);
    assert_float_equal(changed->cost_cached, 2e-7, 1e-12);
    assert_int_equal(other->max_context, 0);
    assert_true(other->cost_input < 0 && other->cost_output < 0 &&
                other->cost_cached < 0);
    table_unref(t);
}

/* What a service writes at most goes before what a route wants. */
static void test_limits_of_services(void **state)
{
    (void)state;
    struct table *t =
        table_of("{\"providers\": [{\"type\": \"deepseek\", \"auth\": {\"key\":"
                 "\"k-e-y\"}, \"models\": [{\"id\": \"a\"},"
                 "{\"id\": \"b\", \"max_tokens\": 9}]}]}",
                 0);
    assert_int_equal(model(t, "a")->max_tokens, 4096);
    assert_int_equal(model(t, "b")->max_tokens, 9);
    table_unref(t);
}

/* A provider without models has all of its row's, each at its address. */
static void test_all_models_of_a_row(void **state)
{
    (void)state;
    struct table *t = table_of(
        "{\"providers\": [{\"type\": \"vertex\", \"project\": \"p-1\","
        "\"region\": \"europe-west4\", \"auth\": {\"key\": \"k-e-y\"}}]}",
        0);
    const struct service *s = service_find(STR("vertex"));
    assert_int_equal(t->n_models, 1 + service_model_count(s));
    assert_string_equal(
        model(t, "gemini-3.1-flash-lite")->url.ptr,
        "https://europe-west4-aiplatform.googleapis.com/v1/projects/p-1/"
        "locations/europe-west4/publishers/google/models/"
        "gemini-3.1-flash-lite:streamGenerateContent?alt=sse");
    table_unref(t);
}

static void test_headers_of_keys(void **state)
{
    (void)state;
    static const struct {
        const char *auth, *name, *prefix, *value;
    } rows[] = {
        {"\"key\": \"k-e-y\"", "Authorization", "Bearer ", "k-e-y"},
        {"\"type\": \"api-key\", \"key\": \"k-e-y\"", "Authorization",
         "Bearer ", "k-e-y"},
        {"\"type\": \"bearer\", \"key\": \"k-e-y\"", "Authorization", "Bearer ",
         "k-e-y"},
        {"\"type\": \"x-api-key\", \"key\": \"k-e-y\"", "x-api-key", "",
         "k-e-y"},
        {"\"type\": \"x-goog-api-key\", \"key\": \"k-e-y\"", "x-goog-api-key",
         "", "k-e-y"},
        {"\"header\": \"X-Gate\", \"key\": \"k-e-y\"", "X-Gate", "", "k-e-y"},
        {"\"header\": \"Authorization\", \"key\": \"By k-y\"", "Authorization",
         "", "By k-y"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf text;
        buf_init(&text, 1000);
        buf_printf(&text,
                   "{\"providers\": [{\"type\": \"api-gateway\","
                   "\"endpoint\": \"https://a.example/x\", \"auth\": {%s},"
                   "\"models\": [{\"id\": \"m\"}]}]}",
                   rows[i].auth);
        struct table *t = table_of(text.ptr, 0);
        assert_string_equal(model(t, "m")->url.ptr, "https://a.example/x");
        const struct access *a = model(t, "m")->access;
        assert_string_equal(a->header.ptr, rows[i].name);
        assert_str(a->prefix, rows[i].prefix);
        assert_string_equal(a->keys[0].value.ptr, rows[i].value);
        table_unref(t);
        buf_release(&text);
    }
}

static void test_no_key_is_no_header(void **state)
{
    (void)state;
    struct table *t = table_of("{\"providers\": [{\"type\": \"ollama\","
                               "\"models\": [{\"id\": \"m\"}]}]}",
                               0);
    assert_int_equal(model(t, "m")->access->n_keys, 0);
    table_unref(t);
}

static bool near(double a, double b)
{
    return a - b < 1e-12 && b - a < 1e-12;
}

static void test_prices(void **state)
{
    (void)state;
    static const struct {
        const char *type, *json;
        double input, output, cached; /* dollars a token */
        size_t problems;
    } rows[] = {
        {"ollama", "", 0, 0, 0, 0},
        {"vllm", ", \"cost_per_token\": 0.002", 0.002, 0.002, 0.002, 0},
        {"openai", "", -1, -1, -1, 0},
        {"openai", ", \"cost_per_token\": 0.002", 0.002, 0.002, 0.002, 0},
        {"openai", ", \"cost_per_million\": {\"input\": 3, \"output\": 15}",
         3e-6, 15e-6, 3e-6, 0},
        {"openai",
         ", \"cost_per_million\": {\"input\": 3, \"cached_input\": 0.3}", 3e-6,
         -1, 0.3e-6, 0},
        {"openai", ", \"cost_per_token\": 0", 0, 0, 0, 0},
        {"openai",
         ", \"cost_per_token\": 1, \"cost_per_million\": {\"output\": 2}", 1,
         2e-6, 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf text;
        buf_init(&text, 1000);
        buf_printf(&text,
                   "{\"providers\": [{\"type\": \"%s\", \"auth\": {\"key\": "
                   "\"k-e-y\"}, \"models\": [{\"id\": \"m\"%s}]}]}",
                   rows[i].type, rows[i].json);
        struct table *t = table_of(text.ptr, rows[i].problems);
        const struct model *m = model(t, "m");
        assert_true(near(m->cost_input, rows[i].input));
        assert_true(near(m->cost_output, rows[i].output));
        assert_true(near(m->cost_cached, rows[i].cached));
        table_unref(t);
        buf_release(&text);
    }
}

static void test_what_is_said_of_a_model(void **state)
{
    (void)state;
    struct table *t = table_of(
        "{\"providers\": [{\"type\": \"vllm\", \"name\": \"lab\","
        "\"endpoint\": \"http://gpu:9000\", \"allow_plain_http\": true,"
        "\"models\": [{\"id\": \"Qwen/Q\", \"name\": \"q\","
        "\"max_context\": 8192, \"max_tokens\": 64, \"template\": \"qwen\","
        "\"performance\": {\"avg_response\": 1.5, \"success_rate\": 0.9}}]}]}",
        0);
    const struct model *m = model(t, "q");
    assert_str(m->id, "Qwen/Q");
    assert_str(m->provider, "lab");
    assert_str(m->template, "qwen");
    assert_string_equal(m->url.ptr, "http://gpu:9000/v1/completions");
    assert_int_equal(m->max_context, 8192);
    assert_int_equal(m->max_tokens, 64);
    assert_true(m->avg_response == 1.5 && m->success_rate == 0.9);
    assert_true(m->access->allow_plain && m->local);
    table_unref(t);
}

/* name, id, provider/id, provider/name; what two have is nobody's. */
static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *model; /* NULL: none */
    } rows[] = {
        {"alias", "alias"},
        {"one", "alias"},
        {"near/one", "alias"},
        {"near/alias", "alias"},
        {"two", NULL},
        {"near/two", "near/two"},
        {"far/two", "far/two"},
        {"a/b", "a/b"},
        {"far/a/b", "a/b"},
        {"far/one", NULL},
        {"near/", NULL},
        {"near", NULL},
        {"", NULL},
        {"builtin", "builtin"},
    };
    struct table *t = table_of(
        "{\"providers\": ["
        "{\"type\": \"vllm\", \"name\": \"near\", \"models\": ["
        "  {\"id\": \"one\", \"name\": \"alias\"}, {\"id\": \"two\"}]},"
        "{\"type\": \"ollama\", \"name\": \"far\", \"models\": ["
        "  {\"id\": \"two\"}, {\"id\": \"a/b\"}]}]}",
        0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct model *m = table_model(t, str_from(rows[i].name));
        if (!rows[i].model && m)
            fail_msg("\"%s\" is %.*s", rows[i].name, STR_ARG(m->name));
        if (rows[i].model)
            assert_str(model(t, rows[i].name)->name, rows[i].model);
    }
    table_unref(t);
}

static void test_routes(void **state)
{
    (void)state;
    struct table *t = table_of(
        "{\"providers\": [{\"type\": \"vllm\", \"models\": ["
        "  {\"id\": \"a\"}, {\"id\": \"b\"}]}],"
        "\"temperature\": 0.7, \"multiline\": \"never\", \"max_tokens\": 50,"
        "\"routes\": ["
        "{\"class\": [\"import\", \"body\"], \"language\": \"c\","
        " \"pattern\": \"^x\", \"path\": \"*.c\", \"trigger\": \"automatic\","
        " \"model\": \"a\", \"models\": [\"b\", \"a\"], \"max_tokens\": 9,"
        " \"deadline_ms\": 8, \"debounce_ms\": 0, \"multiline\": \"always\"},"
        "{\"default\": \"b\"}]}",
        0);
    const struct route *r = &t->routes[0];
    assert_int_equal(t->n_routes, 3);
    assert_int_equal(r->classes, 1u << CURSOR_IMPORT | 1u << CURSOR_BODY);
    assert_int_equal(r->n_languages, 1);
    assert_str(r->languages[0], "c");
    assert_str(r->pattern, "^x");
    assert_non_null(r->compiled);
    assert_str(r->path, "*.c");
    assert_int_equal(r->trigger, TRIGGER_AUTOMATIC);
    assert_int_equal(r->n_models, 2); /* "a" is there already */
    assert_str(r->models[0]->name, "a");
    assert_str(r->models[1]->name, "b");
    assert_int_equal(r->options.max_tokens, 9);
    assert_int_equal(r->options.deadline_ms, 8);
    assert_int_equal(r->options.debounce_ms, 0);
    assert_int_equal(r->options.multiline, MULTILINE_ALWAYS);
    assert_true(r->options.temperature == 0.7); /* of all routes */
    r = &t->routes[1];
    assert_int_equal(r->classes, 0);
    assert_int_equal(r->trigger, -1);
    assert_null(r->compiled);
    assert_int_equal(r->options.max_tokens, 50);
    assert_int_equal(r->options.multiline, MULTILINE_NEVER);
    assert_int_equal(t->routes[2].index, -1);
    table_unref(t);
}

/* A wrong name leaves its route holding, for the built-in model; a wrong
 * matcher leaves the route out, and the others keep their places. */
static void test_routes_with_mistakes(void **state)
{
    (void)state;
    struct table *t =
        table_of("{\"routes\": [{\"class\": \"body\", \"model\": \"xyz\"},"
                 "{\"class\": \"bodies\", \"model\": \"builtin\"},"
                 "{\"pattern\": \"(\", \"model\": \"builtin\"},"
                 "{\"class\": \"comment\", \"model\": \"builtin\"}]}",
                 3);
    assert_int_equal(t->n_routes, 3);
    assert_int_equal(t->routes[0].index, 0);
    assert_int_equal(t->routes[0].n_models, 0);
    assert_int_equal(t->routes[1].index, 3);
    assert_int_equal(t->routes[1].place, 3);
    table_unref(t);
}

static void test_limits(void **state)
{
    (void)state;
    struct table *t = table_of("{\"cache\": {\"max_bytes\": 5000},"
                               "\"builtin\": {\"threshold\": 0.5,"
                               "\"max_bytes\": 70000}}",
                               0);
    assert_int_equal(t->cache_bytes, 5000);
    assert_int_equal(t->builtin_bytes, 70000);
    assert_true(t->builtin_threshold == 0.5);
    table_unref(t);
    t = table_of("{\"cache\": {\"enabled\": false, \"max_bytes\": 5000}}", 0);
    assert_int_equal(t->cache_bytes, 0);
    table_unref(t);
}

/* The same configuration is the same table to a cache. */
static void test_ids(void **state)
{
    (void)state;
    struct table *a = table_of("{\"max_tokens\": 5}", 0);
    struct table *b = table_of("{ \"max_tokens\": 5 } // again", 0);
    struct table *c = table_of("{\"max_tokens\": 6}", 0);
    assert_true(a->id == b->id);
    assert_true(a->id != c->id);
    table_unref(a);
    table_unref(b);
    table_unref(c);
}

static void test_counting(void **state)
{
    (void)state;
    struct table *t = table_of("{}", 0);
    assert_ptr_equal(table_ref(t), t);
    table_unref(t);
    assert_int_equal(t->n_routes, 1); /* still there */
    table_unref(t);
    table_unref(NULL);
}

static void test_names_of_routes(void **state)
{
    (void)state;
    char name[80];
    struct table *t = table_of("{\"routes\": [{\"default\": \"builtin\"}]}", 0);
    assert_string_equal(route_name(t, &t->routes[0], name, sizeof name),
                        "routes[0]");
    assert_string_equal(route_name(t, &t->routes[1], name, sizeof name),
                        "no route");
    table_unref(t);
}

/* Two files: problems and names say which one. */
static void test_routes_of_two_files(void **state)
{
    (void)state;
    struct problems problems;
    char name[80];
    cJSON *json;
    problems_init(&problems);
    problems_origin(&problems, "/home/me/config.json");
    json_parse_str(
        STR("{\"routes\": ["
            "{\"default\": \"builtin\","
            " \"$from\": {\"origin\": \"/w/.switchyard.json\", \"index\": 0}},"
            "{\"class\": \"body\", \"model\": \"xyz\","
            " \"$from\": {\"origin\": \"/home/me/config.json\","
            "             \"index\": 0}}]}"),
        &json, NULL);
    struct table *t = table_new(json, &problems);
    assert_string_equal(route_name(t, &t->routes[0], name, sizeof name),
                        "routes[0] of .switchyard.json");
    assert_string_equal(route_name(t, &t->routes[1], name, sizeof name),
                        "routes[0] of config.json");
    /* That the other file's default stands above is no mistake of this one. */
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.items[0].path, "routes[0].model");
    assert_string_equal(problems.items[0].origin, "/home/me/config.json");
    cJSON_Delete(json);
    table_unref(t);
    problems_release(&problems);
}

/* More than there is room for: said once, and nothing is overrun. */
static void test_too_many(void **state)
{
    (void)state;
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_printf(&text, "{\"providers\": [{\"type\": \"vllm\", \"models\": [");
    for (int i = 0; i < 1100; i++)
        buf_printf(&text, "%s{\"id\": \"m%d\"}", i ? "," : "", i);
    buf_printf(&text, "]}], \"routes\": [");
    for (int i = 0; i < 1100; i++)
        buf_printf(&text, "%s{\"class\": \"body\", \"model\": \"m%d\"}",
                   i ? "," : "", i % 1000);
    buf_printf(&text, "]}");
    struct table *t = table_of(text.ptr, 2);
    assert_int_equal(t->n_models, 1024);
    assert_int_equal(t->n_routes, 1025);
    table_unref(t);
    buf_release(&text);
}

static int forget(void **state)
{
    (void)state;
    log_forget_secrets();
    return 0;
}

/* The variables that all programs of AWS know, in the order in which they
 * count; none of them is for another address than AWS's own. */
static void test_auth_of_environment(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *bearer, *id, *token;
        size_t problems; /* one says that a key is missing */
        const char *key, *sign;
    } cases[] = {
        {"{\"providers\": [{\"type\": \"bedrock\"}]}", NULL, NULL, NULL, 1,
         NULL, ""},
        {"{\"providers\": [{\"type\": \"bedrock\"}]}", NULL, "AKIDTEST", NULL,
         0, "AKIDTEST:s3cretofatest:", "aws:amz:us-east-1:bedrock"},
        {"{\"providers\": [{\"type\": \"bedrock\", \"region\": "
         "\"eu-west-1\"}]}",
         NULL, "AKIDTEST", "t0kenofatest", 0,
         "AKIDTEST:s3cretofatest:t0kenofatest", "aws:amz:eu-west-1:bedrock"},
        {"{\"providers\": [{\"type\": \"bedrock\"}]}", "b34rerofatest",
         "AKIDTEST", NULL, 0, "b34rerofatest", ""},
        {"{\"providers\": [{\"type\": \"bedrock\", \"auth\": {\"key\": "
         "\"x:y\"}}]}",
         "b34rerofatest", "AKIDTEST", NULL, 0, "x:y",
         "aws:amz:us-east-1:bedrock"},
        {"{\"providers\": [{\"type\": \"bedrock\", \"endpoint\": "
         "\"https://example.com\"}]}",
         "b34rerofatest", "AKIDTEST", NULL, 0, NULL, ""},
    };
    setenv("AWS_SECRET_ACCESS_KEY", "s3cretofatest", 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        setenv("AWS_BEARER_TOKEN_BEDROCK",
               cases[i].bearer ? cases[i].bearer : "", 1);
        setenv("AWS_ACCESS_KEY_ID", cases[i].id ? cases[i].id : "", 1);
        setenv("AWS_SESSION_TOKEN", cases[i].token ? cases[i].token : "", 1);
        struct table *t = table_of(cases[i].text, cases[i].problems);
        const struct access *a = model(t, "amazon.nova-lite-v1:0")->access;
        assert_int_equal(a->n_keys, cases[i].key ? 1 : 0);
        if (cases[i].key)
            assert_str(a->keys[0].value, cases[i].key);
        assert_str(a->sign, cases[i].sign);
        table_unref(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_a_service_fills_in_what_is_left_out),
        cmocka_unit_test(test_prices_of_services),
        cmocka_unit_test(test_limits_of_services),
        cmocka_unit_test(test_all_models_of_a_row),
        cmocka_unit_test(test_headers_of_keys),
        cmocka_unit_test(test_no_key_is_no_header),
        cmocka_unit_test(test_prices),
        cmocka_unit_test(test_what_is_said_of_a_model),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_routes_with_mistakes),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_counting),
        cmocka_unit_test(test_names_of_routes),
        cmocka_unit_test(test_routes_of_two_files),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_auth_of_environment),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, forget);
}
