#include "context/plain.h"

/*
 * What most languages agree on. A word counts as a line's first one, behind
 * modifiers; "def" also says that indented lines below are a body.
 */
static const char *const modifiers[] = {
    "pub",    "public",   "private", "protected", "static", "async", "export",
    "inline", "abstract", "final",   "override",  "local",  "let",   "default",
};
static const char *const imports[] = {
    "import", "include", "#include", "use",    "require", "from",
    "using",  "package", "open",     "module", "library", "source",
};
static const char *const functions[] = {
    "def",  "fn",   "func",  "function",  "fun",    "sub",
    "proc", "defn", "defun", "procedure", "method", "define",
};
static const char *const comments[] = {"//", "#", "--", ";;", "%", "(*", "/*"};

enum { LINES_MAX = 2000, PREFIX_MAX = 4096 /* bytes of a line */ };

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '#';
}

static bool is_one_of(struct str word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(word, list[i]))
            return true;
    return false;
}
#define IS_ONE_OF(word, list)                                                  \
    is_one_of(word, list, sizeof(list) / sizeof *(list))

static struct str first_word(struct str *rest)
{
    *rest = str_trim(*rest);
    size_t n = 0;
    if (rest->len > 0 && rest->ptr[0] == '(')
        n = 1;
    size_t start = n;
    while (n < rest->len && is_word_char(rest->ptr[n]))
        n++;
    struct str word = str_sub(*rest, start, n);
    *rest = str_sub(*rest, n, rest->len);
    return word;
}

static struct str head_word(struct str line)
{
    struct str word;
    do
        word = first_word(&line);
    while (IS_ONE_OF(word, modifiers));
    return word;
}

static bool is_comment(struct str line)
{
    line = str_trim(line);
    if (str_starts(line, STR("#include")))
        return false;
    for (size_t i = 0; i < sizeof comments / sizeof *comments; i++)
        if (str_starts(line, str_from(comments[i])))
            return true;
    return false;
}

static bool is_function(struct str line)
{
    return IS_ONE_OF(head_word(line), functions);
}

/* A head ends where its line does, or with what opens a body. */
static bool head_is_open(struct str prefix)
{
    struct str line = str_trim(prefix);
    return is_function(line) && !str_ends(line, STR("{")) &&
           !str_ends(line, STR(":")) && !str_ends(line, STR("="));
}

static int indent_of(struct str line)
{
    int column = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t')
            return column;
        column += line.ptr[i] == '\t' ? 8 : 1;
    }
    return -1;
}

/* Functions whose lines the one at `offset` is indented under. */
static int functions_around(const struct text *text, size_t offset)
{
    size_t line = text_line_at(text, offset);
    struct str own = text_line(text, line);
    int found = 0, indent = indent_of(own);
    if (indent < 0)
        indent = (int)(offset - text_line_start(text, line));
    for (int n = 0; line > 0 && indent > 0 && n < LINES_MAX; n++) {
        struct str above = text_line(text, --line);
        int columns = indent_of(above);
        if (columns < 0 || columns >= indent)
            continue;
        indent = columns;
        found += is_function(above);
    }
    return found;
}

struct classification plain_classify(const struct text *text, size_t offset)
{
    struct str prefix = text_line_prefix(text, offset);
    prefix = str_sub(prefix, 0, PREFIX_MAX);
    struct str start = str_trim(text_line(text, text_line_at(text, offset)));
    struct classification c = {.class = CURSOR_TOP_LEVEL,
                               .statement = offset,
                               .depth = functions_around(text, offset)};
    if (str_trim(prefix).len > 0)
        c.statement = (size_t)(start.ptr - text_view(text).ptr);
    if (c.depth > 0)
        c.class = CURSOR_BODY;
    if (is_comment(prefix))
        c.class = CURSOR_COMMENT;
    else if (IS_ONE_OF(head_word(prefix), imports))
        c.class = CURSOR_IMPORT;
    else if (head_is_open(prefix))
        c.class = CURSOR_FUNCTION;
    else if (is_function(prefix))
        c.class = CURSOR_BODY;
    return c;
}
