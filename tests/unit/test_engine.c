/* What an engine tells the history of those that share one flight. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "complete/engine.h"
#include "history/report.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 60000 };

struct scene {
    char folder[64], path[100];
    struct store *store;
    struct table *table;
    struct http *http;
    struct engine *engine;
    struct documents docs;
    unsigned answers, joined;
};

static void begin(struct scene *s)
{
    struct problems problems;
    cJSON *config = cJSON_Parse("{\"routes\": [{\"default\": \"builtin\"}],"
                                " \"debounce_ms\": 0}");
    *s = (struct scene){.folder = "/tmp/switchyard-engine-XXXXXX"};
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->path, sizeof s->path, "%s/history.db", s->folder);
    problems_init(&problems);
    s->table = table_new(config, &problems);
    assert_non_null(s->table);
    problems_release(&problems);
    cJSON_Delete(config);
    documents_init(&s->docs);
    s->http = http_new();
    s->store = store_open(s->path);
    s->engine = engine_new(s->http, s->table);
    assert_non_null(s->engine);
    engine_set_history(s->engine, s->store, "test");
}

static void end(struct scene *s)
{
    char command[100];
    engine_free(s->engine);
    http_free(s->http);
    store_close(s->store);
    table_unref(s->table);
    documents_release(&s->docs);
    snprintf(command, sizeof command, "rm -rf %s", s->folder);
    assert_int_equal(system(command), 0);
}

static void on_done(void *arg, completion_id id, const struct completion *c)
{
    struct scene *s = arg;
    (void)id;
    assert_int_equal(c->outcome, OK);
    s->answers++;
    s->joined += c->joined;
}

/* For the text and for the menu, as editors do at one key. */
static void ask_twice(struct scene *s, const char *uri)
{
    struct document *doc;
    struct why why;
    assert_int_equal(documents_open(&s->docs, str_from(uri), STR("python"), 1,
                                    STR("total = 1\ntotal = "), &doc, &why),
                     OK);
    engine_edited(s->engine, doc, NULL, clock_now());
    struct ask ask = {.doc = doc,
                      .offset = text_len(&doc->text),
                      .trigger = TRIGGER_INVOKED,
                      .wall = clock_wall() / 1000000};
    assert_true(engine_request(s->engine, &ask, clock_now(), on_done, s));
    ask.menu = true;
    assert_true(engine_request(s->engine, &ask, clock_now(), on_done, s));
}

static void wait_for_answers(struct scene *s, unsigned n)
{
    usec until = clock_now() + MSEC(PATIENCE_MS);
    while (s->answers < n && clock_now() < until) {
        engine_tick(s->engine, &s->docs, clock_now());
        sched_yield();
    }
    assert_int_equal(s->answers, n);
}

static void read_total(struct scene *s, struct report_row *total)
{
    struct report_question q = {0};
    struct report r;
    struct reader *reader;
    struct why why;
    assert_true(store_flush(s->store, PATIENCE_MS));
    if (reader_open(s->path, &reader, &why) ||
        report_read(reader, &q, &r, &why))
        fail_msg("%s", why.text);
    *total = r.total;
    report_release(&r);
    reader_close(reader);
}

static void who_shares_a_flight_is_kept_once(void **state)
{
    struct scene s;
    struct report_row total;
    (void)state;
    begin(&s);
    ask_twice(&s, "file:///a.py");
    ask_twice(&s, "file:///b.py");
    wait_for_answers(&s, 4);
    assert_int_equal(s.joined, 2);
    engine_tick(s.engine, &s.docs, clock_now());
    read_total(&s, &total);
    assert_int_equal(total.completions, 4);
    assert_int_equal(total.joined, 2);
    assert_int_equal(total.avoided, 2);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_shares_a_flight_is_kept_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
