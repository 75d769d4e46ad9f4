#include "context/scanner.h"

#include <string.h>

void scanner_init(struct scanner *x)
{
    *x = (struct scanner){.pair = -1, .previous = '\n', .first = true};
}

bool scanner_is(const struct scanner *x, const struct scanner *y)
{
    size_t n = x->n_open < SCANNER_DEPTH ? x->n_open : SCANNER_DEPTH;
    return x->pair == y->pair && x->n_open == y->n_open &&
           !memcmp(x->open, y->open, n) && !memcmp(x->back, y->back, n) &&
           x->last == y->last && x->before_last == y->before_last &&
           x->previous == y->previous && x->first == y->first &&
           x->escaping == y->escaping && x->at_cursor == y->at_cursor &&
           x->in_class == y->in_class && x->heredoc_len == y->heredoc_len &&
           x->heredoc_pair == y->heredoc_pair &&
           !memcmp(x->heredoc, y->heredoc, x->heredoc_len);
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
    return x->n_open && x->n_open <= SCANNER_DEPTH ? x->open[x->n_open - 1]
                                                   : '\0';
}

bool scanner_in_string(const struct scanner *x)
{
    return scanner_innermost(x) && x->back[x->n_open - 1] >= 0;
}

bool scanner_in_lines(const struct scanner *x, const struct lexis *l)
{
    if (x->pair >= 0 && l->pairs[x->pair].lines)
        return true;
    for (size_t i = 0; i < x->n_open && i < SCANNER_DEPTH; i++)
        if (x->back[i] >= 0)
            return true;
    return false;
}

/* Read `n` bytes as one piece; code is remembered for what follows it. */
static enum lex_event take(struct scanner *x, struct str s, size_t *at,
                           size_t n, enum lex_event event)
{
    *at += n;
    x->previous = s.ptr[*at - 1];
    if (event >= LEX_CODE && event <= LEX_STRING) {
        x->before_last = n > 1 ? s.ptr[*at - 2] : x->last;
        x->last = x->previous;
        x->first = false;
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

/* A percent sign divides behind an operand as well; a name with a blank behind
 * it may be a call: "puts %(a)". */
static bool may_begin_operand(const struct scanner *x)
{
    bool digit = x->last >= '0' && x->last <= '9';
    if (x->first || x->last == '\0')
        return true;
    if (lexis_is_word(x->last))
        return !digit && x->last != x->previous;
    return !strchr(")]}\"'`", x->last);
}

static enum match match_delimited(const struct scanner *x,
                                  const struct lexis_pair *p, struct str rest,
                                  bool whole)
{
    size_t len = delimiters_open(&p->delimiters, p->open, rest);
    if (len == 0 || x->n_open >= SCANNER_DEPTH ||
        (p->delimiters.operand && !may_begin_operand(x)))
        return NO;
    return len != STR_NONE ? YES : whole ? NO : MAYBE;
}

static enum match match_pair(const struct scanner *x, const struct lexis *l,
                             const struct lexis_pair *p, struct str rest,
                             bool whole)
{
    if (p->regex && !operand_expected(x))
        return NO;
    if (p->delimiters.set.len)
        return match_delimited(x, p, rest, whole);
    if (p->comment && l->spaced_comments && !strchr(" \t\n\r;", x->previous))
        return NO;
    enum match m = match(rest, p->open, whole);
    if (m == YES && p->comment && l->attributes) {
        enum match attribute = match(rest, STR("#["), whole);
        if (attribute != NO)
            return attribute == YES ? NO : MAYBE;
    }
    return m == YES && p->single ? match_single(rest, whole) : m;
}

static enum lex_event newline(struct scanner *x, struct str s, size_t *at,
                              bool whole)
{
    bool crlf = s.ptr[*at] == '\r';
    if (crlf && *at + 1 == s.len && !whole)
        return LEX_MORE;
    crlf = crlf && *at + 1 < s.len && s.ptr[*at + 1] == '\n';
    x->pair = x->heredoc_len ? x->heredoc_pair : -1;
    x->first = true;
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

static enum match match_code(const struct lexis_pair *p, struct str rest,
                             bool whole, struct str *mark)
{
    struct str marks = p->code;
    while (str_cut(&marks, ' ', mark)) {
        enum match m = mark->len ? match(rest, *mark, whole) : NO;
        if (m != NO)
            return m;
    }
    return NO;
}

static void push(struct scanner *x, char open, int back)
{
    if (x->n_open < SCANNER_DEPTH) {
        x->open[x->n_open] = open;
        x->back[x->n_open] = (signed char)back;
    }
    x->n_open++;
}

/* "${": code until the bracket is closed. */
static enum lex_event back_to_code(struct scanner *x, struct str s, size_t *at,
                                   struct str mark)
{
    size_t i = 0;
    while (i + 1 < mark.len && !bracket_closing(mark.ptr[i]))
        i++;
    push(x, mark.ptr[i], x->pair);
    x->pair = -1;
    return take(x, s, at, mark.len, LEX_OPEN);
}

/* Bytes of a comment or string that can't end it, nor change how it goes on. */
static size_t dull_bytes(const struct lexis *l, int pair, struct str s)
{
    size_t n = 0;
    while (n < s.len && !(l->stops[(unsigned char)s.ptr[n]] >> pair & 1))
        n++;
    return n;
}

/* How many bytes from `at` on are of this kind; words end where a comment or
 * string may begin. */
static size_t run_of(const struct lexis *l, enum byte_kind kind, struct str s,
                     size_t at)
{
    unsigned others = kind == BYTE_WORD ? BYTE_BEGINS : 0;
    size_t end = at;
    while (end < s.len &&
           (l->bytes[(unsigned char)s.ptr[end]] & (kind | others)) == kind)
        end++;
    return end - at;
}

/* --- strings that have delimiters */

static enum lex_event begin_delimited(struct scanner *x, int pair,
                                      const struct lexis_pair *p, struct str s,
                                      size_t *at)
{
    struct str rest = str_sub(s, *at, s.len);
    size_t len = delimiters_open(&p->delimiters, p->open, rest);
    x->pair = pair;
    push(x, rest.ptr[len - 1], -1);
    return take(x, s, at, len, LEX_STRING);
}

/* A byte of one that may open a bracket in it, or close one, or it. */
static enum lex_event in_delimited(struct scanner *x,
                                   const struct lexis_pair *p, struct str s,
                                   size_t *at)
{
    char c = s.ptr[*at], open = scanner_innermost(x);
    bool closes = c == delimiters_closing(open);
    if (closes)
        x->pair = x->back[--x->n_open];
    else if (c == open && p->delimiters.nest && x->n_open < SCANNER_DEPTH)
        push(x, c, x->pair);
    take(x, s, at, 1, LEX_STRING);
    if (closes)
        x->last = '"'; /* a bar would be an operator */
    return LEX_STRING;
}

/* --- here-documents */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

/* The word behind a here-document's mark, which is at the start of `rest`;
 * empty where a shift's operand is, or a here-string's. */
static struct str heredoc_word(const struct scanner *x,
                               const struct lexis_pair *p, struct str rest)
{
    size_t at = p->open.len;
    bool number = x->n_open > 1 && x->n_open <= SCANNER_DEPTH &&
                  x->open[x->n_open - 1] == '(' &&
                  x->open[x->n_open - 2] == '('; /* "((a << b))" */
    while (p->spaced && at < rest.len && is_blank(rest.ptr[at]))
        at++;
    if (at < rest.len && strchr("'\"\\", rest.ptr[at]))
        at++;
    size_t end = at;
    while (end < rest.len && lexis_is_word(rest.ptr[end]))
        end++;
    bool digit = end > at && rest.ptr[at] >= '0' && rest.ptr[at] <= '9';
    return number || digit ? (struct str){rest.ptr, 0} : str_sub(rest, at, end);
}

/* It begins on the next line. The word is still to be read as code. */
static enum lex_event announce_heredoc(struct scanner *x, const struct lexis *l,
                                       int pair, struct str s, size_t *at,
                                       bool whole)
{
    struct str rest = str_sub(s, *at, s.len);
    struct str word = heredoc_word(x, &l->pairs[pair], rest);
    if (!whole && (word.ptr + word.len == rest.ptr + rest.len ||
                   rest.len < l->pairs[pair].open.len + 3))
        return LEX_MORE;
    if (word.len > 0 && word.len <= SCANNER_HEREDOC && !x->heredoc_len) {
        memcpy(x->heredoc, word.ptr, word.len);
        x->heredoc_len = (unsigned char)word.len;
        x->heredoc_pair = (signed char)pair;
    }
    return take(x, s, at, l->pairs[pair].open.len, LEX_CODE);
}

/* How much of `line` ends the here-document; 0: it goes on. The word of "<<"
 * stands at the left edge, that of "<<-" and others anywhere; behind that of
 * PHP's "<<<" the code goes on. */
static size_t heredoc_end(const struct scanner *x, const struct lexis_pair *p,
                          struct str line)
{
    struct str word = {x->heredoc, x->heredoc_len};
    size_t at = 0;
    while (p->open.len > 2 && at < line.len && is_blank(line.ptr[at]))
        at++;
    if (!str_starts(str_sub(line, at, line.len), word))
        return 0;
    at += word.len;
    struct str behind = str_sub(line, at, line.len);
    if (str_is(p->open, "<<<"))
        return behind.len == 0 || !lexis_is_word(behind.ptr[0]) ? at : 0;
    return str_trim(behind).len == 0 ? at : 0;
}

/* A line of one, with its end; of the last, which ends it, without. */
static enum lex_event in_heredoc(struct scanner *x, const struct lexis_pair *p,
                                 struct str s, size_t *at, bool whole)
{
    struct str rest = str_sub(s, *at, s.len);
    size_t end = str_find_char(rest, '\n');
    if (end == STR_NONE && !whole)
        return LEX_MORE;
    struct str line = str_sub(rest, 0, end == STR_NONE ? rest.len : end);
    size_t last = x->previous == '\n' ? heredoc_end(x, p, line) : 0;
    if (last == 0)
        return take(x, s, at, end == STR_NONE ? rest.len : end + 1, LEX_STRING);
    x->heredoc_len = 0;
    x->pair = -1;
    return take(x, s, at, last, LEX_STRING);
}

/* In the comment or string x->pair. */
static enum lex_event inside(struct scanner *x, const struct lexis *l,
                             struct str s, size_t *at, bool whole)
{
    const struct lexis_pair *p = &l->pairs[x->pair];
    enum lex_event event = p->comment ? LEX_COMMENT : LEX_STRING;
    struct str rest = str_sub(s, *at, s.len);
    char c = rest.ptr[0];
    if (p->heredoc)
        return in_heredoc(x, p, s, at, whole);
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
    size_t dull = dull_bytes(l, x->pair, rest);
    if (dull > 0 || p->close.len == 0 || (p->regex && x->in_class))
        return take(x, s, at, dull ? dull : 1, event);
    struct str mark;
    switch (match_code(p, rest, whole, &mark)) {
    case MAYBE:
        return LEX_MORE;
    case YES:
        return back_to_code(x, s, at, mark);
    case NO:
        break;
    }
    if (p->delimiters.set.len)
        return in_delimited(x, p, s, at);
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
        push(x, c, -1);
        return take(x, s, at, 1, LEX_OPEN);
    }
    /* A shell's "case a) …" closes nothing. */
    bool loose = l->style == BLOCKS_WORDED && c == ')';
    bool told = x->n_open <= SCANNER_DEPTH;
    if (x->n_open == 0 ||
        (told && bracket_closing(x->open[x->n_open - 1]) != c))
        return take(x, s, at, 1, loose ? LEX_CODE : LEX_EXCESS);
    x->n_open--;
    if (x->n_open < SCANNER_DEPTH)
        x->pair = x->back[x->n_open];
    return take(x, s, at, 1, LEX_CLOSE);
}

/* Where a cursor stands in the middle of a comment's opener, what was before
 * it looked like code: the slash of "/" and "*". */
static int split_opener(const struct scanner *x, const struct lexis *l, char c)
{
    for (size_t i = 0; x->last && x->last == x->previous && i < l->n_pairs; i++)
        if (l->pairs[i].comment && l->pairs[i].open.len == 2 &&
            l->pairs[i].open.ptr[0] == x->previous &&
            l->pairs[i].open.ptr[1] == c)
            return (int)i;
    return -1;
}

/* False where none does. */
static bool begin_pair(struct scanner *x, const struct lexis *l, struct str s,
                       size_t *at, bool whole, enum lex_event *event)
{
    struct str rest = str_sub(s, *at, s.len);
    enum match m = NO;
    size_t i = 0;
    for (; i < l->n_pairs; i++)
        if ((m = match_pair(x, l, &l->pairs[i], rest, whole)) != NO)
            break;
    if (m == NO)
        return false;
    const struct lexis_pair *p = &l->pairs[i];
    if (m == MAYBE) {
        *event = LEX_MORE;
    } else if (p->heredoc) {
        *event = announce_heredoc(x, l, (int)i, s, at, whole);
    } else if (p->delimiters.set.len) {
        *event = begin_delimited(x, (int)i, p, s, at);
    } else {
        x->pair = (int)i;
        x->in_class = false;
        *event =
            take(x, s, at, p->open.len, p->comment ? LEX_COMMENT : LEX_STRING);
    }
    return true;
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
    int split = x->at_cursor ? split_opener(x, l, c) : -1;
    x->at_cursor = false;
    if (split >= 0) {
        x->pair = split;
        return take(x, s, at, 1, LEX_COMMENT);
    }
    size_t n = run_of(l, BYTE_BLANK, s, *at);
    if (n > 0)
        return take(x, s, at, n, LEX_SPACE);
    n = run_of(l, BYTE_WORD, s, *at);
    if (n > 0)
        return take(x, s, at, n, LEX_CODE);
    /* A shell's \' and Elixir's ?\" begin no string. */
    bool escaped = x->previous == '\\' && (c == '\'' || c == '"' || c == '`');
    unsigned char kind = l->bytes[(unsigned char)c];
    enum lex_event event;
    if (kind & BYTE_BEGINS && !escaped &&
        begin_pair(x, l, s, at, whole, &event))
        return event;
    if (kind & BYTE_BRACKET)
        return bracket(x, l, s, at);
    return take(x, s, at, 1, LEX_CODE);
}
