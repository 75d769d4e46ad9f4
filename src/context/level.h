/*
 * A level of brackets on the way from a place outwards: the part of the
 * statement that lies within one pair.
 */
#ifndef CONTEXT_LEVEL_H
#define CONTEXT_LEVEL_H

#include "context/subject.h"

struct level {
    const struct tokens *t;
    int up;      /* the bracket around it, or -1 */
    int first;   /* of the statement's part at this level */
    int at;      /* the place, or the bracket that the way came out of */
    int limit;   /* tokens from `at` to here are on the same line */
    bool cursor; /* `at` is the cursor itself */
    bool brace;  /* `at` is the brace that is asked about */
    bool inner;
    enum role around;
};

/* Whether token `i` is part of the level and has one of the kinds. */
bool level_has(const struct level *l, int i, uint32_t kinds);

/* The first token in [i, end) with one of the kinds, groups skipped; or -1. */
int level_find(const struct level *l, int i, int end, uint32_t kinds);

/* Whether there is "=" in front of `end`. */
bool level_assigns(const struct level *l, int end);

/* What the place is to the function or class whose word is token `word`. */
enum subject level_in_function(const struct level *l, int word);
enum subject level_in_class(const struct level *l, int word);

/* Whether a brace between a head's word and the place is part of a type. */
bool level_is_type_brace(const struct level *l, int open);

/* Behind the tokens that are on the line of the place `at`. */
int level_line_limit(const struct tokens *t, int at, bool at_cursor);

#endif
