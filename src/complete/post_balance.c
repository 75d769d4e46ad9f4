/* Brackets and quotes: what the text opens and closes has to fit what is open
 * before the cursor and what the buffer closes behind it. */
#include "complete/post.h"

enum { FIT_BYTES = 2048 }; /* looked at behind the cursor */

/* Whether brackets mean anything here: a comment may hold what it likes, and
 * a string that the lexer does not see as one can't be judged. */
static bool is_judged(const struct post *p)
{
    if (p->f->class == CURSOR_COMMENT)
        return false;
    return p->f->class != CURSOR_STRING || p->spot.scanner.pair >= 0;
}

/* A string that may not go on over a line's end. */
static bool is_torn(const struct post *p, int pair, enum lex_event event)
{
    return event == LEX_NEWLINE && pair >= 0 &&
           !p->spot.lexis.pairs[pair].comment;
}

/* Read on until something does not match; STR_NONE when all of it does. */
static size_t read_on(const struct post *p, struct scanner *x, struct str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t before = at;
        int pair = x->pair;
        size_t n_open = x->n_open;
        enum lex_event event = scanner_next(x, &p->spot.lexis, s, &at, true);
        if (is_torn(p, pair, event))
            return before;
        if (event == LEX_EXCESS && (n_open > 0 || p->spot.whole))
            return before;
    }
    return STR_NONE;
}

struct fit post_fit(const struct post *p, struct str text)
{
    struct fit fit = {SIZE_MAX, 0};
    if (!is_judged(p))
        return fit;
    struct scanner x = p->spot.scanner;
    if (read_on(p, &x, text) != STR_NONE)
        return (struct fit){0, 0};
    size_t at = read_on(p, &x, str_sub(p->after, 0, FIT_BYTES));
    if (at != STR_NONE)
        fit.where = at + 1;
    else if (p->after.len <= FIT_BYTES && x.pair >= 0 &&
             !p->spot.lexis.pairs[x.pair].comment)
        fit.where = FIT_BYTES + 1; /* a string without an end */
    else
        fit.left = x.n_open;
    return fit;
}

bool fit_is_worse(struct fit a, struct fit than)
{
    return a.where < than.where ||
           (a.where == than.where && a.left > than.left);
}

/* --- balance */

static bool same_state(const struct scanner *a, const struct scanner *b)
{
    return a->n_open == b->n_open && a->pair == b->pair;
}

/*
 * The longest beginning of `s` that leaves open what was open, whole lines
 * before parts of one.
 */
static size_t neutral(const struct post *p, struct str s)
{
    struct scanner x = p->spot.scanner;
    size_t best = 0, line = 0;
    for (size_t at = 0; at < s.len;) {
        size_t before = at;
        enum lex_event event = scanner_next(&x, &p->spot.lexis, s, &at, true);
        if (event == LEX_EXCESS || x.n_open < p->spot.scanner.n_open)
            break;
        if (event == LEX_NEWLINE && same_state(&x, &p->spot.scanner))
            line = before;
        if (same_state(&x, &p->spot.scanner))
            best = at;
    }
    return line ? line : best;
}

void post_balance(struct post *p, struct buf *text)
{
    struct str s = buf_view(text);
    if (!is_judged(p))
        return;
    /* What closes nothing ends the text. */
    struct scanner x = p->spot.scanner;
    size_t excess = read_on(p, &x, s);
    if (excess != STR_NONE) {
        s = str_trim_end(str_sub(s, 0, excess));
        buf_truncate(text, s.len);
    }
    struct fit before = post_fit(p, STR("")), now = post_fit(p, s);
    if (!fit_is_worse(now, before))
        return;
    /* A line that the model ended itself may leave a bracket open for the
     * next one; a text that broke off should not. */
    if (p->cut && now.where == SIZE_MAX && p->f->extent == EXTENT_LINE)
        return;
    buf_truncate(text, str_trim_end(str_sub(s, 0, neutral(p, s))).len);
}
