/* Rows as comma-separated values. */
#ifndef DASHBOARD_SHEET_H
#define DASHBOARD_SHEET_H

#include "base/buf.h"
#include "base/json.h"

/* Append a list of objects that have the same members, a heading first; what
 * is neither a number nor a string is left empty. */
void sheet_print(struct buf *out, const cJSON *list);

#endif
