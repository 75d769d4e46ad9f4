/*
 * One answer over gRPC and over HTTP/1.1, from the prompt to its text, by
 * turns: the same server program has both, on connections that are kept.
 */
#include "base/clock.h"
#include "bench/stats.h"
#include "fake/fake.h"
#include "net/grpc.h"
#include "provider/provider.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 2000, WARM = 100, TEXT_MAX = 64 << 10, PATIENCE_MS = 20000 };

struct ask {
    const struct dialect *dialect;
    const char *url;
    struct http *http;
    struct frames frames;
    struct piece piece;
    bool over, failed;
};

static bool take_frame(void *arg, struct str event, struct str data)
{
    struct ask *a = arg;
    return !a->dialect->decode(event, data, &a->piece);
}

static bool on_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    struct ask *a = arg;
    (void)id;
    (void)r;
    return !frames_feed(&a->frames, bytes, take_frame, a);
}

static void on_end(void *arg, http_id id, const struct http_response *r,
                   enum err e, const struct why *why)
{
    struct ask *a = arg;
    (void)id;
    (void)why;
    a->failed = e || r->status != 200 ||
                (dialect_is_grpc(a->dialect) && grpc_verdict(r, NULL)) ||
                frames_finish(&a->frames, take_frame, a);
    a->over = true;
}

static bool begin(struct ask *a, struct buf *body)
{
    static const struct http_events events = {on_data, on_end};
    const struct prompt p = {.prefix = STR("def area(radius):\n    return "),
                             .max_tokens = 64};
    const struct target target = {.model = STR("plain")};
    struct http_header headers[DIALECT_HEADERS + 1];
    bool grpc = dialect_is_grpc(a->dialect);
    char timeout[GRPC_TIMEOUT_MAX];
    size_t n = 0;
    for (; n < DIALECT_HEADERS && a->dialect->headers[n].name; n++)
        headers[n] = (struct http_header){a->dialect->headers[n].name,
                                          a->dialect->headers[n].value};
    grpc_timeout(MSEC(2000), timeout);
    if (grpc)
        headers[n++] = (struct http_header){"grpc-timeout", timeout};
    if (a->dialect->encode(&target, &p, body, NULL) ||
        (grpc && !grpc_enclose(body)))
        return false;
    const struct http_request r = {.url = a->url,
                                   .headers = headers,
                                   .n_headers = n,
                                   .body = buf_view(body),
                                   .http2 = grpc};
    return http_start(a->http, &r, &events, a, NULL) != 0;
}

/* Microseconds; below 0 when it failed. */
static double run(struct ask *a)
{
    struct buf body;
    double start = now_us();
    a->over = a->failed = false;
    buf_init(&body, TEXT_MAX);
    buf_clear(&a->piece.text);
    frames_init(&a->frames, dialect_is_grpc(a->dialect) ? FRAMING_GRPC_UNARY
                                                        : FRAMING_WHOLE);
    bool begun = begin(a, &body);
    while (begun && !a->over)
        http_wait(a->http, NULL, 0, PATIENCE_MS);
    bool good = begun && !a->failed &&
                str_is(buf_view(&a->piece.text), "one two three");
    frames_release(&a->frames);
    buf_release(&body);
    return good ? now_us() - start : -1;
}

static int measure(struct ask *grpc, struct ask *http)
{
    struct stats us[2] = {{0}};
    struct ask *asks[] = {grpc, http};
    for (int i = 0; i < WARM + ROUNDS; i++) {
        for (int k = 0; k < 2; k++) {
            double took = run(asks[k]);
            if (took < 0)
                return 1;
            if (i >= WARM)
                stats_add(&us[k], took);
        }
    }
    stats_print("one answer over gRPC", &us[0]);
    stats_print("the same over HTTP/1.1", &us[1]);
    return 0;
}

static struct ask ask_of(struct http *http, const char *dialect,
                         const char *url)
{
    struct ask a = {
        .dialect = dialect_find(str_from(dialect)), .url = url, .http = http};
    buf_init(&a.piece.text, TEXT_MAX);
    return a;
}

int main(void)
{
    static const char *const argv[] = {"node", "tests/grpc/server.mjs",
                                       "build/grpc", "--bench", NULL};
    struct fake server;
    char urls[2][128];
    double port = 0;
    signal(SIGPIPE, SIG_IGN);
    if (!fake_run(&server, argv))
        return 1;
    cJSON *told = fake_wait(&server, "http", PATIENCE_MS);
    json_get_number(told, "port", &port);
    cJSON_Delete(told);
    struct http *http = http_new();
    snprintf(urls[0], sizeof urls[0],
             "http://127.0.0.1:%d/inference.GRPCInferenceService/ModelInfer",
             server.port);
    snprintf(urls[1], sizeof urls[1], "http://127.0.0.1:%d/v1/completions",
             (int)port);
    struct ask grpc = ask_of(http, "kserve-grpc", urls[0]);
    struct ask json = ask_of(http, "openai-text", urls[1]);
    int failed = measure(&grpc, &json);
    if (failed)
        fprintf(stderr, "an answer was not what it should be\n");
    buf_release(&grpc.piece.text);
    buf_release(&json.piece.text);
    http_free(http);
    fake_stop(&server);
    return failed;
}
