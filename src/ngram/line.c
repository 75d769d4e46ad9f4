#include "ngram/line.h"

#include <string.h>

enum { LINE_TOKENS = 200 };

char line_closing(char c)
{
    return c == '(' ? ')' : c == '[' ? ']' : c == '{' ? '}' : 0;
}

static void add(struct line *l, char c)
{
    if (c == '"' || c == '\'' || c == '`')
        l->quote = l->quote == c ? 0 : l->quote ? l->quote : c;
    else if (line_closing(c) && l->open < LINE_MAX_OPEN)
        l->expected[l->open++] = line_closing(c);
    else if (l->open && c == l->expected[l->open - 1])
        l->open--;
}

void line_read(struct line *l, const struct site *s)
{
    size_t from = s->count;
    while (from > 0 && s->count - from < LINE_TOKENS &&
           !is_newline(s->tokens[from - 1]))
        from--;
    l->open = l->count = 0;
    l->quote = 0;
    l->length = (unsigned)(s->count - from);
    for (size_t i = from; i < s->count; i++) {
        struct str t = vocabulary_text(&s->library->words, s->tokens[i]);
        if (t.len == 1)
            add(l, *t.ptr);
        if (s->count - i <= LINE_WORDS)
            l->tokens[l->count++] = s->tokens[i];
    }
}

bool line_has(const struct line *l, uint32_t id)
{
    for (unsigned i = 0; i < l->count; i++)
        if (l->tokens[i] == id)
            return true;
    return false;
}
