/* What the stages share. */
#include "base/unicode.h"
#include "complete/post.h"

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

void post_drop_front(struct buf *text, size_t n)
{
    buf_splice(text, 0, n, (struct str){0});
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

/* Code that a string leads back to is set like the string. */
static bool is_quoted(const struct post_reader *r)
{
    const struct scanner *x = &r->x;
    if (x->pair >= 0)
        return !r->lexis->pairs[x->pair].comment && !r->doc;
    for (size_t i = 0; i < x->n_open && i < SCANNER_DEPTH; i++)
        if (x->back[i] >= 0)
            return true;
    return false;
}

void post_reader_init(struct post_reader *r, const struct post *p)
{
    *r = (struct post_reader){
        .lexis = p->spot.lexis, .x = p->spot.scanner, .blank = p->spot.blank};
    r->quoted = is_quoted(r);
}

static bool is_quote(struct str line)
{
    return line.len && (line.ptr[0] == '"' || line.ptr[0] == '\'');
}

void post_reader_pass(struct post_reader *r, struct str line)
{
    struct str end = STR("\n");
    bool open = r->x.pair >= 0;
    for (size_t at = 0; at < line.len;)
        scanner_next(&r->x, r->lexis, line, &at, true);
    for (size_t at = 0; at < end.len;)
        scanner_next(&r->x, r->lexis, end, &at, true);
    if (!open)
        r->doc = r->lexis->style == BLOCKS_INDENTED && r->blank &&
                 is_quote(str_trim(line));
    r->quoted = is_quoted(r);
    r->blank = true;
}

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

struct str post_below(const struct post *p, struct str *line)
{
    struct str rest = str_sub(p->after, 0, POST_BELOW);
    post_next_line(&rest, line);
    while (post_next_line(&rest, line))
        if (str_trim(*line).len)
            return rest;
    *line = (struct str){0};
    return rest;
}
