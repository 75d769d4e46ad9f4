/* Tokens and money of calls, and what services allow. */
#include "route/allowance.h"
#include "route/usage.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Mon, 23 Nov 2026 00:00:00 GMT, which is the user's time here */
static const int64_t day = INT64_C(1795392000) * 1000000;
static const int64_t hour = INT64_C(3600) * 1000000;

static const struct model priced = {
    .name = {"priced", 6},
    .cost_input = 3e-6,
    .cost_output = 15e-6,
    .cost_cached = 0.3e-6,
};
static const struct model unpriced = {
    .name = {"unpriced", 8},
    .cost_input = -1,
    .cost_output = -1,
    .cost_cached = -1,
};
static const struct model local = {.name = {"local", 5}};

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-12;
}

static void test_bills(void **state)
{
    (void)state;
    static const struct {
        const struct model *model;
        struct reading reading;
        int64_t in, out, cached;
        bool estimated;
        double cost;
    } rows[] = {
        /* as the service says */
        {&priced, {1000, 20, -1, true, 4000, 60}, 1000, 20, 0, false, 0.0033},
        {&priced,
         {1000, 20, 600, true, 4000, 60},
         1000,
         20,
         600,
         false,
         400 * 3e-6 + 600 * 0.3e-6 + 20 * 15e-6},
        {&priced, {1000, 0, 0, true, 4000, 0}, 1000, 0, 0, false, 0.003},
        {&unpriced, {1000, 20, 600, true, 4000, 60}, 1000, 20, 600, false, -1},
        {&local, {1000, 20, 600, true, 4000, 60}, 1000, 20, 600, false, 0},
        /* more cached than there was */
        {&priced,
         {100, 0, 600, true, 400, 0},
         100,
         0,
         100,
         false,
         100 * 0.3e-6},
        /* estimated, at three bytes a token and rounded up */
        {&priced,
         {-1, -1, -1, true, 3000, 10},
         1000,
         4,
         0,
         true,
         0.003 + 4 * 15e-6},
        {&priced, {-1, -1, -1, false, 0, 0}, 0, 0, 0, true, 0},
        {&unpriced, {-1, -1, -1, false, 3000, 30}, 1000, 10, 0, true, -1},
        /* cut: the last count may be older than the text */
        {&priced, {1000, 1, -1, false, 4000, 60}, 1000, 20, 0, true, 0.0033},
        {&priced,
         {1000, 25, -1, false, 4000, 60},
         1000,
         25,
         0,
         true,
         0.003 + 25 * 15e-6},
        /* counts that no service has */
        {&priced,
         {INT64_C(1) << 40, 20, -1, true, 3000, 60},
         1000,
         20,
         0,
         true,
         0.0033},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct usage *u = usage_new();
        struct bill b =
            usage_settle(u, rows[i].model, &rows[i].reading, day + hour);
        if (b.in != rows[i].in || b.out != rows[i].out ||
            b.cached != rows[i].cached || b.estimated != rows[i].estimated ||
            !near(b.cost, rows[i].cost))
            fail_msg("row %zu: %d in, %d out, %d cached, %s, %.9f", i,
                     (int)b.in, (int)b.out, (int)b.cached,
                     b.estimated ? "estimated" : "measured", b.cost);
        usage_free(u);
    }
}

/* What a service reports teaches what to expect of it, and of no other. */
static void test_calibration(void **state)
{
    (void)state;
    struct usage *u = usage_new();
    struct reading told = {1000, 100, -1, true, 5000, 200};
    struct reading silent = {-1, -1, -1, false, 5000, 200};
    assert_int_equal(usage_tokens_in(u, &priced, 3000), 1000);
    usage_settle(u, &priced, &told, day);
    assert_int_equal(usage_tokens_in(u, &priced, 3000), 600);
    assert_int_equal(usage_tokens_out(u, &priced, 200), 100);
    assert_int_equal(usage_tokens_in(u, &local, 3000), 1000);
    struct bill b = usage_settle(u, &priced, &silent, day);
    assert_true(b.in == 1000 && b.out == 100 && b.estimated);
    /* Another text or another tokenizer takes over in a few calls. */
    told = (struct reading){2500, 100, -1, true, 5000, 400};
    for (int i = 0; i < 40; i++)
        usage_settle(u, &priced, &told, day);
    int64_t now = usage_tokens_in(u, &priced, 3000);
    assert_true(now > 1450 && now <= 1500);
    usage_free(u);
}

static void test_nothing_to_learn_from(void **state)
{
    (void)state;
    static const struct reading rows[] = {
        {0, 0, 0, true, 3000, 300},          {9000, 900, 0, true, 3000, 300},
        {1, 1, 0, true, 3000, 300},          {-1, -1, -1, true, 3000, 300},
        {INT64_MAX, 5, 0, false, 3000, 300},
    };
    struct usage *u = usage_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        usage_settle(u, &priced, &rows[i], day);
    assert_int_equal(usage_tokens_in(u, &priced, 3000), 1000);
    assert_int_equal(usage_tokens_out(u, &priced, 3000), 1000);
    usage_free(u);
}

static void test_days(void **state)
{
    (void)state;
    struct usage *u = usage_new();
    struct reading told = {1000, 100, 500, true, 5000, 200};
    struct reading silent = {-1, -1, -1, false, 0, 0};
    usage_settle(u, &priced, &told, day + hour);
    usage_settle(u, &priced, &silent, day + 23 * hour);
    usage_settle(u, &unpriced, &told, day + 24 * hour - 1);
    struct tally all = usage_today(u, STR(""), day + 24 * hour - 1);
    struct tally one = usage_today(u, priced.name, day + 24 * hour - 1);
    assert_true(all.calls == 3 && all.estimated == 1 && all.unpriced == 1);
    assert_true(all.in == 2000 && all.out == 200 && all.cached == 1000);
    assert_true(one.calls == 2 && one.unpriced == 0 && one.in == 1000);
    assert_true(near(all.cost, 500 * 3e-6 + 500 * 0.3e-6 + 100 * 15e-6));
    assert_true(near(one.cost, all.cost));
    /* midnight */
    all = usage_today(u, STR(""), day + 24 * hour);
    one = usage_today(u, priced.name, day + 24 * hour);
    assert_true(all.calls == 0 && one.calls == 0 && all.cost == 0);
    usage_settle(u, &priced, &told, day + 25 * hour);
    /* a clock that was put back */
    assert_int_equal(usage_today(u, STR(""), day + hour).calls, 0);
    /* What was learned stays. */
    assert_int_equal(usage_tokens_in(u, &priced, 3000), 600);
    usage_free(u);
}

static void test_sums(void **state)
{
    (void)state;
    struct bill sum = bill_none;
    struct bill measured = {10, 2, 5, false, 0.25};
    struct bill estimated = {1, 1, 0, true, 0.5};
    struct bill unknown = {1, 1, 0, false, -1};
    bill_add(&sum, &bill_none);
    assert_true(sum.in == -1 && sum.cost == 0 && !sum.estimated);
    bill_add(&sum, &measured);
    assert_true(sum.in == 10 && sum.out == 2 && sum.cached == 5);
    assert_true(sum.cost == 0.25 && !sum.estimated);
    bill_add(&sum, &estimated);
    assert_true(sum.in == 11 && sum.estimated && sum.cost == 0.75);
    bill_add(&sum, &unknown);
    bill_add(&sum, &measured);
    assert_true(sum.in == 22 && sum.cost < 0);
}

static void test_allowances(void **state)
{
    (void)state;
    struct allowance a = {0};
    struct ratelimit nothing = {-1, -1, 0, 0, 0};
    struct ratelimit limit = {9, 500, MSEC(5000), 0, 0};
    allowance_note(&a, &nothing, MSEC(1000));
    assert_int_equal(allowance_requests(&a, MSEC(1000)), -1);
    allowance_note(&a, &limit, MSEC(1000));
    allowance_note(&a, &nothing, MSEC(2000));
    assert_int_equal(allowance_requests(&a, MSEC(5999)), 9);
    assert_int_equal(allowance_tokens(&a, MSEC(5999)), 500);
    assert_int_equal(allowance_requests(&a, MSEC(6000)), -1); /* reset */
    assert_int_equal(allowance_tokens(&a, MSEC(6000)), 500);
    assert_int_equal(allowance_tokens(&a, MSEC(61000)), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bills),
        cmocka_unit_test(test_calibration),
        cmocka_unit_test(test_nothing_to_learn_from),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_allowances),
    };
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
