#include "route/task.h"
#include "base/json.h"

#include <math.h>

const char *trigger_name(enum trigger t)
{
    return t == TRIGGER_AUTOMATIC ? "automatic" : "invoked";
}

static void add_str(cJSON *o, const char *name, struct str value)
{
    json_add_str(o, name, value);
}

static void add_int(cJSON *o, const char *name, int64_t value)
{
    cJSON_AddNumberToObject(o, name, (double)value);
}

static void add_bool(cJSON *o, const char *name, bool value)
{
    cJSON_AddBoolToObject(o, name, value);
}

static void add_num(cJSON *o, const char *name, double value)
{
    if (isnan(value))
        cJSON_AddNullToObject(o, name);
    else
        cJSON_AddNumberToObject(o, name, value);
}

void task_to_json(const struct task *t, cJSON *object)
{
    add_str(object, "class", str_from(cursor_class_name(t->class)));
    add_str(object, "trigger", str_from(trigger_name(t->trigger)));
#define X(type, name, doc) add_##type(object, #name, t->name);
    TASK_FEATURES(X)
#undef X
}

void task_figures_to_json(const struct task *t, cJSON *object)
{
    add_str(object, "class", str_from(cursor_class_name(t->class)));
    add_str(object, "trigger", str_from(trigger_name(t->trigger)));
#define KEEP_str(name)
#define KEEP_int(name) add_int(object, #name, t->name);
#define KEEP_num(name) add_num(object, #name, t->name);
#define KEEP_bool(name) add_bool(object, #name, t->name);
#define X(type, name, doc) KEEP_##type(name)
    TASK_FEATURES(X)
#undef X
#undef KEEP_num
#undef KEEP_bool
#undef KEEP_int
#undef KEEP_str
}
