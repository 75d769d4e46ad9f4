#include "route/routes.h"
#include "base/money.h"
#include "config/keys.h"
#include "route/glob.h"
#include "route/hedge.h"
#include "route/models.h"
#include "route/options.h"
#include "route/pattern.h"
#include "route/plugins.h"
#include "route/sql.h"
#include "route/strategy.h"
#include "route/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* One entry of "routes" on its way into the table. */
struct entry {
    struct reading *r;
    const cJSON *json;
    struct route *route;
    char path[32];     /* "routes[2]", in its file */
    bool named;        /* a model, if only one that is not there */
    struct str always; /* the file of a route above that holds always */
};

static void note(struct entry *e, enum severity severity, const char *key,
                 const char *sentence)
{
    reading_note(e->r, severity, e->path, key, "%s", sentence);
}

/* --- a string or a list of them, as one list */

static size_t count_words(const cJSON *item)
{
    return cJSON_IsString(item) ? 1 : (size_t)cJSON_GetArraySize(item);
}

static struct str word_at(const cJSON *item, size_t i)
{
    return json_str(cJSON_IsString(item) ? item
                                         : cJSON_GetArrayItem(item, (int)i));
}

/* --- models */

/* Also names of none are looked at; of many more nobody would read what is
 * said, and each is compared with all that there are. */
enum { ROUTE_NAMES_MAX = 64 };

/* Why a name stands for no model that could be asked. */
static void refuse_model(struct entry *e, const char *key, struct str name)
{
    const struct absent *a = table_absent(e->r->table, name);
    struct buf text;
    buf_init(&text, 480);
    if (a)
        buf_printf(&text,
                   "\"%.*s\" is left out, because of %.*s; the route's next "
                   "model answers, at last the built-in one",
                   STR_ARG(str_sub(name, 0, 80)), STR_ARG(a->place));
    else
        models_explain(e->r->table, name, &text);
    note(e, a ? SEVERITY_WARNING : SEVERITY_ERROR, key, text.ptr);
    buf_release(&text);
}

/* Also one that can't be asked: what was meant for it stays at home. */
static void note_first(struct entry *e, const struct model *m, struct str name)
{
    const struct absent *a = m ? NULL : table_absent(e->r->table, name);
    if (!e->named)
        e->route->own_first = m ? m->own : a && a->own;
    e->named = true;
}

static void note_leaving(struct entry *e, const struct model *m,
                         const char *key)
{
    struct route *route = e->route;
    if (!route->own_first || m->own || json_get(e->json, "strategy") ||
        json_get(e->json, "router") || e->r->table->router ||
        route->options.fail_over != FAIL_OVER_UNSAID)
        return;
    note(e, SEVERITY_WARNING, key,
         "it is never asked, because the models before it are on your own "
         "servers and it is not; \"fail_over\": \"anywhere\" allows it, "
         "\"own_servers\" says that it is meant");
}

static void note_unpriced(struct entry *e, const struct model *m,
                          const char *key)
{
    double most = e->route->options.max_cost;
    if (isinf(most) || model_is_free(m) ||
        (m->cost_input >= 0 && m->cost_output >= 0))
        return;
    reading_note(e->r, SEVERITY_WARNING, e->path, key,
                 "it is never asked, because its price is unknown and a "
                 "completion may cost %s at most; say its cost_per_million",
                 money_text(most).text);
}

static bool names(const struct route *r, const struct model *m)
{
    for (size_t i = 0; i < r->n_models; i++)
        if (r->models[i] == m)
            return true;
    return false;
}

/* False when there are as many as there may be: those behind are not read. */
static bool add_model(struct entry *e, const char *key, struct str name)
{
    struct route *route = e->route;
    const struct model *m = table_model(e->r->table, name);
    note_first(e, m, name);
    if (!m) {
        refuse_model(e, key, name);
        return true;
    }
    note_leaving(e, m, key);
    note_unpriced(e, m, key);
    if (names(route, m))
        return true;
    if (route->n_models == ROUTE_MODELS_MAX)
        return false;
    if (route->n_models && !route->models[route->n_models - 1]->dialect &&
        !json_get(e->json, "router") && !e->r->table->router)
        note(e, SEVERITY_WARNING, key,
             "the built-in model before it always answers, so this one is "
             "never asked");
    route->models[route->n_models++] = m;
    return true;
}

/* All that one key names. */
static void add_models(struct entry *e, const char *key, const cJSON *item)
{
    char at[32];
    size_t n = count_words(item);
    for (size_t i = 0; i < n; i++) {
        snprintf(at, sizeof at, cJSON_IsString(item) ? "%s" : "%s[%zu]", key,
                 i);
        if (i < ROUTE_NAMES_MAX && add_model(e, at, word_at(item, i)))
            continue;
        note(e, SEVERITY_ERROR, at,
             "a route names at most 7 models; those from here on are left out");
        return;
    }
}

/* False when the route names none that is known. */
static bool read_strategies(struct entry *e)
{
    const cJSON *item = json_get(e->json, "strategy");
    size_t n = count_words(item);
    struct table *t = e->r->table;
    char key[32];
    e->route->strategies = arena_array(&t->arena, ROUTE_STRATEGIES_MAX,
                                       sizeof *e->route->strategies);
    e->r->no_memory = e->r->no_memory || !e->route->strategies;
    for (size_t i = 0; e->route->strategies && i < n; i++) {
        struct str name = word_at(item, i);
        const struct strategy *s = strategy_find(t, name);
        struct buf text;
        snprintf(key, sizeof key, cJSON_IsString(item) ? "%s" : "%s[%zu]",
                 "strategy", i);
        buf_init(&text, 480);
        if (!s)
            strategy_explain(t, name, &text);
        else if (e->route->n_strategies == ROUTE_STRATEGIES_MAX)
            buf_printf(&text, "a route combines at most %d strategies",
                       ROUTE_STRATEGIES_MAX);
        else
            e->route->strategies[e->route->n_strategies++] = s;
        if (text.len)
            note(e, SEVERITY_ERROR, key, text.ptr);
        buf_release(&text);
    }
    return e->route->n_strategies > 0;
}

/* False when the route names none. */
static bool read_models(struct entry *e)
{
    static const char *const keys[] = {"model", "models", "default"};
    bool any = false;
    e->route->models = arena_array(&e->r->table->arena, ROUTE_MODELS_MAX,
                                   sizeof *e->route->models);
    if (!e->route->models) {
        e->r->no_memory = true;
        return false;
    }
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        const cJSON *item = json_get(e->json, keys[k]);
        add_models(e, keys[k], item);
        any |= count_words(item) > 0;
    }
    struct route *route = e->route;
    route->router = plugin_router(e->r, e->json, e->path, e->r->table->router);
    bool orders =
        read_strategies(e) || (route->router && json_get(e->json, "router"));
    route->all_models = orders && !any;
    any |= orders;
    if (!any && !json_get(e->json, "strategy") && !json_get(e->json, "router"))
        note(e, SEVERITY_ERROR, "",
             "a route says which model to ask: \"model\", \"models\", "
             "\"default\", \"strategy\" or \"router\"");
    return any;
}

/* A hedge that is said and can never be. */
static void note_hedge(struct entry *e)
{
    const struct route *r = e->route;
    bool stays = r->own_first && r->options.fail_over != FAIL_OVER_ANYWHERE;
    if (r->options.hedge == HEDGE_OFF || r->n_strategies ||
        !json_get(e->json, "hedge"))
        return;
    for (size_t i = 1; i < r->n_models; i++)
        if (hedge_allows(r->options.hedge, r->models[i]) &&
            (r->models[i]->own || !stays))
            return;
    note(e, SEVERITY_WARNING, "hedge",
         r->options.hedge == HEDGE_FREE && r->n_models > 1
             ? "no model behind the first that could be asked costs nothing, "
               "so none is asked beside it; \"any\" allows others"
             : "there is no model behind the first that could be asked beside "
               "it");
}

/* --- matchers */

static void read_classes(struct entry *e)
{
    const cJSON *item = json_get(e->json, "class");
    enum cursor_class c;
    for (size_t i = 0; i < count_words(item); i++)
        if (cursor_class_from(word_at(item, i), &c))
            e->route->classes |= 1u << c;
}

static void read_languages(struct entry *e)
{
    const cJSON *item = json_get(e->json, "language");
    size_t n = count_words(item);
    if (n == 0)
        return;
    e->route->languages =
        arena_array(&e->r->table->arena, n, sizeof *e->route->languages);
    e->r->no_memory = e->r->no_memory || !e->route->languages;
    for (size_t i = 0; e->route->languages && i < n; i++)
        e->route->languages[e->route->n_languages++] =
            reading_keep(e->r, word_at(item, i));
}

/* As JavaScript and sed write an expression. */
static bool is_slashed(struct str s)
{
    return s.len > 2 && str_starts(s, STR("/")) &&
           (str_starts(s, STR("/^")) || str_ends(s, STR("$/")));
}

/* False when it can't be understood. */
static bool read_pattern(struct entry *e)
{
    struct str source;
    struct why why = {{0}};
    if (!json_get_str(e->json, "pattern", &source))
        return true;
    e->route->pattern = reading_keep(e->r, source);
    e->route->compiled = pattern_new(source, &why);
    if (!e->route->compiled)
        note(e, SEVERITY_ERROR, "pattern", why.text);
    else if (is_slashed(source))
        note(e, SEVERITY_WARNING, "pattern",
             "its slashes are part of it, so that it never matches; right is "
             "the expression without them");
    return e->route->compiled != NULL;
}

/* False when it can't be understood. */
static bool read_path(struct entry *e)
{
    struct str word;
    struct why why;
    if (!json_get_str(e->json, "path", &word))
        return true;
    e->route->path = reading_keep(e->r, word);
    bool bad = glob_check(word, &why);
    if (!bad && str_ends(word, STR("/")))
        bad = why_set(&why, ERR_CONFIG,
                      "no file's path ends with \"/\"; right is \"%.*s**\"",
                      STR_ARG(word));
    if (!bad)
        return true;
    note(e, SEVERITY_ERROR, "path", why.text);
    return false;
}

/* False when it can't be understood. */
static bool read_when(struct entry *e)
{
    struct str source;
    struct why why = {{0}};
    if (!json_get_str(e->json, "when", &source))
        return true;
    struct sql *sql = reading_sql(e->r);
    if (!sql)
        return false;
    e->route->when = reading_keep(e->r, source);
    e->route->condition = sql_condition(sql, source, &why);
    if (e->route->condition && sql_names_model(e->route->condition)) {
        sql_query_free(e->route->condition);
        e->route->condition = NULL;
        why_set(&why, ERR_CONFIG,
                "it is about the completion, so it can't name columns of "
                "models; a rule's condition can");
    }
    if (!e->route->condition)
        note(e, SEVERITY_ERROR, "when", why.text);
    return e->route->condition && values_check(e->r, e->path, "when", source);
}

static bool read_matchers(struct entry *e)
{
    struct str word;
    read_classes(e);
    read_languages(e);
    if (json_get_str(e->json, "trigger", &word))
        e->route->trigger =
            str_is(word, "invoked") ? TRIGGER_INVOKED : TRIGGER_AUTOMATIC;
    bool good = read_path(e);
    good &= read_when(e);
    return read_pattern(e) && good;
}

static bool holds_always(const struct route *route)
{
    return !route->classes && !route->n_languages && !route->compiled &&
           !route->path.len && route->trigger < 0 && !route->condition;
}

/* A workspace's routes stand above the user's on purpose; within one file a
 * route that can never hold is a mistake. */
static void note_order(struct entry *e)
{
    bool always = holds_always(e->route);
    if (e->always.ptr && str_eq(e->always, e->route->origin))
        note(e, SEVERITY_WARNING, "",
             "a route above it holds always, so this one never does; right is "
             "to move it up");
    if (!always && json_get(e->json, "default"))
        note(e, SEVERITY_WARNING, "default",
             "it does not hold always, because the route has a matcher, too");
    if (always)
        e->always = e->route->origin;
}

/* --- the table's */

/* Where the route stands: the problems get the file's name and its own place
 * there, not that in the merged list. */
static void place(struct entry *e, int index)
{
    struct origin at = reading_place(e->r, e->json, index);
    *e->route = (struct route){
        .index = index,
        .trigger = -1,
        .origin = at.file,
        .place = at.index,
        .options = options_read(e->json, &e->r->table->defaults),
    };
    snprintf(e->path, sizeof e->path, "routes[%d]", e->route->place);
}

static void read_route(struct entry *e, int index)
{
    struct table *t = e->r->table;
    e->route = &t->routes[t->n_routes];
    e->named = false;
    place(e, index);
    if (json_get(e->json, KEY_LEFT_OUT))
        return; /* noted when the keys were checked */
    bool named = read_models(e);
    if (!read_matchers(e) || !named) {
        pattern_free(e->route->compiled);
        sql_query_free(e->route->condition);
        return;
    }
    note_order(e);
    note_hedge(e);
    t->n_routes++;
}

static void add_last_resort(struct reading *r)
{
    struct table *t = r->table;
    struct route *route = &t->routes[t->n_routes];
    *route = (struct route){.index = -1, .trigger = -1, .options = t->defaults};
    route->models = arena_array(&t->arena, 1, sizeof *route->models);
    if (!route->models) {
        r->no_memory = true;
        return;
    }
    route->models[route->n_models++] = t->builtin;
    t->n_routes++;
}

void routes_read(struct reading *r, const cJSON *routes)
{
    struct entry e = {.r = r};
    char origin[sizeof r->problems->origin];
    int index = 0, n = cJSON_GetArraySize(routes);
    if (n > ROUTES_MAX) {
        problems_add(r->problems, SEVERITY_ERROR, "routes",
                     "there are more than %d; those behind are left out",
                     ROUTES_MAX);
        n = ROUTES_MAX;
    }
    r->table->routes =
        arena_array(&r->table->arena, (size_t)n + 1, sizeof *r->table->routes);
    if (!r->table->routes) {
        r->no_memory = true;
        return;
    }
    snprintf(origin, sizeof origin, "%s", r->problems->origin);
    for (e.json = routes ? routes->child : NULL; e.json && index < n;
         e.json = e.json->next)
        read_route(&e, index++);
    problems_origin(r->problems, origin);
    add_last_resort(r);
}
