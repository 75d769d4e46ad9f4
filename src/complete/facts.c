#include "complete/facts.h"
#include "context/classify.h"
#include "context/spot.h"

/* Where the innermost function around the cursor begins. */
static size_t find_function(const struct document *doc, size_t offset)
{
    struct around around[AROUND_MAX];
    size_t n = 0;
    classify_with(doc, offset, around, &n);
    while (n > 0 && !around[n - 1].function)
        n--;
    return n ? around[n - 1].start : STR_NONE;
}

static char find_bracket(const struct document *doc, size_t offset)
{
    struct spot spot;
    struct str before = text_line_prefix(&doc->text, offset);
    spot_find(&spot, doc, offset - before.len);
    return scanner_innermost(&spot.scanner);
}

bool facts_find(const struct document *doc, size_t offset,
                enum cursor_class class, struct ngram_syntax *out)
{
    if (!doc->tree.tree)
        return false;
    *out = (struct ngram_syntax){
        .comment = class == CURSOR_COMMENT,
        .function = find_function(doc, offset),
        .bracket = find_bracket(doc, offset),
    };
    return true;
}
