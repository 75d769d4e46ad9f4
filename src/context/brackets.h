/*
 * Which brackets are still open at the cursor: first from the tree, from the
 * top of the file to where the token window begins, then from the tokens.
 *
 * Of the tree only the leaves count. A subtree without an error has as many
 * closing as opening brackets and is skipped; so of a file that is whole only
 * the way down to the cursor is looked at.
 */
#ifndef CONTEXT_BRACKETS_H
#define CONTEXT_BRACKETS_H

#include "context/tokens.h"

struct open {
    size_t start;
    int token;    /* in the token window, or -1 */
    char bracket; /* '(' '[' '{', 'w' for a word */
    bool loop;    /* a word whose "do" is part of it */
};

enum { OPENS_MAX = 96 };

struct opens {
    struct open at[OPENS_MAX]; /* outermost first; the innermost ones */
    int n;
    int base; /* those below can't be closed: a directive is read */
};

/* What is open at byte `to`, from the leaves before it. */
void opens_from_tree(struct opens *o, const struct syntax *syntax, TSNode root,
                     struct str text, size_t to);

/*
 * Match the brackets of `t`; `o` holds what is open where it begins, and
 * afterwards what is open at the cursor.
 */
void opens_match(struct opens *o, struct tokens *t);

#endif
