/* What `switchyard help` tells beside the commands: the keys of the
 * configuration, and what conditions may name. */
#include "cli/topics.h"
#include "config/keys.h"
#include "route/features.h"
#include "route/rules.h"

#include <stdio.h>
#include <string.h>

static void print_key(const struct key *k)
{
    printf("%s\n    %s%s\n", k->path,
           k->type == KEY_LATER ? "not carried out yet: " : "", k->doc);
    if (k->type != KEY_LATER)
        printf("    %s%s%s%s\n", key_type_name(k->type),
               k->flags & KEY_TRUSTED ? ", in your own file only" : "",
               k->fallback ? "; default: " : "",
               k->fallback ? k->fallback : "");
    if (k->choices)
        printf("    one of %s\n", k->choices);
    if (k->type == KEY_NUMBER || k->type == KEY_INTEGER)
        printf("    %.10g to %.10g\n", k->min, k->max);
}

static void print_keys(void)
{
    for (size_t i = 0; i < key_count(); i++)
        print_key(key_at(i));
}

static void print_columns(const struct sql_table *t)
{
    static const char *const types[] = {
        [SQL_TEXT] = "text", [SQL_INTEGER] = "integer", [SQL_REAL] = "number"};
    for (size_t i = 0; i < t->n_columns; i++)
        printf("  %-14s %-8s %s\n", t->columns[i].name,
               types[t->columns[i].type], t->columns[i].doc);
}

static void print_conditions(void)
{
    printf("A condition is an SQL expression, as SQLite has them, such as\n"
           "    input_length > 8000 AND language IN ('c', 'cpp')\n\n"
           "Features of the completion:\n");
    print_columns(feature_tables[SQL_TASK]);
    printf("\nColumns of the models, for rules and strategies; what nobody "
           "knows is NULL:\n");
    print_columns(feature_tables[SQL_MODEL]);
    printf("\nFunctions: %s\n\nWhat a rule does:\n", sql_functions());
    for (int a = 0; a < RULE_ACTION_COUNT; a++)
        printf("  %-18s %s\n", rule_action_text((enum rule_action)a),
               rule_action_doc((enum rule_action)a));
    printf("\nStrategies:\n");
    for (size_t i = 0; i < strategy_count(); i++)
        printf("  %-18s %s\n", strategy_at(i)->name, strategy_at(i)->doc);
}

static const struct {
    const char *name;
    void (*print)(void);
} topics[] = {{"config", print_keys}, {"conditions", print_conditions}};

bool topic_print(const char *name)
{
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        if (strcmp(topics[i].name, name) != 0)
            continue;
        topics[i].print();
        return true;
    }
    return false;
}
