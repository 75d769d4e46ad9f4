/* What the parts of a table are read with. */
#ifndef ROUTE_READING_H
#define ROUTE_READING_H

#include "route/table.h"

struct reading {
    struct table *table;
    struct problems *problems;
    bool no_memory; /* the table is of no use */
};

/* Where an entry of a list stands: the list may be merged from several
 * files. */
struct origin {
    struct str file; /* may be empty */
    int index;       /* in the file's own list */
};

/* From now on problems have that file's name. */
struct origin reading_place(struct reading *r, const cJSON *entry, int index);

/* The table's database, made when it is first needed; NULL without memory. */
struct sql *reading_sql(struct reading *r);

/* A copy in the table's arena. */
struct str reading_keep(struct reading *r, struct str s);

/* A problem at "PATH.KEY", or at PATH when `key` is empty. */
void reading_note(struct reading *r, enum severity severity, const char *path,
                  const char *key, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
