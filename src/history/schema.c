#include "history/schema.h"
#include "history/store.h"

#include <stdio.h>
#include <time.h>

enum { PAUSE_MS = 10 };

/*
 * A step for each version, in pieces of SQL; steps that were released are never
 * changed. Days and models are found by index, since that is what is asked for.
 */
static const char *const first[] = {
    "CREATE TABLE completion ("
    "  id INTEGER PRIMARY KEY, wall_us INTEGER NOT NULL,"
    "  editor TEXT, language TEXT, class TEXT, trigger TEXT, route TEXT,"
    "  project TEXT, model TEXT, provider TEXT, outcome TEXT NOT NULL,"
    "  cached INTEGER NOT NULL, joined INTEGER NOT NULL,"
    "  characters INTEGER, tokens_in INTEGER, tokens_out INTEGER,"
    "  tokens_cached INTEGER, estimated INTEGER NOT NULL, cost REAL,"
    "  saved REAL, first_us INTEGER, total_us INTEGER,"
    "  shown REAL, accepted REAL, retained_30s REAL, retained_5min REAL);"
    "CREATE INDEX completion_wall ON completion (wall_us);"
    "CREATE TABLE attempt ("
    "  completion INTEGER NOT NULL REFERENCES completion (id)"
    "    ON DELETE CASCADE,"
    "  place INTEGER NOT NULL, wall_us INTEGER NOT NULL, model TEXT,"
    "  provider TEXT, outcome TEXT NOT NULL, tokens_in INTEGER,"
    "  tokens_out INTEGER, tokens_cached INTEGER,"
    "  estimated INTEGER NOT NULL, cost REAL, first_us INTEGER,"
    "  total_us INTEGER, PRIMARY KEY (completion, place)) WITHOUT ROWID;"
    "CREATE INDEX attempt_wall ON attempt (wall_us);",
    NULL};

static const char *const with_decisions[] = {
    "ALTER TABLE completion ADD COLUMN decision TEXT;", NULL};

static const char *const with_health[] = {
    "ALTER TABLE completion ADD COLUMN input_length INTEGER;"
    "ALTER TABLE attempt ADD COLUMN whole INTEGER;"
    "CREATE INDEX attempt_model ON attempt (model, provider, wall_us);"
    "CREATE INDEX completion_judged"
    "  ON completion (model, provider, wall_us)"
    "  WHERE accepted IS NOT NULL;"
    "CREATE TABLE health ("
    "  model TEXT NOT NULL, provider TEXT NOT NULL,"
    "  origin TEXT NOT NULL, cause TEXT, openings INTEGER NOT NULL,"
    "  changed_us INTEGER NOT NULL, until_us INTEGER NOT NULL,"
    "  PRIMARY KEY (model, provider, origin)) WITHOUT ROWID;",
    NULL};

static const char *const with_notices[] = {
    "CREATE TABLE notice (name TEXT PRIMARY KEY, wall_us INTEGER NOT NULL)"
    " WITHOUT ROWID;",
    NULL};

static const char *const *const steps[SCHEMA_VERSION + 1] = {
    [1] = first,
    [2] = with_decisions,
    [3] = with_health,
    [4] = schema_tally,
    [5] = with_notices};

enum err schema_failed(sqlite3 *db, struct why *why)
{
    enum err e = ERR_IO;
    switch (sqlite3_errcode(db) & 0xFF) {
    case SQLITE_NOMEM:
        e = ERR_MEMORY;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* our tables are not there, or others in their place */
        e = ERR_ANSWER;
        break;
    }
    return why_set(why, e, "%s", sqlite3_errmsg(db));
}

static enum err run(sqlite3 *db, const char *sql, struct why *why)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? OK
               : schema_failed(db, why);
}

enum err schema_step(sqlite3 *db, int to, struct why *why)
{
    enum err e = OK;
    for (const char *const *piece = steps[to]; !e && *piece; piece++)
        e = run(db, *piece, why);
    return e;
}

static bool read_version(sqlite3 *db, int *version)
{
    sqlite3_stmt *statement;
    bool read = sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement,
                                   NULL) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW;
    *version = read ? sqlite3_column_int(statement, 0) : -1;
    sqlite3_finalize(statement);
    return read;
}

/*
 * To turn a new file to WAL it has to be locked as a whole, which SQLite tries
 * once: another process that does the same makes it busy, whatever the
 * timeout. Once it is in WAL there is nothing to turn.
 */
static enum err turn_to_wal(sqlite3 *db, struct why *why)
{
    enum err e = OK;
    for (int waited = 0; waited < STORE_BUSY_MS; waited += PAUSE_MS) {
        struct timespec pause = {0, PAUSE_MS * 1000000};
        e = run(db, "PRAGMA journal_mode = WAL;", why);
        if (!e || (sqlite3_errcode(db) & 0xFF) != SQLITE_BUSY)
            return e;
        nanosleep(&pause, NULL);
    }
    return e;
}

enum err schema_open(const char *path, int flags, sqlite3 **db, struct why *why)
{
    *db = NULL;
    enum err e = OK;
    if (sqlite3_open_v2(path, db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        e = *db ? schema_failed(*db, why) : ERR_MEMORY;
    } else {
        sqlite3_busy_timeout(*db, STORE_BUSY_MS);
        e = run(*db, "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL;",
                why);
    }
    if (!e && !(flags & SQLITE_OPEN_READONLY))
        e = turn_to_wal(*db, why);
    int version;
    if (!e && !read_version(*db, &version))
        e = schema_failed(*db, why);
    if (e) {
        sqlite3_close(*db);
        *db = NULL;
    }
    return e;
}

/* Two processes may start at once: the version is read under the lock. */
enum err schema_migrate(sqlite3 *db, struct why *why)
{
    char set[64];
    int version;
    bool current = read_version(db, &version) && version == SCHEMA_VERSION;
    enum err e = current ? OK : run(db, "BEGIN IMMEDIATE", why);
    if (!e && !read_version(db, &version))
        e = schema_failed(db, why);
    if (e || version == SCHEMA_VERSION) {
        if (!e && !sqlite3_get_autocommit(db))
            e = run(db, "COMMIT", why);
        return e;
    }
    if (version > SCHEMA_VERSION)
        e = why_set(why, ERR_CONFIG,
                    "it is of version %d, which a later Switchyard made; this "
                    "one knows up to %d",
                    version, SCHEMA_VERSION);
    else if (version < 0)
        e = why_set(why, ERR_ANSWER,
                    "it is of version %d, which no Switchyard made", version);
    while (!e && version < SCHEMA_VERSION)
        e = schema_step(db, ++version, why);
    snprintf(set, sizeof set, "PRAGMA user_version = %d", SCHEMA_VERSION);
    if (!e)
        e = run(db, set, why);
    struct why ignored;
    enum err end = run(db, e ? "ROLLBACK" : "COMMIT", e ? &ignored : why);
    return e ? e : end;
}
