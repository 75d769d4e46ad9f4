#include "ngram/hang.h"
#include "ngram/lexer.h"

#include <string.h>

enum { REACH = 8192, DEPTH = 16 };

/* Behind the string that begins at `at`; one that does not end on the line is
 * an apostrophe. */
static size_t skip_string(struct str line, size_t at)
{
    char quote = line.ptr[at];
    for (size_t i = at + 1; i < line.len; i++) {
        if (line.ptr[i] == '\\')
            i++;
        else if (line.ptr[i] == quote)
            return i + 1;
    }
    return at + 1;
}

/* The byte of the innermost bracket that is open at the line's end. */
static size_t open_bracket(struct str line)
{
    size_t open[DEPTH], n = 0;
    for (size_t i = 0; i < line.len;) {
        char c = line.ptr[i];
        if (c && strchr("\"'`", c)) {
            i = skip_string(line, i);
            continue;
        }
        if (c && strchr("([{", c) && n < DEPTH)
            open[n++] = i;
        else if (c && strchr(")]}", c) && n > 0)
            n--;
        i++;
    }
    return n ? open[n - 1] : STR_NONE;
}

size_t hang_of(struct str line)
{
    size_t indent, chars = 0;
    line = str_trim_end(line);
    lexer_indent(line, &indent);
    size_t open = open_bracket(line);
    if (open == STR_NONE || open + 1 == line.len || line.ptr[open + 1] == ' ')
        return 0;
    for (size_t i = indent; i <= open; i++)
        chars += ((unsigned char)line.ptr[i] & 0xC0) != 0x80;
    return chars;
}

/* Whether `next` begins with the indentation of `line` and so many blanks. */
static bool hangs(struct str line, size_t chars, struct str next)
{
    size_t indent, own;
    lexer_indent(line, &indent);
    lexer_indent(next, &own);
    bool same = str_starts(next, str_sub(line, 0, indent));
    return same && own == indent + chars && own < next.len &&
           !memchr(next.ptr + indent, '\t', chars);
}

bool hang_is_habit(struct str text)
{
    size_t from = text.len > REACH ? text.len - REACH : 0;
    struct str rest = str_sub(text, from, text.len), line, above = {0};
    bool habit = false;
    while (str_cut(&rest, '\n', &line)) {
        size_t chars = hang_of(above);
        if (chars > 0 && str_trim(line).len)
            habit = hangs(above, chars, line);
        above = line;
    }
    return habit;
}
