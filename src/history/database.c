#include "history/database.h"
#include "base/file.h"
#include "base/image.h"

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 10 };

void database_setup_memory(void)
{
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* counting takes a lock */
}

enum err database_failed(sqlite3 *db, struct why *why)
{
    enum err e = ERR_IO;
    switch (sqlite3_errcode(db) & 0xFF) {
    case SQLITE_NOMEM:
        e = ERR_MEMORY;
        break;
    case SQLITE_FULL:
        e = ERR_TOO_LARGE;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* our tables are not there, or others in their place */
        e = ERR_ANSWER;
        break;
    }
    return why_set(why, e, "%s", sqlite3_errmsg(db));
}

enum err database_run(sqlite3 *db, const char *sql, struct why *why)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? OK
               : database_failed(db, why);
}

enum err database_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out,
                          struct why *why)
{
    return sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out,
                              NULL) == SQLITE_OK
               ? OK
               : database_failed(db, why);
}

bool database_number(sqlite3 *db, const char *sql, int64_t *out)
{
    sqlite3_stmt *s = NULL;
    bool read = sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
                sqlite3_step(s) == SQLITE_ROW;
    if (read)
        *out = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return read;
}

enum err database_end(sqlite3 *db, enum err e, struct why *why)
{
    struct why ignored;
    enum err end = e ? OK : database_run(db, "COMMIT", why);
    if ((e || end) && !sqlite3_get_autocommit(db))
        database_run(db, "ROLLBACK", &ignored);
    return e ? e : end;
}

void database_rest(sqlite3 *db)
{
    if (db)
        sqlite3_db_release_memory(db); /* up to 2 MiB of pages */
    image_let_go_of("libsqlite3");
}

/*
 * To turn a new file to WAL it has to be locked as a whole, which SQLite tries
 * once: another process that does the same makes it busy, whatever the
 * timeout. Once it is in WAL there is nothing to turn.
 */
static enum err turn_to_wal(sqlite3 *db, struct why *why)
{
    enum err e = OK;
    for (int waited = 0; waited < DATABASE_BUSY_MS; waited += PAUSE_MS) {
        struct timespec pause = {0, PAUSE_MS * 1000000};
        e = database_run(db, "PRAGMA journal_mode = WAL;", why);
        if (!e || (sqlite3_errcode(db) & 0xFF) != SQLITE_BUSY)
            return e;
        nanosleep(&pause, NULL);
    }
    return e;
}

enum err database_open(const char *path, sqlite3 **db, struct why *why)
{
    *db = NULL;
    enum err e = OK;
    if (sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        e = *db ? database_failed(*db, why) : ERR_MEMORY;
    } else {
        sqlite3_busy_timeout(*db, DATABASE_BUSY_MS);
        e = database_run(
            *db, "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL;", why);
    }
    if (!e)
        e = turn_to_wal(*db, why);
    int64_t version;
    if (!e && !database_number(*db, "PRAGMA user_version", &version))
        e = database_failed(*db, why);
    if (e) {
        sqlite3_close(*db);
        *db = NULL;
    }
    return e;
}

/*
 * SQLite would make the file as umask allows, which is the whole process's,
 * and the file is nobody else's business. Empty it is a database, too, and the
 * files beside it get its mode (os_unix.c, findCreateFileMode).
 */
static void make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

enum err database_make(const char *path, sqlite3 **db, struct why *why)
{
    *db = NULL;
    enum err e = file_make_folder(path, why);
    if (e)
        return e;
    make_private(path);
    return database_open(path, db, why);
}

static void move_one(const char *path, const char *suffix)
{
    char from[4096 + 8], to[4096 + 16];
    snprintf(from, sizeof from, "%s%s", path, suffix);
    snprintf(to, sizeof to, "%s.broken%s", path, suffix);
    rename(from, to);
}

void database_move_aside(const char *path)
{
    move_one(path, "");
    move_one(path, "-wal");
    move_one(path, "-shm");
}
