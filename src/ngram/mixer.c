#include "ngram/mixer.h"
#include "base/log.h"
#include "ngram/line.h"
#include "ngram/weights.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool is_one_of(struct str t, const char *chars)
{
    return t.len == 1 && strchr(chars, *t.ptr);
}

static float log_share(float p)
{
    return 0.2f * logf(p + 0.001f);
}

static float log_count(float n)
{
    return 0.25f * log1pf(n);
}

static float closeness(float distance)
{
    return 1.0f / (1.0f + distance);
}

/* The longest level that counts; the sum of all but the lowest. */
static int longest(const float *counts, float *sum)
{
    int level = 0;
    *sum = 0.0f;
    for (int i = 1; i <= CONTEXT_LEVELS; i++) {
        *sum += counts[i];
        if (counts[i] > 0.0f)
            level = i;
    }
    return level;
}

/* Of what followed the longest context, by all candidates together. */
struct totals {
    float own, others;
};

static struct totals sum_longest(const struct evidence *e)
{
    struct totals t = {0};
    for (unsigned i = 0; i < e->candidates.count; i++) {
        const struct candidate *c = &e->candidates.at[i];
        t.own += e->own_level < 0 ? 0.0f : c->own[e->own_level];
        t.others += e->others_level < 0 ? 0.0f : c->others[e->others_level];
    }
    return t;
}

static float name_share(const struct evidence *e)
{
    return e->patterns > 0.0f ? e->names / e->patterns : 0.0f;
}

static void describe_counts(float *f, const struct candidate *c,
                            const struct evidence *e, struct totals t)
{
    float own_count, others_count;
    f[FEATURE_LOG_P] = log_share(c->p);
    f[FEATURE_LOG_OWN] = log_share(c->p_own);
    f[FEATURE_LOG_OTHERS] = log_share(c->p_others);
    f[FEATURE_LOG_SHAPE] = log_share(c->p_shape);
    f[FEATURE_LOG_PATTERN] = log_share(c->p_pattern);
    f[FEATURE_LOG_CAST] = log_share(c->p_cast);
    f[FEATURE_LOG_FOLLOWING] = log_share(c->following / (e->following + 0.1f));
    f[FEATURE_FOLLOWING] = c->follows;
    f[FEATURE_LOG_SIMILAR] = log_share(c->similar / (e->similar + 0.1f));
    f[FEATURE_OWN_LEVEL] = 0.1f * (float)longest(c->own, &own_count);
    f[FEATURE_OTHERS_LEVEL] = 0.1f * (float)longest(c->others, &others_count);
    f[FEATURE_OWN_SHARE] = t.own > 0.0f ? c->own[e->own_level] / t.own : 0.0f;
    f[FEATURE_OTHERS_SHARE] =
        t.others > 0.0f ? c->others[e->others_level] / t.others : 0.0f;
    f[FEATURE_OWN_SURE] = f[FEATURE_OWN_SHARE] * f[FEATURE_OWN_LEVEL];
    f[FEATURE_OTHERS_SURE] = f[FEATURE_OTHERS_SHARE] * f[FEATURE_OTHERS_LEVEL];
    f[FEATURE_OWN_COUNT] = log_count(own_count);
    f[FEATURE_OTHERS_COUNT] = log_count(others_count);
    f[FEATURE_SHAPE_COUNT] = log_count(c->shape);
    f[FEATURE_MAPPED] = log_count(4.0f * c->mapped);
    f[FEATURE_REPLACED] = log_count(4.0f * c->replaced);
    f[FEATURE_OWN_SIMILAR] = c->own_similar;
    f[FEATURE_OTHERS_SIMILAR] = c->others_similar;
}

static float likest(const struct candidate *c)
{
    return fmaxf(c->own_similar, c->others_similar);
}

static void describe_lead(struct mix *m)
{
    float best = 0.0f, second = 0.0f;
    for (unsigned i = 0; i < m->count; i++) {
        float x = likest(m->candidates[i]);
        second = fmaxf(second, fminf(x, best));
        best = fmaxf(x, best);
    }
    for (unsigned i = 0; i < m->count; i++) {
        float x = likest(m->candidates[i]);
        m->features[i][FEATURE_LEAD] = x - (x >= best ? second : best);
    }
}

static void describe_place(float *f, const struct candidate *c,
                           const struct site *s)
{
    const struct vocabulary *words = &s->library->words;
    float uses = c->id < ID_FIRST ? 0.0f : (float)words->words[c->id].uses;
    f[FEATURE_LOCAL] = c->before && c->before <= s->local;
    f[FEATURE_CLOSE] =
        c->distance == UINT32_MAX ? 0.0f : closeness(0.5f * (float)c->distance);
    f[FEATURE_BEFORE] = c->before ? closeness(0.05f * (float)c->before) : 0.0f;
    f[FEATURE_BEHIND] = c->after ? closeness(0.05f * (float)c->after) : 0.0f;
    f[FEATURE_NEAR] = log_count((float)c->near);
    f[FEATURE_KIN] = c->kin ? 1.0f / (float)c->kin : 0.0f;
    f[FEATURE_USES] = 0.4f * log_count(uses);
}

static bool shouts(struct str word)
{
    unsigned capitals = 0;
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] >= 'a' && word.ptr[i] <= 'z')
            return false;
        capitals += word.ptr[i] >= 'A' && word.ptr[i] <= 'Z';
    }
    return capitals > 1;
}

static void describe_text(float *f, const struct candidate *c,
                          const struct site *s, const struct line *l)
{
    struct str text = vocabulary_text(&s->library->words, c->id);
    char first = text.len ? *text.ptr : 0;
    bool newline = c->id < ID_FIRST, digit = first >= '0' && first <= '9';
    bool word = !newline && !digit && lexer_in_word(first);
    bool closes = is_one_of(text, ")]}");
    bool expected = l->open && first == l->expected[l->open - 1];
    bool outer = !l->open && first == line_closing(s->outer);
    f[FEATURE_NEWLINE] = newline;
    f[FEATURE_NEWLINE_OPEN] = newline && l->open;
    f[FEATURE_WORD] = word;
    f[FEATURE_NUMBER] = digit;
    f[FEATURE_CLOSES] = closes && expected;
    f[FEATURE_CLOSES_OUTER] = closes && outer;
    f[FEATURE_CLOSES_OTHER] = closes && !expected && !outer;
    f[FEATURE_ON_LINE] = word && line_has(l, c->id);
    f[FEATURE_COMPLETE] = s->partial.len && text.len == s->partial.len;
    f[FEATURE_TYPED] =
        text.len ? (float)s->partial.len / (float)text.len : 0.0f;
    f[FEATURE_LENGTH] = fminf(0.0625f * (float)text.len, 2.0f);
    f[FEATURE_UPPER] = first >= 'A' && first <= 'Z';
    f[FEATURE_SHOUTS] = shouts(text);
    f[FEATURE_AGAIN] = s->count && c->id == s->tokens[s->count - 1];
    f[FEATURE_OPENS] = is_one_of(text, "([{");
    f[FEATURE_COMMA] = is_one_of(text, ",");
    f[FEATURE_DOT] = is_one_of(text, ".") || str_is(text, "->");
    f[FEATURE_ASSIGN] = is_one_of(text, "=:");
    f[FEATURE_ENDS] = is_one_of(text, ";");
    f[FEATURE_QUOTE] = is_one_of(text, "\"'`");
    if (!newline || c->id == ID_NONE)
        return;
    unsigned turn = (c->id - ID_NEWLINE) % NEWLINE_BLANK;
    f[FEATURE_DEEPER] = turn == NEWLINE_DEEPER;
    f[FEATURE_SHALLOWER] = turn == NEWLINE_SHALLOWER;
}

/* The token that follows the cursor. */
static uint32_t token_behind(const struct site *s)
{
    const struct block *b = s->gap_end.block;
    return b ? b->tokens[s->gap_end.at] : ID_NONE;
}

static void describe_none(float *f, const struct evidence *e,
                          const struct line *l, struct totals t)
{
    const struct site *s = e->site;
    uint32_t last = s->count ? s->tokens[s->count - 1] : ID_NONE;
    struct str text = vocabulary_text(&s->library->words, last);
    size_t own = s->source ? s->source->index.tokens : 0;
    size_t others = library_tokens(s->library) - own;
    f[NONE_BIAS] = 1.0f;
    f[NONE_TYPED] = fminf(0.125f * (float)s->partial.len, 1.0f);
    f[NONE_OWN_LEVEL] = 0.1f * (float)e->own_level;
    f[NONE_OTHERS_LEVEL] = 0.1f * (float)e->others_level;
    f[NONE_UNKNOWN] = e->own_level < 0 && e->others_level < 0;
    f[NONE_AFTER_WORD] = text.len && lexer_in_word(*text.ptr);
    f[NONE_AFTER_DOT] = is_one_of(text, ".");
    f[NONE_AFTER_QUOTE] = is_one_of(text, "\"'`");
    f[NONE_AFTER_OPEN] = is_one_of(text, "([{,");
    f[NONE_PROSE] = s->prose;
    f[NONE_CANDIDATES] = log_count((float)e->candidates.count);
    f[NONE_OWN_SIZE] = 0.4f * log_count((float)own);
    f[NONE_OTHERS_SIZE] = 0.4f * log_count((float)others);
    f[NONE_OWN_TOTAL] = log_count(t.own);
    f[NONE_OTHERS_TOTAL] = log_count(t.others);
    f[NONE_AFTER_CLOSE] = is_one_of(text, ")]}");
    f[NONE_AFTER_ASSIGN] = is_one_of(text, "=:");
    f[NONE_OPEN] = fminf(0.5f * (float)l->open, 2.0f);
    f[NONE_LINE_TOKENS] = 0.5f * log_count((float)l->length);
    f[NONE_REST] = token_behind(s) >= ID_FIRST;
    f[NONE_STRING] = l->quote != 0;
    f[NONE_OUTER_LIST] = s->outer == '(' || s->outer == '[';
    f[NONE_OUTER_BLOCK] = s->outer == '{';
    f[NONE_INDENTED] = s->indented;
    f[NONE_PATTERNS] = log_count(e->patterns);
    f[NONE_NEW_NAMES] = name_share(e);
}

/* The best by counts, in order; equal ones as they were found. */
static void choose(struct mix *m, const struct candidates *list)
{
    m->count = 0;
    for (unsigned i = 0; i < list->count; i++) {
        const struct candidate *c = &list->at[i];
        unsigned at = m->count;
        if (at == MIXED && m->candidates[--at]->p >= c->p)
            continue;
        for (; at > 0 && m->candidates[at - 1]->p < c->p; at--)
            m->candidates[at] = m->candidates[at - 1];
        m->candidates[at] = c;
        m->count += m->count < MIXED;
    }
}

static void add_layer(const float *in, const float (*weights)[HIDDEN], int n,
                      float out[HIDDEN])
{
    for (int i = 0; i < n; i++) {
        float x = in[i];
        if (x == 0.0f)
            continue;
        for (int h = 0; h < HIDDEN; h++)
            out[h] += x * weights[i][h];
    }
}

static float last_layer(const float hidden[HIDDEN], const float *weights)
{
    float sum = 0.0f;
    for (int h = 0; h < HIDDEN; h++)
        sum += fmaxf(hidden[h], 0.0f) * weights[h];
    return sum;
}

/* Of the row of that name in all weights. */
#define ROW(member) (offsetof(struct weights, member) / sizeof(float[HIDDEN]))

static void add_row(const struct packed_weights *packed, size_t row,
                    float out[HIDDEN])
{
    float step = weights_step(packed, row);
    for (int h = 0; h < HIDDEN; h++)
        out[h] += step * (float)packed->at[row][h];
}

static float score_none(const struct mix *m, const struct mixer *w)
{
    float hidden[HIDDEN] = {0};
    add_layer(m->none, w->none_site, NONE_COUNT, hidden);
    add_row(w->packed, ROW(none_last) + m->around[ROLE_LAST], hidden);
    return last_layer(hidden, w->none_score[0]);
}

static void weigh(struct mix *m, const struct mixer *w)
{
    float none = score_none(m, w), top = none, site[HIDDEN] = {0};
    add_layer(m->none, w->site, NONE_COUNT, site);
    for (size_t r = 0; r < ROLE_COUNT; r++)
        add_row(w->packed, ROW(around) + r * KIND_COUNT + m->around[r], site);
    for (unsigned i = 0; i < m->count; i++) {
        float hidden[HIDDEN];
        memcpy(hidden, site, sizeof hidden);
        add_layer(m->features[i], w->candidate, FEATURE_COUNT, hidden);
        add_row(w->packed, ROW(is) + m->kinds[i], hidden);
        m->p[i] = last_layer(hidden, w->score[0]);
        top = fmaxf(top, m->p[i]);
    }
    float sum = expf(none - top);
    for (unsigned i = 0; i < m->count; i++)
        sum += m->p[i] = expf(m->p[i] - top);
    for (unsigned i = 0; i < m->count; i++)
        m->p[i] /= sum;
}

/* The shares of all counts, which are too sure of themselves. What is left for
 * words that are new is little where one is half typed. */
static void trust_counts(struct mix *m, bool typed)
{
    float sum = typed ? 0.05f : 0.0f;
    for (unsigned i = 0; i < m->count; i++)
        sum += m->candidates[i]->p;
    if (!typed)
        sum = fmaxf(sum, 1.0f);
    for (unsigned i = 0; i < m->count; i++)
        m->p[i] = m->candidates[i]->p / sum;
}

/* The first token of the line, or of the line before where it is empty. */
static uint32_t first_token(const struct site *s)
{
    size_t at = s->count - (s->count && s->line_start);
    while (at > 0 && !is_newline(s->tokens[at - 1]))
        at--;
    return at < s->count ? s->tokens[at] : ID_NONE;
}

static void describe_around(struct mix *m, const struct site *s)
{
    const struct vocabulary *v = &s->library->words;
    const uint32_t ids[ROLE_COUNT] = {
        [ROLE_LAST] = s->count ? s->tokens[s->count - 1] : ID_NONE,
        [ROLE_BEFORE] = s->count > 1 ? s->tokens[s->count - 2] : ID_NONE,
        [ROLE_FIRST] = first_token(s),
        [ROLE_BELOW] = s->n_following ? s->following[0] : ID_NONE,
    };
    for (int r = 0; r < ROLE_COUNT; r++)
        m->around[r] = vocabulary_kind(v, ids[r]);
}

static void describe_best(struct mix *m, const struct evidence *e)
{
    float best = m->count ? m->candidates[0]->p : 0.0f;
    float follows = 0.0f;
    for (unsigned i = 0; i < m->count; i++) {
        const struct candidate *c = m->candidates[i];
        follows = fmaxf(follows, c->follows);
        m->kinds[i] = vocabulary_kind(&e->site->library->words, c->id);
    }
    m->none[NONE_FOLLOWING] = follows;
    m->none[NONE_BEST] = log_share(best);
    m->none[NONE_SECOND] = log_share(m->count > 1 ? m->candidates[1]->p : 0.0f);
    for (unsigned i = 0; i < m->count; i++)
        m->features[i][FEATURE_MARGIN] =
            log_share(m->candidates[i]->p / (best + 1e-6f));
}

void mix(struct mix *m, const struct evidence *e, const struct mixer *mixers)
{
    const struct site *s = e->site;
    struct line line;
    line_read(&line, s);
    m->situation = (s->line_start ? SITUATION_LINE : SITUATION_TOKEN) +
                   (s->partial.len > 0);
    choose(m, &e->candidates);
    struct totals totals = sum_longest(e);
    uint32_t behind = token_behind(s);
    memset(m->features, 0, m->count * sizeof *m->features);
    for (unsigned i = 0; i < m->count; i++) {
        const struct candidate *c = m->candidates[i];
        describe_counts(m->features[i], c, e, totals);
        describe_place(m->features[i], c, s);
        describe_text(m->features[i], c, s, &line);
        m->features[i][FEATURE_NAMES] =
            vocabulary_is_name(&s->library->words, c->id) ? name_share(e) : 0;
        m->features[i][FEATURE_FOLLOWS] = behind && c->id == behind;
    }
    describe_lead(m);
    describe_none(m->none, e, &line, totals);
    describe_best(m, e);
    describe_around(m, s);
    if (mixers)
        weigh(m, &mixers[m->situation]);
    else
        trust_counts(m, s->partial.len > 0);
}

static void mixer_init(struct mixer *m, const struct packed_weights *packed)
{
    m->packed = packed;
    weights_unpack(packed, ROW(site), NONE_COUNT, m->site);
    weights_unpack(packed, ROW(candidate), FEATURE_COUNT, m->candidate);
    weights_unpack(packed, ROW(score), 1, m->score);
    weights_unpack(packed, ROW(none_site), NONE_COUNT, m->none_site);
    weights_unpack(packed, ROW(none_score), 1, m->none_score);
}

struct mixer *mixer_new(struct str file)
{
    struct why why;
    const struct packed_weights *packed = weights_view(file, &why);
    if (!packed) {
        log_error("ngram", "the built-in model goes by counts alone: %s",
                  why.text);
        return NULL;
    }
    struct mixer *all = malloc(SITUATION_COUNT * sizeof *all);
    for (int i = 0; all && i < SITUATION_COUNT; i++)
        mixer_init(&all[i], &packed[i]);
    return all;
}
