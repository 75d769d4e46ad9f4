#include "ngram/generate.h"
#include "base/unicode.h"
#include "ngram/predict.h"

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

struct generation {
    const struct ngram_query *q;
    struct site site;
    struct buf *out;
    struct str line;   /* the cursor's line up to the cursor */
    struct str rest;   /* and behind it, trimmed */
    struct str indent; /* of that line */
    struct str unit;   /* one step of indentation */
    double p;
    unsigned tokens; /* in `out` */
    unsigned lines, depth;
    int open;        /* brackets opened in `out` */
    bool glued;      /* the next token needs no space before it */
    bool whole;      /* the last line ends here, as far as is known */
    size_t line_end; /* bytes of the answer before its last line end */
    uint32_t last;   /* the last token */
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

static void generation_init(struct generation *g, const struct memory *m,
                            const struct source *source,
                            const struct ngram_query *q, struct buf *out)
{
    memset(g, 0, sizeof *g);
    g->q = q;
    g->out = out;
    g->line = last_line(q->prefix);
    g->rest = str_trim(first_line(q->suffix));
    g->indent = indent_of(g->line);
    site_init(&g->site, m, source, q->prefix, q->suffix);
}

static bool is_opening(char c)
{
    return c == '(' || c == '[' || c == '{';
}

static bool is_closing(char c)
{
    return c == ')' || c == ']' || c == '}';
}

static bool write_newline(struct generation *g, uint32_t id)
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
    return !g->out->failed;
}

static bool write_word(struct generation *g, const struct guess *guess)
{
    struct str text = vocabulary_text(&g->site.m->words, guess->id);
    struct str new = str_sub(text, g->site.partial.len, text.len);
    bool first = g->site.partial.len > 0;
    char before = 0;
    if (g->out->len)
        before = g->out->ptr[g->out->len - 1];
    else if (g->line.len)
        before = g->line.ptr[g->line.len - 1];
    bool joins = lexer_in_word(before) && lexer_in_word(*text.ptr);
    if (!first && !g->glued && (guess->spaced || joins))
        buf_append_char(g->out, ' ');
    buf_append(g->out, new);
    g->glued = false;
    if (text.len == 1)
        g->open += is_opening(*text.ptr) - is_closing(*text.ptr);
    return !g->out->failed;
}

/* Whether the answer has to end before this token. */
static bool ends_before(const struct generation *g, const struct guess *guess)
{
    if (guess->id < ID_FIRST) {
        unsigned newline = (guess->id - ID_NEWLINE) % NEWLINE_BLANK;
        return g->lines + 1 >= g->q->max_lines || g->rest.len ||
               (newline == NEWLINE_SHALLOWER && g->depth == 0);
    }
    struct str text = vocabulary_text(&g->site.m->words, guess->id);
    return g->open <= 0 && g->rest.len && !g->site.partial.len &&
           str_starts(g->rest, text);
}

static bool is_banned(const struct generation *g, uint32_t id)
{
    for (unsigned i = 0; i < g->n_bans; i++)
        if (g->bans[i].at == g->tokens && g->bans[i].id == id)
            return true;
    return false;
}

static bool choose(struct generation *g, struct guess *best)
{
    struct guess guesses[CHOICES];
    size_t n = predict(&g->site, guesses, CHOICES);
    for (size_t i = 0; i < n; i++) {
        if (is_banned(g, guesses[i].id))
            continue;
        *best = guesses[i];
        return true;
    }
    return false;
}

static void extend(struct generation *g)
{
    while (g->tokens < MAX_TOKENS) {
        struct guess guess;
        bool any = choose(g, &guess);
        g->whole = any && (guess.id < ID_FIRST || ends_before(g, &guess));
        if (!any || g->p * guess.p < g->q->threshold || ends_before(g, &guess))
            break;
        size_t kept = g->out->len;
        if (guess.id < ID_FIRST)
            g->line_end = kept;
        bool written = guess.id < ID_FIRST ? write_newline(g, guess.id)
                                           : write_word(g, &guess);
        if (!written || g->out->len > g->q->max_bytes) {
            g->out->failed = false;
            buf_truncate(g->out, kept);
            break;
        }
        g->p *= guess.p;
        g->tokens++;
        g->last = guess.id;
        g->site.partial = (struct str){0};
        site_push(&g->site, guess.id);
    }
}

static bool is_import(struct str line)
{
    static const char *const words[] = {
        "import ", "from ",    "#include",      "include ",
        "use ",    "using ",   "require ",      "require(",
        "@import", "package ", "extern crate ",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_starts(line, str_from(words[i])))
            return true;
    return false;
}

/* Whether a line of the text begins with this one, or is it. */
static bool has_line(struct str text, struct str line, bool complete)
{
    struct str each;
    while (str_cut(&text, '\n', &each)) {
        each = str_trim(each);
        if (complete ? str_eq(each, line) : str_starts(each, line))
            return true;
    }
    return false;
}

/* Whether the cursor's line is now an import that the file has already. */
static bool repeats_import(const struct generation *g)
{
    struct str line = str_trim(g->line), new = first_line(buf_view(g->out));
    char whole[256];
    if (line.len + new.len + 1 > sizeof whole)
        return false;
    size_t n = line.len;
    size_t indent = g->indent.len;
    line = str_sub(g->line, indent, g->line.len);
    n = line.len;
    if (n)
        memcpy(whole, line.ptr, n);
    if (new.len)
        memcpy(whole + n, new.ptr, new.len);
    struct str now = str_trim((struct str){whole, n + new.len});
    bool complete = str_starts(now, STR("from "));
    if (!is_import(now))
        return false;
    struct str above =
        str_sub(g->q->prefix, 0, (size_t)(g->line.ptr - g->q->prefix.ptr));
    return has_line(above, now, complete) ||
           has_line(g->q->suffix, now, complete);
}

/* Whether what follows the cursor begins with the answer. */
static bool repeats_suffix(const struct generation *g)
{
    struct str answer = str_trim(buf_view(g->out));
    struct str after = str_trim(g->q->suffix);
    if (!str_starts(after, answer))
        return false;
    struct str behind = str_sub(after, answer.len, after.len);
    return behind.len == 0 || !lexer_in_word(*behind.ptr) ||
           !lexer_in_word(answer.ptr[answer.len - 1]);
}

bool generate(const struct memory *m, const struct source *source,
              const struct ngram_query *q, struct ngram_answer *a)
{
    if (q->suffix.len && lexer_in_word(*q->suffix.ptr))
        return false;
    struct generation g;
    generation_init(&g, m, source, q, &a->text);
    if (!utf8_valid(g.site.partial))
        return false;
    struct site start = g.site;
    for (;;) {
        g.p = 1.0;
        g.glued = g.site.line_start || g.site.spaced;
        extend(&g);
        if (g.lines && !g.whole)
            buf_truncate(&a->text, g.line_end); /* no part of a further line */
        buf_truncate(&a->text, str_trim_end(buf_view(&a->text)).len);
        if (!g.tokens || !repeats_import(&g))
            break;
        if (g.n_bans == MAX_BANS)
            return false;
        g.bans[g.n_bans++] = (struct ban){g.tokens - 1, g.last};
        buf_clear(&a->text);
        g.site = start;
        g.tokens = g.lines = g.depth = 0;
        g.open = 0;
    }
    a->confidence = g.p;
    return a->text.len >= MIN_BYTES && !repeats_suffix(&g);
}
