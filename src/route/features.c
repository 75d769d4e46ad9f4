#include "route/features.h"
#include "route/standing.h"

#include <math.h>

#define TYPE_str SQL_TEXT
#define TYPE_int SQL_INTEGER
#define TYPE_bool SQL_INTEGER
#define TYPE_num SQL_REAL

static void give_str(struct sql_value *out, struct str s)
{
    out->text = s;
}

static void give_int(struct sql_value *out, int64_t n)
{
    out->integer = n;
}

static void give_bool(struct sql_value *out, bool yes)
{
    out->integer = yes;
}

static void give_num(struct sql_value *out, double n)
{
    out->null = isnan(n);
    out->real = n;
}

/* --- task */

static const struct sql_column task_columns[] = {
    {"class", SQL_TEXT, "what is being written"},
    {"trigger", SQL_TEXT, "how it was asked for"},
#define X(type, name, doc) {#name, TYPE_##type, doc},
    TASK_FEATURES(X)
#undef X
};

static void task_value(const void *rows, size_t row, size_t column,
                       struct sql_value *out)
{
    enum {
        FIRST = 1,
#define X(type, name, doc) TASK_##name,
        TASK_FEATURES(X)
#undef X
    };
    const struct task *t = rows;
    (void)row;
    switch (column) {
    case 0:
        out->text = str_from(cursor_class_name(t->class));
        break;
    case 1:
        out->text = str_from(trigger_name(t->trigger));
        break;
#define X(type, name, doc)                                                     \
    case TASK_##name:                                                          \
        give_##type(out, t->name);                                             \
        break;
        TASK_FEATURES(X)
#undef X
    }
}

static const struct sql_table task_table = {
    "task",
    task_columns,
    sizeof task_columns / sizeof *task_columns,
    task_value,
};

/* --- model */

static const struct sql_column model_columns[] = {
#define X(type, name, doc) {#name, TYPE_##type, doc},
    MODEL_COLUMNS(X)
#undef X
};

static void model_value(const void *rows, size_t row, size_t column,
                        struct sql_value *out)
{
    enum {
#define X(type, name, doc) MODEL_##name,
        MODEL_COLUMNS(X)
#undef X
    };
    const struct standing *s = (const struct standing *)rows + row;
    switch (column) {
#define X(type, name, doc)                                                     \
    case MODEL_##name:                                                         \
        give_##type(out, s->name);                                             \
        break;
        MODEL_COLUMNS(X)
#undef X
    }
}

static const struct sql_table model_table = {
    "model",
    model_columns,
    sizeof model_columns / sizeof *model_columns,
    model_value,
};

const struct sql_table *const feature_tables[SQL_TABLES] = {
    [SQL_TASK] = &task_table, [SQL_MODEL] = &model_table};
