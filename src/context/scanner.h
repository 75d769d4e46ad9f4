/*
 * A lexer that knows a language's marks and no more. It reads what no tree
 * has been made of: a model's stream, as it comes in, and the lines around
 * the cursor that the stream has to fit.
 *
 * Beside the one that reads tokens (context/tokens.h) it is there because a
 * stream ends anywhere: the scanner stops where the bytes do not tell, goes on
 * with the next ones, and is all its state, to be copied and tried ahead. The
 * other has the whole text. It looks beyond what it reads (whether a comment
 * or a here-document is closed, what a string goes back to code for), jumps
 * over what the tree knows, and knows words. What they share is the language's
 * table, which is read once (context/syntax.h).
 */
#ifndef CONTEXT_SCANNER_H
#define CONTEXT_SCANNER_H

#include "context/lexis.h"

enum {
    SCANNER_DEPTH = 64,  /* open brackets that are told apart */
    SCANNER_HEREDOC = 32 /* bytes of the word that ends a here-document */
};

enum lex_event {
    LEX_MORE,    /* what it is depends on bytes that are not there yet */
    LEX_SPACE,   /* blanks */
    LEX_NEWLINE, /* in code or at the end of a line's comment */
    LEX_CODE,
    LEX_OPEN,   /* ( [ { */
    LEX_CLOSE,  /* the closer of the innermost open bracket */
    LEX_EXCESS, /* a closer that closes nothing that is open */
    LEX_STRING, /* in a string, delimiters included */
    LEX_COMMENT,
};

struct scanner {
    int pair;      /* the comment or string that we are in; -1: code */
    size_t n_open; /* brackets; those past SCANNER_DEPTH are only counted.
                    * A string that has delimiters is in its own one, too */
    char open[SCANNER_DEPTH];
    signed char back[SCANNER_DEPTH]; /* the string that its closer leads to */
    char last, before_last;          /* last bytes of code, blanks left out */
    char previous;                   /* the byte before, whatever it was */
    bool first;                      /* only blanks stand on its line so far */
    bool escaping;                   /* the text ended behind a backslash */
    bool at_cursor; /* nothing behind the cursor was read yet */
    bool in_class;  /* between [ and ] of a regular expression */
    /* What ends the here-document that is open, or begins on the next line. */
    char heredoc[SCANNER_HEREDOC];
    unsigned char heredoc_len; /* 0: there is none */
    signed char heredoc_pair;
};

void scanner_init(struct scanner *x);

/* Whether both read the same in what follows. */
bool scanner_is(const struct scanner *x, const struct scanner *y);

/*
 * Read one piece of `s` at `*at` and move behind it. With `whole`, `s` ends
 * where the text ends; without, LEX_MORE leaves `*at` where it is when the
 * bytes that are there do not tell.
 */
enum lex_event scanner_next(struct scanner *x, const struct lexis *l,
                            struct str s, size_t *at, bool whole);

/* The innermost open bracket, or NUL. */
char scanner_innermost(const struct scanner *x);

/* Whether that bracket leads back to code from a string: "${". */
bool scanner_in_string(const struct scanner *x);

/* Whether the next line begins inside of a string or comment, or of code that
 * a string has in it. */
bool scanner_in_lines(const struct scanner *x, const struct lexis *l);

/* The bracket that closes `open`; NUL for what opens nothing. */
char bracket_closing(char open);

#endif
