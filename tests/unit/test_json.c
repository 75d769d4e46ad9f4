#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/unicode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Text in, unformatted text out; NULL: refused at byte `at`. */
static const struct {
    const char *in, *out;
    size_t at;
} texts[] = {
    {"{\"a\":[1,true,null,\"x\"]}", "{\"a\":[1,true,null,\"x\"]}", 0},
    {" \t\r\n7\n ", "7", 0},
    {"\xEF\xBB\xBF[1,2]", "[1,2]", 0}, /* a byte order mark */
    {"\"\xc3\xa9\"", "\"\xc3\xa9\"", 0},
    /* What cJSON can't keep: NUL, lone surrogates. */
    {"\"a\\u0000b\"", "\"a\\u0001b\"", 0},
    {"\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"", 0},
    {"\"\\ud83d\"", "\"\xef\xbf\xbd\"", 0},
    {"\"\\ude00\\ud83d\"", "\"\xef\xbf\xbd\xef\xbf\xbd\"", 0},
    {"\"\\uD83D\\u0041\"",
     "\"\xef\xbf\xbd"
     "A\"",
     0},
    {"\"\\ud83d\\ud83d\\ude00\"", "\"\xef\xbf\xbd\xf0\x9f\x98\x80\"", 0},
    {"\"\\\\u0000\"", "\"\\\\u0000\"", 0}, /* an escaped backslash */
    {"\"\\\\\\u0000\"", "\"\\\\\\u0001\"", 0},
    {"", NULL, 0},
    {"  ", NULL, 0},
    {"{\"a\":1", NULL, 5}, /* the last byte is as far as cJSON counts */
    {"[1,]", NULL, 3},
    {"[1] x", NULL, 4},
    {"{} {}", NULL, 3},
    {"\"\\u00", NULL, 1},
    {"\"\\u12x4\"", NULL, 1},
    {"\"\\", NULL, 0},
    {"tru", NULL, 0},
    {"\xff", NULL, 0},
    {"\"\xed\xa0\x80\"", NULL, 0}, /* a surrogate in UTF-8 */
};

/* Parse exactly the bytes, so that reading behind them is seen. */
static enum err parse(struct str in, cJSON **out, struct why *why)
{
    char *copy = malloc(in.len + !in.len);
    assert_non_null(copy);
    memcpy(copy, in.ptr, in.len);
    struct buf text = {copy, in.len, in.len, in.len, false};
    enum err e = json_parse(&text, out, why);
    free(copy);
    return e;
}

static void test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cJSON *item;
        struct why why = {""};
        struct buf out;
        buf_init(&out, 256);
        enum err e = parse(str_from(texts[i].in), &item, &why);
        if (!e)
            json_print(&out, item);
        if (e != (texts[i].out ? OK : ERR_PARSE) ||
            !str_is(buf_view(&out), texts[i].out))
            fail_msg("%s: %s, %s, %s", texts[i].in, err_name(e), why.text,
                     out.ptr);
        if (texts[i].at)
            assert_int_equal(atoi(strrchr(why.text, ' ')), texts[i].at);
        cJSON_Delete(item);
        buf_release(&out);
    }
}

/* With long strings lent all is as without. */
static void test_lent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (size_t least = 0; least < 4; least++) {
            cJSON *item;
            struct why why = {""};
            char *copy = str_dup(str_from(texts[i].in));
            struct buf text = {copy, strlen(copy), strlen(copy), strlen(copy),
                               false};
            struct buf out;
            buf_init(&out, 256);
            enum err e = json_parse_lent(&text, least, &item, &why);
            if (!e)
                json_print(&out, item);
            if (e != (texts[i].out ? OK : ERR_PARSE) ||
                !str_is(buf_view(&out), texts[i].out))
                fail_msg("%s: %s, %s", texts[i].in, err_name(e), why.text);
            if (texts[i].at)
                assert_int_equal(atoi(strrchr(why.text, ' ')), texts[i].at);
            cJSON_Delete(item);
            buf_release(&out);
            free(copy);
        }
    }
}

static void test_lent_values_find_their_strings(void **state)
{
    (void)state;
    char bytes[] = "{\"long name\" \x01: [\"ab\", \"long \\\"one\\\"\", 1,"
                   " {\"c\":\"\\u00e9 long\"}], \"d\":\"long\\n\"}";
    struct buf text = {bytes, strlen(bytes), strlen(bytes), strlen(bytes),
                       false};
    cJSON *item;
    assert_int_equal(json_parse_lent(&text, 5, &item, NULL), OK);
    const cJSON *list = json_get(item, "long name");
    assert_string_equal(cJSON_GetArrayItem(list, 0)->valuestring, "ab");
    const char *one = cJSON_GetArrayItem(list, 1)->valuestring;
    assert_string_equal(one, "long \"one\"");
    assert_true(one > bytes && one < bytes + sizeof bytes);
    assert_string_equal(json_get(cJSON_GetArrayItem(list, 3), "c")->valuestring,
                        "\xc3\xa9 long");
    assert_string_equal(json_get(item, "d")->valuestring, "long\n");
    cJSON_Delete(item);
}

static void test_nul_byte_is_refused(void **state)
{
    (void)state;
    cJSON *item;
    assert_int_equal(parse(STR("[1]\0"), &item, NULL), ERR_PARSE);
    assert_null(item);
}

static void test_parse_str_leaves_the_text_alone(void **state)
{
    (void)state;
    cJSON *item;
    const char *text = "\"\\u0000\"";
    assert_int_equal(json_parse_str(str_from(text), &item, NULL), OK);
    assert_string_equal(item->valuestring, "\x01");
    cJSON_Delete(item);
}

static void test_deep_nesting_is_refused(void **state)
{
    (void)state;
    cJSON *item;
    char deep[100000];
    memset(deep, '[', sizeof deep);
    assert_int_equal(parse((struct str){deep, sizeof deep}, &item, NULL),
                     ERR_PARSE);
}

static void test_number_of_values_is_limited(void **state)
{
    (void)state;
    enum { N = 3 * JSON_VALUES_MAX };
    cJSON *item;
    char *text = malloc(N);
    assert_non_null(text);
    for (size_t i = 0; i < N; i++)
        text[i] = i % 2 ? ',' : '1';
    text[0] = '[';
    text[N - 1] = ']';
    assert_int_equal(parse((struct str){text, N}, &item, NULL), ERR_TOO_LARGE);
    text[0] = text[N - 1] = '"'; /* inside a string they are none */
    text[5] = '\\';
    text[6] = '"';
    assert_int_equal(parse((struct str){text, N}, &item, NULL), OK);
    assert_true(strlen(item->valuestring) == N - 3);
    cJSON_Delete(item);
    free(text);
}

static void test_access(void **state)
{
    (void)state;
    cJSON *o;
    struct str s = STR("unchanged");
    bool b = false;
    double d = 0;
    int64_t n = 0;
    json_parse_str(STR("{\"s\":\"x\",\"b\":true,\"i\":-5,\"f\":0.5,"
                       "\"big\":1e300,\"inf\":1e999,\"o\":{\"p\":{\"q\":1}}}"),
                   &o, NULL);
    assert_true(json_get_str(o, "s", &s) && str_is(s, "x"));
    assert_false(json_get_str(o, "b", &s));
    assert_true(json_get_bool(o, "b", &b) && b);
    assert_false(json_get_bool(o, "i", &b));
    assert_true(json_get_int(o, "i", &n) && n == -5);
    assert_false(json_get_int(o, "f", &n));
    assert_false(json_get_int(o, "big", &n));
    assert_false(json_get_int(o, "s", &n));
    assert_true(json_get_number(o, "f", &d) && d == 0.5);
    assert_false(json_get_number(o, "inf", &d));
    assert_false(json_get_str(o, "none", &s));
    assert_false(json_get_str(NULL, "s", &s));
    assert_true(str_is(s, "x")); /* not found changes nothing */
    assert_true(cJSON_IsNumber(json_at(o, "o.p.q")));
    assert_null(json_at(o, "o.x.q"));
    assert_null(json_at(o, "s.q"));
    assert_null(json_at(NULL, "o"));
    assert_null(json_get(o, "S")); /* case counts */
    assert_int_equal(json_str(NULL).len, 0);
    cJSON_Delete(o);
}

static void test_add(void **state)
{
    (void)state;
    cJSON *o = cJSON_CreateObject();
    struct buf out;
    buf_init(&out, 256);
    assert_true(json_add_str(o, "a", STR("x\xff")));
    assert_true(json_add_str(o, "b", (struct str){0}));
    assert_true(json_add(o, "c", cJSON_CreateArray()));
    assert_false(json_add(o, "d", NULL));
    assert_false(json_add(NULL, "e", cJSON_CreateArray())); /* and no leak */
    assert_true(json_print(&out, o));
    assert_string_equal(out.ptr,
                        "{\"a\":\"x\xef\xbf\xbd\",\"b\":\"\",\"c\":[]}");
    buf_release(&out);
    cJSON_Delete(o);
}

static void test_print_numbers(void **state)
{
    static const struct {
        double number;
        const char *text;
    } rows[] = {
        {0, "0"},
        {-0.0, "0"},
        {-17, "-17"},
        {4294967296, "4294967296"},
        {9007199254740992, "9007199254740992"},
        {-9007199254740992, "-9007199254740992"},
        {1e300, "1e+300"},
        {0.5, "0.5"},
        {0.1 + 0.2, "0.3"},
        {1.0 / 3, "0.33333333333333331"},
        {1.00000000000000222, "1.0000000000000022"},
        {NAN, "null"},
        {INFINITY, "null"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out;
        buf_init(&out, 64);
        cJSON *item = cJSON_CreateNumber(rows[i].number);
        assert_true(json_print(&out, item));
        assert_string_equal(out.ptr, rows[i].text);
        cJSON_Delete(item);
        buf_release(&out);
    }
}

static void test_print(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 64);
    assert_true(json_print_str(&out, STR("a\"\\\n\r\t\b\x7f\xc3\xa9\xff\0z")));
    assert_string_equal(out.ptr, "\"a\\\"\\\\\\n\\r\\t\\u0008\x7f\xc3\xa9"
                                 "\xef\xbf\xbd\\u0000z\"");
    buf_clear(&out);
    assert_true(json_print_str(&out, (struct str){0}));
    assert_string_equal(out.ptr, "\"\"");
    buf_clear(&out);
    cJSON *name = cJSON_CreateString("\xff/a\xc3.py"); /* as of a file */
    assert_true(json_print(&out, name));
    assert_string_equal(out.ptr, "\"\xef\xbf\xbd/a\xef\xbf\xbd.py\"");
    cJSON_Delete(name);
    buf_clear(&out);
    assert_false(json_print(&out, NULL));
    assert_true(out.failed);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_lent),
        cmocka_unit_test(test_lent_values_find_their_strings),
        cmocka_unit_test(test_nul_byte_is_refused),
        cmocka_unit_test(test_parse_str_leaves_the_text_alone),
        cmocka_unit_test(test_deep_nesting_is_refused),
        cmocka_unit_test(test_number_of_values_is_limited),
        cmocka_unit_test(test_access),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_print_numbers),
        cmocka_unit_test(test_print),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
