#include "history/lessons.h"
#include "history/schema.h"

#include <stdio.h>
#include <stdlib.h>

#define DAY INT64_C(86400000000)

static const char calls_sql[] =
    "SELECT a.wall_us, a.outcome, a.tokens_out, a.first_us, a.total_us,"
    " a.whole, c.language, c.class, c.input_length"
    " FROM attempt a JOIN completion c ON c.id = a.completion"
    " WHERE a.model = ?1 AND a.provider = ?2 AND a.wall_us >= ?3"
    " ORDER BY a.wall_us DESC LIMIT ?4";

static const char verdicts_sql[] =
    "SELECT wall_us, language, class, accepted, retained_30s FROM completion"
    " WHERE model = ?1 AND provider = ?2 AND wall_us >= ?3"
    " AND accepted IS NOT NULL ORDER BY wall_us DESC LIMIT ?4";

static void text(sqlite3_stmt *s, int column, char *out, size_t size)
{
    const unsigned char *value = sqlite3_column_text(s, column);
    snprintf(out, size, "%s", value ? (const char *)value : "");
}

static int64_t count(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) == SQLITE_NULL
               ? -1
               : sqlite3_column_int64(s, column);
}

static double share(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) == SQLITE_NULL
               ? -1
               : sqlite3_column_double(s, column);
}

static void fill_call(sqlite3_stmt *s, struct lesson *out)
{
    out->wall_us = count(s, 0);
    text(s, 1, out->outcome, sizeof out->outcome);
    out->tokens_out = count(s, 2);
    out->first_us = count(s, 3);
    out->total_us = count(s, 4);
    out->whole = count(s, 5) > 0;
    text(s, 6, out->language, sizeof out->language);
    text(s, 7, out->class, sizeof out->class);
    out->input_length = count(s, 8);
}

static void fill_verdict(sqlite3_stmt *s, struct lesson *out)
{
    out->is_verdict = true;
    out->wall_us = count(s, 0);
    text(s, 1, out->language, sizeof out->language);
    text(s, 2, out->class, sizeof out->class);
    out->accepted = share(s, 3);
    out->retained = share(s, 4);
}

static void read_of(struct lessons *l, sqlite3_stmt *s, unsigned char model,
                    void (*fill)(sqlite3_stmt *, struct lesson *))
{
    const struct lessons_model *m = &l->of.models[model];
    int most = (int)(LESSONS_MAX / l->of.n);
    sqlite3_reset(s);
    sqlite3_bind_text(s, 1, m->model, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 2, m->provider, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 3, l->of.wall - LESSONS_DAYS * DAY);
    sqlite3_bind_int(s, 4, most < LESSONS_EACH ? most : LESSONS_EACH);
    while (l->n < (size_t)2 * LESSONS_MAX && sqlite3_step(s) == SQLITE_ROW) {
        struct lesson *out = &l->items[l->n++];
        *out = (struct lesson){.model = model};
        fill(s, out);
    }
}

void lessons_read(sqlite3 *db, struct lessons *l)
{
    sqlite3_stmt *calls = NULL, *verdicts = NULL;
    l->items = l->of.n ? calloc(2 * LESSONS_MAX, sizeof *l->items) : NULL;
    if (l->items &&
        sqlite3_prepare_v2(db, calls_sql, -1, &calls, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, verdicts_sql, -1, &verdicts, NULL) == SQLITE_OK)
        for (size_t i = 0; i < l->of.n; i++) {
            read_of(l, calls, (unsigned char)i, fill_call);
            read_of(l, verdicts, (unsigned char)i, fill_verdict);
        }
    sqlite3_finalize(calls);
    sqlite3_finalize(verdicts);
}

void lessons_load(const char *path, struct lessons *l)
{
    struct why why;
    sqlite3 *db;
    if (schema_open(path, &db, &why))
        return;
    lessons_read(db, l);
    sqlite3_close(db);
}

void lessons_free(struct lessons *l)
{
    if (l)
        free(l->items);
    free(l);
}
