/* What the parts of a table are read with. */
#ifndef ROUTE_READING_H
#define ROUTE_READING_H

#include "route/table.h"

struct reading {
    struct table *table;
    struct problems *problems;
    bool no_memory; /* the table is of no use */
};

/* A copy in the table's arena. */
struct str reading_keep(struct reading *r, struct str s);

/* A problem at "PATH.KEY", or at PATH when `key` is empty. */
void reading_note(struct reading *r, enum severity severity, const char *path,
                  const char *key, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
