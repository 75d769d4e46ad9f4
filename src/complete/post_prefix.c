/* What stands before the cursor already. */
#include "complete/post.h"

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
    size_t longest = 0; /* lines above may begin like the cursor's */
    for (size_t i = 0; i <= line && i < REPEATED_LINES; i++) {
        size_t start = text_line_start(t, line - i);
        if (p->before.len - start > REPEATED_BYTES)
            break;
        size_t n = repeated(p, s, start);
        if (n != STR_NONE && n > longest)
            longest = n;
    }
    post_drop_front(text, longest ? longest : needless_space(p, s));
}
