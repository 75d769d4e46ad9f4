/* No more than was asked for. */
#include "complete/post.h"
#include "context/ending.h"

void post_extent(struct post *p, struct buf *text)
{
    struct ending e;
    if (p->f->ended)
        return;
    ending_init(&e, p->f->doc, p->f->offset, p->f->extent, &p->spot);
    if (!ending_of_text(&e, p->f->doc, p->f->offset, buf_view(text),
                        p->judge_end))
        return;
    p->cut = true;
    buf_truncate(text, e.length);
}
