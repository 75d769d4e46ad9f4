#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/flight.h"

#include <stdlib.h>
#include <string.h>

/* No byte leaves: transfers are started but nobody waits for them; what they
 * would bring is put into the call by hand. */

static const char config_text[] =
    "{\"providers\": [{\"type\": \"vllm\", \"endpoint\": "
    "\"http://127.0.0.1:1\", \"models\": [{\"id\": \"first\"}, "
    "{\"id\": \"second\"}]}], \"debounce_ms\": 60000, \"deadline_ms\": 400, "
    "\"routes\": [{\"default\": [\"first\", \"second\"]}]}";

struct scene {
    struct documents documents;
    struct document *doc;
    struct table *table;
    struct http *http;
    struct ngram *ngram;
    struct learner learner;
    struct usage *usage;
    struct fleet *fleet;
    struct flight_deps deps;
    struct flight *flight;
};

static bool no_data(void *arg, http_id id, const struct http_response *r,
                    struct str bytes)
{
    (void)arg, (void)id, (void)r, (void)bytes;
    return false;
}

static void no_end(void *arg, http_id id, const struct http_response *r,
                   enum err e, const struct why *why)
{
    (void)arg, (void)id, (void)r, (void)e, (void)why;
}

static const struct http_events no_events = {no_data, no_end};

static void set(struct scene *s, const char *text, enum trigger trigger)
{
    struct problems problems;
    struct why why;
    cJSON *config = cJSON_Parse(config_text);
    documents_init(&s->documents);
    problems_init(&problems);
    s->table = table_new(config, &problems);
    assert_non_null(s->table);
    assert_int_equal(problems.errors, 0);
    problems_release(&problems);
    cJSON_Delete(config);
    assert_int_equal(documents_open(&s->documents, STR("file:///a.py"),
                                    STR("python"), 1, str_from(text), &s->doc,
                                    &why),
                     OK);
    s->http = http_new();
    s->ngram = ngram_new(1 << 20);
    learner_init(&s->learner, s->ngram);
    s->usage = usage_new();
    s->fleet = fleet_new(1);
    s->deps = (struct flight_deps){
        .http = s->http,
        .keys = keyring_new(),
        .events = &no_events,
        .ngram = s->ngram,
        .learner = &s->learner,
        .usage = s->usage,
        .fleet = s->fleet,
        .wall = INT64_C(1795448662) * 1000000,
    };
    struct ask ask = {
        .doc = s->doc, .offset = text_len(&s->doc->text), .trigger = trigger};
    s->flight = flight_new(1, s->table, &ask, MSEC(1000));
    assert_non_null(s->flight);
}

static void clear(struct scene *s)
{
    flight_free(s->flight, &s->deps);
    usage_free(s->usage);
    fleet_free(s->fleet);
    learner_release(&s->learner);
    ngram_free(s->ngram);
    http_free(s->http);
    keyring_free(s->deps.keys);
    table_unref(s->table);
    documents_release(&s->documents);
}

static void tick(struct scene *s, unsigned ms)
{
    flight_tick(s->flight, &s->deps, s->doc, MSEC(1000 + ms));
}

static void receive(struct scene *s, const char *event)
{
    struct http_response r = {.status = 200,
                              .content_type = "text/event-stream"};
    assert_true(call_data(&s->flight->call, &r, str_from(event), MSEC(1010)));
}

static bool type(struct scene *s, const char *keys)
{
    struct change made;
    uint32_t line = (uint32_t)s->doc->text.n_lines - 1;
    struct range end = {{line, 999}, {line, 999}};
    assert_int_equal(document_change(&s->documents, s->doc, &end, -1,
                                     ENCODING_UTF8, str_from(keys), &made),
                     OK);
    return flight_typed(s->flight, str_from(keys));
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
    call_end(&s.flight->call, &r, ERR_NETWORK, &why, 0);
    tick(&s, 20);
    assert_int_equal(s.flight->state, FLIGHT_ASKING);
    assert_string_equal(s.flight->model->id.ptr, "second");
    assert_int_equal(s.flight->origin, strlen("total = sum("));
    assert_int_equal(s.flight->typed.len, 0);
    clear(&s);
}

static void what_is_typed_otherwise_ends_it(void **state)
{
    (void)state;
    struct scene s;
    set(&s, "total = ", TRIGGER_INVOKED);
    document_parse(s.doc, 0);
    assert_false(flight_typed(s.flight, STR("x"))); /* not asked yet */
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
    assert_null(s.flight->model->dialect);
    clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_typed_stands_before_the_next_candidate),
        cmocka_unit_test(what_is_typed_otherwise_ends_it),
        cmocka_unit_test(a_tree_that_is_not_there_is_waited_for_a_moment),
        cmocka_unit_test(a_quiet_time_ends_with_the_deadline),
    };
    return cmocka_run_group_tests_name("flight", tests, NULL, NULL);
}
