/*
 * What a decision takes: which route holds, what the rules say, and the order
 * of the models; over a table of a usual size and over a large one, in which
 * the last route is the one that holds and each rule is evaluated. Beside
 * them a bare baseline: the same number of rules as comparisons in C, and a
 * sort by cost.
 */
#include "bench/configured.h"
#include "bench/stats.h"

#include <time.h>

enum { ROUNDS = 20000, WARM_UP = 200 };

/* A condition that holds now and then, for each of a table's rules. */
static const struct {
    const char *condition, *action;
} rules[] = {
    {"input_length > 8000", "exclude_model:m1"},
    {"class = 'comment' AND in_test", "prefer_model:m2"},
    {"health <> 'closed' OR success_rate < 0.5", "exclude_model:*"},
    {"language IN ('c', 'rust') AND depth > 2", "exclude_tag:slow"},
    {"trigger = 'automatic' AND avg_ms > 3000", "exclude_model:*"},
    {"path LIKE 'vendor/%'", "silence"},
    {"in_error OR error_nodes > 3", "set:max_tokens=32"},
    {"max_context < tokens * 1.2", "exclude_model:*"},
    {"multiline AND file_lines > 2000", "prefer_model:m3"},
    {"NOT local AND hour BETWEEN 1 AND 5", "exclude_model:*"},
};

/* What a route may ask of a completion besides its class. */
static const char *const matchers[] = {
    "\"when\": \"tokens > 100000 AND NOT in_test\"",
    "\"path\": \"**/*.{proto,thrift}\"",
    "\"pattern\": \"^\\\\s*assert_[a-z]+\\\\(\"",
    "\"language\": [\"lua\", \"haskell\"]",
    "\"when\": \"branch = 'release' AND imports > 400\"",
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void put_models(struct buf *b, int n)
{
    buf_printf(b, "\"providers\": [{\"type\": \"vllm\", \"models\": [");
    for (int i = 0; i < n; i++)
        buf_printf(b,
                   "%s{\"id\": \"m%d\", \"max_context\": %d, \"tags\": "
                   "[\"code\", \"%s\"], \"cost_per_million\": {\"input\": "
                   "%d.1, \"output\": %d.7}, \"performance\": "
                   "{\"avg_response\": %d.3, \"success_rate\": 0.98}}",
                   i ? ", " : "", i, 4096 << i % 6, i % 7 ? "quick" : "slow",
                   i * 13 % 11, i * 17 % 23, i % 4);
    buf_printf(b, "]}]");
}

static void put_routes(struct buf *b, int n)
{
    buf_printf(b, ", \"routes\": [");
    for (int i = 0; i + 1 < n; i++)
        buf_printf(b, "{%s, \"models\": [\"m0\", \"m1\"]}, ",
                   matchers[(size_t)i % COUNT(matchers)]);
    buf_printf(b, "{\"strategy\": [%s]}]",
               n > 1 ? "\"context\", \"quality\", \"cost\"" : "\"adaptive\"");
}

static void put_rules(struct buf *b, int n)
{
    buf_printf(b, ", \"rules\": [");
    for (int i = 0; i < n; i++)
        buf_printf(b, "%s{\"condition\": \"%s\", \"action\": \"%s\"}",
                   i ? ", " : "", rules[(size_t)i % COUNT(rules)].condition,
                   rules[(size_t)i % COUNT(rules)].action);
    buf_printf(b, "]");
}

static struct table *a_table(int models, int routes, int n_rules)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_printf(&text, "{");
    put_models(&text, models);
    put_routes(&text, routes);
    put_rules(&text, n_rules);
    buf_printf(&text, "}");
    struct table *t = configured(buf_view(&text));
    buf_release(&text);
    return t;
}

static struct task a_task(int i)
{
    return (struct task){
        .class = (enum cursor_class)(i % CURSOR_CLASS_COUNT),
        .trigger = i % 3 ? TRIGGER_AUTOMATIC : TRIGGER_INVOKED,
        .head = (uint64_t)(i / 10),
        .language = STR("python"),
        .path = STR("src/app/routing/main.py"),
        .filename = STR("main.py"),
        .extension = STR("py"),
        .branch = STR("main"),
        .line_prefix = STR("    return calculate_"),
        .input_length = 400 + i * 7919 % 16000,
        .tokens = 100 + i * 7919 % 16000 / 4,
        .depth = i % 5,
        .file_lines = i * 31 % 5000,
        .multiline = i % 2,
        .hour = i % 24,
    };
}

/* Every model has answered, and was accepted now and then. */
static struct fleet *a_fleet(const struct table *t)
{
    struct fleet *f = fleet_new(1);
    for (int i = 0; f && i < 100 * (int)t->n_models; i++) {
        struct task task = a_task(i);
        const struct model *m = &t->models[(size_t)i % t->n_models];
        fleet_asked(f, m, &task, MSEC(i));
        fleet_answered(f, m, &task, 100 + i % 97, 200 + i % 193, 20, MSEC(i));
        fleet_accepted(f, m, &task, i % 3 == 0);
    }
    if (!f)
        exit(1);
    return f;
}

/* Without what other programs do to the clock on the wall. */
static double busy_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void measure(const char *name, int models, int routes, int n_rules)
{
    static struct decision d;
    struct stats s = {0}, processor = {0};
    struct table *t = a_table(models, routes, n_rules);
    struct fleet *f = a_fleet(t);
    size_t asked = 0;
    for (int i = 0; i < WARM_UP + ROUNDS; i++) {
        struct task task = a_task(i);
        usec now = MSEC(1000000 + i);
        double busy = busy_us(), began = now_us();
        decide(t, &task, f, now, &d);
        double took = now_us() - began;
        if (i >= WARM_UP) {
            stats_add(&s, took);
            stats_add(&processor, busy_us() - busy);
        }
        asked += d.n;
        if (d.skipped.text[0]) {
            fprintf(stderr, "%s\n", d.skipped.text);
            exit(1);
        }
    }
    stats_print(name, &s);
    stats_print("    of the processor alone", &processor);
    if (asked == 0)
        exit(1);
    stats_release(&s);
    stats_release(&processor);
    fleet_free(f);
    table_unref(t);
}

/* --- the baseline */

struct bare {
    double cost, context, accepted;
    bool out;
};

static int by_cost(const void *a, const void *b)
{
    const struct bare *x = a, *y = b;
    if (x->out != y->out)
        return x->out - y->out;
    return (x->cost > y->cost) - (x->cost < y->cost);
}

static void bare_rules(struct bare *of, int models, int n_rules,
                       const struct task *task)
{
    for (int r = 0; r < n_rules; r++)
        for (int k = 0; k < models; k++)
            switch (r % 3) {
            case 0:
                of[k].out |= task->input_length > 8000 + r && k == r;
                break;
            case 1:
                of[k].out |= of[k].context < (double)task->tokens * 1.2;
                break;
            default:
                of[k].out |= of[k].accepted < 0.01 && task->depth > r;
            }
}

static void measure_bare(const char *name, int models, int n_rules)
{
    struct stats s = {0};
    struct bare of[64];
    double sum = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct task task = a_task(i);
        double began = now_us();
        for (int k = 0; k < models; k++)
            of[k] = (struct bare){(double)task.tokens * (k * 13 % 11),
                                  4096 << k % 6, 0.3, false};
        bare_rules(of, models, n_rules, &task);
        qsort(of, (size_t)models, sizeof *of, by_cost);
        stats_add(&s, now_us() - began);
        sum += of[0].cost;
    }
    stats_print(name, &s);
    if (sum < 0)
        exit(1);
    stats_release(&s);
}

int main(void)
{
    measure("  5 models, 4 routes, 3 rules", 5, 4, 3);
    measure_bare("  the bare baseline: C and a sort", 5, 3);
    measure("  5 models, 20 routes, 10 rules", 5, 20, 10);
    measure("  50 models, 20 routes, no rules", 50, 20, 0);
    measure("  50 models, 20 routes, 50 rules", 50, 20, 50);
    measure("  50 models, the strategy adaptive, no rules", 50, 1, 0);
    measure_bare("  the bare baseline: C and a sort", 50, 50);
    return 0;
}
