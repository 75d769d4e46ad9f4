#include "history/writer.h"
#include "base/clock.h"
#include "history/database.h"
#include "history/lessons.h"
#include "history/report.h"
#include "history/schema.h"
#include "history/store.h"
#include "history/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HURRY_MS = 2000, PAUSE_MS = 10, PRUNE_MS = 3600000 };

enum statement {
    INSERT_COMPLETION,
    INSERT_DECISION,
    INSERT_ATTEMPT,
    CHANGE_HEALTH,
    CLAIM_NOTICE,
    LAST_DAY,
    FIRST_MARK
};

static const char *const sql[FIRST_MARK + MARK_COUNT] = {
    [INSERT_COMPLETION] =
        "INSERT OR IGNORE INTO completion (id, wall_us, editor, language,"
        " class, trigger, route, project, model, provider, outcome, cached,"
        " joined, characters, tokens_in, tokens_out, tokens_cached,"
        " estimated, cost, saved, first_us, total_us,"
        " input_length) VALUES"
        " (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [INSERT_DECISION] =
        "INSERT OR IGNORE INTO decision (completion, text) VALUES (?,?)",
    [INSERT_ATTEMPT] =
        "INSERT OR IGNORE INTO attempt (completion, place, wall_us, model,"
        " provider, outcome, tokens_in, tokens_out, tokens_cached, estimated,"
        " cost, first_us, total_us, whole) VALUES"
        " (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [CHANGE_HEALTH] =
        "INSERT INTO health (model, provider, origin, cause, openings,"
        " changed_us, until_us) VALUES (?,?,?,?,?,?,?)"
        " ON CONFLICT (model, provider, origin) DO UPDATE SET"
        " cause = excluded.cause, openings = excluded.openings,"
        " changed_us = excluded.changed_us, until_us = excluded.until_us"
        " WHERE excluded.changed_us >= changed_us",
    [CLAIM_NOTICE] =
        "INSERT OR IGNORE INTO notice (name, wall_us) VALUES (?,?)",
    [LAST_DAY] = "SELECT max(wall_us) FROM completion WHERE wall_us < ?",
    [FIRST_MARK + MARK_SHOWN] =
        "UPDATE completion SET shown = ?2 WHERE id = ?1",
    [FIRST_MARK + MARK_ACCEPTED] =
        "UPDATE completion SET accepted = ?2 WHERE id = ?1",
    [FIRST_MARK + MARK_RETAINED_30S] =
        "UPDATE completion SET retained_30s = ?2 WHERE id = ?1",
    [FIRST_MARK + MARK_RETAINED_5MIN] =
        "UPDATE completion SET retained_5min = ?2 WHERE id = ?1",
};

enum { STATEMENTS = sizeof sql / sizeof *sql };

struct writer {
    sqlite3 *db; /* NULL: not open (any more) */
    sqlite3_stmt *statements[STATEMENTS];
    const atomic_bool *hurry;
    usec pruned;
    struct summary_cache cache;
    bool hopeless; /* a later version's: it is left as it is */
    char path[4096];
};

struct writer *writer_new(const char *path, const atomic_bool *hurry)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->hurry = hurry;
    snprintf(w->path, sizeof w->path, "%s", path);
    return w;
}

static void close_all(struct writer *w)
{
    for (size_t i = 0; i < STATEMENTS; i++) {
        sqlite3_finalize(w->statements[i]);
        w->statements[i] = NULL;
    }
    sqlite3_close(w->db);
    w->db = NULL;
}

void writer_free(struct writer *w)
{
    if (!w)
        return;
    close_all(w);
    free(w);
}

void writer_rest(struct writer *w)
{
    database_rest(w->db);
}

/* --- opening */

/* Called by SQLite while another process writes. */
static int wait_a_little(void *arg, int times)
{
    const struct writer *w = arg;
    int waited = times * PAUSE_MS;
    struct timespec pause = {0, PAUSE_MS * 1000000};
    if (waited > (atomic_load(w->hurry) ? HURRY_MS : DATABASE_BUSY_MS))
        return 0;
    nanosleep(&pause, NULL);
    return 1;
}

static enum err open_file(struct writer *w, struct why *why)
{
    enum err e = database_make(w->path, &w->db, why);
    if (!e) {
        sqlite3_busy_handler(w->db, wait_a_little, w);
        e = schema_migrate(w->db, why);
    }
    if (!e) /* by itself it takes 2 MiB, which a large batch fills */
        e = database_run(w->db, "PRAGMA cache_size = -512", why);
    for (size_t i = 0; !e && i < STATEMENTS; i++)
        e = database_prepare(w->db, sql[i], &w->statements[i], why);
    return e;
}

static enum err begin_anew(struct writer *w, struct why *why)
{
    close_all(w);
    database_move_aside(w->path);
    return open_file(w, why);
}

/* --- writing */

static void bind_name(sqlite3_stmt *s, int *at, const char *name)
{
    if (*name)
        sqlite3_bind_text(s, (*at)++, name, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null(s, (*at)++);
}

static void bind_count(sqlite3_stmt *s, int *at, int64_t n)
{
    if (n >= 0)
        sqlite3_bind_int64(s, (*at)++, n);
    else
        sqlite3_bind_null(s, (*at)++);
}

static void bind_money(sqlite3_stmt *s, int *at, double dollars)
{
    if (dollars >= 0)
        sqlite3_bind_double(s, (*at)++, dollars);
    else
        sqlite3_bind_null(s, (*at)++);
}

static bool step(sqlite3_stmt *s)
{
    bool done = sqlite3_step(s) == SQLITE_DONE;
    sqlite3_reset(s);
    sqlite3_clear_bindings(s);
    return done;
}

static bool write_attempt(struct writer *w, const struct completion_record *r,
                          size_t place)
{
    const struct attempt_record *a = &r->attempts[place];
    sqlite3_stmt *s = w->statements[INSERT_ATTEMPT];
    int at = 1;
    bind_count(s, &at, (int64_t)r->id);
    bind_count(s, &at, (int64_t)place);
    bind_count(s, &at, r->wall_us);
    bind_name(s, &at, a->model);
    bind_name(s, &at, a->provider);
    bind_name(s, &at, a->outcome);
    bind_count(s, &at, a->tokens_in);
    bind_count(s, &at, a->tokens_out);
    bind_count(s, &at, a->tokens_cached);
    bind_count(s, &at, a->estimated);
    bind_money(s, &at, a->cost);
    bind_count(s, &at, a->first_us);
    bind_count(s, &at, a->total_us);
    bind_count(s, &at, a->whole);
    return step(s);
}

static bool write_decision(struct writer *w, const struct completion_record *r)
{
    sqlite3_stmt *s = w->statements[INSERT_DECISION];
    int at = 1;
    bind_count(s, &at, (int64_t)r->id);
    bind_name(s, &at, r->decision);
    return step(s);
}

static bool write_record(struct writer *w, const struct completion_record *r)
{
    sqlite3_stmt *s = w->statements[INSERT_COMPLETION];
    int at = 1;
    bind_count(s, &at, (int64_t)r->id);
    bind_count(s, &at, r->wall_us);
    bind_name(s, &at, r->editor);
    bind_name(s, &at, r->language);
    bind_name(s, &at, r->class);
    bind_name(s, &at, r->trigger);
    bind_name(s, &at, r->route);
    bind_name(s, &at, r->project);
    bind_name(s, &at, r->model);
    bind_name(s, &at, r->provider);
    bind_name(s, &at, r->outcome);
    bind_count(s, &at, r->cached);
    bind_count(s, &at, r->joined);
    bind_count(s, &at, r->characters);
    bind_count(s, &at, r->tokens_in);
    bind_count(s, &at, r->tokens_out);
    bind_count(s, &at, r->tokens_cached);
    bind_count(s, &at, r->estimated);
    bind_money(s, &at, r->cost);
    bind_money(s, &at, r->saved);
    bind_count(s, &at, r->first_us);
    bind_count(s, &at, r->total_us);
    bind_count(s, &at, r->input_length);
    bool good = step(s) && (!r->decision || write_decision(w, r));
    for (size_t i = 0; good && i < r->n_attempts; i++)
        good = write_attempt(w, r, i);
    return good;
}

static bool write_mark(struct writer *w, const struct entry *e)
{
    sqlite3_stmt *s = w->statements[FIRST_MARK + e->mark];
    sqlite3_bind_int64(s, 1, (int64_t)e->id);
    sqlite3_bind_double(s, 2, e->value);
    return step(s);
}

static bool write_health(struct writer *w, const struct health_record *h)
{
    sqlite3_stmt *s = w->statements[CHANGE_HEALTH];
    int at = 1;
    sqlite3_bind_text(s, at++, h->model, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, at++, h->provider, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, at++, h->origin, -1, SQLITE_STATIC);
    bind_name(s, &at, h->cause);
    bind_count(s, &at, h->openings);
    bind_count(s, &at, h->changed_us);
    bind_count(s, &at, h->until_us);
    return step(s);
}

static bool write_entry(struct writer *w, const struct entry *e)
{
    if (e->record)
        return write_record(w, e->record);
    return e->health ? write_health(w, e->health) : write_mark(w, e);
}

/* By age, then by number; attempts and decisions go with their completions.
 * Decisions are most of a row, and only looked at one by one: of those fewer
 * are kept. */
static enum err prune(struct writer *w, struct why *why)
{
    char text[600];
    usec now = clock_now();
    if (w->pruned && now < w->pruned + MSEC(PRUNE_MS))
        return OK;
    w->pruned = now;
    snprintf(
        text, sizeof text,
        "DELETE FROM completion WHERE wall_us < %lld;"
        "DELETE FROM completion WHERE id IN (SELECT id FROM completion"
        " ORDER BY wall_us DESC LIMIT -1 OFFSET %d);"
        "DELETE FROM decision WHERE completion < (SELECT completion FROM"
        " decision ORDER BY completion DESC LIMIT 1 OFFSET %d);"
        "DELETE FROM health WHERE until_us < %lld;"
        "DELETE FROM notice WHERE wall_us < %lld",
        (long long)(clock_wall() - INT64_C(86400000000) * STORE_DAYS),
        STORE_ROWS, STORE_DECISIONS - 1,
        (long long)(clock_wall() - INT64_C(86400000000)),
        (long long)(clock_wall() - INT64_C(86400000000) * STORE_NOTICE_DAYS));
    return database_run(w->db, text, why);
}

/* --- reading */

static bool is_open(struct writer *w)
{
    struct why why;
    enum err e = w->db ? OK : w->hopeless ? ERR_CONFIG : open_file(w, &why);
    if (e)
        close_all(w);
    return !e;
}

bool writer_claim(struct writer *w, const char *name)
{
    if (!is_open(w))
        return false;
    sqlite3_stmt *s = w->statements[CLAIM_NOTICE];
    sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, clock_wall());
    return step(s) && sqlite3_changes(w->db) > 0;
}

/* 0: there is none. */
static int64_t last_day(struct writer *w, int64_t today)
{
    sqlite3_stmt *s = w->statements[LAST_DAY];
    sqlite3_bind_int64(s, 1, today);
    int64_t wall =
        sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return wall > 0 ? clock_midnight(wall, 0) : 0;
}

static char *figures_of(struct writer *w, const char *day,
                        const struct report_question *q)
{
    struct report r;
    struct why why;
    struct buf out;
    buf_init(&out, 1 << 20);
    if (report_read_from(w->db, q, &r, &why))
        return NULL;
    cJSON *o = report_json(&r);
    report_release(&r);
    json_add_str(o, "day", str_from(day));
    json_print(&out, o);
    cJSON_Delete(o);
    return buf_take(&out);
}

bool writer_claim_day(struct writer *w, int64_t today, struct notice *out)
{
    char day[16];
    struct tm t;
    int64_t from = is_open(w) ? last_day(w, today) : 0;
    struct report_question q = {.by = {REPORT_MODEL},
                                .n_by = 1,
                                .since = from,
                                .until = clock_midnight(from, 1)};
    time_t seconds = (time_t)(from / 1000000);
    *out = (struct notice){.won = true};
    strftime(day, sizeof day, "%Y-%m-%d", localtime_r(&seconds, &t));
    snprintf(out->name, sizeof out->name, "day %s", day);
    if (!from || !writer_claim(w, out->name))
        return false;
    out->day = figures_of(w, day, &q);
    return out->day != NULL;
}

void writer_summarize(struct writer *w, struct summary *s)
{
    s->failed = !is_open(w) || !summary_read(w->db, &w->cache, s);
}

void writer_teach(struct writer *w, struct lessons *l)
{
    if (is_open(w))
        lessons_read(w->db, l);
}

static enum err write_all(struct writer *w, const struct entry *entries,
                          size_t n, struct why *why)
{
    enum err e = database_run(w->db, "BEGIN IMMEDIATE", why);
    for (size_t i = 0; !e && i < n; i++)
        if (!write_entry(w, &entries[i]))
            e = database_failed(w->db, why);
    return database_end(w->db, e ? e : prune(w, why), why);
}

static enum err attempt(struct writer *w, const struct entry *entries, size_t n,
                        struct why *why)
{
    enum err e = w->db ? OK : open_file(w, why);
    if (!e)
        e = write_all(w, entries, n, why);
    return e;
}

enum err writer_write(struct writer *w, const struct entry *entries, size_t n,
                      struct why *why)
{
    struct why cause = {{0}};
    if (w->hopeless)
        return ERR_CONFIG;
    enum err e = attempt(w, entries, n, &cause);
    if (e == ERR_ANSWER && !(e = begin_anew(w, &cause)))
        e = write_all(w, entries, n, &cause);
    else if (!e)
        return OK;
    w->hopeless = e == ERR_CONFIG;
    if (e) {
        close_all(w);
        return why_set(why, e, "the history %s can't be written: %s", w->path,
                       cause.text);
    }
    return why_set(why, OK,
                   "the history %s was broken; it is kept as %s.broken, and a "
                   "new one begun",
                   w->path, w->path);
}
