/* What conditions may say: the lists, their page in docs/, and the schema. */
#include "base/json.h"
#include "route/vocabulary.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { PAGE_MAX = 1 << 20 };

static void read_page(struct buf *out)
{
    char piece[4096];
    size_t n;
    FILE *f = fopen("docs/conditions.md", "rb");
    assert_non_null(f);
    buf_init(out, PAGE_MAX);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_append(out, (struct str){piece, n});
    fclose(f);
}

static void put_row(const struct term *t, struct buf *out)
{
    buf_printf(out, "| `%s` | ", t->name);
    if (*t->type)
        buf_printf(out, "%s | ", t->type);
    term_describe(t, out);
    buf_printf(out, " |\n");
}

/* The page for people has these lists. */
static void test_page(void **state)
{
    (void)state;
    struct buf page, table;
    read_page(&page);
    buf_init(&table, PAGE_MAX);
    for (int v = 0; v < VOCABULARY_COUNT; v++) {
        buf_clear(&table);
        for (size_t i = 0; i < vocabulary_size((enum vocabulary)v); i++) {
            struct term t = vocabulary_at((enum vocabulary)v, i);
            size_t before = table.len;
            put_row(&t, &table);
            if (str_find(buf_view(&page), buf_view(&table)) == STR_NONE)
                fail_msg("docs/conditions.md has to go on with:\n%s",
                         table.ptr + before);
        }
        assert_true(vocabulary_size((enum vocabulary)v) > 0);
    }
    buf_release(&page);
    buf_release(&table);
}

static const cJSON *entry(const cJSON *schema, const char *list,
                          const char *key)
{
    const cJSON *of = json_get(json_get(schema, "properties"), list);
    return json_get(json_get(json_get(of, "items"), "properties"), key);
}

static bool says(const cJSON *key, const char *part)
{
    struct str doc = {0};
    json_get_str(key, "description", &doc);
    return str_find(doc, str_from(part)) != STR_NONE;
}

static void test_schema(void **state)
{
    (void)state;
    static const struct {
        const char *list, *key, *part;
    } rows[] = {
        {"rules", "condition", "\n- input_length: bytes that would be sent\n"},
        {"rules", "condition",
         "\n- trigger: how it was asked for: automatic, "},
        {"rules", "condition", "\n- expected_cost: dollars"},
        {"rules", "action", "\n- use_model: this model is asked"},
        {"rules", "action", "\n- silence: nothing is completed"},
        {"routes", "when", "\n- in_test: "},
        {"routes", "strategy", "\n- adaptive: learns"},
        {"strategies", "where", "\n- health: "},
        {"strategies", "order_by", "\n- ttft_ms: "},
    };
    struct buf text;
    cJSON *schema;
    buf_init(&text, PAGE_MAX);
    assert_true(keys_schema(&text, &vocabulary_schema));
    assert_int_equal(json_parse(&text, &schema, NULL), OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!says(entry(schema, rows[i].list, rows[i].key), rows[i].part))
            fail_msg("%s[].%s: %s", rows[i].list, rows[i].key, rows[i].part);
    /* A route's condition can't name columns. */
    assert_false(says(entry(schema, "routes", "when"), "\n- ttft_ms: "));
    struct str pattern;
    const cJSON *one = cJSON_GetArrayItem(
        json_get(entry(schema, "rules", "action"), "oneOf"), 0);
    assert_true(json_get_str(one, "pattern", &pattern));
    assert_true(str_starts(pattern, STR("^(exclude_model:.+|")));
    assert_true(str_find(pattern, STR("|silence)$")) != STR_NONE);
    cJSON_Delete(schema);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page),
        cmocka_unit_test(test_schema),
    };
    return cmocka_run_group_tests_name("vocabulary", tests, NULL, NULL);
}
