/*
 * Any URI, globs and text of an ignore file, a line each: a verdict comes out,
 * and rows of another configuration file never make it laxer.
 */
#include "complete/ignore.h"
#include "complete/whereabouts.h"
#include "route/privacy.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static cJSON *row_of(struct str glob, const char *tier, const char *file)
{
    cJSON *row = cJSON_CreateObject();
    cJSON *from = cJSON_AddObjectToObject(row, "$from");
    json_add_str(row, "path", glob);
    json_add_str(row, "tier", str_from(tier));
    json_add_str(from, "origin", str_from(file));
    return row;
}

/* The user's row, and with `both` another file's before it. */
static enum privacy judge(const struct whereabouts *w, struct str own,
                          struct str other, const char *tier, bool both)
{
    struct task task = {.where = w};
    struct verdict v;
    struct problems problems;
    cJSON *config = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(config, "privacy");
    if (both)
        cJSON_AddItemToArray(rows, row_of(other, tier, "workspace"));
    cJSON_AddItemToArray(rows, row_of(own, "own_servers", "user"));
    problems_init(&problems);
    struct table *t = table_new(config, &problems);
    if (!t)
        abort();
    privacy_judge(t, &task, &v);
    table_unref(t);
    problems_release(&problems);
    cJSON_Delete(config);
    return v.tier;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct whereabouts w;
    static const char *const tiers[] = {"anywhere", "own_servers", "never"};
    struct str rest = {(const char *)data, size}, uri = {0}, own = {0},
               other = {0};
    struct ignore g;
    str_cut(&rest, '\n', &uri);
    str_cut(&rest, '\n', &own);
    str_cut(&rest, '\n', &other);
    whereabouts_find(uri, STR("/nowhere/at/all"), &w);
    for (int i = 0; i < 3; i++)
        assert(judge(&w, own, other, tiers[i], true) >=
               judge(&w, own, other, tiers[i], false));
    ignore_init(&g);
    ignore_add(&g, STR(""), rest);
    for (size_t i = 0; i < w.n; i++)
        ignore_matches(&g, (struct str){w.plain[i].text, w.plain[i].len},
                       false);
    ignore_release(&g);
    return 0;
}
