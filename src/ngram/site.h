/*
 * Where a prediction is made: the tokens before it, the half-typed word, and
 * the same place in the learned text, which must not predict itself.
 */
#ifndef NGRAM_SITE_H
#define NGRAM_SITE_H

#include "ngram/library.h"
#include "ngram/ngram.h"

enum { SITE_TOKENS = 512, SITE_FOLLOWING = 8 };

struct site {
    const struct library *library;
    const struct source *source;  /* NULL: nothing of this text was learned */
    uint32_t tokens[SITE_TOKENS]; /* the last ones before the site */
    size_t count;
    struct str partial; /* what is typed of a word, or empty */
    bool prose;         /* in a comment or doc string */
    bool quiet;         /* in the comment that opens the file */
    bool spaced;        /* white space stands before the cursor */
    bool line_start;    /* nothing else stands on the line before it */
    bool indented;      /* the line is */
    char outer;         /* the innermost bracket that was opened on a line
                           before and is not closed; 0: none */
    unsigned local;     /* the last tokens that are of the same function */

    /* The site in the learned text: what stands in [gap, gap_end) is half
     * typed or gone; behind it is evidence like any other, but no context
     * reaches over its end, which is behind the slot `barrier`. */
    struct place gap, gap_end;
    uint32_t barrier;
    uint32_t rank; /* of the block where it lies; for distances */
    /* The first tokens of the line below, and of those below it. */
    uint32_t following[SITE_FOLLOWING];
    unsigned n_following;
};

/* `syntax`: NULL where nothing is known of it. Lines and tokens then tell. */
void site_init(struct site *s, const struct library *l, struct str key,
               struct str prefix, struct str suffix,
               const struct ngram_syntax *syntax);

/* Go on behind one more token. */
void site_push(struct site *s, uint32_t id);

/* Whether such a token may be suggested: what is written in comments stays in
 * comments, and licences where licences are. */
static inline bool site_admits(const struct site *s, uint32_t id, bool prose,
                               bool quiet)
{
    return (!quiet || s->quiet) && (id < ID_FIRST || prose == s->prose);
}

/* Whether the token at `i` of a block of the site's source is in the gap. */
bool site_in_gap(const struct site *s, const struct block *b, unsigned i);

#endif
