#include "history/report.h"
#include "base/clock.h"
#include "base/map.h"
#include "history/schema.h"
#include "history/spread.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The newest first: where patience ends, it is the old that is left out. */
static const char rows_sql[] =
    "SELECT c.id, c.wall_us, c.model, c.provider, c.class, c.language,"
    " c.editor, c.project, c.route, c.trigger,"
    " c.outcome, c.cached, c.joined, c.saved, c.first_us, c.total_us, c.shown,"
    " c.accepted, c.retained_30s, c.retained_5min,"
    " a.model, a.provider, a.outcome, a.tokens_in, a.tokens_out,"
    " a.tokens_cached, a.estimated, a.cost, a.first_us, a.total_us"
    " FROM completion c LEFT JOIN attempt a ON a.completion = c.id"
    " WHERE c.wall_us >= ?1 AND c.wall_us < ?2"
    " AND (?3 IS NULL OR ?3 IN (c.model, a.model))"
    " AND (?4 IS NULL OR ?4 IN (c.provider, a.provider))"
    " AND (?5 IS NULL OR c.class = ?5) AND (?6 IS NULL OR c.language = ?6)"
    " AND (?7 IS NULL OR c.editor = ?7) AND (?8 IS NULL OR c.project = ?8)"
    " AND (?9 IS NULL OR c.route = ?9) AND (?10 IS NULL OR c.trigger = ?10)"
    " ORDER BY c.wall_us DESC, c.id DESC, a.place";

enum {
    COLUMN_ID,
    COLUMN_WALL,
    COLUMN_NAMES, /* in the order of the dimensions */
    COLUMN_OUTCOME = COLUMN_NAMES + REPORT_NAMES,
    COLUMN_CACHED,
    COLUMN_JOINED,
    COLUMN_SAVED,
    COLUMN_FIRST,
    COLUMN_TOTAL,
    COLUMN_SHOWN,
    COLUMN_ACCEPTED,
    COLUMN_RETAINED_30S,
    COLUMN_RETAINED_5MIN,
    COLUMN_CALL_NAMES, /* its model and provider */
    COLUMN_CALL_OUTCOME = COLUMN_CALL_NAMES + 2,
    COLUMN_TOKENS_IN,
    COLUMN_TOKENS_OUT,
    COLUMN_TOKENS_CACHED,
    COLUMN_ESTIMATED,
    COLUMN_COST,
    COLUMN_CALL_FIRST,
    COLUMN_CALL_TOTAL,
};

enum {
    BINDS = 3, /* the number of the first name's */
    PERIODS = REPORT_DIMENSION_COUNT - REPORT_DAY,
};

/* A row while it is counted. */
struct group {
    struct report_row row;
    double accepted, retained_30s, retained_5min; /* sums of shares */
    uint64_t looks_30s, looks_5min;
    bool saved, priced; /* something is known */
    struct spread text, answer, first, total;
};

struct scan {
    const struct report_question *q;
    sqlite3_stmt *s;
    struct map groups;
    struct group total;
    usec deadline;
    int64_t id; /* of the completion that was counted last */
    bool any;   /* there is one */
    int64_t newest, oldest;
    struct period {
        int64_t from, behind;
        char name[REPORT_KEY];
    } periods[PERIODS]; /* those that were looked up last */
    bool failed;        /* no memory */
};

/* --- names */

static const char *const dimension_names[] = {
#define X(name, text) text,
    REPORT_DIMENSIONS(X)
#undef X
};

const char *report_dimension_name(enum report_dimension d)
{
    return dimension_names[d];
}

enum report_dimension report_dimension_find(struct str name)
{
    int d = 0;
    while (d < REPORT_DIMENSION_COUNT && !str_is(name, dimension_names[d]))
        d++;
    return (enum report_dimension)d;
}

static bool is_time(enum report_dimension d)
{
    return d >= REPORT_DAY;
}

/* --- columns */

static struct str text(sqlite3_stmt *s, int column)
{
    return str_from((const char *)sqlite3_column_text(s, column));
}

static bool known(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) != SQLITE_NULL;
}

static uint64_t count(sqlite3_stmt *s, int column)
{
    int64_t n = sqlite3_column_int64(s, column);
    return n > 0 ? (uint64_t)n : 0;
}

/* --- groups */

static const char *const period_formats[PERIODS] = {
    [REPORT_DAY - REPORT_DAY] = "%Y-%m-%d",
    [REPORT_HOUR - REPORT_DAY] = "%Y-%m-%d %H:00",
    [REPORT_MINUTE - REPORT_DAY] = "%Y-%m-%d %H:%M",
};

/* The rows of a day, an hour or a minute come one after the other. */
static struct period *period_of(struct scan *c, enum report_dimension d)
{
    struct period *p = &c->periods[d - REPORT_DAY];
    int64_t wall = sqlite3_column_int64(c->s, COLUMN_WALL);
    time_t seconds = (time_t)(wall / 1000000);
    struct tm t;
    if (p->behind && wall >= p->from && wall < p->behind)
        return p;
    localtime_r(&seconds, &t);
    if (d == REPORT_MINUTE) {
        p->from = ((int64_t)seconds - t.tm_sec) * 1000000;
        p->behind = p->from + INT64_C(60000000);
    } else if (d == REPORT_HOUR) {
        p->from = ((int64_t)seconds - t.tm_min * 60 - t.tm_sec) * 1000000;
        p->behind = p->from + INT64_C(3600000000);
    } else {
        p->from = clock_midnight(wall, 0);
        p->behind = clock_midnight(wall, 1);
    }
    strftime(p->name, sizeof p->name, period_formats[d - REPORT_DAY], &t);
    return p;
}

/* Of the completion, or of its call. */
static struct str value_of(struct scan *c, enum report_dimension d, bool call)
{
    if (is_time(d))
        return str_from(period_of(c, d)->name);
    bool of_call = call && d <= REPORT_PROVIDER;
    return text(c->s, (of_call ? COLUMN_CALL_NAMES : COLUMN_NAMES) + (int)d);
}

static struct group *group_new(struct scan *c, struct str key, bool call)
{
    struct group *g = calloc(1, sizeof *g);
    if (!g || !map_put(&c->groups, key, g, NULL)) {
        free(g);
        c->failed = true;
        return NULL;
    }
    g->row.others = key.len == 0;
    for (size_t i = 0; !g->row.others && i < c->q->n_by; i++) {
        enum report_dimension d = c->q->by[i];
        snprintf(g->row.key[i], REPORT_KEY, "%.*s",
                 STR_ARG(value_of(c, d, call)));
        if (is_time(d))
            g->row.began_us = period_of(c, d)->from;
    }
    return g;
}

/* The one that this row belongs to; NULL without memory. What comes when there
 * are REPORT_ROWS goes to the one without a key. */
static struct group *group_of(struct scan *c, bool call)
{
    char key[REPORT_BY * (REPORT_KEY + 1)];
    size_t n = 0;
    for (size_t i = 0; i < c->q->n_by; i++) {
        struct str value = value_of(c, c->q->by[i], call);
        value = str_sub(value, 0, REPORT_KEY - 1);
        if (value.len)
            memcpy(key + n, value.ptr, value.len);
        n += value.len;
        key[n++] = 31; /* ASCII's unit separator */
    }
    struct str whole = {key, n};
    struct group *g = map_get(&c->groups, whole);
    if (!g && c->groups.count >= REPORT_ROWS) {
        whole = STR("");
        g = map_get(&c->groups, whole);
    }
    return g ? g : group_new(c, whole, call);
}

/* --- counting */

static void add_times(struct scan *c, struct spread *first,
                      struct spread *total, int column)
{
    if (known(c->s, column) &&
        !spread_add(first, sqlite3_column_int64(c->s, column)))
        c->failed = true;
    if (known(c->s, column + 1) &&
        !spread_add(total, sqlite3_column_int64(c->s, column + 1)))
        c->failed = true;
}

static void add_verdict(struct group *g, sqlite3_stmt *s)
{
    double share = sqlite3_column_double(s, COLUMN_ACCEPTED);
    g->row.shown += count(s, COLUMN_SHOWN) > 0;
    if (known(s, COLUMN_ACCEPTED)) {
        g->row.judged++;
        g->row.accepted += share > 0;
        g->row.accepted_whole += share >= 1;
        g->accepted += share;
    }
    if (known(s, COLUMN_RETAINED_30S)) {
        g->looks_30s++;
        g->retained_30s += sqlite3_column_double(s, COLUMN_RETAINED_30S);
    }
    if (known(s, COLUMN_RETAINED_5MIN)) {
        g->looks_5min++;
        g->retained_5min += sqlite3_column_double(s, COLUMN_RETAINED_5MIN);
    }
}

static void add_completion(struct scan *c, struct group *g)
{
    sqlite3_stmt *s = c->s;
    struct report_row *r = &g->row;
    struct str outcome = text(s, COLUMN_OUTCOME);
    bool has_text = str_is(outcome, "text");
    bool cached = count(s, COLUMN_CACHED), joined = count(s, COLUMN_JOINED);
    r->completions++;
    r->texts += has_text;
    r->nothing += str_is(outcome, "nothing");
    r->superseded += str_is(outcome, "superseded");
    r->cancelled += str_is(outcome, "cancelled");
    r->cached += cached;
    r->joined += joined;
    r->avoided += cached || joined;
    if (has_text && !cached)
        add_times(c, &g->text, &g->answer, COLUMN_FIRST);
    if (known(s, COLUMN_SAVED)) {
        g->saved = true;
        r->saved += sqlite3_column_double(s, COLUMN_SAVED);
    }
    add_verdict(g, s);
}

static enum err kind_of(struct str name)
{
    int e = OK;
    while (e < ERR_COUNT && !str_is(name, err_name((enum err)e)))
        e++;
    return e < ERR_COUNT ? (enum err)e : ERR_INTERNAL; /* of another version */
}

static void add_tokens(struct group *g, sqlite3_stmt *s)
{
    struct report_row *r = &g->row;
    r->tokens_in += count(s, COLUMN_TOKENS_IN);
    r->tokens_out += count(s, COLUMN_TOKENS_OUT);
    r->tokens_cached += count(s, COLUMN_TOKENS_CACHED);
    r->estimated += count(s, COLUMN_ESTIMATED);
    if (known(s, COLUMN_COST)) {
        g->priced = true;
        r->cost += sqlite3_column_double(s, COLUMN_COST);
    }
}

/* What somebody ended who did not want it any more is no failure. */
static void add_call(struct scan *c, struct group *g)
{
    struct report_row *r = &g->row;
    enum err e = kind_of(text(c->s, COLUMN_CALL_OUTCOME));
    r->calls++;
    add_tokens(g, c->s);
    if (e == OK) {
        r->unpriced += !known(c->s, COLUMN_COST);
        add_times(c, &g->first, &g->total, COLUMN_CALL_FIRST);
    } else if (err_is_failure(e)) {
        r->failures++;
        r->errors[e]++;
    } else {
        r->dropped++;
    }
}

/* Where a model or provider is asked for, of this row's two the one may be of
 * another. */
static bool is_wanted(struct scan *c, bool call)
{
    for (int d = REPORT_MODEL; d <= REPORT_PROVIDER; d++)
        if (c->q->only[d] &&
            !str_is(value_of(c, (enum report_dimension)d, call), c->q->only[d]))
            return false;
    return true;
}

static void add_to(struct scan *c, bool call,
                   void (*add)(struct scan *, struct group *))
{
    struct group *g = c->q->n_by ? group_of(c, call) : NULL;
    add(c, &c->total);
    if (g)
        add(c, g);
}

static void add_row(struct scan *c)
{
    int64_t id = sqlite3_column_int64(c->s, COLUMN_ID);
    int64_t wall = sqlite3_column_int64(c->s, COLUMN_WALL);
    bool fresh = !c->any || id != c->id;
    c->newest = c->any ? c->newest : wall;
    c->oldest = wall;
    c->any = true;
    c->id = id;
    if (fresh && is_wanted(c, false))
        add_to(c, false, add_completion);
    if (known(c->s, COLUMN_CALL_OUTCOME) && is_wanted(c, true))
        add_to(c, true, add_call);
}

/* --- the end */

static double share_of(double sum, uint64_t n)
{
    return n ? sum / (double)n : NAN;
}

static void finish(struct group *g)
{
    struct report_row *r = &g->row;
    r->accept_rate = share_of((double)r->accepted, r->judged);
    r->accepted_share = share_of(g->accepted, r->judged);
    r->retain_rate_30s = share_of(g->retained_30s, g->looks_30s);
    r->retain_rate_5min = share_of(g->retained_5min, g->looks_5min);
    r->failure_rate = share_of((double)r->failures, r->calls - r->dropped);
    r->saved = g->saved ? r->saved : NAN;
    r->cost = g->priced ? r->cost : NAN;
#define TIMES(name, spread)                                                    \
    r->name##_p50 = spread_at(spread, 0.5) / 1000;                             \
    r->name##_p95 = spread_at(spread, 0.95) / 1000;                            \
    r->name##_p99 = spread_at(spread, 0.99) / 1000
    TIMES(text, &g->text);
    TIMES(answer, &g->answer);
    TIMES(first, &g->first);
    TIMES(total, &g->total);
#undef TIMES
}

static void group_free(void *group)
{
    struct group *g = group;
    spread_release(&g->text);
    spread_release(&g->answer);
    spread_release(&g->first);
    spread_release(&g->total);
    free(g);
}

static int compare_keys(const struct report_row *a, const struct report_row *b)
{
    int order = 0;
    for (size_t i = 0; !order && i < REPORT_BY; i++)
        order = strcmp(a->key[i], b->key[i]);
    return order;
}

static int by_number(const void *left, const void *right)
{
    const struct report_row *a = left, *b = right;
    uint64_t of_a = a->completions + a->calls, of_b = b->completions + b->calls;
    if (a->others != b->others)
        return a->others ? 1 : -1;
    return of_a != of_b ? (of_a < of_b ? 1 : -1) : compare_keys(a, b);
}

/* Within a day or hour likewise. */
static int by_time(const void *left, const void *right)
{
    const struct report_row *a = left, *b = right;
    if (a->others == b->others && a->began_us != b->began_us)
        return a->began_us < b->began_us ? -1 : 1;
    return by_number(left, right);
}

static void take_rows(struct scan *c, struct report *out)
{
    const struct map_slot *slot;
    out->rows = calloc(c->groups.count + 1, sizeof *out->rows);
    c->failed |= !out->rows;
    for (size_t at = 0; out->rows && (slot = map_next(&c->groups, &at));) {
        finish(slot->value);
        out->rows[out->n++] = ((struct group *)slot->value)->row;
    }
    bool in_time = out->n_by && is_time(out->by[0]);
    if (out->n)
        qsort(out->rows, out->n, sizeof *out->rows,
              in_time ? by_time : by_number);
    finish(&c->total);
    out->total = c->total.row;
}

/* --- reading */

static int has_patience(void *arg)
{
    const struct scan *c = arg;
    return clock_now() > c->deadline;
}

static void bind(struct scan *c)
{
    const struct report_question *q = c->q;
    sqlite3_bind_int64(c->s, 1, q->since);
    sqlite3_bind_int64(c->s, 2, q->until ? q->until : INT64_MAX);
    for (int d = 0; d < REPORT_NAMES; d++)
        sqlite3_bind_text(c->s, BINDS + d, q->only[d], -1, SQLITE_STATIC);
}

static enum err run(struct scan *c, sqlite3 *db, struct report *out,
                    struct why *why)
{
    int rc = SQLITE_ROW;
    if (sqlite3_prepare_v2(db, rows_sql, -1, &c->s, NULL) != SQLITE_OK)
        return schema_failed(db, why);
    bind(c);
    sqlite3_progress_handler(db, 10000, has_patience, c);
    while (!c->failed && (rc = sqlite3_step(c->s)) == SQLITE_ROW)
        add_row(c);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    out->cut = rc == SQLITE_INTERRUPT;
    return rc == SQLITE_DONE || rc == SQLITE_ROW || out->cut
               ? OK
               : schema_failed(db, why);
}

enum err report_read(struct reader *r, const struct report_question *q,
                     struct report *out, struct why *why)
{
    return report_read_from(reader_db(r), q, out, why);
}

enum err report_read_from(sqlite3 *db, const struct report_question *q,
                          struct report *out, struct why *why)
{
    struct scan c = {.q = q};
    unsigned patience = q->patience_ms ? q->patience_ms : REPORT_PATIENCE_MS;
    *out = (struct report){.n_by = q->n_by};
    memcpy(out->by, q->by, sizeof out->by);
    map_init(&c.groups);
    c.deadline = clock_now() + MSEC(patience);
    enum err e = run(&c, db, out, why);
    if (!e)
        take_rows(&c, out);
    if (!e && c.failed)
        e = why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    if (c.any) {
        out->since = c.oldest;
        out->until = c.newest + 1;
    }
    sqlite3_finalize(c.s);
    map_release(&c.groups, group_free);
    spread_release(&c.total.text);
    spread_release(&c.total.answer);
    spread_release(&c.total.first);
    spread_release(&c.total.total);
    if (e)
        report_release(out);
    return e;
}

void report_empty(const struct report_question *q, struct report *out)
{
    struct group nothing = {0};
    *out = (struct report){.n_by = q->n_by};
    memcpy(out->by, q->by, sizeof out->by);
    finish(&nothing);
    out->total = nothing.row;
}

void report_release(struct report *r)
{
    free(r->rows);
    *r = (struct report){0};
}
