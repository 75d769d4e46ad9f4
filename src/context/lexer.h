/*
 * Reading tokens one by one: shared by tokens.c, which reads words, brackets
 * and operators, and literals.c, which reads strings and comments.
 */
#ifndef CONTEXT_LEXER_H
#define CONTEXT_LEXER_H

#include "context/tokens.h"

struct lexer {
    struct tokens *t;
    const struct syntax *syntax;
    const struct spans *spans;
    struct str text;
    size_t span; /* the next one */
    size_t pos, to;
    bool first;
    bool directive;
    bool in_tag;
    size_t code;        /* where a string went back to code */
    struct str heredoc; /* what ends the text that begins on the next line */
};

/* Append a token and go on behind it. */
struct token *lexer_emit(struct lexer *x, enum token_kind kind, size_t start,
                         size_t end);

/* The byte at `at`, NUL behind the end. */
char lexer_byte(const struct lexer *x, size_t at);
bool lexer_at(const struct lexer *x, size_t at, struct str s);
bool token_is_word(const struct lexer *x, char c);
bool lexer_is_digit(char c);
bool lexer_one_of(char c, const char *set); /* NUL is in no set */

/* Each reads what stands at the position and moves behind it, or returns
 * false and leaves it. What the tree knows: */
bool literal_read_span(struct lexer *x);
bool literal_read_comment(struct lexer *x);
/* A string whose prefix (r"…") began at `start`, its quote at the position. */
bool literal_read_string(struct lexer *x, size_t start);
/* The lines of a here-document whose mark was on the line that ends here. */
bool literal_read_heredoc(struct lexer *x);
/* Remember such a mark; it is still to be read as what it looks like. */
void literal_note_heredoc(struct lexer *x);

#endif
