/* Fields that programs and spreadsheets read as they were meant. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/csv.h"

#include <math.h>

static void texts_stay_fields(void **state)
{
    static const struct {
        const char *text, *field;
    } rows[] = {
        {"", ""},
        {"qwen2.5-coder:1.5b", "qwen2.5-coder:1.5b"},
        {"a b", "a b"},
        {"a,b", "\"a,b\""},
        {"say \"it\"", "\"say \"\"it\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"=1+1", "'=1+1"},
        {"-x,y", "\"'-x,y\""},
        {"@x", "'@x"},
        {"a=b", "a=b"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out;
        buf_init(&out, 100);
        csv_text(&out, str_from(rows[i].text));
        assert_true(str_is(buf_view(&out), rows[i].field));
        buf_release(&out);
    }
}

static void numbers_have_a_point(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, 100);
    csv_number(&out, 0.25);
    csv_number(&out, NAN);
    buf_append_char(&out, ' ');
    csv_number(&out, 1795355943609);
    assert_true(str_is(buf_view(&out), "0.25 1795355943609"));
    buf_release(&out);
}

static void a_list_is_a_sheet(void **state)
{
    struct buf out;
    cJSON *list =
        cJSON_Parse("[{\"model\": \"a,b\", \"cost\": 0.5, \"x\": null},"
                    " {\"model\": \"=c\", \"cost\": null, \"x\": 1}]");
    (void)state;
    buf_init(&out, 1000);
    csv_rows(&out, list);
    assert_true(str_is(buf_view(&out), "model,cost,x\r\n"
                                       "\"a,b\",0.5,\r\n"
                                       "'=c,,1\r\n"));
    buf_clear(&out);
    cJSON_Delete(list);
    list = cJSON_CreateArray();
    csv_rows(&out, list);
    assert_int_equal(out.len, 0);
    cJSON_Delete(list);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_stay_fields),
        cmocka_unit_test(numbers_have_a_point),
        cmocka_unit_test(a_list_is_a_sheet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
