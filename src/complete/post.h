/*
 * What the stages of postprocess.c share. A stage changes the text in place;
 * it may only make it better, so each leaves alone what it is not sure of.
 */
#ifndef COMPLETE_POST_H
#define COMPLETE_POST_H

#include "complete/postprocess.h"

struct post {
    const struct finish *f;
    struct str before, after;           /* the buffer on either side */
    struct str line_before, line_after; /* the cursor's line likewise */
    struct spot spot;
    bool cut; /* the model wrote past the end of what was wanted */
};

typedef void post_stage(struct post *p, struct buf *text);

/* post_clean.c: bytes */
post_stage post_utf8, post_unsafe, post_line_ends, post_trim;
/* post_chat.c: what models say besides the text */
post_stage post_tokens, post_thinking, post_fence, post_prefix;
/* post_indent.c */
post_stage post_indent;
/* post_length.c */
post_stage post_extent, post_loop;
/* post_suffix.c: what stands behind the cursor already */
post_stage post_suffix, post_repeat;
/* post_balance.c */
post_stage post_balance;

/*
 * How well the buffer goes on behind `text`: up to which byte its brackets
 * and quotes match, and how many brackets are open at the end of what was
 * read.
 */
struct fit {
    size_t where; /* SIZE_MAX: all of it matches */
    size_t left;
};
struct fit post_fit(const struct post *p, struct str text);
bool fit_is_worse(struct fit a, struct fit than);

/* Replace the text by a new one, which is released. */
void post_replace(struct buf *text, struct buf *with);

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

#endif
