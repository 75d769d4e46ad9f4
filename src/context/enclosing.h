/*
 * What is around a statement: the functions and classes that it is in, by
 * the brackets that are open and what stands in front of each, or by the
 * indentation.
 */
#ifndef CONTEXT_ENCLOSING_H
#define CONTEXT_ENCLOSING_H

#include "context/around.h"
#include "context/brackets.h"
#include "context/subject.h"
#include "doc/text.h"

struct enclosing {
    enum role around; /* BODY, CLASS, ENUM, or UNKNOWN for the top level */
    int depth;        /* functions and classes */
    int n;
    struct around at[AROUND_MAX]; /* outermost first */
};

/*
 * By brackets: `o` as brackets_match() left it for `t`, whose opening brackets
 * get their roles. `scratch` is room for the heads outside of the window.
 */
struct enclosing enclosing_by_brackets(struct tokens *t, const struct opens *o,
                                       TSNode root, struct tokens *scratch);

/* By the lines above the one that the statement at byte `statement` starts
 * on, whose indentation is smaller. Those that begin before byte `floor` are
 * not looked at. */
struct enclosing enclosing_by_indent(const struct tokens *t,
                                     const struct text *text, TSNode root,
                                     size_t statement, size_t floor);

/* Put what `inner` has into `e`, inside of what that has. */
void enclosing_append(struct enclosing *e, const struct enclosing *inner);

#endif
