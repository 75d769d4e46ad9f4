/* The history's tables, and how older ones become today's. */
#ifndef HISTORY_SCHEMA_H
#define HISTORY_SCHEMA_H

#include "base/err.h"

#include <sqlite3.h>

/* SCHEMA_VERSION is in the database's user_version. */
enum { SCHEMA_VERSION = 5 };

/* Open a history that is there, and bring it up to date. ERR_NOT_FOUND when
 * there is none yet; `*db` is NULL with an error. */
enum err schema_open(const char *path, sqlite3 **db, struct why *why);

/* Bring it up to date. ERR_CONFIG for one that a later version made,
 * ERR_ANSWER for one that none made. */
enum err schema_migrate(sqlite3 *db, struct why *why);

/* The pieces of step 4, and NULL. */
extern const char *const schema_tally[];

/* The step that makes version `to` of `to - 1`. */
enum err schema_step(sqlite3 *db, int to, struct why *why);

#endif
