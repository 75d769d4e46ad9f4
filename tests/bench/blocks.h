/* Blocks of a tree's real files: what belongs to one, and when an answer of
 * several lines is right. */
#ifndef BENCH_BLOCKS_H
#define BENCH_BLOCKS_H

#include "bench/corpus.h"

enum { BLOCK_LINES = 12 };

/* A block that is typed again: a corpus_line whose `typed` is the line and
 * what belongs to it, and `after` what stands below. */
struct corpus_block {
    struct corpus_line all;
    size_t lines;
    size_t first; /* bytes of its first line */
};

/* From the line on, all that is indented as much or more; a blank line ends
 * it. Where nothing belongs to the line, it is a block of one: whoever then
 * says more is wrong. */
static inline struct corpus_block corpus_block(struct str text,
                                               const struct corpus_line *line)
{
    struct corpus_block b = {.all = *line, .first = line->typed.len};
    size_t start = line->before.len, indent = 0, at = start, end = start;
    while (indent < start && text.ptr[start - indent - 1] != '\n')
        indent++;
    for (; b.lines < BLOCK_LINES && at < text.len; b.lines++) {
        struct str rest = str_sub(text, at, text.len), next;
        size_t deep;
        str_cut(&rest, '\n', &next);
        lexer_indent(next, &deep);
        if (b.lines && (deep < indent || deep == next.len))
            break;
        end = at + next.len;
        at = end + 1;
    }
    b.all.typed = str_trim_end(str_sub(text, start, end));
    b.all.after = str_sub(text, end, text.len);
    return b;
}

static inline bool has_lines(struct str said)
{
    return str_find_char(said, '\n') != STR_NONE;
}

struct verdict {
    size_t lines, right; /* of the answer; up to the first that is wrong */
    size_t bytes;        /* that the right ones are of what was written */
    bool whole;          /* every line that it shows is what was written */
};

/* Judge an answer of several lines: each has to be a whole line of `truth`, in
 * order, indentation and all, but for blanks at its end. That more lines
 * follow there is no fault. */
static inline struct verdict judge_lines(struct str said, struct str truth)
{
    struct verdict v = {.whole = true};
    struct str ours, theirs, rest = truth;
    while (str_cut(&said, '\n', &ours)) {
        v.whole = v.whole && str_cut(&rest, '\n', &theirs) &&
                  str_eq(str_trim_end(ours), str_trim_end(theirs));
        v.lines++;
        v.right += v.whole;
        if (v.whole)
            v.bytes = (size_t)(theirs.ptr - truth.ptr) + theirs.len;
    }
    return v;
}

#endif
