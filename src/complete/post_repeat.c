/* What the next lines say already. */
#include "complete/post.h"

/* A new line that the buffer has next already: nothing new. */
void post_repeat(struct post *p, struct buf *text)
{
    if (!p->spot.blank || p->line_after.len)
        return;
    struct str below, rest = post_below(p, &below), mine = buf_view(text), line;
    size_t width = p->spot.tab_width, column = p->spot.cursor_column;
    bool first = true;
    while (post_next_line(&mine, &line)) {
        column = (first ? column : 0) + blank_columns(line, width, NULL);
        if (!str_eq(str_trim(line), str_trim(below)) ||
            column != blank_columns(below, width, NULL))
            return;
        first = false;
        if (mine.ptr && !post_next_line(&rest, &below))
            return;
    }
    buf_clear(text);
}
