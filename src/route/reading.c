#include "route/reading.h"

#include <stdarg.h>
#include <stdio.h>

struct str reading_keep(struct reading *r, struct str s)
{
    struct str copy = arena_dup(&r->table->arena, s);
    r->no_memory = r->no_memory || !copy.ptr;
    return copy;
}

void reading_note(struct reading *r, enum severity severity, const char *path,
                  const char *key, const char *format, ...)
{
    char place[128];
    struct why why;
    va_list args;
    snprintf(place, sizeof place, "%s%s%s", path, key[0] ? "." : "", key);
    va_start(args, format);
    vsnprintf(why.text, sizeof why.text, format, args);
    va_end(args);
    problems_add(r->problems, severity, place, "%s", why.text);
}
