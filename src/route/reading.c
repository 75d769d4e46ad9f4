#include "route/reading.h"
#include "config/config.h"
#include "route/features.h"

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
    snprintf(place, sizeof place, "%s%s%s", path, path[0] && key[0] ? "." : "",
             key);
    va_start(args, format);
    vsnprintf(why.text, sizeof why.text, format, args);
    va_end(args);
    problems_add(r->problems, severity, place, "%s", why.text);
}

struct origin reading_place(struct reading *r, const cJSON *entry, int index)
{
    const cJSON *from = json_get(entry, CONFIG_FROM);
    struct str file = str_from(r->problems->origin);
    int64_t n = index;
    json_get_str(from, "origin", &file);
    json_get_int(from, "index", &n);
    struct origin at = {reading_keep(r, file), (int)n};
    struct table *t = r->table;
    if (!t->first_file.ptr)
        t->first_file = at.file;
    t->several_files |= !str_eq(at.file, t->first_file);
    if (at.file.ptr)
        problems_origin(r->problems, at.file.ptr);
    return at;
}

struct sql *reading_sql(struct reading *r)
{
    if (!r->table->sql)
        r->table->sql = sql_new(feature_tables);
    r->no_memory = r->no_memory || !r->table->sql;
    return r->table->sql;
}
