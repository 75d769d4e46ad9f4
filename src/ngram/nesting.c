#include "ngram/nesting.h"

#include <string.h>

/* The quote that is open behind `c`, when `quote` was. */
static char next_quote(char quote, char c)
{
    if (quote)
        return c == quote ? 0 : quote;
    return c == '"' || c == '\'' || c == '`' ? c : 0;
}

void nesting_init(struct nesting *n, struct str line)
{
    *n = (struct nesting){0};
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] == '\\')
            i++;
        else
            n->outer = next_quote(n->outer, line.ptr[i]);
    }
    n->quote = n->outer;
}

void nesting_add(struct nesting *n, char c)
{
    bool code = !n->quote;
    n->quote = next_quote(n->quote, c);
    if (code && c && strchr("([{", c))
        n->open++;
    else if (code && c && strchr(")]}", c) && n->open > 0)
        n->open--;
}

bool nesting_in_string(const struct nesting *n)
{
    return n->quote && n->quote != n->outer;
}

bool nesting_is_closed(const struct nesting *n)
{
    return n->open == 0 && !nesting_in_string(n);
}
