/*
 * Strings whose writer chooses what ends them, as Ruby's %w(…) and %|…| and
 * Elixir's ~r/…/: a mark, one of some letters behind it, and a delimiter, which
 * is what ends the string, or the bracket that does.
 */
#ifndef CONTEXT_DELIMITERS_H
#define CONTEXT_DELIMITERS_H

#include "base/str.h"

struct delimiters {
    struct str set;     /* bytes that may be one; none: there are none */
    struct str letters; /* none: no letter is between the mark and it */
    bool nest;          /* brackets of its kind nest inside */
    bool operand;       /* only where one is expected: not in "a % (b)" */
};

/*
 * How many bytes of `rest` open such a string, the last being the delimiter:
 * 0 for none, STR_NONE where there are too few to tell.
 */
size_t delimiters_open(const struct delimiters *d, struct str mark,
                       struct str rest);

/* What ends what this delimiter opens. */
char delimiters_closing(char open);

#endif
