#include "context/lexis.h"

#include <string.h>

/*
 * Marks are written as in the language, separated by blanks. Before each
 * quote stands how it behaves: s one line, m several lines, r several lines
 * without escapes, c one character, x a regular expression.
 */
static const struct marks {
    const char *language;
    enum block_style style;
    const char *line_comments;
    const char *block_comments; /* open close open close … */
    const char *quotes;
    const char *closers, *middles;
} table[] = {
    {"python", BLOCKS_INDENTED, "#", "", "m\"\"\" m''' s\" s'", "",
     "elif else except finally"},
    {"c", BLOCKS_BRACED, "//", "/* */", "s\" c'", "", "else"},
    {"cpp", BLOCKS_BRACED, "//", "/* */", "s\" c'", "", "else catch"},
    {"java", BLOCKS_BRACED, "//", "/* */", "m\"\"\" s\" c'", "",
     "else catch finally"},
    {"kotlin", BLOCKS_BRACED, "//", "/* */", "m\"\"\" s\" c'", "",
     "else catch finally"},
    {"csharp", BLOCKS_BRACED, "//", "/* */", "s\" c'", "",
     "else catch finally"},
    {"go", BLOCKS_BRACED, "//", "/* */", "s\" r` c'", "", ""},
    {"rust", BLOCKS_BRACED, "//", "/* */", "m\" c'", "", "else where"},
    {"javascript", BLOCKS_BRACED, "//", "/* */", "s\" s' m` x/", "",
     "else catch finally"},
    {"typescript", BLOCKS_BRACED, "//", "/* */", "s\" s' m` x/", "",
     "else catch finally"},
    {"tsx", BLOCKS_BRACED, "//", "/* */", "s\" s' m` x/", "",
     "else catch finally"},
    {"php", BLOCKS_BRACED, "// #", "/* */", "m\" m'", "",
     "else elseif catch finally"},
    {"zig", BLOCKS_BRACED, "// \\\\", "", "s\" c'", "", "else"},
    {"css", BLOCKS_BRACED, "", "/* */", "s\" s'", "", ""},
    {"json", BLOCKS_BRACED, "//", "/* */", "s\"", "", ""},
    {"html", BLOCKS_WORDED, "", "<!-- -->", "", "</", ""},
    {"ruby", BLOCKS_WORDED, "#", "", "s\" s' s` x/", "end",
     "else elsif when in rescue ensure"},
    {"elixir", BLOCKS_WORDED, "#", "", "m\"\"\" m''' s\" s'", "end",
     "else rescue catch after"},
    {"lua", BLOCKS_WORDED, "--", "--[[ ]]", "s\" s' r[[", "end until",
     "else elseif"},
    {"bash", BLOCKS_WORDED, "#", "", "m\" r'", "fi done esac",
     "else elif then do"},
    {NULL, BLOCKS_BRACED, "//", "/* */", "s\" s'", "", "else"},
};

static const struct marks *marks_of(const struct language *language)
{
    const struct marks *m = table;
    while (m->language && strcmp(m->language, language->name) != 0)
        m++;
    return m;
}

/* --- reading the table */

static bool next_word(struct str *rest, struct str *word)
{
    while (str_cut(rest, ' ', word))
        if (word->len)
            return true;
    return false;
}

static size_t add_words(struct str *words, const char *listed)
{
    struct str rest = str_from(listed);
    size_t n = 0;
    while (n < LEXIS_WORDS && next_word(&rest, &words[n]))
        n++;
    return n;
}

static void add_pair(struct lexis *l, struct lexis_pair p)
{
    if (l->n_pairs == LEXIS_PAIRS || p.open.len == 0)
        return;
    size_t at = l->n_pairs++;
    for (; at > 0 && l->pairs[at - 1].open.len < p.open.len; at--)
        l->pairs[at] = l->pairs[at - 1];
    l->pairs[at] = p;
    l->begins[(unsigned char)p.open.ptr[0]] = true;
}

static void add_comments(struct lexis *l, const struct marks *m)
{
    struct str rest = str_from(m->line_comments), open, close;
    while (next_word(&rest, &open))
        add_pair(l, (struct lexis_pair){.open = open, .comment = true});
    rest = str_from(m->block_comments);
    while (next_word(&rest, &open) && next_word(&rest, &close))
        add_pair(l, (struct lexis_pair){.open = open,
                                        .close = close,
                                        .comment = true,
                                        .lines = true,
                                        .raw = true});
}

static void add_quotes(struct lexis *l, const struct marks *m)
{
    struct str rest = str_from(m->quotes), word;
    while (next_word(&rest, &word)) {
        char kind = word.ptr[0];
        struct str mark = str_sub(word, 1, word.len);
        add_pair(l, (struct lexis_pair){.open = mark,
                                        .close = str_is(mark, "[[") ? STR("]]")
                                                                    : mark,
                                        .lines = kind == 'm' || kind == 'r',
                                        .raw = kind == 'r',
                                        .single = kind == 'c',
                                        .regex = kind == 'x'});
    }
}

void lexis_init(struct lexis *l, const struct language *language)
{
    const struct marks *m = marks_of(language);
    *l = (struct lexis){.style = m->style};
    add_comments(l, m);
    add_quotes(l, m);
    l->n_closers = add_words(l->closers, m->closers);
    l->n_middles = add_words(l->middles, m->middles);
}

/* --- words */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

static bool begins_with_one(struct str line, const struct str *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t len = words[i].len;
        if (str_starts(line, words[i]) &&
            (line.len == len || !is_word(words[i].ptr[len - 1]) ||
             !is_word(line.ptr[len])))
            return true;
    }
    return false;
}

bool lexis_is_closer(const struct lexis *l, struct str line)
{
    return begins_with_one(line, l->closers, l->n_closers);
}

bool lexis_is_middle(const struct lexis *l, struct str line)
{
    return begins_with_one(line, l->middles, l->n_middles);
}

/* --- the lexer */

void scanner_init(struct scanner *x)
{
    *x = (struct scanner){.pair = -1, .previous = '\n'};
}

char bracket_closing(char open)
{
    return (char)(open == '('   ? ')'
                  : open == '[' ? ']'
                  : open == '{' ? '}'
                                : '\0');
}

char scanner_innermost(const struct scanner *x)
{
    return x->n_open && x->n_open <= LEXER_DEPTH ? x->open[x->n_open - 1]
                                                 : '\0';
}

/* Read `n` bytes as one piece; code is remembered for what follows it. */
static enum lex_event take(struct scanner *x, struct str s, size_t *at,
                           size_t n, enum lex_event event)
{
    *at += n;
    x->previous = s.ptr[*at - 1];
    if (event >= LEX_CODE && event <= LEX_STRING) {
        x->before_last = x->last;
        x->last = x->previous;
    }
    return event;
}

/* Whether `rest` begins with `mark`, or may do so once there is more of it. */
enum match { NO, YES, MAYBE };

static enum match match(struct str rest, struct str mark, bool whole)
{
    if (str_starts(rest, mark))
        return YES;
    return !whole && str_starts(mark, rest) ? MAYBE : NO;
}

/* 'x' or '\…', which may be as long as '\u{10FFFF}'. */
static enum match match_single(struct str rest, bool whole)
{
    if (rest.len < 2 || (rest.len < 3 && rest.ptr[1] != '\\'))
        return whole ? NO : MAYBE;
    if (rest.ptr[1] == '\\')
        return YES;
    size_t end = 2; /* behind the character */
    while (end < rest.len && ((unsigned char)rest.ptr[end] & 0xC0) == 0x80)
        end++;
    if (end == rest.len)
        return whole ? NO : MAYBE;
    return rest.ptr[1] != '\'' && rest.ptr[end] == '\'' ? YES : NO;
}

/* A slash divides behind an operand, and else begins a regular expression. */
static bool operand_expected(const struct scanner *x)
{
    return x->last == '\0' || strchr("(,=:[!&|?{};+<>~%^", x->last);
}

/* "$#" and "${#x}" of a shell, "a#b" of anything, are no comments. */
static bool hash_is_comment(const struct scanner *x)
{
    return !is_word(x->previous) && !strchr("$#{&\\", x->previous);
}

static enum match match_pair(const struct scanner *x,
                             const struct lexis_pair *p, struct str rest,
                             bool whole)
{
    if (p->regex && !operand_expected(x))
        return NO;
    if (p->comment && str_is(p->open, "#") && !hash_is_comment(x))
        return NO;
    enum match m = match(rest, p->open, whole);
    return m == YES && p->single ? match_single(rest, whole) : m;
}

static enum lex_event newline(struct scanner *x, struct str s, size_t *at,
                              bool whole)
{
    bool crlf = s.ptr[*at] == '\r';
    if (crlf && *at + 1 == s.len && !whole)
        return LEX_MORE;
    crlf = crlf && *at + 1 < s.len && s.ptr[*at + 1] == '\n';
    x->pair = -1;
    return take(x, s, at, crlf ? 2 : 1, LEX_NEWLINE);
}

/* A backslash and what it escapes; a line end may be two bytes. */
static enum lex_event escape(struct scanner *x, struct str s, size_t *at,
                             bool whole)
{
    size_t left = s.len - *at;
    if (left < 2 || (left < 3 && s.ptr[*at + 1] == '\r')) {
        if (!whole)
            return LEX_MORE;
        x->escaping = left == 1;
        return take(x, s, at, left, LEX_STRING);
    }
    bool crlf = s.ptr[*at + 1] == '\r' && s.ptr[*at + 2] == '\n';
    return take(x, s, at, crlf ? 3 : 2, LEX_STRING);
}

/* In the comment or string x->pair. */
static enum lex_event inside(struct scanner *x, const struct lexis *l,
                             struct str s, size_t *at, bool whole)
{
    const struct lexis_pair *p = &l->pairs[x->pair];
    enum lex_event event = p->comment ? LEX_COMMENT : LEX_STRING;
    struct str rest = str_sub(s, *at, s.len);
    char c = rest.ptr[0];
    if ((c == '\n' || c == '\r') && !p->lines)
        return newline(x, s, at, whole);
    if (x->escaping) {
        x->escaping = false;
        return take(x, s, at, 1, event);
    }
    if (c == '\\' && !p->raw && !p->comment)
        return escape(x, s, at, whole);
    if (p->regex && (c == '[' || c == ']'))
        x->in_class = c == '[';
    if (p->close.len == 0 || (p->regex && x->in_class))
        return take(x, s, at, 1, event);
    switch (match(rest, p->close, whole)) {
    case MAYBE:
        return LEX_MORE;
    case YES:
        x->pair = -1;
        return take(x, s, at, p->close.len, event);
    default:
        return take(x, s, at, 1, event);
    }
}

static enum lex_event bracket(struct scanner *x, const struct lexis *l,
                              struct str s, size_t *at)
{
    char c = s.ptr[*at];
    if (bracket_closing(c)) {
        if (x->n_open < LEXER_DEPTH)
            x->open[x->n_open] = c;
        x->n_open++;
        return take(x, s, at, 1, LEX_OPEN);
    }
    /* A shell's "case a) …" closes nothing. */
    bool loose = l->style == BLOCKS_WORDED && c == ')';
    bool told = x->n_open <= LEXER_DEPTH;
    if (x->n_open == 0 ||
        (told && bracket_closing(x->open[x->n_open - 1]) != c))
        return take(x, s, at, 1, loose ? LEX_CODE : LEX_EXCESS);
    x->n_open--;
    return take(x, s, at, 1, LEX_CLOSE);
}

enum lex_event scanner_next(struct scanner *x, const struct lexis *l,
                            struct str s, size_t *at, bool whole)
{
    if (*at >= s.len)
        return LEX_MORE;
    if (x->pair >= 0)
        return inside(x, l, s, at, whole);
    char c = s.ptr[*at];
    if (c == '\n' || c == '\r')
        return newline(x, s, at, whole);
    if (c == ' ' || c == '\t' || c == '\f' || c == '\v')
        return take(x, s, at, 1, LEX_SPACE);
    struct str rest = str_sub(s, *at, s.len);
    for (size_t i = 0; l->begins[(unsigned char)c] && i < l->n_pairs; i++) {
        enum match m = match_pair(x, &l->pairs[i], rest, whole);
        if (m == MAYBE)
            return LEX_MORE;
        if (m == NO)
            continue;
        x->pair = (int)i;
        x->in_class = false;
        return take(x, s, at, l->pairs[i].open.len,
                    l->pairs[i].comment ? LEX_COMMENT : LEX_STRING);
    }
    if (strchr("()[]{}", c) && c)
        return bracket(x, l, s, at);
    return take(x, s, at, 1, LEX_CODE);
}
