/*
 * What has to be known of a language to tell its code from its comments and
 * strings byte by byte, and to see where its blocks end: the marks of its
 * syntax in the order in which the scanner tries them.
 */
#ifndef CONTEXT_LEXIS_H
#define CONTEXT_LEXIS_H

#include "context/delimiters.h"
#include "doc/language.h"

enum block_style {
    BLOCKS_BRACED,   /* { … }, and whatever is indented deeper */
    BLOCKS_INDENTED, /* what is indented deeper than the line with the ':' */
    BLOCKS_WORDED,   /* closed by a word at the opening line's indentation */
};

enum {
    LEXIS_PAIRS = 20, /* kinds of comments and strings */
    LEXIS_WORDS = 12,
};

/* Something that is not code: from `open` to `close` (empty: the line's
 * end). */
struct lexis_pair {
    struct str open, close;
    struct delimiters delimiters;
    struct str code; /* marks, each with a bracket, that lead back to code */
    bool comment;
    bool lines;  /* goes on over line ends */
    bool raw;    /* a backslash is nothing special */
    bool single; /* one character: 'x', but not Rust's 'a or C's 1'000 */
    bool regex;  /* only where an operand is expected */
    /* `open` only announces it: from the next line up to the one that is the
     * word behind it */
    bool heredoc;
    bool spaced; /* blanks may stand in front of that word */
};

struct lexis {
    const struct language *language;
    enum block_style style;
    struct lexis_pair pairs[LEXIS_PAIRS]; /* the longest `open` first */
    size_t n_pairs;
    struct str closers[LEXIS_WORDS]; /* "end", "fi" */
    size_t n_closers;
    struct str middles[LEXIS_WORDS]; /* "else": the same statement goes on */
    size_t n_middles;
    bool spaced_comments;     /* they follow white space */
    bool attributes;          /* "#[" begins one, no comment */
    bool mixed;               /* what is not this language may be around it */
    unsigned char bytes[256]; /* what each may be, in code: byte_kind bits */
    uint32_t stops[256]; /* a bit for each pair: inside, it may be more than
                          * itself */
};

enum byte_kind {
    BYTE_WORD = 1,  /* may be in a name or a number, in most languages */
    BYTE_BLANK = 2, /* but no line's end */
    BYTE_BRACKET = 4,
    BYTE_BEGINS = 8, /* a pair begins with it */
};

/*
 * Of a language; read once and kept for the program's life, the words and marks
 * as views of its table. Of one that has none, or for want of memory, what most
 * languages have.
 */
const struct lexis *lexis_for(const struct language *language);

/* Whether `c` may be in a name or a number, in most languages. */
bool lexis_is_word(char c);

/* Whether `line`, without its indentation, begins with one of the words. */
bool lexis_is_closer(const struct lexis *l, struct str line);
bool lexis_is_middle(const struct lexis *l, struct str line);

#endif
