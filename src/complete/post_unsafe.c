/* Characters that nobody sees, or that show the text as another. */
#include "base/unicode.h"
#include "complete/post.h"

void post_unsafe(struct post *p, struct buf *text)
{
    (void)p;
    struct str s = buf_view(text);
    size_t out = 0;
    for (size_t at = 0; at < s.len;) {
        size_t start = at;
        if (unicode_is_unsafe(utf8_next(s, &at)))
            continue;
        for (size_t i = start; i < at; i++)
            text->ptr[out++] = text->ptr[i];
    }
    buf_truncate(text, out);
}
