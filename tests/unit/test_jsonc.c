#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "config/jsonc.h"

#include <string.h>

static void test_what_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *json;
    } rows[] = {
        {"", "{}"},
        {" \n\t", "{}"},
        {"// nothing but a comment", "{}"},
        {"/* a */ // b\n/* c */", "{}"},
        {"{\"a\":1}", "{\"a\":1}"},
        {"\xEF\xBB\xBF{\"a\":1}", "{\"a\":1}"},
        {"{\"a\":1, // why\n\"b\":2}", "{\"a\":1,\"b\":2}"},
        {"{\"a\":1, // why\r\"b\":2}", "{\"a\":1,\"b\":2}"},
        {"{\"a\":/**/1/***/}", "{\"a\":1}"},
        {"{\"a\":/*/ not over */1}", "{\"a\":1}"},
        {"{\"a\":[1,2,],}", "{\"a\":[1,2]}"},
        {"{\"a\":[1,/* , */\n// ,\n],}", "{\"a\":[1]}"},
        {"{\"a\":\"// no\"}", "{\"a\":\"// no\"}"},
        {"{\"a\":\"/* no\"}", "{\"a\":\"/* no\"}"},
        {"{\"a\":\"x,]\"}", "{\"a\":\"x,]\"}"},
        {"{\"a\":\"\\\"//\"}", "{\"a\":\"\\\"//\"}"},
        {"{\"a\":\"\\\\\"}//\"", "{\"a\":\"\\\\\"}"},
        {"{\"http://x\":[],}", "{\"http://x\":[]}"},
        {"3", "3"},
        {"[0,-0,10,-1.50,2e3,0.25E-2]", "[0,0,10,-1.5,2000,0.0025]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {{0}};
        struct buf out;
        cJSON *json;
        buf_init(&out, 1000);
        if (jsonc_parse(str_from(rows[i].text), &json, &why))
            fail_msg("%s: %s", rows[i].text, why.text);
        json_print(&out, json);
        assert_string_equal(out.ptr, rows[i].json);
        cJSON_Delete(json);
        buf_release(&out);
    }
}

static void test_what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *at;
    } rows[] = {
        {"{\"a\":1", "line "},
        {"{\"a\" 1}", "line 1, column 6: a comma or a colon is missing"},
        {"{\"a\":1 \"b\":2}", "line 1, column 8: a comma or a colon is"},
        {"{\"a\":[1", "line 1, column 8: the text ends here, and a bracket"},
        {"{a: 1}", "line 1, column 2: a name stands between double quotes"},
        {"{\"a\": None}", "line 1, column 7: a name stands between double"},
        {"{\"a\": 0x10}", "line 1, column 8: a number is written like"},
        {"{\"a\": 010}", "line 1, column 7: a number is written like"},
        {"{\"a\": 5.}", "line 1, column 7: a number is written like"},
        {"{\"a\": [1, -]}", "line 1, column 11: a number is written like"},
        {"{\"a\": 1.2.3}", "line 1, column 7: a number is written like"},
        {"{\"a\": +1}", "line 1, column 7: a number is written like"},
        {"{\"a\": \"b}", "line 1, column 7: the string that begins here"},
        {"{\"a\": \"\\q\"}", "line 1, column 7: the string that begins here"},
        {"{} {}", "line 1, column 4: this stands behind the end"},
        {"x", "line 1, column 1: a name stands between double quotes"},
        {"{\n  // one\n  \"a\": x\n}", "line 3, column 8: "},
        {"{\r\n\"a\":\r\nx}", "line 3, column 1: "},
        {"{\r\"a\":\rx}", "line 3, column 1: "},
        {"{\"\xC3\xA9\xF0\x9F\x98\x80\": x}", "line 1, column 8: "},
        {"{} /* open\n", "line 1, column 4: the comment that begins here"},
        {"{}\n /*/", "line 2, column 2: the comment that begins here"},
        {"{} /", "line 1, column 4: "},
        {"[,]", "line 1, column 2: "},
        {"[1,,]", "line 1, column 4: "},
        {"{,}", "line 1, column 3: "},
        {"{\"a\":1}, ", "line 1, column 8: "},
        {"{\"a\":\"\xFF\"}",
         "line 1, column 7: this is not UTF-8; right is to save the file"},
        {"{\"a\": 1 # one\n}", "line 1, column 9: right is \"//\""},
        {"{\xE2\x80\x9C"
         "a\xE2\x80\x9D: 1}",
         "line 1, column 2: it is a typographic quote"},
        {"{\"a\": \xE2\x80\x9C"
         "b\xE2\x80\x9D}",
         "line 1, column 7: it is a typographic quote"},
        {"{'a':1}", "line 1, column 2: a name stands between double"},
        {"{\"a\":\"open}", "line 1, column "},
        {"{\"a\":\"\\", "line 1, column "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct why why = {{0}};
        cJSON *json = (cJSON *)&json;
        assert_int_equal(jsonc_parse(str_from(rows[i].text), &json, &why),
                         ERR_PARSE);
        assert_null(json);
        if (strncmp(why.text, rows[i].at, strlen(rows[i].at)))
            fail_msg("%s: %s", rows[i].text, why.text);
    }
}

/* Which may hold privacy rows that nobody can find: no ERR_PARSE. */
static void test_utf_16(void **state)
{
    (void)state;
    static const struct str texts[] = {
        {"\xFF\xFE{\0}\0", 6},
        {"\xFE\xFF\0{\0}", 6},
        {"{\0}\0", 4},
        {"\0{\0}", 4},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct why why = {{0}};
        cJSON *json;
        assert_int_equal(jsonc_parse(texts[i], &json, &why), ERR_CONFIG);
        assert_null(json);
        assert_string_equal(why.text,
                            "it is UTF-16; right is to save it as UTF-8");
    }
}

static void test_deep_brackets_are_called_so(void **state)
{
    (void)state;
    struct why why = {{0}};
    cJSON *json;
    char text[5000];
    memset(text, '[', sizeof text);
    struct str deep = {text, sizeof text};
    assert_int_equal(jsonc_parse(deep, &json, &why), ERR_PARSE);
    assert_non_null(strstr(why.text, "column 1001: its brackets are nested"));
}

static void test_nul_bytes(void **state)
{
    (void)state;
    struct why why = {{0}};
    cJSON *json;
    assert_int_equal(jsonc_parse(STR("{}\0//"), &json, &why), ERR_PARSE);
    assert_int_equal(jsonc_parse(STR("/\0"), &json, &why), ERR_PARSE);
    assert_int_equal(jsonc_parse((struct str){0}, &json, &why), OK);
    cJSON_Delete(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_read),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_utf_16),
        cmocka_unit_test(test_deep_brackets_are_called_so),
        cmocka_unit_test(test_nul_bytes),
    };
    return cmocka_run_group_tests_name("jsonc", tests, NULL, NULL);
}
