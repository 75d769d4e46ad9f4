/* Rows as comma-separated values (RFC 4180). */
#ifndef DASHBOARD_CSV_H
#define DASHBOARD_CSV_H

#include "base/buf.h"
#include "base/json.h"

/* Append a list of objects that have the same members, a heading first; what
 * is neither a number nor a string is left empty. */
void csv_print(struct buf *out, const cJSON *list);

#endif
