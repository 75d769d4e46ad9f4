#include "history/report.h"
#include "base/clock.h"
#include "base/map.h"
#include "history/database.h"
#include "history/group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BINDS = 3, /* the number of the first name's */
    PERIODS = REPORT_DIMENSION_COUNT - REPORT_DAY,
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
    return str_from((const char *)sqlite3_column_text(
        c->s, (of_call ? COLUMN_CALL_NAMES : COLUMN_NAMES) + (int)d));
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
                   bool (*add)(struct group *, sqlite3_stmt *))
{
    struct group *g = c->q->n_by ? group_of(c, call) : NULL;
    c->failed |= !add(&c->total, c->s) || (g && !add(g, c->s));
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
        add_to(c, false, group_add_completion);
    if (sqlite3_column_type(c->s, COLUMN_CALL_OUTCOME) != SQLITE_NULL &&
        is_wanted(c, true))
        add_to(c, true, group_add_call);
}

/* --- the end */

static void group_free(void *group)
{
    group_release(group);
    free(group);
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
        group_finish(slot->value);
        out->rows[out->n++] = ((struct group *)slot->value)->row;
    }
    bool in_time = out->n_by && is_time(out->by[0]);
    if (out->n)
        qsort(out->rows, out->n, sizeof *out->rows,
              in_time ? by_time : by_number);
    group_finish(&c->total);
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
    enum err e = database_prepare(db, group_rows_sql, &c->s, why);
    if (e)
        return e;
    bind(c);
    sqlite3_progress_handler(db, 10000, has_patience, c);
    while (!c->failed && (rc = sqlite3_step(c->s)) == SQLITE_ROW)
        add_row(c);
    sqlite3_progress_handler(db, 0, NULL, NULL);
    out->cut = rc == SQLITE_INTERRUPT;
    return rc == SQLITE_DONE || rc == SQLITE_ROW || out->cut
               ? OK
               : database_failed(db, why);
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
    group_release(&c.total);
    if (e)
        report_release(out);
    return e;
}

void report_empty(const struct report_question *q, struct report *out)
{
    struct group nothing = {0};
    *out = (struct report){.n_by = q->n_by};
    memcpy(out->by, q->by, sizeof out->by);
    group_finish(&nothing);
    out->total = nothing.row;
}

void report_release(struct report *r)
{
    free(r->rows);
    *r = (struct report){0};
}
