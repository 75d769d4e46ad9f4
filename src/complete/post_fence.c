/* The code out of an answer that was written for people. */
#include "complete/post.h"

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

bool postprocess_is_fenced(struct str raw, size_t *length)
{
    struct str rest = raw, line;
    bool open = false;
    while (post_next_line(&rest, &line)) {
        bool closes = str_eq(str_trim(line), fence);
        if (closes && open) {
            *length = (size_t)(line.ptr - raw.ptr) + line.len;
            return true;
        }
        open |= is_fence(line);
    }
    return false;
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
        p->spot.lexis->bytes['`'] & BYTE_BEGINS ||
        p->f->class == CURSOR_COMMENT || p->f->class == CURSOR_STRING)
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

/* Whether the answer as a whole is one for people: a fence that ends it, or
 * one behind a line that announces it. */
static bool is_wrapped(struct str s)
{
    struct str rest = str_trim(s), line;
    if (str_starts(rest, fence))
        return ends_fenced(s);
    if (!post_next_line(&rest, &line) || !is_chatter(line) ||
        !str_ends(str_trim(line), STR(":")))
        return false;
    return str_starts(str_trim(rest), fence);
}

void post_fence(struct post *p, struct buf *text)
{
    struct str s = buf_view(text), inner = inside_fence(s);
    /* In a comment or string, fences may be what is written. */
    bool text_class =
        p->f->class == CURSOR_COMMENT || p->f->class == CURSOR_STRING;
    if (text_class && !is_wrapped(s))
        inner = s;
    inner = inside_back_quotes(p, inner);
    if (inner.len == s.len)
        return;
    size_t start = inner.ptr ? (size_t)(inner.ptr - s.ptr) : 0;
    buf_truncate(text, start + inner.len);
    post_drop_front(text, start);
}
