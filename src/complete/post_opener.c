/* The head of a block that the text ends before. */
#include "complete/post.h"

/* Where the last line of the text begins. */
static size_t last_line(struct str s)
{
    size_t at = s.len;
    while (at > 0 && s.ptr[at - 1] != '\n' && s.ptr[at - 1] != '\r')
        at--;
    return at;
}

/* Whether the text ends with what opens an indented block, and nothing behind
 * the cursor can be that. */
static bool opens(const struct post *p, struct str s)
{
    struct scanner x = p->spot.scanner;
    for (size_t at = 0; at < s.len;)
        scanner_next(&x, p->spot.lexis, s, &at, true);
    if (x.last != ':' || x.pair >= 0 || x.n_open > p->spot.floor)
        return false;
    size_t column =
        blank_columns(str_sub(s, last_line(s), s.len), p->spot.tab_width, NULL);
    return spot_below(&p->spot, p->f->doc, p->f->offset).column <= column;
}

void post_opener(struct post *p, struct buf *text)
{
    if (p->spot.lexis->style != BLOCKS_INDENTED || !post_is_judged(p) ||
        p->line_after.len)
        return;
    for (;;) {
        struct str s = str_trim_end(buf_view(text));
        size_t head = str_trim_end(str_sub(s, 0, last_line(s))).len;
        if (head == 0 || !opens(p, s))
            return;
        buf_truncate(text, head);
    }
}
