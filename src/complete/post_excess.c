/* What closes nothing, and what follows it. */
#include "complete/post.h"

void post_excess(struct post *p, struct buf *text)
{
    struct str s = buf_view(text);
    struct scanner x = p->spot.scanner;
    if (!post_is_judged(p))
        return;
    size_t excess = post_read_on(p, &x, s);
    if (excess != STR_NONE)
        buf_truncate(text, str_trim_end(str_sub(s, 0, excess)).len);
}
