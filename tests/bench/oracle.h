/*
 * A model that knows what is to be written, and says it the way that real
 * models do: it goes on, closes brackets that are closed, wraps its answer up
 * for people, repeats what it was given or itself, indents as it likes, is cut
 * off. What it adds can be told from the truth by who knows the buffer: where
 * either reading would be right, it is not added, and it is said why.
 */
#ifndef BENCH_ORACLE_H
#define BENCH_ORACLE_H

#include "bench/masks.h"
#include "context/spot.h"

struct oracle {
    struct str before, truth, after; /* the file */
    const struct document *doc;      /* without the truth */
    const char *language;
    bool quoted;     /* the truth begins or ends in a comment or string */
    uint32_t random; /* the same for all manners */
};

typedef void oracle_fn(const struct oracle *o, struct buf *out);

enum { RUN_ON = 1500, WHOLE = 16 << 10, TURNS = 40, LOOP_MAX = 12 << 10 };

static inline void oracle_plain(const struct oracle *o, struct buf *out)
{
    buf_append(out, o->truth);
}

/* --- it goes on */

static inline void oracle_run_on(const struct oracle *o, struct buf *out)
{
    buf_append(out, o->truth);
    buf_append(out, str_sub(o->after, 0, RUN_ON));
}

static inline void oracle_suffix(const struct oracle *o, struct buf *out)
{
    buf_append(out, o->truth);
    buf_append(out, str_sub(o->after, 0, WHOLE));
}

/* As somebody else would set it: no blank lines, every run of blanks inside
 * of a line one blank longer. */
static inline void oracle_respaced(const struct oracle *o, struct buf *out)
{
    struct str rest = str_sub(o->after, 0, RUN_ON), line;
    buf_append(out, o->truth);
    for (bool first = true; str_cut(&rest, '\n', &line); first = false) {
        if (!first && str_trim(line).len == 0)
            continue;
        if (!first)
            buf_append_char(out, '\n');
        for (size_t i = 0; i < line.len; i++) {
            buf_append_char(out, line.ptr[i]);
            if (i > 0 && line.ptr[i] == ' ' && line.ptr[i - 1] > ' ')
                buf_append_char(out, ' ');
        }
    }
}

/*
 * It ends what it writes, but its server does not: a token of one family or
 * another, and what comes behind it. Codestral's "[SUFFIX]" and the like are
 * an index elsewhere, so that nothing tells them from one.
 */
static inline struct str oracle_token(const struct oracle *o)
{
    static const char *const tokens[] = {
        "<|endoftext|>",   "<fim_suffix>",
        "<fim_prefix>",    "<fim_pad>",
        "<file_sep>",      "<|fim_suffix|>",
        "<|fim_prefix|>",  "<|file_separator|>",
        "<|fim_pad|>",     "<|im_end|>",
        "<|end_of_text|>", "<fim-suffix>",
        "<|EOT|>",         "<｜fim▁hole｜>",
        "<｜fim▁begin｜>", "<｜end▁of▁sentence｜>",
        "<EOT>",           "<SUF>",
        "<[fim-suffix]>",  "<[end▁of▁sentence]>",
        "<|code_suffix|>", "<|user|>",
        "<repo_name>",     "<|repo_name|>"};
    return str_from(tokens[o->random % (sizeof tokens / sizeof *tokens)]);
}

static inline void oracle_leaks(const struct oracle *o, struct buf *out)
{
    buf_append(out, o->truth);
    buf_append(out, oracle_token(o));
    buf_append(out, str_sub(o->before, 0, RUN_ON));
}

/* The layout's last token, from which it began to write. */
static inline void oracle_leaks_first(const struct oracle *o, struct buf *out)
{
    static const char *const tokens[] = {
        "<fim_middle>", "<|fim_middle|>", "<fim-middle>",   "<｜fim▁end｜>",
        "<MID>",        "<[fim-middle]>", "<|code_middle|>"};
    buf_append(out,
               str_from(tokens[o->random % (sizeof tokens / sizeof *tokens)]));
    buf_append(out, o->truth);
}

/* What an editor closed already, and some more. In comments and strings
 * brackets are letters. */
static inline void oracle_brackets(const struct oracle *o, struct buf *out)
{
    buf_append(out, o->truth);
    buf_append(out, str_sub(o->after, 0, masks_line_end(o->after, 0)));
    if (!o->quoted)
        buf_append(out, str_find_char(o->truth, '(') == STR_NONE
                            ? STR(")\n}\n}")
                            : STR("\n}\n}"));
}

/* The last line again and again, until its server has enough of it. */
static inline void oracle_loops(const struct oracle *o, struct buf *out)
{
    size_t line = str_rfind_char(o->truth, '\n');
    struct str last =
        str_sub(o->truth, line == STR_NONE ? 0 : line + 1, o->truth.len);
    buf_append(out, o->truth);
    for (int i = 0; i < TURNS && out->len + last.len < LOOP_MAX; i++) {
        buf_append_char(out, '\n');
        buf_append(out, last);
    }
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

/* Two answers for one, as those who were trained on pairs do. */
static inline void oracle_twice(const struct oracle *o, struct buf *out)
{
    struct str line = oracle_line_before(o);
    buf_append(out, o->truth);
    buf_append(out, STR("\n\n"));
    if (oracle_is_blank(line))
        buf_append(out, line);
    buf_append(out, o->truth);
}

/* --- blanks and line ends */

/* The line's indentation once more. */
static inline void oracle_indented(const struct oracle *o, struct buf *out)
{
    struct str line = oracle_line_before(o);
    if (oracle_is_blank(line))
        buf_append(out, line);
    buf_append(out, o->truth);
}

/*
 * Reads the truth line by line. What a line of a string begins with is said;
 * but a doc string is set like the code.
 */
struct oracle_reader {
    struct spot spot;
    bool doc, quoted; /* what comes next is in a string, and no such one */
};

static inline void oracle_read(struct oracle_reader *r, struct str line)
{
    struct scanner *x = &r->spot.scanner;
    bool open = x->pair >= 0;
    for (size_t at = 0; at < line.len;)
        scanner_next(x, r->spot.lexis, line, &at, true);
    for (size_t at = 0; at < 1;)
        scanner_next(x, r->spot.lexis, STR("\n"), &at, true);
    if (!open)
        r->doc = r->spot.lexis->style == BLOCKS_INDENTED &&
                 str_starts(str_trim(line), STR("\"\"\""));
    r->quoted =
        x->pair >= 0 && !r->spot.lexis->pairs[x->pair].comment && !r->doc;
}

/* Appends `line`, which is indented by `old`, as it is to be. */
typedef void oracle_line_fn(struct str line, struct str old, struct buf *out);

/* All lines but the first, as `change` has them; lines of strings as they
 * are. */
static inline void oracle_relined(const struct oracle *o, struct str old,
                                  oracle_line_fn *change, struct buf *out)
{
    struct str line, rest = o->truth;
    struct oracle_reader r = {.doc = false};
    spot_find(&r.spot, o->doc, o->before.len);
    for (bool first = true; str_cut(&rest, '\n', &line); first = false) {
        bool quoted = r.quoted;
        oracle_read(&r, line);
        if (!first)
            buf_append_char(out, '\n');
        if (first || quoted || (r.quoted && !old.len))
            buf_append(out, line);
        else
            change(line, old, out);
    }
}

static inline void oracle_without(struct str line, struct str old,
                                  struct buf *out)
{
    buf_append(out,
               str_starts(line, old) ? str_sub(line, old.len, line.len) : line);
}

/* Four blanks for a tab, or a tab for what the buffer has: `old`. Where the
 * buffer has both, either is right. */
static inline void oracle_swap(struct str line, struct str old, struct buf *out)
{
    while (str_starts(line, old)) {
        buf_append(out, str_is(old, "\t") ? STR("    ") : STR("\t"));
        line = str_sub(line, old.len, line.len);
    }
    buf_append(out, line);
}

static inline void oracle_other_blanks(const struct oracle *o, struct buf *out)
{
    struct indent indent = indent_around(o->doc, o->before.len);
    if (!indent.pure) {
        oracle_plain(o, out);
        return;
    }
    oracle_relined(
        o, indent.tabs ? STR("\t") : str_sub(STR("        "), 0, indent.unit),
        oracle_swap, out);
}

/* The other kind of line ends than the file's. */
static inline void oracle_line_ends(const struct oracle *o, struct buf *out)
{
    bool crlf = str_find(o->before, STR("\r\n")) != STR_NONE;
    struct str line, rest = o->truth;
    for (bool first = true; str_cut(&rest, '\n', &line); first = false) {
        if (!first)
            buf_append(out, crlf ? STR("\n") : STR("\r\n"));
        buf_append(out, crlf ? str_trim_end(line) : line);
    }
    buf_append(out, crlf ? STR("\n") : STR("\r\n"));
    buf_append(out, str_sub(o->after, 0, masks_line_end(o->after, 0)));
}

/* Blanks at the ends of all lines but those in strings. */
static inline void oracle_trails(struct str line, struct str old,
                                 struct buf *out)
{
    (void)old;
    buf_append(out, line);
    if (!str_ends(line, STR("\\")))
        buf_append(out, STR("  "));
}

static inline void oracle_trailing(const struct oracle *o, struct buf *out)
{
    oracle_relined(o, STR(""), oracle_trails, out);
    buf_append(out, STR("  \n  \n"));
}

/* --- it is cut off */

/* Where the word that byte `at` is in begins. */
static inline size_t oracle_word(struct str s, size_t at)
{
    while (at > 0 && at < s.len && lexer_in_word(s.ptr[at - 1]) &&
           lexer_in_word(s.ptr[at]))
        at--;
    return at;
}

/* Two thirds of the truth, further on to the middle of a word. */
static inline void oracle_half(const struct oracle *o, struct buf *out)
{
    size_t at = o->truth.len * 2 / 3;
    while (at < o->truth.len && (!at || !lexer_in_word(o->truth.ptr[at]) ||
                                 !lexer_in_word(o->truth.ptr[at - 1])))
        at++;
    buf_append(out, str_sub(o->truth, 0, at));
}

/* Whether some line of what was `said`, but for the last, leaves no bracket
 * open that the truth opened: so far it could be accepted. */
static inline bool oracle_stands(const struct oracle *o, struct str said)
{
    struct oracle_reader r = {.doc = false};
    struct str line;
    spot_find(&r.spot, o->doc, o->before.len);
    size_t open = r.spot.scanner.n_open;
    while (str_cut(&said, '\n', &line) && said.ptr) {
        oracle_read(&r, line);
        if (str_trim(line).len && r.spot.scanner.n_open <= open &&
            r.spot.scanner.pair < 0)
            return true;
    }
    return false;
}

/* --- it talks to people */

static inline void oracle_fenced(const struct oracle *o, struct str before,
                                 struct buf *out)
{
    buf_printf(out, "```%s\n", o->language);
    buf_append(out, before);
    buf_append(out, o->truth);
    buf_append(out, STR("\n```"));
}

static inline void oracle_fence(const struct oracle *o, struct buf *out)
{
    oracle_fenced(o, STR(""), out);
}

/* As if it began at the left edge, in a fence. */
static inline void oracle_left_edge(const struct oracle *o, struct buf *out)
{
    struct str line = oracle_line_before(o);
    buf_printf(out, "```%s\n", o->language);
    oracle_relined(o, oracle_is_blank(line) ? line : STR(""), oracle_without,
                   out);
    buf_append(out, STR("\n```"));
}

static inline void oracle_explains(const struct oracle *o, struct buf *out)
{
    buf_append(out, STR("Here is the missing code:\n\n"));
    oracle_fence(o, out);
    buf_append(out, STR("\n\nThis completes it as the rest of the file does."));
}

/* What it is good for, point by point, and another way to do it. */
static inline void oracle_offers(const struct oracle *o, struct buf *out)
{
    oracle_fence(o, out);
    buf_append(out, STR("\n\n**Why:**\n\n1. It follows `the file`.\n"
                        "2. It compiles.\n\nYou could also write:\n\n"));
    oracle_fenced(o, STR("// in another way\n"), out);
}

/* Three lines before the cursor once more, and the cursor's. */
static inline void oracle_prefix(const struct oracle *o, struct buf *out)
{
    size_t start = o->before.len;
    for (int lines = 0; start > 0; start--)
        if (o->before.ptr[start - 1] == '\n' && ++lines == 4)
            break;
    oracle_fenced(o, str_sub(o->before, start, o->before.len), out);
}

static const struct manner {
    const char *name;
    oracle_fn *say;
    bool chat;
    bool half; /* the server says that the model had no tokens left */
} manners[] = {
    {"the truth alone", oracle_plain, false, false},
    {"runs on", oracle_run_on, false, false},
    {"the whole suffix", oracle_suffix, false, false},
    {"the suffix respaced", oracle_respaced, false, false},
    {"leaks a token", oracle_leaks, false, false},
    {"a token in front", oracle_leaks_first, false, false},
    {"stray brackets", oracle_brackets, false, false},
    {"loops", oracle_loops, false, false},
    {"says it twice", oracle_twice, false, false},
    {"indents twice", oracle_indented, false, false},
    {"tabs for blanks", oracle_other_blanks, false, false},
    {"other line ends", oracle_line_ends, false, false},
    {"trailing blanks", oracle_trailing, false, false},
    {"cut off", oracle_half, false, true},
    {"fence", oracle_fence, true, false},
    {"left edge, fence", oracle_left_edge, true, false},
    {"explains, fence", oracle_explains, true, false},
    {"offers two, fence", oracle_offers, true, false},
    {"repeats the prefix", oracle_prefix, true, false},
};

enum { MANNERS = sizeof manners / sizeof *manners };

#endif
