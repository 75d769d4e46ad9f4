/* Stages that look at bytes and characters only; and what others share. */
#include "base/unicode.h"
#include "complete/post.h"

/* --- shared */

void post_replace(struct buf *text, struct buf *with)
{
    if (with->failed) {
        text->failed = true;
    } else {
        buf_clear(text);
        buf_append(text, buf_view(with));
    }
    buf_release(with);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

static size_t skip_space(struct str s, size_t at)
{
    while (at < s.len && is_space(s.ptr[at]))
        at++;
    return at;
}

static bool is_word_byte(struct str s, size_t at)
{
    return at < s.len && ((unsigned char)s.ptr[at] >= 0x80 ||
                          unicode_is_word((unsigned char)s.ptr[at]));
}

size_t post_match_loosely(struct str s, struct str pattern)
{
    size_t i = 0, j = 0;
    while (j < pattern.len) {
        size_t i_next = skip_space(s, i), j_next = skip_space(pattern, j);
        if (j_next == pattern.len)
            break;
        bool joins = i > 0 && is_word_byte(s, i - 1) && is_word_byte(s, i_next);
        if ((i_next == i) != (j_next == j) && joins && j > 0)
            return STR_NONE;
        if (i_next >= s.len || s.ptr[i_next] != pattern.ptr[j_next])
            return STR_NONE;
        i = i_next + 1;
        j = j_next + 1;
    }
    return i;
}

size_t post_weight(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += !is_space(s.ptr[i]);
    return n;
}

bool post_has_letter(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x80 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
            return true;
    }
    return false;
}

size_t post_blanks(struct str s)
{
    size_t n = 0;
    while (n < s.len && is_blank(s.ptr[n]))
        n++;
    return n;
}

bool post_next_line(struct str *rest, struct str *line)
{
    if (!rest->ptr)
        return false;
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != '\n' && rest->ptr[end] != '\r')
        end++;
    *line = str_sub(*rest, 0, end);
    if (end == rest->len) {
        *rest = (struct str){0};
        return true;
    }
    bool crlf = str_starts(str_sub(*rest, end, rest->len), STR("\r\n"));
    *rest = str_sub(*rest, end + (crlf ? 2 : 1), rest->len);
    return true;
}

/* --- utf8 */

/* Bytes at the end that begin a character whose rest is missing. */
static size_t broken_off(struct str s)
{
    for (size_t n = 1; n <= 3 && n <= s.len; n++) {
        unsigned char c = (unsigned char)s.ptr[s.len - n];
        if (c < 0x80)
            return 0;
        if (c >= 0xC0)
            return n < (c >= 0xF0 ? 4u : c >= 0xE0 ? 3u : 2u) ? n : 0;
    }
    return 0;
}

void post_utf8(struct post *p, struct buf *text)
{
    (void)p;
    struct str s = buf_view(text);
    s.len -= broken_off(s);
    buf_truncate(text, s.len);
    if (utf8_valid(s))
        return;
    struct buf repaired;
    buf_init(&repaired, text->max);
    utf8_append_repaired(&repaired, s);
    post_replace(text, &repaired);
}

/* --- unsafe */

void post_unsafe(struct post *p, struct buf *text)
{
    (void)p;
    struct str s = buf_view(text);
    size_t out = 0;
    for (size_t at = 0; at < s.len;) {
        size_t start = at;
        if (unicode_is_unsafe(utf8_next(s, &at)))
            continue;
        for (size_t i = start; i < at; i++)
            text->ptr[out++] = text->ptr[i];
    }
    buf_truncate(text, out);
}

/* --- line_ends */

struct str post_line_end(const struct post *p)
{
    size_t at = p->before.len;
    while (at > 0 && p->before.ptr[at - 1] != '\n' &&
           p->before.ptr[at - 1] != '\r')
        at--;
    if (at > 1 && p->before.ptr[at - 1] == '\n')
        return p->before.ptr[at - 2] == '\r' ? STR("\r\n") : STR("\n");
    if (at > 0)
        return p->before.ptr[at - 1] == '\n' ? STR("\n") : STR("\r");
    struct str rest = str_sub(p->after, p->line_after.len, p->after.len);
    if (str_starts(rest, STR("\r\n")))
        return STR("\r\n");
    return str_starts(rest, STR("\r")) ? STR("\r") : STR("\n");
}

void post_line_ends(struct post *p, struct buf *text)
{
    struct str end = post_line_end(p), rest = buf_view(text), line;
    struct buf lines;
    buf_init(&lines, text->max);
    while (post_next_line(&rest, &line)) {
        buf_append(&lines, line);
        if (rest.ptr)
            buf_append(&lines, end);
    }
    post_replace(text, &lines);
}

/* --- trim */

/*
 * Blanks at the end are kept only where text follows on the line: "f(a, "
 * before "b)" needs them. A text of blanks alone is none.
 */
void post_trim(struct post *p, struct buf *text)
{
    struct str s = buf_view(text), trimmed = str_trim_end(s);
    if (trimmed.len == 0)
        buf_clear(text);
    else if (str_trim(p->line_after).len == 0 || post_blanks(p->line_after))
        buf_truncate(text, trimmed.len);
}
