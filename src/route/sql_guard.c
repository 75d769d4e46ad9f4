#include "route/sql_guard.h"
#include "base/buf.h"
#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

enum {
    ROUND = 1000, /* steps between two looks at the limit */
    DEPTH = 100,  /* of brackets and of SQLite's expression trees */
    LIKE_MAX = 200,
};

/* Pure, and quick: https://www.sqlite.org/lang_corefunc.html and
 * lang_mathfunc.html. What LIKE, GLOB and || are is among them. */
static const char functions[] =
    "abs, ceil, ceiling, coalesce, floor, glob, ifnull, iif, instr, length, "
    "like, ln, log, lower, ltrim, max, min, mod, nullif, pow, power, round, "
    "rtrim, sign, sqrt, substr, trim, typeof, upper";

const char *sql_functions(void)
{
    return functions;
}

static bool next_function(struct str *rest, struct str *name)
{
    bool any = str_cut(rest, ',', name);
    *name = str_trim(*name);
    return any;
}

static bool is_allowed(const char *wanted)
{
    struct str rest = str_from(functions), name;
    while (next_function(&rest, &name))
        if (str_eq_nocase(name, str_from(wanted)))
            return true;
    return false;
}

static int refuse(struct sql_guard *g, const char *name, bool is_function)
{
    snprintf(g->refused, sizeof g->refused, "%s", name ? name : "");
    g->is_function = is_function;
    return SQLITE_DENY;
}

/* https://www.sqlite.org/c3ref/c_alter_table.html names the actions and what
 * they are told. */
static int authorize(void *arg, int action, const char *a, const char *b,
                     const char *database, const char *trigger)
{
    struct sql_guard *g = arg;
    (void)database;
    (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
        return ++g->selects == 1 ? SQLITE_OK : refuse(g, "SELECT", false);
    case SQLITE_READ:
        if (strcmp(a, "task") != 0 && strcmp(a, "model") != 0)
            return refuse(g, a, false);
        g->names_model |= strcmp(a, "model") == 0 && *b;
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return is_allowed(b) ? SQLITE_OK : refuse(g, b, true);
    default:
        return SQLITE_DENY;
    }
}

static int count_rounds(void *arg)
{
    struct sql_guard *g = arg;
    g->stopped = --g->rounds < 0;
    return g->stopped;
}

void sql_guard_begin(struct sql_guard *g)
{
    *g = (struct sql_guard){.rounds = SQL_STEPS / ROUND};
}

/* "x" in double quotes is a name, never a string that nobody meant. */
bool sql_guard_attach(struct sql_guard *g, sqlite3 *db)
{
    static const int limits[][2] = {
        {SQLITE_LIMIT_LENGTH, SQL_TEXT_MAX},
        {SQLITE_LIMIT_SQL_LENGTH, 4 * SQL_EXPRESSION_MAX},
        {SQLITE_LIMIT_COLUMN, 200},
        {SQLITE_LIMIT_EXPR_DEPTH, DEPTH},
        {SQLITE_LIMIT_COMPOUND_SELECT, 1},
        {SQLITE_LIMIT_FUNCTION_ARG, 20},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LIKE_MAX},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 0},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(db, limits[i][0], limits[i][1]);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_progress_handler(db, ROUND, count_rounds, g);
    sql_guard_begin(g);
    return sqlite3_set_authorizer(db, authorize, g) == SQLITE_OK;
}

/* --- brackets, strings and comments */

/* Behind the closing quote, or the end where there is none. A doubled quote
 * stands for itself. */
static size_t behind_quoted(struct str s, size_t at)
{
    char close = s.ptr[at] == '[' ? ']' : s.ptr[at];
    while (++at < s.len) {
        if (s.ptr[at] != close)
            continue;
        if (close != ']' && at + 1 < s.len && s.ptr[at + 1] == close)
            at++;
        else
            return at + 1;
    }
    return s.len + 1;
}

static bool wrong(struct why *why, const char *sentence, size_t at)
{
    why_set(why, ERR_CONFIG, "%s, at byte %zu", sentence, at);
    return false;
}

bool sql_guard_balanced(struct str s, struct why *why)
{
    int depth = 0;
    for (size_t at = 0, next; at < s.len; at = next) {
        char c = s.ptr[at], d = at + 1 < s.len ? s.ptr[at + 1] : '\0';
        next = at + 1;
        if (c == '\'' || c == '"' || c == '`' || c == '[')
            next = behind_quoted(s, at);
        if (next > s.len)
            return wrong(why, "a quote has no end", at);
        if ((c == '-' && d == '-') || (c == '/' && d == '*'))
            return wrong(why, "comments have no place in it", at);
        if (c == ';')
            return wrong(why, "it is one expression, without a semicolon", at);
        depth += (c == '(') - (c == ')');
        if (depth < 0)
            return wrong(why, "a bracket closes that was never opened", at);
        if (depth > DEPTH)
            return wrong(why, "its brackets are nested too deep", at);
    }
    return depth == 0 || wrong(why, "a bracket is still open", s.len);
}

/* --- what is said */

static void names_of(const struct sql_table *t, struct nearest *n)
{
    for (size_t i = 0; i < t->n_columns; i++)
        nearest_try(n, str_from(t->columns[i].name));
}

static void unknown_name(const struct sql_table *const tables[SQL_TABLES],
                         struct str name, struct why *why)
{
    struct nearest n;
    size_t dot = str_rfind_char(name, '.');
    struct str bare = dot == STR_NONE ? name : str_sub(name, dot + 1, name.len);
    nearest_init(&n, bare);
    for (int i = 0; i < SQL_TABLES; i++)
        names_of(tables[i], &n);
    if (n.best.len)
        why_set(why, ERR_CONFIG,
                "there is no \"%.*s\"; did you mean \"%.*s\", or the text "
                "'%.*s'? \"switchyard help conditions\" lists all names",
                STR_ARG(str_sub(name, 0, 80)), STR_ARG(n.best),
                STR_ARG(str_sub(name, 0, 80)));
    else
        why_set(why, ERR_CONFIG,
                "there is no \"%.*s\"; a text stands in single quotes, and "
                "\"switchyard help conditions\" lists all names",
                STR_ARG(str_sub(name, 0, 80)));
}

static void unknown_function(struct str wanted, struct why *why)
{
    struct str rest = str_from(functions), name;
    struct nearest n;
    struct buf hint;
    nearest_init(&n, wanted);
    while (next_function(&rest, &name))
        nearest_try(&n, name);
    buf_init(&hint, 80);
    if (n.best.len)
        buf_printf(&hint, "; did you mean %.*s()?", STR_ARG(n.best));
    why_set(why, ERR_CONFIG, "there is no function %.*s()%s known: %s",
            STR_ARG(str_sub(wanted, 0, 40)), hint.ptr ? hint.ptr : ";",
            functions);
    buf_release(&hint);
}

/* SQLite's messages are fixed English: what stands behind `head`. */
static bool behind(struct str message, const char *head, struct str *rest)
{
    if (!str_starts(message, str_from(head)))
        return false;
    *rest = str_sub(message, strlen(head), message.len);
    return true;
}

/* What other languages have, and a keyword too many. */
static const char *slip_of(struct str message)
{
    static const struct {
        const char *head, *right;
    } slips[] = {
        {"near \"&\"", "; right is AND"},
        {"near \">\"", "; right is >="},
        {"near \"<\"", "; right is <="},
        {"unrecognized token: \"!", "; right is NOT, or <>"},
        {"near \"WHERE\"", "; right is the condition alone"},
        {"near \"ORDER\"", "; right is the terms alone, as cost_input DESC"},
    };
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        struct str head = str_from(slips[i].head);
        if (str_eq_nocase(str_sub(message, 0, head.len), head))
            return slips[i].right;
    }
    return "";
}

void sql_guard_explain(const struct sql_guard *g, sqlite3 *db,
                       const struct sql_table *const tables[SQL_TABLES],
                       struct why *why)
{
    struct str message = str_from(sqlite3_errmsg(db)), rest;
    if (g->refused[0] && g->is_function)
        unknown_function(str_from(g->refused), why);
    else if (g->refused[0])
        why_set(why, ERR_CONFIG,
                "it is one expression over the features of the task and the "
                "columns of the models; %s has no place in it",
                g->refused);
    else if (str_is(message, "no such column: model.rowid"))
        /* Ours, behind the terms: LIMIT took it for its own. */
        why_set(why, ERR_CONFIG,
                "it is terms to order by; LIMIT has no place in it");
    else if (str_is(message, "parser stack overflow") ||
             str_starts(message, STR("Expression tree is too large")))
        why_set(why, ERR_CONFIG,
                "it is nested too deep, or too many terms in a row; right is "
                "several rules, or IN (…) for a long OR");
    else if (behind(message, "no such column: ", &rest))
        unknown_name(tables, rest, why);
    else if (behind(message, "no such function: ", &rest))
        unknown_function(rest, why);
    else if (sqlite3_errcode(db) == SQLITE_OK)
        why_set(why, ERR_CONFIG, "it is one expression, not several");
    else
        why_set(why, ERR_CONFIG, "it is no SQL expression: %.*s%s",
                STR_ARG(str_sub(message, 0, 200)), slip_of(message));
}

enum err sql_guard_failed(const struct sql_guard *g, sqlite3 *db, int code,
                          struct why *why)
{
    if (g->stopped)
        return why_set(why, ERR_TOO_LARGE,
                       "it was stopped, it takes too many steps");
    if (code == SQLITE_ROW)
        return why_set(why, ERR_PARAMS, "it gives more rows than there are");
    return why_set(why, ERR_PARAMS, "it failed: %s", sqlite3_errmsg(db));
}
