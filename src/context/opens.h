/*
 * Brackets that are open at some place of a text, outermost first: what has
 * been opened before it and not closed.
 */
#ifndef CONTEXT_OPENS_H
#define CONTEXT_OPENS_H

#include "context/syntax.h"

struct open {
    size_t start;
    int token;    /* in the token window, or -1 */
    char bracket; /* '(' '[' '{', 'w' for a word */
    bool loop;    /* a word whose "do" is part of it */
};

enum { OPENS_MAX = 96, BRANCHES_MAX = 8 };

struct opens {
    struct open at[OPENS_MAX]; /* when too many, those between are missing */
    int n;
    int base; /* those below can't be closed: a directive is read */
    int branches[BRANCHES_MAX]; /* how many were open at each "#if" */
    int n_branches;
};

void opens_push(struct opens *o, struct open open);
void opens_push_outermost(struct opens *o, struct open open);

/*
 * Close the innermost fitting one with the bracket at byte `start`; false
 * when there is none. Where lines show that braces between were never closed,
 * it is the one that stands as deep as the closing one.
 */
bool opens_close(struct opens *o, const struct syntax *s, struct str text,
                 size_t start, char bracket, struct open *closed);

/* Round and square ones are given up where a stronger one closes. */
bool opens_is_weak(const struct syntax *s, char bracket);

/*
 * Of the branches of an "#if" one counts, as only one is compiled: what the
 * branch before has opened is forgotten at "#else".
 */
void opens_see_branch(struct opens *o, struct str directive);

/* "while x do": the "do" at `start` is part of the loop that is open. */
bool opens_joins_loop(const struct opens *o, struct str text, size_t start);

/* Whether only blanks are in front of `at` on its line. */
bool text_first_on_line(struct str text, size_t at);

/* Where the line of `at` begins, or some place on it when it is very long. */
size_t text_line_begin(struct str text, size_t at);

/* Of the line that begins at `line`, where the directive begins that it goes
 * on with, behind backslashes; else itself. */
size_t text_directive_begin(const struct syntax *s, struct str text,
                            size_t line);

/* Columns before the first text of the line that begins at `line`; -1 when
 * there is none on it. */
int text_indent(struct str text, size_t line);

#endif
