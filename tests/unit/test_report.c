/* The history in figures: what is counted where, and what bounds it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "history/report.h"
#include "history/spread.h"
#include "history/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000 };

/* 2026-11-29 12:00 UTC */
#define NOON INT64_C(1795953600000000)
#define MINUTE INT64_C(60000000)

static char folder[64], path[100];
static struct store *store;

static int open_store(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    strcpy(folder, "/tmp/switchyard-report-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/history.db", folder);
    store = store_open(path);
    if (!store)
        return -1;
    /* With its first batch it deletes what is too old by today's calendar. */
    store_mark(store, 1, MARK_SHOWN, 1);
    return store_flush(store, PATIENCE_MS) ? 0 : -1;
}

static int remove_all(void **state)
{
    char command[100];
    (void)state;
    store_close(store);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static struct completion_record of(const char *model, int64_t wall,
                                   int64_t total_us)
{
    struct completion_record r = {.id = store_id(store),
                                  .wall_us = wall,
                                  .editor = "neovim",
                                  .language = "c",
                                  .class = "body",
                                  .project = "p",
                                  .outcome = "text",
                                  .input_length = -1,
                                  .tokens_in = -1,
                                  .tokens_out = -1,
                                  .tokens_cached = -1,
                                  .cost = -1,
                                  .saved = -1,
                                  .first_us = total_us / 2,
                                  .total_us = total_us};
    snprintf(r.model, sizeof r.model, "%s", model);
    snprintf(r.provider, sizeof r.provider, "q");
    return r;
}

static void call(struct completion_record *r, const char *model,
                 const char *outcome, double cost)
{
    bool good = !strcmp(outcome, "OK");
    struct attempt_record *a = &r->attempts[r->n_attempts++];
    *a = (struct attempt_record){.tokens_in = good ? 100 : -1,
                                 .tokens_out = good ? 10 : -1,
                                 .tokens_cached = -1,
                                 .cost = cost,
                                 .first_us = good ? r->first_us : -1,
                                 .total_us = good ? r->total_us : 5000};
    snprintf(a->model, sizeof a->model, "%s", model);
    snprintf(a->provider, sizeof a->provider, "q");
    snprintf(a->outcome, sizeof a->outcome, "%s", outcome);
}

static void read_report(const struct report_question *q, struct report *out)
{
    struct reader *reader;
    struct why why;
    assert_true(store_flush(store, PATIENCE_MS));
    if (reader_open(path, &reader, &why) || report_read(reader, q, out, &why))
        fail_msg("%s", why.text);
    reader_close(reader);
}

static const struct report_row *row_of(const struct report *r, const char *key)
{
    for (size_t i = 0; i < r->n; i++)
        if (!strcmp(r->rows[i].key[0], key))
            return &r->rows[i];
    fail_msg("there is no row %s", key);
    return NULL;
}

static void a_call_counts_for_whom_was_asked(void **state)
{
    (void)state;
    struct completion_record r = of("good", NOON, 400000);
    call(&r, "bad", "ERR_TIMEOUT", -1);
    call(&r, "slow", "ERR_OUTRUN", 0.5);
    call(&r, "good", "OK", 0.25);
    store_add(store, &r);
    struct report_question q = {.by = {REPORT_MODEL}, .n_by = 1};
    struct report out;
    read_report(&q, &out);
    assert_int_equal(out.n, 3);
    const struct report_row *good = row_of(&out, "good");
    assert_int_equal(good->completions, 1);
    assert_int_equal(good->calls, 1);
    assert_int_equal(good->tokens_in, 100);
    assert_true(good->cost == 0.25 && good->failure_rate == 0);
    assert_true(good->answer_p50 == 400 && good->total_p99 == 400);
    assert_true(good->text_p95 == 200 && good->first_p50 == 200);
    const struct report_row *bad = row_of(&out, "bad");
    assert_int_equal(bad->completions, 0);
    assert_int_equal(bad->failures, 1);
    assert_int_equal(bad->errors[ERR_TIMEOUT], 1);
    assert_true(isnan(bad->cost) && isnan(bad->total_p50));
    const struct report_row *slow = row_of(&out, "slow");
    assert_int_equal(slow->failures, 0);
    assert_int_equal(slow->dropped, 1);
    assert_true(isnan(slow->failure_rate));
    assert_int_equal(out.total.calls, 3);
    assert_int_equal(out.total.completions, 1);
    assert_true(out.total.cost == 0.75);
    report_release(&out);
}

static void a_filter_takes_the_calls_of_its_model_alone(void **state)
{
    (void)state;
    struct completion_record r = of("good", NOON, 400000);
    call(&r, "bad", "ERR_TIMEOUT", -1);
    call(&r, "good", "OK", 0.25);
    store_add(store, &r);
    struct report_question q = {.only[REPORT_MODEL] = "bad"};
    struct report out;
    read_report(&q, &out);
    assert_int_equal(out.total.completions, 0);
    assert_int_equal(out.total.calls, 1);
    assert_int_equal(out.total.failures, 1);
    report_release(&out);
    q = (struct report_question){.only[REPORT_LANGUAGE] = "rust"};
    read_report(&q, &out);
    assert_int_equal(out.total.calls, 0);
    assert_int_equal(out.since, 0);
    report_release(&out);
}

static void what_became_of_it(void **state)
{
    (void)state;
    static const double shares[] = {1, 0.5, 0};
    struct report_question q = {0};
    struct report out;
    for (size_t i = 0; i < 3; i++) {
        struct completion_record r = of("m", NOON, 1000);
        store_add(store, &r);
        store_mark(store, r.id, MARK_SHOWN, 1);
        store_mark(store, r.id, MARK_ACCEPTED, shares[i]);
        if (shares[i] > 0)
            store_mark(store, r.id, MARK_RETAINED_30S, shares[i]);
    }
    struct completion_record r = of("", NOON, 1000);
    strcpy(r.outcome, "superseded");
    store_add(store, &r);
    r = of("m", NOON, 0);
    r.cached = true;
    store_add(store, &r);
    r = of("m", NOON, 7000);
    r.joined = true;
    r.saved = 0.5;
    store_add(store, &r);
    read_report(&q, &out);
    assert_int_equal(out.total.completions, 6);
    assert_int_equal(out.total.texts, 5);
    assert_int_equal(out.total.superseded, 1);
    assert_int_equal(out.total.avoided, 2);
    assert_int_equal(out.total.shown, 3);
    assert_int_equal(out.total.judged, 3);
    assert_int_equal(out.total.accepted, 2);
    assert_int_equal(out.total.accepted_whole, 1);
    assert_true(out.total.accepted_share == 0.5);
    assert_true(out.total.retain_rate_30s == 0.75);
    assert_true(isnan(out.total.retain_rate_5min));
    assert_true(out.total.saved == 0.5);
    assert_true(out.total.answer_p99 == 7);
    report_release(&out);
}

static void days_are_those_of_local_time(void **state)
{
    (void)state;
    /* 23:30 and 00:30 in Berlin, on two days; the clock is put forward on
     * 2026-03-29 */
    int64_t spring = INT64_C(1774737000000000);
    struct report_question q = {.by = {REPORT_DAY, REPORT_MODEL}, .n_by = 2};
    struct report out;
    setenv("TZ", "Europe/Berlin", 1);
    tzset();
    for (int i = 0; i < 4; i++) {
        struct completion_record r = of("m", spring + i * 60 * MINUTE, 1000);
        store_add(store, &r);
    }
    read_report(&q, &out);
    assert_int_equal(out.n, 2);
    assert_string_equal(out.rows[0].key[0], "2026-03-28");
    assert_string_equal(out.rows[1].key[0], "2026-03-29");
    assert_string_equal(out.rows[1].key[1], "m");
    assert_int_equal(out.rows[0].completions, 1);
    assert_int_equal(out.rows[1].began_us, spring + 30 * MINUTE);
    report_release(&out);
    q.by[0] = REPORT_HOUR;
    read_report(&q, &out);
    assert_int_equal(out.n, 4);
    assert_string_equal(out.rows[2].key[0], "2026-03-29 01:00");
    assert_string_equal(out.rows[3].key[0], "2026-03-29 03:00");
    report_release(&out);
    q.by[0] = REPORT_MINUTE;
    read_report(&q, &out);
    assert_int_equal(out.n, 4);
    assert_string_equal(out.rows[3].key[0], "2026-03-29 03:30");
    report_release(&out);
    setenv("TZ", "UTC", 1);
    tzset();
}

static void what_finds_no_row_is_put_together(void **state)
{
    (void)state;
    struct report_question q = {.by = {REPORT_PROJECT}, .n_by = 1};
    struct report out;
    for (int i = 0; i < REPORT_ROWS + 20; i++) {
        struct completion_record r = of("m", NOON - i * MINUTE, 1000);
        snprintf(r.project, sizeof r.project, "project-%d", i);
        store_add(store, &r);
        if (i % 256 == 0)
            assert_true(store_flush(store, PATIENCE_MS));
    }
    read_report(&q, &out);
    assert_int_equal(out.n, REPORT_ROWS + 1);
    assert_true(out.rows[REPORT_ROWS].others);
    assert_int_equal(out.rows[REPORT_ROWS].completions, 20);
    assert_int_equal(out.total.completions, REPORT_ROWS + 20);
    report_release(&out);
}

static void time_bounds_are_kept(void **state)
{
    (void)state;
    struct report_question q = {.since = NOON - 2 * MINUTE,
                                .until = NOON + MINUTE};
    struct report out;
    for (int i = -5; i < 5; i++) {
        struct completion_record r = of("m", NOON + i * MINUTE, 1000);
        store_add(store, &r);
    }
    read_report(&q, &out);
    assert_int_equal(out.total.completions, 3);
    assert_int_equal(out.since, NOON - 2 * MINUTE);
    assert_int_equal(out.until, NOON + 1);
    assert_false(out.cut);
    report_release(&out);
}

static void a_report_is_json_and_csv(void **state)
{
    (void)state;
    struct report_question q = {.by = {REPORT_PROJECT, REPORT_CLASS},
                                .n_by = 2};
    struct report out;
    struct buf csv, json;
    struct completion_record r = of("m", NOON, 1000);
    strcpy(r.project, "=a,\"b\"");
    call(&r, "m", "ERR_TIMEOUT", -1);
    call(&r, "m", "OK", 0.125);
    store_add(store, &r);
    read_report(&q, &out);
    buf_init(&csv, 10000);
    buf_init(&json, 10000);
    report_csv(&out, &csv);
    assert_true(str_starts(buf_view(&csv), STR("project,class,completions,")));
    assert_true(str_find(buf_view(&csv),
                         STR("\r\n\"'=a,\"\"b\"\"\",body,1,")) != STR_NONE);
    assert_true(str_ends(buf_view(&csv), STR(",0.125,ERR_TIMEOUT:1\r\n")));
    cJSON *o = report_json(&out);
    assert_true(json_print(&json, o));
    cJSON_Delete(o);
    assert_true(
        str_find(buf_view(&json),
                 STR("\"project\":\"=a,\\\"b\\\"\",\"class\":\"body\"")) !=
        STR_NONE);
    assert_true(str_find(buf_view(&json), STR("\"cost_usd\":0.125")) !=
                STR_NONE);
    assert_true(str_find(buf_view(&json), STR("\"accept_rate\":null")) !=
                STR_NONE);
    assert_true(str_find(buf_view(&json),
                         STR("\"errors\":{\"ERR_TIMEOUT\":1}")) != STR_NONE);
    buf_release(&csv);
    buf_release(&json);
    report_release(&out);
}

static void a_reader_sees_what_others_write(void **state)
{
    (void)state;
    struct reader *reader;
    struct why why;
    char aside[120];
    assert_int_equal(reader_open("/nowhere/history.db", &reader, &why),
                     ERR_NOT_FOUND);
    struct completion_record r = of("m", NOON, 1000);
    store_add(store, &r);
    assert_true(store_flush(store, PATIENCE_MS));
    assert_int_equal(reader_open(path, &reader, &why), OK);
    assert_false(reader_changed(reader));
    r.id = store_id(store);
    store_add(store, &r);
    assert_true(store_flush(store, PATIENCE_MS));
    assert_true(reader_changed(reader));
    assert_false(reader_changed(reader));
    store_close(store); /* and another one in its place */
    snprintf(aside, sizeof aside, "%s.broken", path);
    assert_int_equal(rename(path, aside), 0);
    store = store_open(path);
    store_mark(store, 1, MARK_SHOWN, 1);
    assert_true(store_flush(store, PATIENCE_MS));
    r.id = store_id(store);
    store_add(store, &r);
    assert_true(store_flush(store, PATIENCE_MS));
    assert_true(reader_changed(reader));
    struct report_question q = {0};
    struct report out;
    assert_int_equal(report_read(reader, &q, &out, &why), OK);
    assert_int_equal(out.total.completions, 1);
    report_release(&out);
    reader_close(reader);
}

static void percentiles_are_right_to_a_hundredth(void **state)
{
    (void)state;
    struct spread s = {0};
    assert_true(isnan(spread_at(&s, 0.5)));
    for (int64_t i = 1; i <= 100000; i++)
        assert_true(spread_add(&s, i * 37));
    static const double shares[] = {0.01, 0.5, 0.95, 0.99, 1};
    for (size_t i = 0; i < 5; i++) {
        double right = shares[i] * 3700000, found = spread_at(&s, shares[i]);
        assert_true(fabs(found - right) <= right / 100);
    }
    assert_true(spread_add(&s, INT64_MAX));
    assert_true(spread_at(&s, 1) > 3700000);
    spread_release(&s);
}

int main(void)
{
#define WITH_STORE(f) cmocka_unit_test_setup_teardown(f, open_store, remove_all)
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_call_counts_for_whom_was_asked),
        WITH_STORE(a_filter_takes_the_calls_of_its_model_alone),
        WITH_STORE(what_became_of_it),
        WITH_STORE(days_are_those_of_local_time),
        WITH_STORE(what_finds_no_row_is_put_together),
        WITH_STORE(time_bounds_are_kept),
        WITH_STORE(a_report_is_json_and_csv),
        WITH_STORE(a_reader_sees_what_others_write),
        cmocka_unit_test(percentiles_are_right_to_a_hundredth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
