/*
 * The two tables of routing as SQL sees them, made from the lists in task.h
 * and standing.h: what conditions and strategies may name, what it means, and
 * where a value comes from.
 */
#ifndef ROUTE_FEATURES_H
#define ROUTE_FEATURES_H

#include "route/sql.h"

/* Rows of SQL_TASK are a `struct task`, of SQL_MODEL `struct standing`s. */
extern const struct sql_table *const feature_tables[SQL_TABLES];

#endif
