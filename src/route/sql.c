#include "route/sql.h"
#include "route/sql_guard.h"
#include "route/sql_tables.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/*
 * An expression is compiled alone, within brackets on lines of their own, so
 * that it can neither end the statement nor hide our half in a comment.
 */
#define CONDITION "SELECT (\n%.*s\n) FROM task, model"
#define RANKING                                                                \
    "SELECT model.rowid FROM task, model WHERE (\n%.*s\n) "                    \
    "ORDER BY\n%.*s\n, model.rowid"

struct sql {
    sqlite3 *db;
    struct sql_rows rows[SQL_TABLES];
    struct sql_guard guard;
};

struct sql_query {
    struct sql *sql;
    sqlite3_stmt *statement;
    bool names_model;
};

static bool open_database(struct sql *s)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                      SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(":memory:", &s->db, flags, NULL) != SQLITE_OK)
        return false;
    for (int i = 0; i < SQL_TABLES; i++)
        if (!sql_rows_attach(&s->rows[i], s->db))
            return false;
    return sql_guard_attach(&s->guard, s->db);
}

struct sql *sql_new(const struct sql_table *const tables[SQL_TABLES])
{
    struct sql *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    for (int i = 0; i < SQL_TABLES; i++)
        s->rows[i].table = tables[i];
    if (open_database(s))
        return s;
    sql_free(s);
    return NULL;
}

void sql_free(struct sql *s)
{
    if (!s)
        return;
    sqlite3_close(s->db);
    free(s);
}

void sql_set_rows(struct sql *s, int table, const void *rows, size_t n)
{
    s->rows[table].rows = rows;
    s->rows[table].n = n;
}

void sql_query_free(struct sql_query *q)
{
    if (!q)
        return;
    sqlite3_finalize(q->statement);
    free(q);
}

bool sql_names_model(const struct sql_query *q)
{
    return q->names_model;
}

/* --- compiling */

static struct sql_query *no_memory(struct why *why)
{
    why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    return NULL;
}

/* max() and min() of one value are of all rows together: there is an answer
 * even without any. */
static bool is_of_all(struct sql_query *q)
{
    struct sql_rows *rows = q->sql->rows;
    size_t n[SQL_TABLES];
    for (int i = 0; i < SQL_TABLES; i++) {
        n[i] = rows[i].n;
        rows[i].n = 0;
    }
    bool any = sqlite3_step(q->statement) == SQLITE_ROW;
    sqlite3_reset(q->statement);
    for (int i = 0; i < SQL_TABLES; i++)
        rows[i].n = n[i];
    return any;
}

/* A statement of so many columns; `text` is SQLite's, and taken. */
static struct sql_query *compile(struct sql *s, char *text, size_t columns,
                                 struct why *why)
{
    const struct sql_table *tables[SQL_TABLES];
    for (int i = 0; i < SQL_TABLES; i++)
        tables[i] = s->rows[i].table;
    struct sql_query *q = calloc(1, sizeof *q);
    if (!q || !text) {
        free(q);
        sqlite3_free(text);
        return no_memory(why);
    }
    q->sql = s;
    sql_guard_begin(&s->guard);
    const char *rest = "";
    int code = sqlite3_prepare_v3(s->db, text, -1, SQLITE_PREPARE_PERSISTENT,
                                  &q->statement, &rest);
    q->names_model = s->guard.names_model;
    bool good = code == SQLITE_OK && !*rest &&
                (size_t)sqlite3_column_count(q->statement) == columns;
    if (!good)
        sql_guard_explain(&s->guard, s->db, tables, why);
    else if (is_of_all(q))
        good = why_set(why, ERR_CONFIG,
                       "max() and min() compare two values or more; of one "
                       "they would be over all models together") == OK;
    sqlite3_free(text);
    if (good)
        return q;
    sql_query_free(q);
    return NULL;
}

static bool is_too_long(struct str source, struct why *why)
{
    if (source.len <= SQL_EXPRESSION_MAX)
        return false;
    why_set(why, ERR_CONFIG, "it is longer than %d bytes", SQL_EXPRESSION_MAX);
    return true;
}

/* What is written is one expression: a statement behind a semicolon, a second
 * column or an open bracket would be more. */
static bool is_expression(struct str source, struct why *why)
{
    if (str_trim(source).len == 0) {
        why_set(why, ERR_CONFIG,
                "it is empty; right would be a condition "
                "such as \"input_length > 8000\"");
        return false;
    }
    if (memchr(source.ptr, '\0', source.len)) {
        why_set(why, ERR_CONFIG, "it holds a NUL");
        return false;
    }
    return !is_too_long(source, why) && sql_guard_balanced(source, why);
}

struct sql_query *sql_condition(struct sql *s, struct str source,
                                struct why *why)
{
    if (!is_expression(source, why))
        return NULL;
    struct sql_query *q =
        compile(s, sqlite3_mprintf(CONDITION, STR_ARG(source)), 1, why);
    if (!q || q->names_model)
        return q;
    /* Without a join: one row, whatever the number of models. */
    sqlite3_finalize(q->statement);
    q->statement = NULL;
    char *text =
        sqlite3_mprintf("SELECT (\n%.*s\n) FROM task", STR_ARG(source));
    sql_query_free(q);
    return compile(s, text, 1, why);
}

struct sql_query *sql_together(struct sql *s, const struct str *sources,
                               size_t n, bool names_model)
{
    struct why why;
    sqlite3_str *text = sqlite3_str_new(s->db);
    for (size_t i = 0; i < n; i++)
        sqlite3_str_appendf(text, "%s(\n%.*s\n)", i ? ", " : "SELECT ",
                            STR_ARG(sources[i]));
    sqlite3_str_appendf(text, " FROM task%s", names_model ? ", model" : "");
    struct sql_query *q = compile(s, sqlite3_str_finish(text), n, &why);
    if (!q || q->names_model == names_model)
        return q;
    sql_query_free(q);
    return NULL;
}

static struct str otherwise(struct str s, const char *fallback)
{
    return str_trim(s).len ? s : str_from(fallback);
}

struct sql_query *sql_ranking(struct sql *s, struct str where, struct str by,
                              bool *in_where, struct why *why)
{
    where = otherwise(where, "1");
    by = otherwise(by, "1");
    /* Alone first, so that the reason is about the condition. */
    struct sql_query *q = sql_condition(s, where, why);
    *in_where = !q;
    if (!q || !is_expression(by, why)) {
        sql_query_free(q);
        return NULL;
    }
    sql_query_free(q);
    /* A number there would be the place of a column. */
    if (str_is(by, "1"))
        by = STR("model.rowid");
    return compile(s, sqlite3_mprintf(RANKING, STR_ARG(where), STR_ARG(by)), 1,
                   why);
}

/* --- evaluating */

static enum err finish(struct sql_query *q, int code, struct why *why)
{
    enum err e = OK;
    if (code != SQLITE_DONE)
        e = sql_guard_failed(&q->sql->guard, q->sql->db, code, why);
    sqlite3_reset(q->statement);
    return e;
}

static size_t rows_of(const struct sql_query *q)
{
    return q->names_model ? q->sql->rows[SQL_MODEL].n : 1;
}

enum err sql_hold_together(struct sql_query *q, bool *const *holds,
                           struct why *why)
{
    size_t n = rows_of(q), row = 0;
    int code, columns = sqlite3_column_count(q->statement);
    sql_guard_begin(&q->sql->guard);
    for (; (code = sqlite3_step(q->statement)) == SQLITE_ROW && row < n; row++)
        for (int i = 0; i < columns; i++)
            holds[i][row] = sqlite3_column_double(q->statement, i) != 0.0;
    enum err e = finish(q, code, why);
    return e;
}

enum err sql_holds(struct sql_query *q, bool *holds, struct why *why)
{
    enum err e = sql_hold_together(q, &holds, why);
    if (e)
        memset(holds, 0, rows_of(q) * sizeof *holds);
    return e;
}

enum err sql_rank(struct sql_query *q, size_t *order, size_t *n,
                  struct why *why)
{
    int code;
    *n = 0;
    sql_guard_begin(&q->sql->guard);
    while ((code = sqlite3_step(q->statement)) == SQLITE_ROW &&
           *n < q->sql->rows[SQL_MODEL].n)
        order[(*n)++] = (size_t)sqlite3_column_int64(q->statement, 0);
    enum err e = finish(q, code, why);
    if (e)
        *n = 0;
    return e;
}
