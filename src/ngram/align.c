#include "ngram/align.h"
#include "ngram/lexer.h"

enum { MAX_SPACES = 60, MAX_LINES = 8 };

/* The cursor's line without spaces at its end. */
struct head {
    struct str start, more;
    size_t len, indent;
    unsigned gaps; /* spaces between words */
};

static char at(const struct head *h, size_t i)
{
    return i < h->start.len ? h->start.ptr[i] : h->more.ptr[i - h->start.len];
}

static struct head head_of(struct str start, struct str more)
{
    struct head h = {start, more, start.len + more.len, 0, 0};
    while (h.len && at(&h, h.len - 1) == ' ')
        h.len--;
    lexer_indent(start, &h.indent);
    for (size_t i = h.indent; i < h.len; i++)
        h.gaps += at(&h, i) == ' ' && at(&h, i - 1) != ' ' && i > h.indent;
    return h;
}

static bool is_indented_alike(const struct head *h, struct str line)
{
    size_t indent;
    lexer_indent(line, &indent);
    if (indent != h->indent || indent == line.len)
        return false;
    for (size_t i = 0; i < indent; i++)
        if (line.ptr[i] != at(h, i))
            return false;
    return true;
}

/* Where the word behind as many gaps begins; 0 where it has none, or a single
 * space stands there. */
static size_t aligned_at(const struct head *h, struct str line)
{
    unsigned gaps = 0;
    for (size_t i = h->indent; i < line.len; i++) {
        size_t from = i;
        while (i < line.len && line.ptr[i] == ' ')
            i++;
        if (i > from && gaps++ == h->gaps)
            return i - from > 1 && i < line.len ? i : 0;
    }
    return 0;
}

static size_t column_above(const struct head *h, struct str text)
{
    for (int lines = 0; lines < MAX_LINES && text.len; lines++) {
        text.len -= text.ptr[text.len - 1] == '\n';
        size_t end = str_rfind_char(text, '\n');
        size_t from = end == STR_NONE ? 0 : end + 1;
        struct str line = str_sub(text, from, text.len);
        size_t column =
            is_indented_alike(h, line) ? aligned_at(h, line) : SIZE_MAX;
        if (column)
            return column == SIZE_MAX ? 0 : column;
        text = str_sub(text, 0, from);
    }
    return 0;
}

static size_t column_below(const struct head *h, struct str text)
{
    struct str line;
    for (int n = 0; n < MAX_LINES && str_cut(&text, '\n', &line); n++) {
        if (!is_indented_alike(h, line))
            return 0;
        size_t column = aligned_at(h, line);
        if (column)
            return column;
    }
    return 0;
}

size_t align_spaces(struct str above, struct str below, struct str start,
                    struct str more)
{
    struct head h = head_of(start, more);
    if (h.len <= h.indent)
        return 1;
    size_t column = column_above(&h, above);
    if (!column)
        column = column_below(&h, below);
    return column > h.len && column - h.len <= MAX_SPACES ? column - h.len : 1;
}
