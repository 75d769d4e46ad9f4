#include "context/lexis.h"

#include <string.h>

/* --- reading the language's table */

static size_t add_words(struct str *words, const cJSON *table,
                        const char *field)
{
    struct str rest = json_str(json_get(table, field)), word;
    size_t n = 0;
    while (n < LEXIS_WORDS && str_cut(&rest, ' ', &word))
        if (word.len)
            words[n++] = word;
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

static void add_comments(struct lexis *l, const cJSON *table)
{
    const cJSON *mark;
    cJSON_ArrayForEach(mark, json_get(table, "line_comments"))
    {
        add_pair(l,
                 (struct lexis_pair){.open = json_str(mark), .comment = true});
    }
    cJSON_ArrayForEach(mark, json_get(table, "block_comments"))
    {
        struct str rest = json_str(mark), open;
        str_cut(&rest, ' ', &open);
        add_pair(l, (struct lexis_pair){.open = open,
                                        .close = rest,
                                        .comment = true,
                                        .lines = true,
                                        .raw = true});
    }
}

/* A quote that depends on the letter before it has a row without, too. */
static void add_quotes(struct lexis *l, const cJSON *table)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, json_get(table, "quotes"))
    {
        struct lexis_pair p = {.open = json_str(json_get(row, "open")),
                               .close = json_str(json_get(row, "close"))};
        json_get_bool(row, "lines", &p.lines);
        json_get_bool(row, "raw", &p.raw);
        json_get_bool(row, "single", &p.single);
        if (p.close.len == 0)
            p.close = p.open;
        else if (str_is(p.close, "\n"))
            p.close.len = 0;
        if (!json_get(row, "prefix"))
            add_pair(l, p);
    }
    bool regex = false;
    if (json_get_bool(table, "regex", &regex) && regex)
        add_pair(l, (struct lexis_pair){
                        .open = STR("/"), .close = STR("/"), .regex = true});
}

/* What most languages have, for those that nobody described. */
static void add_usual(struct lexis *l)
{
    add_pair(l, (struct lexis_pair){.open = STR("//"), .comment = true});
    add_pair(l, (struct lexis_pair){.open = STR("/*"),
                                    .close = STR("*/"),
                                    .comment = true,
                                    .lines = true,
                                    .raw = true});
    add_pair(l, (struct lexis_pair){.open = STR("\""), .close = STR("\"")});
    add_pair(l, (struct lexis_pair){.open = STR("'"), .close = STR("'")});
}

void lexis_init(struct lexis *l, const struct language *language)
{
    const cJSON *table = language->table;
    bool indented = false;
    *l = (struct lexis){0};
    if (!table) {
        add_usual(l);
        return;
    }
    add_comments(l, table);
    add_quotes(l, table);
    json_get_bool(table, "indented", &indented);
    json_get_bool(table, "spaced_comments", &l->spaced_comments);
    l->n_closers = add_words(l->closers, table, "block_close_words");
    if (l->n_closers == 0)
        l->n_closers = add_words(l->closers, table, "close_words");
    l->n_middles = add_words(l->middles, table, "middle_words");
    l->style = indented       ? BLOCKS_INDENTED
               : l->n_closers ? BLOCKS_WORDED
                              : BLOCKS_BRACED;
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

static enum match match_pair(const struct scanner *x, const struct lexis *l,
                             const struct lexis_pair *p, struct str rest,
                             bool whole)
{
    if (p->regex && !operand_expected(x))
        return NO;
    if (p->comment && l->spaced_comments && !strchr(" \t\n\r;", x->previous))
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
        enum match m = match_pair(x, l, &l->pairs[i], rest, whole);
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
