/*
 * For the tests of net/http: a fake model server, and what became of the
 * transfers that were sent to it.
 */
#ifndef TESTS_HTTP_SEEN_H
#define TESTS_HTTP_SEEN_H

#include "base/clock.h"
#include "fake/fake.h"
#include "net/http.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEN_MAX = 64 << 20, PATIENCE_MS = 60000 };

/* What became of one transfer, and what to do when it moves. */
struct seen {
    struct http *http;
    http_id id;
    struct buf body;
    int pieces, ends;
    long status;
    char retry_after[8]; /* its header */
    char type[64];
    char server[64]; /* "fake" */
    enum err end;
    struct why why;
    bool refuse;        /* the data callback returns false */
    http_id cancel;     /* cancelled by the data callback */
    struct seen *start; /* started by the end callback, at `next` */
    const char *next;
};

struct env {
    struct fake fake;
    struct http *http;
    struct buf url;
};

static inline struct env *env_of(void **state)
{
    return *state;
}

static inline bool on_data(void *arg, http_id id, const struct http_response *r,
                           struct str bytes)
{
    struct seen *seen = arg;
    assert_int_equal(id, seen->id);
    assert_int_equal(seen->ends, 0);
    assert_true(bytes.len > 0);
    seen->pieces++;
    seen->status = r->status;
    buf_append(&seen->body, bytes);
    if (seen->cancel)
        http_cancel(seen->http, seen->cancel);
    snprintf(seen->server, sizeof seen->server, "%.*s",
             STR_ARG(http_header(r, "server")));
    return !seen->refuse;
}

static inline void on_end(void *arg, http_id id, const struct http_response *r,
                          enum err e, const struct why *why)
{
    struct seen *seen = arg;
    assert_int_equal(id, seen->id);
    seen->ends++;
    seen->status = r->status;
    struct str wait = http_header(r, "Retry-After");
    snprintf(seen->retry_after, sizeof seen->retry_after, "%.*s",
             STR_ARG(wait));
    snprintf(seen->type, sizeof seen->type, "%s", r->content_type);
    seen->end = e;
    seen->why = *why;
    if (!seen->start)
        return;
    static const struct http_events events = {on_data, on_end};
    struct http_request again = {.url = seen->next};
    seen->start->http = seen->http;
    seen->start->id =
        http_start(seen->http, &again, &events, seen->start, NULL);
    assert_true(seen->start->id > id);
}

static const struct http_events events = {on_data, on_end};

static inline void seen_init(struct seen *seen)
{
    *seen = (struct seen){0};
    buf_init(&seen->body, SEEN_MAX);
}

static inline void seen_release(struct seen *seen)
{
    buf_release(&seen->body);
}

static inline http_id start(struct env *env, struct seen *seen,
                            const struct http_request *r)
{
    seen->http = env->http;
    seen->id = http_start(env->http, r, &events, seen, &seen->why);
    return seen->id;
}

/* Ask a model for a streamed completion. */
static inline struct http_request ask(struct env *env, struct buf *body,
                                      const char *model)
{
    buf_init(body, SEEN_MAX);
    buf_printf(body, "{\"model\":\"%s\",\"stream\":true,\"prompt\":\"a\"}",
               model);
    return (struct http_request){
        .url = fake_url(&env->fake, &env->url, "/v1/completions"),
        .body = buf_view(body),
    };
}

static inline http_id go(struct env *env, struct seen *seen, const char *model)
{
    struct buf body;
    struct http_request r = ask(env, &body, model);
    seen_init(seen);
    http_id id = start(env, seen, &r);
    buf_release(&body);
    assert_true(id);
    return id;
}

/* Until all is over, but not for ever. */
static inline void finish(struct env *env)
{
    usec until = clock_now() + MSEC(PATIENCE_MS);
    while (http_running(env->http) && clock_now() < until)
        http_wait(env->http, NULL, 0, PATIENCE_MS);
    assert_int_equal(http_running(env->http), 0);
}

static inline void await_pieces(struct env *env, const struct seen *seen,
                                int pieces)
{
    usec until = clock_now() + MSEC(PATIENCE_MS);
    while (seen->pieces < pieces && !seen->ends && clock_now() < until)
        http_wait(env->http, NULL, 0, PATIENCE_MS);
    assert_true(seen->pieces >= pieces);
}

static inline void ask_and_finish(struct env *env, struct seen *seen,
                                  const char *model)
{
    go(env, seen, model);
    finish(env);
    assert_int_equal(seen->ends, 1);
}

/* The number in an event; the event's absence fails. */
static inline double wait_number(struct env *env, const char *event,
                                 const char *key)
{
    cJSON *item = fake_wait(&env->fake, event, PATIENCE_MS);
    double number = -1;
    assert_non_null(item);
    assert_true(json_get_number(item, key, &number));
    cJSON_Delete(item);
    return number;
}

static inline int set_up(void **state)
{
    static const char *const args[] = {"--text", "one two three four\\nfive",
                                       "--drip-ms", "1", NULL};
    struct env *env = calloc(1, sizeof *env);
    if (!env)
        return -1;
    *state = env;
    buf_init(&env->url, 256);
    env->http = http_new();
    return env->http && fake_start(&env->fake, args) ? 0 : -1;
}

static inline int tear_down(void **state)
{
    struct env *env = *state;
    http_free(env->http);
    buf_release(&env->url);
    int status = fake_stop(&env->fake);
    free(env);
    return status;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
