#include "http_seen.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- answers */

static void test_stream(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    ask_and_finish(env, &seen, "normal");
    assert_int_equal(seen.end, OK);
    assert_int_equal(seen.status, 200);
    assert_string_equal(seen.type, "text/event-stream");
    assert_non_null(strstr(seen.body.ptr, "\"text\":\"one two \""));
    assert_true(str_ends(buf_view(&seen.body), STR("data: [DONE]\n\n")));
    seen_release(&seen);
}

static void test_pieces_come_before_the_end(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    go(env, &seen, "hold");
    await_pieces(env, &seen, 1);
    assert_int_equal(seen.ends, 0);
    assert_int_equal(seen.status, 200);
    assert_non_null(strstr(seen.body.ptr, "\"text\":\"one two \""));
    assert_int_equal(http_running(env->http), 1);
    seen_release(&seen);
}

static void test_status_is_no_error(void **state)
{
    struct env *env = env_of(state);
    static const struct {
        const char *model;
        long status;
        const char *retry_after;
    } cases[] = {
        {"status-401", 401, ""},
        {"status-429", 429, "7"},
        {"status-500", 500, ""},
        {"status-503", 503, "7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen seen;
        ask_and_finish(env, &seen, cases[i].model);
        assert_int_equal(seen.end, OK);
        assert_int_equal(seen.status, cases[i].status);
        assert_string_equal(seen.retry_after, cases[i].retry_after);
        assert_non_null(strstr(seen.body.ptr, "\"error\""));
        seen_release(&seen);
    }
}

/* A trailer comes behind the header, and counts. */
static void test_header_lookup(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value; /* NULL: not there */
    } cases[] = {
        {"X-RateLimit-Remaining", "17"},
        {"x-empty", ""},
        {"grpc-status", "8"},
        {"grpc", NULL},
        {"HTTP/1.1 200 OK", NULL},
    };
    struct http_response r = {
        .head = STR("HTTP/1.1 200 OK\r\nGrpc-Status: 0\r\n: none\r\n"
                    "x-ratelimit-remaining:  17 \r\nx-empty:\r\n\r\n"
                    "grpc-status: 8\r\n\r\n"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str value = http_header(&r, cases[i].name);
        assert_int_equal(value.ptr != NULL, cases[i].value != NULL);
        assert_true(str_is(value, cases[i].value ? cases[i].value : ""));
    }
}

static void test_header_arrives(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    ask_and_finish(env, &seen, "normal");
    assert_string_equal(seen.server, "fake");
    seen_release(&seen);
}

static void test_redirect_is_not_followed(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    ask_and_finish(env, &seen, "status-302");
    assert_int_equal(seen.status, 302);
    /* The next request that the server sees is the next one made. */
    cJSON_Delete(fake_wait(&env->fake, "request", PATIENCE_MS));
    seen_release(&seen);
    ask_and_finish(env, &seen, "normal");
    cJSON *request = fake_wait(&env->fake, "request", PATIENCE_MS);
    struct str path;
    assert_true(json_get_str(request, "path", &path));
    assert_true(str_is(path, "/v1/completions"));
    cJSON_Delete(request);
    seen_release(&seen);
}

/* --- requests */

static void test_body_arrives_exactly(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    struct buf body;
    seen_init(&seen);
    buf_init(&body, SEEN_MAX);
    /* No JSON, so the server reports it as a string; 2 MB, for which curl
     * would like to wait for "100 Continue". */
    for (int i = 0; body.len < 2000000; i++)
        buf_printf(&body, "%d \"é\\ \t\xF0\x9F\x98\x80\r\n", i);
    struct http_request r = {
        .url = fake_url(&env->fake, &env->url, "/v1/completions"),
        .body = buf_view(&body),
    };
    start(env, &seen, &r);
    finish(env);
    assert_int_equal(seen.status, 400);
    cJSON *request = fake_wait(&env->fake, "request", PATIENCE_MS);
    struct str got;
    assert_true(json_get_str(request, "body", &got));
    assert_true(str_eq(got, buf_view(&body)));
    assert_null(json_at(request, "headers.expect"));
    cJSON_Delete(request);
    buf_release(&body);
    seen_release(&seen);
}

static void assert_header(const cJSON *request, const char *name,
                          const char *expected)
{
    struct str value = {0};
    bool there = json_get_str(json_get(request, "headers"), name, &value);
    if (!expected)
        assert_false(there);
    else if (!str_is(value, expected))
        fail_msg("%s: \"%.*s\", not \"%s\"", name, STR_ARG(value), expected);
}

static void test_headers(void **state)
{
    struct env *env = env_of(state);
    struct http_header headers[] = {
        {"Authorization", "Bearer sk-1"},
        {"x-api-key", "k: with spaces"},
        {"Accept", ""},
        {"User-Agent", NULL},
    };
    struct buf body;
    struct http_request r = ask(env, &body, "normal");
    struct seen seen;
    seen_init(&seen);
    r.headers = headers;
    r.n_headers = sizeof headers / sizeof *headers;
    start(env, &seen, &r);
    finish(env);
    cJSON *request = fake_wait(&env->fake, "request", PATIENCE_MS);
    assert_header(request, "authorization", "Bearer sk-1");
    assert_header(request, "x-api-key", "k: with spaces");
    assert_header(request, "accept", NULL);
    assert_header(request, "user-agent", NULL);
    assert_header(request, "accept-encoding", "identity");
    assert_header(request, "content-type", "application/json");
    assert_header(request, "cookie", NULL);
    cJSON_Delete(request);
    buf_release(&body);
    seen_release(&seen);
}

static void test_get_without_body(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    seen_init(&seen);
    struct http_request r = {.url = fake_url(&env->fake, &env->url, "/health")};
    start(env, &seen, &r);
    finish(env);
    assert_string_equal(seen.body.ptr, "{\"status\":\"ok\"}");
    cJSON *request = fake_wait(&env->fake, "request", PATIENCE_MS);
    struct str method;
    assert_true(json_get_str(request, "method", &method));
    assert_true(str_is(method, "GET"));
    assert_header(request, "content-type", NULL);
    cJSON_Delete(request);
    seen_release(&seen);
}

static void test_refused_at_start(void **state)
{
    struct env *env = env_of(state);
    static const struct http_header split[] = {{"X", "a\r\nY: b"}};
    static const struct http_header key[] = {{"Authorization", "Bearer k\n"}};
    static const struct http_header name[] = {{"X Y", "a"}};
    static const struct {
        struct http_request request;
        const char *says;
    } cases[] = {
        {{.url = "http://example.com/v1"}, "plain http"},
        {{.url = "http://127.0.0.1.example.com/v1"}, "plain http"},
        {{.url = "http://localhost.example.com/"}, "plain http"},
        {{.url = "http://notlocalhost/"}, "plain http"},
        {{.url = "http://127.0.0.1.5/"}, "plain http"},
        {{.url = "http://127.0.0.1@example.com/"}, "example.com:80: plain"},
        {{.url = "http://128.0.0.1:8080/"}, "128.0.0.1:8080: plain http"},
        {{.url = "http://[::2]/"}, "plain http"},
        {{.url = "http://0.0.0.0/"}, "plain http"},
        {{.url = "ftp://127.0.0.1/"}, "\"ftp\" is not spoken"},
        {{.url = "file:///etc/passwd"}, ""},
        {{.url = "grpc://127.0.0.1:1/"}, "\"grpc\" is not spoken"},
        {{.url = "127.0.0.1:8080/v1"}, "is not a URL"},
        {{.url = "https://"}, "is not a URL"},
        {{.url = "https://u:secret@h:99999/?key=secret"}, "\"h:99999/\""},
        {{.url = "http://127.0.0.1/", .headers = split, .n_headers = 1},
         "\"X\" holds a line break"},
        {{.url = "http://127.0.0.1/", .headers = key, .n_headers = 1},
         "\"Authorization\" holds a line break"},
        {{.url = "http://127.0.0.1/", .headers = name, .n_headers = 1},
         "\"X Y\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen seen;
        seen_init(&seen);
        assert_int_equal(start(env, &seen, &cases[i].request), 0);
        if (!strstr(seen.why.text, cases[i].says))
            fail_msg("%s: \"%s\"", cases[i].request.url, seen.why.text);
        assert_null(strstr(seen.why.text, "secret"));
        assert_null(strstr(seen.why.text, "Bearer"));
        seen_release(&seen);
    }
    assert_int_equal(http_running(env->http), 0);
}

static void test_loopback_in_plain(void **state)
{
    struct env *env = env_of(state);
    static const char *const urls[] = {
        "http://127.0.0.1:1/",   "http://127.9.9.9:1/", "http://localhost:1/",
        "http://LOCALHOST:1/",   "http://[::1]:1/",     "http://127.1:1/",
        "http://a.localhost:1/",
    };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct seen seen;
        seen_init(&seen);
        struct http_request r = {.url = urls[i]};
        assert_true(start(env, &seen, &r));
        http_cancel(env->http, seen.id);
        seen_release(&seen);
    }
    struct seen seen;
    seen_init(&seen);
    struct http_request r = {.url = "http://192.0.2.1/", .allow_plain = true};
    assert_true(start(env, &seen, &r));
    http_cancel(env->http, seen.id);
    seen_release(&seen);
}

/* The fake plays the proxy: loopback goes around it, the rest through it. */
static void test_proxy(void **state)
{
    struct env *env = env_of(state);
    char proxy[64];
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", env->fake.port);
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    unsetenv("no_proxy");
    unsetenv("NO_PROXY");
    struct seen seen;
    ask_and_finish(env, &seen, "normal");
    assert_int_equal(seen.status, 200);
    seen_release(&seen);

    setenv("http_proxy", proxy, 1);
    seen_init(&seen);
    struct http_request r = {.url = "http://models.example/v1/models",
                             .allow_plain = true};
    start(env, &seen, &r);
    finish(env);
    unsetenv("http_proxy");
    assert_int_equal(seen.status, 200);
    assert_non_null(strstr(seen.body.ptr, "\"fake\""));
    seen_release(&seen);
}

/* What a provider says of its proxy counts before the variables. */
static void test_proxy_of_the_request(void **state)
{
    struct env *env = env_of(state);
    char good[64], url[64];
    snprintf(good, sizeof good, "http://127.0.0.1:%d", env->fake.port);
    snprintf(url, sizeof url, "http://[::ffff:127.0.0.1]:%d/v1/models",
             env->fake.port);
    const struct {
        const char *variable, *proxy, *url;
        bool ok;
    } rows[] = {
        {"http://127.0.0.1:1", good, "http://models.example/v1/models", true},
        {good, "http://127.0.0.1:1", "http://models.example/v1/models", false},
        {"http://127.0.0.1:1", "none", url, true},
        {"http://127.0.0.1:1", "", url, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_link link = {.proxy = rows[i].proxy};
        struct http_request r = {
            .url = rows[i].url, .allow_plain = true, .link = &link};
        struct seen seen;
        seen_init(&seen);
        setenv("http_proxy", rows[i].variable, 1);
        setenv("no_proxy", "models.example", 1);
        if (!*rows[i].proxy)
            unsetenv("no_proxy");
        start(env, &seen, &r);
        finish(env);
        if ((seen.status == 200) != rows[i].ok)
            fail_msg("row %zu: %ld, %s", i, seen.status, seen.why.text);
        seen_release(&seen);
    }
    unsetenv("http_proxy");
    unsetenv("no_proxy");
}

/* A sentence about a file names it. */
static void test_certificates_that_are_none(void **state)
{
    struct env *env = env_of(state);
    static const struct {
        struct http_link link;
        const char *says;
    } rows[] = {
        {{.ca_file = "/nowhere/ca.pem"},
         "the trusted certificates can't be read: /nowhere/ca.pem ("},
        {{.cert_file = "/nowhere/me.pem"},
         "the client certificate can't be used: /nowhere/me.pem ("},
    };
    char url[64];
    snprintf(url, sizeof url, "https://127.0.0.1:%d/", env->fake.port);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_request r = {.url = url, .link = &rows[i].link};
        struct seen seen;
        seen_init(&seen);
        start(env, &seen, &r);
        finish(env);
        assert_int_equal(seen.end, ERR_TLS);
        if (!strstr(seen.why.text, rows[i].says))
            fail_msg("%s", seen.why.text);
        seen_release(&seen);
    }
}

/* --- failures */

/* A port that nobody listens on. */
static int refused_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    getsockname(fd, (struct sockaddr *)&at, &size);
    close(fd);
    return ntohs(at.sin_port);
}

static void test_refused_connection(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    char url[64], expected[128];
    int port = refused_port();
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", port);
    snprintf(expected, sizeof expected,
             "127.0.0.1:%d: connection refused; is the model server running?",
             port);
    seen_init(&seen);
    struct http_request r = {.url = url};
    assert_true(start(env, &seen, &r));
    finish(env);
    assert_int_equal(seen.ends, 1);
    assert_int_equal(seen.end, ERR_NETWORK);
    assert_int_equal(seen.status, 0);
    assert_string_equal(seen.why.text, expected);
    seen_release(&seen);
}

static void test_broken_answers(void **state)
{
    struct env *env = env_of(state);
    static const struct {
        const char *model;
        const char *says;
        bool some; /* part of the answer was delivered */
    } cases[] = {
        {"reset", "the connection was reset before an answer", false},
        {"reset-mid", "the connection was reset in the middle", true},
        {"close", "it closed the connection without an answer", false},
        {"close-mid", "the answer broke off before its end", true},
        {"garbage", "what answers there is not HTTP", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen seen;
        ask_and_finish(env, &seen, cases[i].model);
        assert_int_equal(seen.end, ERR_NETWORK);
        if (!strstr(seen.why.text, cases[i].says))
            fail_msg("%s: \"%s\"", cases[i].model, seen.why.text);
        assert_int_equal(seen.body.len > 0, cases[i].some);
        seen_release(&seen);
    }
}

static void test_timeout(void **state)
{
    struct env *env = env_of(state);
    static const char *const models[] = {"hang", "hold"};
    static const enum err ends[] = {ERR_SILENT, ERR_TIMEOUT};
    for (size_t i = 0; i < 2; i++) {
        struct seen seen;
        struct buf body;
        struct http_request r = ask(env, &body, models[i]);
        seen_init(&seen);
        r.timeout = MSEC(1500);
        usec began = clock_now();
        start(env, &seen, &r);
        finish(env);
        assert_int_equal(seen.end, ends[i]);
        assert_true(clock_now() - began >= MSEC(1500));
        assert_non_null(strstr(seen.why.text, "answer within 1.5 s"));
        wait_number(env, "disconnect", "us");
        buf_release(&body);
        seen_release(&seen);
    }
}

static long peak_kilobytes(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
}

static void test_caps(void **state)
{
    struct env *env = env_of(state);
    static const struct {
        const char *model;
        size_t max_bytes, least;
        const char *says;
    } cases[] = {
        {"huge", 100000, 50000, "the answer is larger than 100000 bytes"},
        {"gzip-bomb", 100000, 50000, "the answer is larger than 100000 bytes"},
        {"huge", 0, 15 << 20, "the answer is larger than 16777216 bytes"},
        {"huge-header", 0, 0, "header"},
        {"many-headers", 0, 0, "the answer's header is larger than 64 KiB"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen seen;
        struct buf body;
        struct http_request r = ask(env, &body, cases[i].model);
        seen_init(&seen);
        r.max_bytes = cases[i].max_bytes;
        start(env, &seen, &r);
        finish(env);
        assert_int_equal(seen.end, ERR_TOO_LARGE);
        if (!strstr(seen.why.text, cases[i].says))
            fail_msg("%s: \"%s\"", cases[i].model, seen.why.text);
        assert_true(seen.body.len >= cases[i].least);
        assert_true(!r.max_bytes || seen.body.len <= r.max_bytes);
        buf_release(&body);
        seen_release(&seen);
    }
    assert_true(peak_kilobytes() < 512 << 10);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        TEST(test_stream),
        TEST(test_pieces_come_before_the_end),
        TEST(test_status_is_no_error),
        cmocka_unit_test(test_header_lookup),
        TEST(test_header_arrives),
        TEST(test_redirect_is_not_followed),
        TEST(test_body_arrives_exactly),
        TEST(test_headers),
        TEST(test_get_without_body),
        TEST(test_refused_at_start),
        TEST(test_loopback_in_plain),
        TEST(test_proxy),
        TEST(test_proxy_of_the_request),
        TEST(test_certificates_that_are_none),
        TEST(test_refused_connection),
        TEST(test_broken_answers),
        TEST(test_timeout),
        TEST(test_caps),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
