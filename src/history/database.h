/* How any file of ours in SQLite is opened, asked and, broken, put away. */
#ifndef HISTORY_DATABASE_H
#define HISTORY_DATABASE_H

#include "base/err.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

enum { DATABASE_BUSY_MS = 10000 }; /* for other processes' writing */

/*
 * How SQLite keeps its memory in this process: each page and each small object
 * for itself. By default every connection takes 20 pages and 1,200 small places
 * in advance (sqlite3_config(3), PAGECACHE and LOOKASIDE) and links them, so
 * that all are touched: 140 KiB for each of files that are seldom used. Once,
 * before any database is opened; without it all works the same.
 */
void database_setup_memory(void);

/* Open a file that is there, with all that every connection needs: WAL, a busy
 * timeout. `*db` is NULL with an error. */
enum err database_open(const char *path, sqlite3 **db, struct why *why);

/* The same, and a file that is not there is made, in a folder that is made,
 * both for the user alone. */
enum err database_make(const char *path, sqlite3 **db, struct why *why);

/* What went wrong last, in SQLite's words: ERR_ANSWER when the file is broken
 * or its tables are not ours, ERR_TOO_LARGE where it may not grow or the disk
 * is full, else ERR_IO or ERR_MEMORY. */
enum err database_failed(sqlite3 *db, struct why *why);

/* Statements without results. */
enum err database_run(sqlite3 *db, const char *sql, struct why *why);

/* One that may be kept and used often; the caller's to finalize. */
enum err database_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out,
                          struct why *why);

/* The first number of the first row; false without any. */
bool database_number(sqlite3 *db, const char *sql, int64_t *out);

/* COMMIT what went well; with an error ROLLBACK, and say it again. */
enum err database_end(sqlite3 *db, enum err e, struct why *why);

/*
 * Of the file (NULL: none is open), and of SQLite's own code, nothing stays in
 * memory, 1 to 3 MiB: for who has no more to do for a while. The system has
 * both at hand; to begin again takes 20 us longer.
 */
void database_rest(sqlite3 *db);

/* What is at `path` is at PATH.broken then, in place of what was there. It must
 * not be open. */
void database_move_aside(const char *path);

#endif
