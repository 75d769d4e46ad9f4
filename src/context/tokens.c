#include "context/lexer.h"

#include <string.h>

struct str token_text(const struct tokens *t, int i)
{
    return str_sub(t->text, t->at[i].start, t->at[i].end);
}

bool token_is(const struct tokens *t, int i, const char *text)
{
    return i >= 0 && i < t->n && str_is(token_text(t, i), text);
}

bool token_has(const struct tokens *t, int i, uint32_t kinds)
{
    return i >= 0 && i < t->n && (t->at[i].words & kinds);
}

bool token_is_punct(const struct tokens *t, int i, const char *list)
{
    if (i < 0 || i >= t->n || t->at[i].kind != TOKEN_PUNCT)
        return false;
    struct str rest = str_from(list), one, own = token_text(t, i);
    while (str_cut(&rest, ' ', &one))
        if (str_eq(one, own))
            return true;
    return false;
}

bool token_opens(const struct tokens *t, int i, char bracket)
{
    return i >= 0 && i < t->n && t->at[i].kind == TOKEN_OPEN &&
           t->at[i].bracket == bracket;
}

enum role tokens_role(const struct tokens *t, int i)
{
    return i < 0 ? t->base : (enum role)t->at[i].role;
}

/* When a window holds more than there is room for, the older half goes. */
static void make_room(struct tokens *t)
{
    int half = TOKENS_MAX / 2;
    memmove(t->at, t->at + half, (size_t)(t->n - half) * sizeof *t->at);
    t->n -= half;
    t->cut = t->cut > half ? t->cut - half : 0;
}

struct token *lexer_emit(struct lexer *x, enum token_kind kind, size_t start,
                         size_t end)
{
    struct tokens *t = x->t;
    if (t->n == TOKENS_MAX)
        make_room(t);
    struct token *k = &t->at[t->n++];
    *k = (struct token){.start = (uint32_t)start,
                        .end = (uint32_t)end,
                        .kind = (uint8_t)kind,
                        .mate = -1,
                        .up = -1,
                        .first = x->first,
                        .directive = x->directive};
    if (start < t->cursor) {
        t->cut = t->n;
        t->on_new_line = false;
    }
    x->first = false;
    x->pos = end;
    return k;
}

char lexer_byte(const struct lexer *x, size_t at)
{
    return at < x->text.len ? x->text.ptr[at] : '\0';
}

bool lexer_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c);
}

bool lexer_at(const struct lexer *x, size_t at, struct str s)
{
    return s.len > 0 && at + s.len <= x->text.len &&
           memcmp(x->text.ptr + at, s.ptr, s.len) == 0;
}

bool token_is_word(const struct lexer *x, char c)
{
    return x->syntax->word_char[(unsigned char)c];
}

bool lexer_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

/* Behind a line's end or a space, and the spaces that follow; false when there
 * is none. */
static bool read_space(struct lexer *x)
{
    char c = lexer_byte(x, x->pos);
    if (c == '\\' && (lexer_byte(x, x->pos + 1) == '\n' ||
                      lexer_byte(x, x->pos + 1) == '\r')) {
        x->pos += lexer_byte(x, x->pos + 1) == '\r' &&
                          lexer_byte(x, x->pos + 2) == '\n'
                      ? 3
                      : 2;
        return true;
    }
    if (c == '\n' || c == '\r') {
        x->first = true;
        x->directive = false;
        if (x->pos < x->t->cursor)
            x->t->on_new_line = true;
    } else if (!is_blank(c)) {
        return false;
    }
    x->pos++;
    while (x->pos < x->to && is_blank(lexer_byte(x, x->pos)))
        x->pos++;
    return true;
}

static void read_number(struct lexer *x)
{
    size_t start = x->pos, at = start;
    while (
        token_is_word(x, lexer_byte(x, at)) ||
        (lexer_byte(x, at) == '.' && lexer_is_digit(lexer_byte(x, at + 1))) ||
        (lexer_byte(x, at) == '\'' && lexer_is_digit(lexer_byte(x, at + 1))))
        at++;
    lexer_emit(x, TOKEN_NUMBER, start, at);
}

static void set_words(struct lexer *x, struct token *k)
{
    k->words = syntax_word(x->syntax, str_sub(x->text, k->start, k->end));
}

/* Whether a word that opens only at its statement's start does so here. */
static bool starts_block(const struct lexer *x, const struct token *k)
{
    if (k->first || k->start == 0)
        return true;
    size_t at = k->start;
    while (at > 0 &&
           (lexer_byte(x, at - 1) == ' ' || lexer_byte(x, at - 1) == '\t'))
        at--;
    return at == 0 || lexer_one_of(lexer_byte(x, at - 1), "\r\n=([{,|;&");
}

/* Ruby's "def area(r) = r * r", which no word ends. */
static bool is_endless(const struct lexer *x, const struct token *k)
{
    size_t at = k->end;
    int depth = 0;
    if (!(k->words & WORD_FUNCTION))
        return false;
    for (; at < x->text.len && x->text.ptr[at] != '\n'; at++) {
        char c = x->text.ptr[at];
        depth += (c == '(') - (c == ')');
        if (c == '=' && depth == 0)
            return lexer_one_of(x->text.ptr[at - 1], " \t") &&
                   lexer_one_of(lexer_byte(x, at + 1), " \t");
        if (c == '#' || c == ';' || c == '"')
            break;
    }
    return false;
}

static void mark_block_word(struct lexer *x, struct token *k)
{
    const struct tokens *t = x->t;
    bool opens = (k->words & (WORD_OPEN | WORD_DO)) ||
                 ((k->words & WORD_OPEN_FIRST) && starts_block(x, k));
    if (t->n > 1 && (k - 1)->end == k->start && token_is(t, t->n - 2, "."))
        opens = false;
    else if ((k->words & WORD_CLOSE) &&
             (t->cursor <= k->start || t->cursor >= k->end))
        k->kind = TOKEN_CLOSE;
    if (opens && lexer_byte(x, k->end) != ':' && !is_endless(x, k))
        k->kind = TOKEN_OPEN;
    if (k->kind != TOKEN_WORD)
        k->bracket = 'w';
}

static void read_word(struct lexer *x)
{
    size_t start = x->pos, at = start;
    while (at < x->to && token_is_word(x, x->text.ptr[at]))
        at++;
    x->pos = at;
    struct str word = str_sub(x->text, start, at);
    uint32_t words = syntax_word(x->syntax, word);
    if ((words & WORD_PREFIX) && at < x->to && literal_read_string(x, start))
        return;
    struct token *k = lexer_emit(x, TOKEN_WORD, start, at);
    k->words = words;
    if (words & (WORD_OPEN | WORD_OPEN_FIRST | WORD_DO | WORD_CLOSE))
        mark_block_word(x, k);
}

/* "#include", also with spaces behind the '#'. */
static void read_directive(struct lexer *x)
{
    size_t start = x->pos, at = start + 1;
    while (lexer_byte(x, at) == ' ' || lexer_byte(x, at) == '\t')
        at++;
    char name[32] = "#";
    size_t n = 1;
    for (; token_is_word(x, lexer_byte(x, at)) && at < x->to; at++)
        if (n < sizeof name)
            name[n++] = lexer_byte(x, at);
    x->directive = true;
    struct token *k = lexer_emit(x, TOKEN_WORD, start, at);
    k->words = syntax_word(x->syntax, (struct str){name, n});
}

/* The operators of several characters that matter somewhere. */
static size_t punct_length(const char *at, size_t left)
{
    static const char three[][4] = {"...", "===", "!==", "**=", "<<="};
    static const char two[][3] = {
        "=>", "->", "::", ":=",   "==", "!=", "<=", ">=", "&&", "||",
        "++", "--", "?.", "\?\?", "+=", "-=", "*=", "/=", "%=", "&=",
        "|=", "^=", "<<", "**",   "|>", "<-", "..", "?:", "!!", "=~"};
    if (left < 2 || !memchr("=>:&|+-.?<*!~", at[1], 13))
        return 1;
    for (size_t i = 0; left > 2 && i < sizeof three / sizeof *three; i++)
        if (memcmp(at, three[i], 3) == 0)
            return 3;
    for (size_t i = 0; i < sizeof two / sizeof *two; i++)
        if (at[0] == two[i][0] && at[1] == two[i][1])
            return 2;
    return 1;
}

static void read_punct(struct lexer *x)
{
    size_t start = x->pos;
    size_t len = punct_length(x->text.ptr + start, x->text.len - start);
    set_words(x, lexer_emit(x, TOKEN_PUNCT, start, start + len));
}

static bool is_opening(char c)
{
    return c == '(' || c == '[' || c == '{';
}

static bool read_bracket(struct lexer *x)
{
    char c = lexer_byte(x, x->pos), next = lexer_byte(x, x->pos + 1);
    size_t start = x->pos;
    struct token *k;
    if (is_opening(next) && lexer_one_of(c, "$#%@") &&
        (!token_is_word(x, c) || next == '{')) {
        k = lexer_emit(x, TOKEN_OPEN, start, start + 2);
        k->bracket = next;
    } else if (is_opening(c)) {
        k = lexer_emit(x, TOKEN_OPEN, start, start + 1);
        k->bracket = c;
    } else if (c == ')' || c == ']' || c == '}') {
        k = lexer_emit(x, TOKEN_CLOSE, start, start + 1);
        k->bracket = c == ')' ? '(' : c == ']' ? '[' : '{';
    } else {
        return false;
    }
    set_words(x, k);
    return true;
}

/* Quotes in HTML count only inside of tags. */
static void note_tag(struct lexer *x, char c)
{
    char next = lexer_byte(x, x->pos + 1);
    if (c == '<' && (token_is_word(x, next) || next == '/'))
        x->in_tag = true;
    else if (c == '>')
        x->in_tag = false;
}

/* A string, comment or what the tree knows to be no code. */
static bool read_literal(struct lexer *x, char c)
{
    if (x->spans && literal_read_span(x))
        return true;
    if (x->syntax->tag_quotes)
        note_tag(x, c);
    if (!x->syntax->literal[(unsigned char)c])
        return false;
    if (literal_read_comment(x))
        return true;
    literal_note_heredoc(x);
    return (x->in_tag || !x->syntax->tag_quotes) &&
           literal_read_string(x, x->pos);
}

static void read_one(struct lexer *x)
{
    if (x->pos == x->code && read_bracket(x))
        return;
    if (literal_read_heredoc(x) || read_space(x))
        return;
    char c = lexer_byte(x, x->pos);
    if (c == '\\' && lexer_one_of(lexer_byte(x, x->pos + 1), "\"'`")) {
        x->pos += 2; /* a shell's \' opens nothing */
        return;
    }
    if (read_literal(x, c))
        return;
    if (c == '#' && x->syntax->directives && x->first)
        read_directive(x);
    else if (lexer_is_digit(c))
        read_number(x);
    else if (read_bracket(x))
        return;
    else if (token_is_word(x, c))
        read_word(x);
    else
        read_punct(x);
}

void tokens_read(struct tokens *t, const struct syntax *syntax, struct str text,
                 const struct spans *spans, size_t from, size_t to,
                 size_t cursor)
{
    t->syntax = syntax;
    t->text = text;
    t->from = from;
    t->cursor = cursor;
    t->n = t->cut = 0;
    t->up = -1;
    t->base = ROLE_UNKNOWN;
    t->on_new_line = false;
    t->quoted = QUOTED_NOT;
    t->quoted_start = cursor;
    struct lexer x = {.t = t,
                      .syntax = syntax,
                      .spans = spans,
                      .text = text,
                      .pos = from,
                      .code = STR_NONE,
                      .to = to,
                      .first = true};
    while (x.pos < x.to)
        read_one(&x);
}
