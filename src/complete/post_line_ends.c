/* Line ends as the buffer's. */
#include "complete/post.h"

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
