/* What the model's limit cut off. */
#include "base/unicode.h"
#include "complete/post.h"

struct str postprocess_whole_part(struct str raw)
{
    size_t line = str_rfind_char(raw, '\n');
    if (line != STR_NONE && str_trim(str_sub(raw, 0, line)).len)
        return str_sub(raw, 0, line);
    while (raw.len) {
        size_t last = utf8_prev(raw, raw.len), at = last;
        if (!unicode_is_word(utf8_next(raw, &at)))
            break;
        raw.len = last;
    }
    return raw;
}

/* Who wrote all that was wanted was cut behind it. */
void post_limit(struct post *p, struct buf *text)
{
    if (p->f->limited && !p->cut)
        buf_truncate(text, postprocess_whole_part(buf_view(text)).len);
}
