#include "route/decide.h"
#include "config/config.h"
#include "route/budget.h"
#include "route/ceiling.h"
#include "route/hedge.h"
#include "route/matching.h"
#include "route/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char decision_at_home[] =
    "your own servers come first here, and no \"fail_over\": \"anywhere\" lets "
    "it leave them";

/* One decision at work. */
struct work {
    const struct table *table;
    const struct task *task;
    struct fleet *fleet;
    usec now;
    bool likely; /* what is likely, instead of trying */
    struct decision *d;
    struct standing *rows; /* one for each of the table's models */
    struct contender *contenders;
    size_t n;
};

static void add(struct decision *d, const struct model *m, bool excluded,
                const char *reason)
{
    if (d->n == CHAIN_MAX)
        return;
    struct candidate *c = &d->chain[d->n++];
    c->model = m;
    c->excluded = excluded;
    snprintf(c->reason, sizeof c->reason, "%s", reason);
}

static struct contender *contend(struct work *w, const struct model *m)
{
    size_t row = (size_t)(m - w->table->models);
    struct contender *c = &w->contenders[w->n++];
    *c =
        (struct contender){.standing = &w->rows[row], .row = row, .fits = true};
    return c;
}

/* The models that the route names, in its order. */
static void name_models(struct work *w)
{
    char name[60];
    const struct route *r = w->d->route;
    route_name(w->table, r, name, sizeof name);
    for (size_t i = 0; i < r->n_models; i++) {
        struct contender *c = contend(w, r->models[i]);
        if (i == 0)
            snprintf(c->reason, sizeof c->reason, "named by %s", name);
        else
            snprintf(c->reason, sizeof c->reason,
                     "named by %s, for when %.*s fails or is late", name,
                     STR_ARG(str_sub(r->models[i - 1]->name, 0, 60)));
    }
}

/* A strategy or a router alone is over all models; the built-in one closes the
 * chain. */
static void name_all(struct work *w)
{
    for (size_t i = 0; i < w->table->n_models; i++) {
        if (!w->table->models[i].dialect)
            continue;
        struct contender *c = contend(w, &w->table->models[i]);
        if (!w->d->route->n_strategies)
            snprintf(c->reason, sizeof c->reason,
                     "one of all, in the configuration's order");
    }
}

/* --- privacy */

static void keep_out(struct contender *c, const char *reason)
{
    c->fits = false;
    c->preferred = NULL;
    snprintf(c->reason, sizeof c->reason, "%s", reason);
}

/* What the file's tier does not allow is out before anything else is said. */
static void keep_private(struct work *w)
{
    const struct verdict *v = &w->d->privacy;
    char reason[160];
    snprintf(reason, sizeof reason,
             v->tier == PRIVACY_NEVER
                 ? "this file never leaves this program (%s)"
                 : "this file stays on your own servers (%s)",
             v->cause);
    for (size_t i = 0; i < w->n; i++)
        if (!privacy_allows(v->tier, w->contenders[i].standing->of))
            keep_out(&w->contenders[i], reason);
}

/* Also when it is late or broken: what may be chosen is prepared for it. */
static bool has_router(const struct work *w)
{
    return w->d->route->router && !w->d->ruling.only && !w->likely;
}

static bool may_leave(const struct work *w)
{
    return w->d->route->options.fail_over == FAIL_OVER_ANYWHERE;
}

/* Behind a model of the user's own servers no other is asked. */
static void stay_home(struct work *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (!w->contenders[i].standing->of->own && w->contenders[i].fits)
            keep_out(&w->contenders[i], decision_at_home);
}

static void use_only(struct work *w, const struct model *m)
{
    w->n = 0;
    struct contender *c = contend(w, m);
    snprintf(c->reason, sizeof c->reason,
             "used by a rule, instead of those "
             "of the route");
}

/*
 * A prompt can be cut to a smaller window: of the models that a route names,
 * those whose window holds it all come first, and none is given up.
 */
static void move_small_windows_back(struct work *w)
{
    size_t n = 0;
    for (size_t pass = 0, end = w->n; pass < end; pass++) {
        struct contender c = w->contenders[n];
        double wanted = (double)w->task->tokens * STANDING_MARGIN;
        if (!c.fits || !(c.standing->max_context < wanted)) {
            n++;
            continue;
        }
        for (size_t k = n; k + 1 < w->n; k++)
            w->contenders[k] = w->contenders[k + 1];
        snprintf(c.reason, sizeof c.reason,
                 "its window of %.0f tokens is small for %.0f",
                 c.standing->max_context, wanted);
        w->contenders[w->n - 1] = c;
    }
}

/* Those that are left alone for a while. */
static void leave_alone(struct work *w)
{
    for (size_t i = 0; i < w->n; i++) {
        struct contender *c = &w->contenders[i];
        enum err cause = OK;
        usec left = fleet_left(w->fleet, c->standing->of, w->now, &cause);
        if (!c->fits || fleet_allows(w->fleet, c->standing->of, w->now))
            continue;
        c->fits = false;
        c->rests = true;
        if (left)
            snprintf(c->reason, sizeof c->reason, "left alone for %.3g s: %s",
                     (double)left / 1e6, err_sentence(cause));
        else
            snprintf(c->reason, sizeof c->reason, "%s, after its failures",
                     str_is(c->standing->health, "open")
                         ? "its health is looked at first"
                         : "tried by one call");
    }
}

/* Those whose limits leave no room. */
static void keep_limits(struct work *w)
{
    for (size_t i = 0; i < w->n; i++) {
        struct contender *c = &w->contenders[i];
        struct why why;
        if (!c->fits ||
            fleet_has_room(w->fleet, c->standing, w->task, w->now, &why))
            continue;
        c->fits = false;
        c->rests = true;
        snprintf(c->reason, sizeof c->reason, "%.*s", (int)sizeof c->reason - 1,
                 why.text);
    }
}

/* Those that are too dear for one completion. */
static void keep_ceiling(struct work *w)
{
    double most = w->d->ruling.options.max_cost;
    for (size_t i = 0; i < w->n; i++) {
        struct contender *c = &w->contenders[i];
        struct why why;
        if (!c->fits || ceiling_allows(most, c->standing, 0, &why))
            continue;
        c->fits = false;
        c->rests = true;
        snprintf(c->reason, sizeof c->reason, "%.*s", (int)sizeof c->reason - 1,
                 why.text);
    }
}

static void rank(struct work *w)
{
    const struct route *r = w->d->route;
    if (r->n_strategies)
        strategies_rank(w->table, r->strategies, r->n_strategies, w->task,
                        w->fleet && !w->likely ? fleet_random(w->fleet) : NULL,
                        w->contenders, w->n, &w->d->skipped);
    else if (w->n > 1)
        move_small_windows_back(w);
}

static void rank_all(struct work *w)
{
    if (!w->d->ruling.only)
        rank(w);
    rules_move_preferred(w->table, w->contenders, w->n);
}

static bool is_home_first(const struct work *w)
{
    size_t i = 0;
    while (i < w->n && !w->contenders[i].fits)
        i++;
    return i < w->n && w->contenders[i].standing->of->own;
}

/*
 * Whether the strategies would ask the user's own servers first if none of
 * these were left alone: that they fail is no reason to ask elsewhere.
 */
static bool would_stay(const struct work *w)
{
    struct work tried = *w;
    bool any = false;
    for (size_t i = 0; i < w->n; i++)
        any |= w->contenders[i].rests && w->contenders[i].standing->of->own;
    tried.likely = true;
    tried.contenders = any ? malloc(w->n * sizeof *w->contenders) : NULL;
    if (!tried.contenders)
        return any;
    memcpy(tried.contenders, w->contenders, w->n * sizeof *w->contenders);
    for (size_t i = 0; i < w->n; i++)
        tried.contenders[i].fits |= tried.contenders[i].rests;
    rank_all(&tried);
    any = is_home_first(&tried);
    free(tried.contenders);
    return any;
}

static bool is_named_home(const struct work *w)
{
    return w->d->route->own_first && !w->d->route->n_strategies &&
           !may_leave(w);
}

/* Of the own servers one is left alone: then nobody but the route says who is
 * asked in its place, and a router neither. */
static bool must_stay(const struct work *w)
{
    bool any = false;
    for (size_t i = 0; i < w->n; i++)
        any |= w->contenders[i].rests && w->contenders[i].standing->of->own;
    return any && !may_leave(w) && (is_named_home(w) || would_stay(w));
}

static void rank_for_router(struct work *w)
{
    bool home = must_stay(w);
    rank_all(w);
    if (home)
        stay_home(w);
    w->d->stays =
        is_named_home(w) ||
        (!may_leave(w) && w->d->route->n_strategies && is_home_first(w));
}

/* The order, and for strategies what follows from it for privacy. */
static void rank_private(struct work *w)
{
    if (has_router(w)) {
        rank_for_router(w);
        return;
    }
    bool strategies = w->d->route->n_strategies && !w->d->ruling.only;
    bool home = strategies && !may_leave(w) && would_stay(w);
    rank_all(w);
    if (home || (strategies && !may_leave(w) && is_home_first(w)))
        stay_home(w);
}

/* --- the chain */

static bool chain_has(const struct decision *d, const struct model *m)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->chain[i].model == m)
            return true;
    return false;
}

static void add_asked(struct work *w)
{
    for (size_t i = 0; i < w->n && w->d->n < CHAIN_MAX - 1; i++) {
        const struct contender *c = &w->contenders[i];
        if (!c->fits)
            continue;
        add(w->d, c->standing->of, false, c->reason);
        if (!c->standing->of->dialect && !has_router(w))
            return; /* it always answers: nothing behind it is asked */
    }
    if (has_router(w) && chain_has(w->d, w->table->builtin))
        return;
    add(w->d, w->table->builtin, false,
        w->d->route->index < 0 ? "no route holds, and it always answers"
                               : "closes every chain");
}

static void add_excluded(struct work *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (!w->contenders[i].fits)
            add(w->d, w->contenders[i].standing->of, true,
                w->contenders[i].reason);
}

/* What was found on this machine, too, and is not asked by the route that was
 * made for it. */
static void add_unasked(struct work *w)
{
    const struct table *t = w->table;
    if (!str_is(w->d->route->origin, CONFIG_FOUND) || w->d->ruling.only)
        return;
    for (size_t i = 0; i < t->n_models; i++) {
        char reason[sizeof w->d->chain->reason];
        snprintf(reason, sizeof reason, "%.*s", STR_ARG(t->models[i].unasked));
        if (*reason)
            add(w->d, &t->models[i], true, reason);
    }
}

static bool prepare(struct work *w)
{
    const struct table *t = w->table;
    w->rows = calloc(t->n_models, sizeof *w->rows);
    w->contenders = calloc(t->n_models, sizeof *w->contenders);
    if (!w->rows || !w->contenders)
        return false;
    for (size_t i = 0; i < t->n_models; i++)
        fleet_row(w->fleet, &t->models[i], w->task, w->now, &w->rows[i]);
    if (t->sql)
        sql_set_rows(t->sql, SQL_MODEL, w->rows, t->n_models);
    return true;
}

static void choose(struct work *w)
{
    struct decision *d = w->d;
    if (d->route->all_models)
        name_all(w);
    else if (d->route->index >= 0)
        name_models(w);
    keep_private(w);
    if (is_named_home(w) && (w->likely || !d->route->router))
        stay_home(w);
    rules_apply(w->table, w->contenders, w->n, w->table->n_models, &d->ruling,
                &d->skipped);
    if (d->ruling.only) {
        use_only(w, d->ruling.only);
        keep_private(w);
    }
    leave_alone(w);
    keep_limits(w);
    fleet_apply_budgets(w->fleet, w->contenders, w->n);
    keep_ceiling(w);
    rank_private(w);
}

/* By this route, or by the first that holds. */
static void decide_by(struct work *w, struct task *task, const struct route *r)
{
    struct decision *d = w->d;
    *d = (struct decision){0};
    privacy_judge(w->table, task, &d->privacy);
    task->privacy = str_from(privacy_name(d->privacy.tier));
    w->task = task;
    if (w->table->sql)
        sql_set_rows(w->table->sql, SQL_TASK, task, 1);
    d->route = r ? r : route_find(w->table, task, &d->skipped);
    d->ruling.options = d->route->options;
    if (prepare(w))
        choose(w);
    add_asked(w);
    add_excluded(w);
    add_unasked(w);
    for (size_t i = 0; i < d->n; i++)
        d->chain[i].rank = i;
    if (has_router(w))
        decision_settle(d, d->stays);
    hedge_decide(d, w->table, w->rows);
    free(w->rows);
    free(w->contenders);
}

void decide(const struct table *t, struct task *task, struct fleet *fleet,
            usec now, struct decision *d)
{
    struct work w = {.table = t, .fleet = fleet, .now = now, .d = d};
    decide_by(&w, task, NULL);
}

void decide_ahead(const struct table *t, const struct route *r,
                  struct fleet *fleet, usec now, struct decision *d)
{
    struct task usual = {.class = CURSOR_BODY,
                         .trigger = TRIGGER_INVOKED,
                         .input_length = 3000,
                         .tokens = 1000,
                         .multiline = true};
    struct work w = {
        .table = t, .fleet = fleet, .now = now, .likely = true, .d = d};
    decide_by(&w, &usual, r);
}
