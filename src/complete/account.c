#include "complete/account.h"
#include "base/file.h"

#include <stdlib.h>

bool account_needs(const struct table *t)
{
    for (size_t i = 0; i < t->n_models; i++) {
        const struct quota *own = &t->models[i].quota;
        const struct quota *all = &t->models[i].shared;
        if (own->rpm || own->tpm || all->rpm || all->tpm)
            return true;
    }
    return t->n_budgets > 0;
}

static void tell(struct fleet *f, const struct summary *s, usec now,
                 int64_t wall)
{
    fleet_others(f);
    for (size_t i = 0; i < s->spent.n; i++) {
        const struct summary_model *m = &s->spent.models[i];
        fleet_add_spent(f, str_from(m->provider), str_from(m->model), m->day,
                        m->month);
    }
    for (size_t i = 0; i < s->n_calls; i++) {
        const struct summary_call *c = &s->calls[i];
        usec ago = wall > c->wall_us ? (usec)(wall - c->wall_us) : 0;
        fleet_add_asked(f, str_from(c->provider), str_from(c->model),
                        c->requests, c->tokens, now > ago ? now - ago : 0);
    }
}

void account_update(struct account *a, struct fleet *f, const struct table *t,
                    struct store *s, usec now, int64_t wall)
{
    fleet_turn(f, wall);
    if (!s || !account_needs(t))
        return;
    struct summary_question q = {.day = fleet_day(f),
                                 .month = fleet_month(f),
                                 .began = a->began,
                                 .wall = wall};
    store_want(s, &q, now);
    struct summary *read = store_take_summary(s);
    if (!read)
        return;
    a->has_read = true;
    if (!read->failed && read->of.day == q.day)
        tell(f, read, now, wall);
    free(read);
}

void account_load(struct fleet *f, struct table *t, usec now, int64_t wall)
{
    struct summary *s = calloc(1, sizeof *s);
    struct buf path;
    buf_init(&path, 4000);
    fleet_set_table(f, t);
    fleet_turn(f, wall);
    if (s && t->history && account_needs(t) &&
        file_state_path(&path, "history.db")) {
        s->of = (struct summary_question){.day = fleet_day(f),
                                          .month = fleet_month(f),
                                          .began = wall,
                                          .wall = wall};
        if (summary_load(path.ptr, s))
            tell(f, s, now, wall);
    }
    buf_release(&path);
    free(s);
}
