/* No blanks at the end. */
#include "complete/post.h"

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
