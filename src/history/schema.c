#include "history/schema.h"
#include "history/database.h"

#include <stdio.h>
#include <unistd.h>

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

enum err schema_step(sqlite3 *db, int to, struct why *why)
{
    enum err e = OK;
    for (const char *const *piece = steps[to]; !e && *piece; piece++)
        e = database_run(db, *piece, why);
    return e;
}

/* Two processes may start at once: the version is read under the lock. */
enum err schema_migrate(sqlite3 *db, struct why *why)
{
    static const char read[] = "PRAGMA user_version";
    char set[64];
    int64_t version;
    if (database_number(db, read, &version) && version == SCHEMA_VERSION)
        return OK;
    enum err e = database_run(db, "BEGIN IMMEDIATE", why);
    if (e)
        return e;
    if (!database_number(db, read, &version))
        return database_end(db, database_failed(db, why), why);
    if (version > SCHEMA_VERSION)
        e = why_set(why, ERR_CONFIG,
                    "it is of version %d, which a later Switchyard made; this "
                    "one knows up to %d",
                    (int)version, SCHEMA_VERSION);
    else if (version < 0)
        e = why_set(why, ERR_ANSWER,
                    "it is of version %d, which no Switchyard made",
                    (int)version);
    while (!e && version < SCHEMA_VERSION)
        e = schema_step(db, (int)++version, why);
    snprintf(set, sizeof set, "PRAGMA user_version = %d", SCHEMA_VERSION);
    return database_end(db, e ? e : database_run(db, set, why), why);
}

enum err schema_open(const char *path, sqlite3 **db, struct why *why)
{
    *db = NULL;
    if (access(path, F_OK) != 0)
        return why_set(why, ERR_NOT_FOUND,
                       "there is no history yet; it begins with the first "
                       "completion");
    enum err e = database_open(path, db, why);
    if (!e && (e = schema_migrate(*db, why))) {
        sqlite3_close(*db);
        *db = NULL;
    }
    return e;
}
