/* Budgets that come to their end: said once for a day or month, at the share
 * where a warning is wanted and at the end. */
#include "base/money.h"
#include "route/budget.h"
#include "server/server.h"

#include <stdlib.h>

enum said { SAID_NOTHING, SAID_WARNING, SAID_END };

struct told {
    enum said what;
    int64_t from; /* of the day or month */
};

static struct told *told_of(struct server *s, struct str name)
{
    struct told *t = map_get(&s->budgets_told, name);
    if (t || !(t = calloc(1, sizeof *t)))
        return t;
    if (map_put(&s->budgets_told, name, t, NULL))
        return t;
    free(t);
    return NULL;
}

static enum said due(const struct budget *b, const struct purse *p)
{
    if (p->refused || p->spent >= b->dollars)
        return SAID_END;
    return p->spent >= b->dollars * b->warn_at ? SAID_WARNING : SAID_NOTHING;
}

static const char *consequence(const struct budget *b)
{
    static const char *const sentences[] = {
        [BUDGET_FREE_ONLY] = "only models that cost nothing are asked",
        [BUDGET_CHEAPEST] = "only the cheapest model is asked",
        [BUDGET_STOP] = "none of its models is asked",
    };
    return sentences[b->then];
}

static void say(struct server *s, const struct budget *b, const struct purse *p,
                enum said what, struct str name)
{
    struct buf text;
    buf_init(&text, 500);
    if (what == SAID_END)
        buf_printf(&text,
                   "Switchyard: the budget of %.*s is used up (%s left): "
                   "until the next %s %s.",
                   STR_ARG(name), money_text(purse_left(b, p)).text,
                   b->monthly ? "month" : "day", consequence(b));
    else
        buf_printf(&text, "Switchyard: %.0f %% of the budget of %.*s is spent.",
                   b->dollars > 0 ? p->spent / b->dollars * 100 : 100,
                   STR_ARG(name));
    server_notify(s, "window/showMessage",
                  protocol_message(MESSAGE_WARNING, buf_view(&text)));
    buf_release(&text);
}

static void look_at(struct server *s, const struct budget *b,
                    const struct purse *p, int64_t from)
{
    struct buf name;
    buf_init(&name, 300);
    budget_print(b, &name);
    struct told *t = told_of(s, buf_view(&name));
    enum said what = due(b, p);
    if (t && t->from != from)
        *t = (struct told){.from = from};
    if (t && what > t->what) {
        t->what = what;
        say(s, b, p, what, buf_view(&name));
        server_tell_budget(s, b, p, what == SAID_END, from);
    }
    buf_release(&name);
}

void server_look_at_budgets(struct server *s)
{
    struct fleet *fleet = s->engine ? engine_fleet(s->engine) : NULL;
    const struct purse *purses = fleet_purses(fleet);
    for (size_t i = 0; purses && i < s->table->n_budgets; i++) {
        const struct budget *b = &s->table->budgets[i];
        look_at(s, b, &purses[i],
                b->monthly ? fleet_month(fleet) : fleet_day(fleet));
    }
}
