/* What lives longer than one answer: connections, cancelling, waiting. */
#include "http_seen.h"

#include <netdb.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

/* --- kept connections */

static void test_reset_of_a_kept_connection(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    ask_and_finish(env, &seen, "normal");
    seen_release(&seen);
    double first = wait_number(env, "request", "connection");
    ask_and_finish(env, &seen, "reset-reused");
    assert_int_equal(seen.end, OK);
    assert_int_equal(seen.status, 200);
    seen_release(&seen);
    assert_true(wait_number(env, "request", "connection") == first);
    assert_true(wait_number(env, "request", "connection") > first);
}

/* curl itself gives up when it met six of them in a row, and would do so
 * again. */
static void test_reset_of_all_kept_connections(void **state)
{
    struct env *env = env_of(state);
    enum { KEPT = 15 };
    struct seen seen[KEPT], last;
    for (int i = 0; i < KEPT; i++)
        go(env, &seen[i], "normal");
    finish(env);
    for (int i = 0; i < KEPT; i++) {
        assert_int_equal(seen[i].end, OK);
        seen_release(&seen[i]);
    }
    ask_and_finish(env, &last, "reset-reused");
    assert_int_equal(last.end, OK);
    assert_int_equal(last.status, 200);
    seen_release(&last);
}

static void test_connections_are_kept(void **state)
{
    struct env *env = env_of(state);
    double first = 0;
    for (int i = 0; i < 3; i++) {
        struct seen seen;
        ask_and_finish(env, &seen, "normal");
        seen_release(&seen);
        double this = wait_number(env, "request", "connection");
        assert_true(i == 0 || this == first);
        first = this;
    }
}

static void test_server_that_closes_after_each(void **state)
{
    struct env *env = env_of(state);
    for (int i = 0; i < 10; i++) {
        struct seen seen;
        ask_and_finish(env, &seen, "close-after");
        assert_int_equal(seen.end, OK);
        seen_release(&seen);
    }
}

/* --- cancelling */

static void test_cancel_is_a_disconnect(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    go(env, &seen, "hold");
    await_pieces(env, &seen, 1);
    usec at = clock_now();
    http_cancel(env->http, seen.id);
    assert_int_equal(http_running(env->http), 0);
    assert_true(wait_number(env, "disconnect", "us") >= (double)at);
    http_wait(env->http, NULL, 0, 0);
    assert_int_equal(seen.ends, 0);
    http_cancel(env->http, seen.id);
    http_cancel(env->http, 0);
    http_cancel(env->http, 999);
    seen_release(&seen);
}

/* What it is left at ends in its own time, and nobody hears of it: whether its
 * connection serves the next request. */
static bool is_kept(struct env *env, const char *model)
{
    struct seen seen, next;
    go(env, &seen, model);
    await_pieces(env, &seen, 1);
    double first = wait_number(env, "request", "connection");
    http_leave(env->http, seen.id);
    assert_int_equal(http_running(env->http), 0);
    usec until = clock_now() + MSEC(2 * HTTP_LEAVE_MS);
    while (clock_now() < until)
        http_wait(env->http, NULL, 0, 10);
    assert_int_equal(seen.ends, 0);
    assert_int_equal(seen.pieces, 1);
    ask_and_finish(env, &next, "normal");
    double second = wait_number(env, "request", "connection");
    http_leave(env->http, seen.id);
    http_leave(env->http, 999);
    seen_release(&next);
    seen_release(&seen);
    return second == first;
}

/* Until it is over, and no longer than a moment, which is too short for any
 * stream while the machine does other things. */
static void test_what_is_left_ends_by_itself(void **state)
{
    struct env *env = env_of(state);
    bool kept = false;
    for (int tries = 0; !kept && tries < 20; tries++)
        kept = is_kept(env, "drip");
    assert_true(kept);
    assert_false(is_kept(env, "hold"));
}

static void test_cancel_from_its_own_data(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    go(env, &seen, "hold");
    seen.cancel = seen.id;
    finish(env);
    assert_int_equal(seen.pieces, 1);
    assert_int_equal(seen.ends, 0);
    wait_number(env, "disconnect", "us");
    seen_release(&seen);
}

static void test_cancel_of_another(void **state)
{
    struct env *env = env_of(state);
    struct seen first, second, third;
    go(env, &first, "hang");
    go(env, &second, "hold");
    go(env, &third, "hang");
    second.cancel = first.id;
    await_pieces(env, &second, 1);
    assert_int_equal(http_running(env->http), 2);
    http_cancel(env->http, third.id);
    assert_int_equal(http_running(env->http), 1);
    assert_int_equal(first.ends + second.ends + third.ends, 0);
    seen_release(&first);
    seen_release(&second);
    seen_release(&third);
}

/* Stands in for the C library's, also inside curl, whose threads call it. */
static struct {
    int asked[2], answer[2];
} names;

int getaddrinfo(const char *restrict node, const char *restrict service,
                const struct addrinfo *restrict hints,
                struct addrinfo **restrict out)
{
    (void)node, (void)service, (void)hints, (void)out;
    struct pollfd answer = {names.answer[0], POLLIN, 0};
    if (write(names.asked[1], "?", 1) == 1)
        poll(&answer, 1, PATIENCE_MS);
    return EAI_AGAIN;
}

static void test_cancel_does_not_wait_for_a_name(void **state)
{
    struct env *env = env_of(state);
    assert_int_equal(pipe(names.asked), 0);
    assert_int_equal(pipe(names.answer), 0);
    struct seen seen;
    seen_init(&seen);
    struct http_request r = {.url = "https://models.example/"};
    assert_true(start(env, &seen, &r));
    struct pollfd asked = {names.asked[0], POLLIN, 0};
    while (!asked.revents && http_running(env->http))
        http_wait(env->http, &asked, 1, PATIENCE_MS);
    assert_int_equal(asked.revents, POLLIN);
    usec before = clock_now();
    http_cancel(env->http, seen.id);
    assert_true(clock_now() - before < MSEC(PATIENCE_MS) / 2);
    assert_int_equal(write(names.answer[1], "!", 1), 1);
    seen_release(&seen);
}

static void test_stopped_by_the_reader(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    go(env, &seen, "hold");
    seen.refuse = true;
    finish(env);
    assert_int_equal(seen.ends, 1);
    assert_int_equal(seen.end, ERR_CANCELLED);
    assert_int_equal(seen.pieces, 1);
    wait_number(env, "disconnect", "us");
    seen_release(&seen);
}

static void test_start_from_a_callback(void **state)
{
    struct env *env = env_of(state);
    struct seen first, second;
    struct buf url;
    buf_init(&url, 256);
    seen_init(&second);
    go(env, &first, "normal");
    first.start = &second;
    first.next = fake_url(&env->fake, &url, "/health");
    finish(env);
    assert_int_equal(first.ends, 1);
    assert_int_equal(second.ends, 1);
    assert_int_equal(second.status, 200);
    /* The connection was free again by then. */
    double connection = wait_number(env, "request", "connection");
    assert_true(wait_number(env, "request", "connection") == connection);
    buf_release(&url);
    seen_release(&first);
    seen_release(&second);
}

static void test_free_while_running(void **state)
{
    struct env *env = env_of(state);
    struct seen held, hung, fresh;
    go(env, &held, "hold");
    go(env, &hung, "hang");
    await_pieces(env, &held, 1);
    go(env, &fresh, "normal");
    http_free(env->http);
    env->http = http_new();
    assert_non_null(env->http);
    wait_number(env, "disconnect", "us");
    assert_int_equal(held.ends + hung.ends + fresh.ends, 0);
    seen_release(&held);
    seen_release(&hung);
    seen_release(&fresh);
}

static void test_many_at_a_time(void **state)
{
    struct env *env = env_of(state);
    enum { MANY = 50 };
    static struct seen seen[MANY];
    for (int i = 0; i < MANY; i++) {
        go(env, &seen[i], i % 2 ? "drip" : "normal");
        assert_true(i == 0 || seen[i].id > seen[i - 1].id);
    }
    assert_int_equal(http_running(env->http), MANY);
    finish(env);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(seen[i].ends, 1);
        assert_int_equal(seen[i].end, OK);
        assert_true(str_ends(buf_view(&seen[i].body), STR("data: [DONE]\n\n")));
        seen_release(&seen[i]);
    }
}

static void test_too_many(void **state)
{
    struct env *env = env_of(state);
    struct http_request r = {.url = "http://127.0.0.1:1/"};
    struct why why;
    struct seen seen;
    seen_init(&seen);
    for (int i = 0; i < HTTP_RUNNING_MAX; i++)
        assert_true(start(env, &seen, &r));
    assert_int_equal(http_start(env->http, &r, &events, &seen, &why), 0);
    assert_non_null(strstr(why.text, "256 requests"));
    http_free(env->http);
    env->http = http_new();
    seen_release(&seen);
}

/* --- waiting */

static void test_wait_watches_descriptors(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    /* Without curl, and with a transfer that gives no sign. */
    for (int round = 0; round < 2; round++) {
        int pipes[2];
        assert_int_equal(pipe(pipes), 0);
        struct pollfd fds[] = {{pipes[0], POLLIN, 0},
                               {-1, POLLIN, 0},
                               {pipes[1], POLLOUT, 0},
                               {pipes[0], 0, 0}};
        http_wait(env->http, fds, 1, 0);
        assert_int_equal(fds[0].revents, 0);
        http_wait(env->http, fds, 3, -1);
        assert_int_equal(fds[2].revents, POLLOUT);
        assert_int_equal(write(pipes[1], "x", 1), 1);
        do
            http_wait(env->http, fds, 2, -1);
        while (!fds[0].revents);
        assert_int_equal(fds[0].revents, POLLIN);
        char byte;
        assert_int_equal(read(pipes[0], &byte, 1), 1);
        close(pipes[1]);
        do
            http_wait(env->http, &fds[3], 1, -1);
        while (!fds[3].revents);
        assert_int_equal(fds[3].revents, POLLHUP);
        close(pipes[0]);
        if (round == 0) {
            go(env, &seen, "hang");
            cJSON *request = NULL;
            while (!(request = fake_wait(&env->fake, "request", 1)))
                http_wait(env->http, NULL, 0, 1);
            cJSON_Delete(request);
        }
    }
    http_cancel(env->http, seen.id);
    seen_release(&seen);
}

static void test_wait_ends_in_time(void **state)
{
    struct env *env = env_of(state);
    usec began = clock_now();
    http_wait(env->http, NULL, 0, 5);
    assert_true(clock_now() - began >= MSEC(5));
}

static volatile sig_atomic_t alarms;

static void on_alarm(int signal_number)
{
    (void)signal_number;
    alarms++;
}

/* A signal ends it, and nothing else does: it sleeps meanwhile. */
static void test_wait_ends_by_a_signal(void **state)
{
    struct env *env = env_of(state);
    struct sigaction act = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &act, NULL);
    const struct itimerval often = {{0, 20000}, {0, 20000}};
    const struct itimerval off = {{0, 0}, {0, 0}};
    int pipes[2], waits = 0;
    assert_int_equal(pipe(pipes), 0);
    struct pollfd fd = {pipes[0], POLLIN, POLLIN};
    setitimer(ITIMER_REAL, &often, NULL);
    http_wait(env->http, &fd, 1, -1);
    assert_int_equal(fd.revents, 0);
    struct seen seen;
    go(env, &seen, "hang");
    for (alarms = 0; alarms < 3; waits++)
        http_wait(env->http, &fd, 1, -1);
    assert_int_equal(fd.revents, 0);
    assert_true(waits < 50);
    setitimer(ITIMER_REAL, &off, NULL);
    http_cancel(env->http, seen.id);
    close(pipes[0]);
    close(pipes[1]);
    seen_release(&seen);
}

/* --- setting up */

static void test_prepared_beside(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    http_prepare(env->http, true, NULL);
    while (http_is_preparing(env->http))
        http_wait(env->http, NULL, 0, 1);
    http_prepare(env->http, true, NULL); /* is so already */
    assert_false(http_is_preparing(env->http));
    ask_and_finish(env, &seen, "normal");
    assert_int_equal(seen.status, 200);
    http_prepare(env->http, true, NULL);
    assert_false(http_is_preparing(env->http));
    seen_release(&seen);
}

/* Who can't wait gets the rest of it. */
static void test_asked_while_preparing(void **state)
{
    struct env *env = env_of(state);
    struct seen seen;
    http_prepare(env->http, true, NULL);
    ask_and_finish(env, &seen, "normal");
    assert_int_equal(seen.status, 200);
    assert_false(http_is_preparing(env->http));
    seen_release(&seen);
}

static void test_free_while_preparing(void **state)
{
    (void)state;
    struct http *http = http_new();
    assert_false(http_is_preparing(http));
    http_prepare(http, true, "/nowhere.pem");
    http_free(http);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        TEST(test_reset_of_a_kept_connection),
        TEST(test_reset_of_all_kept_connections),
        TEST(test_connections_are_kept),
        TEST(test_server_that_closes_after_each),
        TEST(test_cancel_is_a_disconnect),
        TEST(test_what_is_left_ends_by_itself),
        TEST(test_cancel_from_its_own_data),
        TEST(test_cancel_of_another),
        TEST(test_cancel_does_not_wait_for_a_name),
        TEST(test_stopped_by_the_reader),
        TEST(test_start_from_a_callback),
        TEST(test_free_while_running),
        TEST(test_many_at_a_time),
        TEST(test_too_many),
        TEST(test_wait_watches_descriptors),
        TEST(test_wait_ends_in_time),
        TEST(test_wait_ends_by_a_signal),
        TEST(test_prepared_beside),
        TEST(test_asked_while_preparing),
        TEST(test_free_while_preparing),
    };
    return cmocka_run_group_tests_name("http life", tests, NULL, NULL);
}
