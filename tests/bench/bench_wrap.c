/*
 * What standing in front of another language server adds to a request: the
 * same server, which only echoes, is asked by turns directly and through
 * `switchyard --wrap`, in the same run.
 *
 *     bench_wrap SWITCHYARD LANGUAGE FILE
 */
#include "bench/stats.h"
#include "lsp/envelope.h"
#include "net/transport.h"
#include "net/process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ROUNDS = 2000,
    LARGE_ROUNDS = 300,
    KEYS = 300,
    KEY_MS = 60, /* between two keys, as of a fast typist */
    PATIENCE_MS = 20000,
    LARGE = 200000, /* bytes of a large answer */
};

/* --- the server that echoes: an answer as large as "n" in the parameters ---
 */

static void fail(const char *what)
{
    fprintf(stderr, "bench_wrap: %s\n", what);
    exit(1);
}

static void send_all(struct transport *t, int fd)
{
    while (transport_flush(t, fd) == ERR_NOT_FOUND) {
        struct pollfd p = {fd, POLLOUT, 0};
        poll(&p, 1, PATIENCE_MS);
    }
}

static void echo(struct transport *t, struct str body)
{
    static char text[LARGE + 1];
    struct envelope e;
    struct why why;
    struct buf out;
    if (envelope_read(body, &e, &why) || e.kind != RPC_REQUEST)
        return;
    bool large = str_find(e.params, STR("\"large\"")) != STR_NONE;
    bool first = !strcmp(e.method, "initialize");
    memset(text, 'x', LARGE);
    buf_init(&out, TRANSPORT_MAX);
    buf_printf(&out,
               "{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"result\":", STR_ARG(e.id));
    if (first)
        buf_append(&out, STR("{\"capabilities\":{\"textDocumentSync\":2,"
                             "\"hoverProvider\":true}}}"));
    else
        buf_printf(&out, "\"%s\"}", large ? text : "small");
    transport_send(t, buf_view(&out));
    buf_release(&out);
}

static int serve(void)
{
    struct transport t;
    struct str body;
    struct why why;
    transport_init(&t);
    for (;;) {
        while (transport_next(&t, &body, &why) == OK)
            echo(&t, body);
        send_all(&t, STDOUT_FILENO);
        if (transport_read(&t, STDIN_FILENO) == ERR_IO)
            return 0;
    }
}

/* --- the editor --- */

struct peer {
    struct process process;
    struct transport t;
    unsigned id;
    struct stats small, large, typing, completing;
};

static void say(struct peer *p, const char *method, const char *params,
                bool request)
{
    struct buf text;
    buf_init(&text, TRANSPORT_MAX);
    buf_append(&text, STR("{\"jsonrpc\":\"2.0\","));
    if (request)
        buf_printf(&text, "\"id\":%u,", ++p->id);
    buf_printf(&text, "\"method\":\"%s\",\"params\":%s}", method, params);
    transport_send(&p->t, buf_view(&text));
    buf_release(&text);
    send_all(&p->t, p->process.in);
}

static void hear(struct peer *p)
{
    struct envelope e;
    struct str body;
    struct why why;
    for (;;) {
        while (transport_next(&p->t, &body, &why) == OK)
            if (!envelope_read(body, &e, &why) && e.kind == RPC_RESPONSE &&
                envelope_number(e.id) == p->id)
                return;
        struct pollfd fd = {p->process.out, POLLIN, 0};
        if (poll(&fd, 1, PATIENCE_MS) <= 0 ||
            transport_read(&p->t, p->process.out) == ERR_IO)
            fail("the server does not answer");
    }
}

static void ask(struct peer *p, const char *params, struct stats *s)
{
    double began = now_us();
    say(p, "textDocument/hover", params, true);
    hear(p);
    stats_add(s, now_us() - began);
}

static unsigned line_of(unsigned n)
{
    return n / 2 % 2000;
}

/* An "x" at the beginning of a line, or its end. */
static void press(struct peer *p, unsigned n)
{
    char change[300];
    snprintf(change, sizeof change,
             "{\"textDocument\":{\"uri\":\"file:///bench\",\"version\":%u},"
             "\"contentChanges\":[{\"range\":{\"start\":{\"line\":%u,"
             "\"character\":0},\"end\":{\"line\":%u,\"character\":%u}},"
             "\"text\":\"%s\"}]}",
             n + 2, line_of(n), line_of(n), n % 2, n % 2 ? "" : "x");
    say(p, "textDocument/didChange", change, false);
}

/* A key and a request behind it, in one breath; in between a completion, which
 * the server that echoes does not have, but Switchyard. */
static void type(struct peer *p, unsigned n, bool complete)
{
    char place[200];
    snprintf(place, sizeof place,
             "{\"textDocument\":{\"uri\":\"file:///bench\"},\"position\":"
             "{\"line\":%u,\"character\":%u}}",
             line_of(n), n % 2 ? 0 : 1);
    double began = now_us();
    press(p, n);
    if (complete)
        say(p, "textDocument/completion", place, true);
    say(p, "textDocument/hover", "{\"small\":0}", true);
    hear(p);
    stats_add(complete ? &p->completing : &p->typing, now_us() - began);
}

static void open_file(struct peer *p, const char *language, struct str text)
{
    struct buf params;
    buf_init(&params, TRANSPORT_MAX);
    buf_printf(&params,
               "{\"textDocument\":{\"uri\":\"file:///bench\",\"languageId\":"
               "\"%s\",\"version\":1,\"text\":",
               language);
    json_print_str(&params, text);
    buf_append(&params, STR("}}"));
    say(p, "textDocument/didOpen", params.ptr, false);
    buf_release(&params);
}

static void start(struct peer *p, const char *const *argv, const char *language,
                  struct str text)
{
    struct why why;
    *p = (struct peer){0};
    transport_init(&p->t);
    struct process_setup setup = {.argv = argv};
    if (process_open(&p->process, &setup, &why))
        fail(why.text);
    say(p, "initialize", "{\"processId\":null,\"capabilities\":{}}", true);
    hear(p);
    say(p, "initialized", "{}", false);
    open_file(p, language, text);
    say(p, "textDocument/hover", "{}", true);
    hear(p);
}

static void finish(struct peer *p)
{
    say(p, "shutdown", "null", true);
    hear(p);
    say(p, "exit", "null", false);
    process_close_in(&p->process);
    process_wait(&p->process, MSEC(PATIENCE_MS));
    process_release(&p->process);
    transport_release(&p->t);
}

/* What it adds, at each share of the samples. */
static void compare(const char *name, struct stats *direct, struct stats *wrap)
{
    double median = stats_at(wrap, .5) - stats_at(direct, .5);
    double p99 = stats_at(wrap, .99) - stats_at(direct, .99);
    char line[80];
    snprintf(line, sizeof line, "%s, directly", name);
    stats_print(line, direct);
    snprintf(line, sizeof line, "%s, through --wrap", name);
    stats_print(line, wrap);
    printf("  added: median %.1f us, p99 %.1f us%s\n", median, p99,
           p99 < 1000 ? "" : "  MORE THAN A MILLISECOND");
}

static struct str slurp(const char *path)
{
    static char text[1 << 20];
    FILE *file = fopen(path, "r");
    size_t n = file ? fread(text, 1, sizeof text, file) : 0;
    if (!n)
        fail("the file can't be read");
    fclose(file);
    return (struct str){text, n};
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--echo"))
        return serve();
    if (argc != 4)
        fail("usage: bench_wrap SWITCHYARD LANGUAGE FILE");
    const char *directly[] = {argv[0], "--echo", NULL};
    const char *through[] = {argv[1], "--stdio", "--wrap", "--",
                             argv[0], "--echo",  NULL};
    struct str text = slurp(argv[3]);
    struct peer direct, wrap;
    setenv("SWITCHYARD_DISCOVER", "off", 1);
    start(&direct, directly, argv[2], text);
    start(&wrap, through, argv[2], text);
    for (unsigned n = 0; n < ROUNDS; n++) {
        ask(&direct, "{\"small\":0}", &direct.small);
        ask(&wrap, "{\"small\":0}", &wrap.small);
    }
    for (unsigned n = 0; n < LARGE_ROUNDS; n++) {
        ask(&direct, "{\"large\":0}", &direct.large);
        ask(&wrap, "{\"large\":0}", &wrap.large);
    }
    for (unsigned n = 0; n < 2 * KEYS; n++) {
        type(&direct, n, n >= KEYS);
        type(&wrap, n, n >= KEYS);
        poll(NULL, 0, KEY_MS);
    }
    compare("request", &direct.small, &wrap.small);
    compare("request with 200 kB of answer", &direct.large, &wrap.large);
    compare("key and request", &direct.typing, &wrap.typing);
    compare("key, completion and request", &direct.completing,
            &wrap.completing);
    finish(&direct);
    finish(&wrap);
    return 0;
}
