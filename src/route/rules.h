/*
 * Rules: a condition, and what happens to a completion or to its candidates
 * where it holds.
 */
#ifndef ROUTE_RULES_H
#define ROUTE_RULES_H

#include "route/strategy.h"

enum { RULES_MAX = 256, RULE_ACTIONS_MAX = 8 };

/* kind, how it is written, whether a model's column may be in its condition,
 * what it does */
#define RULE_ACTIONS(X)                                                        \
    X(EXCLUDE_MODEL, "exclude_model:", true,                                   \
      "the model is not asked; exclude_model:* is each for which the "         \
      "condition holds")                                                       \
    X(EXCLUDE_PROVIDER, "exclude_provider:", true,                             \
      "none of the provider's models is asked")                                \
    X(EXCLUDE_TAG, "exclude_tag:", true, "no model with the tag is asked")     \
    X(REQUIRE_TAG, "require_tag:", false,                                      \
      "only models with the tag are asked")                                    \
    X(PREFER_MODEL, "prefer_model:", true,                                     \
      "the model is asked first, if it is a candidate; prefer_model:* is "     \
      "each for which the condition holds")                                    \
    X(USE_MODEL, "use_model:", true, "this model is asked and no other")       \
    X(SET, "set:", false,                                                      \
      "an option of the route gets another value: set:max_tokens=64")          \
    X(SILENCE, "silence", false, "nothing is completed")

enum rule_action {
#define X(name, text, by_model, doc) RULE_##name,
    RULE_ACTIONS(X)
#undef X
        RULE_ACTION_COUNT
};

struct action {
    enum rule_action kind;
    struct str argument;       /* a name, "*", or an option's key */
    struct str value;          /* for RULE_SET */
    const struct model *model; /* that `argument` names */
};

struct rule {
    int index;         /* in the merged configuration */
    struct str origin; /* the file that it stands in; may be empty */
    int place;         /* its index there */
    struct str condition;
    struct sql_query *query;
    struct action *actions;
    size_t n_actions;
};

const char *rule_action_text(enum rule_action a);
const char *rule_action_doc(enum rule_action a);

/* From "rules"; the models are there. */
void rules_read(struct reading *r, const cJSON *rules);
void rules_release(struct table *t);

/* "rules[2]", likewise route_name(). */
const char *rule_name(const struct table *t, const struct rule *r, char *out,
                      size_t size);

/* Append the actions as they are written. */
void rule_print_actions(const struct rule *r, struct buf *out);

/* What the rules left of a decision. */
struct ruling {
    struct options options;
    bool silent;
    const struct model *only; /* of a use_model */
    uint64_t applied[RULES_MAX / 64];
};

bool ruling_applied(const struct ruling *r, int rule);

/*
 * Apply all rules, in order, to the contenders, whose standings are rows of
 * SQL's model table among `n_rows`. Excluded ones lose `fits`, preferred ones
 * are marked. `skipped` names the first that was stopped or failed.
 */
void rules_apply(const struct table *t, struct contender *c,
                 size_t n_contenders, size_t n_rows, struct ruling *out,
                 struct why *skipped);

/* Once they are ranked: the marked ones come first, in their order. */
void rules_move_preferred(const struct table *t, struct contender *c, size_t n);

#endif
