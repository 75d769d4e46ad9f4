#include "ngram/candidates.h"

#include <string.h>

const uint8_t context_orders[CONTEXT_LEVELS] = {1, 2, 3,  4,  5,
                                                6, 8, 12, 16, 24};

int context_level(unsigned tokens)
{
    int level = CONTEXT_LEVELS;
    while (level > 0 && context_orders[level - 1] > tokens)
        level--;
    return level;
}

void candidates_clear(struct candidates *c)
{
    c->count = c->seen = 0;
    memset(c->ids, 0, sizeof c->ids);
}

/* Where the id is in the table, or would go. */
static unsigned find(const struct candidates *c, uint32_t id)
{
    unsigned at = (id * 2654435761u >> 16) % CANDIDATES_SEEN;
    while (c->ids[at] && c->ids[at] != id)
        at = (at + 1) % CANDIDATES_SEEN;
    return at;
}

struct candidate *candidates_find(struct candidates *c, uint32_t id)
{
    unsigned at = find(c, id);
    return c->ids[at] && c->index[at] < CANDIDATES ? &c->at[c->index[at]]
                                                   : NULL;
}

struct candidate *candidates_add(struct candidates *c, uint32_t id,
                                 candidate_fits *fits, const void *arg)
{
    unsigned at = find(c, id);
    if (c->ids[at])
        return c->index[at] < CANDIDATES ? &c->at[c->index[at]] : NULL;
    if (id == 0 || c->seen == CANDIDATES_SEEN / 4 * 3)
        return NULL;
    bool fit = c->count < CANDIDATES && fits(arg, id);
    c->ids[at] = id;
    c->index[at] = (uint8_t)(fit ? c->count : CANDIDATES);
    c->seen++;
    if (!fit)
        return NULL;
    struct candidate *new = &c->at[c->count++];
    *new = (struct candidate){.id = id, .distance = UINT32_MAX};
    return new;
}
