/*
 * Tokens of any programming language: words (letters, digits, '_', '$',
 * bytes from 128), numbers, operators of one to three characters, and one
 * token for each new line with what it does to the indentation. Which bytes
 * make which token never depends on the language; only what is prose does.
 *
 * All tokens lie in order and never overlap. A line that is too long to have
 * been written by hand is one opaque token.
 */
#ifndef NGRAM_LEXER_H
#define NGRAM_LEXER_H

#include "base/str.h"

#include <stdint.h>

enum { LEXER_MAX_LINE = 1000, LEXER_MAX_WORD = 80 }; /* bytes */

enum token_kind {
    TOKEN_NEWLINE,
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_OPERATOR,
    TOKEN_OPAQUE /* data, broken UTF-8, control characters: never repeated */
};

/* What the next line that is not blank does to the indentation. */
enum newline {
    NEWLINE_SAME,
    NEWLINE_DEEPER,
    NEWLINE_SHALLOWER,
    NEWLINE_BLANK, /* added to the others: blank lines stand between */
    NEWLINE_COUNT = 6
};

struct token {
    struct str text; /* of a newline: the new line's indentation */
    enum token_kind kind;
    uint8_t newline;
    bool spaced; /* white space stands before it */
    bool prose;  /* in a comment or doc string, its marks included */
    bool quiet;  /* in the comment that opens the file, often its licence */
};

/* How a language writes its comments; NULL marks are not used. */
struct syntax {
    const char *names; /* file extensions and whole names, spaces around */
    const char *line, *line2; /* to the line's end */
    const char *open, *close; /* around a block */
    bool triple;              /* strings in three quotes document */
};

/* By a file's path or URI; one without comments for unknown names. */
const struct syntax *syntax_of(struct str path);

/* All that a line needs to know of the lines before it. */
struct lexer_state {
    uint8_t mode;    /* of enum mode in lexer.c; 0 in code */
    bool quiet;      /* nothing but comments so far */
    bool blank;      /* blank lines stand before it */
    uint16_t indent; /* columns of the last line that is not blank */
};

struct lexer {
    struct str text;
    const struct syntax *syntax;
    struct lexer_state state;
    size_t at;
    size_t line_end;   /* of the line at `at`, once its newline was given */
    size_t string_end; /* no comment opens before */
    bool line_start;   /* the next token is a newline's */
    bool line_comment;
    size_t line_at; /* where the line began, or blank lines before it, */
    struct lexer_state line_state; /* and the state there */
};

struct lexer_state lexer_start(void); /* at the start of a file */

/* `text` begins at the start of a line, or as `line_start` is set after. */
void lexer_init(struct lexer *l, struct str text, const struct syntax *syntax,
                struct lexer_state state);
bool lexer_next(struct lexer *l, struct token *t);

/* The newline that leads from `state` to a line indented by `columns`. */
enum newline lexer_newline(struct lexer_state state, size_t columns);

/* Columns of the spaces and tabs that `line` begins with; `*bytes` as well. */
size_t lexer_indent(struct str line, size_t *bytes);

bool lexer_in_word(char c); /* may stand in a word or number */

#endif
