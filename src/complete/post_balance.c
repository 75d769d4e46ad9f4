/* Brackets and quotes that are left open. */
#include "complete/post.h"

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
        enum lex_event event = scanner_next(&x, p->spot.lexis, s, &at, true);
        if (event == LEX_EXCESS || x.n_open < p->spot.scanner.n_open)
            break;
        if (event == LEX_NEWLINE && same_state(&x, &p->spot.scanner))
            line = before;
        if (same_state(&x, &p->spot.scanner))
            best = at;
    }
    return line ? line : best;
}

/* Read `s` with `x`; false where something in it closes nothing, or more than
 * was open at first. */
static bool read_level(const struct post *p, struct scanner *x, struct str s)
{
    size_t least = x->n_open;
    for (size_t at = 0; at < s.len;)
        if (scanner_next(x, p->spot.lexis, s, &at, true) == LEX_EXCESS ||
            x->n_open < least)
            return false;
    return true;
}

/* Whether the lines that the text makes whole close what they open: what
 * does not match further down is no fault of theirs. */
static bool is_level(const struct post *p, struct str s)
{
    struct buf lines;
    struct scanner x;
    scanner_init(&x);
    size_t start = p->before.len - p->line_before.len;
    size_t from = p->spot.start < start ? p->spot.start : start;
    struct str above = str_sub(p->before, from, start);
    for (size_t at = 0; at < above.len;)
        scanner_next(&x, p->spot.lexis, above, &at, true);
    struct scanner was = x;
    buf_init(&lines, s.len + p->line_before.len + p->line_after.len);
    bool level = buf_append(&lines, p->line_before) && buf_append(&lines, s) &&
                 buf_append(&lines, p->line_after) &&
                 read_level(p, &x, buf_view(&lines)) && same_state(&x, &was);
    buf_release(&lines);
    return level;
}

void post_balance(struct post *p, struct buf *text)
{
    struct str s = buf_view(text);
    if (!post_is_judged(p) || is_level(p, s))
        return;
    struct fit before = post_fit(p, STR("")), now = post_fit(p, s);
    if (!fit_is_worse(now, before))
        return;
    /* A line that the model ended itself may leave a bracket open for the
     * next one; a text that broke off should not. */
    if (p->cut && now.where == SIZE_MAX && p->f->extent == EXTENT_LINE)
        return;
    buf_truncate(text, str_trim_end(str_sub(s, 0, neutral(p, s))).len);
}
