/* What the next lines say already. */
#include "complete/post.h"

/* A last line that broke off, as far as it goes. */
static bool says_same(const struct post *p, struct str line, struct str below,
                      bool last)
{
    bool broke_off = last && p->f->limited && !p->cut;
    return str_eq(line, below) || (broke_off && str_starts(below, line));
}

/* A new line that the buffer has next already: nothing new. */
void post_repeat(struct post *p, struct buf *text)
{
    if (!p->spot.blank || p->line_after.len)
        return;
    struct str below, rest = post_below(p, &below), line;
    struct str mine = str_trim_end(buf_view(text));
    size_t width = p->spot.tab_width, column = p->spot.cursor_column;
    bool first = true;
    while (post_next_line(&mine, &line)) {
        column = (first ? column : 0) + blank_columns(line, width, NULL);
        if (!says_same(p, str_trim(line), str_trim(below), !mine.ptr) ||
            column != blank_columns(below, width, NULL))
            return;
        first = false;
        if (mine.ptr && !post_next_line(&rest, &below))
            return;
    }
    buf_clear(text);
}
