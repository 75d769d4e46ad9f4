#include "config/known.h"

enum { NAMES = 240 };

void known_init(struct known *k, struct str wanted)
{
    *k = (struct known){0};
    nearest_init(&k->nearest, wanted);
    buf_init(&k->names, NAMES);
    buf_init(&k->text, 2 * NAMES);
}

void known_release(struct known *k)
{
    buf_release(&k->names);
    buf_release(&k->text);
}

void known_add(struct known *k, struct str name)
{
    nearest_try(&k->nearest, name);
    buf_printf(&k->names, "%s\"%.*s\"", k->names.len ? ", " : "",
               STR_ARG(name));
}

const char *known_text(struct known *k)
{
    struct str best = k->nearest.best;
    if (best.len)
        buf_printf(&k->text, "; did you mean \"%.*s\"?", STR_ARG(best));
    if (k->names.len)
        buf_printf(&k->text, "%s known: %s%s", best.len ? "" : ";",
                   k->names.ptr, k->names.failed ? ", …" : "");
    return k->text.ptr ? k->text.ptr : "";
}
