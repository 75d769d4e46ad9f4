/*
 * What the stages of postprocess.c share. A stage changes the text in place;
 * it may only make it better, so each leaves alone what it is not sure of.
 */
#ifndef COMPLETE_POST_H
#define COMPLETE_POST_H

#include "complete/postprocess.h"

/* While something was read: how many of the brackets that were open stayed so,
 * and whether there was code, outside of all strings and comments. */
struct post_reach {
    size_t open;
    bool code;
};

/* What was found behind the cursor from byte `from` of the buffer's rest on,
 * read as `x` says, in so many bytes. */
struct post_ahead {
    size_t from, bytes;
    struct scanner x, end;
    struct post_reach reach;
    size_t at; /* bytes of the rest, or STR_NONE; see post_read_on() */
};

enum { POST_AHEAD = 4 };

struct post {
    const struct finish *f;
    struct str before, after;           /* the buffer on either side */
    struct str line_before, line_after; /* the cursor's line likewise */
    struct spot spot;
    usec judge_end; /* until when, by clock_thread(), the grammar may be asked;
                     * 0: any time */
    bool cut;       /* the model wrote past the end of what was wanted */
    bool asked;     /* whether reading began outside of all brackets, */
    bool whole;     /* and whether it did */
    struct post_ahead ahead[POST_AHEAD];
    size_t n_ahead; /* that are known; further ones take the oldest's place */
};

/*
 * The stages, in the order in which they run: name, for whom, what it is
 * for. `post_NAME` stands in post_NAME.c, its cases in
 * tests/postprocess/NAME.txt, and longer answers with what has to become of
 * them in tests/postprocess/NAME/.
 *
 * The reasons for the order. Bytes come first, because all else reads
 * characters and compares them with the buffer's. What a model says besides
 * the text goes before its lines are looked at; line ends and indentation
 * become the buffer's before anything is compared with the buffer's lines.
 * Only then is it known what the text is, and it is cut to what was asked
 * for; if it was too short for that, its end may be half a word. What the
 * buffer has already is found once nothing stands behind it, and taken off
 * before brackets are balanced, for most of what is too much stands behind the
 * cursor. What is left may be nothing but the next line. The grammar is asked
 * last, when nothing more will be taken off that it would complain of; what it
 * leaves may end with the head of a block. Every cut leaves blanks, so trimming
 * follows them all.
 */
#define POST_STAGES(X)                                                         \
    X(utf8, ALL, "makes well-formed UTF-8 of any bytes")                       \
    X(unsafe, ALL, "drops control, bidirectional and zero-width characters")   \
    X(tokens, MODELS, "drops leaked special tokens, or ends the text at one")  \
    X(thinking, MODELS, "drops what a reasoning model thought first")          \
    X(fence, CHAT, "takes the code out of Markdown fences and chatter")        \
    X(prefix, CHAT, "drops what repeats the text before the cursor")           \
    X(line_ends, ALL, "ends lines as the buffer does")                         \
    X(indent, MODELS, "indents as the buffer does, with its tabs or blanks")   \
    X(extent, ALL, "ends the text with its line, statement or block")          \
    X(limit, MODELS, "drops the line or word that the model's limit cut off")  \
    X(loop, ALL, "keeps one turn of what goes round and round")                \
    X(excess, ALL, "ends the text at a bracket that closes nothing")           \
    X(suffix, ALL, "drops what stands behind the cursor already")              \
    X(balance, ALL, "ends the text where its brackets and quotes fit")         \
    X(repeat, ALL, "drops a text that the next lines say already")             \
    X(flaws, ALL, "ends the text before it makes correct syntax wrong")        \
    X(opener, ALL, "drops the head of a block that the text ends before")      \
    X(trim, ALL, "drops blanks at the end")

typedef void post_stage(struct post *p, struct buf *text);

#define X(name, for_whom, purpose) post_stage post_##name;
POST_STAGES(X)
#undef X

/*
 * How well the buffer goes on behind `text`: up to which byte its brackets
 * and quotes match, and how many brackets are open at the end of what was
 * read.
 */
struct fit {
    size_t where; /* SIZE_MAX: all of it matches */
    size_t left;
};
struct fit post_fit(struct post *p, struct str text);
bool fit_is_worse(struct fit a, struct fit than);

/* Whether brackets mean anything here: a comment may hold what it likes, and
 * a string that the lexer does not see as one can't be judged. */
bool post_is_judged(const struct post *p);

/* Read on until something does not match; STR_NONE when all of it does. */
size_t post_read_on(struct post *p, struct scanner *x, struct str s);

/* Replace the text by a new one, which is released. */
void post_replace(struct buf *text, struct buf *with);

void post_drop_front(struct buf *text, size_t n);

/*
 * How many bytes of `s` look like `pattern` if blanks and line ends only
 * separate words; STR_NONE when it does not begin so.
 */
size_t post_match_loosely(struct str s, struct str pattern);

/* How many characters of `s` are no white space; whether it has a letter. */
size_t post_weight(struct str s);
bool post_has_letter(struct str s);

/* "\n", "\r\n" or "\r", as the lines around the cursor end. */
struct str post_line_end(const struct post *p);

/* The bytes of blanks that `s` begins with. */
size_t post_blanks(struct str s);

/*
 * The line of `*rest` up to its end, and `*rest` behind it; false at the end
 * of the text. An end of any kind counts.
 */
bool post_next_line(struct str *rest, struct str *line);

/*
 * Reads a text line by line and knows of the next one whether it begins inside
 * of a string: then its blanks are what it says. A doc string's are not: they
 * follow the code's.
 */
struct post_reader {
    const struct lexis *lexis;
    struct scanner x; /* behind what was read */
    bool blank;       /* nothing but blanks stands before what comes next */
    bool doc;
    bool quoted;
};
void post_reader_init(struct post_reader *r, const struct post *p);
void post_reader_pass(struct post_reader *r, struct str line);

/* The first line with text behind the cursor's line, within POST_BELOW bytes,
 * and what follows it. */
enum { POST_BELOW = 2048 };
struct str post_below(const struct post *p, struct str *line);

#endif
