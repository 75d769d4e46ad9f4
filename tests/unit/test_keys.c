#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "config/keys.h"
#include "route/welcome.h"
#include "context/class.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct key *find(const char *path)
{
    for (size_t i = 0; i < key_count(); i++)
        if (!strcmp(key_at(i)->path, path))
            return key_at(i);
    fail_msg("there is no key %s", path);
    return NULL;
}

/* A parent stands in the table before its members, no key stands twice. */
static void test_every_row_has_its_parent(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_count(); i++) {
        const struct key *key = key_at(i);
        const char *dot = strrchr(key->path, '.');
        size_t at = 0;
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(key_at(j)->path, key->path);
        if (!dot)
            continue;
        struct str parent = {key->path, (size_t)(dot - key->path)};
        bool list = str_ends(parent, STR("[]"));
        parent.len -= list ? 2 : 0;
        while (at < i && !str_is(parent, key_at(at)->path))
            at++;
        if (at == i)
            fail_msg("%s has no parent before it", key->path);
        assert_int_equal(key_at(at)->type, list ? KEY_LIST : KEY_OBJECT);
        /* What is below a trusted key can be reached only through it. */
        if (key_at(at)->flags & KEY_TRUSTED)
            assert_true(key->flags & KEY_TRUSTED);
    }
}

static void test_rows_make_sense(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_count(); i++) {
        const struct key *key = key_at(i);
        bool number = key->type == KEY_NUMBER || key->type == KEY_INTEGER;
        size_t len = strlen(key->doc);
        assert_true(len > 3 && key->doc[len - 1] != '.');
        assert_true(number ? key->min < key->max : !key->min && !key->max);
        if (key->choices)
            assert_true(key->type == KEY_STRING || key->type == KEY_STRINGS ||
                        key->type == KEY_SWITCH || key->type == KEY_INTEGER);
        assert_non_null(key_type_name(key->type));
    }
}

/* Likewise route/, and its places. */
static void test_places_are_those_that_are_known(void **state)
{
    (void)state;
    struct str rest = str_from(find("routes[].welcome")->choices), name;
    for (int u = 1; u < UNWELCOME_COUNT; u++) {
        assert_true(str_cut(&rest, '|', &name));
        assert_true(str_is(name, unwelcome_word((enum unwelcome)u)));
    }
    assert_true(str_is(rest, "none"));
    assert_string_equal(find("welcome")->choices,
                        find("routes[].welcome")->choices);
}

/* config/ may not know context/, so the names are written twice. */
static void test_classes_are_the_cursor_classes(void **state)
{
    (void)state;
    struct str rest = str_from(find("routes[].class")->choices), name;
    for (int i = 0; i < CURSOR_CLASS_COUNT; i++) {
        enum cursor_class c;
        assert_true(str_cut(&rest, '|', &name));
        assert_true(cursor_class_from(name, &c));
        assert_int_equal(c, i);
    }
    assert_null(rest.ptr);
}

static void test_defaults(void **state)
{
    (void)state;
    assert_true(key_number("max_tokens") == 256);
    assert_true(key_number("temperature") == 0.1);
    for (size_t i = 0; i < key_count(); i++) {
        const struct key *key = key_at(i);
        char *end;
        double n = key->fallback ? strtod(key->fallback, &end) : 0;
        if (key->fallback && !*end && key->type != KEY_STRING)
            assert_true(n >= key->min && n <= key->max);
    }
}

static void test_members(void **state)
{
    (void)state;
    static const struct {
        const char *path, *parent, *member;
    } rows[] = {
        {"max_tokens", "", "max_tokens"},
        {"cache.enabled", "", NULL},
        {"cache.enabled", "cache", "enabled"},
        {"cache.enabled", "cach", NULL},
        {"routes[].class", "routes", NULL},
        {"routes[].class", "routes[]", "class"},
        {"providers[].models", "providers[]", "models"},
        {"providers[].models[].id", "providers[]", NULL},
        {"providers[].models[].id", "providers[].models[]", "id"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *member = key_member(find(rows[i].path), rows[i].parent);
        if (rows[i].member)
            assert_string_equal(member, rows[i].member);
        else
            assert_null(member);
    }
}

/* The schema's object for the keys below `parent`. */
static const cJSON *schema_at(const cJSON *schema, const char *parent)
{
    struct str rest = str_from(parent), name;
    while (parent[0] && str_cut(&rest, '.', &name)) {
        char key[64];
        bool list = str_ends(name, STR("[]"));
        name.len -= list ? 2 : 0;
        snprintf(key, sizeof key, "%.*s", STR_ARG(name));
        schema = json_get(json_get(schema, "properties"), key);
        schema = list ? json_get(schema, "items") : schema;
    }
    return schema;
}

static void say_nothing(const struct key *key, struct buf *out)
{
    (void)key;
    (void)out;
}

static const struct schema_more nothing_more = {say_nothing, say_nothing};

static void test_schema_has_every_key(void **state)
{
    (void)state;
    struct buf text;
    struct why why = {{0}};
    cJSON *schema;
    buf_init(&text, 1 << 20);
    assert_true(keys_schema(&text, &nothing_more));
    if (json_parse(&text, &schema, &why))
        fail_msg("%s", why.text);
    for (size_t i = 0; i < key_count(); i++) {
        const char *path = key_at(i)->path, *dot = strrchr(path, '.');
        char parent[128];
        snprintf(parent, sizeof parent, "%.*s", dot ? (int)(dot - path) : 0,
                 path);
        const cJSON *object = schema_at(schema, parent);
        const cJSON *key =
            json_get(json_get(object, "properties"), dot ? dot + 1 : path);
        struct str doc;
        if (!json_get_str(key, "description", &doc))
            fail_msg("%s is not in the schema", path);
        assert_true(str_find(doc, str_from(key_at(i)->doc)) != STR_NONE);
        assert_true(cJSON_IsFalse(json_get(object, "additionalProperties")));
    }
    cJSON_Delete(schema);
    buf_release(&text);
}

static void test_schema_in_detail(void **state)
{
    (void)state;
    static const struct {
        const char *path, *json;
    } rows[] = {
        {"max_tokens", "{\"type\":\"integer\",\"minimum\":1,\"maximum\":"
                       "1000000,\"description\":\"for the routes that do not "
                       "say it (default: 256)\",\"default\":256}"},
        {"multiline",
         "{\"type\":\"string\",\"enum\":[\"auto\",\"always\",\"never\","
         "\"statement\",\"block\"],"
         "\"description\":\"for the routes that do not say it (default: "
         "auto)\"}"},
    };
    struct buf text, out;
    cJSON *schema;
    buf_init(&text, 1 << 20);
    buf_init(&out, 1 << 20);
    assert_true(keys_schema(&text, &nothing_more));
    assert_int_equal(json_parse(&text, &schema, NULL), OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_clear(&out);
        json_print(&out,
                   json_get(json_get(schema, "properties"), rows[i].path));
        assert_string_equal(out.ptr, rows[i].json);
    }
    cJSON_Delete(schema);
    buf_release(&text);
    buf_release(&out);
}

/* What stays is well-typed, what goes is gone, places stay. */
static void test_what_stays(void **state)
{
    (void)state;
    static const struct {
        bool trusted;
        const char *before, *after;
    } rows[] = {
        {true, "{\"max_tokens\":1,\"temperature\":9}", "{\"max_tokens\":1}"},
        {true, "{\"cache\":{\"enabled\":1}}", "{\"cache\":{}}"},
        {true, "{\"max_tokens\":null}", "{}"},
        {true, "{\"max_tokens\":1,\"max_tokens\":2}", "{\"max_tokens\":1}"},
        {true, "{\"routes\":[1,{\"class\":\"x\"},{\"model\":\"m\"}]}",
         "{\"routes\":[{\"$left_out\":true},{\"$left_out\":true},"
         "{\"model\":\"m\"}]}"},
        {true, "{\"routes\":[{\"model\":\"m\",\"max_tokens\":\"x\"}]}",
         "{\"routes\":[{\"model\":\"m\"}]}"},
        {true, "{\"providers\":[{\"type\":\"x\",\"auth\":{\"kye\":1}}]}",
         "{\"providers\":[{\"type\":\"x\",\"$left_out\":true}]}"},
        {true, "{\"rules\":[1]}", "{\"rules\":[{\"$left_out\":true}]}"},
        {false, "{\"providers\":[],\"max_tokens\":1}", "{\"max_tokens\":1}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct problems problems;
        struct buf out;
        cJSON *json;
        problems_init(&problems);
        buf_init(&out, 1000);
        assert_int_equal(json_parse_str(str_from(rows[i].before), &json, NULL),
                         OK);
        keys_check(json, rows[i].trusted, &problems);
        json_print(&out, json);
        assert_string_equal(out.ptr, rows[i].after);
        cJSON_Delete(json);
        buf_release(&out);
        problems_release(&problems);
    }
}

static void test_problems_are_bounded(void **state)
{
    (void)state;
    struct problems problems;
    struct buf text;
    cJSON *json;
    problems_init(&problems);
    buf_init(&text, 100000);
    buf_printf(&text, "{\"routes\":[0");
    for (int i = 1; i < PROBLEMS_MAX + 20; i++)
        buf_printf(&text, ",%d", i);
    buf_printf(&text, "]}");
    assert_int_equal(json_parse(&text, &json, NULL), OK);
    keys_check(json, true, &problems);
    assert_int_equal(problems.n, PROBLEMS_MAX);
    assert_int_equal(problems.dropped, 20);
    assert_int_equal(problems.errors, PROBLEMS_MAX + 20);
    cJSON_Delete(json);
    buf_release(&text);
    problems_release(&problems);
}

static void test_long_names(void **state)
{
    (void)state;
    struct problems problems;
    struct buf text;
    cJSON *json;
    problems_init(&problems);
    buf_init(&text, 100000);
    buf_printf(&text, "{\"%05000d\":1,\"routes\":[{\"%05000d\":1}]}", 0, 0);
    assert_int_equal(json_parse(&text, &json, NULL), OK);
    keys_check(json, false, &problems);
    assert_int_equal(problems.n, 2);
    assert_true(strlen(problems.items[1].path) < sizeof problems.items[1].path);
    cJSON_Delete(json);
    buf_release(&text);
    problems_release(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_has_its_parent),
        cmocka_unit_test(test_rows_make_sense),
        cmocka_unit_test(test_classes_are_the_cursor_classes),
        cmocka_unit_test(test_places_are_those_that_are_known),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_schema_has_every_key),
        cmocka_unit_test(test_schema_in_detail),
        cmocka_unit_test(test_what_stays),
        cmocka_unit_test(test_problems_are_bounded),
        cmocka_unit_test(test_long_names),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
