#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "flight_scene.h"

#define MODELS(deadline, chain)                                                \
    "{\"providers\": [{\"type\": \"vllm\", \"endpoint\": "                     \
    "\"http://127.0.0.1:1\", \"models\": [{\"id\": \"first\"}, "               \
    "{\"id\": \"second\"}]}], \"debounce_ms\": 60000, "                        \
    "\"deadline_ms\": " deadline ", \"routes\": [{\"default\": " chain "}]}"

static const char config_text[] = MODELS("400", "[\"first\", \"second\"]");
static const char long_config[] = MODELS("20000", "[\"first\", \"second\"]");
static const char lonely_config[] = MODELS("20000", "[\"first\"]");

static void set(struct scene *s, const char *text, enum trigger trigger)
{
    set_with(s, config_text, text, trigger);
}

static void what_was_typed_stands_before_the_next_candidate(void **state)
{
    (void)state;
    struct scene s;
    set(&s, "total = ", TRIGGER_INVOKED);
    document_parse(s.doc, 0);
    tick(&s, 0);
    assert_int_equal(s.flight->state, FLIGHT_ASKING);
    receive(&s, "data: {\"choices\": [{\"text\": \"sum(va\"}]}\n\n");
    tick(&s, 10);
    assert_int_equal(s.flight->state, FLIGHT_STREAMING);
    assert_true(type(&s, "sum("));
    struct http_response r = {.status = 200};
    struct why why = {"it broke off"};
    call_end(&s.flight->lead.call, &r, ERR_NETWORK, &why, MSEC(1020));
    tick(&s, 20);
    assert_int_equal(s.flight->state, FLIGHT_ASKING);
    assert_string_equal(s.flight->lead.model->id.ptr, "second");
    assert_int_equal(s.flight->origin, strlen("total = sum("));
    assert_int_equal(s.flight->typed.len, 0);
    clear(&s);
}

static void what_is_typed_otherwise_ends_it(void **state)
{
    (void)state;
    struct scene s;
    set(&s, "total = ", TRIGGER_INVOKED);
    assert_false(type(&s, "x")); /* not asked yet */
    assert_false(retype(&s, 1, ""));
    document_parse(s.doc, 0);
    tick(&s, 0);
    assert_true(type(&s, "su")); /* nothing has come yet */
    receive(&s, "data: {\"choices\": [{\"text\": \"sum(va\"}]}\n\n");
    assert_true(type(&s, "m"));
    assert_false(type(&s, "["));
    clear(&s);
}

static void a_tree_that_is_not_there_is_waited_for_a_moment(void **state)
{
    (void)state;
    struct scene s;
    set(&s, "total = ", TRIGGER_INVOKED);
    tick(&s, 0);
    tick(&s, 99);
    assert_int_equal(s.flight->state, FLIGHT_QUIET);
    tick(&s, 100);
    assert_int_equal(s.flight->state, FLIGHT_ASKING);
    clear(&s);
}

static void a_quiet_time_ends_with_the_deadline(void **state)
{
    (void)state;
    struct scene s;
    set(&s, "total = ", TRIGGER_AUTOMATIC);
    document_parse(s.doc, 0);
    tick(&s, 0);
    assert_int_equal(flight_next(s.flight), MSEC(1400));
    tick(&s, 399);
    assert_int_equal(s.flight->state, FLIGHT_QUIET);
    tick(&s, 400);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    assert_null(s.flight->lead.model->dialect);
    clear(&s);
}

static void start(struct scene *s)
{
    set(s, "total = ", TRIGGER_INVOKED);
    document_parse(s->doc, 0);
    tick(s, 0);
    assert_int_equal(s->flight->state, FLIGHT_ASKING);
}

/* The first of two stalls: half of what was left since its last text. */
static void a_stream_that_stalls_makes_way(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    receive(&s, half);
    tick(&s, 10);
    assert_int_equal(flight_next(s.flight), MSEC(1010 + 195));
    tick(&s, 204);
    assert_string_equal(s.flight->lead.model->id.ptr, "first");
    tick(&s, 205);
    assert_string_equal(s.flight->lead.model->id.ptr, "second");
    assert_int_equal(s.flight->attempts[0].outcome, ERR_STALLED);
    assert_int_equal(today(&s).calls, 1);
    assert_int_equal(today(&s).estimated, 1);
    clear(&s);
}

/* As many streams as its own pauses are taken for known, the longest of them
 * `ms`. */
static void what_is_taken_back_does_not_end_it(void **state)
{
    (void)state;
    struct scene s;
    set(&s, "total = ", TRIGGER_INVOKED);
    document_parse(s.doc, 0);
    tick(&s, 0);
    assert_true(type(&s, "so")); /* nothing has come yet */
    assert_true(retype(&s, 1, "um"));
    receive(&s, half);
    assert_true(flight_agrees(s.flight));
    tick(&s, 11);
    assert_true(retype(&s, 3, ""));
    assert_int_equal(s.flight->typed.len, 0);
    assert_true(type(&s, "sum(v"));
    assert_true(retype(&s, 3, "m(v"));
    assert_false(retype(&s, 6, "")); /* before its place */
    clear(&s);
}

static void teach_pauses(struct scene *s, double ms)
{
    for (int i = 0; i < FIGURES_PRIOR * 5; i++)
        fleet_paused(s->fleet, &s->table->models[1], ms, false, MSEC(900));
}

static void a_stream_that_pauses_longer_than_ever_makes_way(void **state)
{
    (void)state;
    struct scene s;
    set_with(&s, long_config, "total = ", TRIGGER_INVOKED);
    teach_pauses(&s, 500);
    document_parse(s.doc, 0);
    tick(&s, 0);
    receive(&s, half);
    tick(&s, 10);
    usec limit = flight_next(s.flight) - MSEC(1010);
    assert_true(limit > MSEC(400) && limit < MSEC(630));
    tick(&s, 20);
    assert_int_equal(s.flight->state, FLIGHT_STREAMING);
    assert_true(type(&s, "sum(")); /* it stays, whoever goes on */
    tick(&s, 640);
    assert_string_equal(s.flight->lead.model->id.ptr, "second");
    assert_int_equal(s.flight->attempts[0].outcome, ERR_STALLED);
    assert_int_equal(s.flight->origin, strlen("total = sum("));
    clear(&s);
}

/* The last of them has nobody to make way for: what is there is shown, and
 * has failed. */
static void the_last_that_pauses_longer_than_ever_is_shown_in_part(void **state)
{
    (void)state;
    struct scene s;
    set_with(&s, lonely_config, "total = ", TRIGGER_INVOKED);
    teach_pauses(&s, 100);
    document_parse(s.doc, 0);
    tick(&s, 0);
    receive(&s, "data: {\"choices\": [{\"text\": \"sum(values\"}]}\n\n");
    tick(&s, 10);
    /* Less than any network's hiccup is no stall. */
    assert_int_equal(flight_next(s.flight), MSEC(1010 + FIGURES_PAUSE_MIN_MS));
    tick(&s, 10 + FIGURES_PAUSE_MIN_MS);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    assert_true(s.flight->is_part);
    assert_int_equal(s.flight->n_attempts, 1);
    assert_int_equal(s.flight->attempts[0].outcome, ERR_STALLED);
    clear(&s);
}

static void pauses_are_learned_from_answers(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    struct leg *l = &s.flight->lead;
    const struct model *m = l->model;
    receive(&s, half);
    receive_of(l, "data: {\"choices\": [{\"text\": \"lue\"}]}\n\n", 20);
    receive_of(l, "data: {\"choices\": [{\"text\": \")\"}]}\n\n", 100);
    receive_of(l, "data: [DONE]\n\n", 101);
    assert_int_equal(s.flight->lead.call.pause, MSEC(80));
    double before = fleet_patience(s.fleet, m);
    assert_true(before >= FIGURES_PAUSE_MS);
    tick(&s, 101);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    assert_true(fleet_patience(s.fleet, m) < before);
    clear(&s);
}

static void a_part_is_shown_and_has_failed(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    end(&s, 0, ERR_NETWORK);
    tick(&s, 1);
    assert_string_equal(s.flight->lead.model->id.ptr, "second");
    receive(&s, "data: {\"choices\": [{\"text\": \"sum(values\"}]}\n\n");
    tick(&s, 10);
    tick(&s, 399);
    assert_int_equal(s.flight->state, FLIGHT_STREAMING);
    tick(&s, 400);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    assert_true(s.flight->is_part);
    assert_true(str_starts(buf_view(&s.flight->text), STR("sum")));
    assert_true(s.flight->text.len <= strlen("sum("));
    assert_int_equal(s.flight->attempts[1].outcome, ERR_STALLED);
    clear(&s);
}

static void a_stream_that_goes_on_is_cut_by_us(void **state)
{
    (void)state;
    struct scene s;
    struct http_response r = {.status = 200,
                              .content_type = "text/event-stream"};
    start(&s);
    end(&s, 0, ERR_NETWORK);
    tick(&s, 1);
    for (unsigned ms = 50; ms < 400; ms += 50) {
        call_data(&s.flight->lead.call, &r,
                  STR("data: {\"choices\": [{\"text\": \"a + \"}]}\n\n"),
                  MSEC(1000 + ms));
        tick(&s, ms);
        assert_int_equal(s.flight->state, FLIGHT_STREAMING);
    }
    tick(&s, 400);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    assert_true(s.flight->is_part && s.flight->text.len);
    assert_int_equal(s.flight->attempts[1].outcome, OK);
    assert_true(today(&s).calls == 1 && today(&s).estimated == 1);
    clear(&s);
}

static void the_last_is_asked_again_after_a_moment(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    end(&s, 0, ERR_NETWORK);
    tick(&s, 1);
    end(&s, 500, OK);
    tick(&s, 2);
    assert_int_equal(s.flight->state, FLIGHT_ASKING);
    assert_int_equal(flight_next(s.flight), MSEC(1102));
    tick(&s, 101);
    assert_int_equal(s.flight->n_attempts, 2);
    tick(&s, 102);
    assert_string_equal(s.flight->lead.model->id.ptr, "second");
    assert_int_not_equal(s.flight->lead.call.id, 0);
    end(&s, 500, OK);
    tick(&s, 103); /* once is enough */
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    assert_null(s.flight->lead.model->dialect);
    assert_int_equal(s.flight->n_attempts, 4);
    assert_int_equal(today(&s).calls, 0);
    clear(&s);
}

static void what_time_does_not_mend_is_not_asked_again(void **state)
{
    (void)state;
    static const struct {
        long status;
        enum err e;
        const char *said;
        unsigned late;
    } rows[] = {
        {401, OK, "", 2},
        {400, OK, "", 2},
        {0, ERR_TLS, "", 2},
        {200, ERR_NETWORK, half, 2}, /* something was shown */
        {500, OK, "", 150},          /* half of the time is over */
        {429, OK, "", 2},            /* a second, where nothing is said */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;
        start(&s);
        end(&s, 0, ERR_NETWORK);
        tick(&s, 1);
        if (*rows[i].said)
            receive(&s, rows[i].said);
        end(&s, rows[i].status, rows[i].e);
        tick(&s, rows[i].late);
        if (s.flight->state != FLIGHT_LANDED)
            fail_msg("row %zu: it is asked again", i);
        clear(&s);
    }
}

static void nobody_else_is_asked_where_it_is_our_fault(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    end(&s, 0, ERR_MEMORY);
    tick(&s, 1);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    assert_null(s.flight->lead.model->dialect);
    assert_int_equal(s.flight->n_attempts, 2);
    clear(&s);
}

/* One deadline for all, which nothing moves. */
static void a_chain_is_asked_in_its_order_until_its_deadline(void **state)
{
    (void)state;
    static const char chain[] =
        "{\"providers\": [{\"type\": \"vllm\", \"endpoint\": "
        "\"http://127.0.0.1:1\", \"models\": [{\"id\": \"a\"}, {\"id\": "
        "\"b\"}, "
        "{\"id\": \"c\"}, {\"id\": \"d\"}, {\"id\": \"e\"}]}], "
        "\"deadline_ms\": 1000, \"routes\": [{\"default\": [\"c\", \"a\", "
        "\"e\", \"b\", \"d\"]}]}";
    struct scene s;
    set_with(&s, chain, "total = ", TRIGGER_INVOKED);
    document_parse(s.doc, 0);
    tick(&s, 0);
    end(&s, 401, OK);
    tick(&s, 10);
    receive_of(&s.flight->lead, half, 20);
    tick(&s, 20);
    assert_true(type(&s, "su"));
    end(&s, 200, ERR_NETWORK);
    tick(&s, 30);
    end(&s, 0, ERR_CONNECT);
    tick(&s, 40);
    assert_int_equal(s.flight->deadline, MSEC(2000));
    tick(&s, 999); /* it had its share */
    assert_string_equal(s.flight->lead.model->id.ptr, "d");
    assert_int_equal(flight_next(s.flight), MSEC(2000));
    end(&s, 503, OK);
    tick(&s, 1000);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    static const char *const order[] = {"c", "a", "e", "b", "d", "builtin"};
    assert_int_equal(s.flight->n_attempts, 6);
    for (size_t i = 0; i < 6; i++)
        assert_true(str_is(s.flight->attempts[i].model, order[i]));
    clear(&s);
}

static void nobody_is_asked_behind_the_deadline(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    end(&s, 500, OK);
    tick(&s, 400);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    assert_null(s.flight->lead.model->dialect);
    assert_int_equal(s.flight->n_attempts, 2); /* never "second" */
    clear(&s);
}

/* The key was refused, and there is another: the same model is asked with it,
 * but not where a text was there already. */
static void a_key_is_tried_again_only_before_a_text(void **state)
{
    (void)state;
    static const char keys[] =
        "{\"providers\": [{\"type\": \"openai\", \"dialect\": "
        "\"openai-text\", \"endpoint\": \"http://127.0.0.1:1/v1\", \"auth\": "
        "{\"key\": [\"${FLIGHT_KEY}\", \"${FLIGHT_SPARE}\"]}, \"models\": "
        "[{\"id\": \"first\"}, {\"id\": \"second\"}]}], \"deadline_ms\": "
        "2000, \"routes\": [{\"default\": [\"first\", \"second\"]}]}";
    static const char refused[] =
        "data: {\"error\": {\"code\": 429, \"message\": \"rate\"}}\n\n";
    setenv("FLIGHT_KEY", "one", 1);
    setenv("FLIGHT_SPARE", "other", 1);
    for (int text = 0; text < 2; text++) {
        struct scene s;
        set_with(&s, keys, "total = ", TRIGGER_INVOKED);
        document_parse(s.doc, 0);
        tick(&s, 0);
        if (text)
            receive(&s, half);
        tick(&s, 10);
        receive_of(&s.flight->lead, refused, 20);
        end(&s, 200, OK);
        tick(&s, 20);
        assert_int_equal(s.flight->attempts[0].outcome, ERR_RATE_LIMIT);
        assert_string_equal(s.flight->lead.model->id.ptr,
                            text ? "second" : "first");
        clear(&s);
    }
}

static void a_rule_sets_the_threshold_of_the_builtin_model(void **state)
{
    (void)state;
    static const char *const configs[] = {
        "{\"routes\": [{\"default\": \"builtin\"}]}",
        "{\"routes\": [{\"default\": \"builtin\"}], \"rules\": [{"
        "\"condition\": \"1\", \"action\": \"set:threshold=1\"}]}"};
    for (int i = 0; i < 2; i++) {
        struct scene s;
        set_with(&s, configs[i],
                 "total = amount(rows)\ntotal = amount(rows)\n"
                 "total = amount(rows)\ntotal = am",
                 TRIGGER_AUTOMATIC);
        document_parse(s.doc, 0);
        learner_note(&s.learner, s.doc, NULL, 0);
        tick(&s, 0);
        assert_int_equal(s.flight->state, FLIGHT_LANDED);
        assert_true((s.flight->text.len > 0) == (i == 0));
        clear(&s);
    }
}

/* Its first text is there when all of it is. */
static void a_whole_answer_has_a_first_text(void **state)
{
    (void)state;
    struct scene s;
    set_with(&s,
             "{\"providers\": [{\"type\": \"tabby\", \"endpoint\": "
             "\"http://127.0.0.1:1\", \"models\": [{\"id\": \"first\"}]}]}",
             "total = ", TRIGGER_INVOKED);
    document_parse(s.doc, 0);
    tick(&s, 0);
    receive(&s, "{\"id\": \"1\", \"choices\": [{\"index\": 0, "
                "\"text\": \"sum(values)\"}]}");
    end(&s, 200, OK);
    tick(&s, 30);
    assert_int_equal(s.flight->state, FLIGHT_LANDED);
    assert_true(s.flight->attempts[0].first_text > 0);
    clear(&s);
}

static void who_rests_is_not_asked(void **state)
{
    (void)state;
    struct scene s;
    struct task task = {0};
    enum err why;
    set(&s, "total = ", TRIGGER_INVOKED);
    document_parse(s.doc, 0);
    const struct model *first = &s.table->models[1];
    fleet_asked(s.fleet, first, &task, MSEC(900));
    fleet_failed(s.fleet, first, ERR_RATE_LIMIT, MSEC(500), MSEC(1000));
    tick(&s, 0);
    assert_string_equal(s.flight->lead.model->id.ptr, "second");
    end(&s, 429, OK);
    tick(&s, 1);
    usec left = fleet_left(s.fleet, &s.table->models[2], MSEC(1001), &why);
    assert_true(left >= MSEC(1000));
    assert_int_equal(why, ERR_RATE_LIMIT);
    assert_null(s.flight->lead.model->dialect);
    clear(&s);
}

/* What was sent has to be paid for, unless it was refused. */
static void every_call_that_was_made_counts(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        long status;
        enum err e;
        bool counts;
    } rows[] = {
        {half, 200, ERR_NETWORK, true},
        {"data: {\"error\": {\"code\": 429}}\n\n", 200, OK, false},
        {"data: {\"error\": {\"code\": 500}}\n\n", 200, OK, true},
        {"", 200, OK, false},
        {"", 429, OK, false},
        {"", 500, OK, false},
        {"", 0, ERR_NETWORK, false},
        {"", 0, ERR_CONNECT, false},
        {"", 0, ERR_SILENT, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;
        start(&s);
        if (*rows[i].said) {
            struct http_response r = {.status = 200,
                                      .content_type = "text/event-stream"};
            call_data(&s.flight->lead.call, &r, str_from(rows[i].said),
                      MSEC(1010));
        }
        end(&s, rows[i].status, rows[i].e);
        tick(&s, 1);
        if (today(&s).calls != rows[i].counts)
            fail_msg("row %zu: %d calls", i, (int)today(&s).calls);
        clear(&s);
    }
}

/* "total = " may take 64 tokens: what they cost. */
#define PRICED(name, dollars)                                                  \
    "{\"id\": \"" name                                                         \
    "\", \"cost_per_million\": {\"input\": 0, \"output\": " dollars "}}"

static const char priced_config[] =
    "{\"providers\": [{\"type\": \"openai\", \"endpoint\": "
    "\"http://127.0.0.1:1/v1\", \"dialect\": \"openai-text\", \"models\": "
    "[" PRICED("first", "10000") ", " PRICED("same", "10000") ", " PRICED(
        "cheap", "1000") ", {\"id\": \"dark\"}]}], \"max_cost\": 0.65, "
                         "\"deadline_ms\": 2000, \"routes\": [{\"default\": "
                         "[\"dark\", \"first\", \"same\", \"cheap\"]}]}";

/* The first had half a text, which counts: a second of its kind is too dear
 * then, a cheaper one is not, and one of unknown price always. */
static void a_chain_costs_no_more_than_it_may(void **state)
{
    (void)state;
    struct scene s;
    set_with(&s, priced_config, "total = ", TRIGGER_INVOKED);
    document_parse(s.doc, 0);
    tick(&s, 0);
    const struct decision *d = &s.flight->decision;
    assert_string_equal(s.flight->lead.model->id.ptr, "first");
    assert_true(d->chain[4].excluded);
    assert_string_equal(d->chain[4].reason,
                        "its price is unknown, and this completion may cost "
                        "$0.65 at most");
    receive(&s, half);
    end(&s, 200, ERR_NETWORK);
    tick(&s, 20);
    assert_true(s.flight->bill.cost > 0.01);
    assert_string_equal(s.flight->lead.model->id.ptr, "cheap");
    assert_true(d->chain[1].excluded);
    assert_string_equal(d->chain[1].reason,
                        "it would take $0.64 behind $0.02 for others, and this "
                        "completion may cost $0.65 at most");
    clear(&s);
}

static void one_that_is_cut_counts_once(void **state)
{
    (void)state;
    struct scene s;
    start(&s);
    receive(&s, half);
    size_t sent = s.flight->lead.call.sent;
    flight_free(s.flight, &s.deps);
    s.flight = NULL;
    struct tally t = today(&s);
    assert_true(t.calls == 1 && t.estimated == 1);
    assert_int_equal(t.in, (int64_t)(sent + 2) / 3);
    assert_int_equal(t.out, 2);
    clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_typed_stands_before_the_next_candidate),
        cmocka_unit_test(what_is_typed_otherwise_ends_it),
        cmocka_unit_test(what_is_taken_back_does_not_end_it),
        cmocka_unit_test(a_tree_that_is_not_there_is_waited_for_a_moment),
        cmocka_unit_test(a_quiet_time_ends_with_the_deadline),
        cmocka_unit_test(a_stream_that_stalls_makes_way),
        cmocka_unit_test(a_stream_that_pauses_longer_than_ever_makes_way),
        cmocka_unit_test(
            the_last_that_pauses_longer_than_ever_is_shown_in_part),
        cmocka_unit_test(pauses_are_learned_from_answers),
        cmocka_unit_test(a_part_is_shown_and_has_failed),
        cmocka_unit_test(a_stream_that_goes_on_is_cut_by_us),
        cmocka_unit_test(the_last_is_asked_again_after_a_moment),
        cmocka_unit_test(what_time_does_not_mend_is_not_asked_again),
        cmocka_unit_test(nobody_else_is_asked_where_it_is_our_fault),
        cmocka_unit_test(a_chain_is_asked_in_its_order_until_its_deadline),
        cmocka_unit_test(nobody_is_asked_behind_the_deadline),
        cmocka_unit_test(a_key_is_tried_again_only_before_a_text),
        cmocka_unit_test(a_rule_sets_the_threshold_of_the_builtin_model),
        cmocka_unit_test(a_whole_answer_has_a_first_text),
        cmocka_unit_test(who_rests_is_not_asked),
        cmocka_unit_test(every_call_that_was_made_counts),
        cmocka_unit_test(a_chain_costs_no_more_than_it_may),
        cmocka_unit_test(one_that_is_cut_counts_once),
    };
    return cmocka_run_group_tests_name("flight", tests, NULL, NULL);
}
