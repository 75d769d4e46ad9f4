/* The tokens that may come next, by their ids, with what speaks for each. */
#ifndef NGRAM_CANDIDATES_H
#define NGRAM_CANDIDATES_H

#include "base/str.h"

#include <stdint.h>

enum {
    CANDIDATES = 96,       /* that are kept */
    CANDIDATES_SEEN = 512, /* ids in the table, the unfit ones too */
    CONTEXT_LEVELS = 10    /* lengths of context that are told apart */
};

/* In tokens. Level n is candidate_orders[n - 1]; level 0 has no context. */
extern const uint8_t context_orders[CONTEXT_LEVELS];
int context_level(unsigned tokens);

struct candidate {
    uint32_t id;
    float spaced, together; /* occurrences with white space before it */
    /* Occurrences behind an equal context, in the edited text and in others,
     * by the longest one; [0] for being near, or anywhere. */
    float own[CONTEXT_LEVELS + 1], others[CONTEXT_LEVELS + 1];
    float own_similar, others_similar; /* the best one's surroundings, 0..1 */
    float similar;                     /* those of all, squared and added */
    float follows, following; /* the same for the lines below: best, all */
    uint32_t distance; /* of the nearest one in the edited text, in blocks */
    float mapped, replaced; /* see struct likeness */
    float shape;            /* occurrences behind a line of the same shape */
    float pattern, cast;    /* of the same pattern: itself, or in its place */
    uint8_t
        kin; /* how near the name is of which it is a form, from 1; 0: none */
    uint16_t near, before, after; /* how many are near; tokens to the next */
    float p, p_own, p_others, p_shape; /* blended */
    float p_pattern, p_cast;
};

struct candidates {
    struct candidate at[CANDIDATES];
    unsigned count;
    uint32_t ids[CANDIDATES_SEEN];  /* by hash; 0: free */
    uint8_t index[CANDIDATES_SEEN]; /* CANDIDATES: it does not fit */
    unsigned seen;
};

void candidates_clear(struct candidates *c);

/* NULL when it is none. */
struct candidate *candidates_find(struct candidates *c, uint32_t id);

/* Find or add. `fits` decides on an id that is new; NULL when it does not, or
 * too many are there. */
typedef bool candidate_fits(const void *arg, uint32_t id);
struct candidate *candidates_add(struct candidates *c, uint32_t id,
                                 candidate_fits *fits, const void *arg);

#endif
