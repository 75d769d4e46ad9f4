#include "route/vocabulary.h"
#include "route/features.h"
#include "route/rules.h"
#include "route/values.h"

#include <string.h>

/* --- the lists */

size_t vocabulary_size(enum vocabulary v)
{
    switch (v) {
    case VOCABULARY_FEATURES:
        return feature_tables[SQL_TASK]->n_columns;
    case VOCABULARY_COLUMNS:
        return feature_tables[SQL_MODEL]->n_columns;
    case VOCABULARY_ACTIONS:
        return RULE_ACTION_COUNT;
    case VOCABULARY_STRATEGIES:
        return strategy_count();
    default:
        return 0;
    }
}

static struct term column_at(int table, size_t i)
{
    static const char *const types[] = {
        [SQL_TEXT] = "text", [SQL_INTEGER] = "integer", [SQL_REAL] = "number"};
    const struct sql_column *c = &feature_tables[table]->columns[i];
    return (struct term){c->name, types[c->type], values_of(str_from(c->name)),
                         c->doc};
}

struct term vocabulary_at(enum vocabulary v, size_t i)
{
    switch (v) {
    case VOCABULARY_FEATURES:
        return column_at(SQL_TASK, i);
    case VOCABULARY_COLUMNS:
        return column_at(SQL_MODEL, i);
    case VOCABULARY_ACTIONS:
        return (struct term){rule_action_text((enum rule_action)i), "", NULL,
                             rule_action_doc((enum rule_action)i)};
    default:
        return (struct term){strategy_at(i)->name, "", NULL,
                             strategy_at(i)->doc};
    }
}

void term_describe(const struct term *t, struct buf *out)
{
    struct str rest = str_from(t->values ? t->values : ""), value;
    buf_printf(out, "%s", t->doc);
    for (bool first = true; t->values && str_cut(&rest, '|', &value);
         first = false)
        buf_printf(out, "%s%.*s", first ? ": " : ", ", STR_ARG(value));
}

/* --- the schema */

static const struct {
    const char *path;
    const char *title;
    enum vocabulary words;
} spoken[] = {
    {"routes[].when", "Features of the completion", VOCABULARY_FEATURES},
    {"routes[].strategy", "Built-in strategies", VOCABULARY_STRATEGIES},
    {"rules[].condition", "Features of the completion", VOCABULARY_FEATURES},
    {"rules[].condition", "Columns of the models", VOCABULARY_COLUMNS},
    {"rules[].action", "Actions", VOCABULARY_ACTIONS},
    {"strategies[].where", "Columns of the models", VOCABULARY_COLUMNS},
    {"strategies[].where", "Features of the completion", VOCABULARY_FEATURES},
    {"strategies[].order_by", "Columns of the models", VOCABULARY_COLUMNS},
    {"strategies[].order_by", "Features of the completion",
     VOCABULARY_FEATURES},
};

static void describe(const struct key *key, struct buf *out)
{
    for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++) {
        if (strcmp(spoken[i].path, key->path) != 0)
            continue;
        buf_printf(out, "\n\n%s:", spoken[i].title);
        for (size_t k = 0; k < vocabulary_size(spoken[i].words); k++) {
            struct term t = vocabulary_at(spoken[i].words, k);
            bool colon = t.name[strlen(t.name) - 1] == ':';
            buf_printf(out, "\n- %s%s ", t.name, colon ? "" : ":");
            term_describe(&t, out);
        }
    }
}

/* What an editor offers; strategies may be the user's own, too. */
static void put_examples(enum vocabulary v, struct buf *out)
{
    buf_printf(out, ",\"examples\":[");
    for (size_t i = 0; i < vocabulary_size(v); i++)
        buf_printf(out, "%s\"%s\"", i ? "," : "", vocabulary_at(v, i).name);
    buf_append_char(out, ']');
}

/* An action that ends with a colon wants something behind it. */
static void put_action_pattern(struct buf *out)
{
    buf_printf(out, ",\"pattern\":\"^(");
    for (size_t i = 0; i < vocabulary_size(VOCABULARY_ACTIONS); i++) {
        const char *name = vocabulary_at(VOCABULARY_ACTIONS, i).name;
        bool more = name[strlen(name) - 1] == ':';
        buf_printf(out, "%s%s%s", i ? "|" : "", name, more ? ".+" : "");
    }
    buf_printf(out, ")$\"");
}

static void put_word(const struct key *key, struct buf *out)
{
    if (!strcmp(key->path, "routes[].strategy"))
        put_examples(VOCABULARY_STRATEGIES, out);
    if (strcmp(key->path, "rules[].action") != 0)
        return;
    put_examples(VOCABULARY_ACTIONS, out);
    put_action_pattern(out);
}

const struct schema_more vocabulary_schema = {describe, put_word};
