#include "route/sql_tables.h"
#include "base/buf.h"

#include <stdlib.h>

struct sql_vtab {
    sqlite3_vtab base;
    const struct sql_rows *rows;
};

struct cursor {
    sqlite3_vtab_cursor base;
    size_t row;
};

static const struct sql_rows *rows_of(sqlite3_vtab_cursor *c)
{
    return ((struct sql_vtab *)c->pVtab)->rows;
}

static void declare(struct buf *text, const struct sql_table *t)
{
    static const char *const types[] = {
        [SQL_TEXT] = "TEXT", [SQL_INTEGER] = "INTEGER", [SQL_REAL] = "REAL"};
    buf_printf(text, "CREATE TABLE t(");
    for (size_t i = 0; i < t->n_columns; i++)
        buf_printf(text, "%s\"%s\" %s", i ? ", " : "", t->columns[i].name,
                   types[t->columns[i].type]);
    buf_printf(text, ")");
}

static int connect(sqlite3 *db, void *arg, int argc, const char *const *argv,
                   sqlite3_vtab **out, char **error)
{
    const struct sql_rows *rows = arg;
    struct buf text;
    (void)argc;
    (void)argv;
    (void)error;
    struct sql_vtab *v = calloc(1, sizeof *v);
    buf_init(&text, 8192);
    declare(&text, rows->table);
    int code =
        !v || text.failed ? SQLITE_NOMEM : sqlite3_declare_vtab(db, text.ptr);
    buf_release(&text);
    if (code != SQLITE_OK) {
        free(v);
        return code;
    }
    v->rows = rows;
    *out = &v->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *v)
{
    free(v);
    return SQLITE_OK;
}

/* There is one way to read it. The task's single row belongs outside. */
static int best_index(sqlite3_vtab *v, sqlite3_index_info *info)
{
    const struct sql_rows *rows = ((struct sql_vtab *)v)->rows;
    bool single = str_is(str_from(rows->table->name), "task");
    info->estimatedCost = single ? 1 : 100;
    info->estimatedRows = single ? 1 : 100;
    return SQLITE_OK;
}

static int open(sqlite3_vtab *v, sqlite3_vtab_cursor **out)
{
    struct cursor *c = calloc(1, sizeof *c);
    (void)v;
    *out = c ? &c->base : NULL;
    return c ? SQLITE_OK : SQLITE_NOMEM;
}

static int close(sqlite3_vtab_cursor *c)
{
    free(c);
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *c, int number, const char *name,
                  int argc, sqlite3_value **argv)
{
    (void)number;
    (void)name;
    (void)argc;
    (void)argv;
    ((struct cursor *)c)->row = 0;
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *c)
{
    ((struct cursor *)c)->row++;
    return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *c)
{
    return ((struct cursor *)c)->row >= rows_of(c)->n;
}

static int column(sqlite3_vtab_cursor *c, sqlite3_context *context, int i)
{
    const struct sql_rows *rows = rows_of(c);
    struct sql_value v = {0};
    rows->table->value(rows->rows, ((struct cursor *)c)->row, (size_t)i, &v);
    if (v.null) {
        sqlite3_result_null(context);
        return SQLITE_OK;
    }
    switch (rows->table->columns[i].type) {
    case SQL_TEXT: /* the rows outlive the evaluation */
        sqlite3_result_text64(context, v.text.ptr ? v.text.ptr : "", v.text.len,
                              SQLITE_STATIC, SQLITE_UTF8);
        break;
    case SQL_INTEGER:
        sqlite3_result_int64(context, v.integer);
        break;
    case SQL_REAL:
        sqlite3_result_double(context, v.real);
        break;
    }
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *c, sqlite3_int64 *out)
{
    *out = (sqlite3_int64)((struct cursor *)c)->row;
    return SQLITE_OK;
}

/* Without xCreate the table is there without being created. */
static const sqlite3_module module = {
    .iVersion = 1,
    .xConnect = connect,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xOpen = open,
    .xClose = close,
    .xFilter = filter,
    .xNext = next,
    .xEof = at_end,
    .xColumn = column,
    .xRowid = row_id,
};

/* SQLite asks for the columns when the table is first named. */
static bool name_it(const struct sql_rows *r, sqlite3 *db)
{
    char *text = sqlite3_mprintf("SELECT rowid FROM %s", r->table->name);
    sqlite3_stmt *statement = NULL;
    bool good =
        text && sqlite3_prepare_v2(db, text, -1, &statement, NULL) == SQLITE_OK;
    sqlite3_finalize(statement);
    sqlite3_free(text);
    return good;
}

bool sql_rows_attach(struct sql_rows *r, sqlite3 *db)
{
    return sqlite3_create_module(db, r->table->name, &module, r) == SQLITE_OK &&
           name_it(r, db);
}
