/* What may be asked of a model within a minute, and what is learned of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "route/decide.h"

#include <math.h>
#include <string.h>

#define SECOND(n) MSEC((n)*1000)

static struct limits new_limits(void)
{
    return (struct limits){.ledger = ledger_new(),
                           .key = ledger_key("model", STR("p"), STR("m"))};
}

static void release(struct limits *l)
{
    ledger_free(l->ledger);
}

/* After `asked` calls with so many tokens each, all at second 100: what one
 * more is told at second `at`. */
static void a_minute_slides(void **state)
{
    (void)state;
    static const struct {
        struct quota quota;
        unsigned asked, tokens, at;
        const char *reason; /* "": it may go off */
    } rows[] = {
        {{0, 0, 0}, 1000, 5000, 100, ""},
        {{0, 3, 0}, 2, 50, 100, ""},
        {{0, 3, 0},
         3,
         50,
         100,
         "3 requests a minute are used up; free in 61 s"},
        {{0, 3, 0}, 3, 50, 157, "3 requests a minute are used up; free in 4 s"},
        {{0, 3, 0}, 3, 50, 161, ""},
        {{0, 3, 0}, 3, 50, 5000, ""},
        {{0, 0, 100}, 1, 50, 100, ""},
        {{0, 0, 100},
         1,
         60,
         101,
         "100 tokens a minute: 40 are left, 60 wanted; free in 60 s"},
        {{0, 0, 100}, 0, 101, 100, "101 tokens are more than its 100 a minute"},
        {{0, 3, 100},
         3,
         60,
         100,
         "3 requests a minute are used up; free in 61 s"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct limits l = new_limits();
        struct why why = {{0}};
        for (unsigned k = 0; k < rows[i].asked; k++)
            limits_asked(&l, NULL, rows[i].tokens, SECOND(100));
        bool may = limits_allow(&l, &rows[i].quota, rows[i].tokens,
                                SECOND(rows[i].at), "", &why);
        assert_string_equal(why.text, rows[i].reason);
        assert_int_equal(may, !rows[i].reason[0]);
        release(&l);
    }
}

static void never_more_than_allowed_in_any_minute(void **state)
{
    (void)state;
    struct limits l = new_limits();
    struct quota q = {.rpm = 7};
    usec went[2000];
    size_t n = 0;
    struct why why;
    for (usec t = 0; t < SECOND(600); t += MSEC(730)) {
        if (!limits_allow(&l, &q, 1, t, "", &why))
            continue;
        assert_true(limits_asked(&l, &q, 1, t));
        went[n++] = t;
    }
    assert_true(n > 60);
    for (size_t i = 7; i < n; i++)
        assert_true(went[i] - went[i - 7] >= SECOND(60));
    release(&l);
}

static void other_processes_count_too(void **state)
{
    (void)state;
    struct limits l = new_limits(), other = l;
    struct quota q = {.rpm = 10, .tpm = 1000};
    assert_true(limits_asked(&l, &q, 100, SECOND(90)));
    for (int i = 0; i < 6; i++)
        assert_true(limits_asked(&other, &q, 60, SECOND(80 + i)));
    assert_true(fabs(limits_requests_left(&l, &q, SECOND(100)) - 3) < 1e-9);
    assert_true(fabs(limits_tokens_left(&l, &q, SECOND(100)) - 540) < 1e-9);
    assert_false(limits_asked(&l, &q, 600, SECOND(100)));
    /* What was expected gives way to what it took. */
    limits_settled(&l, 100, 40, SECOND(90));
    assert_true(fabs(limits_tokens_left(&l, &q, SECOND(100)) - 600) < 1e-9);
    assert_true(limits_asked(&l, &q, 600, SECOND(100)));
    /* What did not go off after all counts for nothing. */
    limits_unasked(&l, 600, SECOND(100));
    assert_true(fabs(limits_tokens_left(&l, &q, SECOND(100)) - 600) < 1e-9);
    assert_true(fabs(limits_requests_left(&l, &q, SECOND(100)) - 3) < 1e-9);
    assert_int_equal(limits_in_flight(&l), 7);
    release(&l);
}

static void refusals_lower_it_and_time_brings_it_back(void **state)
{
    (void)state;
    struct limits l = new_limits();
    struct quota none = {0}, q = {.rpm = 60};
    struct why why;
    assert_true(isinf(limits_requests_left(&l, &none, SECOND(100))));
    for (int i = 0; i < 40; i++)
        limits_asked(&l, NULL, 10, SECOND(100));
    limits_refused(&l, &none, false, SECOND(100));
    limits_refused(&l, &none, false, SECOND(101)); /* of the same burst */
    assert_false(limits_allow(&l, &none, 10, SECOND(101), "", &why));
    assert_string_equal(why.text, "20 requests a minute, by its refusals are "
                                  "used up; free in 60 s");
    assert_true(fabs(limits_requests_left(&l, &none, SECOND(200)) - 25) < 1);
    assert_true(fabs(limits_requests_left(&l, &none, SECOND(400)) - 40) < 1);
    /* Never above what is configured, nor below what one always has. */
    assert_true(fabs(limits_requests_left(&l, &q, SECOND(9000)) - 60) < 1e-9);
    limits_refused(&l, &q, false, SECOND(9000));
    assert_true(
        fabs(limits_requests_left(&l, &q, SECOND(9000)) - LIMITS_LEAST) < 1e-9);
    limits_refused(&l, &q, true, SECOND(9000));
    assert_true(fabs(limits_tokens_left(&l, &q, SECOND(9000)) -
                     LIMITS_LEAST_TOKENS) < 1e-9);
    release(&l);
}

static void places_are_taken_and_given_back(void **state)
{
    (void)state;
    struct limits l = new_limits();
    struct quota q = {.max_concurrent = 2}, none = {0};
    assert_true(limits_asked(&l, &q, 1, 0));
    assert_true(limits_have_place(&l, &q));
    assert_true(limits_asked(&l, &q, 1, 0));
    assert_false(limits_have_place(&l, &q));
    assert_false(limits_asked(&l, &q, 1, 0));
    assert_true(limits_have_place(&l, &none));
    limits_landed(&l);
    assert_true(limits_have_place(&l, &q));
    limits_landed(&l);
    limits_landed(&l); /* one too many does no harm */
    assert_int_equal(limits_in_flight(&l), 0);
    release(&l);
}

/* --- by the fleet */

static const struct service service = {.type = "openai"};
static const struct dialect dialect;
static const struct task task = {.class = CURSOR_BODY, .tokens = 100};

static struct model a_model(const char *name, const char *provider)
{
    return (struct model){.name = str_from(name),
                          .provider = str_from(provider),
                          .service = &service,
                          .dialect = &dialect,
                          .cost_input = -1,
                          .cost_output = -1,
                          .avg_response = -1,
                          .success_rate = -1};
}

static bool has_room(struct fleet *f, const struct model *m, usec now,
                     struct why *why)
{
    struct standing row;
    fleet_row(f, m, &task, now, &row);
    return fleet_has_room(f, &row, &task, now, why);
}

static void a_providers_models_share(void **state)
{
    (void)state;
    struct fleet *f = fleet_new(1);
    struct model a = a_model("a", "p"), b = a_model("b", "p");
    struct model c = a_model("c", "q");
    struct standing row;
    struct why why;
    a.shared = b.shared = (struct quota){.rpm = 2, .max_concurrent = 2};
    a.quota.tpm = 1000;
    struct claim claim = fleet_asked(f, &a, &task, SECOND(1));
    fleet_row(f, &b, &task, SECOND(1), &row);
    assert_true(fabs(row.rpm_left - 1) < 1e-9 && isnan(row.tpm_left));
    fleet_row(f, &a, &task, SECOND(1), &row);
    assert_true(fabs(row.tpm_left - (1000 - claim.tokens)) < 1e-9);
    assert_true(fleet_has_place(f, &b) && has_room(f, &b, SECOND(1), &why));
    fleet_asked(f, &b, &task, SECOND(1));
    assert_false(fleet_has_place(f, &a));
    assert_true(fleet_has_place(f, &c) && has_room(f, &c, SECOND(1), &why));
    assert_false(has_room(f, &a, SECOND(31), &why));
    assert_string_equal(why.text, "its provider's 2 requests a minute are used "
                                  "up; free in 31 s");
    fleet_dropped(f, &b);
    assert_true(fleet_has_place(f, &a));
    struct bill bill = {.in = 50, .out = 10};
    fleet_settled(f, &a, &claim, &bill, SECOND(1));
    fleet_row(f, &a, &task, SECOND(1), &row);
    assert_true(fabs(row.tpm_left - 940) < 1e-9);
    fleet_queued(f, &a, true);
    fleet_row(f, &a, &task, SECOND(1), &row);
    assert_true(fabs(row.queue - 1) < 1e-9);
    fleet_queued(f, &a, false);
    fleet_queued(f, &a, false);
    fleet_row(f, &a, &task, SECOND(1), &row);
    assert_true(fabs(row.queue) < 1e-9);
    fleet_free(f);
}

static void what_a_service_says_is_heeded(void **state)
{
    (void)state;
    struct fleet *f = fleet_new(1);
    struct model m = a_model("m", "p");
    struct why why;
    struct ratelimit limit = {
        .requests_left = 0, .tokens_left = -1, .requests_reset = SECOND(12)};
    fleet_told(f, &m, &limit, SECOND(1));
    assert_false(has_room(f, &m, SECOND(3), &why));
    assert_string_equal(why.text, "its service says that 0 requests are left; "
                                  "more in 10 s");
    assert_true(has_room(f, &m, SECOND(13), &why));
    limit = (struct ratelimit){
        .requests_left = 5, .tokens_left = 60, .tokens_reset = SECOND(4)};
    fleet_told(f, &m, &limit, SECOND(20));
    assert_false(has_room(f, &m, SECOND(20), &why));
    assert_true(has_room(f, &m, SECOND(24), &why));
    fleet_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_minute_slides),
        cmocka_unit_test(never_more_than_allowed_in_any_minute),
        cmocka_unit_test(other_processes_count_too),
        cmocka_unit_test(refusals_lower_it_and_time_brings_it_back),
        cmocka_unit_test(places_are_taken_and_given_back),
        cmocka_unit_test(a_providers_models_share),
        cmocka_unit_test(what_a_service_says_is_heeded),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
