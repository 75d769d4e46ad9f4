/* The text that Prometheus reads. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "dashboard/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tally_row row(const char *kind, const char *model,
                            const char *detail, int bucket, uint64_t n,
                            double sum)
{
    struct tally_row r = {.bucket = bucket, .n = n, .sum = sum};
    snprintf(r.kind, sizeof r.kind, "%s", kind);
    snprintf(r.model, sizeof r.model, "%s", model);
    snprintf(r.detail, sizeof r.detail, "%s", detail);
    return r;
}

static void print(struct tally_row *rows, size_t n, const char *now,
                  struct buf *out)
{
    struct tallies t = {rows, n};
    struct why why;
    cJSON *o = NULL;
    if (now && json_parse_str(str_from(now), &o, &why))
        fail_msg("%s", why.text);
    buf_init(out, 1 << 20);
    assert_true(metrics_print(out, &t, o));
    cJSON_Delete(o);
}

static void expect(const struct buf *out, const char *line)
{
    if (!strstr(out->ptr, line))
        fail_msg("there is no %s in\n%s", line, out->ptr);
}

static void a_histogram_is_cumulative(void **state)
{
    (void)state;
    struct buf out;
    struct tally_row rows[] = {row("call", "m", "OK", 5, 3, 600000),
                               row("call", "m", "OK", 14, 1, 90e6),
                               row("call", "m", "ERR_RATE_LIMIT", 0, 2, 4000),
                               row("call", "m", "ERR_OUTRUN", 0, 7, 4000)};
#define DURATION "gen_ai_client_operation_duration_seconds"
#define OF                                                                     \
    "gen_ai_operation_name=\"text_completion\",gen_ai_request_model=\"m\""
    print(rows, 4, NULL, &out);
    expect(&out, "\n# TYPE " DURATION " histogram\n");
    expect(&out, "\n" DURATION "_bucket{" OF ",le=\"0.16\"} 0\n");
    expect(&out, "\n" DURATION "_bucket{" OF ",le=\"0.32\"} 3\n");
    expect(&out, "\n" DURATION "_bucket{" OF ",le=\"81.92\"} 3\n");
    expect(&out, "\n" DURATION "_bucket{" OF ",le=\"+Inf\"} 4\n");
    expect(&out, "\n" DURATION "_sum{" OF "} 90.6\n");
    expect(&out, "\n" DURATION "_count{" OF "} 4\n");
    expect(&out, "\n" DURATION "_count{" OF ",error_type=\"rate_limit\"} 2\n");
    expect(&out, "\nswitchyard_calls_dropped_total{model=\"m\","
                 "reason=\"outrun\"} 7\n");
    buf_release(&out);
}

static void names_of_others_are_escaped(void **state)
{
    (void)state;
    struct buf out;
    struct tally_row rows[] = {row("cost", "a\"b\\c\nd", "", -1, 2, 0.25)};
    print(rows, 1, NULL, &out);
    expect(&out, "\nswitchyard_cost_usd_total{model=\"a\\\"b\\\\c\\nd\"} "
                 "0.25\n");
    buf_release(&out);
}

static void a_completion_tells_where_it_came_from(void **state)
{
    (void)state;
    struct buf out;
    struct tally_row rows[] = {row("completion", "", "text memory", -1, 2, 0),
                               row("retained_5min", "m", "", -1, 2, 1.5)};
    print(rows, 2, NULL, &out);
    expect(&out, "\nswitchyard_completions_total{outcome=\"text\","
                 "source=\"memory\"} 2\n");
    expect(&out, "\nswitchyard_retained_ratio_sum{after=\"5min\",model=\"m\"} "
                 "1.5\n");
    expect(&out, "\nswitchyard_retained_ratio_count{after=\"5min\","
                 "model=\"m\"} 2\n");
    buf_release(&out);
}

static void rare_names_are_put_together(void **state)
{
    (void)state;
    enum { MANY = 3 * METRICS_VALUES };
    struct buf out;
    struct tally_row *rows = calloc(MANY, sizeof *rows);
    for (int i = 0; i < MANY; i++) {
        char name[20];
        snprintf(name, sizeof name, "model-%d", i);
        rows[i] = row("cost", name, "", -1, (uint64_t)(i + 1), 1);
    }
    print(rows, MANY, NULL, &out);
    expect(&out, "\nswitchyard_cost_usd_total{model=\"model-191\"} 1\n");
    expect(&out, "\nswitchyard_cost_usd_total{model=\"model-128\"} 1\n");
    expect(&out, "\nswitchyard_cost_usd_total{model=\"other\"} 128\n");
    assert_null(strstr(out.ptr, "model-127"));
    buf_release(&out);
    free(rows);
}

static void how_models_stand_is_told(void **state)
{
    (void)state;
    struct buf out;
    print(NULL, 0,
          "{\"models\": [{\"model\": \"m\", \"provider\": \"p\", \"health\": "
          "\"half_open\", \"in_flight\": 2, \"queue\": 0, \"rpm_left\": null, "
          "\"budget_left\": 1.25}], \"budgets\": [{\"for\": \"all\", "
          "\"per\": \"month\", \"dollars\": 20, \"spent\": 0.5}]}",
          &out);
#define MODEL "model=\"m\",provider=\"p\""
    expect(&out, "\nswitchyard_model_circuit_state{" MODEL
                 ",state=\"half_open\"} 1\n");
    expect(&out,
           "\nswitchyard_model_circuit_state{" MODEL ",state=\"open\"} 0\n");
    expect(&out, "\nswitchyard_model_calls_in_flight{" MODEL "} 2\n");
    expect(&out, "\nswitchyard_model_budget_left_usd{" MODEL "} 1.25\n");
    expect(&out, "\nswitchyard_budget_limit_usd{for=\"all\",per=\"month\"} "
                 "20\n");
    assert_null(strstr(out.ptr, "requests_left{"));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_histogram_is_cumulative),
        cmocka_unit_test(names_of_others_are_escaped),
        cmocka_unit_test(a_completion_tells_where_it_came_from),
        cmocka_unit_test(rare_names_are_put_together),
        cmocka_unit_test(how_models_stand_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
