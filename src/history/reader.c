#include "history/reader.h"
#include "history/database.h"
#include "history/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct reader {
    sqlite3 *db;
    struct stat file;
    int64_t version; /* SQLite's data_version of this connection */
    char path[4096];
};

/* Changes with every commit of another connection; -1: it can't be read. */
static int64_t data_version(sqlite3 *db)
{
    int64_t version;
    return database_number(db, "PRAGMA data_version", &version) ? version : -1;
}

/* A reader of a database in WAL writes, too: to the index beside it. */
static enum err open_file(struct reader *r, struct why *why)
{
    sqlite3 *db;
    struct why cause;
    stat(r->path, &r->file); /* before: one that takes its place is seen */
    enum err e = schema_open(r->path, &db, &cause);
    if (e == ERR_NOT_FOUND)
        return why_set(why, e, "%s", cause.text);
    if (e)
        return why_set(why, e, "the history %.200s can't be read: %.200s",
                       r->path, cause.text);
    r->db = db;
    r->version = data_version(db);
    return OK;
}

enum err reader_open(const char *path, struct reader **out, struct why *why)
{
    struct reader *r = calloc(1, sizeof *r);
    *out = NULL;
    if (!r)
        return why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    snprintf(r->path, sizeof r->path, "%s", path);
    enum err e = open_file(r, why);
    if (e)
        free(r);
    else
        *out = r;
    return e;
}

void reader_close(struct reader *r)
{
    if (!r)
        return;
    sqlite3_close(r->db);
    free(r);
}

static bool was_replaced(const struct reader *r)
{
    struct stat now;
    return stat(r->path, &now) == 0 &&
           (now.st_ino != r->file.st_ino || now.st_dev != r->file.st_dev);
}

bool reader_changed(struct reader *r)
{
    struct why why;
    if (was_replaced(r)) {
        sqlite3 *before = r->db;
        if (open_file(r, &why))
            return false;
        sqlite3_close(before);
        return true;
    }
    int64_t version = data_version(r->db);
    bool changed = version != r->version;
    r->version = version;
    return changed;
}

sqlite3 *reader_db(struct reader *r)
{
    return r->db;
}
