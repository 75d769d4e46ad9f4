/* What the built-in model has to beat: completing words, copying suffixes. */
#ifndef BENCH_RIVALS_H
#define BENCH_RIVALS_H

#include "bench/corpus.h"

/* The nearest word above that begins like the one at the end of `before`,
 * else the first below. */
static inline struct str rival_word(struct str before, struct str after)
{
    size_t start = before.len;
    while (start > 0 && lexer_in_word(before.ptr[start - 1]))
        start--;
    struct str typed = str_sub(before, start, before.len);
    struct str in[2] = {str_sub(before, 0, start), after};
    for (int below = 0; typed.len && below < 2; below++) {
        struct str s = in[below];
        for (size_t n = 0; n + typed.len < s.len; n++) {
            size_t i = below ? n : s.len - typed.len - 1 - n;
            if (memcmp(s.ptr + i, typed.ptr, typed.len) != 0 ||
                (i > 0 && lexer_in_word(s.ptr[i - 1])))
                continue;
            size_t end = i + typed.len;
            while (end < s.len && lexer_in_word(s.ptr[end]))
                end++;
            if (end > i + typed.len)
                return str_sub(s, i + typed.len, end);
        }
    }
    return (struct str){0};
}

enum { RIVAL_PROBE = 6, RIVAL_REACH = 200, RIVAL_PLACES = 4000 };

struct rival_match {
    struct str rest; /* of the line behind the match */
    size_t length;
};

static inline void rival_find(struct rival_match *m, struct str before,
                              struct str in)
{
    if (before.len < RIVAL_PROBE)
        return;
    struct str probe = str_sub(before, before.len - RIVAL_PROBE, before.len);
    size_t at = 0;
    for (int places = 0; places < RIVAL_PLACES; places++) {
        size_t found = str_find(str_sub(in, at, in.len), probe);
        if (found == STR_NONE)
            return;
        at += found + 1;
        size_t end = at - 1 + RIVAL_PROBE, n = RIVAL_PROBE;
        while (n < RIVAL_REACH && n < end && n < before.len &&
               in.ptr[end - 1 - n] == before.ptr[before.len - 1 - n])
            n++;
        if (n <= m->length)
            continue;
        size_t stop = end;
        while (stop < in.len && in.ptr[stop] != '\n')
            stop++;
        *m = (struct rival_match){str_sub(in, end, stop), n};
    }
}

/* The rest of the line behind the longest copy of what stands before the
 * cursor, in the edited text and in the other files. */
static inline struct str rival_copy(const struct corpus *c, size_t edited,
                                    struct str before, struct str after)
{
    struct rival_match m = {.length = RIVAL_PROBE - 1};
    rival_find(&m, before, str_sub(before, 0, before.len - 1));
    rival_find(&m, before, after);
    for (size_t i = 0; i < c->count && m.length < RIVAL_REACH; i++)
        if (i != edited)
            rival_find(&m, before, buf_view(&c->files[i].text));
    return m.rest;
}

#endif
