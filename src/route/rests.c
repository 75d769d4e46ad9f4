#include "route/rests.h"

#include <stdio.h>
#include <stdlib.h>

struct rest {
    usec until;
    enum err why;
};

void rests_init(struct rests *r)
{
    map_init(&r->models);
}

void rests_release(struct rests *r)
{
    map_release(&r->models, free);
}

void rests_clear(struct rests *r)
{
    rests_release(r);
    rests_init(r);
}

static struct rest *rest_of(struct rests *r, struct str model)
{
    struct rest *rest = map_get(&r->models, model);
    if (rest || !(rest = calloc(1, sizeof *rest)))
        return rest;
    if (map_put(&r->models, model, rest, NULL))
        return rest;
    free(rest);
    return NULL;
}

void rests_begin(struct rests *r, struct str model, enum err e, usec wait,
                 usec now)
{
    struct rest *rest = wait ? rest_of(r, model) : NULL;
    if (rest && now + wait > rest->until)
        *rest = (struct rest){now + wait, e};
}

usec rests_left(const struct rests *r, struct str model, usec now, enum err *e)
{
    const struct rest *rest = map_get(&r->models, model);
    if (!rest || rest->until <= now)
        return 0;
    *e = rest->why;
    return rest->until - now;
}

void rests_exclude(const struct rests *r, struct decision *d, usec now)
{
    for (size_t i = 0; i < d->n; i++) {
        struct candidate *c = &d->chain[i];
        enum err e;
        usec left =
            c->model->dialect ? rests_left(r, c->model->name, now, &e) : 0;
        if (!left)
            continue;
        c->excluded = true;
        snprintf(c->reason, sizeof c->reason, "rests for %.3g s: %s",
                 (double)left / 1e6, err_sentence(e));
    }
}
