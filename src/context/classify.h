/*
 * What is being written at the cursor.
 *
 * The tree's shape is unreliable in half-written code, its leaves are not
 * (an open bracket makes ERROR of all that follows, but the tokens before
 * the cursor are lexed right). So: comments and strings from the leaf at the
 * cursor; then the tokens back to the start of the statement, judged by the
 * language's table; then what encloses the statement, from the tree where it
 * is whole, from indentation or brace balance where it is not.
 *
 * For a language without a grammar the line's text and the indentation
 * decide between import, comment, function_definition, body and top_level.
 */
#ifndef CONTEXT_CLASSIFY_H
#define CONTEXT_CLASSIFY_H

#include "context/around.h"
#include "context/class.h"
#include "doc/document.h"

struct classification {
    enum cursor_class class;
    size_t statement; /* byte where the statement at the cursor starts */
    int depth;        /* functions and classes around the cursor */
    bool in_error;    /* the tree has an error around the statement */
};

/* Read the language's table, which takes 0.2 ms and would be read with the
 * first place that is classified otherwise. */
void classify_begin(const struct language *language);

/*
 * Classify byte `offset` of `doc`. Works on the newest tree, fresh or not;
 * never parses, never allocates more than 64 KiB, looks at no more than a
 * bounded number of tokens and lines.
 */
struct classification classify(const struct document *doc, size_t offset);

/* The same, and what is around the statement in the `*n` first of `out`,
 * outermost first: what `depth` counts, up to AROUND_MAX. */
struct classification classify_with(const struct document *doc, size_t offset,
                                    struct around *out, size_t *n);

/* Node types from the root to the leaf at `offset`, outermost first; at most
 * `max` of them. The names live as long as the program. */
size_t classify_path(const struct document *doc, size_t offset,
                     const char **types, size_t max);

#endif
