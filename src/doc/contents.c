#include "doc/contents.h"
#include "base/file.h"
#include "base/unicode.h"

/* What was read of the text. */
struct reading {
    struct str guard; /* a directive with this word asks for the language */
    bool comment;     /* a block comment is open */
    int hidden;       /* directives that are open since such a one; 0: none */
};

static bool is_word_byte(char c)
{
    return unicode_is_word((unsigned char)c);
}

static struct str skip_blanks(struct str s)
{
    size_t n = 0;
    while (n < s.len && (s.ptr[n] == ' ' || s.ptr[n] == '\t'))
        n++;
    return str_sub(s, n, s.len);
}

/* The word or number at the front of `s`. */
static struct str word_of(struct str s)
{
    size_t n = 0;
    while (n < s.len && is_word_byte(s.ptr[n]))
        n++;
    return str_sub(s, 0, n);
}

/* How much of `s` is `piece`; "NAME" stands for any word. STR_NONE: none. */
static size_t match_piece(struct str s, struct str piece)
{
    struct str word = word_of(s);
    if (str_is(piece, "NAME"))
        return word.len ? word.len : STR_NONE;
    if (is_word_byte(piece.ptr[0]))
        return str_eq(word, piece) ? word.len : STR_NONE;
    return str_starts(s, piece) ? piece.len : STR_NONE;
}

static bool begins_as(struct str line, struct str sign)
{
    struct str piece;
    while (str_cut(&sign, ' ', &piece)) {
        line = skip_blanks(line);
        size_t n = piece.len ? match_piece(line, piece) : 0;
        if (n == STR_NONE)
            return false;
        line = str_sub(line, n, line.len);
    }
    return true;
}

/* Behind the comments that it begins with, and those that are open already. */
static struct str skip_comments(struct reading *r, struct str line)
{
    for (;;) {
        line = r->comment ? line : skip_blanks(line);
        if (!r->comment && !str_starts(line, STR("/*")))
            return line;
        size_t from = r->comment ? 0 : 2;
        size_t end = str_find(str_sub(line, from, line.len), STR("*/"));
        r->comment = end == STR_NONE;
        if (r->comment)
            return (struct str){0};
        line = str_sub(line, from + end + 2, line.len);
    }
}

/* Whether a comment goes on with the next line. */
static void read_comments(struct reading *r, struct str line)
{
    size_t start;
    while ((start = str_find(line, STR("/*"))) != STR_NONE) {
        line = str_sub(line, start, line.len);
        line = skip_comments(r, line);
    }
}

/* "#ifdef __cplusplus" hides what follows it, to its "#endif". */
static void read_directive(struct reading *r, struct str line)
{
    struct str name = skip_blanks(str_sub(line, 1, line.len));
    bool opens = str_starts(name, STR("if"));
    if (r->hidden > 0)
        r->hidden += opens - str_starts(name, STR("endif"));
    else if (opens && r->guard.len && str_find(name, r->guard) != STR_NONE)
        r->hidden = 1;
}

/* Whether the line, without its comments, tells. */
static bool tells(struct reading *r, struct str line, const cJSON *signs)
{
    const cJSON *sign;
    line = skip_comments(r, line);
    read_comments(r, line);
    if (str_starts(line, STR("#")))
        read_directive(r, line);
    if (r->hidden > 0 || line.len == 0)
        return false;
    cJSON_ArrayForEach(sign, signs)
    {
        if (begins_as(line, json_str(sign)))
            return true;
    }
    return false;
}

static bool has_sign(const cJSON *rule, struct str text)
{
    struct reading r = {.guard = json_str(json_get(rule, "guard"))};
    const cJSON *signs = json_get(rule, "lines");
    struct str line;
    text = str_sub(text, 0, CONTENTS_MAX);
    while (str_cut(&text, '\n', &line))
        if (tells(&r, line, signs))
            return true;
    return false;
}

static bool lists(const cJSON *array, struct str s)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, array)
    {
        if (str_eq(json_str(item), s))
            return true;
    }
    return false;
}

const struct language *language_by_contents(const struct language *l,
                                            struct str path, struct str text)
{
    const cJSON *rule = json_get(l->table, "contents");
    struct str other = json_str(json_get(rule, "language"));
    if (other.len == 0 || str_is(other, l->name) ||
        !lists(json_get(rule, "extensions"), file_extension(path)) ||
        !has_sign(rule, text))
        return l;
    const struct language *found = language_find(other, (struct str){0});
    return found == language_plain() ? l : found;
}
