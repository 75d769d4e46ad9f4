/* What `switchyard help` tells beside the commands: the keys of the
 * configuration, and what conditions may name. */
#include "cli/topics.h"
#include "base/nearest.h"
#include "route/sql.h"
#include "route/vocabulary.h"

#include <stdio.h>
#include <string.h>

static void print_key(const struct key *k)
{
    printf("%s\n    %s\n", k->path, k->doc);
    printf("    %s%s%s%s\n", key_type_name(k->type),
           k->flags & KEY_TRUSTED ? ", in your own file only" : "",
           k->fallback ? "; default: " : "", k->fallback ? k->fallback : "");
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

static void print_terms(enum vocabulary v)
{
    for (size_t i = 0; i < vocabulary_size(v); i++) {
        struct term t = vocabulary_at(v, i);
        struct buf doc;
        buf_init(&doc, 1024);
        term_describe(&t, &doc);
        if (*t.type)
            printf("  %-14s %-8s %s\n", t.name, t.type, doc.ptr);
        else
            printf("  %-18s %s\n", t.name, doc.ptr);
        buf_release(&doc);
    }
}

static void print_conditions(void)
{
    printf("A condition is an SQL expression, as SQLite has them, such as\n"
           "    input_length > 8000 AND language IN ('c', 'cpp')\n\n"
           "Features of the completion:\n");
    print_terms(VOCABULARY_FEATURES);
    printf("\nColumns of the models, for rules and strategies; what nobody "
           "knows is NULL:\n");
    print_terms(VOCABULARY_COLUMNS);
    printf("\nFunctions: %s\n\nWhat a rule does:\n", sql_functions());
    print_terms(VOCABULARY_ACTIONS);
    printf("\nStrategies:\n");
    print_terms(VOCABULARY_STRATEGIES);
}

static const struct {
    const char *name;
    void (*print)(void);
} topics[] = {{"config", print_keys}, {"conditions", print_conditions}};

enum { TOPICS = sizeof topics / sizeof *topics };

bool topic_print(const char *name)
{
    for (size_t i = 0; i < TOPICS; i++) {
        if (strcmp(topics[i].name, name) != 0)
            continue;
        topics[i].print();
        return true;
    }
    return false;
}

void topics_try(struct nearest *n)
{
    for (size_t i = 0; i < TOPICS; i++)
        nearest_try(n, str_from(topics[i].name));
}
