/*
 * What the learned texts say about the next token. The places that follow
 * an equal context, or a line of the same shape, are looked up in the edited
 * text and in the others; what followed there becomes a candidate, described
 * by numbers that ngram/mixer.h weighs.
 *
 * Counts of long and short contexts are blended as in PPM (Cleary and Witten
 * 1984; escapes by Witten and Bell 1991), for the edited text alone, for the
 * others, and for both, the edited one weighing most (a cache model: Tu, Su
 * and Devanbu 2014, Hellendoorn and Devanbu 2017).
 */
#ifndef NGRAM_EVIDENCE_H
#define NGRAM_EVIDENCE_H

#include "ngram/candidates.h"
#include "ngram/site.h"

enum {
    SIMILAR_REACH = 32,  /* tokens before a place that are compared */
    FOLLOWING_REACH = 24 /* behind it, within which its line ends */
};

struct evidence {
    const struct site *site;
    struct candidates candidates;
    int own_level, others_level; /* of the longest equal context; -1: none */
    float similar, following;    /* over all candidates */
    float patterns, names; /* places of the same pattern; new names there */
    unsigned recent;       /* candidates for being near alone */
};

/* Find or add a candidate; NULL when it does not fit what is typed. */
struct candidate *evidence_add(struct evidence *e, uint32_t id);

/*
 * How a place resembles the site: the equal tokens before it; how many of the
 * tokens at equal distances are the same, which finds copies that were changed
 * a little; and when the token at the place stood before it where the site
 * has another one, that one: "b = f(b" says "a = f(a".
 */
struct likeness {
    uint32_t id; /* at the place */
    uint32_t mapped;
    uint8_t equal, same;
    uint8_t follows; /* equal tokens of the lines below */
    bool all;
};

static inline struct likeness likeness_start(uint32_t id)
{
    return (struct likeness){.id = id, .all = true};
}

/* Compare one more token backwards; false when it is not worth going on. */
static inline bool likeness_add(struct likeness *l, uint32_t there,
                                uint32_t here)
{
    bool same = there == here && there != ID_NONE;
    l->all = l->all && same;
    l->equal += l->all;
    l->same += same;
    if (!same && there == l->id && !l->mapped && here >= ID_FIRST)
        l->mapped = here;
    return l->all || l->equal >= 2;
}

/* Count what stands at a place in another text. False when it does not fit. */
bool evidence_count_other(struct evidence *e, const struct likeness *l,
                          bool spaced, float weight);
bool evidence_count_shape(struct evidence *e, uint32_t id, bool spaced,
                          float weight);

/* Count what stands at a place of the same pattern, with the tokens before it
 * there: `before[n - 1]` is the one n tokens before. */
bool evidence_count_pattern(struct evidence *e, uint32_t id,
                            const uint32_t *before, size_t n, bool spaced,
                            float weight);

void evidence_collect(struct evidence *e, const struct site *s);

#endif
