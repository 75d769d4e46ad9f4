/*
 * What has to be known of a language to tell its code from its comments and
 * strings byte by byte, and to see where its blocks end; and a lexer that
 * knows no more than that.
 *
 * It reads what no tree has been made of: a model's stream, as it comes in,
 * and the few lines before the cursor that the stream continues.
 */
#ifndef CONTEXT_LEXIS_H
#define CONTEXT_LEXIS_H

#include "doc/language.h"

#include <stdint.h>

enum block_style {
    BLOCKS_BRACED,   /* { … }, and whatever is indented deeper */
    BLOCKS_INDENTED, /* what is indented deeper than the line with the ':' */
    BLOCKS_WORDED,   /* closed by a word at the opening line's indentation */
};

enum {
    LEXIS_PAIRS = 16, /* kinds of comments and strings */
    LEXIS_WORDS = 12,
    LEXER_DEPTH = 64, /* open brackets that are told apart */
};

/* Something that is not code: from `open` to `close` (empty: the line's
 * end). */
struct lexis_pair {
    struct str open, close;
    bool comment;
    bool lines;  /* goes on over line ends */
    bool raw;    /* a backslash is nothing special */
    bool single; /* one character: 'x', but not Rust's 'a or C's 1'000 */
    bool regex;  /* only where an operand is expected */
};

struct lexis {
    enum block_style style;
    struct lexis_pair pairs[LEXIS_PAIRS]; /* the longest `open` first */
    size_t n_pairs;
    struct str closers[LEXIS_WORDS]; /* "end", "fi" */
    size_t n_closers;
    struct str middles[LEXIS_WORDS]; /* "else": the same statement goes on */
    size_t n_middles;
    bool spaced_comments; /* they follow white space */
    bool begins[256];     /* bytes that a pair begins with */
};

/* The words and marks are views of the language's table. */
void lexis_init(struct lexis *l, const struct language *language);

/* Whether `line`, without its indentation, begins with one of the words. */
bool lexis_is_closer(const struct lexis *l, struct str line);
bool lexis_is_middle(const struct lexis *l, struct str line);

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
    size_t n_open; /* brackets; those past LEXER_DEPTH are only counted */
    char open[LEXER_DEPTH];
    char last, before_last; /* last bytes of code, blanks left out */
    char previous;          /* the byte before, whatever it was */
    bool escaping;          /* the text ended behind a backslash */
    bool in_class;          /* between [ and ] of a regular expression */
};

void scanner_init(struct scanner *x);

/*
 * Read one piece of `s` at `*at` and move behind it. With `whole`, `s` ends
 * where the text ends; without, LEX_MORE leaves `*at` where it is when the
 * bytes that are there do not tell.
 */
enum lex_event scanner_next(struct scanner *x, const struct lexis *l,
                            struct str s, size_t *at, bool whole);

/* The innermost open bracket, or NUL. */
char scanner_innermost(const struct scanner *x);

/* The bracket that closes `open`; NUL for what opens nothing. */
char bracket_closing(char open);

#endif
