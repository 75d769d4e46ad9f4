/* What is learned of models, and how it orders them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/hash.h"
#include "route/decide.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND MSEC(1000)

static const struct service service = {.type = "openai"};
static const struct dialect dialect;

static const struct task task = {
    .class = CURSOR_BODY,
    .language = {"go", 2},
    .input_length = 2000,
    .tokens = 1000,
    .head = 7,
};

static struct model a_model(const char *name, double dollars)
{
    return (struct model){.name = str_from(name),
                          .service = &service,
                          .dialect = &dialect,
                          .cost_input = dollars / 1e6,
                          .cost_output = dollars / 1e6,
                          .cost_cached = dollars / 1e7,
                          .avg_response = 2,
                          .success_rate = 1};
}

static void one_call(struct fleet *f, const struct model *m, double first,
                     double whole, double out, usec now)
{
    fleet_asked(f, m, &task, now);
    fleet_answered(f, m, &task, first, whole, out, now);
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 0.13 * fabs(b);
}

static void a_row_is_learned(void **state)
{
    (void)state;
    struct fleet *f = fleet_new(1);
    struct model m = a_model("m", 10);
    struct standing s;
    fleet_row(f, &m, &task, SECOND, &s);
    assert_true(near(s.avg_ms, 2000) && isnan(s.ttft_ms) && s.calls < 1);
    assert_true(near(s.expected_cost, 1016e-5));
    for (int i = 0; i < 10; i++)
        one_call(f, &m, 100, 400, 40, SECOND);
    fleet_row(f, &m, &task, SECOND, &s);
    /* The configured time counts for 20. */
    assert_true(near(s.avg_ms, (2000 + 400) / 2));
    assert_true(near(s.ttft_ms, 100) && near(s.p95_ms, 400));
    for (int i = 0; i < 10; i++)
        one_call(f, &m, 100, 400, 40, SECOND);
    fleet_row(f, &m, &task, SECOND, &s);
    assert_true(near(s.avg_ms, 400) && near(s.calls, 20));
    /* The head of the prompt is in the service's cache, for a while. */
    assert_true(s.warm);
    assert_true(near(s.expected_cost, 1000e-6 + s.expected_out * 1e-5));
    fleet_row(f, &m, &task, 1000 * SECOND, &s);
    assert_false(s.warm);
    struct task other = task;
    other.head = 8;
    fleet_row(f, &m, &other, SECOND, &s);
    assert_false(s.warm);
    fleet_free(f);
}

/* Who is cut when it is late is not seen to be late: were that left out, its
 * 19 of 20 would become fewer with each time. */
static void those_that_were_outrun_do_not_look_fast(void **state)
{
    (void)state;
    struct fleet *f = fleet_new(1);
    struct model m = a_model("m", 10);
    struct standing s;
    for (unsigned i = 0; i < 4000; i++) {
        double takes = 100 * pow(1.3, i * 7 % 20); /* up to 14.6 s */
        fleet_row(f, &m, &task, SECOND, &s);
        fleet_asked(f, &m, &task, SECOND);
        if (takes > s.ttft_p95_ms)
            fleet_outrun(f, &m, &task, s.ttft_p95_ms + 10, SECOND);
        else
            fleet_answered(f, &m, &task, takes, takes + 50, 9, SECOND);
    }
    fleet_row(f, &m, &task, SECOND, &s);
    assert_true(s.ttft_p95_ms > 100 * pow(1.3, 18) * 0.9);
    assert_true(near(s.avg_ms, 3150));
    assert_true(s.in_flight < 1 && s.success_rate > 0.99);
    assert_string_equal(fleet_health(f, &m, SECOND), "closed");
    fleet_free(f);
}

static void what_is_late_is_known_after_twenty(void **state)
{
    (void)state;
    struct fleet *f = fleet_new(1);
    struct model m = a_model("m", 10);
    struct standing s;
    struct task small = task, large = task;
    small.input_length = 10;
    large.input_length = 10000;
    for (int i = 0; i < FIGURES_PRIOR; i++) {
        fleet_row(f, &m, &task, SECOND, &s);
        assert_true(isnan(s.ttft_p95_ms));
        one_call(f, &m, 300, 400, 3, SECOND);
    }
    fleet_row(f, &m, &task, SECOND, &s);
    assert_true(near(s.ttft_p95_ms, 300));
    fleet_row(f, &m, &small, SECOND, &s); /* it takes no longer than that */
    assert_true(near(s.ttft_p95_ms, 300));
    fleet_row(f, &m, &large, SECOND, &s);
    assert_true(isnan(s.ttft_p95_ms));
    fleet_free(f);
}

static void how_long_a_stream_may_pause_is_learned(void **state)
{
    (void)state;
    struct fleet *f = fleet_new(1);
    struct model m = a_model("m", 10);
    assert_true(near(fleet_patience(f, &m), FIGURES_PAUSE_MS));
    for (int i = 0; i < 10; i++)
        fleet_paused(f, &m, 600, false, SECOND);
    /* Half way from what is taken for granted to what was seen. */
    assert_true(near(fleet_patience(f, &m), (FIGURES_PAUSE_MS + 600) / 2));
    for (int i = 0; i < 90; i++)
        fleet_paused(f, &m, 600, false, SECOND);
    assert_true(near(fleet_patience(f, &m), 600));
    /* Those that were given up would have gone on for longer, perhaps. */
    for (int i = 0; i < 5; i++)
        fleet_paused(f, &m, 1200, true, SECOND);
    assert_true(fleet_patience(f, &m) > 1000);
    for (int i = 0; i < 20000; i++)
        fleet_paused(f, &m, 20, false, SECOND);
    assert_true(near(fleet_patience(f, &m), FIGURES_PAUSE_MIN_MS));
    fleet_free(f);
}

static void times_are_kept_by_size(void **state)
{
    (void)state;
    struct fleet *f = fleet_new(1);
    struct model m = a_model("m", 10);
    struct standing s;
    struct task large = task;
    large.input_length = 100000;
    fleet_asked(f, &m, &large, SECOND);
    fleet_answered(f, &m, &large, 900, 1000, 3, SECOND);
    fleet_row(f, &m, &task, SECOND, &s); /* the nearest that is known */
    assert_true(near(s.ttft_ms, 900));
    one_call(f, &m, 100, 200, 3, SECOND);
    fleet_row(f, &m, &task, SECOND, &s);
    assert_true(near(s.ttft_ms, 100));
    fleet_row(f, &m, &large, SECOND, &s);
    assert_true(near(s.ttft_ms, 900));
    fleet_free(f);
}

static void what_a_caller_does_wrong_is_not_the_models_fault(void **state)
{
    (void)state;
    struct fleet *f = fleet_new(1);
    struct model m = a_model("m", 10), built_in = a_model("b", 0);
    enum err cause = OK;
    built_in.dialect = NULL;
    for (int i = 0; i < 10; i++) {
        fleet_asked(f, &m, &task, SECOND);
        assert_int_equal(fleet_failed(f, &m, ERR_REFUSED, 0, SECOND),
                         HEALTH_SAME);
    }
    assert_true(fleet_allows(f, &m, SECOND));
    fleet_asked(f, &m, &task, SECOND);
    assert_int_equal(fleet_failed(f, &m, ERR_RATE_LIMIT, 7 * SECOND, SECOND),
                     HEALTH_OPENED);
    assert_false(fleet_allows(f, &m, SECOND));
    assert_int_equal(fleet_left(f, &m, 2 * SECOND, &cause), 6 * SECOND);
    assert_int_equal(cause, ERR_RATE_LIMIT);
    assert_string_equal(fleet_health(f, &m, SECOND), "open");
    assert_true(fleet_allows(f, &m, 8 * SECOND));
    assert_string_equal(fleet_health(f, &m, 8 * SECOND), "half_open");
    fleet_asked(f, &m, &task, 8 * SECOND);
    assert_false(fleet_allows(f, &m, 8 * SECOND));
    fleet_dropped(f, &m);
    assert_true(fleet_allows(f, &m, 8 * SECOND));
    fleet_failed(f, &m, ERR_RATE_LIMIT, 7 * SECOND, 8 * SECOND);
    fleet_forgive(f);
    assert_true(fleet_allows(f, &m, 8 * SECOND));
    assert_true(fleet_allows(f, &built_in, 8 * SECOND));
    fleet_free(f);
}

/* --- health, of all processes */

#define WALL INT64_C(1751284800000000)

static struct fleet *at_once(usec now)
{
    struct fleet *f = fleet_new(1);
    fleet_turn(f, now, WALL);
    return f;
}

static void fail_often(struct fleet *f, const struct model *m, enum err e,
                       usec now)
{
    for (int i = 0; i < HEALTH_FAILURES; i++) {
        fleet_asked(f, m, &task, now);
        fleet_failed(f, m, e, 0, now);
    }
}

static void others_hear_what_one_found(void **state)
{
    (void)state;
    struct fleet *one = at_once(SECOND), *other = at_once(70 * SECOND);
    struct model m = a_model("m", 10);
    struct health_news news;
    enum err cause;
    struct str back;
    assert_false(fleet_next_news(one, &news));
    fail_often(one, &m, ERR_NETWORK, SECOND);
    assert_true(fleet_next_news(one, &news));
    assert_false(fleet_next_news(one, &news));
    assert_true(str_is(news.model, "m"));
    assert_int_equal(news.cause, ERR_NETWORK);
    assert_int_equal(news.changed, WALL);
    /* The other's clock began at another time. */
    assert_int_equal(fleet_adopt(other, &m, &news), HEALTH_OPENED);
    assert_int_equal(fleet_left(other, &m, 70 * SECOND, &cause),
                     fleet_left(one, &m, SECOND, &cause));
    assert_int_equal(cause, ERR_NETWORK);
    assert_false(fleet_allows(other, &m, 71 * SECOND));
    assert_false(fleet_next_news(other, &news)); /* it is none of its own */
    /* One asks again, and it answers. */
    fleet_asked(one, &m, &task, 11 * SECOND);
    fleet_answered(one, &m, &task, 10, 20, 5, 11 * SECOND);
    assert_true(fleet_next_news(one, &news));
    assert_int_equal(news.cause, OK);
    assert_int_equal(fleet_adopt(other, &m, &news), HEALTH_RECOVERED);
    assert_true(fleet_allows(other, &m, 71 * SECOND));
    assert_true(fleet_next_recovered(other, &back) && str_is(back, "m"));
    assert_false(fleet_next_recovered(other, &back));
    assert_false(fleet_next_recovered(one, &back)); /* it saw the answer */
    fleet_free(one);
    fleet_free(other);
}

/* Its proxy may be another one: what one saw itself counts more. */
static void what_one_saw_since_counts_more(void **state)
{
    (void)state;
    struct fleet *one = at_once(SECOND), *other = at_once(SECOND);
    struct model m = a_model("m", 10);
    struct health_news news;
    fail_often(one, &m, ERR_NETWORK, SECOND);
    assert_true(fleet_next_news(one, &news));
    one_call(other, &m, 10, 20, 5, 2 * SECOND);
    assert_int_equal(fleet_adopt(other, &m, &news), HEALTH_SAME);
    assert_true(fleet_allows(other, &m, 2 * SECOND));
    news.changed = WALL + 5000000;
    assert_int_equal(fleet_adopt(other, &m, &news), HEALTH_OPENED);
    assert_int_equal(fleet_adopt(other, &m, &news), HEALTH_SAME);
    fleet_free(one);
    fleet_free(other);
}

static void checks_are_for_what_they_can_tell(void **state)
{
    (void)state;
    static const struct {
        enum err cause;
        bool checked;
    } rows[] = {
        {ERR_NETWORK, true}, {ERR_PROVIDER, true},    {ERR_TIMEOUT, true},
        {ERR_CREDIT, false}, {ERR_RATE_LIMIT, false}, {ERR_FILTER, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fleet *f = at_once(SECOND);
        struct model m = a_model("m", 10);
        assert_int_equal(fleet_watch(f, &m, true, SECOND), USEC_NEVER);
        fail_often(f, &m, rows[i].cause, SECOND);
        usec due = SECOND + fleet_left(f, &m, SECOND, NULL);
        assert_int_equal(fleet_watch(f, &m, true, SECOND),
                         rows[i].checked ? due : USEC_NEVER);
        assert_int_equal(fleet_allows(f, &m, due), !rows[i].checked);
        assert_int_equal(fleet_watch(f, &m, false, due), USEC_NEVER);
        assert_true(fleet_allows(f, &m, due));
        /* Nobody has tried it meanwhile: a check comes first again. */
        assert_int_equal(fleet_watch(f, &m, true, due + 1),
                         rows[i].checked ? due + 1 : USEC_NEVER);
        fleet_free(f);
    }
}

static void one_check_or_probe_at_a_time(void **state)
{
    (void)state;
    struct fleet *f = at_once(SECOND);
    struct model m = a_model("m", 10);
    struct claim claim;
    fail_often(f, &m, ERR_NETWORK, SECOND);
    usec due = fleet_watch(f, &m, true, SECOND);
    assert_true(fleet_check_begins(f, &m));
    assert_false(fleet_check_begins(f, &m));
    usec late = due + MSEC(HEALTH_CHECK_MS);
    assert_false(fleet_claim(f, &m, &task, false, late, &claim));
    fleet_check_dropped(f, &m);
    assert_true(fleet_allows(f, &m, late));
    assert_true(fleet_claim(f, &m, &task, false, late, &claim));
    assert_false(fleet_check_begins(f, &m));
    assert_false(fleet_allows(f, &m, late));
    fleet_answered(f, &m, &task, 10, 20, 5, late);
    assert_true(fleet_check_begins(f, &m));
    assert_int_equal(fleet_checked(f, &m, OK, 0, late), HEALTH_SAME);
    fleet_free(f);
}

static void one_process_probes_for_all(void **state)
{
    (void)state;
    char folder[] = "/tmp/switchyard-fleet-XXXXXX", path[80];
    struct model m = a_model("m", 10);
    struct fleet *fleets[2];
    struct claim claim;
    struct why why;
    usec late = 20 * SECOND;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/ledger", folder);
    for (int i = 0; i < 2; i++) {
        fleets[i] = at_once(SECOND);
        assert_int_equal(fleet_share(fleets[i], path, &why), OK);
        fail_often(fleets[i], &m, ERR_CREDIT, SECOND);
        assert_true(fleet_allows(fleets[i], &m, late));
    }
    assert_true(fleet_claim(fleets[0], &m, &task, false, late, &claim));
    assert_false(fleet_allows(fleets[1], &m, late));
    assert_false(fleet_claim(fleets[1], &m, &task, false, late, &claim));
    assert_false(fleet_check_begins(fleets[1], &m));
    fleet_dropped(fleets[0], &m);
    assert_true(fleet_allows(fleets[1], &m, late));
    assert_true(fleet_claim(fleets[1], &m, &task, false, late, &claim));
    for (int i = 0; i < 2; i++)
        fleet_free(fleets[i]);
    unlink(path);
    rmdir(folder);
}

static void slow_first_texts_open_it(void **state)
{
    (void)state;
    struct fleet *f = at_once(SECOND);
    struct model m = a_model("m", 10);
    for (int i = 0; i <= FIGURES_PRIOR; i++)
        one_call(f, &m, 100, NAN, NAN, SECOND); /* cut, being whole */
    for (int i = 0; i < HEALTH_FAILURES; i++) {
        assert_string_equal(fleet_health(f, &m, SECOND), "closed");
        one_call(f, &m, 100.0 * HEALTH_SLOW * 1.5, NAN, NAN, SECOND);
    }
    assert_string_equal(fleet_health(f, &m, SECOND), "open");
    fleet_free(f);
}

/* --- what earlier processes saw */

static void what_was_seen_before_is_known_again(void **state)
{
    (void)state;
    enum { HOUR = 3600 };
    struct fleet *f = at_once(HOUR * SECOND);
    struct model m = a_model("m", 10), n = a_model("n", 10);
    struct standing s;
    fleet_set_half_life(f, HOUR * SECOND);
    assert_true(fleet_wants_recall(f, &m));
    assert_false(fleet_wants_recall(f, &m));
    for (int i = 40; i > 0; i--) {
        struct recalled r = {100, 400, 40, false, (usec)i * SECOND};
        fleet_recall(f, &m, &task, &r, HOUR * SECOND);
        fleet_accepted(f, &m, &task, i % 4 != 0);
    }
    struct recalled failed = {NAN, NAN, NAN, true, SECOND};
    for (int i = 0; i < 10; i++)
        fleet_recall(f, &m, &task, &failed, HOUR * SECOND);
    fleet_row(f, &m, &task, HOUR * SECOND, &s);
    assert_true(near(s.ttft_ms, 100) && near(s.avg_ms, 400));
    assert_true(near(s.success_rate, 0.8) && near(s.accept_rate, 0.75));
    assert_true(near(s.expected_out, 40) && near(s.calls, 50));
    /* The next failure in a row is one too many. */
    fleet_asked(f, &m, &task, HOUR * SECOND);
    assert_int_equal(fleet_failed(f, &m, ERR_NETWORK, 0, HOUR * SECOND),
                     HEALTH_OPENED);
    /* The older it is the less it counts. */
    for (int i = 0; i < 2; i++) {
        struct recalled r = {i ? 1000 : 100, NAN, NAN, false,
                             i ? HOUR * SECOND : 10 * HOUR * SECOND};
        for (int k = 0; k < 20; k++)
            fleet_recall(f, &n, &task, &r, HOUR * SECOND);
    }
    fleet_overall(f, &n, HOUR * SECOND, &s);
    assert_true(s.ttft_ms > 800 && isnan(s.accept_rate));
    fleet_free(f);
}

/* --- adaptive: five models, the third is the best */

static void random_numbers_have_their_shape(void **state)
{
    (void)state;
    struct random r = {5};
    double sum = 0, square = 0, beta = 0;
    for (int i = 0; i < 20000; i++) {
        double x = random_normal(&r);
        sum += x;
        square += x * x;
        beta += random_beta(&r, 0.5, 1.5);
    }
    assert_true(fabs(sum / 20000) < 0.03);
    assert_true(fabs(square / 20000 - 1) < 0.05);
    assert_true(fabs(beta / 20000 - 0.25) < 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_learned),
        cmocka_unit_test(those_that_were_outrun_do_not_look_fast),
        cmocka_unit_test(what_is_late_is_known_after_twenty),
        cmocka_unit_test(how_long_a_stream_may_pause_is_learned),
        cmocka_unit_test(times_are_kept_by_size),
        cmocka_unit_test(what_a_caller_does_wrong_is_not_the_models_fault),
        cmocka_unit_test(others_hear_what_one_found),
        cmocka_unit_test(what_one_saw_since_counts_more),
        cmocka_unit_test(checks_are_for_what_they_can_tell),
        cmocka_unit_test(one_check_or_probe_at_a_time),
        cmocka_unit_test(one_process_probes_for_all),
        cmocka_unit_test(slow_first_texts_open_it),
        cmocka_unit_test(what_was_seen_before_is_known_again),
        cmocka_unit_test(random_numbers_have_their_shape),
    };
    return cmocka_run_group_tests_name("fleet", tests, NULL, NULL);
}
