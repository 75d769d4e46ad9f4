/*
 * Which names an SQL expression compares with which texts: SQLite tells its
 * authorizer of columns, not of what they are compared with.
 */
#ifndef ROUTE_COMPARISONS_H
#define ROUTE_COMPARISONS_H

#include "base/str.h"

#include <stdbool.h>

/* A name, bare of its table, and one text. Both are views of the source, the
 * text without its quotes. */
typedef void comparison_fn(void *arg, struct str name, struct str text);

/*
 * Tell of each `name = 'text'` (or ==, !=, <>, IS, IS NOT; either way round)
 * and each text of `name IN ('a', 'b')` that stands alone between brackets,
 * commas, AND, OR, NOT and the like. Whatever else is done to the name or the
 * text (a function, ||, COLLATE, LIKE) makes it another comparison, and
 * nothing is told of it. Of a long expression only the beginning is looked
 * at. The source was compiled before.
 */
void comparisons_each(struct str source, comparison_fn *tell, void *arg);

#endif
