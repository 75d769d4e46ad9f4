/* What stands behind the cursor already. */
#include "base/unicode.h"
#include "complete/post.h"

#include <string.h>

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

/* The middle of "!!!!" or of three quotes. */
static bool splits_marks(struct str s, size_t at)
{
    return at > 0 && s.ptr[at - 1] == s.ptr[at] && !strchr(")]}", s.ptr[at]);
}

/* How many of the angle brackets in `s` are left open. */
static long angles(struct str s)
{
    long open = 0;
    for (size_t i = 0; i < s.len; i++) {
        open += s.ptr[i] == '<';
        open -= s.ptr[i] == '>' && (i == 0 || !strchr("-=", s.ptr[i - 1]));
    }
    return open;
}

/* "b>" before ">": whether one of the two closes nothing. */
static bool is_angle_too_much(const struct post *p, struct str s)
{
    struct str statement = str_sub(p->before, p->spot.statement, p->before.len);
    return angles(statement) + angles(s) + angles(p->line_after) < 0;
}

/* How many of these brackets are left open in it; below 0: closed too many. */
static long opened_in(struct str s, char closer)
{
    char opener = closer == ')' ? '(' : closer == ']' ? '[' : '{';
    long open = 0;
    for (size_t i = 0; i < s.len; i++)
        open += (s.ptr[i] == opener) - (s.ptr[i] == closer);
    return open;
}

/* Neither the end of a word nor a single mark that ends nothing: those are
 * alike by chance. */
static bool is_likely(const struct post *p, struct str s, size_t at)
{
    struct str end = str_trim(str_sub(s, at, s.len));
    if (str_is(end, ">"))
        return is_angle_too_much(p, s);
    if (end.len == 1 && strchr(")]}", end.ptr[0]))
        return opened_in(s, end.ptr[0]) < 0;
    if (end.len == 1 && end.ptr[0] == '{')
        return opened_in(s, '}') > 0;
    if (end.len == 1 && !strchr(";,:\"'`", end.ptr[0]))
        return false;
    size_t last = utf8_prev(s, at), first = at;
    return at == 0 || !unicode_is_word(utf8_next(s, &last)) ||
           !unicode_is_word(utf8_next(s, &first));
}

/*
 * Whether the end of `s` from `at` on is written behind the cursor already.
 * Where brackets and quotes fit better without it, it is, whatever the
 * blanks; where they fit as well, it has to be the same byte for byte, and
 * whole lines.
 */
static bool is_overlap(struct post *p, struct str s, size_t at, struct fit full)
{
    struct str end = str_sub(s, at, s.len);
    size_t matched = match_without_blanks(end, p->after);
    if (matched == STR_NONE || post_weight(end) == 0 || splits_marks(s, at))
        return false;
    struct fit cut = post_fit(p, str_sub(s, 0, at));
    if (fit_is_worse(cut, full))
        return false;
    if (fit_is_worse(full, cut))
        return true;
    if (at == 0 && post_weight(end) >= TELLING_LINE)
        return str_starts(p->after, end); /* it says nothing new */
    return is_whole_lines(p, matched) && is_likely(p, s, at) &&
           str_starts(p->after, str_trim_end(end));
}

/* Where in `s` the text that follows the cursor begins; its length when that
 * is nowhere. */
static size_t find_overlap(struct post *p, struct str s)
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

/* Whether the one line begins as the other does; blanks do not count. */
static bool begins_alike(struct str line, struct str other)
{
    return match_without_blanks(line, other) != STR_NONE;
}

static bool is_alike(struct str line, struct str other)
{
    return begins_alike(line, other) && begins_alike(other, line);
}

static bool next_with_text(struct str *rest, struct str *line)
{
    while (post_next_line(rest, line))
        if (str_trim(*line).len)
            return true;
    return false;
}

/* Whether `s` says what `below` says, to the end of either; of a last line
 * that broke off, as far as it goes. One line at least. */
static bool copies_on(struct str s, struct str below)
{
    struct str mine, its;
    size_t n = 0;
    while (next_with_text(&s, &mine) && next_with_text(&below, &its)) {
        if (!is_alike(mine, its) && (s.ptr || !begins_alike(mine, its)) &&
            (below.ptr || !begins_alike(its, mine)))
            return false;
        n++;
    }
    return n > 0;
}

/*
 * Where the text runs into the lines below and copies them on: a line that
 * says something, the one after it too, as far as there is one.
 */
static size_t find_run_on(const struct post *p, struct str s)
{
    struct str first, line;
    struct str below = post_below(p, &first);
    if (post_weight(first) < TELLING_LINE || !post_has_letter(first))
        return s.len;
    struct str rest = s;
    size_t end = 0; /* of the line before */
    while (post_next_line(&rest, &line)) {
        if (end > 0 && is_alike(line, first) && copies_on(rest, below))
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
