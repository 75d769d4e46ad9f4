#include "route/values.h"
#include "config/keys.h"
#include "config/known.h"
#include "provider/services.h"
#include "route/comparisons.h"
#include "route/health.h"
#include "route/models.h"

#include <stdio.h>
#include <string.h>

/* One condition. */
struct checking {
    struct reading *r;
    const char *path, *key;
    bool good;
};

/* --- closed sets */

/* Those that the configuration has words for, too. */
static const struct {
    const char *name, *key;
} worded[] = {{"class", "routes[].class"},
              {"trigger", "routes[].trigger"},
              {"privacy", "privacy[].tier"}};

static const char health[] =
#define X(name, text) "|" text
    HEALTH_STATES(X)
#undef X
    ;

const char *values_of(struct str name)
{
    for (size_t i = 0; i < sizeof worded / sizeof *worded; i++)
        if (str_eq_nocase(name, str_from(worded[i].name)))
            return key_find(worded[i].key)->choices;
    return str_eq_nocase(name, STR("health")) ? health + 1 : NULL;
}

/* False, and the others are in `known`, when it is none of them. */
static bool is_one_of(const char *values, struct str text, struct known *known)
{
    struct str rest = str_from(values), value;
    bool found = false;
    while (str_cut(&rest, '|', &value)) {
        known_add(known, value);
        found |= str_eq(value, text);
    }
    return found;
}

static void check_closed(struct checking *c, struct str name,
                         const char *values, struct str text)
{
    struct known known;
    known_init(&known, text);
    if (!is_one_of(values, text, &known)) {
        reading_note(c->r, SEVERITY_ERROR, c->path, c->key,
                     "%.*s is never \"%.*s\"%s", STR_ARG(name),
                     STR_ARG(str_sub(text, 0, 60)), known_text(&known));
        c->good = false;
    }
    known_release(&known);
}

/* --- what may come to be there */

static void warn(struct checking *c, const char *what, struct str text,
                 struct known *known)
{
    reading_note(c->r, SEVERITY_WARNING, c->path, c->key,
                 "there is no %s \"%.*s\"%s", what,
                 STR_ARG(str_sub(text, 0, 60)), known_text(known));
}

static void check_model(struct checking *c, struct str text)
{
    const struct table *t = c->r->table;
    struct buf sentence;
    for (size_t i = 0; i < t->n_models; i++)
        if (str_eq(t->models[i].name, text))
            return;
    if (table_absent(t, text))
        return;
    buf_init(&sentence, 480);
    models_explain(t, text, &sentence);
    reading_note(c->r, SEVERITY_WARNING, c->path, c->key, "%s", sentence.ptr);
    buf_release(&sentence);
}

static void check_provider(struct checking *c, struct str text)
{
    const struct table *t = c->r->table;
    struct known known;
    bool found = false;
    known_init(&known, text);
    for (size_t i = 0; i < t->n_models; i++) {
        found |= str_eq(t->models[i].provider, text);
        if (i == 0 || !str_eq(t->models[i].provider, t->models[i - 1].provider))
            known_add(&known, t->models[i].provider);
    }
    for (size_t i = 0; i < t->n_absent; i++)
        found |= str_eq(t->absent[i].provider, text);
    if (!found)
        warn(c, "provider", text, &known);
    known_release(&known);
}

static void check_type(struct checking *c, struct str text)
{
    struct known known;
    bool found = false;
    known_init(&known, text);
    for (size_t i = 0; i < service_count(); i++) {
        known_add(&known, str_from(service_at(i)->type));
        found |= str_is(text, service_at(i)->type);
    }
    if (!found)
        warn(c, "type", text, &known);
    known_release(&known);
}

/* An editor may send identifiers that no grammar has; grammars are known
 * elsewhere. */
static void note_language(struct checking *c, struct str text)
{
    struct table *t = c->r->table;
    struct mention *m = arena_array(&t->arena, 1, sizeof *m);
    char place[128];
    if (!m)
        return;
    snprintf(place, sizeof place, "%s.%s", c->path, c->key);
    m->text = reading_keep(c->r, text);
    m->place = reading_keep(c->r, str_from(place));
    m->origin = reading_keep(c->r, str_from(c->r->problems->origin));
    m->next = t->languages;
    t->languages = m;
}

static void check(void *arg, struct str name, struct str text)
{
    static const struct {
        const char *name;
        void (*check)(struct checking *c, struct str text);
    } open[] = {{"language", note_language},
                {"model", check_model},
                {"provider", check_provider},
                {"type", check_type}};
    struct checking *c = arg;
    const char *values = values_of(name);
    if (values)
        check_closed(c, name, values, text);
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (str_eq_nocase(name, str_from(open[i].name)))
            open[i].check(c, text);
}

bool values_check(struct reading *r, const char *path, const char *key,
                  struct str source)
{
    struct checking c = {r, path, key, true};
    comparisons_each(source, check, &c);
    return c.good;
}
