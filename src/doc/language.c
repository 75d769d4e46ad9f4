#include "doc/language.h"
#include "base/file.h"
#include "base/log.h"
#include "doc/query.h"

#include <stdlib.h>
#include <string.h>

/*
 * The one table of the process: languages are linked in, read-only once
 * read, and the same for every document, so passing them around would only
 * pretend that there could be another set. A slot is filled at the first use
 * of its language and stays. One thread only.
 */
enum { LANGUAGES_MAX = 64 };
static struct language slots[LANGUAGES_MAX];
static struct queries *compiled[LANGUAGES_MAX];

static const struct query_source no_queries[] = {{NULL, NULL, NULL}};
static const struct language plain = {.name = "plain", .queries = no_queries};

const struct language *language_plain(void)
{
    return &plain;
}

size_t language_count(void)
{
    size_t n = 0;
    while (n < LANGUAGES_MAX && language_sources[n].name)
        n++;
    return n;
}

const struct language *language_at(size_t i)
{
    struct language *l = &slots[i];
    if (l->name)
        return l;
    const struct language_source *s = &language_sources[i];
    struct why why;
    cJSON *table = NULL;
    if (json_parse_str(str_from(s->table), &table, &why) != OK)
        log_error("doc", "grammars/%s/language.json: %s", s->name, why.text);
    *l = (struct language){s->name, s->grammar(), table, s->queries,
                           &compiled[i]};
    return l;
}

/* Whether the array `field` of the table holds the string `s`. */
static bool table_lists(const cJSON *table, const char *field, struct str s)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, json_get(table, field)) if (str_eq(json_str(item),
                                                                s)) return true;
    return false;
}

/*
 * The first language whose `field` lists `s`. A table that does not even
 * contain the bytes is not read for it: most sessions see one or two
 * languages, and should not pay for parsing the tables of twenty.
 */
static const struct language *find_by(const char *field, struct str s)
{
    if (s.len == 0)
        return NULL;
    for (size_t i = 0; i < language_count(); i++) {
        if (str_find(str_from(language_sources[i].table), s) == STR_NONE)
            continue;
        if (table_lists(language_at(i)->table, field, s))
            return language_at(i);
    }
    return NULL;
}

const struct language *language_find(struct str id, struct str path)
{
    const struct language *l = find_by("names", id);
    if (!l)
        l = find_by("filenames", file_name(path));
    if (!l)
        l = find_by("extensions", file_extension(path));
    return l ? l : &plain;
}

const struct query_source *language_query(const struct language *l,
                                          const char *name)
{
    for (const struct query_source *q = l->queries; q->name; q++)
        if (strcmp(q->name, name) == 0)
            return q;
    return NULL;
}

void languages_release(void)
{
    for (size_t i = 0; i < LANGUAGES_MAX; i++) {
        queries_free(compiled[i]);
        compiled[i] = NULL;
    }
}
