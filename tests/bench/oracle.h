/*
 * A model that knows what is to be written, and says it the way that real
 * models do: it goes on, closes brackets that are closed, wraps its answer up
 * for people, repeats what it was given, indents as it likes.
 */
#ifndef BENCH_ORACLE_H
#define BENCH_ORACLE_H

#include "bench/masks.h"

struct oracle {
    struct str before, truth, after; /* the file */
    const char *language;
};

typedef void oracle_fn(const struct oracle *o, struct buf *out);

enum { RUN_ON = 1500 };

static inline void oracle_plain(const struct oracle *o, struct buf *out)
{
    buf_append(out, o->truth);
}

static inline void oracle_run_on(const struct oracle *o, struct buf *out)
{
    buf_append(out, o->truth);
    buf_append(out, str_sub(o->after, 0, RUN_ON));
}

/* It ends what it writes, but its server does not. */
static inline void oracle_token(const struct oracle *o, struct buf *out)
{
    buf_append(out, o->truth);
    buf_append(out, STR("<|endoftext|>"));
    buf_append(out, str_sub(o->before, 0, RUN_ON));
}

/* What an editor closed already, and some more. */
static inline void oracle_brackets(const struct oracle *o, struct buf *out)
{
    buf_append(out, o->truth);
    buf_append(out, str_sub(o->after, 0, masks_line_end(o->after, 0)));
    buf_append(out, str_find_char(o->truth, '(') == STR_NONE ? STR(")\n}\n}")
                                                             : STR("\n}\n}"));
}

static inline struct str oracle_line_before(const struct oracle *o)
{
    size_t start = o->before.len;
    while (start > 0 && o->before.ptr[start - 1] != '\n')
        start--;
    return str_sub(o->before, start, o->before.len);
}

static inline bool oracle_is_blank(struct str s)
{
    return str_trim(s).len == 0;
}

/* The line's indentation once more. */
static inline void oracle_indented(const struct oracle *o, struct buf *out)
{
    struct str line = oracle_line_before(o);
    if (oracle_is_blank(line))
        buf_append(out, line);
    buf_append(out, o->truth);
}

/* All lines but the first, with `from` at their beginning replaced. */
static inline void oracle_reindent(struct str truth, struct str from,
                                   struct buf *out)
{
    struct str line, rest = truth;
    for (bool first = true; str_cut(&rest, '\n', &line); first = false) {
        if (!first)
            buf_append_char(out, '\n');
        buf_append(out, !first && str_starts(line, from)
                            ? str_sub(line, from.len, line.len)
                            : line);
    }
}

static inline void oracle_fence(const struct oracle *o, struct buf *out)
{
    buf_printf(out, "```%s\n", o->language);
    buf_append(out, o->truth);
    buf_append(out, STR("\n```"));
}

/* As if it began at the left edge, in a fence. */
static inline void oracle_left_edge(const struct oracle *o, struct buf *out)
{
    struct str line = oracle_line_before(o);
    buf_printf(out, "```%s\n", o->language);
    oracle_reindent(o->truth, oracle_is_blank(line) ? line : STR(""), out);
    buf_append(out, STR("\n```"));
}

static inline void oracle_explains(const struct oracle *o, struct buf *out)
{
    buf_append(out, STR("Here is the missing code:\n\n"));
    oracle_fence(o, out);
    buf_append(out, STR("\n\nThis completes it as the rest of the file does."));
}

/* Three lines before the cursor once more, and the cursor's. */
static inline void oracle_prefix(const struct oracle *o, struct buf *out)
{
    size_t start = o->before.len;
    for (int lines = 0; start > 0; start--)
        if (o->before.ptr[start - 1] == '\n' && ++lines == 4)
            break;
    buf_printf(out, "```%s\n", o->language);
    buf_append(out, str_sub(o->before, start, o->before.len));
    buf_append(out, o->truth);
    buf_append(out, STR("\n```"));
}

static const struct manner {
    const char *name;
    oracle_fn *say;
    bool chat;
} manners[] = {
    {"the truth alone", oracle_plain, false},
    {"runs on", oracle_run_on, false},
    {"leaks a token", oracle_token, false},
    {"stray brackets", oracle_brackets, false},
    {"indents twice", oracle_indented, false},
    {"fence", oracle_fence, true},
    {"left edge, fence", oracle_left_edge, true},
    {"explains, fence", oracle_explains, true},
    {"repeats the prefix", oracle_prefix, true},
};

enum { MANNERS = sizeof manners / sizeof *manners };

#endif
