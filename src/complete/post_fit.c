/* How well brackets and quotes fit what is open before the cursor and what
 * the buffer closes behind it. */
#include "complete/post.h"

enum { FIT_BYTES = 2048 }; /* looked at behind the cursor */

bool post_is_judged(const struct post *p)
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

size_t post_read_on(const struct post *p, struct scanner *x, struct str s)
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
    if (!post_is_judged(p))
        return fit;
    struct scanner x = p->spot.scanner;
    if (post_read_on(p, &x, text) != STR_NONE)
        return (struct fit){0, 0};
    size_t at = post_read_on(p, &x, str_sub(p->after, 0, FIT_BYTES));
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
