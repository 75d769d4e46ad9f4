#include "route/standing.h"
#include "base/json.h"

#include <math.h>

static double known(double value)
{
    return value < 0 ? NAN : value;
}

/* Tokens of an answer, while nobody knows better. */
enum { USUAL_LINE = 16, USUAL_LINES = 64 };

static double usual_length(const struct task *task)
{
    return task->multiline ? USUAL_LINES : USUAL_LINE;
}

static double expected_cost(const struct model *m, const struct task *task)
{
    return (double)task->tokens * known(m->cost_input) +
           usual_length(task) * known(m->cost_output);
}

void standing_init(struct standing *s, const struct model *m,
                   const struct task *task)
{
    *s = (struct standing){.of = m};
#define X_str(name)
#define X_bool(name)
#define X_num(name) s->name = NAN;
#define X(type, name, doc) X_##type(name)
    MODEL_COLUMNS(X)
#undef X
#undef X_num
#undef X_bool
#undef X_str
    s->model = m->name;
    s->provider = m->provider;
    s->type = str_from(m->service->type);
    s->tags = m->tags;
    s->local = m->local;
    s->max_context = m->max_context ? m->max_context : NAN;
    s->fim = m->fim;
    s->cost_input = known(m->cost_input) * 1e6;
    s->cost_output = known(m->cost_output) * 1e6;
    s->expected_out = usual_length(task);
    s->expected_cost = expected_cost(m, task);
    s->avg_ms = known(m->avg_response) * 1e3;
    s->success_rate = known(m->success_rate);
    s->in_flight = s->queue = s->calls = 0;
    s->health = STR("closed");
}

void standing_to_json(const struct standing *s, cJSON *object)
{
#define X(type, name, doc) json_add_##type(object, #name, s->name);
    MODEL_COLUMNS(X)
#undef X
}
