/* The database's tables, and how an older one becomes today's; and how any
 * database of ours is opened. */
#ifndef HISTORY_SCHEMA_H
#define HISTORY_SCHEMA_H

#include "base/err.h"

#include <sqlite3.h>

/* SCHEMA_VERSION is in the database's user_version. */
enum { SCHEMA_VERSION = 5 };

/* Open the file with all that every connection needs: WAL, a busy timeout. */
enum err schema_open(const char *path, int flags, sqlite3 **db,
                     struct why *why);

/* Bring it up to date. ERR_CONFIG for one that a later version made,
 * ERR_ANSWER for one that none made. */
enum err schema_migrate(sqlite3 *db, struct why *why);

/* What went wrong last, in SQLite's words: ERR_ANSWER when the file is broken
 * or its tables are not ours, else ERR_IO or ERR_MEMORY. */
enum err schema_failed(sqlite3 *db, struct why *why);

/* The pieces of step 4, and NULL. */
extern const char *const schema_tally[];

/* The step that makes version `to` of `to - 1`. */
enum err schema_step(sqlite3 *db, int to, struct why *why);

#endif
