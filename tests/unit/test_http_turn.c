/* How much of what comes at full speed one turn of the loop has to bear. It
 * is counted, not timed. */
#include "http_seen.h"
#include "net/frames.h"

enum { FLOODS = 20, TURNS = 200 };

/* A stream, and what came of it in the turn that is under way. */
struct stream {
    struct frames frames;
    size_t bytes, events;
    size_t all_bytes, turns; /* in which something came */
    int ends;
    bool unread; /* its bytes are counted alone */
};

static bool count(void *arg, struct str event, struct str data)
{
    (void)event;
    struct stream *s = arg;
    assert_true(data.len > 0);
    s->events++;
    return true;
}

static bool take(void *arg, http_id id, const struct http_response *r,
                 struct str bytes)
{
    (void)id;
    (void)r;
    struct stream *s = arg;
    assert_true(bytes.len <= HTTP_SHARE_MAX);
    s->bytes += bytes.len;
    return s->unread || !frames_feed(&s->frames, bytes, count, s);
}

static void over(void *arg, http_id id, const struct http_response *r,
                 enum err e, const struct why *why)
{
    (void)id;
    (void)r;
    (void)e;
    (void)why;
    ((struct stream *)arg)->ends++;
}

static http_id begin(struct env *env, struct stream *s, const char *model)
{
    static const struct http_events counted = {take, over};
    struct buf body;
    struct http_request r = ask(env, &body, model);
    *s = (struct stream){0};
    frames_init(&s->frames, FRAMING_SSE);
    http_id id = http_start(env->http, &r, &counted, s, NULL);
    buf_release(&body);
    assert_true(id);
    return id;
}

/* One turn; the bytes that came in it. */
static size_t turn(struct env *env, struct stream *s, size_t n)
{
    size_t bytes = 0, seen = 0;
    http_wait(env->http, NULL, 0, PATIENCE_MS);
    for (size_t i = 0; i < n; i++) {
        bytes += s[i].bytes;
        seen += s[i].events;
        s[i].all_bytes += s[i].bytes;
        s[i].turns += s[i].bytes > 0;
        s[i].bytes = s[i].events = 0;
    }
    assert_true(bytes <= HTTP_TURN_MAX);
    /* An event of this server is longer than 100 bytes. */
    assert_true(seen <= HTTP_TURN_MAX / 100 + n);
    return bytes;
}

static void test_one_flood(void **state)
{
    struct env *env = env_of(state);
    struct stream s;
    begin(env, &s, "tiny");
    for (int i = 0; i < TURNS; i++)
        turn(env, &s, 1);
    assert_int_equal(s.ends, 0);
    assert_true(s.all_bytes > 0);
    frames_release(&s.frames);
}

/* What a few bytes unpack to is delivered as slowly as any other flood: of
 * this one curl has more at a time than a turn takes. */
static void test_unpacked_flood(void **state)
{
    struct env *env = env_of(state);
    struct stream s;
    int full = 0;
    begin(env, &s, "gzip-bomb");
    s.unread = true;
    for (int i = 0; i < TURNS; i++)
        full += turn(env, &s, 1) == HTTP_TURN_MAX;
    assert_true(full > TURNS / 4);
    frames_release(&s.frames);
}

/* All of them get on, none of them faster than four others. */
static void test_many_floods(void **state)
{
    struct env *env = env_of(state);
    struct stream s[FLOODS];
    size_t least = (size_t)-1, most = 0;
    for (size_t i = 0; i < FLOODS; i++)
        begin(env, &s[i], "tiny");
    for (int i = 0; i < 10 * TURNS; i++)
        turn(env, s, FLOODS);
    for (size_t i = 0; i < FLOODS; i++) {
        least = s[i].all_bytes < least ? s[i].all_bytes : least;
        most = s[i].all_bytes > most ? s[i].all_bytes : most;
        frames_release(&s[i].frames);
    }
    if (most > 5 * least)
        fail_msg("from %zu to %zu bytes", least, most);
}

/* What waits is neither lost nor read ahead of: a whole answer comes through
 * in shares while floods go on beside it. */
static void test_beside_floods(void **state)
{
    struct env *env = env_of(state);
    struct stream s[5];
    for (size_t i = 0; i < 4; i++)
        begin(env, &s[i], "tiny");
    begin(env, &s[4], "normal");
    int turns = 0;
    while (!s[4].ends && turns++ < 10 * TURNS)
        turn(env, s, 5);
    assert_int_equal(s[4].ends, 1);
    assert_true(s[4].all_bytes > 0);
    for (size_t i = 0; i < 5; i++)
        frames_release(&s[i].frames);
}

/* Stopped while bytes of it wait. */
static void test_cancel_amid_backlog(void **state)
{
    struct env *env = env_of(state);
    struct stream s[FLOODS];
    http_id ids[FLOODS];
    for (size_t i = 0; i < FLOODS; i++)
        ids[i] = begin(env, &s[i], "tiny");
    for (int i = 0; i < TURNS; i++)
        turn(env, s, FLOODS);
    for (size_t i = 0; i < FLOODS; i++) {
        http_cancel(env->http, ids[i]);
        frames_release(&s[i].frames);
        assert_int_equal(s[i].ends, 0);
    }
    assert_int_equal(http_running(env->http), 0);
    http_wait(env->http, NULL, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_flood),           TEST(test_unpacked_flood),
        TEST(test_many_floods),         TEST(test_beside_floods),
        TEST(test_cancel_amid_backlog),
    };
    return cmocka_run_group_tests_name("http_turn", tests, NULL, NULL);
}
