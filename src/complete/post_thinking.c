/* What a reasoning model thinks first. */
#include "complete/post.h"

/* What reasoning models write first; unfinished, it is all there is. */
void post_thinking(struct post *p, struct buf *text)
{
    (void)p;
    struct str s = buf_view(text), open = STR("<think>"),
               close = STR("</think>");
    size_t start = str_find(s, open), end = str_find(s, close);
    if (start == STR_NONE || str_trim(str_sub(s, 0, start)).len)
        return;
    if (end == STR_NONE) {
        buf_clear(text);
        return;
    }
    end += close.len;
    while (end < s.len && (s.ptr[end] == '\n' || s.ptr[end] == '\r'))
        end++;
    post_drop_front(text, end);
}
