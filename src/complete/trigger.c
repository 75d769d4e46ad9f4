#include "complete/trigger.h"
#include "base/unicode.h"

/* A word goes on behind the cursor. */
static bool inside_word(struct str text, size_t offset)
{
    if (offset >= text.len)
        return false;
    size_t at = offset;
    return unicode_is_word(utf8_next(text, &at));
}

bool trigger_wants(const struct document *doc, size_t offset,
                   enum trigger trigger)
{
    if (doc->out_of_step)
        return false;
    return trigger == TRIGGER_INVOKED ||
           !inside_word(text_view(&doc->text), offset);
}
