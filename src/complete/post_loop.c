/* A model that repeats itself to its end. */
#include "complete/post.h"

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
};

/* How many bytes at the end of `s` are equal to those `period` before. */
static size_t periodic(struct str s, size_t period)
{
    size_t n = 0;
    while (n + period < s.len && n < LOOKED_AT &&
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

void post_loop(struct post *p, struct buf *text)
{
    (void)p;
    struct str s = buf_view(text);
    for (size_t period = SHORTEST; period <= LONGEST; period++) {
        size_t n = periodic(s, period);
        size_t times = period < LONG ? MANY : FEW;
        if (n + period < times * period)
            continue;
        size_t start = s.len - n; /* of the second time */
        struct str unit = str_sub(s, start - period, start);
        if (!is_text(unit))
            continue;
        /* The repetition may be seen to begin inside a line. */
        if (str_find_char(unit, '\n') != STR_NONE)
            for (start--; start < s.len && s.ptr[start] != '\n';)
                start++;
        while (start < s.len && start > 0 &&
               ((unsigned char)s.ptr[start] & 0xC0) == 0x80)
            start--;
        buf_truncate(text, start);
        return;
    }
}
