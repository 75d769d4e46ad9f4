/* What stands behind the cursor already. */
#include "complete/post.h"

enum {
    LOOKED_AT = 2048,  /* bytes of a text that may run into the suffix */
    TELLING_LINE = 10, /* characters of a line that is no chance */
};

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/*
 * How much of `after` begins as all of `s` does, blanks left out of account
 * but not line ends; STR_NONE when it does not.
 */
static size_t match_without_blanks(struct str s, struct str after)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < s.len && is_blank(s.ptr[i]))
            i++;
        if (i == s.len)
            return j;
        while (j < after.len && is_blank(after.ptr[j]))
            j++;
        if (j == after.len || s.ptr[i] != after.ptr[j])
            return STR_NONE;
        i++;
        j++;
    }
}

/* The whole rest of the cursor's line, or whole lines below it. */
static bool is_whole_lines(const struct post *p, size_t matched)
{
    struct str rest = str_sub(p->after, matched, p->after.len);
    struct str line = str_sub(p->after, 0, matched);
    return post_weight(line) > 0 && (post_blanks(rest) == rest.len ||
                                     is_line_end(rest.ptr[post_blanks(rest)]));
}

/*
 * Whether the end of `s` from `at` on is written behind the cursor already.
 * Where brackets and quotes fit better without it, it is, whatever the
 * blanks; where they fit as well, it has to be the same byte for byte, and
 * whole lines.
 */
static bool is_overlap(const struct post *p, struct str s, size_t at,
                       struct fit full)
{
    struct str end = str_sub(s, at, s.len);
    size_t matched = match_without_blanks(end, p->after);
    if (matched == STR_NONE || post_weight(end) == 0)
        return false;
    struct fit cut = post_fit(p, str_sub(s, 0, at));
    if (fit_is_worse(cut, full))
        return false;
    if (fit_is_worse(full, cut))
        return true;
    return is_whole_lines(p, matched) &&
           str_starts(p->after, str_trim_end(end));
}

/* Where in `s` the text that follows the cursor begins; its length when that
 * is nowhere. */
static size_t find_overlap(const struct post *p, struct str s)
{
    struct fit full = post_fit(p, s);
    size_t from = s.len > LOOKED_AT ? s.len - LOOKED_AT : 0;
    struct str after = str_sub(p->after, post_blanks(p->after), p->after.len);
    for (size_t at = from; at < s.len && after.len; at++) {
        /* The first byte rules nearly all places out. */
        size_t first = at + post_blanks(str_sub(s, at, s.len));
        if (first < s.len && s.ptr[first] == after.ptr[0] &&
            is_overlap(p, s, at, full))
            return at;
    }
    return s.len;
}

/* "i < n;" before "; i++": a separator that is there already. */
static bool ends_doubled(const struct post *p, struct str s)
{
    struct str after = str_sub(p->after, post_blanks(p->after), p->after.len);
    if (s.len == 0 || after.len == 0)
        return false;
    char last = s.ptr[s.len - 1];
    return (last == ';' || last == ',') && after.ptr[0] == last;
}

/*
 * Where the text runs into the lines below and copies them on: a line that
 * says something, the one after it too, as far as there is one.
 */
static size_t find_run_on(const struct post *p, struct str s)
{
    struct str first, second, line, next;
    struct str below = post_below(p, &first);
    if (post_weight(first) < TELLING_LINE || !post_has_letter(first))
        return s.len;
    bool any = post_next_line(&below, &second);
    struct str rest = s;
    size_t end = 0; /* of the line before */
    while (post_next_line(&rest, &line)) {
        struct str behind = rest;
        if (end > 0 && str_eq(line, first) && post_next_line(&behind, &next) &&
            any &&
            (behind.ptr ? str_eq(next, second) : str_starts(second, next)))
            return end;
        end = (size_t)(line.ptr - s.ptr) + line.len;
    }
    return s.len;
}

void post_suffix(struct post *p, struct buf *text)
{
    struct str s = buf_view(text);
    size_t run_on = find_run_on(p, s);
    struct str cut = str_sub(s, 0, run_on);
    if (fit_is_worse(post_fit(p, cut), post_fit(p, s)))
        cut = s;
    cut.len = find_overlap(p, cut);
    if (ends_doubled(p, str_trim_end(cut)))
        cut.len = str_trim_end(cut).len - 1;
    buf_truncate(text, cut.len);
}
