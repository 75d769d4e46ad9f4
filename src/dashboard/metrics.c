#include "dashboard/metrics.h"
#include "base/map.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum metric_type { COUNTER, SUM, SUMMARY, HISTOGRAM };

/* Which rows of a kind belong to it: of a call, by how it ended. */
enum part { ALL, ENDED, DROPPED };

struct family {
    const char *kind, *name;
    enum metric_type type; /* SUM: a counter of what is added up */
    enum part part;
    double scale; /* what the sum is divided by */
    const char *help;
    const char *constant; /* a label that is the same for all */
    int64_t (*bound)(int bucket);
};

#define GEN_AI "gen_ai_operation_name=\"text_completion\""

/* A family's rows stand together, whatever their kinds. */
static const struct family families[] = {
    {"completion", "switchyard_completions_total", COUNTER, ALL, 1,
     "Completions that were asked for.", NULL, NULL},
    {"answer", "switchyard_completion_duration_seconds", HISTOGRAM, ALL, 1e6,
     "From the request to the answer of completions with a text that did not "
     "come from memory.",
     NULL, tally_time_bound},
    {"text", "switchyard_completion_time_to_text_seconds", HISTOGRAM, ALL, 1e6,
     "From the request to the first text, likewise.", NULL, tally_time_bound},
    {"shown", "switchyard_completions_shown_total", COUNTER, ALL, 1,
     "Completions that were seen.", NULL, NULL},
    {"accepted", "switchyard_completions_accepted_total", COUNTER, ALL, 1,
     "Completions that were taken, in part or whole.", NULL, NULL},
    {"whole", "switchyard_completions_accepted_whole_total", COUNTER, ALL, 1,
     "Completions that were taken whole.", NULL, NULL},
    {"judged", "switchyard_accepted_ratio", SUMMARY, ALL, 1,
     "Share of the text that was taken, of completions of which it is known.",
     NULL, NULL},
    {"retained_30s", "switchyard_retained_ratio", SUMMARY, ALL, 1,
     "Share of what was taken that is still there later.", "after=\"30s\"",
     NULL},
    {"retained_5min", "switchyard_retained_ratio", SUMMARY, ALL, 1, NULL,
     "after=\"5min\"", NULL},
    {"saved", "switchyard_saved_usd_total", SUM, ALL, 1,
     "Dollars less than the user's dearest model would have taken.", NULL,
     NULL},
    {"call", "gen_ai_client_operation_duration_seconds", HISTOGRAM, ENDED, 1e6,
     "Duration of calls to models that answered or failed.", GEN_AI,
     tally_time_bound},
    {"first", "gen_ai_client_operation_time_to_first_chunk_seconds", HISTOGRAM,
     ALL, 1e6, "From a call to its first text, of those that answered.", GEN_AI,
     tally_time_bound},
    {"tokens_in", "gen_ai_client_token_usage", HISTOGRAM, ALL, 1,
     "Tokens of calls, measured or estimated.",
     GEN_AI ",gen_ai_token_type=\"input\"", tally_token_bound},
    {"tokens_out", "gen_ai_client_token_usage", HISTOGRAM, ALL, 1, NULL,
     GEN_AI ",gen_ai_token_type=\"output\"", tally_token_bound},
    {"call", "switchyard_calls_dropped_total", COUNTER, DROPPED, 1,
     "Calls that were ended because nobody waited for them any more.", NULL,
     NULL},
    {"tokens_cached", "switchyard_cached_input_tokens_total", SUM, ALL, 1,
     "Tokens sent that the services had cached.", NULL, NULL},
    {"cost", "switchyard_cost_usd_total", SUM, ALL, 1,
     "Dollars that calls took, as far as their price is known.", NULL, NULL},
};

enum { N_FAMILIES = sizeof families / sizeof *families };

/* --- rare names */

struct value {
    const char *name;
    uint64_t n;
};

static int by_number(const void *left, const void *right)
{
    const struct value *a = left, *b = right;
    return a->n != b->n ? (a->n < b->n ? 1 : -1) : strcmp(a->name, b->name);
}

static char *label_of(struct tally_row *r, size_t offset)
{
    return (char *)r + offset;
}

/* The values of one label, with how often each is there. */
static bool count_values(struct tallies *t, size_t offset, struct map *seen)
{
    for (size_t i = 0; i < t->n; i++) {
        struct str name = str_from(label_of(&t->rows[i], offset));
        struct value *v = map_get(seen, name);
        if (!v) {
            v = calloc(1, sizeof *v);
            if (!v || !map_put(seen, name, v, NULL)) {
                free(v);
                return false;
            }
        }
        v->n += t->rows[i].n;
    }
    return true;
}

static bool rename_rare(struct tallies *t, size_t offset, struct map *seen)
{
    const struct map_slot *slot;
    size_t n = 0, at = 0;
    struct value *all = calloc(seen->count, sizeof *all);
    if (!all)
        return false;
    while ((slot = map_next(seen, &at)))
        all[n++] =
            (struct value){slot->key, ((const struct value *)slot->value)->n};
    qsort(all, n, sizeof *all, by_number);
    for (size_t i = METRICS_VALUES; i < n; i++)
        ((struct value *)map_get(seen, str_from(all[i].name)))->n = 0;
    free(all);
    for (size_t i = 0; i < t->n; i++) {
        char *name = label_of(&t->rows[i], offset);
        if (((const struct value *)map_get(seen, str_from(name)))->n == 0)
            strcpy(name, "other");
    }
    return true;
}

static bool bound_values(struct tallies *t, size_t offset)
{
    struct map seen;
    map_init(&seen);
    bool done = count_values(t, offset, &seen) &&
                (seen.count <= METRICS_VALUES || rename_rare(t, offset, &seen));
    map_release(&seen, free);
    return done;
}

/* --- order */

static int compare_labels(const struct tally_row *a, const struct tally_row *b)
{
    int order = strcmp(a->kind, b->kind);
#define X(name)                                                                \
    if (!order)                                                                \
        order = strcmp(a->name, b->name);
    TALLY_LABELS(X)
#undef X
    return order ? order : strcmp(a->detail, b->detail);
}

static int compare_rows(const void *left, const void *right)
{
    const struct tally_row *a = left, *b = right;
    int order = compare_labels(a, b);
    return order ? order : a->bucket - b->bucket;
}

/* --- text */

/* Prometheus, "Text format details": label values are escaped. */
static void add_value(struct buf *out, const char *value)
{
    for (; *value; value++)
        if (*value == '\n')
            buf_append(out, STR("\\n"));
        else if (*value == '\\' || *value == '"')
            buf_printf(out, "\\%c", *value);
        else
            buf_append_char(out, *value);
}

static void add_label(struct buf *out, const char *name, const char *value)
{
    if (!*value)
        return;
    buf_printf(out, "%s%s=\"", out->len ? "," : "", name);
    add_value(out, value);
    buf_append_char(out, '"');
}

/* "ERR_RATE_LIMIT" is "rate_limit". */
static void add_error(struct buf *out, const char *name, const char *error)
{
    char text[RECORD_NAME];
    size_t n = 0;
    const char *from =
        str_starts(str_from(error), STR("ERR_")) ? error + 4 : error;
    for (; from[n] && n + 1 < sizeof text; n++)
        text[n] = (char)tolower((unsigned char)from[n]);
    text[n] = '\0';
    add_label(out, name, text);
}

/* "text memory" is an outcome and where it came from. */
static void add_outcome(struct buf *out, const char *detail)
{
    char outcome[RECORD_NAME];
    struct str rest = str_from(detail), word = {0};
    str_cut(&rest, ' ', &word);
    snprintf(outcome, sizeof outcome, "%.*s", STR_ARG(word));
    add_label(out, "outcome", outcome);
    add_label(out, "source", rest.ptr ? rest.ptr : "");
}

/* Without braces. */
static void add_labels(struct buf *out, const struct family *f,
                       const struct tally_row *r)
{
    bool gen_ai = str_starts(str_from(f->name), STR("gen_ai_"));
    if (f->constant)
        buf_append(out, str_from(f->constant));
    add_label(out, gen_ai ? "gen_ai_request_model" : "model", r->model);
    add_label(out, gen_ai ? "gen_ai_provider_name" : "provider", r->provider);
    add_label(out, "class", r->class);
    add_label(out, "language", r->language);
    add_label(out, "editor", r->editor);
    if (!strcmp(f->kind, "completion"))
        add_outcome(out, r->detail);
    else if (f->part == DROPPED)
        add_error(out, "reason", r->detail);
    else if (f->part == ENDED && strcmp(r->detail, "OK") != 0)
        add_error(out, "error_type", r->detail);
}

static void add_series(struct buf *out, const char *name, const char *suffix,
                       const struct buf *labels, const char *more)
{
    bool any = labels->len || more;
    buf_printf(out, "%s%s%s%.*s%s%s%s ", name, suffix, any ? "{" : "",
               STR_ARG(buf_view(labels)), labels->len && more ? "," : "",
               more ? more : "", any ? "}" : "");
}

/* --- families */

/* The rows of one series, added up. */
struct series {
    const struct tally_row *first;
    uint64_t n, buckets[TALLY_BUCKETS];
    double sum;
};

static bool belongs(const struct family *f, const struct tally_row *r)
{
    bool dropped = !strcmp(r->detail, "ERR_SUPERSEDED") ||
                   !strcmp(r->detail, "ERR_CANCELLED") ||
                   !strcmp(r->detail, "ERR_OUTRUN");
    return !strcmp(r->kind, f->kind) &&
           (f->part == ALL || (f->part == DROPPED) == dropped);
}

static void print_histogram(struct buf *out, const struct family *f,
                            const struct series *s, const struct buf *labels)
{
    uint64_t below = 0;
    for (int i = 0; i < TALLY_BUCKETS; i++) {
        char bound[40] = "le=\"+Inf\"";
        below += s->buckets[i];
        if (i + 1 < TALLY_BUCKETS)
            snprintf(bound, sizeof bound, "le=\"%.10g\"",
                     (double)f->bound(i) / f->scale);
        add_series(out, f->name, "_bucket", labels, bound);
        buf_printf(out, "%llu\n", (unsigned long long)below);
    }
}

static void print_series(struct buf *out, const struct family *f,
                         const struct series *s)
{
    struct buf labels;
    buf_init(&labels, 4096);
    add_labels(&labels, f, s->first);
    if (f->type == COUNTER || f->type == SUM) {
        add_series(out, f->name, "", &labels, NULL);
        buf_printf(out, "%.15g\n",
                   f->type == SUM ? s->sum / f->scale : (double)s->n);
    } else {
        if (f->type == HISTOGRAM)
            print_histogram(out, f, s, &labels);
        add_series(out, f->name, "_sum", &labels, NULL);
        buf_printf(out, "%.15g\n", s->sum / f->scale);
        add_series(out, f->name, "_count", &labels, NULL);
        buf_printf(out, "%llu\n", (unsigned long long)s->n);
    }
    buf_release(&labels);
}

static void print_rows(struct buf *out, const struct family *f,
                       const struct tallies *t)
{
    for (size_t i = 0; i < t->n;) {
        struct series s = {.first = &t->rows[i]};
        if (!belongs(f, s.first)) {
            i++;
            continue;
        }
        for (; i < t->n && !compare_labels(s.first, &t->rows[i]); i++) {
            const struct tally_row *r = &t->rows[i];
            s.n += r->n;
            s.sum += r->sum;
            if (r->bucket >= 0 && r->bucket < TALLY_BUCKETS)
                s.buckets[r->bucket] += r->n;
        }
        print_series(out, f, &s);
    }
}

static void print_head(struct buf *out, const char *name, const char *type,
                       const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void print_families(struct buf *out, const struct tallies *t)
{
    static const char *const types[] = {"counter", "counter", "summary",
                                        "histogram"};
    for (size_t i = 0; i < N_FAMILIES; i++) {
        const struct family *f = &families[i];
        if (f->help)
            print_head(out, f->name, types[f->type], f->help);
        print_rows(out, f, t);
    }
}

/* --- how things stand now */

struct gauge {
    const char *name, *member, *help;
};

static const struct gauge model_gauges[] = {
    {"switchyard_model_calls_in_flight", "in_flight",
     "Calls under way, of all editors."},
    {"switchyard_model_calls_queued", "queue",
     "Calls that wait for one to end."},
    {"switchyard_model_concurrency_limit", "max_concurrent",
     "Calls that may be under way at once."},
    {"switchyard_model_requests_per_minute_limit", "rpm",
     "Requests that it may be sent in a minute."},
    {"switchyard_model_tokens_per_minute_limit", "tpm",
     "Tokens that it may take in a minute."},
    {"switchyard_model_requests_left", "rpm_left",
     "Requests that it may still be sent this minute."},
    {"switchyard_model_tokens_left", "tpm_left",
     "Tokens that it may still take this minute."},
    {"switchyard_model_budget_left_usd", "budget_left",
     "Dollars left of the smallest budget that it is under."},
};

static const struct gauge budget_gauges[] = {
    {"switchyard_budget_limit_usd", "dollars", "Dollars that may be spent."},
    {"switchyard_budget_spent_usd", "spent",
     "Dollars spent in this day or month of local time."},
};

static void add_member(struct buf *labels, const cJSON *o, const char *member)
{
    char text[512];
    struct str value;
    if (!json_get_str(o, member, &value))
        return;
    snprintf(text, sizeof text, "%.*s", STR_ARG(value));
    add_label(labels, member, text);
}

/* A line for each object that knows it. */
static void print_gauge(struct buf *out, const struct gauge *g,
                        const cJSON *list, const char *first,
                        const char *second)
{
    const cJSON *o;
    struct buf labels;
    double value;
    print_head(out, g->name, "gauge", g->help);
    buf_init(&labels, 4096);
    cJSON_ArrayForEach(o, list)
    {
        if (!json_get_number(o, g->member, &value))
            continue;
        buf_clear(&labels);
        add_member(&labels, o, first);
        add_member(&labels, o, second);
        add_series(out, g->name, "", &labels, NULL);
        buf_printf(out, "%.15g\n", value);
    }
    buf_release(&labels);
}

/* One of its states is 1: that is how Prometheus has enumerations. */
static void print_health(struct buf *out, const cJSON *models)
{
    static const char name[] = "switchyard_model_circuit_state";
    static const char *const states[] = {"closed", "half_open", "open"};
    const cJSON *o;
    struct buf labels;
    print_head(out, name, "gauge",
               "Whether a model's circuit is in this state; open: it is left "
               "alone.");
    buf_init(&labels, 4096);
    cJSON_ArrayForEach(o, models)
    {
        struct str health;
        if (!json_get_str(o, "health", &health))
            continue;
        for (size_t i = 0; i < 3; i++) {
            buf_clear(&labels);
            add_member(&labels, o, "model");
            add_member(&labels, o, "provider");
            add_label(&labels, "state", states[i]);
            add_series(out, name, "", &labels, NULL);
            buf_printf(out, "%d\n", str_is(health, states[i]));
        }
    }
    buf_release(&labels);
}

static void print_now(struct buf *out, const cJSON *now)
{
    const cJSON *models = json_get(now, "models");
    const cJSON *budgets = json_get(now, "budgets");
    if (!now)
        return;
    print_health(out, models);
    for (size_t i = 0; i < sizeof model_gauges / sizeof *model_gauges; i++)
        print_gauge(out, &model_gauges[i], models, "model", "provider");
    for (size_t i = 0; i < sizeof budget_gauges / sizeof *budget_gauges; i++)
        print_gauge(out, &budget_gauges[i], budgets, "for", "per");
}

bool metrics_print(struct buf *out, struct tallies *t, const cJSON *now)
{
    bool bounded = true;
#define X(name) bounded &= bound_values(t, offsetof(struct tally_row, name));
    TALLY_LABELS(X)
#undef X
    if (!bounded)
        return false;
    if (t->n)
        qsort(t->rows, t->n, sizeof *t->rows, compare_rows);
    print_head(out, "switchyard_build_info", "gauge",
               "Always 1; which Switchyard this is.");
    buf_append(out, STR("switchyard_build_info{version=\"" SWITCHYARD_VERSION
                        "\"} 1\n"));
    print_families(out, t);
    print_now(out, now);
    return !out->failed;
}
