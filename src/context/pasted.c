#include "context/pasted.h"
#include "context/nodes.h"
#include "doc/trial.h"

#include <string.h>

enum {
    TAIL_NODES = 200, /* looked at behind a statement */
    CLOSERS = SCANNER_DEPTH + 3,
};

/* A stream that was put in, and its tree. Places are bytes of the text with
 * it, unless they are said to be the stream's. */
struct paste {
    const struct extent_scan *scan;
    const struct syntax *syntax;
    struct str text;   /* the buffer, without it */
    struct str stream; /* its first `n` bytes */
    char closer;       /* that the scan read behind it, or NUL */
    size_t origin;     /* where the stream begins, */
    size_t skipped;    /* without so many bytes of it */
    size_t end;        /* where it ends */
    size_t limit;      /* and the cursor's line behind it, */
    size_t line_end;   /* which ends with so many bytes */
    size_t sound_to;   /* up to where the grammar has to understand it */
    TSNode root;
    bool was_broken; /* the tree without it, around the cursor */
};

bool pasted_is_told(const struct document *doc)
{
    const struct syntax *syntax = syntax_for(doc->language);
    return syntax && syntax->blocks_told;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

static size_t place_of(const struct paste *p, size_t at)
{
    return p->origin + at - p->skipped;
}

/* --- putting it in */

/* Many models write the blanks before the cursor once more. */
static size_t repeated_blanks(const struct extent_scan *scan,
                              const struct document *doc, size_t origin,
                              struct str stream)
{
    struct str line = text_line_prefix(&doc->text, origin);
    size_t n = 0;
    for (size_t i = 0; i < line.len; i++)
        if (!is_blank(line.ptr[i]))
            return 0;
    while (scan->raw && n < stream.len && n < line.len &&
           is_blank(stream.ptr[n]))
        n++;
    return n;
}

/*
 * What closes the brackets that the text before the stream has open, where
 * the buffer ends at the cursor: without them nothing there is whole.
 */
static struct str closers_of(const struct paste *p, char *out)
{
    const struct scanner *x = &p->scan->scanner;
    size_t len = 0, open = x->n_open;
    if (p->stream.len == p->scan->end && open > p->scan->floor)
        open = p->scan->floor;
    if (open > SCANNER_DEPTH || x->pair >= 0)
        return (struct str){0};
    out[len++] = '\n';
    if (p->closer)
        out[len++] = p->closer;
    while (open > 0)
        out[len++] = delimiters_closing(x->open[--open]);
    return (struct str){out, len};
}

/* --- what stands where */

/* Without the stream: an error ends at the text before the cursor. */
static bool was_broken(const struct document *doc, size_t origin)
{
    size_t at = str_trim_end(str_sub(text_view(&doc->text), 0, origin)).len;
    return at > 0 && node_is_broken(tree_root(&doc->tree), at - 1);
}

/* Behind the blanks and comments from byte `at` of the stream on. */
static size_t first_code(const struct paste *p, size_t at)
{
    for (;;) {
        while (at < p->stream.len && is_space(p->stream.ptr[at]))
            at++;
        uint32_t place = (uint32_t)place_of(p, at);
        TSNode leaf = ts_node_descendant_for_byte_range(p->root, place, place);
        if (at >= p->stream.len || !ts_node_is_extra(leaf) ||
            ts_node_start_byte(leaf) != place)
            return at;
        at += ts_node_end_byte(leaf) - place;
    }
}

/* The statement that the stream begins, behind comments and decorators. */
static struct found_statement first_statement(const struct paste *p)
{
    struct found_statement f = node_statement(
        p->syntax, p->root, place_of(p, first_code(p, p->skipped)));
    while (f.found && node_is_decorator(f.node)) {
        TSNode next = ts_node_next_named_sibling(f.node);
        while (!ts_node_is_null(next) && ts_node_is_extra(next))
            next = ts_node_next_named_sibling(next);
        f.node = next;
        f.found = !ts_node_is_null(next) && ts_node_start_byte(next) < p->end;
    }
    return f;
}

/* --- whether it is whole */

static bool has_flaw(const struct paste *p, size_t start, size_t end)
{
    struct flaws flaws;
    return !tree_flaws(p->root, start, end, true, SIZE_MAX, &flaws) ||
           flaws.there;
}

/* Whether what is written makes sense, where it begins in front of the cursor,
 * too; the head of a block that is filled does or does not without it. */
static bool is_sound(const struct paste *p)
{
    bool begun =
        !p->scan->fresh && !p->scan->filling && p->scan->start < p->origin;
    return !has_flaw(p, begun ? p->scan->start : p->origin, p->sound_to);
}

/* The text where a node begins. */
static struct str text_at(const struct paste *p, TSNode node)
{
    size_t at = ts_node_start_byte(node);
    return at < p->origin
               ? str_sub(p->text, at, p->text.len)
               : str_sub(p->stream, at - p->origin + p->skipped, p->stream.len);
}

/* It ends with an `if`, to which the next line may say `else`. */
static bool ends_with_if(const struct paste *p, TSNode node)
{
    while (!str_starts(text_at(p, node), STR("if"))) {
        uint32_t n = ts_node_named_child_count(node);
        if (n == 0)
            return false;
        node = ts_node_named_child(node, n - 1);
    }
    return true;
}

/* By what stands behind it in the stream: nothing but comments, something of
 * its own, or a rest that the grammar has no use for. */
static enum pasted follow(const struct paste *p, TSNode node)
{
    for (int i = 0; i < TAIL_NODES; i++) {
        node = node_behind(node);
        if (ts_node_is_null(node) || ts_node_start_byte(node) > p->limit)
            return PASTED_WHOLE;
        if (ts_node_is_error(node) || ts_node_is_missing(node))
            return PASTED_OPEN;
        if (ts_node_start_byte(node) >= p->end)
            return PASTED_WHOLE;
        if (ts_node_is_named(node) && !ts_node_is_extra(node))
            return PASTED_FOLLOWED;
    }
    return PASTED_UNKNOWN;
}

/* To the end of the line of the stream's byte `at`. */
static size_t line_end(const struct paste *p, size_t at)
{
    while (at < p->stream.len && p->stream.ptr[at] != '\n' &&
           p->stream.ptr[at] != '\r')
        at++;
    return at;
}

/* Whether what ended at byte `at` is the last before the cursor: else the
 * scan has taken another statement for the one that is written. */
static bool is_last(const struct paste *p, size_t at)
{
    for (; at < p->origin; at++)
        if (!is_blank(p->text.ptr[at]) && !strchr(";,", p->text.ptr[at]))
            return false;
    return true;
}

/* It ends at byte `at`; where a line's end is part of it, as of a directive,
 * behind that. */
static enum pasted end_at(const struct paste *p, TSNode node, size_t at,
                          size_t *end)
{
    size_t inside = at < p->origin ? 0 : at - p->origin + p->skipped;
    if (at > p->limit + p->line_end)
        return at < SIZE_MAX && is_sound(p) ? PASTED_INSIDE : PASTED_OPEN;
    if (!is_last(p, at))
        return PASTED_UNKNOWN;
    inside = str_trim_end(str_sub(p->stream, 0, inside)).len;
    *end = inside < p->stream.len ? line_end(p, inside) : p->stream.len;
    bool last = *end == p->scan->end && p->scan->ended == ENDED_LINE;
    if (last && p->scan->complete && !p->scan->may_else &&
        ends_with_if(p, node))
        return PASTED_IF_ALONE;
    return follow(p, node);
}

/*
 * The buffer closes the block itself. A closer in the stream is one too many,
 * and ends the block; without one, all of the stream is in it.
 */
static enum pasted try_closed(const struct paste *p, size_t *end)
{
    struct found_statement f = first_statement(p);
    if (!f.found || f.broken)
        return p->was_broken ? PASTED_UNKNOWN : PASTED_OPEN;
    TSNode closer = node_closer(f.block);
    *end = p->stream.len;
    if (ts_node_is_null(closer) || ts_node_is_named(closer) ||
        ts_node_start_byte(closer) >= p->end)
        return is_sound(p) ? PASTED_WHOLE : PASTED_OPEN;
    if (ts_node_is_missing(closer) || ts_node_has_error(f.block))
        return PASTED_OPEN;
    size_t at = ts_node_start_byte(closer) - p->origin + p->skipped;
    *end = str_trim_end(str_sub(p->stream, 0, at)).len;
    return PASTED_FOLLOWED;
}

/* "#if" is a line of its own, and to the grammar all up to "#endif"; and what
 * stands in a macro is no code to it. */
static bool is_directive(const struct paste *p, TSNode node)
{
    TSNode first = ts_node_child(node, 0);
    return !ts_node_is_null(first) && ts_node_type(first)[0] == '#' &&
           (syntax_is_block(p->syntax, ts_node_symbol(node)) ||
            ts_node_start_byte(node) < p->origin);
}

/* What is not this language has no statements. */
static bool is_text(const struct paste *p, TSNode node)
{
    return syntax_role(p->syntax, ts_node_symbol(node)) == NODE_TEXT;
}

static enum pasted try_statement(const struct paste *p, size_t *end)
{
    const struct extent_scan *s = p->scan;
    bool suite = s->filling && s->lexis->style == BLOCKS_INDENTED;
    struct found_statement f =
        s->fresh || suite ? first_statement(p)
                          : node_statement(p->syntax, p->root, s->start);
    /* Who writes it without its indentation writes something else. */
    if (f.found && suite && ts_node_start_byte(f.block) <= s->start)
        return PASTED_UNKNOWN;
    if (f.found && suite)
        f.node = f.block;
    if (f.found && (is_directive(p, f.node) || is_text(p, f.node)))
        return PASTED_UNKNOWN;
    if (!f.found || f.broken || ts_node_is_error(f.node))
        return p->was_broken ? PASTED_UNKNOWN : PASTED_OPEN;
    if (ts_node_has_error(f.node) && !is_sound(p))
        return PASTED_OPEN;
    size_t at = node_end(&f.node);
    return end_at(p, f.node, at, end);
}

/*
 * The stream begins with a closer. Where the buffer makes no sense without it
 * and makes sense with it, it is missing there; else it is one too many.
 */
static enum pasted try_closer(const struct paste *p)
{
    bool missing = p->was_broken && !ts_node_has_error(p->root);
    return missing ? PASTED_OPEN : PASTED_UNKNOWN;
}

static enum pasted ask(const struct paste *p, size_t *end)
{
    if (p->scan->filling && p->scan->closed)
        return try_closed(p, end);
    return try_statement(p, end);
}

static bool begins_with_closer(const struct extent_scan *scan,
                               struct str stream, size_t n)
{
    return scan->complete && scan->ended == ENDED_CLOSER &&
           str_trim(str_sub(stream, 0, n)).len == 0;
}

/* The bytes that a line ends with at `after`; where the text ends, one is put
 * in. */
static size_t line_end_of(struct str after)
{
    return str_starts(after, STR("\r\n")) ? 2 : 1;
}

/* What is put in, behind the first `typed` bytes. */
static void put(const struct paste *p, size_t typed, struct buf *with)
{
    char closers[CLOSERS];
    buf_append(with, str_sub(p->stream, typed + p->skipped, p->stream.len));
    if (p->sound_to == SIZE_MAX) /* nothing stands behind it */
        buf_append(with, closers_of(p, closers));
}

enum pasted pasted_try(const struct extent_scan *scan,
                       const struct document *doc, size_t offset, size_t typed,
                       struct str stream, size_t n, uint64_t budget_us,
                       size_t *end)
{
    struct paste p = {
        .scan = scan,
        .syntax = syntax_for(doc->language),
        .text = text_view(&doc->text),
        .origin = offset - typed,
    };
    bool closer = begins_with_closer(scan, stream, n);
    struct buf with;
    if (n < typed)
        return PASTED_UNKNOWN;
    p.stream = str_sub(stream, 0, closer ? scan->seen : n);
    p.closer = !closer && scan->complete && scan->ended == ENDED_CLOSER
                   ? stream.ptr[scan->seen - 1]
                   : '\0';
    p.skipped = typed ? 0 : repeated_blanks(scan, doc, offset, p.stream);
    p.end = place_of(&p, p.stream.len);
    struct str rest = text_line_suffix(&doc->text, offset);
    p.limit = p.end + rest.len;
    p.line_end = line_end_of(str_sub(p.text, offset + rest.len, p.text.len));
    p.was_broken = was_broken(doc, p.origin);
    bool last = str_trim(str_sub(p.text, offset, p.text.len)).len == 0;
    p.sound_to = last ? SIZE_MAX : p.limit;
    buf_init(&with, p.stream.len + CLOSERS);
    put(&p, typed, &with);
    TSTree *tree = trial_new(doc, offset, buf_view(&with), closer, budget_us);
    enum pasted pasted = PASTED_LATE;
    if (tree) {
        p.root = ts_tree_root_node(tree);
        pasted = closer ? try_closer(&p) : ask(&p, end);
    }
    trial_free(tree);
    buf_release(&with);
    return pasted;
}
