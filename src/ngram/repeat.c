#include "ngram/repeat.h"
#include "ngram/lexer.h"

#include <string.h>

static const char *const imports[] = {
    "import ", "from ",    "#include", "include ", "use ",          "using ",
    "require", "package ", "@import ", "mod ",     "extern crate ",
};

static bool is_import(struct str line)
{
    for (size_t i = 0; i < sizeof imports / sizeof *imports; i++)
        if (str_starts(line, str_from(imports[i])))
            return true;
    return false;
}

static struct str first_line(struct str s)
{
    size_t end = str_find_char(s, '\n');
    return str_sub(s, 0, end == STR_NONE ? s.len : end);
}

static size_t line_start(struct str s)
{
    size_t end = str_rfind_char(s, '\n');
    return end == STR_NONE ? 0 : end + 1;
}

/* "import os" is in "import os as o", but not in "import os.path". */
static bool imports_too(struct str line, struct str import)
{
    if (!str_starts(line, import))
        return false;
    if (line.len == import.len)
        return true;
    char next = line.ptr[import.len];
    return !str_starts(import, STR("from ")) && !lexer_in_word(next) &&
           lexer_in_word(import.ptr[import.len - 1]) && !strchr(".:/", next);
}

static bool has_import(struct str text, struct str import)
{
    struct str line;
    while (str_cut(&text, '\n', &line))
        if (imports_too(str_trim(line), import))
            return true;
    return false;
}

bool repeats_import(struct str prefix, struct str suffix, struct str answer)
{
    char whole[256];
    size_t start = line_start(prefix);
    struct str line = str_sub(prefix, start, prefix.len);
    answer = first_line(answer);
    if (line.len + answer.len > sizeof whole || answer.len == 0)
        return false;
    if (line.len)
        memcpy(whole, line.ptr, line.len);
    memcpy(whole + line.len, answer.ptr, answer.len);
    struct str now = str_trim((struct str){whole, line.len + answer.len});
    return is_import(now) && (has_import(str_sub(prefix, 0, start), now) ||
                              has_import(suffix, now));
}

static bool begins_with(struct str text, struct str s)
{
    if (s.len == 0 || !str_starts(text, s))
        return false;
    return text.len == s.len || !lexer_in_word(text.ptr[s.len]) ||
           !lexer_in_word(s.ptr[s.len - 1]);
}

size_t repeat_start(struct str suffix, struct str answer)
{
    struct str behind = str_trim(suffix);
    struct str following = str_trim(first_line(behind));
    if (begins_with(behind, str_trim(answer)))
        return 0;
    for (size_t at = 0; following.len;) {
        size_t end = str_find_char(str_sub(answer, at, answer.len), '\n');
        if (end == STR_NONE)
            break;
        at += end + 1;
        struct str line = first_line(str_sub(answer, at, answer.len));
        if (str_eq(str_trim(line), following))
            return at;
    }
    return answer.len;
}
