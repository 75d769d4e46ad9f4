#include "context/delimiters.h"

#include <string.h>

size_t delimiters_open(const struct delimiters *d, struct str mark,
                       struct str rest)
{
    size_t at = mark.len + (d->letters.len > 0);
    if (!str_starts(rest, mark))
        return str_starts(mark, rest) ? STR_NONE : 0;
    if (rest.len > mark.len && d->letters.len > 0 &&
        str_find_char(d->letters, rest.ptr[mark.len]) == STR_NONE)
        return 0;
    if (rest.len <= at)
        return STR_NONE;
    return str_find_char(d->set, rest.ptr[at]) == STR_NONE ? 0 : at + 1;
}

char delimiters_closing(char open)
{
    static const char pairs[] = "()[]{}<>";
    const char *at = open ? strchr(pairs, open) : NULL;
    return at && (at - pairs) % 2 == 0 ? at[1] : open;
}
