/* A second model beside one that is late: whose text comes first has it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "flight_scene.h"

#include <stdio.h>

/* "first" takes 100 ms, as is said of it; "own" costs nothing. */
#define PERFORMANCE "\"performance\": {\"avg_response\": 0.1}, "
#define CONFIG(first, own, more)                                               \
    "{\"providers\": [{\"type\": \"openai\", \"name\": \"cloud\", "            \
    "\"endpoint\": \"http://127.0.0.1:1/v1\", \"dialect\": \"openai-text\", "  \
    "\"models\": [{\"id\": \"first\", " first "\"cost_per_token\": 0.001}, "   \
    "{\"id\": \"paid\", \"cost_per_token\": 0.001}]}, {\"type\": \"vllm\", "   \
    "\"endpoint\": \"http://127.0.0.1:1\", \"models\": [{" own                 \
    "\"id\": \"own\"}]}], \"deadline_ms\": 2000, " more                        \
    "\"routes\": [{\"default\": [\"first\", \"paid\", \"own\"]}]}"

static const char config[] = CONFIG(PERFORMANCE, "", "\"hedge\": \"free\", ");
static const char text[] = "data: {\"choices\": [{\"text\": \"sum(v)\"}]}\n\n";
static const char done[] = "data: [DONE]\n\n";

static void start(struct scene *s, const char *of)
{
    set_with(s, of, "total = ", TRIGGER_INVOKED);
    document_parse(s->doc, 0);
    tick(s, 0);
    assert_int_equal(s->flight->state, FLIGHT_ASKING);
    assert_string_equal(s->flight->lead.model->id.ptr, "first");
}

/* It is late, and "own" is asked, too. */
static void start_both(struct scene *s)
{
    start(s, config);
    tick(s, 100);
    assert_non_null(s->flight->hedge.model);
    assert_string_equal(s->flight->hedge.model->id.ptr, "own");
    assert_int_equal(http_running(s->http), 2);
}

static double in_flight(struct scene *s, const char *model)
{
    struct standing row;
    const struct model *m = table_model(s->table, str_from(model));
    fleet_row(s->fleet, m, &s->flight->seen.task, MSEC(1000), &row);
    return row.in_flight;
}

static void check_attempt(struct scene *s, size_t i, const char *model,
                          enum err outcome)
{
    assert_true(i < s->flight->n_attempts);
    assert_true(str_is(s->flight->attempts[i].model, model));
    assert_int_equal(s->flight->attempts[i].outcome, outcome);
}

static void a_late_one_is_not_waited_for_alone(void **state)
{
    (void)state;
    struct scene s;
    start(&s, config);
    assert_int_equal(flight_next(s.flight), MSEC(1100));
    tick(&s, 99);
    assert_null(s.flight->hedge.model);
    tick(&s, 100);
    assert_string_equal(s.flight->hedge.model->id.ptr, "own");
    assert_string_equal(s.flight->lead.model->id.ptr, "first");
    assert_string_equal(s.flight->decision.chain[2].reason,
                        "asked beside first, which had no text after 100 ms");
    clear(&s);
}

static void whose_text_comes_first_has_it(void **state)
{
    (void)state;
    struct scene s;
    start_both(&s);
    receive_of(&s.flight->hedge, text, 120);
    assert_int_equal(flight_next(s.flight), 0);
    tick(&s, 121);
    assert_int_equal(s.flight->state, FLIGHT_STREAMING);
    assert_string_equal(s.flight->lead.model->id.ptr, "own");
    assert_null(s.flight->hedge.model);
    /* The other is cut at once, and counts. */
    assert_int_equal(http_running(s.http), 1);
    assert_true(in_flight(&s, "first") < 1 && in_flight(&s, "own") > 0);
    check_attempt(&s, 0, "first", ERR_OUTRUN);
    assert_string_equal(s.flight->attempts[0].why.text,
                        "the text of \"own\" came first");
    assert_true(s.flight->attempts[0].bill.cost > 0);
    assert_true(s.flight->attempts[0].bill.estimated);
    receive_of(&s.flight->lead, done, 130);
    tick(&s, 131);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    check_attempt(&s, 1, "own", OK);
    assert_int_equal(s.flight->n_attempts, 2);
    assert_true(str_eq(buf_view(&s.flight->text), STR("sum(v)")));
    assert_int_equal(today(&s).calls, 2);
    assert_true(s.flight->bill.cost >= s.flight->attempts[0].bill.cost);
    assert_string_equal(fleet_health(s.fleet, &s.table->models[1], MSEC(1200)),
                        "closed");
    clear(&s);
}

static void the_late_one_may_still_be_first(void **state)
{
    (void)state;
    struct scene s;
    start_both(&s);
    /* Both before the next tick: by their times. */
    receive_of(&s.flight->hedge, text, 122);
    receive_of(&s.flight->lead, half, 121);
    tick(&s, 123);
    assert_string_equal(s.flight->lead.model->id.ptr, "first");
    assert_null(s.flight->hedge.model);
    check_attempt(&s, 0, "own", ERR_OUTRUN);
    assert_true(s.flight->attempts[0].bill.cost <= 0);
    assert_int_equal(http_running(s.http), 1);
    clear(&s);
}

/* A failure of either leaves the other alone; of both, the chain goes on in
 * its order, and nobody is asked beside anybody again. */
static void a_failure_leaves_it_to_the_other(void **state)
{
    (void)state;
    struct scene s;
    start_both(&s);
    end(&s, 503, OK);
    tick(&s, 110);
    assert_int_equal(s.flight->state, FLIGHT_ASKING);
    assert_string_equal(s.flight->lead.model->id.ptr, "own");
    assert_null(s.flight->hedge.model);
    check_attempt(&s, 0, "first", ERR_OVERLOADED);
    end(&s, 500, OK);
    tick(&s, 120);
    assert_string_equal(s.flight->lead.model->id.ptr, "paid");
    assert_int_equal(flight_next(s.flight), s.flight->lead.until);
    end(&s, 401, OK);
    tick(&s, 130);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    assert_null(s.flight->lead.model->dialect);
    clear(&s);
    start_both(&s);
    end_of(&s.flight->hedge, 500, OK);
    tick(&s, 110);
    assert_string_equal(s.flight->lead.model->id.ptr, "first");
    assert_null(s.flight->hedge.model);
    check_attempt(&s, 0, "own", ERR_PROVIDER);
    clear(&s);
}

static void one_that_fails_as_the_other_speaks_has_failed(void **state)
{
    (void)state;
    struct scene s;
    start_both(&s);
    end(&s, 401, OK);
    receive_of(&s.flight->hedge, text, 120);
    tick(&s, 121);
    assert_string_equal(s.flight->lead.model->id.ptr, "own");
    check_attempt(&s, 0, "first", ERR_AUTH);
    clear(&s);
    start_both(&s);
    receive_of(&s.flight->hedge, half, 120);
    end_of(&s.flight->hedge, 200, ERR_NETWORK);
    tick(&s, 121);
    assert_int_equal(s.flight->state, FLIGHT_ASKING);
    assert_string_equal(s.flight->lead.model->id.ptr, "first");
    check_attempt(&s, 0, "own", ERR_BROKE_OFF);
    clear(&s);
}

static void who_has_nothing_to_say_leaves_it_to_the_other(void **state)
{
    (void)state;
    struct scene s;
    start_both(&s);
    receive_of(&s.flight->hedge, done, 120);
    tick(&s, 121);
    assert_int_equal(s.flight->state, FLIGHT_ASKING);
    check_attempt(&s, 0, "own", OK);
    receive_of(&s.flight->lead, text, 130);
    receive_of(&s.flight->lead, done, 131);
    tick(&s, 132);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    check_attempt(&s, 1, "first", OK);
    clear(&s);
}

/* As of a service that does not stream: its end is its text's time, whether
 * it says why it stopped or not. */
static void receive_whole(struct leg *l, bool says_why, unsigned ms)
{
    struct http_response r = {.status = 200,
                              .content_type = "application/json"};
    const char *answer = says_why ? "{\"choices\": [{\"text\": \"sum(v)\", "
                                    "\"finish_reason\": \"stop\"}]}"
                                  : "{\"choices\": [{\"text\": \"sum(v)\"}]}";
    call_data(&l->call, &r, str_from(answer), MSEC(1000 + ms));
    call_end(&l->call, &r, OK, NULL, MSEC(1000 + ms));
}

static void an_answer_that_is_not_streamed_is_a_text(void **state)
{
    (void)state;
    for (int by_hedge = 0; by_hedge < 2; by_hedge++) {
        struct scene s;
        start_both(&s);
        receive_whole(by_hedge ? &s.flight->hedge : &s.flight->lead, by_hedge,
                      120);
        tick(&s, 121);
        assert_int_equal(s.flight->state, FLIGHT_LANDED);
        check_attempt(&s, 0, by_hedge ? "first" : "own", ERR_OUTRUN);
        check_attempt(&s, 1, by_hedge ? "own" : "first", OK);
        assert_int_equal(s.flight->first_text, MSEC(1120));
        assert_true(str_eq(buf_view(&s.flight->text), STR("sum(v)")));
        clear(&s);
    }
}

static void both_are_late_together(void **state)
{
    (void)state;
    struct scene s;
    start_both(&s);
    tick(&s, 667); /* a third of the time */
    assert_string_equal(s.flight->lead.model->id.ptr, "own");
    check_attempt(&s, 0, "first", ERR_SILENT);
    for (unsigned ms = 670; ms <= 2000; ms += 10)
        tick(&s, ms);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    check_attempt(&s, 1, "own", ERR_SILENT);
    check_attempt(&s, 2, "paid", ERR_SILENT);
    check_attempt(&s, 3, "builtin", OK);
    assert_int_equal(http_running(s.http), 0);
    clear(&s);
}

static void whatever_ends_it_ends_both(void **state)
{
    (void)state;
    struct scene s;
    start_both(&s);
    flight_cut(s.flight, &s.deps, MSEC(1150));
    check_attempt(&s, 0, "first", ERR_CANCELLED);
    check_attempt(&s, 1, "own", ERR_CANCELLED);
    assert_true(in_flight(&s, "first") < 1 && in_flight(&s, "own") < 1);
    assert_int_equal(http_running(s.http), 0);
    assert_int_equal(today(&s).calls, 2);
    clear(&s);
    start_both(&s);
    flight_free(s.flight, &s.deps);
    s.flight = NULL;
    assert_int_equal(http_running(s.http), 0);
    assert_int_equal(today(&s).calls, 2);
    clear(&s);
}

/* The second is asked behind what was typed since, and continues that. */
static void what_was_typed_meanwhile_stands_before_it(void **state)
{
    (void)state;
    struct scene s;
    struct str rest;
    start(&s, config);
    assert_true(type(&s, "su"));
    tick(&s, 100);
    assert_int_equal(s.flight->hedge.origin, strlen("total = su"));
    assert_true(type(&s, "m"));
    receive_of(&s.flight->hedge,
               "data: {\"choices\": [{\"text\": \"m(v)\"}]}\n\n", 110);
    assert_true(type(&s, "("));
    assert_false(type(&s, "x"));
    buf_truncate(&s.flight->typed, strlen("sum("));
    tick(&s, 120);
    assert_int_equal(s.flight->origin, strlen("total = su"));
    assert_true(str_eq(buf_view(&s.flight->typed), STR("m(")));
    receive_of(&s.flight->lead, done, 130);
    tick(&s, 131);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    assert_true(flight_rest(s.flight, &rest));
    assert_true(str_eq(rest, STR("v)")));
    clear(&s);
}

static void nobody_is_asked_beside_it_where(void **state)
{
    (void)state;
    static const struct {
        const char *where, *config, *reason;
    } rows[] = {
        {"the option is off", CONFIG(PERFORMANCE, "", ""), NULL},
        {"nobody knows what is late", CONFIG("", "", "\"hedge\": \"any\", "),
         "how long it takes is not known: 20 answers to input of this size "
         "teach it, or its performance.avg_response says it"},
        {"what is late is later than its share",
         CONFIG("\"performance\": {\"avg_response\": 1}, ", "",
                "\"hedge\": \"any\", "),
         "its share of the time is over after 667 ms, and it may well take "
         "1000"},
        {"none that costs nothing is behind it",
         CONFIG(PERFORMANCE, "",
                "\"hedge\": \"free\", \"rules\": [{\"condition\": \"1\", "
                "\"action\": \"exclude_model:own\"}], "),
         "no model behind it costs nothing, and only \"any\" allows others"},
        {"both together are too dear",
         CONFIG(PERFORMANCE, "",
                "\"hedge\": \"any\", \"max_cost\": 0.07, \"rules\": [{"
                "\"condition\": \"1\", \"action\": \"exclude_model:own\"}], "),
         "no model behind it may be asked"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;
        start(&s, rows[i].config);
        tick(&s, 100);
        tick(&s, 600);
        const struct hedge_plan *plan = &s.flight->decision.hedge;
        if (s.flight->hedge.model || plan->with)
            fail_msg("%s: one is", rows[i].where);
        assert_true(!plan->of == !rows[i].reason);
        if (rows[i].reason)
            assert_string_equal(plan->reason, rows[i].reason);
        clear(&s);
    }
}

/* In between something may have come up. */
static void nobody_is_asked_beside_it_who_may_not_be_then(void **state)
{
    (void)state;
    static const char full[] =
        CONFIG(PERFORMANCE, "\"max_concurrent\": 1, ", "\"hedge\": \"free\", ");
    struct task task = {0};
    for (int i = 0; i < 3; i++) {
        struct scene s;
        start(&s, full);
        const struct model *own = table_model(s.table, STR("own"));
        assert_true(s.flight->decision.hedge.with == own);
        fleet_asked(s.fleet, own, &task, MSEC(1050));
        if (i == 1)
            fleet_failed(s.fleet, own, ERR_OVERLOADED, MSEC(5000), MSEC(1060));
        if (i == 2)
            fleet_dropped(s.fleet, own);
        tick(&s, 100);
        assert_true(!s.flight->hedge.model == (i < 2));
        tick(&s, 110); /* that was the moment */
        assert_true(!s.flight->hedge.model == (i < 2));
        clear(&s);
    }
}

static void a_rule_can_allow_those_that_cost(void **state)
{
    (void)state;
    struct scene s;
    start(&s, CONFIG(PERFORMANCE, "",
                     "\"rules\": [{\"condition\": \"1\", \"action\": "
                     "\"set:hedge=any\"}], "));
    tick(&s, 100);
    assert_string_equal(s.flight->hedge.model->id.ptr, "paid");
    clear(&s);
}

static void what_was_learned_says_what_is_late(void **state)
{
    (void)state;
    struct scene s;
    start(&s, config);
    const struct model *first = s.flight->lead.model;
    struct task task = s.flight->seen.task;
    flight_free(s.flight, &s.deps);
    for (int i = 0; i < FIGURES_PRIOR; i++) {
        fleet_asked(s.fleet, first, &task, MSEC(900));
        fleet_answered(s.fleet, first, &task, 300, 400, 9, MSEC(900));
    }
    struct ask ask = {.doc = s.doc,
                      .offset = text_len(&s.doc->text),
                      .trigger = TRIGGER_INVOKED};
    s.flight = flight_new(2, s.table, &ask, MSEC(1000));
    tick(&s, 0);
    assert_true(flight_next(s.flight) > MSEC(1250) &&
                flight_next(s.flight) < MSEC(1350));
    clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_late_one_is_not_waited_for_alone),
        cmocka_unit_test(whose_text_comes_first_has_it),
        cmocka_unit_test(the_late_one_may_still_be_first),
        cmocka_unit_test(a_failure_leaves_it_to_the_other),
        cmocka_unit_test(one_that_fails_as_the_other_speaks_has_failed),
        cmocka_unit_test(who_has_nothing_to_say_leaves_it_to_the_other),
        cmocka_unit_test(an_answer_that_is_not_streamed_is_a_text),
        cmocka_unit_test(both_are_late_together),
        cmocka_unit_test(whatever_ends_it_ends_both),
        cmocka_unit_test(what_was_typed_meanwhile_stands_before_it),
        cmocka_unit_test(nobody_is_asked_beside_it_where),
        cmocka_unit_test(nobody_is_asked_beside_it_who_may_not_be_then),
        cmocka_unit_test(a_rule_can_allow_those_that_cost),
        cmocka_unit_test(what_was_learned_says_what_is_late),
    };
    return cmocka_run_group_tests_name("hedge", tests, NULL, NULL);
}
