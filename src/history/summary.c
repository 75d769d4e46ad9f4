#include "history/summary.h"
#include "history/schema.h"

#include <stdio.h>
#include <unistd.h>

/* Ids of this process: the low bits are of its own, as store_id() makes them,
 * and the rest is the time. */
#define NOT_OURS "NOT (completion & 2047 = ?1 AND completion >= ?2)"

static const char models_sql[] =
    "SELECT model, provider, sum(CASE WHEN wall_us >= ?3 THEN cost END),"
    " sum(cost) FROM attempt WHERE wall_us >= ?4 AND cost > 0 AND " NOT_OURS
    " GROUP BY model, provider";

static const char calls_sql[] =
    "SELECT model, provider, wall_us, count(*),"
    " sum(ifnull(tokens_in, 0) + ifnull(tokens_out, 0)) FROM attempt"
    " WHERE wall_us >= ?3 AND " NOT_OURS
    " GROUP BY model, provider, wall_us / 1000000";

static void name(char out[RECORD_NAME], sqlite3_stmt *s, int column)
{
    const unsigned char *text = sqlite3_column_text(s, column);
    snprintf(out, RECORD_NAME, "%s", text ? (const char *)text : "");
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql,
                             const struct summary_question *q)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_int64(s, 1, (int64_t)getpid() & 2047);
    sqlite3_bind_int64(s, 2, (int64_t)((uint64_t)q->began << 11 & INT64_MAX));
    return s;
}

static bool read_models(sqlite3 *db, struct summary *out)
{
    sqlite3_stmt *s = prepare(db, models_sql, &out->of);
    int rc = SQLITE_DONE;
    if (!s)
        return false;
    sqlite3_bind_int64(s, 3, out->of.day);
    sqlite3_bind_int64(s, 4, out->of.month);
    while (out->n_models < SUMMARY_MODELS &&
           (rc = sqlite3_step(s)) == SQLITE_ROW) {
        struct summary_model *m = &out->models[out->n_models++];
        name(m->model, s, 0);
        name(m->provider, s, 1);
        m->day = sqlite3_column_double(s, 2);
        m->month = sqlite3_column_double(s, 3);
    }
    sqlite3_finalize(s);
    return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

static bool read_calls(sqlite3 *db, struct summary *out)
{
    sqlite3_stmt *s = prepare(db, calls_sql, &out->of);
    int rc = SQLITE_DONE;
    if (!s)
        return false;
    sqlite3_bind_int64(s, 3, out->of.wall - INT64_C(62000000));
    while (out->n_calls < SUMMARY_CALLS &&
           (rc = sqlite3_step(s)) == SQLITE_ROW) {
        struct summary_call *c = &out->calls[out->n_calls++];
        name(c->model, s, 0);
        name(c->provider, s, 1);
        c->wall_us = sqlite3_column_int64(s, 2);
        c->requests = sqlite3_column_double(s, 3);
        c->tokens = sqlite3_column_double(s, 4);
    }
    sqlite3_finalize(s);
    return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

bool summary_read(sqlite3 *db, struct summary *s)
{
    s->n_models = s->n_calls = 0;
    return read_models(db, s) && read_calls(db, s);
}

bool summary_load(const char *path, struct summary *s)
{
    struct why why;
    sqlite3 *db;
    if (schema_open(path, SQLITE_OPEN_READONLY, &db, &why))
        return false;
    bool read = summary_read(db, s);
    sqlite3_close(db);
    return read;
}
