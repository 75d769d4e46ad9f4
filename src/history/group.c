#include "history/group.h"

#include <math.h>

/* The newest first: where patience ends, it is the old that is left out. */
const char group_rows_sql[] =
    "SELECT c.id, c.wall_us, c.model, c.provider, c.class, c.language,"
    " c.editor, c.project, c.route, c.trigger,"
    " c.outcome, c.cached, c.joined, c.saved, c.first_us, c.total_us, c.shown,"
    " c.accepted, c.retained_30s, c.retained_5min,"
    " a.model, a.provider, a.outcome, a.tokens_in, a.tokens_out,"
    " a.tokens_cached, a.estimated, a.cost, a.first_us, a.total_us"
    " FROM completion c LEFT JOIN attempt a ON a.completion = c.id"
    " WHERE c.wall_us >= ?1 AND c.wall_us < ?2"
    " AND (?3 IS NULL OR ?3 IN (c.model, a.model))"
    " AND (?4 IS NULL OR ?4 IN (c.provider, a.provider))"
    " AND (?5 IS NULL OR c.class = ?5) AND (?6 IS NULL OR c.language = ?6)"
    " AND (?7 IS NULL OR c.editor = ?7) AND (?8 IS NULL OR c.project = ?8)"
    " AND (?9 IS NULL OR c.route = ?9) AND (?10 IS NULL OR c.trigger = ?10)"
    " ORDER BY c.wall_us DESC, c.id DESC, a.place";

/* --- columns */

static struct str text(sqlite3_stmt *s, int column)
{
    return str_from((const char *)sqlite3_column_text(s, column));
}

static bool known(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) != SQLITE_NULL;
}

static uint64_t count(sqlite3_stmt *s, int column)
{
    int64_t n = sqlite3_column_int64(s, column);
    return n > 0 ? (uint64_t)n : 0;
}

/* --- counting */

static bool add_time(struct spread *of, sqlite3_stmt *s, int column)
{
    return !known(s, column) || spread_add(of, sqlite3_column_int64(s, column));
}

static void add_verdict(struct group *g, sqlite3_stmt *s)
{
    double share = sqlite3_column_double(s, COLUMN_ACCEPTED);
    g->row.shown += count(s, COLUMN_SHOWN) > 0;
    if (known(s, COLUMN_ACCEPTED)) {
        g->row.judged++;
        g->row.accepted += share > 0;
        g->row.accepted_whole += share >= 1;
        g->accepted += share;
    }
    if (known(s, COLUMN_RETAINED_30S)) {
        g->looks_30s++;
        g->retained_30s += sqlite3_column_double(s, COLUMN_RETAINED_30S);
    }
    if (known(s, COLUMN_RETAINED_5MIN)) {
        g->looks_5min++;
        g->retained_5min += sqlite3_column_double(s, COLUMN_RETAINED_5MIN);
    }
}

bool group_add_completion(struct group *g, sqlite3_stmt *s)
{
    struct report_row *r = &g->row;
    struct str outcome = text(s, COLUMN_OUTCOME);
    bool has_text = str_is(outcome, "text");
    bool cached = count(s, COLUMN_CACHED), joined = count(s, COLUMN_JOINED);
    r->completions++;
    r->texts += has_text;
    r->nothing += str_is(outcome, "nothing");
    r->superseded += str_is(outcome, "superseded");
    r->cancelled += str_is(outcome, "cancelled");
    r->cached += cached;
    r->joined += joined;
    r->avoided += cached || joined;
    if (known(s, COLUMN_SAVED)) {
        g->saved = true;
        r->saved += sqlite3_column_double(s, COLUMN_SAVED);
    }
    add_verdict(g, s);
    return !has_text || cached ||
           (add_time(&g->text, s, COLUMN_FIRST) &&
            add_time(&g->answer, s, COLUMN_TOTAL));
}

static enum err kind_of(struct str name)
{
    int e = OK;
    while (e < ERR_COUNT && !str_is(name, err_name((enum err)e)))
        e++;
    return e < ERR_COUNT ? (enum err)e : ERR_INTERNAL; /* of another version */
}

static void add_tokens(struct group *g, sqlite3_stmt *s)
{
    struct report_row *r = &g->row;
    r->tokens_in += count(s, COLUMN_TOKENS_IN);
    r->tokens_out += count(s, COLUMN_TOKENS_OUT);
    r->tokens_cached += count(s, COLUMN_TOKENS_CACHED);
    r->estimated += count(s, COLUMN_ESTIMATED);
    if (known(s, COLUMN_COST)) {
        g->priced = true;
        r->cost += sqlite3_column_double(s, COLUMN_COST);
    }
}

/* What somebody ended who did not want it any more is no failure. */
bool group_add_call(struct group *g, sqlite3_stmt *s)
{
    struct report_row *r = &g->row;
    enum err e = kind_of(text(s, COLUMN_CALL_OUTCOME));
    r->calls++;
    add_tokens(g, s);
    if (e == OK) {
        r->unpriced += !known(s, COLUMN_COST);
        return add_time(&g->first, s, COLUMN_CALL_FIRST) &&
               add_time(&g->total, s, COLUMN_CALL_TOTAL);
    }
    if (err_is_failure(e)) {
        r->failures++;
        r->errors[e]++;
    } else {
        r->dropped++;
    }
    return true;
}

/* --- the end */

static double share_of(double sum, uint64_t n)
{
    return n ? sum / (double)n : NAN;
}

void group_finish(struct group *g)
{
    struct report_row *r = &g->row;
    r->accept_rate = share_of((double)r->accepted, r->judged);
    r->accepted_share = share_of(g->accepted, r->judged);
    r->retain_rate_30s = share_of(g->retained_30s, g->looks_30s);
    r->retain_rate_5min = share_of(g->retained_5min, g->looks_5min);
    r->failure_rate = share_of((double)r->failures, r->calls - r->dropped);
    r->saved = g->saved ? r->saved : NAN;
    r->cost = g->priced ? r->cost : NAN;
#define TIMES(name, spread)                                                    \
    r->name##_p50 = spread_at(spread, 0.5) / 1000;                             \
    r->name##_p95 = spread_at(spread, 0.95) / 1000;                            \
    r->name##_p99 = spread_at(spread, 0.99) / 1000
    TIMES(text, &g->text);
    TIMES(answer, &g->answer);
    TIMES(first, &g->first);
    TIMES(total, &g->total);
#undef TIMES
}

void group_release(struct group *g)
{
    spread_release(&g->text);
    spread_release(&g->answer);
    spread_release(&g->first);
    spread_release(&g->total);
}
