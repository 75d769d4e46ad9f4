/* How well brackets and quotes fit what is open before the cursor and what
 * the buffer closes behind it. */
#include "complete/post.h"

#include <string.h>

enum {
    FIT_BYTES = 8192,        /* looked at behind the cursor, */
    FAR_BYTES = 64 << 10,    /* and where these do not tell, */
    WHOLE_BYTES = 256 << 10, /* and before it, at most */
};

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
           !p->spot.lexis->pairs[pair].comment;
}

/*
 * Whether what closes nothing is known to be too much: reading begins at a
 * line at the left edge, which may stand in a namespace, or in what is
 * `extern "C" {`, where all before it has to be read.
 */
static bool is_whole(struct post *p)
{
    struct scanner x;
    if (p->asked)
        return p->whole;
    p->asked = true;
    if (p->spot.start > WHOLE_BYTES)
        return false;
    scanner_init(&x);
    struct str s = str_sub(p->before, 0, p->spot.start);
    for (size_t at = 0; at < s.len;)
        if (scanner_next(&x, p->spot.lexis, s, &at, true) == LEX_EXCESS)
            return false; /* it reads something else than what is there */
    return p->whole = x.n_open == 0 && x.pair < 0;
}

/* From `*at` at least up to `end`. */
static size_t read_to(struct post *p, struct scanner *x, struct str s,
                      size_t *at, size_t end, struct post_reach *reach)
{
    while (*at < end && *at < s.len) {
        size_t before = *at;
        int pair = x->pair;
        size_t n_open = x->n_open;
        enum lex_event event = scanner_next(x, p->spot.lexis, s, at, true);
        if (is_torn(p, pair, event))
            return before;
        if (event == LEX_EXCESS && (n_open > 0 || is_whole(p)))
            return before;
        reach->code |= x->pair < 0;
        if (x->n_open < reach->open)
            reach->open = x->n_open;
    }
    return STR_NONE;
}

size_t post_read_on(struct post *p, struct scanner *x, struct str s)
{
    size_t at = 0;
    return read_to(p, x, s, &at, s.len, &(struct post_reach){0});
}

static const struct post_ahead *find_ahead(const struct post *p, size_t from,
                                           size_t bytes,
                                           const struct scanner *x)
{
    for (size_t i = 0; i < p->n_ahead && i < POST_AHEAD; i++) {
        const struct post_ahead *a = &p->ahead[i];
        if (a->from == from && a->bytes == bytes && scanner_is(&a->x, x))
            return a;
    }
    return NULL;
}

/* What is behind byte `at` of `s`, which is `text` bytes longer than what it
 * shows of the buffer's rest. */
static const struct post_ahead *read_ahead(struct post *p,
                                           const struct scanner *x,
                                           struct str s, size_t at, size_t text)
{
    struct post_ahead *a = &p->ahead[p->n_ahead++ % POST_AHEAD];
    *a = (struct post_ahead){.from = at - text,
                             .bytes = s.len - text,
                             .reach = {x->n_open, x->pair < 0}};
    a->x = a->end = *x;
    a->at = read_to(p, &a->end, s, &at, s.len, &a->reach);
    if (a->at != STR_NONE)
        a->at -= text;
    return a;
}

/* Behind the first line of code below the cursor's, or there about: by then
 * it hardly matters what a text ends with. */
static size_t beyond_text(const struct post *p)
{
    size_t at = p->line_after.len;
    while (at < p->after.len && strchr(" \t\r\n", p->after.ptr[at]))
        at++;
    size_t line = str_find_char(str_sub(p->after, at, p->after.len), '\n');
    return line == STR_NONE ? p->after.len : at + line + 1;
}

/*
 * Of `s`, whose first `text` bytes are the text. Many texts are compared at
 * one place, and most leave what stands behind it to be read in the same way,
 * which is looked up.
 */
static size_t read_text(struct post *p, struct scanner *x, struct str s,
                        size_t text, struct post_reach *reach)
{
    size_t at = 0, excess = read_to(p, x, s, &at, text, reach);
    *reach = (struct post_reach){x->n_open, x->pair < 0};
    if (excess == STR_NONE)
        excess = read_to(p, x, s, &at, text + beyond_text(p), reach);
    if (excess != STR_NONE || at >= s.len)
        return excess;
    const struct post_ahead *a = find_ahead(p, at - text, s.len - text, x);
    if (!a)
        a = read_ahead(p, x, s, at, text);
    *x = a->end;
    reach->code |= a->reach.code;
    if (a->reach.open < reach->open)
        reach->open = a->reach.open;
    return a->at == STR_NONE ? STR_NONE : a->at + text;
}

/* Brackets that nothing closed. What is not read may close a brace, but
 * hardly ever the others. */
static size_t left_open(const struct scanner *x, bool read_all)
{
    size_t n = 0;
    if (read_all || x->n_open > SCANNER_DEPTH)
        return x->n_open;
    for (size_t i = 0; i < x->n_open; i++)
        n += x->open[i] != '{';
    return n;
}

/* Whether what was open behind the text may be closed by what was not read. */
static bool may_close(const struct post *p, const struct scanner *x,
                      const struct post_reach *reach)
{
    struct scanner first = *x;
    first.n_open = reach->open;
    return (!reach->code && !p->spot.lexis->pairs[x->pair].comment) ||
           left_open(&first, false) > 0;
}

/*
 * Of `s`, whose first `text` bytes are the text. False: it ends before what is
 * open there could be closed, as a table of some pages does.
 */
static bool fit_of(struct post *p, struct str s, size_t text, struct fit *fit)
{
    struct scanner x = p->spot.scanner;
    bool read_all = s.len - text == p->after.len;
    struct post_reach reach = {0};
    size_t at = read_text(p, &x, s, text, &reach);
    *fit = (struct fit){SIZE_MAX, 0};
    if (at != STR_NONE)
        fit->where = at < text ? 0 : at - text + 1;
    else if (read_all && x.pair >= 0 && !p->spot.lexis->pairs[x.pair].comment)
        fit->where = p->after.len + 1; /* a string without an end */
    else
        fit->left = left_open(&x, read_all);
    return at != STR_NONE || read_all || !may_close(p, &x, &reach);
}

/* Both are read as one: a mark may begin in the text and end behind it. */
struct fit post_fit(struct post *p, struct str text)
{
    struct fit fit = {SIZE_MAX, 0};
    struct buf both;
    if (!post_is_judged(p))
        return fit;
    buf_init(&both, text.len + FAR_BYTES);
    if (buf_append(&both, text) &&
        buf_append(&both, str_sub(p->after, 0, FIT_BYTES)) &&
        !fit_of(p, buf_view(&both), text.len, &fit) &&
        buf_append(&both, str_sub(p->after, FIT_BYTES, FAR_BYTES)))
        fit_of(p, buf_view(&both), text.len, &fit);
    buf_release(&both);
    return fit;
}

bool fit_is_worse(struct fit a, struct fit than)
{
    return a.where < than.where ||
           (a.where == than.where && a.left > than.left);
}
