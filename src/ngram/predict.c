#include "ngram/predict.h"

#include <math.h>
#include <string.h>

enum {
    CANDIDATES = 64,
    TABLE = 256, /* of candidates by id; a power of two */
    LEVELS = 10,
    RECENT_TOKENS = 400
};

/* The lengths of context that are told apart. */
static const uint8_t orders[LEVELS] = {1, 2, 3, 4, 5, 6, 8, 12, 16, 24};
enum { MAX_ORDER = 24 };

/*
 * How a chain is read: matches of [least, below) tokens count, in other
 * sources only where `others`; so each place counts in one chain.
 */
static const struct reading {
    enum chain chain;
    uint8_t least, below;
    bool others;
    uint16_t visits, hits; /* at most */
} readings[] = {
    {CHAIN_ANY_6, 6, UINT8_MAX, false, 256, 64},
    {CHAIN_OWN_3, 3, 6, false, 256, 64},
    {CHAIN_ANY_2, 2, 6, true, 256, 64},
    {CHAIN_OWN_1, 1, 3, false, 512, 128},
};

static const float own_weight = 1.0f, other_weight = 0.3f, escape = 0.35f;

struct candidate {
    uint32_t id;
    bool fits; /* begins with what is typed, and is not prose in code */
    float spaced, together;
    float counts[LEVELS + 1]; /* by level; [0] without context */
    float p;
};

struct tally {
    const struct site *site;
    struct candidate candidates[CANDIDATES];
    unsigned count;
    uint8_t table[TABLE]; /* index + 1 */
};

static bool fits(const struct site *s, uint32_t id)
{
    if (s->partial.len == 0)
        return id != ID_NONE;
    return str_starts(vocabulary_text(&s->m->words, id), s->partial);
}

/* NULL when it does not fit, or too many do. */
static struct candidate *candidate(struct tally *t, uint32_t id)
{
    unsigned at = id * 2654435761u >> 24;
    for (; t->table[at]; at = (at + 1) % TABLE) {
        struct candidate *c = &t->candidates[t->table[at] - 1];
        if (c->id == id)
            return c->fits ? c : NULL;
    }
    if (t->count == CANDIDATES)
        return NULL;
    struct candidate *c = &t->candidates[t->count++];
    t->table[at] = (uint8_t)t->count;
    memset(c, 0, sizeof *c);
    c->id = id;
    c->fits = fits(t->site, id);
    return c->fits ? c : NULL;
}

/* How many tokens before the slot equal those before the site. */
static unsigned match(const struct site *s, const struct block *b, unsigned i)
{
    size_t left = s->count < MAX_ORDER ? s->count : MAX_ORDER;
    const uint32_t *end = s->tokens + s->count;
    unsigned n = 0;
    while (n < left && block_back(&b, &i)) {
        uint32_t token = b->tokens[i];
        if (token != end[-1 - (ptrdiff_t)n] || token == ID_NONE ||
            block_slot(b, i) == s->barrier)
            break;
        n++;
    }
    return n;
}

static unsigned level_of(unsigned matched)
{
    unsigned level = LEVELS;
    while (orders[level - 1] > matched)
        level--;
    return level;
}

static bool usable(const struct site *s, const struct block *b, unsigned i)
{
    uint64_t bit = UINT64_C(1) << i;
    if (b->quiet & bit)
        return false;
    if (b->tokens[i] >= ID_FIRST && !(b->prose & bit) != !s->prose)
        return false;
    return !s->source || b->source != s->source->number ||
           !site_in_gap(s, b, i);
}

static bool read_place(struct tally *t, const struct reading *r,
                       const struct block *b, unsigned i)
{
    const struct site *s = t->site;
    bool own = s->source && b->source == s->source->number;
    if (r->others && own)
        return false;
    unsigned matched = match(s, b, i);
    if (matched < r->least || matched >= r->below || !usable(s, b, i))
        return false;
    struct candidate *c = candidate(t, b->tokens[i]);
    if (!c)
        return false;
    float weight = own ? own_weight : other_weight;
    c->counts[level_of(matched)] += weight;
    *(b->spaced >> i & 1 ? &c->spaced : &c->together) += weight;
    return true;
}

static void read_chain(struct tally *t, const struct reading *r)
{
    const struct site *s = t->site;
    const struct index *ix = &s->m->index;
    uint32_t slot = index_first(ix, r->chain, s->source ? s->source->number : 0,
                                s->tokens, s->count);
    unsigned hits = 0;
    for (unsigned visits = 0;
         slot != NO_SLOT && visits < r->visits && hits < r->hits; visits++) {
        hits += read_place(t, r, index_at(ix, slot), slot % BLOCK_TOKENS);
        slot = index_next(ix, r->chain, slot);
    }
}

/* Words that begin with what is typed: of the text near the site, and of all
 * texts. */
static void read_words(struct tally *t)
{
    const struct site *s = t->site;
    const struct vocabulary *v = &s->m->words;
    size_t first = s->count > RECENT_TOKENS ? s->count - RECENT_TOKENS : 0;
    for (size_t i = first; i < s->count; i++) {
        struct candidate *c = NULL;
        if (s->tokens[i] >= ID_FIRST && fits(s, s->tokens[i]))
            c = candidate(t, s->tokens[i]);
        if (c)
            c->counts[0] += 1.0f / (1.0f + (float)(s->count - i) / 50.0f);
    }
    if (s->partial.len < 2)
        return;
    uint32_t id = vocabulary_first(v, s->partial);
    for (int visits = 0; id && visits < 2000; visits++) {
        struct candidate *c = fits(s, id) ? candidate(t, id) : NULL;
        if (c)
            c->counts[0] += 0.02f * log1pf((float)v->words[id].uses);
        id = vocabulary_next(v, id);
    }
}

static void blend(struct tally *t)
{
    float left = 1.0f;
    float total = 0.0f, distinct = 0.0f, sums[CANDIDATES] = {0};
    for (int level = LEVELS; level >= 0; level--) {
        distinct = total = 0.0f;
        for (unsigned i = 0; i < t->count; i++) {
            sums[i] += t->candidates[i].counts[level];
            total += sums[i];
            distinct += sums[i] > 0.0f;
        }
        if (total <= 0.0f)
            continue;
        float known = total / (total + escape * distinct);
        for (unsigned i = 0; i < t->count; i++)
            t->candidates[i].p += left * known * sums[i] / total;
        left *= 1.0f - known;
    }
}

size_t predict(const struct site *s, struct guess *guesses, size_t max)
{
    struct tally t;
    t.site = s;
    t.count = 0;
    memset(t.table, 0, sizeof t.table);
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
        read_chain(&t, &readings[i]);
    if (s->partial.len)
        read_words(&t);
    blend(&t);
    size_t n = 0;
    for (unsigned i = 0; i < t.count; i++) {
        const struct candidate *c = &t.candidates[i];
        if (!c->fits || c->p <= 0.0f)
            continue;
        size_t at = n < max ? n++ : max;
        while (at > 0 && (at == max || guesses[at - 1].p < c->p)) {
            if (at == max && guesses[at - 1].p >= c->p)
                break;
            if (at < max)
                guesses[at] = guesses[at - 1];
            at--;
        }
        if (at < max)
            guesses[at] = (struct guess){c->id, c->p, c->spaced > c->together};
    }
    return n;
}
