/* What an editor's status bar shows, and the acceptance command. */
#include "base/log.h"
#include "complete/plugins.h"
#include "complete/warm.h"
#include "server/server.h"

/* What this day took: of `cost` only those calls whose price is known. */
static void add_tally(cJSON *o, const struct tally *t)
{
    cJSON_AddNumberToObject(o, "calls", (double)t->calls);
    cJSON_AddNumberToObject(o, "estimatedCalls", (double)t->estimated);
    cJSON_AddNumberToObject(o, "unpricedCalls", (double)t->unpriced);
    cJSON_AddNumberToObject(o, "tokensIn", (double)t->in);
    cJSON_AddNumberToObject(o, "tokensOut", (double)t->out);
    cJSON_AddNumberToObject(o, "tokensCached", (double)t->cached);
    cJSON_AddNumberToObject(o, "cost", t->cost);
}

static void add_allowance(const struct allowance *a, usec now, cJSON *o)
{
    int64_t requests = a ? allowance_requests(a, now) : -1;
    int64_t tokens = a ? allowance_tokens(a, now) : -1;
    if (requests >= 0)
        cJSON_AddNumberToObject(o, "requestsLeft", (double)requests);
    if (tokens >= 0)
        cJSON_AddNumberToObject(o, "tokensLeft", (double)tokens);
}

static void add_health(const struct server *s, const struct model *m, cJSON *o)
{
    enum err why;
    struct fleet *fleet = engine_fleet(s->engine);
    usec left = fleet_left(fleet, m, s->now, &why);
    cJSON_AddStringToObject(o, "health", fleet_health(fleet, m, s->now));
    if (!left)
        return;
    cJSON_AddNumberToObject(o, "restsMs", (double)left / 1000);
    cJSON_AddStringToObject(o, "restsBecause", err_sentence(why));
}

static cJSON *model_json(const struct server *s, const struct model *m,
                         int64_t wall)
{
    cJSON *o = cJSON_CreateObject();
    struct tally t = usage_today(engine_usage(s->engine), m->name, wall);
    json_add_str(o, "model", m->name);
    json_add_str(o, "provider", m->provider);
    cJSON_AddBoolToObject(o, "local", m->local);
    cJSON_AddStringToObject(
        o, "state",
        warm_state_name(warm_of(engine_warm(s->engine), m, s->now)));
    add_health(s, m, o);
    add_allowance(fleet_allowance(engine_fleet(s->engine), m), s->now, o);
    if (t.calls)
        add_tally(cJSON_AddObjectToObject(o, "today"), &t);
    return o;
}

static cJSON *budgets_json(const struct server *s)
{
    cJSON *list = cJSON_CreateArray();
    const struct purse *purses = fleet_purses(engine_fleet(s->engine));
    for (size_t i = 0; purses && i < s->table->n_budgets; i++) {
        const struct budget *b = &s->table->budgets[i];
        cJSON *o = cJSON_CreateObject();
        json_add_str(o, "for", b->for_what);
        cJSON_AddStringToObject(o, "per", b->monthly ? "month" : "day");
        cJSON_AddNumberToObject(o, "dollars", b->dollars);
        cJSON_AddNumberToObject(o, "spent", purses[i].spent);
        cJSON_AddNumberToObject(o, "budgetLeft", purse_left(b, &purses[i]));
        cJSON_AddStringToObject(o, "then", budget_then_name(b->then));
        cJSON_AddBoolToObject(o, "usedUp", purses[i].refused);
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

static const char *outcome_of(const struct completion *c)
{
    if (c->text.len)
        return "text";
    if (c->silent)
        return "silent";
    return c->outcome == ERR_TIMEOUT ? "late" : "empty";
}

void server_keep_last(struct server *s, const struct completion *c,
                      const char *uri)
{
    cJSON *o = cJSON_CreateObject();
    json_add_str(o, "uri", str_from(uri));
    json_add_str(o, "class", str_from(cursor_class_name(c->class)));
    json_add_str(o, "model", c->model);
    json_add_str(o, "provider", c->provider);
    cJSON_AddNumberToObject(o, "route", c->route);
    cJSON_AddStringToObject(o, "outcome", outcome_of(c));
    cJSON_AddBoolToObject(o, "cached", c->cached);
    cJSON_AddNumberToObject(o, "ms", (double)c->elapsed / 1000);
    if (c->cached || c->bill.cost >= 0)
        cJSON_AddNumberToObject(o, "cost", c->cached ? 0 : c->bill.cost);
    cJSON_Delete(s->last);
    s->last = o;
}

void on_status(struct server *s, const struct rpc_message *m)
{
    server_reconfigure_if_changed(s);
    const struct counters *n = &s->counters;
    int64_t wall = clock_wall();
    struct tally today = usage_today(engine_usage(s->engine), STR(""), wall);
    cJSON *o = cJSON_CreateObject();
    cJSON *models = cJSON_AddArrayToObject(o, "models");
    for (size_t i = 0; i < s->table->n_models; i++)
        cJSON_AddItemToArray(models, model_json(s, &s->table->models[i], wall));
    cJSON_AddNumberToObject(o, "requests", (double)n->requests);
    cJSON_AddNumberToObject(o, "shown", (double)n->shown);
    cJSON_AddNumberToObject(o, "displayed", (double)n->displayed);
    cJSON_AddNumberToObject(o, "accepted", (double)n->accepted);
    cJSON_AddNumberToObject(o, "acceptedPartly", (double)n->accepted_partly);
    cJSON_AddNumberToObject(o, "cached", (double)n->cached);
    cJSON_AddNumberToObject(o, "joined", (double)n->joined);
    cJSON_AddNumberToObject(o, "failedAttempts", (double)n->failed);
    cJSON_AddNumberToObject(o, "outrunAttempts", (double)n->outrun);
    cJSON_AddNumberToObject(o, "cost", today.cost);
    add_tally(cJSON_AddObjectToObject(o, "today"), &today);
    if (s->table->n_budgets)
        cJSON_AddItemToObject(o, "budgets", budgets_json(s));
    if (s->last)
        cJSON_AddItemToObject(o, "last", cJSON_Duplicate(s->last, 1));
    if (s->table->n_plugins)
        cJSON_AddItemToObject(o, "plugins",
                              plugins_status(engine_plugins(s->engine)));
    cJSON_AddNumberToObject(o, "underWay", (double)engine_flying(s->engine));
    cJSON_AddNumberToObject(o, "slowestTurnMs", (double)s->slowest_turn / 1000);
    cJSON_AddNumberToObject(o, "hardestTurnMs", (double)s->hardest_turn / 1000);
    s->slowest_turn = s->hardest_turn = 0;
    if (s->wrap)
        cJSON_AddItemToObject(o, "wrap", wrap_status(s));
    server_answer(s, &m->id, o);
}

void on_execute_command(struct server *s, const struct rpc_message *m)
{
    struct command_params p;
    struct why why = {{0}};
    enum err e = protocol_command(m->params, &p, &why);
    if (!e && !str_is(p.name, s->command))
        e = why_set(&why, ERR_PARAMS,
                    "there is no command \"%.*s\"; the one there is is \"%s\"",
                    STR_ARG(str_sub(p.name, 0, 100)), s->command);
    if (e) {
        server_refuse(s, &m->id, e, why.text);
        return;
    }
    s->counters.accepted++;
    engine_accepted(s->engine, p.id, 0);
    server_answer(s, &m->id, NULL);
}

static bool read_feedback(const struct rpc_message *m,
                          struct feedback_params *p)
{
    struct why why = {{0}};
    bool good = !protocol_feedback(m->params, p, &why);
    if (!good)
        log_warn("server", "%.*s: %s", STR_ARG(m->method), why.text);
    return good;
}

void on_show(struct server *s, const struct rpc_message *m)
{
    struct feedback_params p;
    if (!read_feedback(m, &p))
        return;
    s->counters.displayed++;
    engine_shown(s->engine, p.id);
}

void on_accept_partly(struct server *s, const struct rpc_message *m)
{
    struct feedback_params p;
    if (!read_feedback(m, &p))
        return;
    s->counters.accepted_partly++;
    if (p.rest >= 0)
        engine_accepted(s->engine, p.id, (size_t)p.rest);
}
