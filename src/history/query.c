#include "history/query.h"
#include "history/database.h"
#include "history/schema.h"

#include <string.h>

static cJSON *value_json(sqlite3_stmt *s, int column)
{
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_INTEGER:
    case SQLITE_FLOAT:
        return cJSON_CreateNumber(sqlite3_column_double(s, column));
    case SQLITE_TEXT:
        return cJSON_CreateString((const char *)sqlite3_column_text(s, column));
    default:
        return cJSON_CreateNull();
    }
}

/* A number that a double can't hold is a text. */
static cJSON *column_json(sqlite3_stmt *s, int column)
{
    const char *name = sqlite3_column_name(s, column);
    const char *text = (const char *)sqlite3_column_text(s, column);
    if (!strcmp(name, "id") || !strcmp(name, "completion"))
        return cJSON_CreateString(text ? text : "");
    if (!strcmp(name, "decision")) {
        cJSON *decision = text ? cJSON_Parse(text) : NULL;
        return decision ? decision : cJSON_CreateNull();
    }
    return value_json(s, column);
}

static cJSON *row_json(sqlite3_stmt *s)
{
    cJSON *o = cJSON_CreateObject();
    for (int i = 0; i < sqlite3_column_count(s); i++)
        json_add(o, sqlite3_column_name(s, i), column_json(s, i));
    return o;
}

static enum err add_attempts(sqlite3 *db, sqlite3_int64 id, cJSON *o,
                             struct why *why)
{
    sqlite3_stmt *s;
    enum err e = database_prepare(
        db, "SELECT * FROM attempt WHERE completion = ?1 ORDER BY place", &s,
        why);
    cJSON *list = cJSON_AddArrayToObject(o, "attempts");
    if (e)
        return e;
    sqlite3_bind_int64(s, 1, id);
    while (sqlite3_step(s) == SQLITE_ROW)
        cJSON_AddItemToArray(list, row_json(s));
    sqlite3_finalize(s);
    return OK;
}

#define WHOLE                                                                  \
    "SELECT c.*, d.text AS decision FROM completion c LEFT JOIN decision d"    \
    " ON d.completion = c.id"

/* The completion that `s`, which is finalized, stands for. */
static enum err read_one(sqlite3 *db, sqlite3_stmt *s, const char *none,
                         cJSON **out, struct why *why)
{
    enum err e;
    if (sqlite3_step(s) == SQLITE_ROW) {
        *out = row_json(s);
        e = add_attempts(db, sqlite3_column_int64(s, 0), *out, why);
    } else {
        e = why_set(why, ERR_NOT_FOUND, "%s", none);
    }
    sqlite3_finalize(s);
    return e;
}

static enum err read_last(sqlite3 *db, cJSON **out, struct why *why)
{
    sqlite3_stmt *s;
    enum err e = database_prepare(
        db, WHOLE " ORDER BY c.wall_us DESC, c.id DESC LIMIT 1", &s, why);
    return e ? e : read_one(db, s, "the history is empty", out, why);
}

enum err query_one(struct reader *r, uint64_t id, cJSON **out, struct why *why)
{
    sqlite3_stmt *s;
    *out = NULL;
    enum err e =
        database_prepare(reader_db(r), WHOLE " WHERE c.id = ?1", &s, why);
    if (e)
        return e;
    sqlite3_bind_int64(s, 1, (int64_t)id);
    e = read_one(reader_db(r), s, "the history has no such completion", out,
                 why);
    if (e) {
        cJSON_Delete(*out);
        *out = NULL;
    }
    return e;
}

/* Its parameters: since, until, limit, then the names in the order of
 * REPORT_DIMENSIONS. */
static const char recent_sql[] =
    "SELECT id, wall_us, editor, language, class, trigger, route, project,"
    " model, provider, outcome, cached, joined, characters, tokens_in,"
    " tokens_out, tokens_cached, estimated, cost, saved, first_us, total_us,"
    " shown, accepted, retained_30s, retained_5min,"
    " (SELECT count(*) FROM attempt WHERE completion = c.id) AS calls,"
    " (SELECT outcome FROM attempt WHERE completion = c.id AND outcome <> 'OK'"
    "  ORDER BY place DESC LIMIT 1) AS failure"
    " FROM completion AS c WHERE wall_us >= ?1 AND wall_us < ?2"
    " AND (?4 IS NULL OR model = ?4 OR ?4 IN ("
    "  SELECT model FROM attempt WHERE completion = c.id))"
    " AND (?5 IS NULL OR provider = ?5 OR ?5 IN ("
    "  SELECT provider FROM attempt WHERE completion = c.id))"
    " AND (?6 IS NULL OR class = ?6) AND (?7 IS NULL OR language = ?7)"
    " AND (?8 IS NULL OR editor = ?8) AND (?9 IS NULL OR project = ?9)"
    " AND (?10 IS NULL OR route = ?10) AND (?11 IS NULL OR trigger = ?11)"
    " ORDER BY wall_us DESC, id DESC LIMIT ?3";

enum err query_recent(struct reader *r, const struct report_question *q,
                      unsigned limit, cJSON **out, struct why *why)
{
    sqlite3_stmt *s;
    int rc;
    *out = NULL;
    enum err e = database_prepare(reader_db(r), recent_sql, &s, why);
    if (e)
        return e;
    sqlite3_bind_int64(s, 1, q->since);
    sqlite3_bind_int64(s, 2, q->until ? q->until : INT64_MAX);
    sqlite3_bind_int64(s, 3, limit);
    for (int i = 0; i < REPORT_NAMES; i++)
        sqlite3_bind_text(s, 4 + i, q->only[i], -1, SQLITE_STATIC);
    cJSON *list = cJSON_CreateArray();
    while ((rc = sqlite3_step(s)) == SQLITE_ROW)
        cJSON_AddItemToArray(list, row_json(s));
    if (rc == SQLITE_DONE)
        *out = list;
    else
        e = database_failed(reader_db(r), why);
    sqlite3_finalize(s);
    if (e)
        cJSON_Delete(list);
    return e;
}

enum err query_last(const char *path, cJSON **out, struct why *why)
{
    sqlite3 *db;
    *out = NULL;
    enum err e = schema_open(path, &db, why);
    if (e)
        return e;
    e = read_last(db, out, why);
    if (e) {
        cJSON_Delete(*out);
        *out = NULL;
    }
    sqlite3_close(db);
    return e;
}
