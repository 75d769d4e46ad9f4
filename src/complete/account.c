#include "complete/account.h"
#include "base/file.h"

#include <stdlib.h>
#include <unistd.h>

bool account_needs(const struct table *t)
{
    return t->n_budgets > 0;
}

static void tell(struct fleet *f, const struct summary *s)
{
    fleet_others(f);
    for (size_t i = 0; i < s->spent.n; i++) {
        const struct summary_model *m = &s->spent.models[i];
        fleet_add_spent(f, str_from(m->provider), str_from(m->model), m->day,
                        m->month);
    }
}

enum err account_share(struct fleet *f, bool make, struct why *why)
{
    struct buf name, path;
    enum err e = OK;
    buf_init(&name, 100);
    buf_init(&path, 4000);
    bool known = ledger_file_name(&name) && file_state_path(&path, name.ptr);
    if (known && make)
        e = file_make_folder(path.ptr, why);
    if (!e && known && (make || access(path.ptr, F_OK) == 0))
        e = fleet_share(f, path.ptr, why);
    buf_release(&name);
    buf_release(&path);
    return e;
}

void account_update(struct account *a, struct fleet *f, const struct table *t,
                    struct store *s, usec now, int64_t wall)
{
    fleet_turn(f, now, wall);
    recollect_tell(f, t, s, a->circuit, a->circuit_arg);
    if (!s)
        return;
    struct summary_question q = {.day = fleet_day(f),
                                 .month = fleet_month(f),
                                 .began = a->began,
                                 .wall = wall,
                                 .spent = account_needs(t)};
    store_want(s, &q, now);
    struct summary *read = store_take_summary(s);
    if (!read)
        return;
    a->has_read = true;
    if (!read->failed && read->of.spent && read->of.day == q.day)
        tell(f, read);
    if (!read->failed)
        recollect_hear(f, t, read);
    free(read);
}

void account_load(struct fleet *f, struct table *t, usec now, int64_t wall)
{
    struct summary *s = calloc(1, sizeof *s);
    struct buf path;
    struct why why;
    buf_init(&path, 4000);
    fleet_set_table(f, t);
    account_share(f, false, &why);
    fleet_turn(f, now, wall);
    if (s && t->history && file_state_path(&path, "history.db")) {
        s->of = (struct summary_question){.day = fleet_day(f),
                                          .month = fleet_month(f),
                                          .began = wall,
                                          .wall = wall,
                                          .spent = account_needs(t)};
        if (summary_load(path.ptr, s)) {
            tell(f, s);
            recollect_hear(f, t, s);
        }
        recollect_load(f, t, path.ptr, now, wall);
    }
    buf_release(&path);
    free(s);
}
