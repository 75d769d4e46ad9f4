/* What gRPC adds to HTTP/2: messages, deadlines, and the verdict. */
#include "net/grpc.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

enum { SEEN_MAX = 16 << 20 };

/* Of a literal with NULs; STR() is no constant. */
#define BYTES(literal)                                                         \
    {                                                                          \
        literal, sizeof(literal) - 1                                           \
    }

static bool note(void *arg, struct str event, struct str data)
{
    struct buf *seen = arg;
    assert_int_equal(event.len, 0);
    buf_printf(seen, "[%.*s]", STR_ARG(data));
    return !str_is(data, "stop");
}

/* In steps of `step` bytes; what came of it, and in `seen` the messages. */
static enum err run(enum framing framing, struct str bytes, size_t step,
                    struct buf *seen, struct why *why)
{
    struct frames f;
    enum err e = OK;
    buf_clear(seen);
    frames_init(&f, framing);
    for (size_t at = 0; !e && at < bytes.len; at += step)
        e = frames_feed(&f, str_sub(bytes, at, at + step), note, seen);
    if (!e)
        e = frames_finish(&f, note, seen);
    *why = f.why;
    frames_release(&f);
    return e;
}

static const struct {
    struct str bytes;
    enum err stream, unary;
    const char *streamed, *whole;
    const char *why; /* of one that failed */
} cases[] = {
    {BYTES(""), OK, OK, "", "", ""},
    {BYTES("\0\0\0\0\2hi"), OK, OK, "[hi]", "[hi]", ""},
    {BYTES("\0\0\0\0\0"), OK, OK, "[]", "[]", ""},
    {BYTES("\0\0\0\0\1a\0\0\0\0\0\0\0\0\0\2bc"), OK, ERR_ANSWER, "[a][][bc]",
     "", "more than one message"},
    {BYTES("\0\0\0\0\4stop\0\0\0\0\1a"), ERR_CANCELLED, ERR_ANSWER, "[stop]",
     "", "more than one message"},
    {BYTES("\0\0\0\0\3hi"), ERR_BROKE_OFF, ERR_BROKE_OFF, "", "",
     "in the middle of a message"},
    {BYTES("\0\0\0"), ERR_BROKE_OFF, ERR_BROKE_OFF, "", "",
     "in the middle of a message"},
    {BYTES("\1\0\0\0\2hi"), ERR_ANSWER, ERR_ANSWER, "", "", "compressed"},
    {BYTES("<html>"), ERR_ANSWER, ERR_ANSWER, "", "", "no message of gRPC"},
    {BYTES("\0\x7f\xff\xff\xff"), ERR_TOO_LARGE, ERR_TOO_LARGE, "", "",
     "2147483647 bytes is announced"},
    {BYTES("\0\xff\xff\xff\xff"), ERR_TOO_LARGE, ERR_TOO_LARGE, "", "",
     "4294967295 bytes is announced"},
};

static void check(size_t i, enum framing framing, size_t step)
{
    bool unary = framing == FRAMING_GRPC_UNARY;
    enum err wanted = unary ? cases[i].unary : cases[i].stream;
    struct buf seen;
    struct why why;
    buf_init(&seen, SEEN_MAX);
    enum err e = run(framing, cases[i].bytes, step, &seen, &why);
    if (e != wanted ||
        !str_is(buf_view(&seen), unary ? cases[i].whole : cases[i].streamed) ||
        (e && e != ERR_CANCELLED && !strstr(why.text, cases[i].why)))
        fail_msg("case %zu in steps of %zu: %s, \"%s\", \"%.*s\"", i, step,
                 err_name(e), why.text, STR_ARG(buf_view(&seen)));
    buf_release(&seen);
}

static void test_messages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step <= cases[i].bytes.len + 1; step++) {
            check(i, FRAMING_GRPC, step);
            check(i, FRAMING_GRPC_UNARY, step);
        }
}

/* A message as large as they may be, and one byte more. */
static void test_limit(void **state)
{
    (void)state;
    struct buf body, seen;
    struct why why;
    buf_init(&body, SEEN_MAX);
    buf_init(&seen, SEEN_MAX);
    while (body.len < FRAME_MAX - GRPC_PREFIX)
        buf_append_char(&body, 'x');
    assert_true(grpc_enclose(&body));
    assert_int_equal(run(FRAMING_GRPC, buf_view(&body), 7000, &seen, &why), OK);
    assert_int_equal(seen.len, FRAME_MAX - GRPC_PREFIX + 2);
    buf_splice(&body, 0, GRPC_PREFIX, STR("x"));
    assert_true(grpc_enclose(&body));
    assert_int_equal(run(FRAMING_GRPC, buf_view(&body), 7000, &seen, &why),
                     ERR_TOO_LARGE);
    buf_release(&seen);
    buf_release(&body);
}

static void test_enclose(void **state)
{
    (void)state;
    struct buf body;
    buf_init(&body, 263);
    for (int i = 0; i < 258; i++)
        buf_append_char(&body, 'x');
    assert_true(grpc_enclose(&body));
    assert_int_equal(body.len, 263);
    assert_memory_equal(body.ptr, "\0\0\0\1\2x", 6);
    assert_false(grpc_enclose(&body));
    buf_release(&body);
}

static void test_timeout(void **state)
{
    (void)state;
    static const struct {
        usec timeout;
        const char *value;
    } rows[] = {
        {0, "0u"},
        {1, "1u"},
        {MSEC(2100), "2100000u"},
        {99999999, "99999999u"},
        {100000001, "100000m"},
        {(usec)99999999 * 1000 + 999, "99999999m"},
        {(usec)100000000 * 1000, "100000S"},
        {USEC_NEVER, "99999999S"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char value[GRPC_TIMEOUT_MAX];
        grpc_timeout(rows[i].timeout, value);
        assert_string_equal(value, rows[i].value);
    }
}

static void test_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *type, *head;
        enum err e;
        const char *why;
    } rows[] = {
        {"application/grpc", "grpc-status: 0\r\n", OK, ""},
        {"application/grpc+proto", "Grpc-Status:00\r\n", OK, ""},
        {"application/grpc", "grpc-status: 8\r\n", ERR_RATE_LIMIT,
         "the service answered RESOURCE_EXHAUSTED: the service asks to wait"},
        {"application/grpc",
         "grpc-status: 13\r\ngrpc-message: n%C3%B6%0Ano%25%%4\r\n",
         ERR_PROVIDER, "the service answered INTERNAL: nö no%%%4"},
        {"application/grpc",
         "grpc-status: 2\r\ngrpc-message: %E2%80%AEa%FF%00b\r\n", ERR_PROVIDER,
         "the service answered UNKNOWN: a\xEF\xBF\xBD"
         "b"},
        {"application/grpc", "x: y\r\n", ERR_BROKE_OFF, "without a status"},
        {"application/grpc", "grpc-status: 17\r\n", ERR_ANSWER,
         "none of gRPC's"},
        {"application/grpc", "grpc-status: -1\r\n", ERR_ANSWER,
         "none of gRPC's"},
        {"application/grpc", "grpc-status:\r\n", ERR_ANSWER, "none of gRPC's"},
        {"application/grpc", "grpc-status: 99999999999999999999999\r\n",
         ERR_ANSWER, "none of gRPC's"},
        {"text/html", "", ERR_ANSWER, "not gRPC (it says \"text/html\")"},
        {"", "", ERR_ANSWER, "not gRPC"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_response r = {.status = 200,
                                  .content_type = rows[i].type,
                                  .head = str_from(rows[i].head)};
        struct why why = {""};
        enum err e = grpc_verdict(&r, &why);
        if (e != rows[i].e || (e && !strstr(why.text, rows[i].why)))
            fail_msg("%s: %s, \"%s\"", rows[i].head, err_name(e), why.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages), cmocka_unit_test(test_limit),
        cmocka_unit_test(test_enclose),  cmocka_unit_test(test_timeout),
        cmocka_unit_test(test_verdict),
    };
    return cmocka_run_group_tests_name("grpc", tests, NULL, NULL);
}
