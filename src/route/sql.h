/*
 * The language of routing: SQL expressions over tables of ours, evaluated by
 * SQLite (https://www.sqlite.org/lang_expr.html) in a database in memory that
 * holds nothing. The tables are virtual: their values are asked for when an
 * expression needs them, so that nothing is copied for a decision.
 *
 * An expression comes from a file and may be a workspace's: it reads these
 * tables and calls functions of a short list, nothing else, and it is stopped
 * when it takes too long.
 */
#ifndef ROUTE_SQL_H
#define ROUTE_SQL_H

#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

enum {
    SQL_EXPRESSION_MAX = 4096, /* bytes of one expression */
    SQL_STEPS = 200000,        /* of SQLite's machine, for one evaluation */
    SQL_TEXT_MAX = 1 << 20,    /* bytes of a value that an expression makes */
};

enum sql_type { SQL_TEXT, SQL_INTEGER, SQL_REAL };

struct sql_column {
    const char *name;
    enum sql_type type;
    const char *doc; /* what it is, with its unit */
};

/* A NULL is a value that nobody knows. */
struct sql_value {
    bool null;
    struct str text;
    int64_t integer;
    double real;
};

/* A table: what it is made of, and the value of a row's column. */
struct sql_table {
    const char *name;
    const struct sql_column *columns;
    size_t n_columns;
    void (*value)(const void *rows, size_t row, size_t column,
                  struct sql_value *out);
};

/* The tables of a connection; "task" has one row, "model" any number. */
enum { SQL_TASK, SQL_MODEL, SQL_TABLES };

struct sql;
struct sql_query;

/* The descriptions are borrowed and outlive it. NULL without memory. */
struct sql *sql_new(const struct sql_table *const tables[SQL_TABLES]);
void sql_free(struct sql *s);

/*
 * A condition, or NULL with the reason: what is wrong with it, and the
 * nearest known name where a name is unknown. `source` is copied.
 *
 * Only the connection that made it may evaluate and must outlive it.
 */
struct sql_query *sql_condition(struct sql *s, struct str source,
                                struct why *why);

/*
 * Which models, and in which order: a condition for the models ("": all) and
 * a list of terms as behind ORDER BY ("": in the table's order). On a mistake
 * `in_where` tells which of the two it is in.
 */
struct sql_query *sql_ranking(struct sql *s, struct str where, struct str by,
                              bool *in_where, struct why *why);
void sql_query_free(struct sql_query *q);

/* Whether it names a column of `model`: it then holds for some models. */
bool sql_names_model(const struct sql_query *q);

/* Those that an expression may call, for people: "abs, ceil, …". */
const char *sql_functions(void);

/* What the tables hold from now on; borrowed until the next call. */
void sql_set_rows(struct sql *s, int table, const void *rows, size_t n);

/*
 * Evaluate a condition for all rows of `model`: `holds[row]` for each, or
 * `holds[0]` alone where it names no model. ERR_TOO_LARGE when it was stopped,
 * ERR_PARAMS when it failed; nothing holds then.
 */
enum err sql_holds(struct sql_query *q, bool *holds, struct why *why);

/*
 * Conditions that were good alone, as the columns of one statement: all of
 * them name a model, or none does. NULL where they don't go together.
 */
struct sql_query *sql_together(struct sql *s, const struct str *sources,
                               size_t n, bool names_model);

/* `holds[i][row]` as above, of the i-th. On an error, which may be of any of
 * them, nothing is known of any. */
enum err sql_hold_together(struct sql_query *q, bool *const *holds,
                           struct why *why);

/* The rows of `model` that the ranking lets through, in its order. `order` has
 * room for all of them. Errors as above. */
enum err sql_rank(struct sql_query *q, size_t *order, size_t *n,
                  struct why *why);

#endif
