/*
 * What a statement is about, by its tokens up to a place in it: an import,
 * the head of a function or of a class, or something behind such a head.
 */
#ifndef CONTEXT_SUBJECT_H
#define CONTEXT_SUBJECT_H

#include "context/statement.h"

enum subject {
    SUBJECT_NONE,
    SUBJECT_IMPORT,
    SUBJECT_FUNCTION,      /* in a function's head */
    SUBJECT_CLASS,         /* in a class's */
    SUBJECT_FUNCTION_BODY, /* behind the head, in the same statement */
    SUBJECT_CLASS_BODY,
};

struct judgement {
    enum subject subject;
    int first;    /* the statement's first token, or the place */
    bool control; /* it begins with "if", "for" and such */
    bool assigns; /* a value is wanted: "=" or "return" is there */
    bool inner;   /* the place is inside of brackets of the statement */
};

/*
 * Judge the place in front of token `at`, inside bracket `up`, where `around`
 * is what encloses the statement (BODY, CLASS, ENUM or UNKNOWN, which is the
 * top level). At the cursor `at` is `t->cut`; else it is an opening bracket.
 */
struct judgement subject_judge(const struct tokens *t, int at, int up,
                               enum role around, bool at_cursor);

/* The role of the opening bracket `i` inside of `around`. */
enum role subject_role(const struct tokens *t, int i, enum role around);

#endif
