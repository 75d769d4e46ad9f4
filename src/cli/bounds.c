#include "cli/bounds.h"
#include "base/money.h"
#include "cli/cli.h"
#include "complete/account.h"

#include <stdio.h>
#include <string.h>

static void add_quota(struct columns *c, const char *what, struct str name,
                      const struct quota *q)
{
    uint32_t counts[] = {q->max_concurrent, q->rpm, q->tpm};
    if (!q->max_concurrent && !q->rpm && !q->tpm)
        return;
    columns_add(c, "%s %.*s", what, STR_ARG(name));
    for (size_t i = 0; i < 3; i++)
        if (counts[i])
            columns_add(c, "%u", counts[i]);
        else
            columns_add(c, "any");
}

static bool is_limited(const struct quota *q)
{
    return q->max_concurrent || q->rpm || q->tpm;
}

static void print_quotas(const struct table *t)
{
    struct columns c;
    bool any = false;
    for (size_t i = 0; i < t->n_models; i++)
        any |=
            is_limited(&t->models[i].quota) || is_limited(&t->models[i].shared);
    if (!any)
        return;
    columns_init(&c, 4);
    columns_add(&c, "limits of");
    columns_add(&c, "calls at once");
    columns_add(&c, "requests a minute");
    columns_add(&c, "tokens a minute");
    for (size_t i = 0; i < t->n_models; i++) {
        const struct model *m = &t->models[i];
        if (i == 0 || !str_eq(m->provider, t->models[i - 1].provider))
            add_quota(&c, "all of", m->provider, &m->shared);
        add_quota(&c, "model", m->name, &m->quota);
    }
    columns_print(&c);
    printf("\n");
}

/* What is spent, by the history; zeros without memory. */
static void load_purses(struct table *t, struct purse out[BUDGETS_MAX])
{
    struct fleet *fleet = fleet_new(0);
    if (fleet)
        account_load(fleet, t, clock_now(), clock_wall());
    const struct purse *purses = fleet_purses(fleet);
    memset(out, 0, BUDGETS_MAX * sizeof *out);
    if (purses)
        memcpy(out, purses, BUDGETS_MAX * sizeof *out);
    fleet_free(fleet);
}

static void print_budgets(struct table *t)
{
    struct columns c;
    struct purse purses[BUDGETS_MAX];
    if (t->n_budgets == 0)
        return;
    load_purses(t, purses);
    columns_init(&c, 4);
    columns_add(&c, "budget");
    columns_add(&c, "spent");
    columns_add(&c, "warns at");
    columns_add(&c, "then");
    for (size_t i = 0; i < t->n_budgets; i++) {
        struct buf name;
        const struct budget *b = &t->budgets[i];
        buf_init(&name, 300);
        budget_print(b, &name);
        columns_add(&c, "%.*s", STR_ARG(buf_view(&name)));
        columns_add(&c, "%s", money_text(purses[i].spent).text);
        columns_add(&c, "%.0f %%", b->warn_at * 100);
        columns_add(&c, "%s", budget_then_name(b->then));
        buf_release(&name);
    }
    columns_print(&c);
    printf("\n");
}

void bounds_print(struct table *t)
{
    print_quotas(t);
    print_budgets(t);
}

cJSON *bounds_purses_json(const struct table *t, const struct purse *purses)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < t->n_budgets; i++) {
        const struct budget *b = &t->budgets[i];
        cJSON *o = cJSON_CreateObject();
        json_add_str(o, "for", b->for_what);
        json_add_str(o, "per", str_from(b->monthly ? "month" : "day"));
        json_add(o, "dollars", cJSON_CreateNumber(b->dollars));
        json_add(o, "spent", cJSON_CreateNumber(purses ? purses[i].spent : 0));
        json_add(o, "warn_at", cJSON_CreateNumber(b->warn_at));
        json_add_str(o, "then", str_from(budget_then_name(b->then)));
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

cJSON *bounds_budgets_json(struct table *t)
{
    struct purse purses[BUDGETS_MAX];
    load_purses(t, purses);
    return bounds_purses_json(t, purses);
}
