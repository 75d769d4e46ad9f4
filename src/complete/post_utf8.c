/* Well-formed UTF-8, whatever the bytes. */
#include "base/unicode.h"
#include "complete/post.h"

/* Bytes at the end that begin a character whose rest is missing. */
static size_t broken_off(struct str s)
{
    for (size_t n = 1; n <= 3 && n <= s.len; n++) {
        unsigned char c = (unsigned char)s.ptr[s.len - n];
        if (c < 0x80)
            return 0;
        if (c >= 0xC0)
            return n < (c >= 0xF0 ? 4u : c >= 0xE0 ? 3u : 2u) ? n : 0;
    }
    return 0;
}

void post_utf8(struct post *p, struct buf *text)
{
    (void)p;
    struct str s = buf_view(text);
    s.len -= broken_off(s);
    buf_truncate(text, s.len);
    if (utf8_valid(s))
        return;
    struct buf repaired;
    buf_init(&repaired, text->max);
    utf8_append_repaired(&repaired, s);
    post_replace(text, &repaired);
}
