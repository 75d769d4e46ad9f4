#include "cli/doubts.h"

#include <stdio.h>
#include <string.h>

enum { PLACE = 128 };

/* What is beyond these is said, but for 0: what costs nothing is meant. */
static const struct doubt {
    const char *key; /* as in config/keys.c */
    double least, most;
    const char *sentence;
} doubts[] = {
    {"deadline_ms", 30, 600000, "milliseconds; a second is 1000"},
    {"routes[].deadline_ms", 30, 600000, "milliseconds; a second is 1000"},
    {"providers[].models[].max_context", 512, 1e8, "tokens; 32k are 32768"},
    {"providers[].models[].cost_per_token", 0, 0.01,
     "dollars for one token; right may be \"cost_per_million\""},
    {"providers[].models[].cost_per_million.input", 0.0005, 1000,
     "dollars for a million tokens; right may be \"cost_per_token\""},
    {"providers[].models[].cost_per_million.output", 0.0005, 1000,
     "dollars for a million tokens; right may be \"cost_per_token\""},
    {"providers[].models[].performance.avg_response", 0, 120,
     "seconds; 1200 ms are 1.2"},
};

static void check_number(const cJSON *item, const char *key, const char *place,
                         struct problems *problems)
{
    double n = item->valuedouble;
    for (size_t i = 0; i < sizeof doubts / sizeof *doubts; i++) {
        const struct doubt *d = &doubts[i];
        if (strcmp(d->key, key) != 0 || n == 0 ||
            (n >= d->least && n <= d->most))
            continue;
        problems_add(problems, SEVERITY_WARNING, place, "%.10g are %s", n,
                     d->sentence);
    }
}

/* An entry of a merged list stands elsewhere in its own file. */
static int64_t index_of(const cJSON *entry, int64_t index,
                        struct problems *problems)
{
    const cJSON *from = json_get(entry, CONFIG_FROM);
    struct str file;
    json_get_int(from, "index", &index);
    if (json_get_str(from, "origin", &file))
        problems_origin(problems, file.ptr);
    return index;
}

static void check_members(const cJSON *item, const char *key, const char *place,
                          struct problems *problems)
{
    char below[PLACE], at[PLACE];
    int64_t i = 0;
    if (cJSON_IsNumber(item))
        check_number(item, key, place, problems);
    if (!cJSON_IsObject(item) && !cJSON_IsArray(item))
        return;
    for (const cJSON *e = item->child; e; e = e->next, i++) {
        const char *dot = key[0] ? "." : "";
        if (cJSON_IsArray(item)) {
            snprintf(below, sizeof below, "%s[]", key);
            snprintf(at, sizeof at, "%s[%lld]", place,
                     (long long)index_of(e, i, problems));
        } else {
            snprintf(below, sizeof below, "%s%s%s", key, dot, e->string);
            snprintf(at, sizeof at, "%s%s%s", place, dot, e->string);
        }
        check_members(e, below, at, problems);
    }
}

void doubts_check(const struct config *c, struct problems *problems)
{
    problems_origin(problems, c->user_file);
    check_members(c->json, "", "", problems);
}
