#include "route/decide.h"
#include "route/pattern.h"

#include <stdio.h>

static bool holds_language(const struct route *r, const struct task *task)
{
    for (size_t i = 0; i < r->n_languages; i++)
        if (str_eq_nocase(r->languages[i], task->language))
            return true;
    return r->n_languages == 0;
}

static bool holds_path(const struct route *r, const struct task *task)
{
    if (r->path.len == 0)
        return true;
    bool whole = str_find_char(r->path, '/') != STR_NONE;
    return glob_match(r->path, whole ? task->path : task->filename);
}

static bool holds(const struct route *r, const struct task *task,
                  unsigned *steps, struct why *skipped)
{
    if (r->classes && !(r->classes & 1u << task->class))
        return false;
    if (r->trigger >= 0 && r->trigger != (int)task->trigger)
        return false;
    if (!holds_language(r, task))
        return false;
    if (!holds_path(r, task))
        return false;
    return !r->compiled ||
           pattern_matches(r->compiled, task->line_prefix, steps, skipped);
}

bool route_holds(const struct route *r, const struct task *task,
                 struct why *skipped)
{
    unsigned steps = PATTERN_STEPS;
    return holds(r, task, &steps, skipped);
}

static const struct route *
find_route(const struct table *t, const struct task *task, struct why *skipped)
{
    unsigned steps = PATTERN_STEPS; /* for all patterns together */
    size_t i = 0;
    while (i + 1 < t->n_routes && !holds(&t->routes[i], task, &steps, skipped))
        i++;
    return &t->routes[i];
}

static void add(struct decision *d, const struct model *m, const char *reason)
{
    struct candidate *c = &d->chain[d->n++];
    c->model = m;
    c->excluded = false;
    snprintf(c->reason, sizeof c->reason, "%s", reason);
}

/* The models that the route names, in its order. */
static void collect(struct decision *d, const struct table *t)
{
    char name[60], reason[160];
    const struct route *r = d->route;
    route_name(t, r, name, sizeof name);
    for (size_t i = 0; i < r->n_models && r->index >= 0; i++) {
        if (d->n == CHAIN_MAX - 1)
            break;
        if (i == 0)
            snprintf(reason, sizeof reason, "named by %s", name);
        else
            snprintf(reason, sizeof reason,
                     "named by %s, for when %.*s fails or is late", name,
                     STR_ARG(str_sub(r->models[i - 1]->name, 0, 60)));
        add(d, r->models[i], reason);
    }
}

/* The chain ends with the built-in model, which always answers. */
static void close_chain(struct decision *d, const struct table *t)
{
    for (size_t i = 0; i < d->n; i++) {
        if (!d->chain[i].model->dialect) {
            d->n = i + 1; /* nothing behind it is ever asked */
            return;
        }
    }
    add(d, t->builtin,
        d->route->index < 0 ? "no route holds, and it always answers"
                            : "closes every chain");
}

/*
 * Routes, then what the route names; rules, fitness and rank will stand
 * between that and the end of the chain, each a step that excludes or orders
 * candidates and says why in `reason`.
 */
void decide(const struct table *t, const struct task *task, struct decision *d)
{
    *d = (struct decision){0};
    d->route = find_route(t, task, &d->skipped);
    collect(d, t);
    close_chain(d, t);
}
