#include "ngram/generate.h"
#include "base/unicode.h"
#include "ngram/align.h"
#include "ngram/nesting.h"
#include "ngram/predict.h"
#include "ngram/repeat.h"

#include <string.h>

enum {
    MAX_TOKENS = 160,
    MAX_BANS = 4,  /* imports that the file has, per answer */
    MIN_BYTES = 2, /* of an answer that is worth a key to accept it */
    CHOICES = MAX_BANS + 1
};

/* A token that must not come at this place in the answer. */
struct ban {
    unsigned at;
    uint32_t id;
};

/* Where the answer ends best so far. */
struct cut {
    size_t len;
    double p;
    unsigned tokens;
    uint32_t last; /* of the tokens */
};

struct generation {
    const struct ngram_query *q;
    struct site site;
    struct buf *out;
    struct str line;   /* the cursor's line up to the cursor */
    struct str rest;   /* and behind it, trimmed */
    struct str indent; /* of that line */
    struct str unit;   /* one step of indentation */
    unsigned lines, depth;
    struct nesting nesting;
    bool glued; /* the next token needs no space before it */
    struct cut cut;
    double worth; /* of that cut */
    struct ban bans[MAX_BANS];
    unsigned n_bans;
};

static struct str last_line(struct str s)
{
    size_t end = str_rfind_char(s, '\n');
    return str_sub(s, end == STR_NONE ? 0 : end + 1, s.len);
}

static struct str first_line(struct str s)
{
    size_t end = str_find_char(s, '\n');
    return str_sub(s, 0, end == STR_NONE ? s.len : end);
}

static struct str indent_of(struct str line)
{
    size_t bytes;
    lexer_indent(line, &bytes);
    return str_sub(line, 0, bytes);
}

/* The first step deeper that the text before the cursor takes, from the
 * cursor upwards. */
static struct str find_unit(struct str prefix)
{
    size_t from = prefix.len > 8192 ? prefix.len - 8192 : 0;
    struct str rest = str_sub(prefix, from, prefix.len);
    struct str below = {0};
    while (rest.len) {
        struct str line = last_line(rest);
        rest = str_sub(rest, 0,
                       line.ptr > rest.ptr ? (size_t)(line.ptr - rest.ptr) - 1
                                           : 0);
        struct str indent = indent_of(line);
        if (indent.len == line.len)
            continue;
        if (below.len > indent.len && str_starts(below, indent) &&
            below.len - indent.len <= 8)
            return str_sub(below, indent.len, below.len);
        below = indent;
    }
    return STR("    ");
}

static void generation_init(struct generation *g, const struct library *l,
                            const struct ngram_query *q, struct buf *out)
{
    memset(g, 0, sizeof *g);
    g->q = q;
    g->out = out;
    g->line = last_line(q->prefix);
    g->rest = str_trim(first_line(q->suffix));
    g->indent = indent_of(g->line);
    site_init(&g->site, l, q->key, q->prefix, q->suffix);
}

static void write_newline(struct generation *g, uint32_t id)
{
    unsigned newline = id - ID_NEWLINE;
    if (newline >= NEWLINE_BLANK) {
        buf_append_char(g->out, '\n');
        newline -= NEWLINE_BLANK;
    }
    if (newline == NEWLINE_SHALLOWER)
        g->depth--;
    if (newline == NEWLINE_DEEPER)
        g->depth++;
    buf_append_char(g->out, '\n');
    buf_append(g->out, g->indent);
    if (g->depth && !g->unit.len)
        g->unit = find_unit(g->q->prefix);
    for (unsigned i = 0; i < g->depth; i++)
        buf_append(g->out, g->unit);
    g->lines++;
    g->glued = true;
}

/* So many spaces that the next word stands where the lines around have it. */
static void write_spaces(struct generation *g)
{
    const struct ngram_query *q = g->q;
    struct str line = g->line, out = buf_view(g->out);
    struct str above = str_sub(q->prefix, 0, q->prefix.len - line.len);
    size_t end = str_find_char(q->suffix, '\n'), there = 0;
    struct str below = str_sub(
        q->suffix, end == STR_NONE ? q->suffix.len : end + 1, q->suffix.len);
    if (g->lines || g->rest.len) {
        buf_append(g->out, g->glued ? STR("") : STR(" "));
        return;
    }
    if (!out.len)
        there = line.len - str_trim_end(line).len;
    size_t spaces = align_spaces(above, below, line, out);
    for (; there < spaces; there++)
        buf_append_char(g->out, ' ');
}

static void write_word(struct generation *g, const struct guess *guess)
{
    struct str text = vocabulary_text(&g->site.library->words, guess->id);
    struct str new = str_sub(text, g->site.partial.len, text.len);
    bool first = g->site.partial.len > 0;
    char before = 0;
    if (g->out->len)
        before = g->out->ptr[g->out->len - 1];
    else if (g->line.len)
        before = g->line.ptr[g->line.len - 1];
    bool joins = lexer_in_word(before) && lexer_in_word(*text.ptr);
    bool behind_space = !g->out->len && g->site.spaced && !g->site.line_start;
    if (!first && (behind_space || (!g->glued && (guess->spaced || joins))))
        write_spaces(g);
    buf_append(g->out, new);
    g->glued = false;
    if (text.len == 1)
        nesting_add(&g->nesting, *text.ptr);
}

/* Whether the answer has to end before this token. */
static bool ends_before(const struct generation *g, const struct guess *guess)
{
    if (guess->id < ID_FIRST) {
        unsigned newline = (guess->id - ID_NEWLINE) % NEWLINE_BLANK;
        return g->lines + 1 >= g->q->max_lines || g->rest.len ||
               (newline == NEWLINE_SHALLOWER && g->depth == 0);
    }
    struct str text = vocabulary_text(&g->site.library->words, guess->id);
    return g->nesting.open == 0 && g->rest.len && !g->site.partial.len &&
           str_starts(g->rest, text);
}

static bool is_banned(const struct generation *g, unsigned at, uint32_t id)
{
    for (unsigned i = 0; i < g->n_bans; i++)
        if (g->bans[i].at == at && g->bans[i].id == id)
            return true;
    return false;
}

static bool choose(const struct generation *g, unsigned at, struct guess *best)
{
    struct guess guesses[CHOICES];
    size_t n = predict(&g->site, guesses, CHOICES);
    for (size_t i = 0; i < n; i++) {
        if (is_banned(g, at, guesses[i].id))
            continue;
        *best = guesses[i];
        return true;
    }
    return false;
}

/* False where the answer has become too long; it is as before then. */
static bool write(struct generation *g, const struct guess *guess)
{
    size_t kept = g->out->len;
    if (guess->id < ID_FIRST)
        write_newline(g, guess->id);
    else
        write_word(g, guess);
    if (!g->out->failed && g->out->len <= g->q->max_bytes)
        return true;
    g->out->failed = false;
    buf_truncate(g->out, kept);
    return false;
}

/* The answer may end here, if that saves most so far on average, which is
 * likelihood times length; less where the line clearly goes on (`more` is how
 * likely), since nobody wants half a phrase. With no threshold everything is
 * kept. */
static void consider(struct generation *g, const struct cut *here, double more)
{
    if (g->lines && here->p < g->q->block_threshold)
        return;
    double worth = here->p * (double)here->len * (1.0 - 0.5 * more);
    if (worth < g->worth && g->q->threshold > 0.0)
        return;
    g->cut = *here;
    g->worth = worth;
}

/* Whether the last two lines say the same: a model of counts that has begun
 * to repeat itself does not stop. */
static bool repeats_line(const struct generation *g)
{
    struct str out = buf_view(g->out), last = last_line(out);
    if (g->lines == 0)
        return false;
    struct str before = str_sub(out, 0, (size_t)(last.ptr - out.ptr) - 1);
    last = str_trim(last);
    if (g->lines > 1)
        return last.len > 1 && str_eq(str_trim(last_line(before)), last);
    /* The first line is in part what is there already. */
    struct str line = str_trim(g->line);
    before = str_trim_end(before);
    return last.len > 1 && line.len + before.len == last.len &&
           str_starts(last, line) && str_ends(last, before);
}

static bool ends_line(const struct generation *g, const struct guess *next)
{
    return next->id < ID_FIRST || ends_before(g, next);
}

/* Whether the answer may end where it is, when `next` comes next (NULL: what
 * comes is not known): brackets and quotes are closed, unless the line ends
 * here, and behind the first line only whole ones are kept. */
static bool may_end(const struct generation *g, const struct guess *next)
{
    bool line_end = next && ends_line(g, next);
    if (line_end && repeats_line(g))
        return false;
    return line_end ? !nesting_in_string(&g->nesting)
                    : g->lines == 0 && nesting_is_closed(&g->nesting);
}

/* Go on while all tokens together are likely enough. */
static void extend(struct generation *g)
{
    struct cut here = {.p = 1.0};
    while (here.tokens < MAX_TOKENS) {
        struct guess next = {0};
        bool any = choose(g, here.tokens, &next);
        if (here.tokens && may_end(g, any ? &next : NULL))
            consider(g, &here, any && !ends_line(g, &next) ? next.p : 0.0);
        double p = here.p * next.p;
        bool sure = p >= (g->lines ? g->q->block_threshold : 0.0) &&
                    p >= g->q->threshold;
        if (!any || !sure || ends_before(g, &next) ||
            (next.id < ID_FIRST && repeats_line(g)) || !write(g, &next))
            break;
        site_push(&g->site, next.id);
        here = (struct cut){g->out->len, p, here.tokens + 1, next.id};
    }
    buf_truncate(g->out, g->cut.len);
}

/* Only what is typed in the middle of a line before brackets, quotes and
 * words is left to the writer. */
static bool is_welcome(const struct generation *g)
{
    const struct ngram_query *q = g->q;
    if (!utf8_valid(g->site.partial) ||
        (q->suffix.len && lexer_in_word(*q->suffix.ptr)))
        return false;
    return g->rest.len == 0 || g->site.partial.len ||
           (!lexer_in_word(*g->rest.ptr) && !strchr("\"'`([{", *g->rest.ptr));
}

/* Imports that the file has are banned one by one, so that another may come
 * in their place. */
static bool generate_once(struct generation *g, const struct site *start)
{
    g->site = *start;
    g->glued = start->line_start || start->spaced;
    g->lines = g->depth = 0;
    nesting_init(&g->nesting, g->line);
    g->cut = (struct cut){0};
    g->worth = 0.0;
    buf_clear(g->out);
    extend(g);
    struct str answer = buf_view(g->out);
    if (g->n_bans == MAX_BANS || g->site.prose || g->cut.tokens == 0 ||
        !repeats_import(g->q->prefix, g->q->suffix, answer))
        return true;
    g->bans[g->n_bans++] = (struct ban){g->cut.tokens - 1, g->cut.last};
    return false;
}

bool generate(const struct library *l, const struct ngram_query *q,
              struct ngram_answer *a)
{
    struct generation g;
    generation_init(&g, l, q, &a->text);
    if (!is_welcome(&g))
        return false;
    struct site start = g.site;
    while (!generate_once(&g, &start))
        ;
    struct str answer = buf_view(&a->text);
    if (repeats_import(q->prefix, q->suffix, answer))
        return false;
    buf_truncate(&a->text, repeat_start(q->suffix, answer));
    buf_truncate(&a->text, str_trim_end(buf_view(&a->text)).len);
    a->confidence = g.cut.p;
    return a->text.len >= MIN_BYTES;
}
