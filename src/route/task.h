/*
 * A completion as a row of features: all that a routing decision may know.
 * Views are borrowed from the document for the decision only.
 */
#ifndef ROUTE_TASK_H
#define ROUTE_TASK_H

#include "context/class.h"
#include "route/whereabouts.h"

#include <stdint.h>

enum trigger { TRIGGER_AUTOMATIC, TRIGGER_INVOKED };

const char *trigger_name(enum trigger t); /* "automatic", "invoked" */

/* type, name, what it is (for people). The types are str, int, bool
 * and num, a double whose NAN is "nobody knows". */
#define TASK_FEATURES(X)                                                       \
    X(str, language, "the language, by its name in grammars/")                 \
    X(str, path, "the file, relative to its workspace folder")                 \
    X(str, filename, "the path's last part")                                   \
    X(str, extension, "behind its last dot")                                   \
    X(str, privacy, "how far its text may go")                                 \
    X(str, project, "the name of the workspace folder")                        \
    X(str, branch, "the branch that Git has checked out there")                \
    X(str, line_prefix, "the current line up to the cursor")                   \
    X(str, line_suffix, "the current line behind the cursor")                  \
    X(int, prefix_bytes, "bytes of the file before the cursor")                \
    X(int, suffix_bytes, "bytes of the file behind the cursor")                \
    X(int, input_length, "bytes that would be sent")                           \
    X(int, tokens, "tokens that these are, estimated")                         \
    X(int, indent, "columns of white space that start the line")               \
    X(int, depth, "functions and classes around the cursor")                   \
    X(int, imports, "import statements in its first 16 KiB")                   \
    X(int, file_lines, "lines of the file")                                    \
    X(int, error_nodes, "syntax errors in the 100 lines around the cursor")    \
    X(bool, in_test, "the path looks like a test's")                           \
    X(bool, multiline, "more than the rest of the line is wanted")             \
    X(bool, in_error, "the tree has an error around the statement")            \
    X(int, hour, "hour of the local day, 0 to 23")                             \
    X(int, weekday, "day of the local week, 0 (Sunday) to 6")                  \
    X(num, typing_speed, "characters a second, over the last ten seconds")     \
    X(num, recent_accept_rate, "share of the last 20 completions accepted")

#define TASK_TYPE_str struct str
#define TASK_TYPE_int int64_t
#define TASK_TYPE_bool bool
#define TASK_TYPE_num double

struct task {
    enum cursor_class class;
    enum trigger trigger;
    const struct whereabouts *where; /* borrowed; NULL: `path` says it */
    uint64_t head; /* the same while a prompt's head stays the same */
#define X(type, name, doc) TASK_TYPE_##type name;
    TASK_FEATURES(X)
#undef X
};

/* Append the features as a JSON object's members, in the table's order. */
struct cJSON;
void task_to_json(const struct task *t, struct cJSON *object);

/* Only the class, the trigger, and what is no view of a text. */
void task_figures_to_json(const struct task *t, struct cJSON *object);

#endif
