#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "net/transport.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What comes out is written as "[body]" for a message, "!" for skipped bytes
 * and "L" for a message that is too large. */
static const struct frame_case {
    const char *name, *in, *out;
} frames[] = {
    {"one", "Content-Length: 2\r\n\r\n{}", "[{}]"},
    {"several in one read",
     "Content-Length: 1\r\n\r\n1Content-Length: 2\r\n\r\n22", "[1][22]"},
    {"empty", "Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\n1", "[][1]"},
    {"any case", "CONTENT-length: 2\r\n\r\n{}", "[{}]"},
    {"no space", "Content-Length:2\r\n\r\n{}", "[{}]"},
    {"much space", "Content-Length \t:  2 \r\n\r\n{}", "[{}]"},
    {"lf only", "Content-Length: 2\n\n{}", "[{}]"},
    {"other header before",
     "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
     "Content-Length: 2\r\n\r\n{}",
     "[{}]"},
    {"other header behind", "Content-Length: 2\r\nX-Y_z.1: a:b\r\n\r\n{}",
     "[{}]"},
    {"header without value", "X:\r\nContent-Length: 2\r\n\r\n{}", "[{}]"},
    {"the last length counts",
     "Content-Length: 9\r\nContent-Length: 2\r\n\r\n{}", "[{}]"},
    {"empty lines between",
     "\r\n\nContent-Length: 1\r\n\r\n1\n\r\n \tContent-Length: 1\r\n\r\n2",
     "[1][2]"},
    {"body that looks like a frame",
     "Content-Length: 21\r\n\r\nContent-Length: 1\r\n\r\nContent-Length: "
     "1\r\n\r\n2",
     "[Content-Length: 1\r\n\r\n][2]"},
    {"not finished", "Content-Length: 3\r\n\r\n{}", ""},
    {"head not finished", "Content-Length: 3\r\n", ""},
    {"garbage before", "hello\nContent-Length: 1\r\n\r\n1", "![1]"},
    {"garbage without line end", "{hello Content-Length: 1\r\n\r\n1", "![1]"},
    {"garbage alone", "{\"jsonrpc\":\"2.0\"}\n", "!"},
    {"garbage is reported once",
     "{}\n[]\n???\n\n{}\nContent-Length: 1\r\n\r\n1", "![1]"},
    {"garbage twice", "?Content-Length: 1\r\n\r\n1?Content-Length: 1\r\n\r\n2",
     "![1]![2]"},
    {"no length", "X-Y: 1\r\n\r\nContent-Length: 1\r\n\r\n1", "![1]"},
    {"length is no number", "Content-Length: x\r\n\r\nContent-Length: 1\n\n1",
     "![1]"},
    {"length is negative", "Content-Length: -1\r\n\r\nContent-Length: 1\n\n1",
     "![1]"},
    {"length is missing", "Content-Length:\r\n\r\nContent-Length: 1\n\n1",
     "![1]"},
    {"length has a tail", "Content-Length: 1 2\r\n\r\nContent-Length: 1\n\n1",
     "![1]"},
    {"length beyond any memory",
     "Content-Length: 99999999999999999999999\r\n\r\n{}Content-Length: 1\n\n1",
     "![1]"},
    {"length too small", "Content-Length: 3\n\n{\"a\":1}Content-Length: 1\n\n1",
     "[{\"a]![1]"},
    {"length too large",
     "Content-Length: 9\n\n{}Content-Length: 1\n\n1"
     "Content-Length: 1\n\n2",
     "[{}Content]![2]"},
    {"broken header in garbage",
     "?Content-Length\" is a header. Content-LContent-Length: 1\r\n\r\n1",
     "![1]"},
    {"a form feed is no empty line", "Content-Length: 1\n\f\n1", "!"},
    {"a name that goes over into the header", "{ContenContent-Length: 1\n\n1",
     "![1]"},
    {"name too long",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aa"
     ": 1\r\nContent-Length: 1\r\n\r\n1",
     "![1]"},
};

/* The same of a program that may print by mistake. */
static const struct frame_case strict_frames[] = {
    {"one", "Content-Length: 2\r\n\r\n{}", "[{}]"},
    {"its type",
     "content-type: application/vscode-jsonrpc; charset=utf-8\r\n"
     "CONTENT-LENGTH: 2\r\n\r\n{}Content-Length: 1\r\nContent-Type: "
     "x\r\n\r\n1",
     "[{}][1]"},
    {"a line like a header", "DEBUG: x\nContent-Length: 2\r\n\r\n{}", "![{}]"},
    {"one between messages",
     "Content-Length: 1\r\n\r\n1INFO: two\r\nContent-Length: 1\r\n\r\n2",
     "[1]![2]"},
    {"one in the head", "Content-Length: 2\r\nDEBUG: x\r\n\r\n{}", "!"},
    {"one without its end", "DEBUG: xContent-Length: 2\r\n\r\n{}", "![{}]"},
    {"dots without an end", "...Content-Length: 2\r\n\r\n{}", "![{}]"},
    {"an empty line behind it", "DEBUG: x\n\nContent-Length: 2\r\n\r\n{}",
     "![{}]"},
    {"headers of a service",
     "Content-Type: text/html\nContent-Length: 99\nContent-Length: "
     "2\r\n\r\n{}",
     "![{}]"},
};

/* Take all that is there, as the table writes it. */
static void drain(struct transport *t, struct buf *out)
{
    struct str body;
    struct why why;
    enum err e;
    while ((e = transport_next(t, &body, &why)) != ERR_NOT_FOUND) {
        if (e == OK)
            buf_printf(out, "[%.*s]", STR_ARG(body));
        else
            buf_append_char(out, e == ERR_TOO_LARGE ? 'L' : '!');
        if (e != OK)
            assert_true(strlen(why.text) > 10);
    }
}

static void feed_in_pieces(struct str in, size_t piece, bool strict,
                           struct buf *out)
{
    struct transport t;
    transport_init(&t);
    t.strict = strict;
    for (size_t at = 0; at < in.len; at += piece) {
        /* Its own allocation, so that reading past a piece is seen. */
        struct str s = str_sub(in, at, at + piece);
        char *copy = malloc(s.len);
        assert_non_null(copy);
        memcpy(copy, s.ptr, s.len);
        assert_int_equal(transport_feed(&t, (struct str){copy, s.len}), OK);
        free(copy);
        drain(&t, out);
    }
    transport_release(&t);
}

static void assert_frames(const struct frame_case *c, bool strict)
{
    for (size_t piece = 1; piece < 200; piece += piece < 30 ? 1 : 50) {
        struct buf out;
        buf_init(&out, 4096);
        feed_in_pieces(str_from(c->in), piece, strict, &out);
        if (!str_is(buf_view(&out), c->out))
            fail_msg("%s, %zu bytes at a time: %s instead of %s", c->name,
                     piece, out.ptr, c->out);
        buf_release(&out);
    }
}

static void test_frames(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        assert_frames(&frames[i], false);
}

static void test_strict_frames(void **state)
{
    (void)state;
    size_t n = sizeof strict_frames / sizeof *strict_frames;
    for (size_t i = 0; i < n; i++)
        assert_frames(&strict_frames[i], true);
}

/* In pieces, too, what is told is the whole line. */
static void test_a_printed_line_is_told_whole(void **state)
{
    (void)state;
    struct transport t;
    struct str body, line = STR("DEBUG: chose m4\n");
    struct why why;
    transport_init(&t);
    t.strict = true;
    for (size_t i = 0; i < line.len; i++) {
        assert_int_equal(transport_next(&t, &body, &why), ERR_NOT_FOUND);
        assert_int_equal(transport_feed(&t, str_sub(line, i, i + 1)), OK);
    }
    assert_int_equal(transport_next(&t, &body, &why), ERR_REQUEST);
    assert_non_null(strstr(why.text, "\"DEBUG: chose m4\""));
    transport_release(&t);
}

static void test_endless_head_is_garbage(void **state)
{
    (void)state;
    struct transport t;
    struct buf out;
    buf_init(&out, 4096);
    transport_init(&t);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(transport_feed(&t, STR("X-Header: 1\r\n")), OK);
    transport_feed(&t, STR("Content-Length: 2\r\n\r\n{}"));
    drain(&t, &out);
    assert_string_equal(out.ptr, "![{}]");
    buf_release(&out);
    transport_release(&t);
}

/* `size` bytes, the first and last of which can be told apart. */
static void feed_body(struct transport *t, size_t size, struct buf *out)
{
    char chunk[65536];
    memset(chunk, ' ', sizeof chunk);
    for (size_t at = 0; at < size; at += sizeof chunk) {
        size_t n = size - at < sizeof chunk ? size - at : sizeof chunk;
        assert_int_equal(transport_feed(t, (struct str){chunk, n}), OK);
        drain(t, out);
    }
}

static void test_too_large_is_skipped_whole(void **state)
{
    (void)state;
    struct transport t;
    struct buf out;
    char head[64];
    buf_init(&out, 4096);
    transport_init(&t);
    snprintf(head, sizeof head, "Content-Length: %d\r\n\r\n",
             TRANSPORT_MAX + 1);
    transport_feed(&t, str_from(head));
    feed_body(&t, TRANSPORT_MAX, &out);
    transport_feed(&t, STR("xContent-Length: 2\r\n\r\n{}"));
    drain(&t, &out);
    assert_string_equal(out.ptr, "L[{}]");
    assert_true(t.in.cap < 1 << 20);
    buf_release(&out);
    transport_release(&t);
}

static void test_largest_passes_and_its_memory_is_given_back(void **state)
{
    (void)state;
    struct transport t;
    struct buf none;
    struct str body;
    char head[64];
    buf_init(&none, 0);
    transport_init(&t);
    snprintf(head, sizeof head, "Content-Length: %d\r\n\r\n", TRANSPORT_MAX);
    transport_feed(&t, str_from(head));
    feed_body(&t, TRANSPORT_MAX - 1, &none);
    transport_feed(&t, STR("!"));
    assert_int_equal(transport_next(&t, &body, NULL), OK);
    assert_int_equal(body.len, TRANSPORT_MAX);
    assert_int_equal(body.ptr[body.len - 1], '!');
    assert_int_equal(transport_next(&t, &body, NULL), ERR_NOT_FOUND);
    assert_int_equal(t.in.cap, 0);
    transport_release(&t);
    buf_release(&none);
}

/* Fed at once, half a million messages would take minutes if each one moved
 * the rest. */
static void test_many_small_messages(void **state)
{
    (void)state;
    struct transport t;
    struct buf all;
    struct str body;
    size_t n = 0;
    buf_init(&all, 32 << 20);
    for (int i = 0; i < 500000; i++)
        buf_append(&all, STR("Content-Length: 2\r\n\r\n{}"));
    transport_init(&t);
    assert_int_equal(transport_feed(&t, buf_view(&all)), OK);
    while (transport_next(&t, &body, NULL) == OK)
        n += str_is(body, "{}");
    assert_int_equal(n, 500000);
    transport_release(&t);
    buf_release(&all);
}

static void test_what_waits_is_bounded(void **state)
{
    (void)state;
    struct transport t;
    transport_init(&t);
    char *chunk = calloc(1, 1 << 20);
    assert_non_null(chunk);
    enum err e = OK;
    for (int i = 0; i < 200 && e == OK; i++)
        e = transport_feed(&t, (struct str){chunk, 1 << 20});
    assert_int_equal(e, ERR_TOO_LARGE);
    free(chunk);
    transport_release(&t);
}

/* --- descriptors --- */

static void pipe_without_blocking(int fds[2])
{
    assert_int_equal(pipe(fds), 0);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    fcntl(fds[1], F_SETFL, O_NONBLOCK);
}

static void test_read(void **state)
{
    (void)state;
    int fds[2];
    struct transport t;
    struct str body;
    pipe_without_blocking(fds);
    transport_init(&t);
    assert_int_equal(transport_read(&t, fds[0]), ERR_NOT_FOUND);
    assert_int_equal(write(fds[1], "Content-Length: 2\r\n\r\n{}", 23), 23);
    close(fds[1]);
    assert_int_equal(transport_read(&t, fds[0]), OK);
    assert_int_equal(transport_next(&t, &body, NULL), OK);
    assert_true(str_is(body, "{}"));
    assert_int_equal(transport_read(&t, fds[0]), ERR_IO);
    assert_int_equal(transport_read(&t, -1), ERR_IO);
    close(fds[0]);
    transport_release(&t);
}

static void test_flush_writes_the_header_and_nothing_else(void **state)
{
    (void)state;
    int fds[2];
    struct transport t;
    char got[64] = "";
    pipe_without_blocking(fds);
    transport_init(&t);
    assert_false(transport_pending(&t));
    assert_int_equal(transport_flush(&t, fds[1]), OK);
    assert_int_equal(transport_send(&t, STR("{\"a\":1}")), OK);
    assert_true(transport_pending(&t));
    assert_int_equal(transport_flush(&t, fds[1]), OK);
    assert_false(transport_pending(&t));
    assert_true(read(fds[0], got, sizeof got - 1) > 0);
    assert_string_equal(got, "Content-Length: 7\r\n\r\n{\"a\":1}");
    close(fds[0]);
    close(fds[1]);
    transport_release(&t);
}

/* A reader that takes a bit at a time gets every byte once. */
static void test_slow_reader(void **state)
{
    (void)state;
    enum { N = 300, SIZE = 10000 };
    static char body[SIZE], chunk[7001];
    int fds[2];
    struct transport to, from;
    struct str got;
    int n = 0, waits = 0;
    pipe_without_blocking(fds);
    transport_init(&to);
    transport_init(&from);
    for (int i = 0; i < N; i++) {
        memset(body, 'a' + i % 26, SIZE);
        assert_int_equal(transport_send(&to, (struct str){body, SIZE}), OK);
    }
    while (n < N) {
        waits += transport_flush(&to, fds[1]) == ERR_NOT_FOUND;
        ssize_t size = read(fds[0], chunk, sizeof chunk);
        assert_true(size > 0);
        transport_feed(&from, (struct str){chunk, (size_t)size});
        while (transport_next(&from, &got, NULL) == OK) {
            assert_int_equal(got.len, SIZE);
            assert_int_equal(got.ptr[SIZE - 1], 'a' + n++ % 26);
        }
    }
    assert_true(waits > 10);
    assert_false(transport_pending(&to));
    assert_int_equal(to.out.cap, 0); /* three megabytes went back */
    close(fds[0]);
    close(fds[1]);
    transport_release(&to);
    transport_release(&from);
}

static void test_stuck_reader(void **state)
{
    (void)state;
    struct transport t;
    transport_init(&t);
    char *body = calloc(1, 40 << 20);
    assert_non_null(body);
    struct str big = {body, 40 << 20};
    for (int i = 0; i < 3; i++)
        assert_int_equal(transport_send(&t, big), OK);
    size_t before = t.out.len;
    assert_int_equal(transport_send(&t, big), ERR_TOO_LARGE);
    assert_int_equal(t.out.len, before); /* nothing of it was queued */
    assert_int_equal(transport_send(&t, STR("{}")), OK);
    free(body);
    transport_release(&t);
}

static void test_nobody_reads(void **state)
{
    (void)state;
    int fds[2];
    struct transport t;
    signal(SIGPIPE, SIG_IGN);
    pipe_without_blocking(fds);
    close(fds[0]);
    transport_init(&t);
    transport_send(&t, STR("{}"));
    assert_int_equal(transport_flush(&t, fds[1]), ERR_IO);
    assert_false(transport_pending(&t));
    close(fds[1]);
    transport_release(&t);
}

/* A message that finds no memory is lost; the ones behind it are not. */
static void test_without_memory(void **state)
{
    (void)state;
    struct transport t;
    struct buf out;
    buf_init(&out, 4096);
    transport_init(&t);
    transport_feed(&t, STR("Content-Length: 9\n\n{\"a"));
    t.in.failed = true; /* as after a failed allocation */
    assert_int_equal(transport_feed(&t, STR("\":1")), ERR_MEMORY);
    transport_feed(&t, STR("0}Content-Length: 2\n\n{}"));
    drain(&t, &out);
    assert_string_equal(out.ptr, "![{}]");

    assert_int_equal(transport_send(&t, STR("1")), OK);
    t.out.failed = true;
    assert_int_equal(transport_send(&t, STR("2")), ERR_MEMORY);
    assert_int_equal(transport_send(&t, STR("3")), OK);
    assert_string_equal(t.out.ptr, "Content-Length: 1\r\n\r\n1"
                                   "Content-Length: 1\r\n\r\n3");
    buf_release(&out);
    transport_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_strict_frames),
        cmocka_unit_test(test_a_printed_line_is_told_whole),
        cmocka_unit_test(test_endless_head_is_garbage),
        cmocka_unit_test(test_too_large_is_skipped_whole),
        cmocka_unit_test(test_largest_passes_and_its_memory_is_given_back),
        cmocka_unit_test(test_many_small_messages),
        cmocka_unit_test(test_what_waits_is_bounded),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_flush_writes_the_header_and_nothing_else),
        cmocka_unit_test(test_slow_reader),
        cmocka_unit_test(test_stuck_reader),
        cmocka_unit_test(test_nobody_reads),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
