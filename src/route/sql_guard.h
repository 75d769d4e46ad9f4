/* What an expression may do, and what is said when it does more. Private to
 * sql.c. */
#ifndef ROUTE_SQL_GUARD_H
#define ROUTE_SQL_GUARD_H

#include "route/sql.h"

#include <sqlite3.h>

struct sql_guard {
    int selects;      /* seen since sql_guard_begin() */
    bool names_model; /* a column of it was read */
    bool stopped;     /* it took too long */
    int rounds;       /* of SQL_STEPS that are left */
    char refused[64]; /* the function or table that is not allowed */
    bool is_function;
};

bool sql_guard_attach(struct sql_guard *g, sqlite3 *db);

/* Before each compilation and each evaluation. */
void sql_guard_begin(struct sql_guard *g);

/* False with the reason when brackets, strings or comments would reach beyond
 * the expression, or a semicolon ends it. */
bool sql_guard_balanced(struct str source, struct why *why);

/* Why a compilation failed. */
void sql_guard_explain(const struct sql_guard *g, sqlite3 *db,
                       const struct sql_table *const tables[SQL_TABLES],
                       struct why *why);

/* Why an evaluation ended with `code`. */
enum err sql_guard_failed(const struct sql_guard *g, sqlite3 *db, int code,
                          struct why *why);

#endif
