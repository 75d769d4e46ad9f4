#include "route/strategy.h"
#include "base/money.h"
#include "config/keys.h"
#include "config/known.h"
#include "route/adaptive.h"
#include "route/reading.h"
#include "route/sql.h"
#include "route/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the built-in ones */

static double score_cost(const struct standing *s, const struct task *task)
{
    (void)task;
    return s->expected_cost;
}

/* What failed has to be asked again, of somebody. */
static double score_performance(const struct standing *s,
                                const struct task *task)
{
    double ms = isnan(s->avg_ms) ? s->ttft_ms : s->avg_ms;
    (void)task;
    return isnan(s->success_rate) ? ms : ms / fmax(s->success_rate, 0.05);
}

static bool fits_context(const struct standing *s, const struct task *task)
{
    return isnan(s->max_context) ||
           s->max_context >= (double)task->tokens * STANDING_MARGIN;
}

static double score_context(const struct standing *s, const struct task *task)
{
    (void)task;
    return -s->max_context;
}

/* Retained counts as much as accepted, where it is known. */
static double score_quality(const struct standing *s, const struct task *task)
{
    (void)task;
    return isnan(s->retain_rate) ? 1 - s->accept_rate
                                 : 1 - (s->accept_rate + s->retain_rate) / 2;
}

static const struct strategy strategies[] = {
    {"cost", "the cheapest for this completion first", "$", NULL, score_cost,
     false, NULL},
    {"performance", "the quickest first, failures counted as waiting", "ms",
     NULL, score_performance, false, NULL},
    {"context",
     "those whose window holds the prompt; alone, the largest window first",
     "tokens", fits_context, score_context, false, NULL},
    {"quality",
     "the one whose completions are accepted and retained most first, for "
     "this language and class",
     "rejected", NULL, score_quality, false, NULL},
    {"balanced", "cost, performance and quality, by \"weights\"", "", NULL,
     NULL, true, NULL},
    {"adaptive",
     "learns, for this language and class, whose completions are worth most "
     "for their cost and time; now and then it tries the others",
     "$ worth", NULL, NULL, false, NULL},
};

enum { STRATEGIES = sizeof strategies / sizeof *strategies };

size_t strategy_count(void)
{
    return STRATEGIES;
}

const struct strategy *strategy_at(size_t i)
{
    return &strategies[i];
}

const struct strategy *strategy_find(const struct table *t, struct str name)
{
    for (size_t i = 0; i < t->n_strategies; i++)
        if (str_is(name, t->strategies[i].name))
            return &t->strategies[i];
    for (size_t i = 0; i < STRATEGIES; i++)
        if (str_is(name, strategies[i].name))
            return &strategies[i];
    return NULL;
}

void strategy_explain(const struct table *t, struct str name, struct buf *out)
{
    struct known known;
    known_init(&known, name);
    for (size_t i = 0; i < t->n_strategies; i++)
        known_add(&known, str_from(t->strategies[i].name));
    for (size_t i = 0; i < STRATEGIES; i++)
        known_add(&known, str_from(strategies[i].name));
    buf_printf(out, "there is no strategy \"%.*s\"%s",
               STR_ARG(str_sub(name, 0, 60)), known_text(&known));
    known_release(&known);
}

/* --- the user's */

/* By another of the user's; one that is built in makes way. */
static bool is_taken(const struct table *t, struct str name)
{
    for (size_t i = 0; i < t->n_strategies; i++)
        if (str_is(name, t->strategies[i].name))
            return true;
    return false;
}

/* False when either can't be understood. */
static bool compile(struct reading *r, const char *path, struct str where,
                    struct str by, struct strategy *s)
{
    struct why why = {{0}};
    struct sql *sql = reading_sql(r);
    bool in_where;
    if (!sql)
        return false;
    s->own = sql_ranking(sql, where, by, &in_where, &why);
    if (!s->own) {
        reading_note(r, SEVERITY_ERROR, path, in_where ? "where" : "order_by",
                     "%s", why.text);
        return false;
    }
    bool good = values_check(r, path, "where", where);
    return values_check(r, path, "order_by", by) && good;
}

static void read_strategy(struct reading *r, const cJSON *json, int index)
{
    struct table *t = r->table;
    struct strategy *s = &t->strategies[t->n_strategies];
    struct str name, where = {0}, by = {0};
    char path[32];
    snprintf(path, sizeof path, "strategies[%d]",
             reading_place(r, json, index).index);
    if (json_get(json, KEY_LEFT_OUT))
        return;
    json_get_str(json, "where", &where);
    bool ordered = json_get_str(json, "order_by", &by);
    if (!json_get_str(json, "name", &name) || (!where.len && !ordered)) {
        reading_note(r, SEVERITY_ERROR, path, "",
                     "a strategy has a \"name\" and says which models, "
                     "\"where\", or in which order, \"order_by\"");
        return;
    }
    if (is_taken(t, name)) {
        reading_note(r, SEVERITY_ERROR, path, "name",
                     "there is a strategy \"%.*s\" already; give this one "
                     "another name",
                     STR_ARG(str_sub(name, 0, 60)));
        return;
    }
    *s = (struct strategy){.doc = "the user's own", .unit = "place"};
    s->name = reading_keep(r, name).ptr;
    if (s->name && compile(r, path, where, by, s))
        t->n_strategies++;
    else
        sql_query_free(s->own);
}

static void read_adaptive(struct table *t, const cJSON *json)
{
    t->adaptive.worth = key_number("adaptive.worth");
    t->adaptive.second = key_number("adaptive.second");
    json_get_number(json, "worth", &t->adaptive.worth);
    json_get_number(json, "second", &t->adaptive.second);
}

static void read_weights(struct table *t, const cJSON *json)
{
    struct weights w = {key_number("weights.cost"),
                        key_number("weights.performance"),
                        key_number("weights.quality")};
    json_get_number(json, "cost", &w.cost);
    json_get_number(json, "performance", &w.performance);
    json_get_number(json, "quality", &w.quality);
    t->weights = w;
}

void strategies_read(struct reading *r, const cJSON *config)
{
    const cJSON *list = json_get(config, "strategies");
    char file[sizeof r->problems->origin];
    int index = 0, n = cJSON_GetArraySize(list);
    read_weights(r->table, json_get(config, "weights"));
    read_adaptive(r->table, json_get(config, "adaptive"));
    if (n == 0)
        return;
    if (n > STRATEGIES_MAX) {
        problems_add(r->problems, SEVERITY_ERROR, "strategies",
                     "there are more than %d; those behind are left out",
                     STRATEGIES_MAX);
        n = STRATEGIES_MAX;
    }
    r->table->strategies =
        arena_array(&r->table->arena, (size_t)n, sizeof *r->table->strategies);
    if (!r->table->strategies) {
        r->no_memory = true;
        return;
    }
    snprintf(file, sizeof file, "%s", r->problems->origin);
    for (const cJSON *e = list->child; e && index < n; e = e->next)
        read_strategy(r, e, index++);
    problems_origin(r->problems, file);
}

void strategies_release(struct table *t)
{
    for (size_t i = 0; i < t->n_strategies; i++)
        sql_query_free(t->strategies[i].own);
}

/* --- scores */

struct ranking {
    const struct table *table;
    const struct strategy *const *by;
    size_t n_by;
    const struct task *task;
    struct random *random;
    struct contender *c;
    size_t n;
    struct why *skipped;
};

/* Where `value` lies between the smallest and the largest of all: 0 to 1, and
 * in the middle what nobody knows. */
struct span {
    double low, high;
};

static struct span span_of(const struct ranking *r,
                           double (*score)(const struct standing *,
                                           const struct task *))
{
    struct span s = {INFINITY, -INFINITY};
    for (size_t i = 0; i < r->n; i++) {
        double value = score(r->c[i].standing, r->task);
        if (isnan(value))
            continue;
        s.low = fmin(s.low, value);
        s.high = fmax(s.high, value);
    }
    return s;
}

static double within(struct span s, double value)
{
    if (isnan(value))
        return 0.5;
    return s.high > s.low ? (value - s.low) / (s.high - s.low) : 0;
}

static void score_balanced(struct ranking *r, size_t k)
{
    struct weights w = r->table->weights;
    struct span cost = span_of(r, score_cost),
                time = span_of(r, score_performance),
                quality = span_of(r, score_quality);
    double sum = w.cost + w.performance + w.quality;
    for (size_t i = 0; i < r->n; i++) {
        const struct standing *s = r->c[i].standing;
        double score =
            w.cost * within(cost, score_cost(s, r->task)) +
            w.performance * within(time, score_performance(s, r->task)) +
            w.quality * within(quality, score_quality(s, r->task));
        r->c[i].scores[k] = sum > 0 ? score / sum : 0;
    }
}

static void note(struct ranking *r, const struct strategy *s, const char *why)
{
    if (!r->skipped->text[0])
        why_set(r->skipped, OK, "the strategy \"%s\" was skipped: %s", s->name,
                why);
}

/* The place in the user's order, which has all models, among the candidates
 * is the score; the others do not fit. */
static void score_own(struct ranking *r, const struct strategy *s, size_t k,
                      bool *fits)
{
    struct why why;
    size_t n, *order = calloc(r->table->n_models + 1, sizeof *order);
    for (size_t i = 0; i < r->n; i++)
        fits[i] = r->c[i].fits;
    if (!order)
        return;
    if (sql_rank(s->own, order, &n, &why)) {
        note(r, s, why.text);
        free(order);
        return;
    }
    for (size_t i = 0; i < r->n; i++) {
        r->c[i].scores[k] = NAN;
        fits[i] = false;
    }
    for (size_t at = 0, place = 0; at < n; at++)
        for (size_t i = 0; i < r->n; i++)
            if (r->c[i].row == order[at]) {
                r->c[i].scores[k] = (double)place++;
                fits[i] = true;
            }
    free(order);
}

static void score_all(struct ranking *r, size_t k, bool *fits)
{
    const struct strategy *s = r->by[k];
    /* As one of several "context" only filters. */
    bool only_filters = s->fits && r->n_by > 1;
    for (size_t i = 0; i < r->n; i++) {
        const struct standing *row = r->c[i].standing;
        fits[i] = !s->fits || s->fits(row, r->task);
        r->c[i].scores[k] =
            s->score && !only_filters ? s->score(row, r->task) : 0;
    }
    if (s->own)
        score_own(r, s, k, fits);
    else if (!s->score)
        s->by_weights ? score_balanced(r, k)
                      : adaptive_score(r->table, r->random, r->c, r->n, k);
}

/* A filter that nobody passes is no help. */
static void filter(struct ranking *r, const struct strategy *s,
                   const bool *fits)
{
    bool any = false;
    for (size_t i = 0; i < r->n; i++)
        any |= r->c[i].fits && fits[i];
    for (size_t i = 0; any && i < r->n; i++) {
        struct contender *c = &r->c[i];
        if (!c->fits || fits[i])
            continue;
        c->fits = false;
        snprintf(c->reason, sizeof c->reason,
                 "does not fit the strategy "
                 "\"%s\"",
                 s->name);
    }
}

/* --- order */

/* NAN is behind all. */
static int compare(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

/* Those that fit first; stable. */
static void sort(struct contender *c, size_t n, size_t k)
{
    for (size_t i = 1; i < n; i++) {
        struct contender moved = c[i];
        size_t at = i;
        for (; at > 0; at--) {
            const struct contender *before = &c[at - 1];
            int order = before->fits != moved.fits
                            ? moved.fits - before->fits
                            : compare(before->scores[k], moved.scores[k]);
            if (order <= 0)
                break;
            c[at] = *before;
        }
        c[at] = moved;
    }
}

static bool alike(double best, double other)
{
    if (isnan(best) || isnan(other))
        return isnan(best) && isnan(other);
    return fabs(other - best) <= fabs(best) * STRATEGY_TOLERANCE + 1e-12;
}

/* Sort by strategy `k`, then each run of what is alike by the next. */
static void sort_runs(struct ranking *r, size_t from, size_t to, size_t k)
{
    struct contender *c = r->c;
    sort(c + from, to - from, k);
    for (size_t i = from, end; k + 1 < r->n_by && i < to; i = end) {
        end = i + 1;
        while (end < to && c[end].fits == c[i].fits &&
               alike(c[i].scores[k], c[end].scores[k]))
            end++;
        if (end - i > 1)
            sort_runs(r, i, end, k + 1);
    }
}

/* As snprintf() has it. */
static int print_score(char *out, size_t size, const char *head,
                       const struct strategy *s, double score)
{
    if (isnan(score))
        return snprintf(out, size, "%s%s%s", head, s->name,
                        s->own ? ", which no model fits" : " unknown");
    if (s->unit[0] == '$')
        return snprintf(out, size, "%s%s %s", head, s->name,
                        money_text(score).text);
    if (s->own)
        return snprintf(out, size, "%s%s, place %g", head, s->name, score + 1);
    return snprintf(out, size,
                    fabs(score) < 1000 ? "%s%s %.3g%s%s" : "%s%s %.0f%s%s",
                    head, s->name, fabs(score), *s->unit ? " " : "", s->unit);
}

static void explain(const struct ranking *r, struct contender *c)
{
    size_t used = 0;
    for (size_t k = 0; k < r->n_by && used + 40 < sizeof c->reason; k++) {
        if (r->by[k]->fits && r->n_by > 1)
            continue;
        used +=
            (size_t)print_score(c->reason + used, sizeof c->reason - used,
                                used ? "; " : "by ", r->by[k], c->scores[k]);
    }
}

void strategies_rank(const struct table *t, const struct strategy *const *by,
                     size_t n, const struct task *task, struct random *random,
                     struct contender *c, size_t n_contenders,
                     struct why *skipped)
{
    struct ranking r = {t, by, n, task, random, c, n_contenders, skipped};
    bool *fits = calloc(n_contenders + 1, sizeof *fits);
    for (size_t k = 0; fits && k < n; k++) {
        score_all(&r, k, fits);
        filter(&r, by[k], fits);
    }
    if (fits && n)
        sort_runs(&r, 0, n_contenders, 0);
    for (size_t i = 0; fits && i < n_contenders; i++)
        if (c[i].fits)
            explain(&r, &c[i]);
    free(fits);
}
