#include "context/class.h"

struct row {
    const char *name, *meaning;
};

static const struct row rows[CURSOR_CLASS_COUNT] = {
#define X(name, text, meaning) {text, meaning},
    CURSOR_CLASSES(X)
#undef X
};

const char *cursor_class_name(enum cursor_class c)
{
    return rows[c].name;
}

const char *cursor_class_meaning(enum cursor_class c)
{
    return rows[c].meaning;
}

bool cursor_class_from(struct str name, enum cursor_class *c)
{
    for (int i = 0; i < CURSOR_CLASS_COUNT; i++) {
        if (!str_is(name, rows[i].name))
            continue;
        *c = (enum cursor_class)i;
        return true;
    }
    return false;
}
