#include "config/jsonc.h"

#include <string.h>

/* Behind the string literal that starts at `at`. */
static size_t skip_string(const char *text, size_t len, size_t at)
{
    for (at++; at < len && text[at] != '"'; at++)
        if (text[at] == '\\')
            at++;
    return at < len ? at + 1 : len;
}

static void blank(char *text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (text[i] != '\n' && text[i] != '\r')
            text[i] = ' ';
}

/* Behind the comment at `at`, which is blanked; `at` itself when there is
 * none. A block comment that does not end goes to the end of the text. */
static size_t skip_comment(char *text, size_t len, size_t at)
{
    size_t end = at + 2;
    if (at + 1 >= len || text[at] != '/')
        return at;
    if (text[at + 1] == '/') {
        while (end < len && text[end] != '\n')
            end++;
    } else if (text[at + 1] == '*') {
        while (end < len &&
               !(text[end] == '/' && text[end - 1] == '*' && end > at + 2))
            end++;
        end += end < len;
    } else {
        return at;
    }
    blank(text, at, end);
    return end;
}

static void blank_extras(char *text, size_t len)
{
    size_t comma = STR_NONE; /* the last token, when it was a comma */
    for (size_t at = 0; at < len;) {
        size_t next = skip_comment(text, len, at);
        if (next != at) {
            at = next;
            continue;
        }
        char c = text[at];
        if ((c == ']' || c == '}') && comma != STR_NONE)
            text[comma] = ' ';
        if (!strchr(" \t\r\n", c))
            comma = c == ',' ? at : STR_NONE;
        at = c == '"' ? skip_string(text, len, at) : at + 1;
    }
}

/* Line and column, from 1, of the byte that an error's sentence ends with. */
static enum err locate(struct str text, struct why *why)
{
    const char *number = strrchr(why->text, ' ');
    size_t at = 0, line = 1, column = 1;
    if (!strstr(why->text, "at byte ") || !number)
        return ERR_PARSE;
    for (const char *p = number + 1; *p >= '0' && *p <= '9'; p++)
        at = at * 10 + (size_t)(*p - '0');
    for (size_t i = 0; i < at && i < text.len; i++) {
        column = text.ptr[i] == '\n' ? 1 : column + 1;
        line += text.ptr[i] == '\n';
    }
    return why_set(why, ERR_PARSE,
                   "it is not valid JSON at line %zu, column %zu; look there "
                   "for a missing comma, quote or bracket",
                   line, column);
}

enum err jsonc_parse(struct str text, cJSON **out, struct why *why)
{
    struct buf copy;
    buf_init(&copy, text.len + 1);
    *out = NULL;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_sub(text, 3, text.len);
    buf_append(&copy, text);
    if (copy.len)
        blank_extras(copy.ptr, copy.len);
    enum err e = OK;
    if (str_trim(buf_view(&copy)).len == 0)
        *out = cJSON_CreateObject();
    else if ((e = json_parse(&copy, out, why)))
        e = locate(text, why);
    if (!e && !*out)
        e = why_set(why, ERR_MEMORY, "%s", err_sentence(ERR_MEMORY));
    buf_release(&copy);
    return e;
}
