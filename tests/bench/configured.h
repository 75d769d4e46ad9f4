/* A route table from the text of a configuration. */
#ifndef BENCH_CONFIGURED_H
#define BENCH_CONFIGURED_H

#include "config/jsonc.h"
#include "config/keys.h"
#include "route/decide.h"

#include <stdio.h>
#include <stdlib.h>

/* Ends the bench where anything is wrong: it would measure something else. */
static inline struct table *configured(struct str text)
{
    struct problems problems;
    struct why why = {{0}};
    cJSON *json = NULL;
    problems_init(&problems);
    if (jsonc_parse(text, &json, &why)) {
        fprintf(stderr, "%s\n", why.text);
        exit(1);
    }
    keys_check(json, true, &problems);
    struct table *t = table_new(json, &problems);
    for (size_t i = 0; i < problems.n; i++)
        fprintf(stderr, "%s: %s\n", problems.items[i].path,
                problems.items[i].why.text);
    if (!t || problems.n)
        exit(1);
    cJSON_Delete(json);
    problems_release(&problems);
    return t;
}

#endif
