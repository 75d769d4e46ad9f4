/* gRPC with a real server (@grpc/grpc-js): what both sides see of it. */
#include "base/clock.h"
#include "fake/fake.h"
#include "net/grpc.h"
#include "provider/health.h"
#include "provider/provider.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 60000, TEXT_MAX = 8 << 20, ASKED_MAX = 24 };

struct env {
    struct fake server;
    struct http *http;
    struct buf url;
    const char *scheme;
    struct http_link link;
};

/* One call and what became of it. */
struct asked {
    const struct dialect *dialect; /* NULL: a health check */
    http_id id;
    struct frames frames;
    struct piece piece;
    struct buf text;
    int messages;
    bool ended;
    enum err e;
    struct why why;
};

static struct env *env_of(void **state)
{
    return *state;
}

static bool on_message(void *arg, struct str event, struct str message)
{
    struct asked *a = arg;
    (void)event;
    a->messages++;
    buf_clear(&a->piece.text);
    if (!a->dialect) {
        a->e = health_decode(message, &a->why);
        return true;
    }
    a->e = a->dialect->decode((struct str){0}, message, &a->piece);
    if (a->e)
        a->why = a->piece.error;
    buf_append(&a->text, buf_view(&a->piece.text));
    return !a->e;
}

static void note(struct asked *a, enum err e, const struct why *why)
{
    if (!e || a->e)
        return;
    a->e = e;
    a->why = *why;
}

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    struct asked *a = arg;
    (void)id;
    assert_int_equal(r->status, 200);
    enum err e = frames_feed(&a->frames, bytes, on_message, a);
    note(a, e, &a->frames.why);
    return !e;
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err e, const struct why *why)
{
    struct asked *a = arg;
    struct why verdict = {""};
    assert_int_equal(id, a->id);
    assert_false(a->ended);
    a->ended = true;
    note(a, e, why);
    if (!e) {
        note(a, grpc_verdict(r, &verdict), &verdict);
        note(a, frames_finish(&a->frames, on_message, a), &a->frames.why);
    }
}

static void asked_init(struct asked *a, const struct dialect *d)
{
    *a = (struct asked){.dialect = d};
    bool unary = !d || d->framing == FRAMES_GRPC_UNARY;
    frames_init(&a->frames, unary ? FRAMING_GRPC_UNARY : FRAMING_GRPC);
    buf_init(&a->text, TEXT_MAX);
    buf_init(&a->piece.text, TEXT_MAX);
    a->piece.tokens_in = a->piece.tokens_out = a->piece.tokens_cached = -1;
}

static void asked_release(struct asked *a)
{
    frames_release(&a->frames);
    buf_release(&a->text);
    buf_release(&a->piece.text);
}

static void send_body(struct env *env, struct asked *a, const char *path,
                      struct str body, usec timeout)
{
    static const struct http_events events = {on_data, on_end};
    const struct dialect *d = dialect_find(STR("kserve-grpc"));
    struct http_header headers[DIALECT_HEADERS + 1];
    char value[GRPC_TIMEOUT_MAX];
    size_t n = 0;
    for (; n < DIALECT_HEADERS && d->headers[n].name; n++)
        headers[n] =
            (struct http_header){d->headers[n].name, d->headers[n].value};
    grpc_timeout(timeout, value);
    headers[n++] = (struct http_header){"grpc-timeout", value};
    buf_clear(&env->url);
    buf_printf(&env->url, "%s://localhost:%d%s", env->scheme, env->server.port,
               path);
    struct http_request r = {
        .url = env->url.ptr,
        .headers = headers,
        .n_headers = n,
        .body = body,
        .timeout = timeout,
        .http2 = true,
        .link = &env->link,
    };
    a->id = http_start(env->http, &r, &events, a, &a->why);
    assert_true(a->id);
}

static void ask_with(struct env *env, struct asked *a, const char *dialect,
                     const char *model, struct str prefix, usec timeout)
{
    const struct dialect *d = dialect_find(str_from(dialect));
    struct target target = {.model = str_from(model)};
    struct prompt p = {.prefix = prefix, .max_tokens = 9};
    struct buf body;
    asked_init(a, d);
    buf_init(&body, TEXT_MAX);
    assert_int_equal(d->encode(&target, &p, &body, NULL), OK);
    assert_true(grpc_enclose(&body));
    send_body(env, a, d->path, buf_view(&body), timeout);
    buf_release(&body);
}

static void ask_for(struct env *env, struct asked *a, const char *dialect,
                    const char *model, usec timeout)
{
    ask_with(env, a, dialect, model, STR("import "), timeout);
}

static void ask(struct env *env, struct asked *a, const char *dialect,
                const char *model)
{
    ask_for(env, a, dialect, model, MSEC(PATIENCE_MS));
}

static void finish(struct env *env)
{
    usec until = clock_now() + MSEC(PATIENCE_MS);
    while (http_running(env->http) && clock_now() < until)
        http_wait(env->http, NULL, 0, PATIENCE_MS);
    assert_int_equal(http_running(env->http), 0);
}

static void assert_ended(const struct asked *a, enum err e, const char *text,
                         const char *why)
{
    assert_true(a->ended);
    if (a->e != e || !str_is(buf_view(&a->text), text) ||
        (e && !strstr(a->why.text, why)))
        fail_msg("%s, \"%s\", \"%.*s\"", err_name(a->e), a->why.text,
                 STR_ARG(str_sub(buf_view(&a->text), 0, 200)));
}

/* The number under `key` in the next event of that name. What is still to be
 * sent goes out meanwhile. */
static double told(struct env *env, const char *event, const char *key)
{
    usec until = clock_now() + MSEC(PATIENCE_MS);
    cJSON *item;
    double number = -1;
    while (!(item = fake_wait(&env->server, event, 0)) && clock_now() < until)
        http_wait(env->http, NULL, 0, 1);
    assert_non_null(item);
    json_get_number(item, key, &number);
    cJSON_Delete(item);
    return number;
}

/* --- what comes back */

static void test_answers(void **state)
{
    static const struct {
        const char *dialect, *model;
        int messages;
        enum err e;
        const char *text, *why;
    } rows[] = {
        {"kserve-grpc", "plain", 1, OK, "one two three", ""},
        {"kserve-grpc", "raw", 1, OK, "one two three", ""},
        {"kserve-grpc-stream", "plain", 3, OK, "one two three", ""},
        {"kserve-grpc-stream", "raw", 3, OK, "one two three", ""},
        {"kserve-grpc-stream", "torn", 1, ERR_PROVIDER, "one ",
         "the service answered INTERNAL: it broke"},
        {"kserve-grpc-stream", "refused", 1, ERR_PROVIDER, "",
         "the model is not ready"},
        {"kserve-grpc", "big-300000", 0, ERR_TOO_LARGE, "", "are the most"},
        {"kserve-grpc-stream", "endless", -1, ERR_TOO_LARGE, NULL,
         "larger than"},
    };
    struct env *env = env_of(state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct asked a;
        ask(env, &a, rows[i].dialect, rows[i].model);
        finish(env);
        if (rows[i].messages >= 0)
            assert_int_equal(a.messages, rows[i].messages);
        assert_ended(&a, rows[i].e, rows[i].text ? rows[i].text : a.text.ptr,
                     rows[i].why);
        asked_release(&a);
    }
}

static void test_every_status(void **state)
{
    static const enum err kinds[] = {
        OK,           ERR_PROVIDER,  ERR_PROVIDER,
        ERR_REFUSED,  ERR_TIMEOUT,   ERR_MODEL,
        ERR_REFUSED,  ERR_FORBIDDEN, ERR_RATE_LIMIT,
        ERR_REFUSED,  ERR_PROVIDER,  ERR_REFUSED,
        ERR_MODEL,    ERR_PROVIDER,  ERR_OVERLOADED,
        ERR_PROVIDER, ERR_AUTH};
    struct env *env = env_of(state);
    for (int code = 1; code <= 16; code++) {
        char model[32], why[64];
        struct asked unary, stream;
        snprintf(model, sizeof model, "status-%d", code);
        snprintf(why, sizeof why, ": model \"%d\" says: nö, 100 %% no", code);
        ask(env, &unary, "kserve-grpc", model);
        ask(env, &stream, "kserve-grpc-stream", model);
        finish(env);
        assert_ended(&unary, kinds[code], "", why);
        snprintf(why, sizeof why, ": stream %d", code);
        assert_ended(&stream, kinds[code], "", why);
        asked_release(&unary);
        asked_release(&stream);
    }
}

/* Nothing but a header comes then. */
static void test_no_such_method(void **state)
{
    struct env *env = env_of(state);
    struct asked a;
    asked_init(&a, NULL);
    send_body(env, &a, "/inference.GRPCInferenceService/ModelGuess",
              (struct str){"\0\0\0\0\0", 5}, MSEC(PATIENCE_MS));
    finish(env);
    assert_ended(&a, ERR_MODEL, "", "the service answered UNIMPLEMENTED: ");
    asked_release(&a);
}

static void test_health(void **state)
{
    static const struct {
        const char *service;
        enum err e;
        const char *why;
    } rows[] = {
        {"", OK, ""},
        {"ill", ERR_PROVIDER, "it is NOT_SERVING"},
        {"unknown", ERR_MODEL, "NOT_FOUND: unknown service"},
    };
    struct env *env = env_of(state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct asked a;
        struct buf body;
        asked_init(&a, NULL);
        buf_init(&body, 256);
        assert_true(health_encode(str_from(rows[i].service), &body));
        assert_true(grpc_enclose(&body));
        send_body(env, &a, HEALTH_PATH, buf_view(&body), MSEC(PATIENCE_MS));
        finish(env);
        assert_ended(&a, rows[i].e, "", rows[i].why);
        buf_release(&body);
        asked_release(&a);
    }
}

/* --- what the server sees */

/* The text of the prompt in an event, which it is borrowed from. */
static struct str prompt_of(const cJSON *seen)
{
    return json_str(
        cJSON_GetArrayItem(json_at(seen, "inputs.text_input.values"), 0));
}

static void test_request(void **state)
{
    struct env *env = env_of(state);
    struct asked a;
    struct str method;
    double deadline = 0;
    ask_for(env, &a, "kserve-grpc", "plain", MSEC(PATIENCE_MS));
    finish(env);
    cJSON *seen = fake_wait(&env->server, "request", PATIENCE_MS);
    assert_true(json_get_str(seen, "method", &method));
    assert_true(str_is(method, "ModelInfer"));
    assert_true(str_is(prompt_of(seen), "import "));
    assert_true(json_get_number(seen, "deadline_ms", &deadline));
    assert_true(deadline > 0 && deadline <= PATIENCE_MS);
    cJSON_Delete(seen);
    asked_release(&a);
}

/* More than the windows of HTTP/2 let through at once. */
static void test_large_request(void **state)
{
    struct env *env = env_of(state);
    struct asked a;
    struct buf text;
    buf_init(&text, TEXT_MAX);
    while (text.len < 1000000)
        buf_printf(&text, "%zu é\n", text.len);
    ask_with(env, &a, "kserve-grpc-stream", "plain", buf_view(&text),
             MSEC(PATIENCE_MS));
    finish(env);
    assert_ended(&a, OK, "one two three", "");
    cJSON *seen = fake_wait(&env->server, "request", PATIENCE_MS);
    assert_true(str_eq(prompt_of(seen), buf_view(&text)));
    cJSON_Delete(seen);
    buf_release(&text);
    asked_release(&a);
}

static void test_cancelled(void **state)
{
    struct env *env = env_of(state);
    struct asked first, second;
    ask(env, &first, "kserve-grpc", "hold");
    ask(env, &second, "kserve-grpc-stream", "hold");
    while (!second.messages)
        http_wait(env->http, NULL, 0, PATIENCE_MS);
    for (int requests = 0; requests < 2; requests++)
        told(env, "request", "");
    http_cancel(env->http, first.id);
    told(env, "cancelled", "");
    assert_int_equal(http_running(env->http), 1);
    http_cancel(env->http, second.id);
    told(env, "cancelled", "");
    assert_false(first.ended || second.ended);
    asked_release(&first);
    asked_release(&second);
}

/* As one types: each takes the place of the one before it, which is in the
 * middle of its answer, or was just sent. */
static void test_superseding(void **state)
{
    struct env *env = env_of(state);
    struct asked a[2];
    ask(env, &a[0], "kserve-grpc-stream", "hold");
    for (int i = 1; i < 40; i++) {
        struct asked *last = &a[(i + 1) % 2], *next = &a[i % 2];
        bool early = i % 3 == 0, first = i % 4 == 0;
        while (!early && !last->messages && !last->ended)
            http_wait(env->http, NULL, 0, PATIENCE_MS);
        assert_false(last->ended);
        if (first)
            http_cancel(env->http, last->id);
        ask(env, next, "kserve-grpc-stream", i < 39 ? "hold" : "plain");
        http_cancel(env->http, last->id);
        asked_release(last);
    }
    finish(env);
    assert_ended(&a[1], OK, "one two three", "");
    asked_release(&a[1]);
}

static void test_deadline(void **state)
{
    struct env *env = env_of(state);
    struct asked a;
    ask_for(env, &a, "kserve-grpc", "hold", MSEC(2000));
    finish(env);
    assert_ended(&a, ERR_SILENT, "", "within 2 s");
    double left = told(env, "request", "deadline_ms");
    assert_true(left <= 2000);
    told(env, "cancelled", "");
    asked_release(&a);
}

/* Many at once, then one after the other: all on one connection. */
static void test_one_connection(void **state)
{
    struct env *env = env_of(state);
    struct asked all[ASKED_MAX];
    for (size_t i = 0; i < ASKED_MAX; i++)
        ask(env, &all[i], i % 2 ? "kserve-grpc" : "kserve-grpc-stream",
            "plain");
    finish(env);
    for (size_t i = 0; i < ASKED_MAX; i++) {
        assert_ended(&all[i], OK, "one two three", "");
        asked_release(&all[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        ask(env, &all[0], "kserve-grpc", "plain");
        finish(env);
        assert_ended(&all[0], OK, "one two three", "");
        asked_release(&all[0]);
    }
    for (size_t i = 0; i < ASKED_MAX + 3; i++)
        assert_true(told(env, "request", "connections") == 1);
}

/* A kept connection that is gone does no harm. */
static void test_server_comes_again(void **state)
{
    struct env *env = env_of(state);
    struct asked a;
    for (int i = 0; i < 2; i++) {
        char port[16];
        ask(env, &a, "kserve-grpc", "plain");
        finish(env);
        assert_ended(&a, OK, "one two three", "");
        asked_release(&a);
        snprintf(port, sizeof port, "%d", env->server.port);
        const char *argv[] = {"node",       "tests/grpc/server.mjs",
                              "build/grpc", "--port",
                              port,         NULL};
        fake_stop(&env->server);
        assert_true(fake_run(&env->server, argv));
    }
}

static void test_nobody_there(void **state)
{
    struct env *env = env_of(state);
    struct asked a[2];
    int port = env->server.port;
    fake_stop(&env->server);
    env->server.port = port;
    for (size_t i = 0; i < 2; i++)
        ask(env, &a[i], "kserve-grpc", "plain");
    finish(env);
    for (size_t i = 0; i < 2; i++) {
        assert_ended(&a[i], ERR_NETWORK, "", "connection refused");
        asked_release(&a[i]);
    }
}

/* A server of HTTP/1.1 gets no request, and is named for what it is. */
static void test_no_http2(void **state)
{
    struct env *env = env_of(state);
    struct asked a;
    fake_stop(&env->server);
    assert_true(fake_start(&env->server, NULL));
    ask(env, &a, "kserve-grpc", "plain");
    finish(env);
    assert_ended(&a, ERR_NETWORK, "", "before an answer");
    asked_release(&a);
}

/* --- with TLS */

static void test_untrusted(void **state)
{
    struct env *env = env_of(state);
    struct asked a;
    env->link = (struct http_link){0};
    ask(env, &a, "kserve-grpc", "plain");
    finish(env);
    assert_ended(&a, ERR_TLS, "", "certificate is not trusted");
    asked_release(&a);
}

/* --- */

static int set_up_with(void **state, const char *scheme,
                       const char *const *argv)
{
    struct env *env = calloc(1, sizeof *env);
    if (!env)
        return -1;
    *state = env;
    env->scheme = scheme;
    buf_init(&env->url, 256);
    env->http = http_new();
    return env->http && fake_run(&env->server, argv) ? 0 : -1;
}

static int set_up(void **state)
{
    static const char *const argv[] = {"node", "tests/grpc/server.mjs",
                                       "build/grpc", NULL};
    return set_up_with(state, "http", argv);
}

static int set_up_tls(void **state)
{
    static const char *const argv[] = {
        "node",  "tests/grpc/server.mjs", "build/grpc",
        "--tls", "build/tls/server.key",  "build/tls/server.pem",
        NULL};
    int failed = set_up_with(state, "https", argv);
    if (!failed)
        env_of(state)->link.ca_file = "build/tls/ca.pem";
    return failed;
}

static int tear_down(void **state)
{
    struct env *env = *state;
    http_free(env->http);
    buf_release(&env->url);
    int status = env->server.pid > 0 ? fake_stop(&env->server) : 0;
    free(env);
    return status;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define TLS(name)                                                              \
    {                                                                          \
#name " with TLS", name, set_up_tls, tear_down, NULL                   \
    }

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        TEST(test_answers),
        TEST(test_every_status),
        TEST(test_no_such_method),
        TEST(test_health),
        TEST(test_request),
        TEST(test_large_request),
        TEST(test_cancelled),
        TEST(test_superseding),
        TEST(test_deadline),
        TEST(test_one_connection),
        TEST(test_server_comes_again),
        TEST(test_nobody_there),
        TEST(test_no_http2),
        TLS(test_answers),
        TLS(test_request),
        TLS(test_large_request),
        TLS(test_cancelled),
        TLS(test_superseding),
        TLS(test_one_connection),
        TLS(test_untrusted),
    };
    return cmocka_run_group_tests_name("grpc_server", tests, NULL, NULL);
}
