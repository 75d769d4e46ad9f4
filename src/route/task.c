#include "route/task.h"
#include "base/json.h"

const char *trigger_name(enum trigger t)
{
    return t == TRIGGER_AUTOMATIC ? "automatic" : "invoked";
}

void task_to_json(const struct task *t, cJSON *object)
{
    json_add_str(object, "class", str_from(cursor_class_name(t->class)));
    json_add_str(object, "trigger", str_from(trigger_name(t->trigger)));
#define X(type, name, doc) json_add_##type(object, #name, t->name);
    TASK_FEATURES(X)
#undef X
}

void task_figures_to_json(const struct task *t, cJSON *object)
{
    json_add_str(object, "class", str_from(cursor_class_name(t->class)));
    json_add_str(object, "trigger", str_from(trigger_name(t->trigger)));
#define KEEP_str(name)
#define KEEP_int(name) json_add_int(object, #name, t->name);
#define KEEP_num(name) json_add_num(object, #name, t->name);
#define KEEP_bool(name) json_add_bool(object, #name, t->name);
#define X(type, name, doc) KEEP_##type(name)
    TASK_FEATURES(X)
#undef X
#undef KEEP_num
#undef KEEP_bool
#undef KEEP_int
#undef KEEP_str
}
