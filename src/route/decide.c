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

bool route_holds(const struct route *r, const struct task *task,
                 struct why *skipped)
{
    if (r->classes && !(r->classes & 1u << task->class))
        return false;
    if (r->trigger >= 0 && r->trigger != (int)task->trigger)
        return false;
    if (!holds_language(r, task))
        return false;
    if (r->path.len && !glob_match(r->path, task->path))
        return false;
    return !r->compiled ||
           pattern_matches(r->compiled, task->line_prefix, skipped);
}

static const struct route *
find_route(const struct table *t, const struct task *task, struct why *skipped)
{
    size_t i = 0;
    while (i + 1 < t->n_routes && !route_holds(&t->routes[i], task, skipped))
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
static void collect(struct decision *d)
{
    char reason[80];
    const struct route *r = d->route;
    for (size_t i = 0; i < r->n_models && d->n < CHAIN_MAX - 1; i++) {
        if (r->index < 0)
            snprintf(reason, sizeof reason, "no route holds");
        else
            snprintf(reason, sizeof reason, "routes[%d] names it%s", r->index,
                     i ? ", for when those before it fail or are late" : "");
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
    add(d, t->builtin, "the built-in model closes every chain");
}

void decide(const struct table *t, const struct task *task, struct decision *d)
{
    *d = (struct decision){0};
    d->route = find_route(t, task, &d->skipped);
    collect(d);
    close_chain(d, t);
}
