/* A text that makes a correct tree worse. */
#include "base/unicode.h"
#include "complete/post.h"
#include "context/syntax.h"
#include "doc/trial.h"

#include <string.h>

enum {
    TRIES = 8,              /* at one text */
    BUFFER_MAX = 256 << 10, /* bytes; a larger one is not copied */
    MACRO_BYTES = 1024,     /* of the code before, where a macro may act */
};

/* A judgement under way. */
struct judge {
    const struct post *p;
    struct flaws flaws; /* of the buffer as it is */
    int tries;
};

enum verdict { FINE, WORSE, UNKNOWN };

static bool is_preprocessed(const struct post *p)
{
    const struct syntax *syntax = syntax_for(p->f->doc->language);
    return syntax && syntax->directives;
}

static bool is_unsure(const struct post *p)
{
    const struct syntax *syntax = syntax_for(p->f->doc->language);
    return syntax && syntax->unsure;
}

/*
 * On the cursor's line and in what is put there, and `most` elsewhere. That a
 * macro like "list_for_each(x, y) {" seems to miss a semicolon says nothing.
 */
static bool find_flaws(const struct post *p, TSNode root, size_t more,
                       size_t most, struct flaws *flaws)
{
    return tree_flaws(root, p->before.len - p->line_before.len,
                      p->before.len + more + p->line_after.len,
                      !is_preprocessed(p), most, flaws);
}

/*
 * Where what is wrong elsewhere does not stay as it is, how the grammar goes
 * on behind it is a matter of chance.
 */
static enum verdict compare(const struct flaws *was, const struct flaws *now)
{
    if (!flaws_stay(was, now))
        return UNKNOWN;
    return now->there + now->elsewhere > was->there + was->elsewhere ? WORSE
                                                                     : FINE;
}

static enum verdict judge_text(struct judge *j, struct str text)
{
    const struct finish *f = j->p->f;
    struct flaws now;
    enum verdict verdict = UNKNOWN;
    usec time = clock_thread(), end = j->p->judge_end;
    if (j->tries++ == TRIES || (end && time >= end))
        return UNKNOWN;
    TSTree *trial = trial_new(f->doc, f->offset, text, j->flaws.elsewhere > 0,
                              end ? end - time : 0);
    if (trial &&
        find_flaws(j->p, ts_tree_root_node(trial), text.len, SIZE_MAX, &now))
        verdict = compare(&j->flaws, &now);
    trial_free(trial);
    return verdict;
}

/* The text without its last line, its end and blank ones before it. */
static struct str without_last_line(struct str text)
{
    size_t at = text.len;
    while (at > 0 && text.ptr[at - 1] != '\n' && text.ptr[at - 1] != '\r')
        at--;
    return str_trim_end(str_sub(text, 0, at));
}

/*
 * A line may leave to the next one what it lacks, as the head of a function
 * does: where nothing follows it, only one that has an end of its own is
 * judged.
 */
static bool may_go_on(struct post *p, struct str text)
{
    if (without_last_line(text).len)
        return false;
    if (fit_is_worse(post_fit(p, text), post_fit(p, STR(""))))
        return true;
    if (str_trim(p->line_after).len)
        return false;
    if (p->spot.lexis->style == BLOCKS_WORDED)
        return true;
    struct str s = str_trim_end(text);
    return s.len == 0 || !strchr(";}", s.ptr[s.len - 1]);
}

/* The word at the front of `s`; of anything else, one byte. */
static struct str first_word(struct str s)
{
    size_t n = 0;
    while (n < s.len && unicode_is_word((unsigned char)s.ptr[n]))
        n++;
    return str_sub(s, 0, n ? n : 1);
}

/* "NAME", as macros are called; not "T" or "ID". */
static bool is_like_macro(struct str word)
{
    enum { SHORTEST = 3 };
    bool lower = false, upper = false;
    for (size_t i = 0; i < word.len; i++) {
        lower |= word.ptr[i] >= 'a' && word.ptr[i] <= 'z';
        upper |= word.ptr[i] >= 'A' && word.ptr[i] <= 'Z';
    }
    return upper && !lower && word.len >= SHORTEST;
}

static bool has_word(struct str s, struct str word)
{
    for (struct str at; s.len; s = str_sub(s, at.len, s.len)) {
        at = first_word(s);
        if (str_eq(at, word))
            return true;
    }
    return false;
}

/* A macro of the buffer's own, or what is called like one. */
static bool names_macro(struct str text, struct str buffer)
{
    struct str define = STR("#define ");
    for (struct str s = text, word; s.len; s = str_sub(s, word.len, s.len)) {
        word = first_word(s);
        if (is_like_macro(word))
            return true;
    }
    for (size_t at; (at = str_find(buffer, define)) != STR_NONE;) {
        buffer = str_sub(buffer, at + define.len, buffer.len);
        if (has_word(text, first_word(buffer)))
            return true;
    }
    return false;
}

/* "BEGIN_DECLS", alone on a line: what it stands for decides how the grammar
 * ought to read what follows. */
static bool stands_alone(struct str code)
{
    struct str line;
    while (post_next_line(&code, &line)) {
        line = str_trim(line);
        if (line.len && str_eq(first_word(line), line) && is_like_macro(line))
            return true;
    }
    return false;
}

/*
 * Behind a preprocessor the grammar does not see what a compiler sees. Where
 * macros are used (also in the head of what is around: "class EXPORT a {" is
 * no class then) and between directives it is no judge.
 */
static bool is_hidden(const struct post *p, struct str text)
{
    if (!is_preprocessed(p))
        return false;
    size_t start =
        p->spot.start > MACRO_BYTES ? p->spot.start - MACRO_BYTES : 0;
    struct str code = str_sub(p->before, start, p->before.len);
    struct str buffer = text_view(&p->f->doc->text);
    struct str begun = str_sub(p->before, p->spot.statement, p->before.len);
    struct str rest = str_sub(p->before, p->spot.start, p->before.len), head;
    return str_find_char(text, '#') != STR_NONE || stands_alone(code) ||
           names_macro(text, buffer) || names_macro(begun, buffer) ||
           (post_next_line(&rest, &head) && names_macro(head, buffer));
}

/* Of the functions, classes and statements that stand side by side in the file
 * the one at the cursor, or else the last one before it. */
static TSNode part_at(const struct post *p)
{
    TSTreeCursor at = ts_tree_cursor_new(tree_root(&p->f->doc->tree));
    TSNode part = {0};
    if (ts_tree_cursor_goto_first_child(&at))
        do {
            TSNode next = ts_tree_cursor_current_node(&at);
            if (ts_node_start_byte(next) >= p->f->offset)
                break;
            part = next;
        } while (ts_tree_cursor_goto_next_sibling(&at));
    ts_tree_cursor_delete(&at);
    return part;
}

/*
 * Whether what is wrong elsewhere stands in other parts of the file: a bracket
 * that is missing makes one part of all behind it.
 */
static bool is_apart(const struct post *p, const struct flaws *flaws)
{
    struct flaws here;
    if (flaws->elsewhere == 0)
        return true;
    return !flaws->beyond && find_flaws(p, part_at(p), 0, SIZE_MAX, &here) &&
           here.elsewhere == 0;
}

/* In the buffer as it is. Behind a preprocessor much that looks wrong is not,
 * and one thing that does is enough. */
static bool knows_flaws(const struct post *p, struct flaws *flaws)
{
    size_t most = is_preprocessed(p) ? 0 : SIZE_MAX;
    return find_flaws(p, tree_root(&p->f->doc->tree), 0, most, flaws) &&
           is_apart(p, flaws);
}

/* Grammars know no lone CR as a line's end; and one that has lost its way does
 * not know what goes there. */
static bool is_judged(struct post *p, struct str text, struct flaws *flaws)
{
    const struct document *doc = p->f->doc;
    return post_is_judged(p) && !is_unsure(p) && doc->tree.fresh &&
           doc->text.lone_crs == 0 && text_len(&doc->text) <= BUFFER_MAX &&
           str_trim(text).len && !may_go_on(p, text) && knows_flaws(p, flaws);
}

/*
 * Where a line was begun, the buffer has flaws before there is a text, so
 * what counts is whether it has more with it. A text that no cut makes good
 * is dropped only where all was right before.
 */
void post_flaws(struct post *p, struct buf *text)
{
    struct str s = buf_view(text);
    struct judge j = {.p = p};
    if (!is_judged(p, s, &j.flaws))
        return;
    enum verdict verdict = judge_text(&j, s);
    if (verdict == WORSE && is_hidden(p, s))
        return;
    while (verdict == WORSE && (s = without_last_line(s)).len)
        verdict = judge_text(&j, s);
    if (verdict == FINE || (verdict == WORSE && j.flaws.there == 0))
        buf_truncate(text, s.len);
}
