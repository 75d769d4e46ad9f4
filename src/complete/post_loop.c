/* A model that repeats itself to its end. */
#include "complete/post.h"

#include <string.h>

/*
 * A model that loops writes the same bytes again and again to its end. Long
 * repetitions are few in good code, short ones many ("0, 0, 0, 0").
 */
enum {
    SHORTEST = 6,  /* bytes that are repeated */
    LONGEST = 256, /* likewise */
    LONG = 16,     /* from here on a few repetitions are too many */
    FEW = 4,
    MANY = 8,
    LOOKED_AT = 4096, /* bytes at the end */
    SECOND = 4,       /* characters of an answer that is given twice */
    TELLING = 10,     /* of a line that is no chance */
};

/* How many bytes at the end of `s` are equal to those `period` before: more
 * than `n`, and no more than `max`. */
static size_t periodic(struct str s, size_t period, size_t n, size_t max)
{
    while (n + period < s.len && n < max &&
           s.ptr[s.len - 1 - n] == s.ptr[s.len - 1 - n - period])
        n++;
    return n;
}

/* Whether enough different letters are in it to be more than a pattern. */
static bool is_text(struct str unit)
{
    enum { DIFFERENT = 3 };
    bool seen[256] = {false};
    int n = 0;
    for (size_t i = 0; i < unit.len; i++) {
        unsigned char c = (unsigned char)unit.ptr[i];
        if (!seen[c] && post_has_letter(str_sub(unit, i, i + 1)))
            n++;
        seen[c] = true;
    }
    return n >= DIFFERENT;
}

/* Whether `s` goes round at its end; from `*start` on it is too much. */
static bool find_turns(struct str s, size_t *start)
{
    for (size_t period = SHORTEST; period <= LONGEST; period++) {
        size_t n = periodic(s, period, 0, LOOKED_AT);
        size_t times = period < LONG ? MANY : FEW;
        if (n + period < times * period)
            continue;
        n = periodic(s, period, n, s.len);
        *start = s.len - n; /* of the second time */
        struct str unit = str_sub(s, *start - period, *start);
        if (!is_text(unit))
            continue;
        /* The repetition may be seen to begin inside a line. */
        if (str_find_char(unit, '\n') != STR_NONE)
            for (--*start; *start < s.len && s.ptr[*start] != '\n';)
                ++*start;
        while (*start<s.len && * start> 0 &&
               ((unsigned char)s.ptr[*start] & 0xC0) == 0x80)
            --*start;
        return true;
    }
    return false;
}

/*
 * Where `s` says again, behind a blank line, all that it said before it, and
 * nothing more: some models give two answers for one. Its length when it does
 * not.
 */
static size_t find_second(struct str s)
{
    struct str rest = s, line;
    size_t end = 0; /* of the last line with text */
    for (bool gap = false; post_next_line(&rest, &line);) {
        struct str first = str_sub(s, 0, end);
        struct str again =
            str_trim(str_sub(s, (size_t)(line.ptr - s.ptr), s.len));
        if (gap && str_trim(line).len && str_eq(again, str_trim(first)) &&
            post_weight(first) >= SECOND && post_has_letter(first))
            return end;
        gap = str_trim(line).len == 0;
        if (!gap)
            end = (size_t)(line.ptr - s.ptr) + line.len;
    }
    return s.len;
}

/*
 * Behind "f(a))" a last "f(a)": the same line came again, and was cut before
 * what it closed too much. Where its line before ends; its length when there is
 * no such line.
 */
static size_t find_begun_again(struct str s)
{
    size_t at = str_rfind_char(s, '\n');
    if (at == STR_NONE)
        return s.len;
    struct str last = str_trim(str_sub(s, at, s.len));
    size_t start = str_rfind_char(str_sub(s, 0, at), '\n');
    struct str before = str_trim(str_sub(s, start == STR_NONE ? 0 : start, at));
    bool again = post_weight(last) >= TELLING && before.len > last.len &&
                 str_starts(before, last) &&
                 strchr(")]}", before.ptr[last.len]);
    return again ? str_trim_end(str_sub(s, 0, at)).len : s.len;
}

void post_loop(struct post *p, struct buf *text)
{
    size_t start;
    if (find_turns(buf_view(text), &start))
        buf_truncate(text, start);
    buf_truncate(text, find_second(buf_view(text)));
    if (p->cut)
        buf_truncate(text, find_begun_again(buf_view(text)));
}
