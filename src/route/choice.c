/* A router's choice among those that a decision leaves. */
#include "route/decide.h"
#include "route/hedge.h"
#include "route/plugins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_open(const struct candidate *c)
{
    return !c->excluded || c->open;
}

static void shut(struct candidate *c, const char *reason)
{
    c->excluded = c->open = true;
    snprintf(c->reason, sizeof c->reason, "%s", reason);
}

/* Those that are asked come first; else the order stays. */
static void move_excluded_back(struct decision *d)
{
    struct candidate sorted[CHAIN_MAX];
    size_t n = 0;
    for (int excluded = 0; excluded < 2; excluded++)
        for (size_t i = 0; i < d->n; i++)
            if (d->chain[i].excluded == (bool)excluded)
                sorted[n++] = d->chain[i];
    memcpy(d->chain, sorted, n * sizeof *sorted);
}

void decision_settle(struct decision *d, bool home)
{
    bool closed = false;
    for (size_t i = 0; i < d->n; i++) {
        struct candidate *c = &d->chain[i];
        if (!is_open(c))
            continue;
        if (c->excluded)
            snprintf(c->reason, sizeof c->reason,
                     "behind those that the router chose");
        c->excluded = c->open = false;
        if (closed)
            shut(c, "behind the built-in model, which always answers");
        else if (home && c->model->dialect && !c->model->own)
            shut(c, decision_at_home);
        closed |= !c->model->dialect;
    }
    move_excluded_back(d);
}

size_t decision_open(const struct decision *d, size_t out[CHAIN_MAX])
{
    size_t n = 0;
    if (!d->route->router || d->ruling.only)
        return 0;
    for (size_t i = 0; i < d->n; i++)
        if (is_open(&d->chain[i]))
            out[n++] = i;
    return n;
}

void decision_unrouted(struct decision *d, const struct why *why)
{
    if (why->text[0])
        why_set(&d->routed, OK, "the router \"%.*s\" %.380s",
                STR_ARG(str_sub(d->route->router->name, 0, 80)), why->text);
}

/* Move the candidate to `place`; those between make room. */
static void move_to(struct decision *d, size_t from, size_t place)
{
    struct candidate c = d->chain[from];
    memmove(&d->chain[place + 1], &d->chain[place],
            (from - place) * sizeof *d->chain);
    d->chain[place] = c;
}

static size_t find(const struct decision *d, const struct model *m)
{
    size_t i = 0;
    while (i < d->n && !(d->chain[i].model == m && is_open(&d->chain[i])))
        i++;
    return i;
}

/* Those that were not chosen are as they were without a choice. */
static void sort_rest(struct decision *d, size_t chosen)
{
    for (size_t i = chosen; i < d->n; i++) {
        size_t first = i;
        for (size_t k = i + 1; k < d->n; k++)
            if (d->chain[k].rank < d->chain[first].rank)
                first = k;
        move_to(d, first, i);
    }
}

/* Their models; ERR_ANSWER with the first name that is none. */
static enum err look_up(const struct table *t, const struct str *names,
                        size_t n, const struct model **out, struct why *why)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = table_model(t, names[i]);
        if (!out[i])
            return why_set(why, ERR_ANSWER,
                           "it chose \"%.*s\", and no model is called so",
                           STR_ARG(str_sub(names[i], 0, 80)));
    }
    return OK;
}

/* The hedge is planned by the order. */
static void plan_hedge(struct decision *d, const struct table *t,
                       struct fleet *fleet, const struct task *task, usec now)
{
    struct standing *rows = calloc(t->n_models, sizeof *rows);
    d->hedge = (struct hedge_plan){0};
    for (size_t i = 0; rows && i < t->n_models; i++)
        fleet_row(fleet, &t->models[i], task, now, &rows[i]);
    hedge_decide(d, t, rows);
    free(rows);
}

enum err decision_choose(struct decision *d, const struct table *t,
                         struct fleet *fleet, const struct task *task, usec now,
                         const struct str *names, size_t n, struct why *why)
{
    const struct model *models[CHAIN_MAX];
    size_t chosen = 0;
    n = n < CHAIN_MAX ? n : CHAIN_MAX;
    enum err e = look_up(t, names, n, models, why);
    for (size_t i = 0; !e && i < n; i++) {
        size_t at = find(d, models[i]);
        if (at == d->n || at < chosen)
            continue;
        move_to(d, at, chosen);
        d->chain[chosen].open = false;
        d->chain[chosen].excluded = false;
        snprintf(d->chain[chosen++].reason, sizeof d->chain->reason,
                 "chosen by the router \"%.*s\"",
                 STR_ARG(str_sub(d->route->router->name, 0, 80)));
    }
    if (e)
        return e;
    if (!chosen)
        return why_set(why, ERR_ANSWER,
                       "it chose none of those that may be asked now");
    sort_rest(d, chosen);
    const struct model *first = d->chain[0].model;
    decision_settle(d, d->route->options.fail_over != FAIL_OVER_ANYWHERE &&
                           first->own && first->dialect);
    plan_hedge(d, t, fleet, task, now);
    return OK;
}
