#include "base/file.h"
#include "net/frames.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

enum { SEEN_MAX = 8 << 20 };

/* What came, written down as "[event]data;" for each frame. */
struct seen {
    struct buf text;
    size_t frames, stop_after;
    struct buf last;
};

static bool note(void *arg, struct str event, struct str data)
{
    struct seen *seen = arg;
    if (event.len)
        buf_printf(&seen->text, "[%.*s]", STR_ARG(event));
    buf_append(&seen->text, data);
    buf_append_char(&seen->text, ';');
    buf_clear(&seen->last);
    buf_append(&seen->last, data);
    return ++seen->frames != seen->stop_after;
}

static void seen_init(struct seen *seen)
{
    *seen = (struct seen){0};
    buf_init(&seen->text, SEEN_MAX);
    buf_init(&seen->last, SEEN_MAX);
}

static void seen_release(struct seen *seen)
{
    buf_release(&seen->text);
    buf_release(&seen->last);
}

/* Feed `bytes` cut at `first` and from there on every `step` bytes. */
static bool run(enum framing framing, struct str bytes, size_t first,
                size_t step, struct seen *seen)
{
    struct frames f;
    frames_init(&f, framing);
    enum err e = frames_feed(&f, str_sub(bytes, 0, first), note, seen);
    for (size_t at = first; !e && at < bytes.len; at += step)
        e = frames_feed(&f, str_sub(bytes, at, at + step), note, seen);
    if (!e)
        e = frames_finish(&f, note, seen);
    frames_release(&f);
    return !e;
}

/* The same frames, wherever the bytes are cut. */
static void assert_everywhere(enum framing framing, struct str bytes,
                              const char *expected)
{
    for (size_t cut = 0; cut <= bytes.len + 1; cut++) {
        struct seen seen;
        seen_init(&seen);
        /* The last round goes byte by byte. */
        bool by_byte = cut > bytes.len;
        assert_true(run(framing, bytes, by_byte ? 0 : cut,
                        by_byte ? 1 : bytes.len, &seen));
        if (!str_is(buf_view(&seen.text), expected))
            fail_msg("cut at %zu of \"%.*s\": \"%.*s\", not \"%s\"", cut,
                     STR_ARG(bytes), STR_ARG(buf_view(&seen.text)), expected);
        seen_release(&seen);
    }
}

static const struct {
    enum framing framing;
    const char *bytes;
    const char *expected;
} cases[] = {
    /* the examples of WHATWG HTML, section 9.2.6 */
    {FRAMING_SSE, "data: YHOO\ndata: +2\ndata: 10\n\n", "YHOO\n+2\n10;"},
    {FRAMING_SSE,
     ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n"
     "data:  third event\n",
     "first event;second event;"},
    {FRAMING_SSE, "data\n\ndata\ndata\n\ndata:", ";\n;"},
    {FRAMING_SSE, "data:test\n\ndata: test\n\n", "test;test;"},
    /* line ends */
    {FRAMING_SSE, "data: a\r\n\r\ndata: b\r\n\r\n", "a;b;"},
    {FRAMING_SSE, "data: a\r\rdata: b\r\r", "a;b;"},
    {FRAMING_SSE, "data: a\r\n\ndata: b\n\r\n", "a;b;"},
    {FRAMING_SSE, "data: a\r\ndata: b\r\n\r\n", "a\nb;"},
    {FRAMING_SSE, "\n\r\n\r\r\n\ndata: a\n\n", "a;"},
    /* names belong to one event */
    {FRAMING_SSE, "event: x\ndata: a\n\ndata: b\n\n", "[x]a;b;"},
    {FRAMING_SSE, "event: x\n\ndata: b\n\n", "b;"},
    {FRAMING_SSE, "data: a\nevent: x\nevent:y\n\n", "[y]a;"},
    {FRAMING_SSE, "event\ndata: a\n\n", "a;"},
    /* comments, as OpenRouter sends them while it waits */
    {FRAMING_SSE, ": OPENROUTER PROCESSING\n\n:\n\ndata: a\n\n", "a;"},
    /* what is no field */
    {FRAMING_SSE, "retry: 10\nnonsense\nDATA: a\n data: b\n\n", ""},
    {FRAMING_SSE, "data : a\n\n", ""},
    /* byte order marks: one at the start */
    {FRAMING_SSE,
     "\xEF\xBB\xBF"
     "data: a\n\n",
     "a;"},
    {FRAMING_SSE,
     "\xEF\xBB\xBF\xEF\xBB\xBF"
     "data: a\n\n",
     ""},
    {FRAMING_SSE,
     "data: a\n\n\xEF\xBB\xBF"
     "data: b\n\n",
     "a;"},
    {FRAMING_SSE, "data: [DONE]\n\n", "[DONE];"},
    {FRAMING_SSE, "data: {\"a\": \"b:c\"}\n\n", "{\"a\": \"b:c\"};"},
    /* an event without its empty line is dropped */
    {FRAMING_SSE, "data: a\n\ndata: b\n", "a;"},
    {FRAMING_SSE, "data: a\n\ndata: b", "a;"},
    {FRAMING_SSE, "", ""},

    {FRAMING_JSON_LINES, "{\"a\":1}\n{\"b\":2}\n", "{\"a\":1};{\"b\":2};"},
    {FRAMING_JSON_LINES, "{\"a\":1}\r\n{\"b\":2}\r\n", "{\"a\":1};{\"b\":2};"},
    {FRAMING_JSON_LINES, "{\"a\":1}\n\n \n{\"b\":2}", "{\"a\":1};{\"b\":2};"},
    {FRAMING_JSON_LINES, "\xEF\xBB\xBF{}\n", "{};"},
    {FRAMING_JSON_LINES, "\n\n", ""},

    {FRAMING_WHOLE, "{\n \"a\": 1\r\n}\n", "{\n \"a\": 1\r\n}\n;"},
    {FRAMING_WHOLE, "\xEF\xBB\xBF{}", "{};"},
    {FRAMING_WHOLE, "", ""},
};

static void test_frames(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_everywhere(cases[i].framing, str_from(cases[i].bytes),
                          cases[i].expected);
}

static void test_nul_bytes_pass(void **state)
{
    (void)state;
    struct seen seen;
    seen_init(&seen);
    assert_true(run(FRAMING_SSE, STR("data: a\0b\n\n"), 8, 1, &seen));
    assert_true(str_eq(buf_view(&seen.text), STR("a\0b;")));
    seen_release(&seen);
}

static void test_stopped_by_frame(void **state)
{
    (void)state;
    struct frames f;
    struct seen seen;
    seen_init(&seen);
    seen.stop_after = 2;
    frames_init(&f, FRAMING_SSE);
    assert_int_equal(
        frames_feed(&f, STR("data: a\n\ndata: b\n\ndata: c\n\n"), note, &seen),
        ERR_CANCELLED);
    assert_int_equal(frames_feed(&f, STR("data: d\n\n"), note, &seen),
                     ERR_CANCELLED);
    assert_int_equal(frames_finish(&f, note, &seen), ERR_CANCELLED);
    assert_string_equal(seen.text.ptr, "a;b;");
    frames_release(&f);
    seen_release(&seen);
}

/* Ways to send an event without end. */
static void test_limits(void **state)
{
    (void)state;
    static const struct {
        enum framing framing;
        const char *repeated;
    } endless[] = {
        {FRAMING_SSE, "data: and so on\n"},
        {FRAMING_SSE, "no line end"},
        {FRAMING_SSE, ": comment without end "},
        {FRAMING_JSON_LINES, "[[[["},
        {FRAMING_WHOLE, "{\"a\":\n"},
        {FRAMING_SSE, "event: and so on and on"},
    };
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        struct frames f;
        struct seen seen;
        seen_init(&seen);
        frames_init(&f, endless[i].framing);
        struct str piece = str_from(endless[i].repeated);
        size_t fed = 0;
        while (!frames_feed(&f, piece, note, &seen) && fed < 2 * FRAME_MAX)
            fed += piece.len;
        assert_true(fed < 2 * FRAME_MAX);
        assert_int_equal(f.ended, ERR_TOO_LARGE);
        assert_non_null(strstr(f.why.text, "larger than"));
        assert_true(f.held.cap + f.data.cap < 2 * FRAME_MAX);
        assert_int_equal(seen.frames, 0);
        frames_release(&f);
        seen_release(&seen);
    }
}

static void test_largest_event_passes(void **state)
{
    (void)state;
    struct buf bytes;
    struct seen seen;
    seen_init(&seen);
    buf_init(&bytes, 2 * FRAME_MAX);
    buf_append(&bytes, STR("data:"));
    while (bytes.len < FRAME_MAX)
        buf_append_char(&bytes, 'x');
    buf_append(&bytes, STR("\n\n"));
    assert_true(run(FRAMING_SSE, buf_view(&bytes), 4096, 16384, &seen));
    assert_int_equal(seen.last.len, FRAME_MAX - 5);
    buf_release(&bytes);
    seen_release(&seen);
}

/* The body of a recorded answer: its chunks, joined. */
static void read_recorded(const char *name, struct buf *body)
{
    struct buf raw;
    struct buf path;
    buf_init(&raw, SEEN_MAX);
    buf_init(&path, 256);
    buf_init(body, SEEN_MAX);
    buf_printf(&path, "tests/fixtures/llama.cpp/%s.raw", name);
    assert_int_equal(file_read(path.ptr, &raw, NULL), OK);
    size_t at = str_find(buf_view(&raw), STR("\r\n\r\n"));
    assert_true(at != STR_NONE);
    char *p = raw.ptr + at + 4;
    for (size_t n; (n = strtoul(p, &p, 16)) > 0; p += n + 2) {
        p += 2;
        assert_true(p + n + 2 <= raw.ptr + raw.len);
        buf_append(body, (struct str){p, n});
    }
    buf_release(&raw);
    buf_release(&path);
}

static const struct {
    const char *name;
    size_t frames;
    const char *first; /* how the text of all frames begins */
    const char *last;  /* how the last frame begins */
} recorded[] = {
    {"11-infill-stream", 25, "{\"index\":0,\"content\":\");\"",
     "{\"index\":0,\"content\":\"\",\"tokens\":[],\"id_slot\":1,\"stop\":true"},
    {"16-v1-completions-stream", 26, "{\"choices\":[{\"text\":", "[DONE]"},
    {"19-v1-chat-stream", 20, "{\"choices\":[{\"finish_reason\":null",
     "[DONE]"},
    {"21-v1-messages-stream", 8, "[message_start]{\"type\":\"message_start\"",
     "{\"type\":\"message_stop\"}"},
};

static void test_recorded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
        struct buf body;
        struct seen seen;
        read_recorded(recorded[i].name, &body);
        seen_init(&seen);
        assert_true(run(FRAMING_SSE, buf_view(&body), body.len, 1, &seen));
        assert_int_equal(seen.frames, recorded[i].frames);
        assert_true(
            str_starts(buf_view(&seen.text), str_from(recorded[i].first)));
        assert_true(
            str_starts(buf_view(&seen.last), str_from(recorded[i].last)));
        assert_everywhere(FRAMING_SSE, buf_view(&body), seen.text.ptr);
        buf_release(&body);
        seen_release(&seen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_nul_bytes_pass),
        cmocka_unit_test(test_stopped_by_frame),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_largest_event_passes),
        cmocka_unit_test(test_recorded),
    };
    return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
