/* Amazon's event stream: whole, cut everywhere, damaged everywhere. */
#include "fake/aws_message.h"
#include "net/frames.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

enum { SEEN_MAX = 8 << 20 };

/* What came, written down as "[event]data;" for each frame. */
static bool note(void *arg, struct str event, struct str data)
{
    struct buf *seen = arg;
    buf_printf(seen, "[%.*s]", STR_ARG(event));
    buf_append(seen, data);
    return buf_append_char(seen, ';');
}

static enum err run(struct str bytes, size_t cut, size_t step, struct buf *seen,
                    struct why *why)
{
    struct frames f;
    frames_init(&f, FRAMING_AWS_EVENTS);
    enum err e = frames_feed(&f, str_sub(bytes, 0, cut), note, seen);
    for (size_t at = cut; !e && at < bytes.len; at += step)
        e = frames_feed(&f, str_sub(bytes, at, at + step), note, seen);
    if (!e)
        e = frames_finish(&f, note, seen);
    *why = f.why;
    frames_release(&f);
    return e;
}

static void assert_stream(struct str bytes, const char *expected)
{
    for (size_t cut = 0; cut <= bytes.len + 1; cut++) {
        struct buf seen;
        struct why why;
        bool by_byte = cut > bytes.len;
        buf_init(&seen, SEEN_MAX);
        enum err e = run(bytes, by_byte ? 0 : cut, by_byte ? 1 : bytes.len + 1,
                         &seen, &why);
        if (e || !str_is(buf_view(&seen), expected))
            fail_msg("cut at %zu: %s \"%s\"", cut, err_name(e), seen.ptr);
        buf_release(&seen);
    }
}

/* Published with the encoding, as test vectors of AWS's SDKs. */
static void test_published(void **state)
{
    (void)state;
    static const char empty[] = "\0\0\0\x10\0\0\0\0\x05\xc2\x48\xeb\x7d\x98"
                                "\xc8\xff";
    static const char payload[] = "\0\0\0\x1d\0\0\0\0\xfd\x52\x8c\x5a"
                                  "{'foo':'bar'}\xc3\x65\x39\x36";
    struct buf out;
    buf_init(&out, 256);
    aws_envelope(&out, STR(""), STR(""));
    assert_memory_equal(out.ptr, empty, sizeof empty - 1);
    assert_int_equal(out.len, sizeof empty - 1);
    buf_clear(&out);
    aws_envelope(&out, STR(""), STR("{'foo':'bar'}"));
    assert_memory_equal(out.ptr, payload, sizeof payload - 1);
    assert_int_equal(out.len, sizeof payload - 1);
    buf_release(&out);
}

static void test_streams(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *expected;
    } cases[] = {
        {"", ""},
        {"a {}\nb {\"c\":1}\n", "[a]{};[b]{\"c\":1};"},
        {"a \n", "[a];"},
        {"a {}\nexception:throttlingException {\"message\":\"slow\"}\n",
         "[a]{};[error:throttlingException]{\"message\":\"slow\"};"},
        {"error:InternalError boom\n", "[error:InternalError]boom;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf bytes;
        buf_init(&bytes, SEEN_MAX);
        aws_stream(&bytes, str_from(cases[i].lines));
        assert_stream(buf_view(&bytes), cases[i].expected);
        buf_release(&bytes);
    }
}

/* Headers of every type are passed over; an error may have its sentence in
 * one instead of a payload. */
static void test_headers(void **state)
{
    (void)state;
    static const char others[] =
        "\1a\0\1b\1\1c\2x\1d\3xx\1e\4xxxx\1f\5xxxxxxxx\1g\6\0\3xxx"
        "\1h\x08xxxxxxxx\1i\x09xxxxxxxxxxxxxxxx";
    struct buf headers, bytes;
    buf_init(&headers, 1024);
    buf_init(&bytes, 1024);
    buf_append(&headers, (struct str){others, sizeof others - 1});
    aws_header(&headers, ":message-type", STR("error"));
    aws_header(&headers, ":error-code", STR("X"));
    aws_header(&headers, ":error-message", STR("it broke"));
    aws_envelope(&bytes, buf_view(&headers), STR(""));
    assert_stream(buf_view(&bytes), "[error:X]it broke;");
    buf_release(&headers);
    buf_release(&bytes);
}

/* Any change of any bit is noticed, and what came before it stands. */
static void test_damage(void **state)
{
    (void)state;
    struct buf bytes;
    buf_init(&bytes, 1024);
    aws_stream(&bytes, STR("first {}\n"));
    size_t first = bytes.len;
    aws_stream(&bytes, STR("second {\"a\":1}\n"));
    for (size_t bit = first * 8; bit < bytes.len * 8; bit++) {
        struct buf seen;
        struct why why;
        buf_init(&seen, SEEN_MAX);
        bytes.ptr[bit / 8] ^= (char)(1 << bit % 8);
        enum err e = run(buf_view(&bytes), bytes.len, 1, &seen, &why);
        if (e != ERR_ANSWER || !strstr(why.text, "damaged"))
            fail_msg("bit %zu: %s %s", bit, err_name(e), why.text);
        assert_string_equal(seen.ptr, "[first]{};");
        bytes.ptr[bit / 8] ^= (char)(1 << bit % 8);
        buf_release(&seen);
    }
    buf_release(&bytes);
}

/* Right checksums over what makes no sense. */
static void test_nonsense(void **state)
{
    (void)state;
    static const struct {
        uint32_t total, headers;
        enum err e;
        const char *sentence;
    } preludes[] = {
        {15, 0, ERR_ANSWER, "lengths"},
        {16, 1, ERR_ANSWER, "lengths"},
        {0, 0, ERR_ANSWER, "lengths"},
        {200 << 10, (200 << 10) - 16, ERR_ANSWER, "lengths"},
        {FRAME_MAX + 1, 0, ERR_TOO_LARGE, "larger than 262144 bytes"},
        {0xFFFFFFFF, 0xFFFFFFFF, ERR_TOO_LARGE, "larger than"},
    };
    for (size_t i = 0; i < sizeof preludes / sizeof preludes[0]; i++) {
        struct buf bytes, seen;
        struct why why;
        buf_init(&bytes, 64);
        buf_init(&seen, SEEN_MAX);
        aws_number(&bytes, preludes[i].total, 4);
        aws_number(&bytes, preludes[i].headers, 4);
        aws_number(&bytes, crc32_of(0, buf_view(&bytes)), 4);
        enum err e = run(buf_view(&bytes), bytes.len, 1, &seen, &why);
        if (e != preludes[i].e || !strstr(why.text, preludes[i].sentence))
            fail_msg("%zu: %s %s", i, err_name(e), why.text);
        buf_release(&bytes);
        buf_release(&seen);
    }
    static const struct {
        const char *bytes;
        size_t len;
    } headers[] = {
        {"\0", 1},
        {"\1", 1},
        {"\1a", 2},
        {"\1a\7", 3},
        {"\1a\7\0", 4},
        {"\1a\7\0\1", 5},
        {"\1a\6\xff\xff", 5},
        {"\1a\x0a", 3},
        {"\1a\xff", 3},
        {"\xff"
         "a\0",
         3},
        {"\1a\5xxxxxxx", 10},
        {"\1a\0", 3},
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct buf bytes, seen;
        struct why why;
        buf_init(&bytes, 64);
        buf_init(&seen, SEEN_MAX);
        aws_envelope(&bytes, (struct str){headers[i].bytes, headers[i].len},
                     STR("{}"));
        enum err e = run(buf_view(&bytes), bytes.len, 1, &seen, &why);
        if (e != ERR_ANSWER || !strstr(why.text, "damaged"))
            fail_msg("header %zu: %s %s", i, err_name(e), why.text);
        buf_release(&bytes);
        buf_release(&seen);
    }
}

/* The end amid a message is no message. */
static void test_broken_off(void **state)
{
    (void)state;
    struct buf bytes;
    buf_init(&bytes, 1024);
    aws_stream(&bytes, STR("a {}\n"));
    for (size_t len = 0; len < bytes.len; len++) {
        struct buf seen;
        struct why why;
        buf_init(&seen, SEEN_MAX);
        struct str part = str_sub(buf_view(&bytes), 0, len);
        assert_int_equal(run(part, len, 1, &seen, &why), OK);
        assert_int_equal(seen.len, 0);
        buf_release(&seen);
    }
    buf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published), cmocka_unit_test(test_streams),
        cmocka_unit_test(test_headers),   cmocka_unit_test(test_damage),
        cmocka_unit_test(test_nonsense),  cmocka_unit_test(test_broken_off),
    };
    return cmocka_run_group_tests_name("aws_events", tests, NULL, NULL);
}
