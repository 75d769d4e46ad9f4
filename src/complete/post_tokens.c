/* Special tokens that leaked. */
#include "complete/post.h"
#include "provider/template.h"

/*
 * Special tokens of fill-in-the-middle layouts that leaked: in front of the
 * text they are dropped, further on they end it. A buffer that is about such
 * tokens may be given them.
 */
void post_tokens(struct post *p, struct buf *text)
{
    size_t from = 0, at, len;
    while ((len = template_find_token(buf_view(text), from, &at)) > 0) {
        struct str token = str_sub(buf_view(text), at, at + len);
        if (str_find(text_view(&p->f->doc->text), token) != STR_NONE) {
            from = at + len;
        } else if (str_trim(str_sub(buf_view(text), 0, at)).len == 0) {
            post_drop_front(text, at + len);
            from = 0;
        } else {
            buf_truncate(text, at);
            return;
        }
    }
}
