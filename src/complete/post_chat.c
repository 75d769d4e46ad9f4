/* What a model says besides the text that was asked for. */
#include "complete/post.h"
#include "provider/template.h"

#include <string.h>

static void drop_front(struct buf *text, size_t n)
{
    buf_splice(text, 0, n, (struct str){0});
}

/* --- tokens */

/*
 * Special tokens of fill-in-the-middle layouts that leaked: in front of the
 * text they are dropped, further on they end it. A buffer that is about such
 * tokens may be given them.
 */
void post_tokens(struct post *p, struct buf *text)
{
    size_t from = 0, at, len;
    while ((len = template_find_token(buf_view(text), from, &at)) > 0) {
        struct str token = str_sub(buf_view(text), at, at + len);
        if (str_find(text_view(&p->f->doc->text), token) != STR_NONE) {
            from = at + len;
        } else if (str_trim(str_sub(buf_view(text), 0, at)).len == 0) {
            drop_front(text, at + len);
            from = 0;
        } else {
            buf_truncate(text, at);
            return;
        }
    }
}

/* --- thinking */

/* What reasoning models write first; unfinished, it is all there is. */
void post_thinking(struct post *p, struct buf *text)
{
    (void)p;
    struct str s = buf_view(text), open = STR("<think>"),
               close = STR("</think>");
    size_t start = str_find(s, open), end = str_find(s, close);
    if (start == STR_NONE || str_trim(str_sub(s, 0, start)).len)
        return;
    if (end == STR_NONE) {
        buf_clear(text);
        return;
    }
    end += close.len;
    while (end < s.len && (s.ptr[end] == '\n' || s.ptr[end] == '\r'))
        end++;
    drop_front(text, end);
}

/* --- fence */

static const struct str fence = {"```", 3};

static bool is_fence(struct str line)
{
    return str_starts(str_trim(line), fence);
}

static bool is_chatter(struct str line)
{
    static const char *const beginnings[] = {
        "Here", "Sure",  "Certainly", "Of course", "Okay", "The ",  "Below",
        "I ",   "This ", "To ",       "You ",      "Yes",  "Got it"};
    struct str s = str_trim(line);
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (str_starts(s, str_from(beginnings[i])))
            return true;
    return s.len == 0;
}

/* "```f(a)```", with or without blanks: what is between. */
static bool fenced_on_one_line(struct str line, struct str *inner)
{
    struct str s = str_trim(line);
    if (s.len <= 2 * fence.len || !str_ends(s, fence))
        return false;
    *inner = str_trim(str_sub(s, fence.len, s.len - fence.len));
    return true;
}

/* What stands in `rest` before the line of the closing fence. */
static struct str until_fence(struct str rest)
{
    const char *start = rest.ptr;
    struct str line;
    size_t end = 0;
    while (post_next_line(&rest, &line)) {
        if (is_fence(line))
            return (struct str){start, end};
        end = (size_t)(line.ptr - start) + line.len;
    }
    return (struct str){start, end};
}

/* The inside of the first fence, if nothing but chatter stands before it;
 * what stands before one that only closes; or all. */
static struct str inside_fence(struct str s)
{
    struct str rest = s, line, inner;
    for (bool chatter = true; post_next_line(&rest, &line);) {
        if (!is_fence(line)) {
            chatter = chatter && is_chatter(line);
            continue;
        }
        if (!chatter)
            return until_fence(s);
        if (fenced_on_one_line(line, &inner))
            return inner;
        return rest.ptr ? until_fence(rest) : (struct str){s.ptr, 0};
    }
    return s;
}

/* "`f(a)`", where back quotes are no part of the language. */
static struct str inside_back_quotes(const struct post *p, struct str s)
{
    struct str t = str_trim(s);
    if (t.len < 3 || t.ptr[0] != '`' || !str_ends(t, STR("`")) ||
        p->spot.lexis.begins['`'] || p->f->class == CURSOR_COMMENT ||
        p->f->class == CURSOR_STRING)
        return s;
    struct str inner = str_sub(t, 1, t.len - 1);
    return str_find_char(inner, '`') == STR_NONE ? inner : s;
}

static bool ends_fenced(struct str s)
{
    struct str t = str_trim(s);
    size_t last = str_rfind_char(t, '\n');
    return last != STR_NONE && str_eq(str_sub(t, last + 1, t.len), fence);
}

void post_fence(struct post *p, struct buf *text)
{
    struct str s = buf_view(text), inner = inside_fence(s);
    /* In a comment or string, fences may be what is written. */
    bool text_class =
        p->f->class == CURSOR_COMMENT || p->f->class == CURSOR_STRING;
    if (text_class && !(str_starts(str_trim(s), fence) && ends_fenced(s)))
        inner = s;
    inner = inside_back_quotes(p, inner);
    if (inner.len == s.len)
        return;
    size_t start = inner.ptr ? (size_t)(inner.ptr - s.ptr) : 0;
    buf_truncate(text, start + inner.len);
    drop_front(text, start);
}

/* --- prefix */

enum {
    REPEATED_LINES = 200, /* how far up a repetition may begin */
    REPEATED_BYTES = 16 << 10,
    ENOUGH = 3,       /* characters of the cursor's line */
    ENOUGH_LINES = 8, /* of whole lines */
};

/* Whether `tail` of the buffer is more than chance when it comes again. */
static bool is_telling(const struct post *p, struct str tail)
{
    if (!post_has_letter(tail))
        return false;
    if (p->spot.blank)
        return post_weight(tail) >= ENOUGH_LINES;
    return post_weight(tail) >= ENOUGH || str_find_char(tail, '=') != STR_NONE;
}

/* Behind the repetition of whole lines: the next line with text, without
 * the indentation that stands at the cursor already. */
static size_t skip_to_cursor(const struct post *p, struct str s, size_t at)
{
    struct str rest = str_sub(s, at, s.len);
    size_t blanks = rest.len - str_trim(rest).len;
    if (str_trim(rest).len == 0)
        return s.len;
    size_t text = 0, line = STR_NONE;
    for (; text < blanks && str_trim(str_sub(rest, text, text + 1)).len == 0;
         text++)
        if (rest.ptr[text] == '\n' || rest.ptr[text] == '\r')
            line = text + 1;
    if (line == STR_NONE)
        return STR_NONE;
    size_t typed = p->line_before.len;
    return at + (line + typed < text ? line + typed : text);
}

/* Bytes of `s` that repeat the buffer from `start` to the cursor. */
static size_t repeated(const struct post *p, struct str s, size_t start)
{
    struct str tail = str_sub(p->before, start, p->before.len);
    size_t n = post_match_loosely(s, tail);
    if (n == STR_NONE || !is_telling(p, tail))
        return STR_NONE;
    if (p->spot.blank)
        return skip_to_cursor(p, s, n);
    char last = p->before.ptr[p->before.len - 1];
    return last == ' ' || last == '\t' ? n + post_blanks(str_sub(s, n, s.len))
                                       : n;
}

/* Chat models begin at a word, whatever blank stands at the cursor already,
 * and some on a new line. */
static size_t needless_space(const struct post *p, struct str s)
{
    size_t n = 0;
    struct str line = p->line_before;
    if (p->spot.blank || !post_blanks(str_sub(line, line.len - 1, line.len)))
        return 0;
    if (p->f->extent == EXTENT_LINE)
        while (n < s.len && (s.ptr[n] == '\n' || s.ptr[n] == '\r'))
            n++;
    n += post_blanks(str_sub(s, n, s.len));
    return n < s.len ? n : 0;
}

void post_prefix(struct post *p, struct buf *text)
{
    struct str s = buf_view(text);
    const struct text *t = &p->f->doc->text;
    size_t line = text_line_at(t, p->before.len);
    for (size_t i = 0; i <= line && i < REPEATED_LINES; i++) {
        size_t start = text_line_start(t, line - i);
        if (p->before.len - start > REPEATED_BYTES)
            break;
        size_t n = repeated(p, s, start);
        if (n == STR_NONE || n == 0)
            continue;
        drop_front(text, n);
        return;
    }
    drop_front(text, needless_space(p, s));
}
