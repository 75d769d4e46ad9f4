#include "route/conditions.h"

#include <stdlib.h>

/* Of one statement: well below what SQLite and sql_guard.c allow it. */
enum {
    COLUMNS = 64,
    BYTES = 12000,
    CELLS = 4096, /* columns times rows: a few dozen steps of SQL_STEPS each */
};

struct group {
    struct sql_query *query; /* NULL: one by one */
    size_t members[COLUMNS];
    size_t n;
};

struct conditions {
    struct group *groups;
    size_t n;
};

static void close_group(struct conditions *c, struct sql *s,
                        const struct condition *of, bool by_model)
{
    struct str sources[COLUMNS];
    struct group *g = &c->groups[c->n];
    for (size_t i = 0; i < g->n; i++)
        sources[i] = of[g->members[i]].source;
    if (g->n > 1)
        g->query = sql_together(s, sources, g->n, by_model);
    if (g->query)
        c->n++;
    else
        g->n = 0;
}

/* Those of one kind, in groups. */
static void put_together(struct conditions *c, struct sql *s,
                         const struct condition *of, size_t n, size_t rows,
                         bool by_model)
{
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++) {
        struct group *g = &c->groups[c->n];
        if (sql_names_model(of[i].query) != by_model)
            continue;
        if (g->n == COLUMNS || bytes + of[i].source.len > BYTES ||
            (by_model && (g->n + 1) * rows > CELLS)) {
            close_group(c, s, of, by_model);
            g = &c->groups[c->n];
            bytes = 0;
        }
        g->members[g->n++] = i;
        bytes += of[i].source.len + 10;
    }
    close_group(c, s, of, by_model);
}

struct conditions *conditions_new(struct sql *s, const struct condition *of,
                                  size_t n, size_t rows)
{
    struct conditions *c = calloc(1, sizeof *c);
    /* A group has two members, and the last one may stay empty. */
    if (c)
        c->groups = calloc(n / 2 + 2, sizeof *c->groups);
    if (!c || !c->groups) {
        free(c);
        return NULL;
    }
    put_together(c, s, of, n, rows, false);
    put_together(c, s, of, n, rows, true);
    return c;
}

void conditions_free(struct conditions *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n; i++)
        sql_query_free(c->groups[i].query);
    free(c->groups);
    free(c);
}

static void evaluate(struct group *g, size_t n_rows, bool *holds, bool *known)
{
    struct why why;
    bool *columns[COLUMNS];
    for (size_t i = 0; i < g->n; i++)
        columns[i] = holds + g->members[i] * n_rows;
    if (sql_hold_together(g->query, columns, &why)) {
        /* What failed once would hold up every decision twice. */
        sql_query_free(g->query);
        g->query = NULL;
        return;
    }
    for (size_t i = 0; i < g->n; i++)
        known[g->members[i]] = true;
}

void conditions_evaluate(struct conditions *c, size_t n_rows, bool *holds,
                         bool *known)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->groups[i].query)
            evaluate(&c->groups[i], n_rows, holds, known);
}
