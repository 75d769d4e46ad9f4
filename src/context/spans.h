/*
 * Stretches of text that the tree knows not to be code: strings, comments,
 * regular expressions, the HTML around PHP. A string that has an error inside
 * is left out, because half-written code makes strings of what is none; the
 * lexer reads those by itself.
 */
#ifndef CONTEXT_SPANS_H
#define CONTEXT_SPANS_H

#include "context/syntax.h"

#include <tree_sitter/api.h>

struct span {
    size_t start, end;
    enum node_role role;
};

enum { SPANS_MAX = 320 };

struct spans {
    struct span at[SPANS_MAX];
    size_t n;
};

/*
 * Those that touch bytes [from, to), in their order. A string that `cursor`
 * is inside of ends where the code around the cursor begins, if there is
 * such code in the string.
 */
void spans_collect(struct spans *s, const struct syntax *syntax, TSNode root,
                   struct str text, size_t from, size_t to, size_t cursor);

/* The span around byte `at`, which starts before it; false for none. */
bool span_around(const struct syntax *syntax, TSNode root, struct str text,
                 size_t at, struct span *out);

#endif
