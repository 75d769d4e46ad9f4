/* What servers on this machine say, and what becomes of it. */
#include "base/file.h"
#include "provider/discover.h"
#include "provider/listing.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static const struct discovery *kind_of(const char *type)
{
    for (size_t i = 0; i < discovery_count(); i++)
        if (!strcmp(discovery_at(i)->type, type))
            return discovery_at(i);
    fail_msg("no kind \"%s\"", type);
    return NULL;
}

static enum err read_fixture(struct discovered *d, size_t path,
                             const char *name)
{
    char file[120];
    struct buf text;
    struct why why;
    snprintf(file, sizeof file, "tests/fixtures/discover/%s.json", name);
    buf_init(&text, 1 << 16);
    if (file_read(file, &text, &why))
        fail_msg("%s", why.text);
    enum err e = discover_read(d, path, buf_view(&text), &why);
    buf_release(&text);
    return e;
}

static struct discovered found_at(const char *type, const char *address,
                                  const char *first, const char *second)
{
    struct discovered d = {.kind = kind_of(type)};
    snprintf(d.address, sizeof d.address, "%s", address);
    assert_int_equal(read_fixture(&d, 0, first), OK);
    if (second)
        assert_int_equal(read_fixture(&d, 1, second), OK);
    return d;
}

#define OLLAMA "http://127.0.0.1:11434"
#define LLAMA "http://127.0.0.1:8080"
#define STUDIO "http://127.0.0.1:1234"
#define VLLM "http://127.0.0.1:8000"

/* --- the rows */

static void every_kind_is_a_service(void **state)
{
    (void)state;
    size_t defaults = 0;
    for (size_t i = 0; i < discovery_count(); i++) {
        const struct discovery *k = discovery_at(i);
        const struct service *s = service_find(str_from(k->type));
        char address[DISCOVER_ADDRESS];
        struct why why;
        assert_non_null(s);
        assert_true(s->local);
        assert_int_equal(discover_address(str_from(s->endpoint), address, &why),
                         OK);
        assert_string_equal(address, s->endpoint);
        defaults += k->by_default;
    }
    assert_int_equal(defaults, 4);
    assert_null(discovery_at(discovery_count()));
}

/* Each answer is one kind's only, though several are served at one path. */
static void kinds_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *fixture, *type; /* NULL: nobody's */
    } rows[] = {
        {"ollama-tags", "ollama"}, {"llama-props", "llama.cpp"},
        {"lmstudio", "lmstudio"},  {"vllm", "vllm"},
        {"llama-models", NULL},    {"llama-loading", NULL},
        {"other", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t k = 0; k < discovery_count(); k++) {
            struct discovered d = {.kind = discovery_at(k)};
            bool meant = rows[i].type && !strcmp(d.kind->type, rows[i].type);
            enum err e = read_fixture(&d, 0, rows[i].fixture);
            if (e != (meant ? OK : ERR_ANSWER))
                fail_msg("%s as %s", rows[i].fixture, d.kind->type);
        }
    }
}

static void nonsense_is_none_of_them(void **state)
{
    (void)state;
    static const char *const bodies[] = {"",
                                         "<html>",
                                         "null",
                                         "[]",
                                         "{}",
                                         "{\"models\": 1}",
                                         "{\"data\": [{\"owned_by\": 3}]}",
                                         "{\"data\": []}"};
    struct why why;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        for (size_t k = 0; k < discovery_count(); k++) {
            struct discovered d = {.kind = discovery_at(k)};
            discover_read(&d, 0, str_from(bodies[i]), &why);
            assert_int_equal(d.n_models, 0);
        }
    }
}

/* --- the models */

static void figures(void **state)
{
    (void)state;
    static const struct {
        const char *type, *first, *second, *id;
        uint32_t context;
        bool running, fim;
    } rows[] = {
        {"ollama", "ollama-tags", "ollama-ps", "llama3.2:latest", 4096, false,
         false},
        {"ollama", "ollama-tags", "ollama-ps", "qwen2.5-coder:7b-base", 4096,
         false, true},
        {"ollama", "ollama-tags", NULL, "qwen2.5-coder:1.5b-base", 2048, false,
         true},
        {"ollama", "ollama-tags", "ollama-ps", "starcoder2:3b", 16384, true,
         true},
        {"llama.cpp", "llama-props", "llama-models",
         "../models/Qwen2.5-Coder-1.5B-Q8_0.gguf", 8192, true, true},
        {"lmstudio", "lmstudio", NULL, "meta-llama-3.1-8b-instruct", 4096, true,
         false},
        {"lmstudio", "lmstudio", NULL, "qwen2-vl-7b-instruct", 32768, false,
         false},
        {"vllm", "vllm", NULL, "Qwen/Qwen2.5-Coder-7B", 32768, true, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct discovered d =
            found_at(rows[i].type, OLLAMA, rows[i].first, rows[i].second);
        const struct discovered_model *m = NULL;
        for (size_t j = 0; j < d.n_models; j++) {
            assert_null(strstr(d.models[j].id, "embed"));
            if (!strcmp(d.models[j].id, rows[i].id))
                m = &d.models[j];
        }
        if (!m)
            fail_msg("no %s", rows[i].id);
        assert_int_equal(m->context, rows[i].context);
        assert_int_equal(m->running, rows[i].running);
        assert_int_equal(m->fim, rows[i].fim);
    }
}

static void sizes_are_in_names(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        double billions;
    } rows[] = {
        {"{\"id\": \"qwen2.5-coder-0.5b-instruct\"}", 0.5},
        {"{\"id\": \"mixtral-8x7B\"}", 7},
        {"{\"id\": \"b\"}", 0},
        {"{\"id\": \"codebase\"}", 0},
        {"{\"id\": \"x:1b\", \"details\": {\"parameter_size\": \"494M\"}}",
         0.494},
        {"{\"id\": \"x\", \"meta\": {\"n_params\": 3e9}}", 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct listed l;
        cJSON *json = cJSON_Parse(rows[i].json);
        assert_true(listing_read(json, &l));
        assert_true(l.billions > rows[i].billions - 1e-9 &&
                    l.billions < rows[i].billions + 1e-9);
        cJSON_Delete(json);
    }
}

static void ids_that_can_not_be_sent_are_left_out(void **state)
{
    (void)state;
    struct buf text;
    struct why why;
    struct discovered d = {.kind = kind_of("ollama")};
    buf_init(&text, 1 << 16);
    buf_printf(&text,
               "{\"models\": [{\"name\": 5}, {\"name\": \"\"}, {}, 7, "
               "{\"name\": \"%0300d\"}",
               0);
    for (int i = 0; i < 60; i++)
        buf_printf(&text, ", {\"name\": \"m%d\"}", i);
    buf_append(&text, STR("]}"));
    assert_int_equal(discover_read(&d, 0, buf_view(&text), &why), OK);
    assert_int_equal(d.n_models, DISCOVER_MODELS);
    assert_string_equal(d.models[0].id, "m0");
    buf_release(&text);
}

/* --- addresses */

static void addresses_are_of_this_machine(void **state)
{
    (void)state;
    static const struct {
        const char *text, *address; /* NULL: refused */
    } rows[] = {
        {"http://127.0.0.1:1234", "http://127.0.0.1:1234"},
        {"localhost:8080", "http://localhost:8080"},
        {"http://localhost:8080/v1/", "http://localhost:8080"},
        {"http://[::1]:9", "http://[::1]:9"},
        {"https://127.0.0.1:1", NULL},
        {"http://10.0.0.1:8080", NULL},
        {"http://127.0.0.1.example.com", NULL},
        {"http://example.com", NULL},
        {"nonsense here", NULL},
        {"http://127.0.0.1:99999", NULL},
        {"http://key@127.0.0.1:1", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[DISCOVER_ADDRESS] = "";
        struct why why = {""};
        enum err e = discover_address(str_from(rows[i].text), out, &why);
        if (e != (rows[i].address ? OK : ERR_CONFIG))
            fail_msg("%s: %s", rows[i].text, why.text);
        if (!e)
            assert_string_equal(out, rows[i].address);
        else
            assert_true(strlen(why.text) > 10);
    }
}

/* --- what is configured */

static void check_config(const struct discovered *all, size_t n,
                         const char *wanted)
{
    cJSON *got = discover_config(all, n), *want = cJSON_Parse(wanted);
    char *text = cJSON_PrintUnformatted(got);
    if (!cJSON_Compare(got, want, true))
        fail_msg("it is %s", text);
    cJSON_free(text);
    cJSON_Delete(got);
    cJSON_Delete(want);
}

static void a_running_model_that_fills_in_is_asked(void **state)
{
    (void)state;
    struct discovered d =
        found_at("ollama", OLLAMA, "ollama-tags", "ollama-ps");
    check_config(
        &d, 1,
        "{\"providers\": [{\"name\": \"ollama\", \"type\": \"ollama\", "
        "\"endpoint\": \"" OLLAMA "\", \"models\": ["
        "{\"id\": \"qwen2.5-coder:7b-base\", \"max_context\": 4096, "
        "\"template\": \"qwen\", \"$unasked\": \"not asked: starcoder2:3b of "
        "the same server is, for it is in memory\"}, "
        "{\"id\": \"qwen2.5-coder:1.5b-base\", \"max_context\": 2048, "
        "\"template\": \"qwen\", \"$unasked\": \"not asked: starcoder2:3b of "
        "the same server is, for it is in memory\"}, "
        "{\"id\": \"starcoder2:3b\", \"max_context\": 16384, "
        "\"template\": \"starcoder2\"}]}, "
        "{\"name\": \"ollama\", \"type\": \"ollama\", \"endpoint\": \"" OLLAMA
        "\", \"dialect\": \"openai-chat\", \"models\": ["
        "{\"id\": \"llama3.2:latest\", \"max_context\": 4096, \"$unasked\": "
        "\"not asked: starcoder2:3b of the same server is, for it fills in the "
        "middle\"}]}], "
        "\"routes\": [{\"default\": [\"ollama/starcoder2:3b\"]}]}");
}

static void the_small_one_before_the_large(void **state)
{
    (void)state;
    struct discovered d = found_at("ollama", OLLAMA, "ollama-tags", NULL);
    cJSON *config = discover_config(&d, 1);
    assert_string_equal(
        json_at(config, "routes")->child->child->child->valuestring,
        "ollama/qwen2.5-coder:1.5b-base");
    cJSON_Delete(config);
}

static void two_addresses_stand_behind_each_other(void **state)
{
    (void)state;
    struct discovered all[] = {
        found_at("lmstudio", STUDIO, "lmstudio", NULL),
        found_at("vllm", VLLM, "vllm", NULL),
        found_at("llama.cpp", LLAMA, "llama-props", "llama-models"),
        found_at("vllm", "http://127.0.0.1:8001", "vllm", NULL),
    };
    cJSON *config = discover_config(all, 4);
    const cJSON *route = json_get(config, "routes")->child->child;
    assert_int_equal(cJSON_GetArraySize(route), 2);
    assert_string_equal(cJSON_GetArrayItem(route, 0)->valuestring,
                        "llama.cpp/../models/Qwen2.5-Coder-1.5B-Q8_0.gguf");
    assert_string_equal(cJSON_GetArrayItem(route, 1)->valuestring,
                        "vllm/Qwen/Qwen2.5-Coder-7B");
    const cJSON *last = cJSON_GetArrayItem(json_get(config, "providers"), 3);
    assert_string_equal(json_str(json_get(last, "name")).ptr, "vllm:8001");
    assert_string_equal(
        json_str(json_get(json_get(last, "models")->child, DISCOVER_UNASKED))
            .ptr,
        "not asked: two servers are, and " VLLM
        " goes before its own, for its model was found first");
    cJSON_Delete(config);
}

static void chat_where_there_is_nothing_else(void **state)
{
    (void)state;
    struct discovered d = found_at("lmstudio", STUDIO, "lmstudio", NULL);
    struct discovered none = {.kind = kind_of("ollama")};
    cJSON *config = discover_config(&d, 1);
    assert_string_equal(
        json_get(config, "routes")->child->child->child->valuestring,
        "lmstudio/meta-llama-3.1-8b-instruct");
    cJSON_Delete(config);
    assert_null(discover_config(&none, 1));
    assert_null(discover_config(NULL, 0));
}

static void ids_are_found_in_lists(void **state)
{
    (void)state;
    cJSON *list = cJSON_Parse("[{\"name\": \"models/gemini-2\"}, "
                              "{\"name\": \"tiny:latest\"}, {\"id\": \"a\"}]");
    assert_true(listing_has(list, STR("gemini-2")));
    assert_true(listing_has(list, STR("tiny")));
    assert_true(listing_has(list, STR("tiny:latest")));
    assert_true(listing_has(list, STR("a")));
    assert_false(listing_has(list, STR("b")));
    assert_ptr_equal(listing_of(list), list);
    assert_null(listing_of(list->child));
    cJSON_Delete(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_a_service),
        cmocka_unit_test(kinds_are_told_apart),
        cmocka_unit_test(nonsense_is_none_of_them),
        cmocka_unit_test(figures),
        cmocka_unit_test(sizes_are_in_names),
        cmocka_unit_test(ids_that_can_not_be_sent_are_left_out),
        cmocka_unit_test(addresses_are_of_this_machine),
        cmocka_unit_test(a_running_model_that_fills_in_is_asked),
        cmocka_unit_test(the_small_one_before_the_large),
        cmocka_unit_test(two_addresses_stand_behind_each_other),
        cmocka_unit_test(chat_where_there_is_nothing_else),
        cmocka_unit_test(ids_are_found_in_lists),
    };
    return cmocka_run_group_tests_name("discover", tests, NULL, NULL);
}
