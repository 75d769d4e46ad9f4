/* Fields of comma-separated values (RFC 4180), for programs and spreadsheets.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"

/*
 * Append one field. What could end it stands in quotes (section 2); what a
 * spreadsheet would take for a formula is led by an apostrophe.
 */
void csv_text(struct buf *out, struct str text);

/* A number has a point, whatever the locale; NAN, what nobody knows, is
 * empty. */
void csv_number(struct buf *out, double value);

#endif
