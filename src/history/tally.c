#include "history/tally.h"
#include "history/database.h"

#include <stdio.h>
#include <stdlib.h>

static const char rows_sql[] =
    "SELECT kind, model, provider, class, language, editor, detail, bucket, n,"
    " sum FROM tally ORDER BY kind, model, provider, class, language, editor,"
    " detail, bucket";

int64_t tally_time_bound(int bucket)
{
    return INT64_C(10000) << bucket;
}

int64_t tally_token_bound(int bucket)
{
    return INT64_C(1) << 2 * bucket;
}

static void text(sqlite3_stmt *s, int *column, char *out, size_t size)
{
    snprintf(out, size, "%s",
             (const char *)sqlite3_column_text(s, (*column)++));
}

static void fill(sqlite3_stmt *s, struct tally_row *r)
{
    int column = 0;
    text(s, &column, r->kind, sizeof r->kind);
#define X(name) text(s, &column, r->name, sizeof r->name);
    TALLY_LABELS(X)
#undef X
    text(s, &column, r->detail, sizeof r->detail);
    r->bucket = sqlite3_column_int(s, column++);
    r->n = (uint64_t)sqlite3_column_int64(s, column++);
    r->sum = sqlite3_column_double(s, column);
}

static struct tally_row *next_row(struct tallies *t, size_t *cap)
{
    if (t->n == *cap) {
        size_t more = *cap ? 2 * *cap : 256;
        struct tally_row *rows = realloc(t->rows, more * sizeof *rows);
        if (!rows)
            return NULL;
        t->rows = rows;
        *cap = more;
    }
    return &t->rows[t->n++];
}

enum err tally_read(struct reader *r, struct tallies *out, struct why *why)
{
    sqlite3 *db = reader_db(r);
    sqlite3_stmt *s = NULL;
    struct tally_row *row = NULL;
    size_t cap = 0;
    int rc = SQLITE_ERROR;
    *out = (struct tallies){0};
    enum err e = database_prepare(db, rows_sql, &s, why);
    if (e)
        return e;
    while (out->n < TALLY_ROWS && (rc = sqlite3_step(s)) == SQLITE_ROW &&
           (row = next_row(out, &cap)))
        fill(s, row);
    if (rc == SQLITE_ROW && out->n < TALLY_ROWS)
        e = why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    else if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        e = database_failed(db, why);
    sqlite3_finalize(s);
    if (e)
        tally_release(out);
    return e;
}

void tally_release(struct tallies *t)
{
    free(t->rows);
    *t = (struct tallies){0};
}
