/* Comma-separated values (RFC 4180), for programs and spreadsheets. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"
#include "base/json.h"

/*
 * Append one field. What could end it stands in quotes (section 2); what a
 * spreadsheet would take for a formula is led by an apostrophe.
 */
void csv_text(struct buf *out, struct str text);

/* A number has a point, whatever the locale; NAN, what nobody knows, is
 * empty. */
void csv_number(struct buf *out, double value);

/* Append the names of an object's members as a line, or their values; what is
 * neither a number nor a string is left empty. */
void csv_heading(struct buf *out, const cJSON *o);
void csv_row(struct buf *out, const cJSON *o);

/* A list of objects that have the same members, a heading first; nothing of an
 * empty one. */
void csv_rows(struct buf *out, const cJSON *list);

#endif
