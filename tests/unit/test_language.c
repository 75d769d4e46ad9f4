#include "doc/language.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <tree_sitter/api.h>

static void finds_by_id_then_by_path(void **state)
{
    (void)state;
    static const struct {
        const char *id, *path, *name;
    } rows[] = {
        {"python", "", "python"},
        {"typescriptreact", "/a.txt", "tsx"},
        {"c++", "", "cpp"},
        {"c", "/x/y.py", "c"},     /* the id goes first */
        {"", "/x/y.py", "python"}, /* an empty languageId is common */
        {"unheard-of", "/x/y.rs", "rust"},
        {"", "/x/Makefile", "plain"},
        {"", "/x/.py", "plain"}, /* a name, not an extension */
        {"", "", "plain"},
        {"pyth", "", "plain"},
        {"extensions", "", "plain"}, /* a word of the table, not a name */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct language *l =
            language_find(str_from(rows[i].id), str_from(rows[i].path));
        assert_string_equal(l->name, rows[i].name);
    }
    assert_ptr_equal(language_find(STR("nobody"), STR("")), language_plain());
}

static void every_language_is_whole(void **state)
{
    (void)state;
    assert_true(language_count() >= 23);
    for (size_t i = 0; i < language_count(); i++) {
        const struct language *l = language_at(i);
        assert_ptr_equal(l, language_at(i));
        assert_non_null(l->table);
        uint32_t abi = ts_language_version(l->grammar);
        assert_in_range(abi, TREE_SITTER_MIN_COMPATIBLE_LANGUAGE_VERSION,
                        TREE_SITTER_LANGUAGE_VERSION);
        const cJSON *name;
        cJSON_ArrayForEach(name, json_get(l->table, "names"))
            assert_ptr_equal(language_find(json_str(name), STR("")), l);
    }
}

static void plain_has_nothing_and_is_safe(void **state)
{
    (void)state;
    const struct language *l = language_plain();
    assert_string_equal(l->name, "plain");
    assert_null(l->grammar);
    assert_null(l->table);
    assert_null(language_query(l, "imports"));
}

static void a_query_is_found_by_name(void **state)
{
    (void)state;
    static const struct query_source queries[] = {
        {"a", "a.scm", "(x)"}, {"b", "b.scm", "(y)"}, {NULL, NULL, NULL}};
    const struct language l = {.name = "made-up", .queries = queries};
    assert_ptr_equal(language_query(&l, "b"), &queries[1]);
    assert_null(language_query(&l, "(x)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_by_id_then_by_path),
        cmocka_unit_test(every_language_is_whole),
        cmocka_unit_test(plain_has_nothing_and_is_safe),
        cmocka_unit_test(a_query_is_found_by_name),
    };
    return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
