#include "ngram/recall.h"
#include "ngram/pattern.h"

/* How a chain is read: places that are looked at, and that count, in all
 * segments together; each place counts in the chain of its context's length. */
static const struct reading {
    enum archive_chain chain;
    uint16_t visits, hits;
    uint8_t least, below; /* equal tokens */
} readings[] = {
    {ARCHIVE_EIGHT, 96, 48, 8, UINT8_MAX},
    {ARCHIVE_FOUR, 96, 48, 4, 8},
    {ARCHIVE_TWO, 96, 48, 2, 4},
    {ARCHIVE_SHAPE, 64, 32, 0, UINT8_MAX},
    {ARCHIVE_PATTERN, 64, 32, 0, UINT8_MAX},
};

static const float weight = 0.2f;

/* Compares as the open buffers' blocks are compared (evidence.c). */
static struct likeness compare(const struct site *s, const struct segment *in,
                               uint32_t at)
{
    struct likeness l = likeness_start(in->tokens[at] & ARCHIVE_ID);
    size_t reach = s->count < SIMILAR_REACH ? s->count : SIMILAR_REACH;
    const uint32_t *here = s->tokens + s->count;
    if (reach > at)
        reach = at;
    for (size_t n = 1; n <= reach; n++)
        if (!likeness_add(&l, in->tokens[at - n] & ARCHIVE_ID,
                          here[-(ptrdiff_t)n]))
            break;
    return l;
}

/* Likewise (evidence.c). */
static uint8_t compare_following(const struct site *s, const struct segment *in,
                                 uint32_t at)
{
    uint32_t end =
        at + FOLLOWING_REACH < in->count ? at + FOLLOWING_REACH : in->count;
    uint8_t equal = 0;
    if (!s->n_following)
        return 0;
    while (at < end && !is_newline(in->tokens[at] & ARCHIVE_ID))
        at++;
    if (at == end)
        return 0;
    while (equal < s->n_following && ++at < in->count &&
           (in->tokens[at] & ARCHIVE_ID) == s->following[equal])
        equal++;
    return equal;
}

static bool read_pattern(struct evidence *e, uint64_t hash,
                         const struct segment *in, uint32_t at, uint32_t id,
                         bool spaced)
{
    const struct vocabulary *words = &e->site->library->words;
    uint32_t before[PATTERN_REACH];
    struct pattern p = {0};
    size_t n = 0;
    bool more = true;
    while (n < PATTERN_REACH && n < at) {
        uint32_t token = in->tokens[at - 1 - n] & ARCHIVE_ID;
        more = more && pattern_add(&p, words, token);
        if (!more && p.hash != hash)
            return false;
        before[n++] = token;
    }
    return p.hash == hash &&
           evidence_count_pattern(e, id, before, n, spaced, weight);
}

static bool read_place(struct evidence *e, const struct reading *r,
                       uint64_t hash, const struct segment *in, uint32_t at)
{
    uint32_t token = in->tokens[at], id = token & ARCHIVE_ID;
    bool spaced = token & ARCHIVE_SPACED;
    if (id == ID_NONE ||
        !site_admits(e->site, id, token & ARCHIVE_PROSE, token & ARCHIVE_QUIET))
        return false;
    if (r->chain == ARCHIVE_PATTERN)
        return read_pattern(e, hash, in, at, id, spaced);
    if (!r->least)
        return evidence_count_shape(e, id, spaced, weight);
    struct likeness l = compare(e->site, in, at);
    if (l.equal < r->least || l.equal >= r->below)
        return false;
    l.follows = compare_following(e->site, in, at);
    return evidence_count_other(e, &l, spaced, weight);
}

static void read_chain(struct evidence *e, const struct reading *r,
                       uint64_t hash)
{
    const struct archive *a = &e->site->library->archive;
    if (!hash)
        return;
    uint32_t tag = archive_tag(hash);
    unsigned hits = r->hits, share = r->visits / a->n_segments + 8;
    for (uint32_t i = 0; i < a->n_segments && hits; i++) {
        const struct segment *s = a->segments[i];
        uint32_t at = segment_first(s, r->chain, hash);
        for (unsigned visits = share; at && visits && hits; visits--) {
            uint32_t link = s->links[r->chain][--at];
            bool same = (link >> ARCHIVE_TAG_SHIFT << ARCHIVE_TAG_SHIFT) == tag;
            hits -= same && read_place(e, r, hash, s, at);
            at = link & ((1u << ARCHIVE_TAG_SHIFT) - 1);
        }
    }
}

void recall(struct evidence *e)
{
    const struct library *l = e->site->library;
    uint64_t hashes[ARCHIVE_CHAINS];
    if (!l->archive.n_segments)
        return;
    archive_hashes(&l->words, e->site->tokens, e->site->count, hashes);
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
        read_chain(e, &readings[i], hashes[readings[i].chain]);
}
