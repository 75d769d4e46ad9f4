/*
 * Many conditions at once: those about the completion alone are the columns of
 * one statement, those that name models the columns of another, so that a
 * decision takes two passes over the tables instead of one for each.
 */
#ifndef ROUTE_CONDITIONS_H
#define ROUTE_CONDITIONS_H

#include "route/sql.h"

struct conditions;

/* Each was compiled alone, with success. */
struct condition {
    struct str source;
    struct sql_query *query;
};

/* `of` is borrowed for the call, the sources for its life; there are about
 * `rows` models. NULL without memory. */
struct conditions *conditions_new(struct sql *s, const struct condition *of,
                                  size_t n, size_t rows);
void conditions_free(struct conditions *c);

/*
 * holds[i * n_rows + row] as sql_holds() has it, and known[i], for those that
 * could be evaluated together. The rest is left as it is and evaluated alone:
 * where one fails or takes too long, only it is to be skipped.
 */
void conditions_evaluate(struct conditions *c, size_t n_rows, bool *holds,
                         bool *known);

#endif
