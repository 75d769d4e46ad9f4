#include "ngram/evidence.h"
#include "ngram/kin.h"
#include "ngram/pattern.h"
#include "ngram/recall.h"

#include <math.h>
#include <string.h>

enum {
    /* Places of a chain that are looked at, and that count. */
    OWN_VISITS = 256,
    OWN_HITS = 96,
    OTHERS_VISITS = 400, /* in all of them together */
    OTHERS_HITS = 96,
    SOURCE_VISITS = 48,
    NEAR_BEFORE = 400, /* tokens that are near the site */
    NEAR_BEHIND = 200,
    MAX_NAMES = 24,    /* of which the nearest names are candidates */
    WORD_VISITS = 2000 /* words that begin like the half-typed one */
};

static const float others_weight = 0.3f, shape_weight = 0.1f, escape = 0.35f,
                   mapped_weight = 0.5f, pattern_weight = 0.1f;

static bool fits(const void *site, uint32_t id)
{
    const struct site *s = site;
    return s->partial.len == 0 ||
           str_starts(vocabulary_text(&s->library->words, id), s->partial);
}

struct candidate *evidence_add(struct evidence *e, uint32_t id)
{
    return candidates_add(&e->candidates, id, fits, e->site);
}

/* A chain of one text that is read. */
struct reading {
    const struct source *source;
    enum chain chain;
    uint64_t hash; /* of the site's context */
    bool own;
    unsigned visits, hits; /* left */
};

static struct likeness compare(const struct site *s, uint32_t barrier,
                               const struct block *b, unsigned i)
{
    struct likeness l = likeness_start(b->tokens[i]);
    size_t reach = s->count < SIMILAR_REACH ? s->count : SIMILAR_REACH;
    const uint32_t *here = s->tokens + s->count;
    for (size_t n = 1; n <= reach && block_back(&b, &i); n++)
        if (block_slot(b, i) == barrier ||
            !likeness_add(&l, b->tokens[i], here[-(ptrdiff_t)n]))
            break;
    return l;
}

/* How many of the tokens below the site's line stand below the place's, too. */
static uint8_t compare_following(const struct site *s, const struct block *b,
                                 unsigned i)
{
    uint8_t equal = 0;
    unsigned left = FOLLOWING_REACH;
    while (s->n_following && left && !is_newline(b->tokens[i]) &&
           block_on(&b, &i))
        left--;
    if (!s->n_following || !left || !b)
        return 0;
    while (equal < s->n_following && block_on(&b, &i) &&
           b->tokens[i] == s->following[equal])
        equal++;
    return equal;
}

static bool is_usable(const struct site *s, bool own, const struct block *b,
                      unsigned i)
{
    return site_admits(s, b->tokens[i], b->prose >> i & 1, b->quiet >> i & 1) &&
           (!own || !site_in_gap(s, b, i));
}

/* Longer contexts know better whether a space comes. */
static float spacing_weight(const struct likeness *l)
{
    float n = l->equal < 16 ? (float)l->equal : 16.0f;
    return 1.0f + n * n;
}

static void note_spacing(struct candidate *c, bool spaced, float weight)
{
    *(spaced ? &c->spaced : &c->together) += weight;
}

bool evidence_count_shape(struct evidence *e, uint32_t id, bool spaced,
                          float weight)
{
    struct candidate *c = evidence_add(e, id);
    if (!c)
        return false;
    c->shape += weight;
    note_spacing(c, spaced, weight * shape_weight);
    return true;
}

/* The site's token that stands where the place has another like `id`. */
static uint32_t counterpart(const struct site *s, uint32_t id,
                            const uint32_t *before, size_t n)
{
    for (size_t i = 0; i < n && i < s->count; i++)
        if (before[i] == id)
            return s->tokens[s->count - 1 - i];
    return ID_NONE;
}

bool evidence_count_pattern(struct evidence *e, uint32_t id,
                            const uint32_t *before, size_t n, bool spaced,
                            float weight)
{
    const struct vocabulary *words = &e->site->library->words;
    uint32_t here = id;
    bool name = vocabulary_is_name(words, id);
    if (name) {
        here = counterpart(e->site, id, before, n);
        if (!vocabulary_is_name(words, here))
            here = ID_NONE;
    }
    struct candidate *c = here ? evidence_add(e, here) : NULL;
    e->patterns += weight;
    e->names += here ? 0.0f : weight;
    if (!c)
        return true;
    *(name ? &c->cast : &c->pattern) += weight;
    note_spacing(c, spaced, weight * shape_weight);
    return true;
}

static bool read_pattern(struct evidence *e, const struct reading *r,
                         const struct block *b, unsigned i)
{
    const struct vocabulary *words = &e->site->library->words;
    uint32_t before[PATTERN_REACH], id = b->tokens[i];
    bool spaced = b->spaced >> i & 1;
    struct pattern p = {0};
    size_t n = 0;
    if (!is_usable(e->site, r->own, b, i))
        return false;
    bool more = true;
    while (n < PATTERN_REACH && block_back(&b, &i)) {
        if (r->own && block_slot(b, i) == e->site->barrier)
            break;
        more = more && pattern_add(&p, words, b->tokens[i]);
        if (!more && p.hash != r->hash)
            return false;
        before[n++] = b->tokens[i];
    }
    return p.hash == r->hash &&
           evidence_count_pattern(e, id, before, n, spaced,
                                  r->own ? 1.0f : others_weight);
}

static bool read_shape(struct evidence *e, const struct reading *r,
                       const struct block *b, unsigned i)
{
    const struct block *before = b;
    unsigned at = i;
    if (b->tags[i] != index_tag(r->hash) || !is_usable(e->site, r->own, b, i) ||
        (r->own && block_back(&before, &at) &&
         block_slot(before, at) == e->site->barrier))
        return false;
    return evidence_count_shape(e, b->tokens[i], b->spaced >> i & 1,
                                r->own ? 1.0f : others_weight);
}

/* The name that stands for the place's own here, in other surroundings. */
static void count_mapped(struct evidence *e, const struct likeness *l,
                         struct candidate *original, bool spaced, float weight)
{
    const struct vocabulary *words = &e->site->library->words;
    if (!l->mapped || !vocabulary_is_name(words, l->id) ||
        !vocabulary_is_name(words, l->mapped))
        return;
    weight *= (float)l->same / SIMILAR_REACH;
    if (original)
        original->replaced += weight;
    struct candidate *c = evidence_add(e, l->mapped);
    if (!c)
        return;
    c->mapped += weight;
    note_spacing(c, spaced, weight);
}

static void count_following(struct evidence *e, struct candidate *c,
                            const struct likeness *l, float weight)
{
    float follows = (float)l->follows / SITE_FOLLOWING;
    c->follows = fmaxf(c->follows, follows);
    c->following += follows * follows * weight;
    e->following += follows * follows * weight;
}

static void count_own(struct evidence *e, struct candidate *c,
                      const struct block *b, const struct likeness *l)
{
    float similar = (float)l->same / SIMILAR_REACH;
    int level = context_level(l->equal);
    uint32_t here = e->site->rank;
    uint32_t distance = b->rank > here ? b->rank - here : here - b->rank;
    c->own[level] += 1.0f;
    c->own_similar = fmaxf(c->own_similar, similar);
    c->distance = distance < c->distance ? distance : c->distance;
    e->own_level = level > e->own_level ? level : e->own_level;
    c->similar += similar * similar;
    e->similar += similar * similar;
    count_following(e, c, l, 1.0f);
}

bool evidence_count_other(struct evidence *e, const struct likeness *l,
                          bool spaced, float weight)
{
    struct candidate *c = evidence_add(e, l->id);
    count_mapped(e, l, c, spaced, weight);
    if (!c)
        return false;
    float similar = (float)l->same / SIMILAR_REACH;
    int level = context_level(l->equal);
    c->others[level] += weight;
    c->others_similar = fmaxf(c->others_similar, similar);
    e->others_level = level > e->others_level ? level : e->others_level;
    c->similar += similar * similar * weight;
    e->similar += similar * similar * weight;
    count_following(e, c, l, weight);
    note_spacing(c, spaced, weight * spacing_weight(l));
    return true;
}

static bool read_equal(struct evidence *e, const struct reading *r,
                       const struct block *b, unsigned i)
{
    const struct site *s = e->site;
    bool spaced = b->spaced >> i & 1;
    struct likeness l = compare(s, r->own ? s->barrier : NO_SLOT, b, i);
    /* Each place counts in one chain. */
    if (r->chain == CHAIN_ONE ? l.equal != 1 : l.equal < 2)
        return false;
    if (!is_usable(s, r->own, b, i))
        return false;
    l.follows = compare_following(s, b, i);
    if (!r->own)
        return evidence_count_other(e, &l, spaced, others_weight);
    struct candidate *c = evidence_add(e, l.id);
    count_mapped(e, &l, c, spaced, 1.0f);
    if (!c)
        return false;
    count_own(e, c, b, &l);
    note_spacing(c, spaced, spacing_weight(&l));
    return true;
}

static void read_chain(struct evidence *e, struct reading *r)
{
    const struct index *ix = &r->source->index;
    uint32_t slot = index_first(ix, r->chain, r->hash);
    while (slot != NO_SLOT && r->visits && r->hits) {
        const struct block *b = index_at(ix, slot);
        unsigned i = slot % BLOCK_TOKENS;
        r->visits--;
        r->hits -= r->chain == CHAIN_SHAPE     ? read_shape(e, r, b, i)
                   : r->chain == CHAIN_PATTERN ? read_pattern(e, r, b, i)
                                               : read_equal(e, r, b, i);
        slot = slot_get(b->links[i][r->chain].next);
    }
}

static void read_own(struct evidence *e, enum chain chain, uint64_t hash)
{
    struct reading r = {e->site->source, chain,   hash, true,
                        OWN_VISITS,      OWN_HITS};
    if (r.source)
        read_chain(e, &r);
}

/* The texts that changed last come first. */
static void read_others(struct evidence *e, enum chain chain, uint64_t hash)
{
    struct reading r = {NULL, chain, hash, false, 0, OTHERS_HITS};
    unsigned left = OTHERS_VISITS;
    for (r.source = e->site->library->newest; r.source && left && r.hits;
         r.source = r.source->older) {
        if (r.source == e->site->source)
            continue;
        unsigned visits = left < SOURCE_VISITS ? left : SOURCE_VISITS;
        r.visits = visits;
        read_chain(e, &r);
        left -= visits - r.visits;
    }
}

static void read_chains(struct evidence *e)
{
    const struct site *s = e->site;
    for (enum chain c = 0; c < CHAIN_COUNT; c++) {
        uint64_t hash = index_hash(&s->library->words, c, s->tokens, s->count);
        read_own(e, c, hash);
        if (c != CHAIN_ONE) /* too little to tell in other texts */
            read_others(e, c, hash);
    }
}

/* Whether a word near the site is a candidate for that alone:
 * it may complete a half-typed one, or be one of the few nearest names. */
static bool is_recent(struct evidence *e, uint32_t id)
{
    const struct site *s = e->site;
    if (s->partial.len)
        return true;
    if (e->recent == MAX_NAMES || s->prose ||
        !vocabulary_is_name(&s->library->words, id) ||
        candidates_find(&e->candidates, id))
        return false;
    e->recent++;
    return true;
}

/* Near words also support the candidates that are there. */
static struct candidate *near_word(struct evidence *e, uint32_t id,
                                   size_t tokens, float weight)
{
    if (id < ID_FIRST)
        return NULL;
    struct candidate *c = is_recent(e, id)
                              ? evidence_add(e, id)
                              : candidates_find(&e->candidates, id);
    if (!c)
        return NULL;
    c->near++;
    c->own[0] += weight / (1.0f + (float)tokens / 50.0f);
    return c;
}

static void read_near(struct evidence *e)
{
    const struct site *s = e->site;
    for (size_t n = 1; n <= s->count && n <= NEAR_BEFORE; n++) {
        struct candidate *c = near_word(e, s->tokens[s->count - n], n, 1.0f);
        if (c && !c->before)
            c->before = (uint16_t)n;
    }
    const struct block *b = s->gap_end.block;
    unsigned at = s->gap_end.at;
    for (size_t n = 1; b && n < NEAR_BEHIND; n++) {
        struct candidate *c = near_word(e, b->tokens[at], n, 0.5f);
        if (c && !c->after)
            c->after = (uint16_t)n;
        for (at++; b && at == b->count; at = 0)
            b = b->next;
    }
}

/* Words of any text that begin with what is typed. */
static void read_words(struct evidence *e)
{
    const struct site *s = e->site;
    const struct vocabulary *v = &s->library->words;
    uint32_t id = s->partial.len < 2 ? 0 : vocabulary_first(v, s->partial);
    for (int visits = 0; id && visits < WORD_VISITS; visits++) {
        struct candidate *c = fits(s, id) ? evidence_add(e, id) : NULL;
        if (c)
            c->others[0] += 0.03f * log1pf((float)v->words[id].uses);
        id = vocabulary_next(v, id);
    }
}

static void add_kin(void *evidence, uint32_t id, unsigned nth)
{
    struct candidate *c = evidence_add(evidence, id);
    if (!c || c->kin)
        return;
    c->kin = (uint8_t)nth;
    c->own[0] += 0.05f / (float)nth;
}

/* What is likely in all code is a candidate even where no text says so. */
static void add_grammar(struct evidence *e)
{
    const struct vocabulary *words = &e->site->library->words;
    static const char marks[] = "()[]{}.,:;=\"'";
    if (e->site->partial.len || e->site->prose)
        return;
    for (const char *c = marks; *c; c++) {
        struct str mark = {(char *)c, 1};
        evidence_add(e, words->common[kind_of(mark)]);
    }
    for (uint32_t turn = NEWLINE_SAME; turn <= NEWLINE_SHALLOWER; turn++)
        evidence_add(e, ID_NEWLINE + turn);
}

static bool is_word(const struct site *s, uint32_t id)
{
    struct str text = vocabulary_text(&s->library->words, id);
    return text.len && lexer_in_word(*text.ptr);
}

/* Whether a space comes before a word, or a mark, when nothing is known of
 * that here: as before the other candidates, else as most people do. */
static void settle_spacing(struct evidence *e)
{
    const struct site *s = e->site;
    uint32_t last = s->count ? s->tokens[s->count - 1] : ID_NONE;
    float spaced[2] = {0}, together[2] = {0};
    for (unsigned i = 0; i < e->candidates.count; i++) {
        const struct candidate *c = &e->candidates.at[i];
        spaced[is_word(s, c->id)] += c->spaced;
        together[is_word(s, c->id)] += c->together;
    }
    struct str text = vocabulary_text(&s->library->words, last);
    bool apart = text.len && strchr(",=:+<>?|&", text.ptr[text.len - 1]);
    for (unsigned i = 0; i < e->candidates.count; i++) {
        struct candidate *c = &e->candidates.at[i];
        bool word = is_word(s, c->id);
        if (c->spaced > 0.0f || c->together > 0.0f)
            continue;
        bool known = spaced[word] + together[word] > 0.0f;
        bool space = known ? spaced[word] > together[word] : apart;
        note_spacing(c, space, 0.01f);
    }
}

/* Each candidate's share at each level, of what longer contexts leave. */
static void blend(const struct candidates *list, float own, float others,
                  float *result)
{
    float left = 1.0f, sums[CANDIDATES] = {0};
    memset(result, 0, CANDIDATES * sizeof *result);
    for (int level = CONTEXT_LEVELS; level >= 0; level--) {
        float total = 0.0f, distinct = 0.0f;
        for (unsigned i = 0; i < list->count; i++) {
            const struct candidate *c = &list->at[i];
            sums[i] += own * c->own[level] + others * c->others[level];
            total += sums[i];
            distinct += sums[i] > 0.0f;
        }
        if (total <= 0.0f)
            continue;
        float known = total / (total + escape * distinct);
        for (unsigned i = 0; i < list->count; i++)
            result[i] += left * known * sums[i] / total;
        left *= 1.0f - known;
    }
}

static void blend_all(struct candidates *list, float patterns)
{
    float both[CANDIDATES], own[CANDIDATES], others[CANDIDATES];
    float shapes = 0.0f, distinct = 0.0f;
    blend(list, 1.0f, 1.0f, both);
    blend(list, 1.0f, 0.0f, own);
    blend(list, 0.0f, 1.0f / others_weight, others);
    for (unsigned i = 0; i < list->count; i++) {
        shapes += list->at[i].shape;
        distinct += list->at[i].shape > 0.0f;
    }
    for (unsigned i = 0; i < list->count; i++) {
        struct candidate *c = &list->at[i];
        c->p_shape =
            shapes > 0.0f ? c->shape / (shapes + escape * distinct) : 0.0f;
        c->p_pattern = patterns > 0.0f ? c->pattern / (patterns + escape) : 0;
        c->p_cast = patterns > 0.0f ? c->cast / (patterns + escape) : 0;
        c->p = both[i] + shape_weight * c->p_shape +
               pattern_weight * (c->p_pattern + c->p_cast) +
               mapped_weight * c->mapped / (c->mapped + 1.0f);
        c->p_own = own[i];
        c->p_others = others[i];
    }
}

void evidence_collect(struct evidence *e, const struct site *s)
{
    e->site = s;
    e->own_level = e->others_level = -1;
    e->similar = e->following = 0.0f;
    e->recent = 0;
    e->patterns = e->names = 0.0f;
    candidates_clear(&e->candidates);
    read_chains(e);
    recall(e);
    read_near(e);
    read_words(e);
    if (!s->prose)
        kin_each(s, add_kin, e);
    add_grammar(e);
    settle_spacing(e);
    blend_all(&e->candidates, e->patterns);
}
