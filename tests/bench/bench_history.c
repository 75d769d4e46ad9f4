/* What the history takes: of a turn of the loop, of its thread, of those who
 * look at it. */
#include "stats.h"

#include <stdio.h>
#include <stdlib.h>

#define assert_non_null(x)                                                     \
    do {                                                                       \
        if (!(x))                                                              \
            abort();                                                           \
    } while (0)
#define assert_int_equal(a, b) assert_non_null((a) == (b))

#include "../unit/flight_scene.h"

#include "complete/chronicle.h"
#include "history/report.h"
#include "history/tally.h"

#include <unistd.h>

enum { ROWS = 100000, LOOKS = 20 };

static const char config[] =
    "{\"providers\": [{\"name\": \"a\", \"type\": \"vllm\", \"endpoint\":"
    " \"http://127.0.0.1:9\", \"models\": [{\"id\": \"one\"}, {\"id\": "
    "\"two\"},"
    " {\"id\": \"three\"}]}, {\"name\": \"b\", \"type\": \"openai\","
    " \"dialect\": \"openai-text\", \"endpoint\": \"http://127.0.0.1:9\","
    " \"models\": [{\"id\": \"four\", \"cost_per_token\": 0.001},"
    " {\"id\": \"five\", \"cost_per_token\": 0.002}]}],"
    " \"routes\": [{\"class\": \"import\", \"model\": \"one\"},"
    " {\"pattern\": \"^def\", \"model\": \"two\"},"
    " {\"language\": \"c\", \"model\": \"three\"},"
    " {\"default\": \"one\"}],"
    " \"rules\": [{\"condition\": \"input_length > 8000\", \"action\":"
    " \"exclude_model:one\"}, {\"condition\": \"cost_input > 1500\","
    " \"action\": \"exclude_model:*\"}, {\"condition\": \"in_test\","
    " \"action\": \"prefer_model:two\"}],"
    " \"deadline_ms\": 10000, \"debounce_ms\": 0}";

static char folder[] = "/tmp/switchyard-bench-XXXXXX";
static char path[100];

/* What one answered completion adds to the turn that gives it. */
static void measure_turn(struct store *store)
{
    struct scene s;
    struct stats all = {0};
    struct plugins *plugins = plugins_new();
    struct chronicle to = {store, plugins, "bench"};
    if (!plugins)
        abort();
    memset(&s, 0, sizeof s);
    set_with(&s, config, "def total(values):\n    return ", TRIGGER_INVOKED);
    document_parse(s.doc, 0);
    tick(&s, 0);
    receive(&s, half);
    tick(&s, 20);
    end(&s, 200, OK);
    tick(&s, 40);
    if (s.flight->state != FLIGHT_LANDED)
        abort();
    for (int i = 0; i < 4000; i++) {
        s.flight->record = store_id(store);
        usec began = clock_thread(); /* others may have the processor */
        chronicle_flight(&to, s.flight, true, MSEC(1050));
        store_mark(store, s.flight->record, MARK_SHOWN, 1);
        store_mark(store, s.flight->record, MARK_ACCEPTED, 1);
        stats_add(&all, (double)(clock_thread() - began));
        if (i % 200 == 199)
            store_flush(store, 10000);
    }
    stats_print("  a completion kept with its decision, in the loop", &all);
    clear(&s);
    plugins_free(plugins, 0);
}

static void fill(struct completion_record *r, struct store *store, int i)
{
    static const char *const names[] = {"one", "two", "three", "four", "five"};
    *r = (struct completion_record){.id = store_id(store),
                                    .wall_us =
                                        clock_wall() - i * INT64_C(60000000),
                                    .language = "python",
                                    .class = "body",
                                    .editor = "bench",
                                    .outcome = "text",
                                    .provider = "p",
                                    .input_length = 3000,
                                    .cost = 0.001,
                                    .saved = 0.002,
                                    .first_us = 100000 + i % 1000 * 700,
                                    .total_us = 200000 + i % 1000 * 900,
                                    .n_attempts = 1};
    snprintf(r->model, sizeof r->model, "%s", names[i % 5]);
    r->attempts[0] = (struct attempt_record){.provider = "p",
                                             .outcome = "OK",
                                             .tokens_in = 800,
                                             .tokens_out = 20,
                                             .tokens_cached = -1,
                                             .cost = 0.001,
                                             .first_us = r->first_us,
                                             .total_us = r->total_us};
    snprintf(r->attempts[0].model, sizeof r->attempts[0].model, "%s", r->model);
}

static void measure_thread(struct store *store)
{
    struct stats all = {0};
    struct completion_record r;
    for (int batch = 0; batch < ROWS / 500; batch++) {
        double began = now_us();
        for (int i = 0; i < 500; i++) {
            fill(&r, store, batch * 500 + i);
            store_add(store, &r);
        }
        store_hurry(store);
        store_flush(store, 60000);
        stats_add(&all, (now_us() - began) / 500);
    }
    stats_print("  a row with its call, counted and written, beside it", &all);
}

static void measure_looks(void)
{
    struct reader *reader;
    struct why why;
    struct stats reports = {0}, tallies = {0};
    struct report_question q = {
        .by = {REPORT_DAY, REPORT_MODEL}, .n_by = 2, .patience_ms = 60000};
    if (reader_open(path, &reader, &why))
        return;
    for (int i = 0; i < LOOKS; i++) {
        struct report r;
        struct tallies t;
        double began = now_us();
        if (!report_read(reader, &q, &r, &why)) {
            stats_add(&reports, now_us() - began);
            report_release(&r);
        }
        began = now_us();
        if (!tally_read(reader, &t, &why)) {
            stats_add(&tallies, now_us() - began);
            tally_release(&t);
        }
    }
    reader_close(reader);
    stats_print("  figures of 100,000 by day and model", &reports);
    stats_print("  all counters, for a scrape", &tallies);
}

int main(void)
{
    char command[100];
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/history.db", folder);
    struct store *store = store_open(path);
    if (store) {
        measure_turn(store);
        measure_thread(store);
        measure_looks();
    }
    store_close(store);
    snprintf(command, sizeof command, "du -h %s/history.db; rm -rf %s", folder,
             folder);
    return system(command);
}
