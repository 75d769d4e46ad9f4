/* Tables of ours as virtual tables of SQLite
 * (https://www.sqlite.org/vtab.html). Private to sql.c. */
#ifndef ROUTE_SQL_TABLES_H
#define ROUTE_SQL_TABLES_H

#include "route/sql.h"

#include <sqlite3.h>

struct sql_rows {
    const struct sql_table *table;
    const void *rows;
    size_t n;
};

/* Make it known to the database under its name; `r` stays where it is. */
bool sql_rows_attach(struct sql_rows *r, sqlite3 *db);

#endif
