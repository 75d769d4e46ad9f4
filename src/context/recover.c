#include "context/recover.h"
#include "context/head.h"

enum { WORDS_MAX = 8, LINE_MAX_BYTES = 400 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_word(const struct syntax *s, char c)
{
    return s->word_char[(unsigned char)c];
}

static size_t skip_blanks(struct str text, size_t at, size_t end)
{
    while (at < end && is_blank(text.ptr[at]))
        at++;
    return at;
}

static size_t skip_word(const struct syntax *s, struct str text, size_t at,
                        size_t end)
{
    while (at < end && is_word(s, text.ptr[at]))
        at++;
    return at;
}

/* Where the line's body opens: its first brace outside of other brackets, or
 * the next line's first byte. STR_NONE when there is none. */
static size_t brace_of(struct str text, size_t at, size_t end)
{
    int depth = 0;
    for (; at < end; at++) {
        char c = text.ptr[at];
        if (c == ';' || c == '=')
            return STR_NONE;
        if (c == '{' && depth == 0)
            return at;
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
    }
    size_t next = skip_blanks(text, end + 1, text.len);
    return depth == 0 && next < text.len && text.ptr[next] == '{' ? next
                                                                  : STR_NONE;
}

/* The word for a function or a class among the line's first ones. */
static uint32_t announced(const struct syntax *s, struct str text, size_t at,
                          size_t end)
{
    for (int i = 0; i < WORDS_MAX && at < end; i++) {
        size_t to = skip_word(s, text, at, end);
        uint32_t words = syntax_word(s, str_sub(text, at, to));
        if (to == at || (words & (WORD_FUNCTION | WORD_CLASS)))
            return words;
        if (!(words & (WORD_MODIFIER | WORD_ATTRIBUTE)))
            return 0;
        if ((words & WORD_ATTRIBUTE) && to < end && text.ptr[to] == '(')
            to += str_find_char(str_sub(text, to, end - 1), ')') + 1;
        at = skip_blanks(text, to, end);
    }
    return 0;
}

/* "fun three() = 3" */
static size_t in_front_of_value(struct str text, size_t start, size_t end)
{
    int depth = 0;
    for (size_t at = start; at < end; at++) {
        char c = text.ptr[at];
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
        if (c == '=' && depth == 0 && at > start && is_blank(text.ptr[at - 1]))
            return at;
    }
    return end;
}

static bool by_word(const struct syntax *s, struct str text, size_t start,
                    size_t end, uint32_t words, struct definition *out)
{
    size_t head = head_line_end(text, start, head_mark(s));
    size_t brace = brace_of(text, start, end);
    if (brace != STR_NONE && brace < head)
        head = brace;
    if (words & WORD_FUNCTION)
        head = in_front_of_value(text, start, head);
    if ((words & (WORD_TAG | WORD_SOFT)) && brace == STR_NONE)
        return false; /* "struct a *p;", "record = 1" */
    out->head_end = head_trim(s, text, start, head);
    out->open_end = brace == STR_NONE ? out->head_end : brace + 1;
    out->kind = words & WORD_FUNCTION ? DEFINITION_FUNCTION : DEFINITION_CLASS;
    return head_name(s, text, start, out->head_end, &out->name, &out->name_end);
}

/* "int main(int argc) {": all before the parameters is words. */
static bool by_shape(const struct syntax *s, struct str text, size_t start,
                     size_t end, struct definition *out)
{
    size_t at = start, name = start, name_end = start;
    int n = 0;
    for (; at < end && text.ptr[at] != '('; n++) {
        size_t to = skip_word(s, text, at, end);
        uint32_t words = syntax_word(s, str_sub(text, at, to));
        if (words & (WORD_CONTROL | WORD_NEW | WORD_LITERAL | WORD_IMPORT))
            return false;
        if (to > at) {
            name = at;
            name_end = to;
        } else if (str_find_char(STR("*&<>[],:?~ \t"), text.ptr[at]) ==
                   STR_NONE) {
            return false;
        }
        at = to > at ? to : at + 1;
    }
    size_t brace = brace_of(text, start, end);
    if (at == end || name_end == start || brace == STR_NONE || brace < at)
        return false;
    size_t init = str_find(str_sub(text, start, brace), STR(") :"));
    bool initializes = s->directives && init != STR_NONE; /* C++ */
    out->head_end =
        head_trim(s, text, start, initializes ? start + init + 1 : brace);
    if (out->head_end <= at ||
        str_ends(str_sub(text, start, out->head_end), STR("=>")))
        return false;
    out->open_end = brace + 1;
    out->kind = DEFINITION_FUNCTION;
    out->name = name;
    out->name_end = name_end;
    return true;
}

bool recover_line(const struct syntax *s, struct str text, size_t line,
                  size_t end, struct definition *out)
{
    size_t start = skip_blanks(text, line, end);
    if (start == end || end - start > LINE_MAX_BYTES)
        return false;
    *out = (struct definition){.start = start, .end = STR_NONE};
    uint32_t words = announced(s, text, start, end);
    if (words)
        return by_word(s, text, start, end, words, out);
    bool bare = start == line ? s->bare_at_top : s->bare_in_class;
    return bare && by_shape(s, text, start, end, out);
}
