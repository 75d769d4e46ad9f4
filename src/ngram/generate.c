#include "ngram/generate.h"
#include "base/unicode.h"
#include "ngram/draft.h"
#include "ngram/repeat.h"

#include <math.h>
#include <string.h>

enum {
    BEAM = 4,     /* drafts that are followed side by side */
    SPREAD = 3,   /* continuations of one that are followed */
    GUESSES = 20, /* that are looked at */
    MAX_TOKENS = 160,
    MAX_GUESSES = 48, /* predictions, before only the best draft goes on */
    FEW_TOKENS = 48 /* known in all: they teach words, but no way of writing */
};

/* How much a part of a word counts as cut off. */
static const double PART_GOES_ON = 0.5, PART_BY_HAND = 1.0;

/* How much likelier than its tokens several lines may turn out to be. */
static const double BLOCK_MARGIN = 0.3;

/* Where the answer ends best so far. */
struct cut {
    struct buf text;
    double sure, worth;
    float signs[SIGN_COUNT];
};

struct search {
    const struct ngram_query *q;
    struct draft drafts[BEAM], next[BEAM];
    unsigned count, n_next;
    unsigned guesses; /* so far */
    bool weighted;    /* and not by counts alone */
    struct draft part;
    struct cut cut;
};

/* What is asked for at all costs is the likeliest whole line. */
static bool wants_all(const struct ngram_query *q)
{
    return q->threshold <= 0.0;
}

/* The confidence that it needs. */
static double least_of(const struct ngram_query *q, const struct draft *d)
{
    return d->signs.lines ? fmax(q->threshold, q->block_threshold)
                          : q->threshold;
}

/* How likely it is right. */
static double confidence(const struct search *s, const struct draft *d,
                         const float signs[SIGN_COUNT])
{
    return s->weighted ? signs_confidence(signs, d->signs.lines > 0)
                       : d->signs.p;
}

/* The answer may end here, if that saves most so far: likelihood times length;
 * less where the line clearly goes on, since nobody wants half a phrase. Within
 * the first line likelihood counts three times, since what is wrong is in the
 * way of what would be right a key later; for further lines there is a
 * threshold, and who asked by hand sees all that it may be and takes a part. */
static double worth_of(const struct search *s, const struct draft *d,
                       const struct ending *end, double sure)
{
    double next = end->next ? (double)end->next->p : 0.0;
    if (wants_all(s->q))
        return end->line ? 1.0 + d->signs.p * next : d->signs.p;
    double more = end->line ? 0.0 : next, p = sure;
    if (end->part)
        more = s->q->by_hand ? PART_BY_HAND : PART_GOES_ON;
    if (!d->signs.lines && !s->q->by_hand)
        p = sure * sure * sure;
    return p * (double)d->text.len * (1.0 - 0.5 * more);
}

static void consider(struct search *s, const struct draft *d,
                     const struct ending *end)
{
    const struct ngram_query *q = s->q;
    struct str text = buf_view(&d->text);
    float signs[SIGN_COUNT];
    if (d->signs.tokens == 0)
        return;
    signs_describe(&d->signs, end, signs);
    double sure = confidence(s, d, signs), worth = worth_of(s, d, end, sure);
    if (worth <= s->cut.worth || sure < least_of(q, d) ||
        (!d->site.prose && repeats_import(q->prefix, q->suffix, text)))
        return;
    buf_clear(&s->cut.text);
    buf_append(&s->cut.text, text);
    s->cut.sure = sure;
    s->cut.worth = worth;
    memcpy(s->cut.signs, signs, sizeof signs);
}

/* Keep the draft with this token among the likeliest of the next round. */
static void branch(struct search *s, const struct draft *d,
                   const struct guess *guess)
{
    double p = d->signs.p * (double)guess->p;
    unsigned at = 0, width = s->guesses < MAX_GUESSES ? BEAM : 1;
    while (at < s->n_next && s->next[at].signs.p >= p)
        at++;
    if (at >= width)
        return;
    struct draft spare = s->next[BEAM - 1];
    memmove(s->next + at + 1, s->next + at, (BEAM - 1 - at) * sizeof *s->next);
    s->next[at] = spare;
    if (draft_copy(&s->next[at], d) && draft_write(&s->next[at], guess)) {
        s->n_next += s->n_next < width;
        return;
    }
    spare = s->next[at];
    memmove(s->next + at, s->next + at + 1, (BEAM - 1 - at) * sizeof *s->next);
    s->next[BEAM - 1] = spare;
}

/* Whether what has this probability is worth going on with. */
static bool is_likely(const struct search *s, const struct draft *d, double p)
{
    const struct ngram_query *q = s->q;
    if (wants_all(q) && s->cut.worth > 1.0 && p <= s->cut.worth - 1.0)
        return false; /* a whole line is likelier already */
    return p >= least_of(q, d) * (d->signs.lines ? BLOCK_MARGIN : 1.0);
}

/* Whether a part of the word ends there: fooBar, foo_bar. */
static bool is_part(struct str word, size_t at)
{
    char before = word.ptr[at - 1], c = word.ptr[at];
    return before == '_' || (c >= 'A' && c <= 'Z' && before >= 'a');
}

/* Words that may come next and begin alike: what they have in common is
 * likelier than each of them. */
static void consider_parts(struct search *s, const struct draft *d,
                           const struct guess *guesses, size_t n, size_t best)
{
    const struct vocabulary *words = &d->site.library->words;
    struct str word = vocabulary_text(words, guesses[best].id);
    struct draft *part = &s->part;
    for (size_t at = d->site.partial.len + 2; at < word.len; at++) {
        struct guess all = guesses[best];
        if (!is_part(word, at))
            continue;
        for (size_t i = 0; i < n; i++)
            if (i != best && str_starts(vocabulary_text(words, guesses[i].id),
                                        str_sub(word, 0, at)))
                all.p += guesses[i].p;
        if (!is_likely(s, d, d->signs.p * (double)all.p) ||
            !draft_copy(part, d) || !draft_write(part, &all))
            continue;
        buf_truncate(&part->text, part->text.len - (word.len - at));
        consider(s, part, &(struct ending){.part = true});
    }
}

/* Of counts nobody knows how often they are right: they end with the line. */
static bool may_go_on(const struct search *s, const struct draft *d,
                      const struct guess *guess)
{
    return !draft_ends_before(d, guess) &&
           (!is_newline(guess->id) || (s->weighted && !draft_repeats_line(d)));
}

/* Go on from one draft. Of further lines only whole ones are said. */
static void expand(struct search *s, const struct draft *d)
{
    struct guess guesses[GUESSES];
    size_t n = predict(&d->site, guesses, GUESSES);
    const struct guess *first = n ? &guesses[0] : NULL;
    bool all = wants_all(s->q), ends = first && draft_ends_line(d, first);
    s->guesses++;
    if (draft_may_end(d, first))
        consider(s, d, &(struct ending){first, .line = ends});
    for (size_t i = 0; !d->signs.lines && !all && i < n && i < SPREAD; i++)
        consider_parts(s, d, guesses, n, i);
    for (size_t i = 0; i < n && i < SPREAD; i++) {
        const struct guess *g = &guesses[i];
        if (i > 0 && all && draft_ends_line(d, g) && draft_may_end(d, g))
            consider(s, d, &(struct ending){g, .line = true});
        if (!is_likely(s, d, d->signs.p * (double)g->p))
            break;
        if (may_go_on(s, d, g))
            branch(s, d, g);
    }
}

static void search_run(struct search *s)
{
    for (unsigned tokens = 0; s->count && tokens < MAX_TOKENS; tokens++) {
        s->n_next = 0;
        for (unsigned i = 0; i < s->count; i++)
            expand(s, &s->drafts[i]);
        struct draft old[BEAM];
        memcpy(old, s->drafts, sizeof old);
        memcpy(s->drafts, s->next, sizeof old);
        memcpy(s->next, old, sizeof old);
        s->count = s->n_next;
    }
}

static void search_init(struct search *s, struct order *o,
                        const struct site *start)
{
    s->q = o->q;
    s->n_next = s->guesses = 0;
    s->weighted = start->library->weights;
    s->count = 1;
    for (unsigned i = 0; i < BEAM; i++) {
        draft_init(&s->drafts[i], o, start);
        draft_init(&s->next[i], o, start);
    }
    draft_init(&s->part, o, start);
    s->cut = (struct cut){.worth = 0.0};
    buf_init(&s->cut.text, o->q->max_bytes);
}

static void search_release(struct search *s)
{
    for (unsigned i = 0; i < BEAM; i++) {
        buf_release(&s->drafts[i].text);
        buf_release(&s->next[i].text);
    }
    buf_release(&s->part.text);
    buf_release(&s->cut.text);
}

/* Whether the rest of the line begins by closing the string in which the
 * cursor is, as editors do as soon as one is opened. */
static bool closes_string(const struct order *o)
{
    struct nesting n;
    nesting_init(&n, o->line);
    return n.outer && *o->rest.ptr == n.outer;
}

/* Only what is typed in the middle of a line before brackets, quotes and
 * words is left to the writer. */
static bool is_welcome(const struct order *o, const struct site *start)
{
    struct str suffix = o->q->suffix;
    if (!start->partial.len && library_tokens(start->library) < FEW_TOKENS)
        return false;
    if (!utf8_valid(start->partial) ||
        (suffix.len && lexer_in_word(*suffix.ptr)))
        return false;
    return o->rest.len == 0 || start->partial.len || closes_string(o) ||
           (!lexer_in_word(*o->rest.ptr) && !strchr("\"'`([{", *o->rest.ptr));
}

bool generate(const struct library *l, const struct ngram_query *q,
              struct ngram_answer *a, float signs[SIGN_COUNT])
{
    struct order o;
    struct site start;
    struct search s;
    order_init(&o, q);
    site_init(&start, l, q->key, q->prefix, q->suffix, q->syntax);
    if (!is_welcome(&o, &start))
        return false;
    search_init(&s, &o, &start);
    search_run(&s);
    struct str text = buf_view(&s.cut.text);
    text = str_trim_end(str_sub(text, 0, repeat_start(q->suffix, text)));
    buf_append(&a->text, text);
    a->confidence = s.cut.sure;
    if (signs)
        memcpy(signs, s.cut.signs, sizeof s.cut.signs);
    search_release(&s);
    return !a->text.failed && a->text.len > 0;
}
