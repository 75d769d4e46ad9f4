/* No more than was asked for. */
#include "complete/post.h"

void post_extent(struct post *p, struct buf *text)
{
    struct extent_scan scan;
    size_t length;
    extent_scan_init(&scan, p->f->doc, p->f->offset, p->f->extent);
    if (!extent_scan_done(&scan, buf_view(text), &length))
        return;
    p->cut = true;
    buf_truncate(text, length);
}
