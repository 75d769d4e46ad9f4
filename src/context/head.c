#include "context/head.h"

/* A head that is longer is cut: somebody forgot a bracket. */
enum { HEAD_MAX = 2000 };

static int nesting(char c)
{
    return c == '(' || c == '[' || c == '{'   ? 1
           : c == ')' || c == ']' || c == '}' ? -1
                                              : 0;
}

static size_t first_line_end(struct str text, size_t start, size_t end)
{
    size_t line = str_find_char(str_sub(text, start, end), '\n');
    return line == STR_NONE ? end : start + line;
}

/* A head that leaves brackets open has taken in what is behind it: a body,
 * or where the parameters are half-written, the next lines. */
static size_t without_open(struct str text, size_t start, size_t end)
{
    int round = 0, braces = 0;
    size_t brace = end;
    for (size_t i = start; i < end; i++) {
        char c = text.ptr[i];
        if (c == '{' && braces++ == 0)
            brace = i;
        else if (c == '}')
            braces--;
        else
            round += nesting(c);
    }
    if (round > 0)
        return first_line_end(text, start, end);
    return braces > 0 ? brace : end;
}

char head_mark(const struct syntax *s)
{
    if (!s->indented)
        return 0;
    return syntax_word(s, STR(":")) & WORD_HEAD_END ? ':' : '=';
}

/* "=" stands apart; "==" and "=>" are others. */
static bool is_mark(struct str text, size_t i, char mark)
{
    if (text.ptr[i] != mark || mark != '=')
        return mark && text.ptr[i] == mark;
    char before = i > 0 ? text.ptr[i - 1] : '\n';
    char next = i + 1 < text.len ? text.ptr[i + 1] : '\n';
    return (before == ' ' || before == '\n' || before == ')') && next != '=' &&
           next != '>';
}

size_t head_line_end(struct str text, size_t start, char mark)
{
    int depth = 0;
    size_t most = text.len - start < HEAD_MAX ? text.len : start + HEAD_MAX;
    for (size_t i = start; i < most; i++) {
        char c = text.ptr[i];
        depth += nesting(c);
        if (depth <= 0 && (c == '\n' || is_mark(text, i, mark)))
            return i;
    }
    return first_line_end(text, start, most);
}

/* The line's last comment, by what stands behind a blank: heads hold hardly
 * any strings. */
static size_t without_comment(const struct syntax *s, struct str text,
                              size_t line, size_t end)
{
    for (size_t i = line; i < end; i++) {
        bool may_begin =
            i == line || text.ptr[i - 1] == ' ' || text.ptr[i - 1] == '\t';
        for (size_t k = 0; may_begin && k < s->n_line_comments; k++)
            if (str_starts(str_sub(text, i, end), s->line_comments[k]))
                return i;
    }
    return end;
}

static size_t trim_end(struct str text, size_t start, size_t end)
{
    return start + str_trim_end(str_sub(text, start, end)).len;
}

static bool is_word(const struct syntax *s, char c)
{
    return s->word_char[(unsigned char)c];
}

/* Where the last word of the head begins, if it is one that ends heads. */
static size_t ending_word(const struct syntax *s, struct str text, size_t start,
                          size_t end)
{
    size_t word = end;
    while (word > start && is_word(s, text.ptr[word - 1]))
        word--;
    bool ends = word > start && word < end &&
                (syntax_word(s, str_sub(text, word, end)) & WORD_HEAD_END);
    return ends ? word : end;
}

/* What opens the body stands at the end, once, but for Haskell's "= do". */
static size_t without_opener(const struct syntax *s, struct str text,
                             size_t start, size_t end)
{
    struct str head = str_sub(text, start, end);
    if (str_ends(head, STR("=>")) || str_ends(head, STR("::")))
        return end;
    if (str_ends(head, STR("{")) || str_ends(head, STR(":")) ||
        str_ends(head, STR("=")) || str_ends(head, STR(";")) ||
        str_ends(head, STR(",")))
        return end - 1;
    if (str_ends(head, STR("do")) && head.len > 2 &&
        !is_word(s, head.ptr[head.len - 3])) {
        end = trim_end(text, start, end - 2);
        return end > start && text.ptr[end - 1] == '=' ? end - 1 : end;
    }
    return ending_word(s, text, start, end);
}

size_t head_trim(const struct syntax *s, struct str text, size_t start,
                 size_t end)
{
    if (end - start > HEAD_MAX)
        end = first_line_end(text, start, end);
    end = without_open(text, start, end);
    for (size_t before = STR_NONE; end != before;) {
        before = end;
        end = trim_end(text, start, end);
        size_t line = str_rfind_char(str_sub(text, start, end), '\n');
        line = line == STR_NONE ? start : start + line + 1;
        end = trim_end(text, start, without_comment(s, text, line, end));
    }
    return trim_end(text, start, without_opener(s, text, start, end));
}

/* Behind the group that `i` opens; of "<" only where it opens one. */
static size_t skip_group(struct str text, size_t i, size_t end)
{
    int depth = 0;
    bool angle = text.ptr[i] == '<';
    for (; i < end; i++) {
        char c = text.ptr[i];
        depth += angle ? (c == '<') - (c == '>') : nesting(c);
        if (depth == 0)
            return i + 1;
    }
    return end;
}

static size_t skip_blanks(struct str text, size_t i, size_t end)
{
    while (i < end && (text.ptr[i] == ' ' || text.ptr[i] == '\t'))
        i++;
    return i;
}

/* Of a word, and of what is tied to it: "a.b", "a::b". */
static size_t name_end_at(const struct syntax *s, struct str text, size_t i,
                          size_t end, bool tied)
{
    while (i < end) {
        size_t next = i + (tied && text.ptr[i] == '.');
        if (tied && str_starts(str_sub(text, i, end), STR("::")))
            next = i + 2;
        if (next >= end || !is_word(s, text.ptr[next]))
            break;
        i = next + 1;
    }
    return i;
}

/* A parameter is not the name: "x => …". */
static bool before_arrow(struct str text, size_t i, size_t end)
{
    struct str rest = str_sub(text, skip_blanks(text, i, end), end);
    return str_starts(rest, STR("=>")) || str_starts(rest, STR("->"));
}

bool head_name(const struct syntax *s, struct str text, size_t start,
               size_t end, size_t *name, size_t *name_end)
{
    bool announced = false, found = false;
    for (size_t i = start; i < end;) {
        char c = text.ptr[i];
        if (c == '(' && found)
            return true;
        if (nesting(c) > 0 || (c == '<' && !found)) {
            i = skip_group(text, i, end);
        } else if (!is_word(s, c)) {
            i++;
        } else {
            size_t to = name_end_at(s, text, i, end, false);
            uint32_t words = syntax_word(s, str_sub(text, i, to));
            if (words & (WORD_FUNCTION | WORD_CLASS)) {
                announced = true;
            } else if (!(words & (WORD_MODIFIER | WORD_CONTROL | WORD_DECLARE |
                                  WORD_DO)) &&
                       !before_arrow(text, to, end)) {
                *name = i;
                *name_end = to = name_end_at(s, text, to, end, true);
                found = true;
                if (announced)
                    return true;
            }
            i = to;
        }
    }
    return found && announced;
}
