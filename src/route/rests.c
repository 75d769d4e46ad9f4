#include "route/rests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    if (e)
        *e = rest->why;
    return rest->until - now;
}

/* Behind all that are not. */
static void put_last(struct decision *d, size_t at)
{
    struct candidate c = d->chain[at];
    memmove(&d->chain[at], &d->chain[at + 1],
            (d->n - at - 1) * sizeof *d->chain);
    d->chain[d->n - 1] = c;
}

void rests_exclude(const struct rests *r, struct decision *d, usec now)
{
    for (size_t i = 0, looked = 0; looked < d->n; looked++) {
        struct candidate *c = &d->chain[i];
        enum err e;
        usec left = !c->excluded && c->model->dialect
                        ? rests_left(r, c->model->name, now, &e)
                        : 0;
        if (!left) {
            i++;
            continue;
        }
        c->excluded = true;
        snprintf(c->reason, sizeof c->reason, "rests for %.3g s: %s",
                 (double)left / 1e6, err_sentence(e));
        put_last(d, i);
    }
}
