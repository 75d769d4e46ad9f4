#include "context/tokens.h"

#include <string.h>

struct lexer {
    struct tokens *t;
    const struct syntax *syntax;
    const struct spans *spans;
    struct str text;
    size_t span; /* the next one */
    size_t pos, to;
    bool first;
    bool directive;
    bool in_tag;
};

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

static struct token *emit(struct lexer *x, enum token_kind kind, size_t start,
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

static char byte(const struct lexer *x, size_t at)
{
    return at < x->text.len ? x->text.ptr[at] : '\0';
}

static bool one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c);
}

static bool at_text(const struct lexer *x, size_t at, struct str s)
{
    return s.len > 0 && at + s.len <= x->text.len &&
           memcmp(x->text.ptr + at, s.ptr, s.len) == 0;
}

static void note_quoted(struct lexer *x, enum quoted what, size_t start)
{
    x->t->quoted = what;
    x->t->quoted_start = start;
}

/* Behind a line's end or a space; false when there is none. */
static bool read_space(struct lexer *x)
{
    char c = byte(x, x->pos);
    if (c == '\\' &&
        (byte(x, x->pos + 1) == '\n' || byte(x, x->pos + 1) == '\r')) {
        x->pos +=
            byte(x, x->pos + 1) == '\r' && byte(x, x->pos + 2) == '\n' ? 3 : 2;
        return true;
    }
    if (c == '\n' || c == '\r') {
        x->first = true;
        x->directive = false;
        if (x->pos < x->t->cursor)
            x->t->on_new_line = true;
    } else if (c != ' ' && c != '\t' && c != '\f' && c != '\v') {
        return false;
    }
    x->pos++;
    return true;
}

static void read_span(struct lexer *x, const struct span *s)
{
    size_t start = x->pos, cursor = x->t->cursor;
    bool inside = start < cursor && cursor < s->end;
    switch (s->role) {
    case NODE_COMMENT:
        if (inside || (cursor == s->end && start < cursor))
            note_quoted(x, QUOTED_COMMENT, start);
        x->pos = s->end;
        break;
    case NODE_STRING:
        if (inside)
            note_quoted(x, QUOTED_STRING, start);
        emit(x, TOKEN_STRING, start, s->end);
        break;
    case NODE_TEXT:
        if (inside)
            note_quoted(x, QUOTED_VALUE, start);
        emit(x, TOKEN_BREAK, start, s->end);
        break;
    default:
        if (inside)
            note_quoted(x, QUOTED_VALUE, start);
        emit(x, TOKEN_STRING, start, s->end);
    }
}

/* A block comment that is closed before the cursor is not around it. */
static bool closed_comment(const struct lexer *x, const struct span *s)
{
    const struct syntax *y = x->syntax;
    for (size_t i = 0; i < y->n_block_comments; i++) {
        const struct str *pair = y->block_comments[i];
        size_t close = s->end - pair[1].len;
        if (at_text(x, s->start, pair[0]) && s->end > pair[1].len &&
            close >= s->start + pair[0].len && at_text(x, close, pair[1]))
            return true;
    }
    return false;
}

static bool read_known(struct lexer *x)
{
    const struct spans *s = x->spans;
    while (x->span < s->n && s->at[x->span].end <= x->pos)
        x->span++;
    if (x->span == s->n || s->at[x->span].start > x->pos)
        return false;
    struct span known = s->at[x->span];
    if (known.role == NODE_STRING && known.start < x->pos &&
        x->pos != x->t->from)
        return false;
    if (known.role == NODE_COMMENT && known.end == x->t->cursor &&
        closed_comment(x, &known)) {
        x->pos = known.end;
        return true;
    }
    read_span(x, &known);
    return true;
}

static size_t line_end(const struct lexer *x, size_t at)
{
    while (at < x->text.len && x->text.ptr[at] != '\n' &&
           x->text.ptr[at] != '\r')
        at++;
    return at;
}

static bool comment_starts(const struct lexer *x, struct str opener)
{
    if (!at_text(x, x->pos, opener))
        return false;
    return !x->syntax->spaced_comments || x->pos == 0 ||
           one_of(x->text.ptr[x->pos - 1], " \t\r\n;(");
}

static bool read_comment(struct lexer *x)
{
    const struct syntax *y = x->syntax;
    size_t start = x->pos, cursor = x->t->cursor;
    for (size_t i = 0; i < y->n_block_comments; i++) {
        const struct str *pair = y->block_comments[i];
        if (!at_text(x, start, pair[0]))
            continue;
        size_t end =
            str_find(str_sub(x->text, start + pair[0].len, x->to), pair[1]);
        bool open = end == STR_NONE;
        x->pos = open ? x->to : start + pair[0].len + end + pair[1].len;
        if (start < cursor && (cursor < x->pos || open))
            note_quoted(x, QUOTED_COMMENT, start);
        return true;
    }
    for (size_t i = 0; i < y->n_line_comments; i++) {
        if (!comment_starts(x, y->line_comments[i]))
            continue;
        x->pos = line_end(x, start);
        if (start < cursor && cursor <= x->pos)
            note_quoted(x, QUOTED_COMMENT, start);
        return true;
    }
    return false;
}

static char closer_of(char open)
{
    return open == '(' ? ')' : open == '[' ? ']' : '}';
}

/* What goes back to code at `at`, of a quote's list; else nothing. */
static struct str code_at(const struct lexer *x, const struct quote *q,
                          size_t at)
{
    struct str rest = q->code, open;
    while (str_cut(&rest, ' ', &open)) {
        if (at_text(x, at, open))
            return open;
    }
    return (struct str){0};
}

/*
 * Behind the code that a string goes back to at `at`: STR_NONE when the
 * cursor is in it. Quotes inside are taken to be balanced.
 */
static size_t code_end(const struct lexer *x, size_t at, struct str open)
{
    char opener = open.ptr[open.len - 1];
    if (!one_of(opener, "([{"))
        opener = open.ptr[0];
    char closer = closer_of(opener);
    int depth = 0;
    for (; at < x->to && byte(x, at) != '\n'; at++) {
        depth += byte(x, at) == opener;
        if (byte(x, at) == closer && --depth == 0)
            return x->t->cursor > at ? at + 1 : STR_NONE;
    }
    return STR_NONE;
}

/*
 * The end of a string from the inside of its opening quote: behind the
 * closing one, or the line's end, or the code that the cursor is in.
 */
static size_t string_end(const struct lexer *x, const struct quote *q,
                         size_t at, bool *closed)
{
    *closed = false;
    while (at < x->to) {
        char c = byte(x, at);
        if (!q->lines && (c == '\n' || c == '\r'))
            return at;
        if (at_text(x, at, q->close)) {
            *closed = true;
            return at + q->close.len;
        }
        struct str code = code_at(x, q, at);
        bool escaped = c == '\\' && !q->raw;
        bool doubled = code.len == 1 && byte(x, at + 1) == c;
        if ((escaped || doubled) && at + 1 < x->to) {
            at += 2;
        } else if (code.len > 0 && at < x->t->cursor) {
            size_t end = code_end(x, at, code);
            if (end == STR_NONE && at + code.len <= x->t->cursor) {
                *closed = true;
                return at;
            }
            at = end == STR_NONE ? at + 1 : end;
        } else {
            at++;
        }
    }
    return at;
}

static bool prefix_fits(const struct lexer *x, const struct quote *q,
                        size_t start)
{
    if (q->prefix.len == 0)
        return true;
    for (size_t i = start; i < x->pos; i++)
        if (str_find_char(q->prefix, x->text.ptr[i]) != STR_NONE)
            return true;
    return false;
}

static bool single_fits(const struct lexer *x)
{
    size_t i = x->pos + 1;
    if (byte(x, i) == '\\')
        return true;
    while (i < x->pos + 5 && ((unsigned char)byte(x, i + 1) & 0xC0) == 0x80)
        i++;
    return byte(x, i + 1) == '\'' && byte(x, i) != '\'';
}

/* A string whose prefix began at `start`; the quote is at the position. */
static bool read_string(struct lexer *x, size_t start)
{
    const struct syntax *y = x->syntax;
    for (size_t i = 0; i < y->n_quotes; i++) {
        const struct quote *q = &y->quotes[i];
        if (!at_text(x, x->pos, q->open) || !prefix_fits(x, q, start))
            continue;
        if (q->single && !single_fits(x))
            continue;
        bool closed;
        size_t end = string_end(x, q, x->pos + q->open.len, &closed);
        size_t cursor = x->t->cursor;
        if (start < cursor && (cursor < end || (cursor == end && !closed)))
            note_quoted(x, QUOTED_STRING, start);
        emit(x, TOKEN_STRING, start, end);
        return true;
    }
    return false;
}

static bool is_word_char(const struct lexer *x, char c)
{
    return x->syntax->word_char[(unsigned char)c];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void read_number(struct lexer *x)
{
    size_t start = x->pos, at = start;
    while (is_word_char(x, byte(x, at)) ||
           (byte(x, at) == '.' && is_digit(byte(x, at + 1))) ||
           (byte(x, at) == '\'' && is_digit(byte(x, at + 1))))
        at++;
    emit(x, TOKEN_NUMBER, start, at);
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
    while (at > 0 && (byte(x, at - 1) == ' ' || byte(x, at - 1) == '\t'))
        at--;
    return at == 0 || one_of(byte(x, at - 1), "\r\n=([{,|;&");
}

static void mark_block_word(struct lexer *x, struct token *k)
{
    const struct tokens *t = x->t;
    bool opens = (k->words & (WORD_OPEN | WORD_DO)) ||
                 ((k->words & WORD_OPEN_FIRST) && starts_block(x, k));
    if (t->n > 1 && (k - 1)->end == k->start && token_is(t, t->n - 2, "."))
        opens = false;
    else if (k->words & WORD_CLOSE)
        k->kind = TOKEN_CLOSE;
    if (opens && byte(x, k->end) != ':')
        k->kind = TOKEN_OPEN;
    if (k->kind != TOKEN_WORD)
        k->bracket = 'w';
}

static void read_word(struct lexer *x)
{
    size_t start = x->pos, at = start;
    while (at < x->text.len && is_word_char(x, x->text.ptr[at]))
        at++;
    x->pos = at;
    struct str word = str_sub(x->text, start, at);
    uint32_t words = syntax_word(x->syntax, word);
    if ((words & WORD_PREFIX) && at < x->to && read_string(x, start))
        return;
    struct token *k = emit(x, TOKEN_WORD, start, at);
    k->words = words;
    if (words & (WORD_OPEN | WORD_OPEN_FIRST | WORD_DO | WORD_CLOSE))
        mark_block_word(x, k);
}

/* "#include", also with spaces behind the '#'. */
static void read_directive(struct lexer *x)
{
    size_t start = x->pos, at = start + 1;
    while (byte(x, at) == ' ' || byte(x, at) == '\t')
        at++;
    char name[32] = "#";
    size_t n = 1;
    for (; is_word_char(x, byte(x, at)) && at < x->text.len; at++)
        if (n < sizeof name)
            name[n++] = byte(x, at);
    x->directive = true;
    struct token *k = emit(x, TOKEN_WORD, start, at);
    k->words = syntax_word(x->syntax, (struct str){name, n});
}

static void read_punct(struct lexer *x)
{
    static const char *const long_ones[] = {
        "...", "===", "!==", "**=", "<<=", "\?\?=", "&&=", "||=", "=>", "->",
        "::",  ":=",  "==",  "!=",  "<=",  ">=",    "&&",  "||",  "++", "--",
        "?.",  "??",  "+=",  "-=",  "*=",  "/=",    "%=",  "&=",  "|=", "^=",
        "<<",  "**",  "|>",  "<-",  "..",  "?:",    "!!",  "=~",
    };
    size_t start = x->pos, len = 1;
    for (size_t i = 0; i < sizeof long_ones / sizeof *long_ones; i++) {
        struct str s = str_from(long_ones[i]);
        if (!at_text(x, start, s))
            continue;
        len = s.len;
        break;
    }
    struct token *k = emit(x, TOKEN_PUNCT, start, start + len);
    set_words(x, k);
}

static bool read_bracket(struct lexer *x)
{
    char c = byte(x, x->pos), next = byte(x, x->pos + 1);
    size_t start = x->pos;
    if (one_of(c, "$#%@") && one_of(next, "([{") &&
        (!is_word_char(x, c) || next == '{')) {
        emit(x, TOKEN_OPEN, start, start + 2)->bracket = next;
    } else if (one_of(c, "([{")) {
        emit(x, TOKEN_OPEN, start, start + 1)->bracket = c;
    } else if (one_of(c, ")]}")) {
        struct token *k = emit(x, TOKEN_CLOSE, start, start + 1);
        k->bracket = c == ')' ? '(' : c == ']' ? '[' : '{';
    } else {
        return false;
    }
    return true;
}

/* Quotes in HTML count only inside of tags. */
static bool quotes_count(struct lexer *x)
{
    char c = byte(x, x->pos), next = byte(x, x->pos + 1);
    if (!x->syntax->tag_quotes)
        return true;
    if (c == '<' && (is_word_char(x, next) || next == '/'))
        x->in_tag = true;
    else if (c == '>')
        x->in_tag = false;
    return x->in_tag;
}

static void read_one(struct lexer *x)
{
    char c = byte(x, x->pos);
    if (read_space(x) || read_known(x) || read_comment(x))
        return;
    if (quotes_count(x) && read_string(x, x->pos))
        return;
    if (c == '#' && x->syntax->directives && x->first)
        read_directive(x);
    else if (is_digit(c))
        read_number(x);
    else if (read_bracket(x))
        return;
    else if (is_word_char(x, c))
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
                      .to = to,
                      .first = true};
    while (x.pos < x.to)
        read_one(&x);
}
