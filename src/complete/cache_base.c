#include "complete/cache_base.h"
#include "base/clock.h"
#include "history/database.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file of another version is begun anew: it is a cache. */
enum { VERSION = 1, PAGE = 4096, PRUNE_EVERY = 64, ROOM_TRIES = 4 };

static const char tables[] =
    "DROP TABLE IF EXISTS completion;"
    "CREATE TABLE completion ("
    "  seq INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL UNIQUE,"
    "  document INTEGER NOT NULL, shape INTEGER NOT NULL,"
    "  flags INTEGER NOT NULL, wall_s INTEGER NOT NULL,"
    "  prefix BLOB NOT NULL, suffix BLOB NOT NULL, text BLOB NOT NULL,"
    "  model TEXT NOT NULL, class INTEGER NOT NULL, route INTEGER NOT NULL);"
    "CREATE INDEX completion_document ON completion (document, shape, seq);";

static const char insert[] =
    "INSERT OR REPLACE INTO completion (id, document, shape, flags, wall_s,"
    " prefix, suffix, text, model, class, route)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?)";

static const char query[] =
    "SELECT seq, prefix, suffix, text, model, class, route, flags FROM ("
    " SELECT * FROM completion WHERE document = ? AND shape = ? AND seq > ?"
    " AND wall_s >= ? ORDER BY seq DESC LIMIT ?) ORDER BY seq";

struct cache_base {
    sqlite3 *db; /* NULL: not open (any more) */
    sqlite3_stmt *insert, *query;
    struct cache_limits limits;
    size_t written; /* since the last pruning */
    char path[4096];
};

/* --- a completion of its own */

static struct str copy(char **to, struct str s)
{
    struct str out = {*to, s.len};
    if (s.len)
        memcpy(*to, s.ptr, s.len);
    *to += s.len;
    return out;
}

struct kept_completion *kept_completion_new(const struct cache_key *key,
                                            struct str prefix,
                                            struct str suffix,
                                            const struct cache_hit *hit)
{
    struct kept_completion *k = malloc(sizeof *k + prefix.len + suffix.len +
                                       hit->text.len + hit->model.len);
    if (!k)
        return NULL;
    char *to = k->bytes;
    k->key = *key;
    k->seq = 0;
    k->hit = *hit;
    k->prefix = copy(&to, prefix);
    k->suffix = copy(&to, suffix);
    k->hit.text = copy(&to, hit->text);
    k->hit.model = copy(&to, hit->model);
    return k;
}

/* --- life */

struct cache_base *cache_base_new(const char *path,
                                  const struct cache_limits *limits)
{
    struct cache_base *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->limits = *limits;
    snprintf(b->path, sizeof b->path, "%s", path);
    return b;
}

static void close_all(struct cache_base *b)
{
    sqlite3_finalize(b->insert);
    sqlite3_finalize(b->query);
    b->insert = b->query = NULL;
    sqlite3_close(b->db);
    b->db = NULL;
}

void cache_base_free(struct cache_base *b)
{
    if (!b)
        return;
    close_all(b);
    free(b);
}

void cache_base_rest(struct cache_base *b)
{
    database_rest(b->db);
}

/* --- opening */

/* Two processes may start at once: the version is read under the lock. */
static enum err make_tables(struct cache_base *b, struct why *why)
{
    static const char read[] = "PRAGMA user_version";
    char set[64];
    int64_t version;
    if (database_number(b->db, read, &version) && version == VERSION)
        return OK;
    enum err e = database_run(b->db, "BEGIN IMMEDIATE", why);
    if (e)
        return e;
    snprintf(set, sizeof set, "PRAGMA user_version = %d", VERSION);
    if (!database_number(b->db, read, &version) || version != VERSION)
        e = database_run(b->db, tables, why);
    return database_end(b->db, e ? e : database_run(b->db, set, why), why);
}

/* It may be from a time with a higher limit, and shrinks in one way only. */
static enum err shrink(struct cache_base *b, struct why *why)
{
    int64_t pages = 0;
    database_number(b->db, "PRAGMA page_count", &pages);
    if ((size_t)pages <= b->limits.max_bytes / PAGE + 1)
        return OK;
    return database_run(b->db, "DELETE FROM completion; VACUUM", why);
}

static enum err open_file(struct cache_base *b, struct why *why)
{
    char limit[80];
    enum err e = database_make(b->path, &b->db, why);
    if (e)
        return e;
    sqlite3_busy_timeout(b->db, CACHE_FILE_BUSY_MS);
    /* Never larger, whatever happens: what does not fit fails. */
    snprintf(limit, sizeof limit,
             "PRAGMA max_page_count = %zu; PRAGMA journal_size_limit = %d",
             b->limits.max_bytes / PAGE + 1, 1 << 20);
    e = make_tables(b, why);
    if (!e)
        e = shrink(b, why);
    if (!e)
        e = database_run(b->db, limit, why);
    if (!e)
        e = database_prepare(b->db, insert, &b->insert, why);
    return e ? e : database_prepare(b->db, query, &b->query, why);
}

static enum err begin_anew(struct cache_base *b, struct why *why)
{
    close_all(b);
    database_move_aside(b->path);
    enum err e = open_file(b, why);
    if (!e)
        why_set(why, OK,
                "the completions kept in %s were broken; the file is kept as "
                "%s.broken, and a new one begun",
                b->path, b->path);
    return e;
}

static enum err ready(struct cache_base *b, struct why *why)
{
    enum err e = b->db ? OK : open_file(b, why);
    return e == ERR_ANSWER ? begin_anew(b, why) : e;
}

/* --- writing */

static void bind_blob(sqlite3_stmt *s, int at, struct str bytes)
{
    sqlite3_bind_blob64(s, at, bytes.ptr ? bytes.ptr : "", bytes.len,
                        SQLITE_STATIC);
}

static bool write_one(struct cache_base *b, const struct kept_completion *k)
{
    sqlite3_stmt *s = b->insert;
    sqlite3_bind_int64(s, 1,
                       (sqlite3_int64)cache_id(&k->key, k->prefix, k->suffix));
    sqlite3_bind_int64(s, 2, (sqlite3_int64)k->key.document);
    sqlite3_bind_int64(s, 3, (sqlite3_int64)k->key.table);
    sqlite3_bind_int64(s, 4, k->key.flags);
    sqlite3_bind_int64(s, 5, clock_wall() / 1000000);
    bind_blob(s, 6, k->prefix);
    bind_blob(s, 7, k->suffix);
    bind_blob(s, 8, k->hit.text);
    sqlite3_bind_text64(s, 9, k->hit.model.ptr, k->hit.model.len, SQLITE_STATIC,
                        SQLITE_UTF8);
    sqlite3_bind_int(s, 10, k->hit.class);
    sqlite3_bind_int(s, 11, k->hit.route);
    bool good = sqlite3_step(s) == SQLITE_DONE;
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return good;
}

static int64_t oldest_allowed(const struct cache_base *b)
{
    return clock_wall() / 1000000 - (int64_t)b->limits.max_days * 86400;
}

static enum err prune(struct cache_base *b, struct why *why)
{
    char sql[100];
    snprintf(sql, sizeof sql, "DELETE FROM completion WHERE wall_s < %lld",
             (long long)oldest_allowed(b));
    b->written = 0;
    return database_run(b->db, sql, why);
}

/* ERR_TOO_LARGE where the file may grow no more, or the disk is full. */
static enum err write_all(struct cache_base *b,
                          struct kept_completion *const *items, size_t n,
                          struct why *why)
{
    enum err e = database_run(b->db, "BEGIN IMMEDIATE", why);
    for (size_t i = 0; !e && i < n; i++)
        if (!write_one(b, items[i]))
            e = database_failed(b->db, why);
    b->written += n;
    if (!e && b->written >= PRUNE_EVERY)
        e = prune(b, why);
    return database_end(b->db, e, why);
}

/* The oldest quarter makes way where the file may grow no more. */
static enum err make_room(struct cache_base *b, struct why *why)
{
    return database_run(b->db,
                        "DELETE FROM completion WHERE seq <= (SELECT seq FROM"
                        " completion ORDER BY seq LIMIT 1 OFFSET"
                        " (SELECT count(*) / 4 FROM completion))",
                        why);
}

enum err cache_base_write(struct cache_base *b,
                          struct kept_completion *const *items, size_t n,
                          struct why *why)
{
    struct why cause = {{0}}, told = {{0}};
    enum err e = ready(b, &told);
    if (e) {
        close_all(b);
        return why_set(why, e, "no completions can be kept in %s: %s", b->path,
                       told.text);
    }
    e = write_all(b, items, n, &cause);
    for (int i = 0; e == ERR_TOO_LARGE && i < ROOM_TRIES; i++)
        if (!make_room(b, &cause))
            e = write_all(b, items, n, &cause);
    if (e == ERR_ANSWER && !(e = begin_anew(b, &told)))
        e = write_all(b, items, n, &cause);
    if (e)
        return why_set(why, e, "no completions can be kept in %s: %s", b->path,
                       cause.text);
    *why = told;
    return OK;
}

/* --- reading */

static struct str blob_of(sqlite3_stmt *s, int column)
{
    const void *bytes = sqlite3_column_blob(s, column);
    return (struct str){bytes, (size_t)sqlite3_column_bytes(s, column)};
}

static struct kept_completion *read_one(sqlite3_stmt *s,
                                        const struct cache_key *key)
{
    struct cache_key own = *key;
    struct cache_hit hit = {
        .text = blob_of(s, 3),
        .model = blob_of(s, 4),
        .class = sqlite3_column_int(s, 5),
        .route = sqlite3_column_int(s, 6),
    };
    own.flags = (unsigned)sqlite3_column_int(s, 7);
    struct kept_completion *k =
        kept_completion_new(&own, blob_of(s, 1), blob_of(s, 2), &hit);
    if (k)
        k->seq = sqlite3_column_int64(s, 0);
    return k;
}

enum err cache_base_read(struct cache_base *b, const struct cache_key *key,
                         int64_t since, found_fn *found, void *arg,
                         struct why *why)
{
    struct why cause = {{0}};
    enum err e = ready(b, &cause);
    if (e) {
        close_all(b);
        return why_set(why, e, "no completions can be read from %s: %s",
                       b->path, cause.text);
    }
    sqlite3_stmt *s = b->query;
    sqlite3_bind_int64(s, 1, (sqlite3_int64)key->document);
    sqlite3_bind_int64(s, 2, (sqlite3_int64)key->table);
    sqlite3_bind_int64(s, 3, since);
    sqlite3_bind_int64(s, 4, oldest_allowed(b));
    sqlite3_bind_int(s, 5, CACHE_FILE_FOUND);
    int step;
    while ((step = sqlite3_step(s)) == SQLITE_ROW) {
        struct kept_completion *k = read_one(s, key);
        if (k)
            found(arg, k);
    }
    if (step != SQLITE_DONE)
        e = database_failed(b->db, &cause);
    sqlite3_reset(s);
    if (e == ERR_ANSWER) {
        struct why told = {{0}};
        e = begin_anew(b, &told);
        cause = told;
    }
    *why = cause;
    return e;
}
