/*
 * The queries of a language's folder (grammars/README.md), compiled, and what
 * they find in a tree under names that are the same for every language.
 */
#ifndef DOC_QUERY_H
#define DOC_QUERY_H

#include "base/clock.h"
#include "base/err.h"
#include "doc/language.h"

#include <tree_sitter/api.h>

#define QUERIES(X) X(DEFINITIONS, "definitions") X(IMPORTS, "imports")

enum query_kind {
#define X(name, file) QUERY_##name,
    QUERIES(X)
#undef X
        QUERY_COUNT
};

/* What a capture marks; the names of definitions are those that tree-sitter's
 * documentation gives for tags.scm ("Code Navigation Systems"). */
#define CAPTURES(X)                                                            \
    X(FUNCTION, "definition.function")                                         \
    X(METHOD, "definition.method")                                             \
    X(CLASS, "definition.class")                                               \
    X(INTERFACE, "definition.interface")                                       \
    X(MODULE, "definition.module")                                             \
    X(TYPE, "definition.type")                                                 \
    X(MACRO, "definition.macro")                                               \
    X(CONSTANT, "definition.constant")                                         \
    X(NAME, "name")                                                            \
    X(BODY, "body")                                                            \
    X(IMPORT, "import")                                                        \
    X(IMPORT_PATH, "import.path")                                              \
    X(IMPORT_NAME, "import.name")                                              \
    X(LOCAL, "local.scope")

enum capture {
#define X(name, text) CAPTURE_##name,
    CAPTURES(X)
#undef X
        CAPTURE_HELPER, /* "_anything": for the query's own predicates */
};

struct query;

/*
 * Compile `text` for a language. On an error `why` says
 * "FILE:LINE:COLUMN: …" with the node type, field or capture that is wrong.
 */
enum err query_new(const struct language *l, const char *file, const char *text,
                   struct query **out, struct why *why);
void query_free(struct query *q);

/*
 * Begin to compile the language's own queries on a thread of its own, once:
 * tree-sitter takes up to 50 ms for one that goes with a large grammar.
 */
void queries_begin(const struct language *l);

/* Whether query_of() would not wait. Begins what was not begun. */
bool queries_ready(const struct language *l);

/* The language's query, kept until languages_release(); waits for the thread
 * when it is still at work. NULL when there is none. */
const struct query *query_of(const struct language *l, enum query_kind kind);

void queries_free(struct queries *q);

/* Matches that touch bytes [from, to) of the text. */
struct query_range {
    size_t from, to;
    uint32_t depth; /* levels below the root at which a match may begin */
    usec until;     /* USEC_NEVER, or when to stop; no sooner than the thread */
    usec work_end;  /* has worked so long, by clock_thread() */
};

/* While others have the processor nothing is found: their time is not ours. */
bool query_range_is_over(const struct query_range *range);

struct found {
    enum capture what;
    size_t start, end;
};

/* False stops the search. */
typedef bool query_fn(void *arg, const struct found *found, size_t n);

/*
 * Call `each` with every match's captures, roughly in the order of the text.
 * The tree may be older than the text; captures lie within the text anyway.
 * False when time, memory or `each` ended it early. Never allocates in
 * `each`'s name; a match has at most QUERY_FOUND_MAX captures.
 */
enum { QUERY_FOUND_MAX = 32 };
bool query_each(const struct query *q, TSNode root, struct str text,
                const struct query_range *range, query_fn *each, void *arg);

#endif
