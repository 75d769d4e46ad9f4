/* What fades, and the circuit breaker over it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "route/health.h"
#include "route/latency.h"

#include <math.h>

#define SECOND MSEC(1000)

static void quantiles_follow_what_was_seen(void **state)
{
    (void)state;
    struct latency l = {0};
    assert_true(isnan(latency_mean(&l)));
    assert_true(isnan(latency_quantile(&l, 0.5)));
    for (int i = 1; i <= 1000; i++)
        latency_add(&l, i, 0, 0);
    assert_true(fabs(latency_mean(&l) - 500.5) < 0.01);
    assert_true(fabs(latency_quantile(&l, 0.5) - 500) < 500 / 8.0);
    assert_true(fabs(latency_quantile(&l, 0.95) - 950) < 950 / 8.0);
    latency_add(&l, NAN, 0, 0);
    latency_add(&l, -1, 0, 0);
    assert_true(fabs(latency_count(&l) - 1000) < 1e-9);
    latency_add(&l, 1e12, 0, 0);
    assert_true(latency_quantile(&l, 1) < 1e6);
}

static void the_past_fades(void **state)
{
    (void)state;
    struct latency l = {0};
    for (int i = 0; i < 100; i++)
        latency_add(&l, 100, SECOND, 10 * SECOND);
    latency_add(&l, 1000, 11 * SECOND, 10 * SECOND);
    assert_true(fabs(latency_count(&l) - 51) < 0.01);
    for (int i = 0; i < 30; i++)
        latency_add(&l, 1000, 111 * SECOND, 10 * SECOND);
    assert_true(latency_quantile(&l, 0.5) > 800);
    /* A clock that goes back fades nothing. */
    double before = latency_count(&l);
    latency_add(&l, 1000, SECOND, 10 * SECOND);
    assert_true(fabs(latency_count(&l) - before - 1) < 1e-9);
}

static void failures_in_a_row_open_it(void **state)
{
    (void)state;
    struct health h = {0};
    for (int i = 0; i < HEALTH_FAILURES - 1; i++)
        assert_int_equal(health_failed(&h, ERR_NETWORK, 0, SECOND),
                         HEALTH_SAME);
    assert_true(health_allows(&h, SECOND));
    assert_int_equal(health_answered(&h, 10, NAN, SECOND), HEALTH_SAME);
    for (int i = 0; i < HEALTH_FAILURES - 1; i++)
        health_failed(&h, ERR_NETWORK, 0, SECOND);
    assert_int_equal(health_failed(&h, ERR_NETWORK, 0, SECOND), HEALTH_OPENED);
    assert_false(health_allows(&h, SECOND));
    usec left = health_left(&h, SECOND);
    assert_true(left >= 4 * SECOND && left <= 6 * SECOND);
}

static void one_probe_at_a_time_closes_it(void **state)
{
    (void)state;
    struct health h = {0};
    assert_int_equal(health_failed(&h, ERR_RATE_LIMIT, 2 * SECOND, SECOND),
                     HEALTH_OPENED);
    assert_false(health_allows(&h, 2 * SECOND));
    assert_true(health_allows(&h, 3 * SECOND));
    assert_int_equal(h.state, HEALTH_HALF_OPEN);
    health_asked(&h, 3 * SECOND);
    assert_false(health_allows(&h, 3 * SECOND));
    health_dropped(&h); /* superseded: the next may */
    assert_true(health_allows(&h, 3 * SECOND));
    health_asked(&h, 3 * SECOND);
    assert_true(health_allows(&h, 34 * SECOND)); /* lost */
    health_asked(&h, 34 * SECOND);
    assert_int_equal(health_answered(&h, 10, 10, 35 * SECOND),
                     HEALTH_RECOVERED);
    assert_true(health_allows(&h, 35 * SECOND));
    assert_int_equal(health_answered(&h, 10, 10, 35 * SECOND), HEALTH_SAME);
}

static void a_probe_that_fails_waits_longer(void **state)
{
    (void)state;
    struct health h = {0};
    usec now = SECOND, before = 0;
    for (int i = 0; i < HEALTH_FAILURES; i++)
        health_failed(&h, ERR_PROVIDER, 0, now);
    for (int i = 0; i < 12; i++) {
        usec left = health_left(&h, now);
        assert_true(left <= MSEC(HEALTH_WAIT_MAX_MS) * 6 / 5);
        assert_true(left > before || left >= MSEC(HEALTH_WAIT_MAX_MS) * 4 / 5);
        before = left;
        now += left;
        assert_true(health_allows(&h, now));
        health_asked(&h, now);
        assert_int_equal(health_failed(&h, ERR_PROVIDER, 0, now),
                         HEALTH_SAME); /* announced once */
    }
}

static void half_of_many_opens_it(void **state)
{
    (void)state;
    struct health h = {0};
    enum health_change last = HEALTH_SAME;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(last, HEALTH_SAME);
        health_answered(&h, 10, NAN, SECOND);
        last = health_failed(&h, ERR_PROVIDER, 0, SECOND);
    }
    assert_int_equal(last, HEALTH_OPENED);
}

static void far_over_its_normal_opens_it(void **state)
{
    (void)state;
    struct health h = {0};
    for (int i = 0; i < 10; i++)
        assert_int_equal(health_answered(&h, 5000, NAN, SECOND), HEALTH_SAME);
    assert_int_equal(health_answered(&h, 500, 100, SECOND), HEALTH_SAME);
    assert_int_equal(health_answered(&h, 300, 100, SECOND), HEALTH_SAME);
    assert_int_equal(health_answered(&h, 500, 100, SECOND), HEALTH_SAME);
    assert_int_equal(health_answered(&h, 500, 100, SECOND), HEALTH_SAME);
    assert_int_equal(health_answered(&h, 500, 100, SECOND), HEALTH_OPENED);
}

static struct health opened(usec now)
{
    struct health h = {.watched = true};
    for (int i = 0; i < HEALTH_FAILURES; i++)
        health_failed(&h, ERR_NETWORK, 0, now);
    assert_int_equal(h.state, HEALTH_OPEN);
    return h;
}

static void a_check_comes_before_the_first_call(void **state)
{
    (void)state;
    struct health h = opened(SECOND);
    usec until = SECOND + health_left(&h, SECOND);
    assert_false(health_allows(&h, until));
    assert_false(health_allows(&h, until + MSEC(HEALTH_CHECK_MS) - 1));
    /* There was none: the call is the probe after all. */
    assert_true(health_allows(&h, until + MSEC(HEALTH_CHECK_MS)));
    assert_int_equal(h.state, HEALTH_HALF_OPEN);
}

static void a_good_check_closes_it_until_the_next_failure(void **state)
{
    (void)state;
    struct health h = opened(SECOND);
    usec now = 20 * SECOND;
    assert_int_equal(health_checked(&h, ERR_CONNECT, 0, now), HEALTH_SAME);
    usec left = health_left(&h, now);
    assert_true(left >= 8 * SECOND && left <= 12 * SECOND);
    assert_int_equal(health_checked(&h, ERR_OVERLOADED, 40 * SECOND, now),
                     HEALTH_SAME);
    assert_int_equal(health_left(&h, now), 40 * SECOND); /* as it asks */
    /* A look before its time makes nothing worse. */
    assert_int_equal(health_checked(&h, ERR_NETWORK, 0, now + SECOND),
                     HEALTH_SAME);
    assert_int_equal(health_left(&h, now), 40 * SECOND);
    now += 40 * SECOND;
    assert_int_equal(health_checked(&h, OK, 0, now), HEALTH_RECOVERED);
    assert_int_equal(health_checked(&h, OK, 0, now), HEALTH_SAME);
    assert_true(health_allows(&h, now));
    assert_int_equal(health_failed(&h, ERR_PROVIDER, 0, now), HEALTH_OPENED);
    left = health_left(&h, now); /* its fourth wait in a row */
    assert_true(left >= 32 * SECOND && left <= 48 * SECOND);
    health_checked(&h, OK, 0, now);
    health_answered(&h, 10, NAN, now); /* that counts */
    assert_int_equal(health_failed(&h, ERR_PROVIDER, 0, now), HEALTH_SAME);
}

static void what_is_all_that_is_known_stays(void **state)
{
    (void)state;
    struct latency l = {0};
    for (int i = 0; i < 10; i++)
        latency_add(&l, 100, SECOND, SECOND);
    latency_recall(&l, 100, 0.5, 1000 * SECOND, SECOND);
    assert_true(fabs(latency_quantile(&l, 0.95) - 100) < 100 / 8.0);
    assert_true(latency_count(&l) < 0.51);
    latency_recall(&l, NAN, 1, 2000 * SECOND, SECOND);
    latency_recall(&l, 900, 1e-9, 3000 * SECOND, SECOND);
    assert_true(latency_quantile(&l, 0.5) < 200);
}

static void a_week_ends_nothing_but_its_weight(void **state)
{
    (void)state;
    struct latency l = {0};
    latency_add(&l, 100, SECOND, SECOND);
    /* Faded with each: bins of 32 bits would be at 0 by then. */
    for (usec i = 1; i < 100; i++)
        latency_recall(&l, 100, 1e-12, i * 100 * SECOND, SECOND);
    assert_true(fabs(latency_quantile(&l, 0.95) - 100) < 100 / 8.0);
    assert_true(latency_count(&l) < 1e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_follow_what_was_seen),
        cmocka_unit_test(the_past_fades),
        cmocka_unit_test(failures_in_a_row_open_it),
        cmocka_unit_test(one_probe_at_a_time_closes_it),
        cmocka_unit_test(a_probe_that_fails_waits_longer),
        cmocka_unit_test(half_of_many_opens_it),
        cmocka_unit_test(far_over_its_normal_opens_it),
        cmocka_unit_test(a_check_comes_before_the_first_call),
        cmocka_unit_test(a_good_check_closes_it_until_the_next_failure),
        cmocka_unit_test(what_is_all_that_is_known_stays),
        cmocka_unit_test(a_week_ends_nothing_but_its_weight),
    };
    return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
