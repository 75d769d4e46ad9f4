#include "route/rules.h"
#include "base/file.h"
#include "config/config.h"
#include "config/keys.h"
#include "config/known.h"
#include "route/conditions.h"
#include "route/models.h"
#include "route/reading.h"
#include "route/options.h"
#include "route/sql.h"
#include "route/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text;
    bool by_model;
    const char *doc;
} actions[] = {
#define X(name, text, by_model, doc) {text, by_model, doc},
    RULE_ACTIONS(X)
#undef X
};

const char *rule_action_text(enum rule_action a)
{
    return actions[a].text;
}

const char *rule_action_doc(enum rule_action a)
{
    return actions[a].doc;
}

/* --- reading */

/* One entry of "rules" on its way into the table. */
struct entry {
    struct reading *r;
    const cJSON *json;
    struct rule *rule;
    char path[32];
    char key[32]; /* "action[1]" */
    bool idle;    /* that action has nothing to act on */
};

static bool wrong(struct entry *e, const char *key, const char *sentence)
{
    reading_note(e->r, SEVERITY_ERROR, e->path, key, "%s", sentence);
    return false;
}

static bool read_condition(struct entry *e)
{
    struct why why = {{0}};
    struct str source;
    struct sql *sql = reading_sql(e->r);
    if (!json_get_str(e->json, "condition", &source))
        return wrong(e, "",
                     "a rule says when: \"condition\", such as "
                     "\"input_length > 8000\"");
    e->rule->condition = reading_keep(e->r, source);
    if (!sql)
        return false;
    e->rule->query = sql_condition(sql, source, &why);
    if (!e->rule->query)
        return wrong(e, "condition", why.text);
    return values_check(e->r, e->path, "condition", source);
}

static bool unknown_action(struct entry *e, struct str text)
{
    struct known known;
    size_t colon = str_find_char(text, ':');
    struct str name = colon == STR_NONE ? text : str_sub(text, 0, colon + 1);
    known_init(&known, name);
    for (size_t i = 0; i < RULE_ACTION_COUNT; i++)
        known_add(&known, str_from(actions[i].text));
    reading_note(e->r, SEVERITY_ERROR, e->path, e->key,
                 "there is no action \"%.*s\"%s", STR_ARG(str_sub(name, 0, 60)),
                 known_text(&known));
    known_release(&known);
    return false;
}

/* Why a name stands for no model that could be asked. */
static void refuse_model(struct entry *e, struct str name, bool vital)
{
    const struct table *t = e->r->table;
    const struct absent *absent = table_absent(t, name);
    struct buf text;
    buf_init(&text, 480);
    if (absent)
        buf_printf(&text, "\"%.*s\" is left out, because of %.*s%s",
                   STR_ARG(str_sub(name, 0, 80)), STR_ARG(absent->place),
                   vital ? "; the built-in model answers" : "");
    else
        models_explain(t, name, &text);
    reading_note(e->r, vital && !absent ? SEVERITY_ERROR : SEVERITY_WARNING,
                 e->path, e->key, "%s", text.ptr);
    buf_release(&text);
}

/*
 * To leave out or to prefer what is not there changes nothing, and the rule's
 * other actions go on. What was meant for one model goes to no other: the
 * built-in one stands for it, as it does in routes.
 */
static void read_model_name(struct entry *e, struct action *a)
{
    bool vital = a->kind == RULE_USE_MODEL;
    if (!vital && str_is(a->argument, "*"))
        return;
    a->model = table_model(e->r->table, a->argument);
    if (a->model)
        return;
    refuse_model(e, a->argument, vital);
    e->idle = !vital;
    a->model = e->r->table->builtin;
}

static bool read_setting(struct entry *e, struct action *a)
{
    size_t equals = str_find_char(a->argument, '=');
    struct why why = {{0}};
    struct options tried = e->r->table->defaults;
    if (equals == STR_NONE)
        return wrong(e, e->key,
                     "right would be \"set:KEY=VALUE\", such as "
                     "\"set:max_tokens=64\"");
    a->value = str_sub(a->argument, equals + 1, a->argument.len);
    a->argument = str_sub(a->argument, 0, equals);
    return options_set(&tried, a->argument, a->value, &why) == OK ||
           wrong(e, e->key, why.text);
}

static bool unknown_provider(struct entry *e, struct str name)
{
    const struct table *t = e->r->table;
    struct known known;
    known_init(&known, name);
    for (size_t i = 0; i < t->n_models; i++)
        if (i == 0 || !str_eq(t->models[i].provider, t->models[i - 1].provider))
            known_add(&known, t->models[i].provider);
    reading_note(e->r, SEVERITY_ERROR, e->path, e->key,
                 "there is no provider \"%.*s\"%s",
                 STR_ARG(str_sub(name, 0, 60)), known_text(&known));
    known_release(&known);
    return false;
}

/* One whose models are all left out is none to exclude. */
static bool read_provider(struct entry *e, struct action *a)
{
    const struct table *t = e->r->table;
    for (size_t i = 0; i < t->n_models; i++)
        if (str_eq(t->models[i].provider, a->argument))
            return true;
    e->idle = true;
    for (size_t i = 0; i < t->n_absent; i++)
        if (str_eq(t->absent[i].provider, a->argument))
            return true;
    return unknown_provider(e, a->argument);
}

static bool read_argument(struct entry *e, struct action *a)
{
    switch (a->kind) {
    case RULE_EXCLUDE_MODEL:
    case RULE_PREFER_MODEL:
    case RULE_USE_MODEL:
        read_model_name(e, a);
        return true;
    case RULE_SET:
        return read_setting(e, a);
    case RULE_EXCLUDE_PROVIDER:
        return read_provider(e, a);
    default:
        return true; /* a tag that no model has is one to come */
    }
}

/* False when it can't be carried out. */
static bool read_action(struct entry *e, struct str text)
{
    struct action *a = &e->rule->actions[e->rule->n_actions];
    for (size_t i = 0; i < RULE_ACTION_COUNT; i++) {
        struct str start = str_from(actions[i].text);
        bool alone = start.ptr[start.len - 1] != ':';
        if (alone ? !str_eq(text, start) : !str_starts(text, start))
            continue;
        *a = (struct action){.kind = (enum rule_action)i};
        a->argument =
            reading_keep(e->r, str_trim(str_sub(text, start.len, text.len)));
        if (!alone && a->argument.len == 0)
            return wrong(e, e->key, "nothing stands behind the colon");
        if (sql_names_model(e->rule->query) && !actions[i].by_model)
            return wrong(e, e->key,
                         "it is about the completion, so its condition can't "
                         "name columns of models");
        e->idle = false;
        if (!read_argument(e, a))
            return false;
        e->rule->n_actions += !e->idle;
        return true;
    }
    return unknown_action(e, text);
}

static bool read_actions(struct entry *e)
{
    const cJSON *item = json_get(e->json, "action");
    bool single = cJSON_IsString(item), good = true;
    size_t n = single ? 1 : (size_t)cJSON_GetArraySize(item);
    if (n == 0 || n > RULE_ACTIONS_MAX)
        return wrong(e, "",
                     "a rule says what happens: \"action\", such as "
                     "\"exclude_model:ID\", or a list of up to 8");
    e->rule->actions =
        arena_array(&e->r->table->arena, n, sizeof *e->rule->actions);
    e->r->no_memory = e->r->no_memory || !e->rule->actions;
    for (size_t i = 0; e->rule->actions && i < n; i++) {
        snprintf(e->key, sizeof e->key, single ? "action" : "action[%zu]", i);
        good &= read_action(
            e, json_str(single ? item : cJSON_GetArrayItem(item, (int)i)));
    }
    return good && e->rule->n_actions > 0;
}

static void read_rule(struct entry *e, int index)
{
    struct table *t = e->r->table;
    struct origin at = reading_place(e->r, e->json, index);
    e->rule = &t->rules[t->n_rules];
    *e->rule =
        (struct rule){.index = index, .origin = at.file, .place = at.index};
    snprintf(e->path, sizeof e->path, "rules[%d]", at.index);
    if (json_get(e->json, KEY_LEFT_OUT))
        return; /* noted when the keys were checked */
    if (read_condition(e) && read_actions(e))
        t->n_rules++;
    else
        sql_query_free(e->rule->query);
}

/* Without memory they are evaluated one by one. */
static void put_together(struct table *t)
{
    struct condition *all = calloc(t->n_rules + 1, sizeof *all);
    for (size_t i = 0; all && i < t->n_rules; i++)
        all[i] = (struct condition){t->rules[i].condition, t->rules[i].query};
    if (all && t->n_rules)
        t->conditions = conditions_new(t->sql, all, t->n_rules, t->n_models);
    free(all);
}

void rules_read(struct reading *r, const cJSON *rules)
{
    struct entry e = {.r = r};
    char file[sizeof r->problems->origin];
    int index = 0, n = cJSON_GetArraySize(rules);
    if (n == 0)
        return;
    if (n > RULES_MAX) {
        problems_add(r->problems, SEVERITY_ERROR, "rules",
                     "there are more than %d; those behind are left out",
                     RULES_MAX);
        n = RULES_MAX;
    }
    r->table->rules =
        arena_array(&r->table->arena, (size_t)n, sizeof *r->table->rules);
    if (!r->table->rules) {
        r->no_memory = true;
        return;
    }
    snprintf(file, sizeof file, "%s", r->problems->origin);
    for (e.json = rules->child; e.json && index < n; e.json = e.json->next)
        read_rule(&e, index++);
    problems_origin(r->problems, file);
    put_together(r->table);
}

void rules_release(struct table *t)
{
    conditions_free(t->conditions);
    for (size_t i = 0; i < t->n_rules; i++)
        sql_query_free(t->rules[i].query);
}

/* --- telling */

const char *rule_name(const struct table *t, const struct rule *r, char *out,
                      size_t size)
{
    struct str file = file_name(r->origin);
    if (t->several_files)
        snprintf(out, size, "rules[%d] of %.*s", r->place, STR_ARG(file));
    else
        snprintf(out, size, "rules[%d]", r->place);
    return out;
}

void rule_print_actions(const struct rule *r, struct buf *out)
{
    for (size_t i = 0; i < r->n_actions; i++) {
        const struct action *a = &r->actions[i];
        buf_printf(out, "%s%s%.*s", i ? ", " : "", actions[a->kind].text,
                   STR_ARG(a->argument));
        if (a->kind == RULE_SET)
            buf_printf(out, "=%.*s", STR_ARG(a->value));
    }
}

/* --- applying */

/* A rule at work. */
struct work {
    const struct table *table;
    const struct rule *rule;
    const struct action *action;
    const bool *holds; /* by row; the first alone where no model is named */
    bool by_model;
    struct contender *contenders;
    size_t n;
    struct ruling *ruling;
};

static bool holds_for(const struct work *w, const struct contender *c)
{
    return w->holds[w->by_model ? c->row : 0];
}

static bool has_tag(const struct model *m, struct str tag)
{
    struct str rest = m->tags, piece;
    while (str_cut(&rest, ',', &piece))
        if (piece.len && str_eq(piece, tag))
            return true;
    return false;
}

static bool is_named(const struct action *a, const struct model *m)
{
    return !a->model || a->model == m;
}

/* Whether the action takes the model out. */
static bool excludes(const struct action *a, const struct model *m)
{
    switch (a->kind) {
    case RULE_EXCLUDE_MODEL:
        return is_named(a, m);
    case RULE_EXCLUDE_PROVIDER:
        return str_eq(m->provider, a->argument);
    case RULE_EXCLUDE_TAG:
        return has_tag(m, a->argument);
    case RULE_REQUIRE_TAG:
        return !has_tag(m, a->argument);
    default:
        return false;
    }
}

static void print_exclusion(const struct work *w, char *out, size_t size)
{
    char name[80];
    snprintf(out, size, "excluded by %s: %.*s",
             rule_name(w->table, w->rule, name, sizeof name),
             STR_ARG(str_sub(w->rule->condition, 0, 80)));
}

static void exclude(const struct work *w)
{
    char reason[sizeof w->contenders->reason] = "";
    for (size_t i = 0; i < w->n; i++) {
        struct contender *c = &w->contenders[i];
        if (!c->fits || !holds_for(w, c) ||
            !excludes(w->action, c->standing->of))
            continue;
        if (!reason[0])
            print_exclusion(w, reason, sizeof reason);
        c->fits = false;
        memcpy(c->reason, reason, sizeof reason);
    }
}

static void prefer(const struct work *w)
{
    for (size_t i = 0; i < w->n; i++) {
        struct contender *c = &w->contenders[i];
        if (holds_for(w, c) && is_named(w->action, c->standing->of))
            c->preferred = w->rule;
    }
}

void rules_move_preferred(const struct table *t, struct contender *c, size_t n)
{
    char name[80];
    size_t front = 0;
    for (size_t i = 0; i < n; i++) {
        struct contender moved = c[i];
        if (!moved.preferred || !moved.fits)
            continue;
        snprintf(moved.reason, sizeof moved.reason, "preferred by %s: %.*s",
                 rule_name(t, moved.preferred, name, sizeof name),
                 STR_ARG(str_sub(moved.preferred->condition, 0, 80)));
        for (size_t k = i; k > front; k--)
            c[k] = c[k - 1];
        c[front++] = moved;
    }
}

static bool any_holds(const struct work *w, size_t n_rows)
{
    for (size_t i = 0; i < (w->by_model ? n_rows : 1); i++)
        if (w->holds[i])
            return true;
    return false;
}

static void act(struct work *w)
{
    const struct action *a = w->action;
    struct ruling *r = w->ruling;
    switch (a->kind) {
    case RULE_PREFER_MODEL:
        prefer(w);
        break;
    case RULE_USE_MODEL:
        if (!r->only &&
            w->holds[w->by_model ? (size_t)(a->model - w->table->models) : 0])
            r->only = a->model;
        break;
    case RULE_SET:
        options_set(&r->options, a->argument, a->value, NULL);
        break;
    case RULE_SILENCE:
        r->silent = true;
        break;
    default:
        exclude(w);
    }
}

bool ruling_applied(const struct ruling *r, int rule)
{
    return r->applied[rule / 64] >> (rule % 64) & 1;
}

static void note_failure(const struct work *w, const struct why *cause,
                         struct why *skipped)
{
    char name[80];
    if (skipped->text[0])
        return;
    rule_name(w->table, w->rule, name, sizeof name);
    why_set(skipped, OK, "%s was skipped: its condition: %s", name,
            cause->text);
}

static void apply(struct work *w, size_t i, size_t n_rows)
{
    if (!any_holds(w, n_rows))
        return;
    w->ruling->applied[i / 64] |= UINT64_C(1) << (i % 64);
    for (size_t k = 0; k < w->rule->n_actions; k++) {
        w->action = &w->rule->actions[k];
        act(w);
    }
}

void rules_apply(const struct table *t, struct contender *c,
                 size_t n_contenders, size_t n_rows, struct ruling *out,
                 struct why *skipped)
{
    struct why why;
    bool known[RULES_MAX] = {false};
    bool *holds = t->n_rules ? malloc(t->n_rules * n_rows + 1) : NULL;
    if (holds && t->conditions)
        conditions_evaluate(t->conditions, n_rows, holds, known);
    for (size_t i = 0; holds && i < t->n_rules; i++) {
        const struct rule *rule = &t->rules[i];
        struct work w = {.table = t,
                         .rule = rule,
                         .holds = holds + i * n_rows,
                         .by_model = sql_names_model(rule->query),
                         .contenders = c,
                         .n = n_contenders,
                         .ruling = out};
        if (known[i] || !sql_holds(rule->query, holds + i * n_rows, &why))
            apply(&w, i, n_rows);
        else
            note_failure(&w, &why, skipped);
    }
    free(holds);
}
