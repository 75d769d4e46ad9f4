/*
 * A model as a row: what is configured, what was learned of it, and how it
 * stands at this moment. Routing conditions and strategies read these columns.
 */
#ifndef ROUTE_STANDING_H
#define ROUTE_STANDING_H

#include "route/table.h"

/* type, name, what it is (for people). The types are str, bool and num, a
 * double whose NAN is "nobody knows". */
#define MODEL_COLUMNS(X)                                                       \
    X(str, model, "its name in the routes")                                    \
    X(str, provider, "the provider's name")                                    \
    X(str, type, "the provider's type")                                        \
    X(str, tags, "its tags, with a comma before and behind each")              \
    X(bool, local, "it runs on the user's own machines")                       \
    X(num, max_context, "tokens of prompt and answer together")                \
    X(bool, fim, "it was trained to fill in the middle")                       \
    X(num, cost_input, "dollars for a million tokens sent")                    \
    X(num, cost_output, "dollars for a million tokens received")               \
    X(num, expected_out, "tokens that its answer will have, likely")           \
    X(num, expected_cost, "dollars that this completion would cost")           \
    X(num, ttft_ms, "milliseconds to its first text, usually")                 \
    X(num, ttft_p95_ms, "milliseconds within which 19 of 20 first texts come") \
    X(num, avg_ms, "milliseconds to its whole answer, on average")             \
    X(num, p95_ms, "milliseconds within which 19 of 20 answers come")          \
    X(num, success_rate, "share of its calls that succeed")                    \
    X(num, accept_rate, "share accepted, for this language and class")         \
    X(num, retain_rate, "share still there later, likewise")                   \
    X(num, in_flight, "calls under way, of all your editors")                  \
    X(num, queue, "calls that wait for one to end, likewise")                  \
    X(num, rpm_left, "requests that it may still be sent this minute")         \
    X(num, tpm_left, "tokens that it may still take this minute")              \
    X(num, budget_left, "dollars left of the smallest budget it is under")     \
    X(str, health, "its circuit; open: it is left alone")                      \
    X(bool, warm, "the start of this prompt was sent to it just now")          \
    X(num, calls, "calls that its figures are from")

#define STANDING_TYPE_str struct str
#define STANDING_TYPE_bool bool
#define STANDING_TYPE_num double

/* Shares of completions, of one language and class; what is older counts less
 * (beliefs.h). */
struct verdicts {
    double accepted, rejected;
    double retained, lost; /* of the accepted ones, later */
};

struct standing {
    const struct model *of;
    struct verdicts verdicts, elsewhere; /* of the others, together */
#define X(type, name, doc) STANDING_TYPE_##type name;
    MODEL_COLUMNS(X)
#undef X
};

/* A window has to hold this many times the estimated tokens. */
#define STANDING_MARGIN 1.2

/* What the configuration says of a model; the rest is unknown. */
void standing_init(struct standing *s, const struct model *m,
                   const struct task *task);

/* Append the columns as a JSON object's members, in the table's order. */
void standing_to_json(const struct standing *s, cJSON *object);

#endif
