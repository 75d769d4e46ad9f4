#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lsp/rpc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NO_ID = 'n', ID_7 = '7', ID_A = 'a' };

static const struct {
    const char *in;
    enum err err;
    enum rpc_kind kind;
    char id;
    const char *method;
} messages[] = {
    {"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"m\"}", OK, RPC_REQUEST, ID_7,
     "m"},
    {"{\"id\":\"a\",\"method\":\"m\",\"params\":null}", OK, RPC_REQUEST, ID_A,
     "m"},
    {" {\"method\":\"$/x\"}\r\n", OK, RPC_NOTIFICATION, NO_ID, "$/x"},
    {"{\"jsonrpc\":\"2.0\",\"method\":\"shutdown\"}", OK, RPC_NOTIFICATION,
     NO_ID, "shutdown"}, /* Kate */
    {"{\"id\":7,\"result\":{}}", OK, RPC_RESPONSE, ID_7, ""},
    {"{\"id\":7}", OK, RPC_RESPONSE, ID_7, ""},
    {"{\"id\":null,\"error\":{\"code\":-1,\"message\":\"\"}}", OK, RPC_RESPONSE,
     NO_ID, ""},
    {"", ERR_PARSE, 0, NO_ID, ""},
    {"{", ERR_PARSE, 0, NO_ID, ""},
    {"{}}", ERR_PARSE, 0, NO_ID, ""},
    {"{\"method\":\"\xff\"}", ERR_PARSE, 0, NO_ID, ""},
    {"[]", ERR_REQUEST, 0, NO_ID, ""},
    {"[{\"id\":7,\"method\":\"m\"}]", ERR_REQUEST, 0, NO_ID, ""},
    {"7", ERR_REQUEST, 0, NO_ID, ""},
    {"{}", ERR_REQUEST, 0, NO_ID, ""},
    {"{\"result\":1}", ERR_REQUEST, 0, NO_ID, ""},
    {"{\"id\":7,\"method\":1}", ERR_REQUEST, 0, ID_7, ""},
    {"{\"id\":7,\"method\":\"\"}", ERR_REQUEST, 0, ID_7, ""},
    {"{\"id\":7,\"method\":null}", ERR_REQUEST, 0, ID_7, ""},
    {"{\"jsonrpc\":\"1.0\",\"id\":\"a\",\"method\":\"m\"}", ERR_REQUEST, 0,
     ID_A, ""},
    {"{\"jsonrpc\":2,\"id\":\"a\",\"method\":\"m\"}", ERR_REQUEST, 0, ID_A, ""},
    {"{\"id\":null,\"method\":\"m\"}", ERR_REQUEST, 0, NO_ID, ""},
    {"{\"id\":true,\"method\":\"m\"}", ERR_REQUEST, 0, NO_ID, ""},
    {"{\"id\":{},\"method\":\"m\"}", ERR_REQUEST, 0, NO_ID, ""},
    {"{\"id\":007,\"method\":\"m\"}", ERR_REQUEST, 0, NO_ID, ""},
    {"{\"id\":7,\"method\":\"m\",\"id\":8}", OK, RPC_REQUEST, ID_7, "m"},
    {"{\"params\":{\"id\":8},\"\\u0069d\":7,\"method\":\"m\"}", OK, RPC_REQUEST,
     ID_7, "m"},
};

static char id_of(const struct rpc_message *m)
{
    const char *id = m->id.text;
    return !id[0]                 ? NO_ID
           : !strcmp(id, "7")     ? ID_7
           : !strcmp(id, "\"a\"") ? ID_A
                                  : '?';
}

static void test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        /* Exactly its bytes, so that reading behind them is seen. */
        size_t len = strlen(messages[i].in);
        char *copy = malloc(len + !len);
        assert_non_null(copy);
        memcpy(copy, messages[i].in, len);
        struct rpc_message m;
        struct why why = {""};
        enum err e = rpc_parse((struct str){copy, len}, &m, &why);
        if (e != messages[i].err || id_of(&m) != messages[i].id ||
            !str_is(m.method, messages[i].method) ||
            (e == OK && m.kind != messages[i].kind))
            fail_msg("%s: %s, id %c, method %.*s, kind %d", messages[i].in,
                     err_name(e), id_of(&m), STR_ARG(m.method), (int)m.kind);
        assert_true(e == OK || strlen(why.text) > 10);
        rpc_release(&m);
        free(copy);
    }
}

static void test_params(void **state)
{
    (void)state;
    struct rpc_message m;
    char with[] = "{\"method\":\"m\",\"params\":[1]}";
    char null[] = "{\"method\":\"m\",\"params\":null}";
    char answer[] = "{\"id\":1,\"result\":null,\"error\":{\"code\":1}}";
    assert_int_equal(rpc_parse(str_from(with), &m, NULL), OK);
    assert_true(cJSON_IsArray(m.params));
    rpc_release(&m);
    assert_int_equal(rpc_parse(str_from(null), &m, NULL), OK);
    assert_null(m.params);
    rpc_release(&m);
    assert_int_equal(rpc_parse(str_from(answer), &m, NULL), OK);
    assert_true(cJSON_IsNull(m.result));
    assert_true(cJSON_IsObject(m.error));
    rpc_release(&m);
}

/* "1" is not 1, and what comes in goes out. */
static const struct {
    const char *json;
    bool good;
} ids[] = {
    {"1", true},
    {"\"1\"", true},
    {"0", true},
    {"-5", true},
    {"-0", true},
    {"1.0", true},
    {"0.5", true},
    {"1e15", true},
    {"1E+3", true},
    {"2.5e-3", true},
    {"9007199254740993", true},
    {"-123456789012345678901234567890", true},
    {"\"\"", true},
    {"\"\\u00e9\\\"\\\\\\n\"", true},
    {"\"\\ud800\"", true}, /* a half, that no text holds */
    {"\"\xc3\xa9\"", true},
    {"", false},
    {"null", false},
    {"true", false},
    {"[1]", false},
    {"{}", false},
    {"-", false},
    {"01", false},
    {"1.", false},
    {".5", false},
    {"1e", false},
    {"1e+", false},
    {"+1", false},
    {"0x1", false},
    {"1 ", false},
    {"\"a", false},
    {"\"a\" ", false},
    {"\"\\x\"", false},
    {"\"\n\"", false},
    {"\"\xff\"", false},
};

static void test_ids(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct rpc_id id;
        bool good = rpc_id_read(str_from(ids[i].json), &id);
        if (good != ids[i].good || strcmp(id.text, good ? ids[i].json : ""))
            fail_msg("%s: %s", ids[i].json, good ? id.text : "refused");
    }
}

static void test_ids_of_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        char text[300];
        struct rpc_message m;
        if (!ids[i].good)
            continue;
        snprintf(text, sizeof text, "{\"id\" : %s, \"method\": \"m\"}",
                 ids[i].json);
        assert_int_equal(rpc_parse(str_from(text), &m, NULL), OK);
        assert_string_equal(m.id.text, ids[i].json);
        rpc_release(&m);
    }
}

static void test_long_ids_are_refused(void **state)
{
    (void)state;
    char text[130];
    struct rpc_id id;
    memset(text, 'x', sizeof text);
    text[0] = '"';
    for (size_t len = 126; len <= 129; len++) {
        text[len - 1] = '"';
        assert_int_equal(rpc_id_read((struct str){text, len}, &id), len <= 127);
        text[len - 1] = 'x';
    }
}

static void test_id_eq(void **state)
{
    (void)state;
    struct rpc_id number = {"1"}, string = {"\"1\""};
    assert_true(rpc_id_eq(&number, &number));
    assert_false(rpc_id_eq(&number, &string));
}

static void test_write(void **state)
{
    (void)state;
    struct buf out;
    struct rpc_id id = {"7"};
    cJSON *list = cJSON_CreateArray();
    buf_init(&out, 1024);

    assert_true(rpc_result(&out, &id, NULL));
    assert_string_equal(out.ptr,
                        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":null}");
    buf_clear(&out);
    assert_true(rpc_result(&out, &id, list));
    assert_string_equal(out.ptr,
                        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":[]}");
    buf_clear(&out);
    assert_true(rpc_error(&out, &id, ERR_METHOD, "no \"x\""));
    assert_string_equal(out.ptr,
                        "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":"
                        "-32601,\"message\":\"no \\\"x\\\"\"}}");
    buf_clear(&out);
    assert_true(rpc_error(&out, NULL, ERR_PARSE, NULL));
    assert_string_equal(out.ptr,
                        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":"
                        "-32700,\"message\":\"it is not valid JSON\"}}");
    buf_clear(&out);
    assert_true(rpc_notify(&out, "m", NULL));
    assert_string_equal(out.ptr, "{\"jsonrpc\":\"2.0\",\"method\":\"m\"}");
    buf_clear(&out);
    assert_true(rpc_request(&out, &id, "m", list));
    assert_string_equal(
        out.ptr,
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"m\",\"params\":[]}");
    cJSON_Delete(list);
    buf_release(&out);
}

static void test_what_does_not_fit_is_said(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 30);
    assert_false(rpc_result(&out, &(struct rpc_id){"1"}, NULL));
    buf_clear(&out);
    assert_false(rpc_error(&out, NULL, ERR_IO, NULL));
    buf_clear(&out);
    assert_false(rpc_notify(&out, "textDocument/completion", NULL));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_params),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_ids_of_messages),
        cmocka_unit_test(test_long_ids_are_refused),
        cmocka_unit_test(test_id_eq),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_what_does_not_fit_is_said),
    };
    return cmocka_run_group_tests_name("rpc", tests, NULL, NULL);
}
