#include "cli/now.h"
#include "base/file.h"
#include "cli/bounds.h"
#include "complete/account.h"
#include "complete/explain.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

struct now {
    const struct arguments *arguments;
    struct config config;
    struct problems problems;
    struct table *table;
    struct fleet *fleet;
};

static void forget_fleet(struct now *n)
{
    fleet_free(n->fleet);
    n->fleet = NULL;
}

static void forget_table(struct now *n)
{
    forget_fleet(n); /* it looks at the table's budgets */
    table_unref(n->table);
    config_release(&n->config);
    problems_release(&n->problems);
    n->table = NULL;
}

static bool read_table(struct now *n)
{
    n->config = (struct config){0};
    return cli_table(n->arguments, true, &n->config, &n->problems, &n->table) ==
           OK;
}

struct now *now_new(const struct arguments *a)
{
    struct now *n = calloc(1, sizeof *n);
    if (!n)
        return NULL;
    n->arguments = a;
    if (read_table(n))
        return n;
    now_free(n);
    return NULL;
}

void now_free(struct now *n)
{
    if (!n)
        return;
    forget_table(n);
    free(n);
}

static bool is_old(const struct now *n)
{
    char folder[1024];
    struct config_sources sources = {.user_file = n->arguments->config};
    if (getcwd(folder, sizeof folder))
        sources.workspace = folder;
    return config_changed(&sources, &n->config);
}

/* One at a time: the locks that tell others who is there are the process's,
 * and go when any of its descriptors does. */
static bool read_fleet(struct now *n)
{
    forget_fleet(n);
    n->fleet = fleet_new(0);
    if (n->fleet)
        account_load(n->fleet, n->table, clock_now(), clock_wall());
    return n->fleet != NULL;
}

/* --- as JSON */

/* The time of day at which it may be asked again: this stays, where what is
 * left of the wait does not. */
static void add_rest(cJSON *o, struct fleet *f, const struct model *m, usec now)
{
    enum err cause;
    usec left = fleet_left(f, m, now, &cause);
    cJSON_AddStringToObject(o, "health", fleet_health(f, m, now));
    if (!left)
        return;
    int64_t until = (clock_wall() + (int64_t)left) / 1000000 * 1000;
    json_add_int(o, "rests_until", until);
    cJSON_AddStringToObject(o, "rests_because", err_sentence(cause));
}

static void add_limit(cJSON *o, const char *name, uint32_t own, uint32_t shared)
{
    uint32_t least =
        own && shared ? (own < shared ? own : shared) : own + shared;
    json_add_num(o, name, least ? least : NAN);
}

static cJSON *model_json(struct fleet *f, const struct model *m, usec now)
{
    struct standing row;
    cJSON *o = cJSON_CreateObject();
    fleet_overall(f, m, now, &row);
    json_add_str(o, "model", m->name);
    json_add_str(o, "provider", m->provider);
    json_add_bool(o, "local", m->local);
    if (m->unasked.len)
        json_add_str(o, "unasked", m->unasked);
    add_rest(o, f, m, now);
    json_add_num(o, "in_flight", row.in_flight);
    json_add_num(o, "queue", row.queue);
    add_limit(o, "max_concurrent", m->quota.max_concurrent,
              m->shared.max_concurrent);
    add_limit(o, "rpm", m->quota.rpm, m->shared.rpm);
    add_limit(o, "tpm", m->quota.tpm, m->shared.tpm);
    json_add_num(o, "rpm_left", row.rpm_left);
    json_add_num(o, "tpm_left", row.tpm_left);
    json_add_num(o, "budget_left",
                 isinf(row.budget_left) ? NAN : row.budget_left);
    cJSON *learned = explain_learned(&row);
    cJSON_AddItemToObject(o, "learned", learned ? learned : cJSON_CreateNull());
    return o;
}

cJSON *now_json(void *now, bool grown)
{
    struct now *n = now;
    usec turn = clock_now();
    if (is_old(n)) {
        forget_table(n);
        if (!read_table(n))
            return NULL;
    }
    if ((grown || !n->fleet) && !read_fleet(n))
        return NULL;
    fleet_turn(n->fleet, turn, clock_wall());
    cJSON *o = cJSON_CreateObject();
    cJSON *models = cJSON_AddArrayToObject(o, "models");
    for (size_t i = 0; i < n->table->n_models; i++)
        cJSON_AddItemToArray(models,
                             model_json(n->fleet, &n->table->models[i], turn));
    json_add(o, "budgets",
             bounds_purses_json(n->table, fleet_purses(n->fleet)));
    json_add_bool(o, "history", n->table->history);
    return o;
}
