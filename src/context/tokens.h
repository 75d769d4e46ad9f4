/*
 * The tokens before the cursor, and those behind it on its line.
 *
 * They are read from the text, with the tree's spans to jump over: so they
 * are right in a tree that lags behind the text, and where half-written code
 * has broken it. Comments are no tokens. Brackets know their mates; a word
 * that opens a block ("do") counts as a bracket in languages that have such.
 *
 * A model's stream, which has no end yet, is read by the scanner instead
 * (context/scanner.h, which says why there are two).
 */
#ifndef CONTEXT_TOKENS_H
#define CONTEXT_TOKENS_H

#include "context/spans.h"
#include "context/syntax.h"

enum token_kind {
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_PUNCT,
    TOKEN_STRING, /* and whatever else is a value in one piece */
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_BREAK, /* what is not this language, as "<?php" */
};

/* What an unmatched bracket has around the cursor. */
enum role {
    ROLE_UNKNOWN,
    ROLE_LITERAL, /* the statement goes on inside: a list, an object */
    ROLE_OBJECT,  /* such a one whose members may be methods */
    ROLE_BLOCK,   /* statements, of whatever is around */
    ROLE_BODY,    /* a function's */
    ROLE_CLASS,   /* a class's */
    ROLE_ENUM,    /* a class's that starts with a list of constants */
};

struct token {
    uint32_t start, end;
    uint32_t words; /* its word kinds */
    int16_t mate;   /* the other bracket, or -1 */
    int16_t up;     /* the open bracket that it is inside of, or -1 */
    uint8_t kind;
    uint8_t role; /* of an opening bracket, once it was asked for */
    char bracket; /* '(' '[' '{', 'w' for a word; of both mates */
    bool first;   /* on its line */
    bool directive;
};

enum quoted { QUOTED_NOT, QUOTED_STRING, QUOTED_COMMENT, QUOTED_VALUE };

enum { TOKENS_MAX = 1024 };

struct tokens {
    const struct syntax *syntax;
    struct str text;
    size_t from, cursor;
    struct token at[TOKENS_MAX];
    int n;
    int cut;             /* how many start before the cursor */
    int up;              /* the open bracket that the cursor is inside of */
    enum role base;      /* of the bracket around the window */
    bool on_new_line;    /* between the last one before the cursor and it */
    enum quoted quoted;  /* what the cursor is inside of … */
    size_t quoted_start; /* … and where that starts */
};

/*
 * Read [from, to) of the text. `from` is not inside of a string or comment,
 * or inside of one that is in `spans`, which may be NULL.
 */
void tokens_read(struct tokens *t, const struct syntax *syntax, struct str text,
                 const struct spans *spans, size_t from, size_t to,
                 size_t cursor);

struct str token_text(const struct tokens *t, int i);
bool token_is(const struct tokens *t, int i, const char *text);

/* The role of bracket `i`; -1 is the one around the window. */
enum role tokens_role(const struct tokens *t, int i);

/* Whether token `i` is there and an operator of `list`: "=> -> ::". */
bool token_is_punct(const struct tokens *t, int i, const char *list);

/* Whether token `i` is there and opens with `bracket`. */
bool token_opens(const struct tokens *t, int i, char bracket);

/* Whether token `i` is there and has one of the word kinds. */
bool token_has(const struct tokens *t, int i, uint32_t kinds);

#endif
