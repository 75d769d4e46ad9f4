#include "history/summary.h"
#include "history/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ids of this process: the low bits are of its own, as store_id() makes them,
 * and the rest is the time. */
#define NOT_OURS "NOT (completion & 2047 = ?1 AND completion >= ?2)"

static const char models_sql[] =
    "SELECT model, provider, sum(cost) FROM attempt WHERE wall_us >= ?3"
    " AND wall_us < ?4 AND cost > 0 AND " NOT_OURS " GROUP BY model, provider";

static const char health_sql[] =
    "SELECT model, provider, origin, cause, openings, changed_us, until_us"
    " FROM health WHERE changed_us >= ?3 OR until_us > ?4"
    " ORDER BY changed_us DESC";

static void name(char out[RECORD_NAME], sqlite3_stmt *s, int column)
{
    const unsigned char *text = sqlite3_column_text(s, column);
    snprintf(out, RECORD_NAME, "%s", text ? (const char *)text : "");
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql,
                             const struct summary_question *q)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_int64(s, 1, (int64_t)getpid() & 2047);
    sqlite3_bind_int64(s, 2, (int64_t)((uint64_t)q->began << 11 & INT64_MAX));
    return s;
}

/* NULL: there are too many. */
static struct summary_model *model_of(struct summary_models *all,
                                      const char *model, const char *provider)
{
    size_t i = 0;
    while (i < all->n && (strcmp(all->models[i].model, model) != 0 ||
                          strcmp(all->models[i].provider, provider) != 0))
        i++;
    if (i == SUMMARY_MODELS)
        return NULL;
    struct summary_model *m = &all->models[i];
    if (i == all->n) {
        all->n++;
        *m = (struct summary_model){0};
        snprintf(m->model, sizeof m->model, "%s", model);
        snprintf(m->provider, sizeof m->provider, "%s", provider);
    }
    return m;
}

/* Add what was spent from one time to another. */
static bool add_spent(sqlite3 *db, const struct summary_question *q,
                      int64_t from, int64_t to, struct summary_models *out)
{
    sqlite3_stmt *s = prepare(db, models_sql, q);
    int rc;
    if (!s)
        return false;
    sqlite3_bind_int64(s, 3, from);
    sqlite3_bind_int64(s, 4, to);
    while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
        char model[RECORD_NAME], provider[RECORD_NAME];
        name(model, s, 0);
        name(provider, s, 1);
        struct summary_model *m = model_of(out, model, provider);
        double cost = sqlite3_column_double(s, 2);
        if (!m)
            continue;
        m->month += cost;
        m->day += from >= q->day ? cost : 0;
    }
    sqlite3_finalize(s);
    return rc == SQLITE_DONE;
}

/* The days before this one are read once: a month may have many rows. */
static bool read_models(sqlite3 *db, struct summary_cache *c,
                        struct summary *out)
{
    const struct summary_question *q = &out->of;
    bool same = c->read && c->of.day == q->day && c->of.month == q->month &&
                c->of.began == q->began;
    if (!same) {
        *c = (struct summary_cache){.of = *q};
        c->read = add_spent(db, q, q->month, q->day, &c->before);
    }
    out->spent = c->before;
    return c->read && add_spent(db, q, q->day, INT64_MAX, &out->spent);
}

static bool read_health(sqlite3 *db, struct summary *out)
{
    sqlite3_stmt *s = prepare(db, health_sql, &out->of);
    int rc = SQLITE_DONE;
    if (!s)
        return false;
    sqlite3_bind_int64(s, 3, out->of.wall - INT64_C(3600000000));
    sqlite3_bind_int64(s, 4, out->of.wall);
    while (out->n_health < SUMMARY_HEALTH &&
           (rc = sqlite3_step(s)) == SQLITE_ROW) {
        struct health_record *h = &out->health[out->n_health++];
        const unsigned char *origin = sqlite3_column_text(s, 2);
        name(h->model, s, 0);
        name(h->provider, s, 1);
        snprintf(h->origin, sizeof h->origin, "%s", (const char *)origin);
        name(h->cause, s, 3);
        h->openings = (unsigned)sqlite3_column_int(s, 4);
        h->changed_us = sqlite3_column_int64(s, 5);
        h->until_us = sqlite3_column_int64(s, 6);
    }
    sqlite3_finalize(s);
    return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

bool summary_read(sqlite3 *db, struct summary_cache *c, struct summary *s)
{
    s->n_health = 0;
    return (!s->of.spent || read_models(db, c, s)) && read_health(db, s);
}

bool summary_load(const char *path, struct summary *s)
{
    struct why why;
    sqlite3 *db;
    struct summary_cache *cache = calloc(1, sizeof *cache);
    bool read = cache && !schema_open(path, &db, &why);
    if (read) {
        read = summary_read(db, cache, s);
        sqlite3_close(db);
    }
    free(cache);
    return read;
}
