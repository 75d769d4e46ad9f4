#include "context/lexer.h"
#include "context/scanner.h"

static void note_quoted(struct lexer *x, enum quoted what, size_t start)
{
    x->t->quoted = what;
    x->t->quoted_start = start;
}

/* A block comment that is closed before the cursor is not around it. */
static bool closed_comment(const struct lexer *x, const struct span *s)
{
    const struct syntax *y = x->syntax;
    for (size_t i = 0; i < y->n_block_comments; i++) {
        const struct str *pair = y->block_comments[i];
        size_t close = s->end - pair[1].len;
        if (lexer_at(x, s->start, pair[0]) && s->end > pair[1].len &&
            close >= s->start + pair[0].len && lexer_at(x, close, pair[1]))
            return true;
    }
    return false;
}

/*
 * Whether a string that ends at the cursor is over there: by its quote, or by
 * a bracket as Ruby's %w(…) is. Here-documents and Zig's lines have neither.
 */
static bool closed_string(const struct lexer *x, const struct span *s)
{
    const struct syntax *y = x->syntax;
    if (s->role != NODE_STRING)
        return true;
    for (size_t i = 0; i < y->n_quotes; i++) {
        const struct quote *q = &y->quotes[i];
        if (!q->delimiters.set.len && lexer_at(x, s->start, q->open))
            return s->end >= s->start + q->open.len + q->close.len &&
                   lexer_at(x, s->end - q->close.len, q->close);
    }
    return lexer_one_of(lexer_byte(x, s->end - 1), "\"'`)]}>|/");
}

static bool begins_comment(const struct lexer *x, size_t at)
{
    bool any = false;
    for (size_t i = 0; i < x->syntax->n_block_comments; i++)
        any |= lexer_at(x, at, x->syntax->block_comments[i][0]);
    return any;
}

/* One that nothing closes may end for the tree before the blanks at the text's
 * end. */
static bool is_open_comment(const struct lexer *x, const struct span *s)
{
    struct str behind = str_sub(x->text, s->end, x->t->cursor);
    return begins_comment(x, s->start) && !closed_comment(x, s) &&
           str_trim(behind).len == 0;
}

static void read_span(struct lexer *x, const struct span *s)
{
    size_t start = x->pos, cursor = x->t->cursor;
    bool inside =
        start < cursor &&
        (cursor < s->end || (cursor == s->end && !closed_string(x, s)));
    switch (s->role) {
    case NODE_COMMENT:
        if (inside || (start < cursor && s->end <= cursor &&
                       (s->end == cursor || is_open_comment(x, s))))
            note_quoted(x, QUOTED_COMMENT, start);
        x->pos = s->end;
        break;
    case NODE_STRING:
        if (inside)
            note_quoted(x, QUOTED_STRING, start);
        lexer_emit(x, TOKEN_STRING, start, s->end);
        x->code = s->end;
        break;
    case NODE_TEXT:
        if (inside)
            note_quoted(x, QUOTED_VALUE, start);
        lexer_emit(x, TOKEN_BREAK, start, s->end);
        break;
    default:
        if (inside)
            note_quoted(x, QUOTED_VALUE, start);
        lexer_emit(x, TOKEN_STRING, start, s->end);
    }
}

bool literal_read_span(struct lexer *x)
{
    const struct spans *s = x->spans;
    while (x->span < s->n && s->at[x->span].end <= x->pos)
        x->span++;
    if (x->span == s->n || s->at[x->span].start > x->pos)
        return false;
    struct span known = s->at[x->span];
    /* A comment that nothing closes can look like a regular expression. */
    if (known.role == NODE_VALUE && begins_comment(x, known.start))
        return false;
    /* Blanks may be read already where the window begins inside of one. */
    if (known.role == NODE_STRING && known.start < x->pos && x->t->n > 0)
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
    while (at < x->to && x->text.ptr[at] != '\n' && x->text.ptr[at] != '\r')
        at++;
    return at;
}

static bool comment_starts(const struct lexer *x, struct str opener)
{
    if (!lexer_at(x, x->pos, opener))
        return false;
    if (x->syntax->attributes && lexer_at(x, x->pos, STR("#[")))
        return false; /* PHP's, of which '#' alone begins a comment */
    return !x->syntax->spaced_comments || x->pos == 0 ||
           lexer_one_of(x->text.ptr[x->pos - 1], " \t\r\n;(");
}

/* Behind the block comment that begins at `at`; STR_NONE: it is open. */
static size_t block_end(const struct lexer *x, const struct str pair[2],
                        size_t at)
{
    int depth = 0;
    while (at < x->to) {
        if (depth > 0 && lexer_at(x, at, pair[1])) {
            at += pair[1].len;
            if (--depth == 0)
                return at;
        } else if (lexer_at(x, at, pair[0])) {
            at += pair[0].len;
            depth = x->syntax->nested_comments ? depth + 1 : 1;
        } else {
            at++;
        }
    }
    return STR_NONE;
}

bool literal_read_comment(struct lexer *x)
{
    const struct syntax *y = x->syntax;
    size_t start = x->pos, cursor = x->t->cursor;
    for (size_t i = 0; i < y->n_block_comments; i++) {
        const struct str *pair = y->block_comments[i];
        if (!lexer_at(x, start, pair[0]))
            continue;
        size_t end = block_end(x, pair, start);
        bool open = end == STR_NONE;
        x->pos = open ? x->to : end;
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

/* What goes back to code at `at`, of a quote's list; else nothing. */
static struct str code_at(const struct lexer *x, const struct quote *q,
                          size_t at)
{
    struct str rest = q->code, open;
    while (str_cut(&rest, ' ', &open)) {
        if (lexer_at(x, at, open))
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
    if (!lexer_one_of(opener, "([{"))
        opener = open.ptr[0];
    char closer = bracket_closing(opener);
    int depth = 0;
    for (; at < x->to && lexer_byte(x, at) != '\n'; at++) {
        depth += lexer_byte(x, at) == opener;
        if (lexer_byte(x, at) == closer && --depth == 0)
            return x->t->cursor > at ? at + 1 : STR_NONE;
    }
    return STR_NONE;
}

/* The delimiter that opened a string, and how many of its brackets are open;
 * NUL: its quote closes it. */
struct delimited {
    char open;
    size_t depth;
};

/* Bytes of what closes the string at `at`, or 0. */
static size_t closing_at(const struct lexer *x, const struct quote *q,
                         struct delimited *d, size_t at)
{
    if (!d->open)
        return lexer_at(x, at, q->close) ? q->close.len : 0;
    char c = lexer_byte(x, at);
    if (c == delimiters_closing(d->open))
        return d->depth == 0 || !d->depth--;
    d->depth += q->delimiters.nest && c == d->open;
    return 0;
}

/*
 * The end of a string from the inside of its opening quote: behind the
 * closing one, or the line's end, or the code that the cursor is in.
 */
static size_t string_end(struct lexer *x, const struct quote *q,
                         struct delimited d, size_t at, bool *closed)
{
    unsigned bit = 1u << (q - x->syntax->quotes);
    *closed = false;
    while (at < x->to) {
        char c = lexer_byte(x, at);
        if (!(x->syntax->stops[(unsigned char)c] & bit)) {
            at++;
            continue;
        }
        if (!q->lines && (c == '\n' || c == '\r'))
            return at;
        size_t closing = closing_at(x, q, &d, at);
        if (closing > 0) {
            *closed = true;
            return at + closing;
        }
        struct str code = code_at(x, q, at);
        bool escaped = c == '\\' && !q->raw;
        bool doubled = code.len == 1 && lexer_byte(x, at + 1) == c;
        if ((escaped || doubled) && at + 1 < x->to) {
            at += 2;
        } else if (code.len > 0 && at < x->t->cursor) {
            size_t end = code_end(x, at, code);
            if (end == STR_NONE && at + code.len <= x->t->cursor) {
                *closed = true;
                x->code = at;
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
    if (lexer_byte(x, i) == '\\')
        return true;
    while (i < x->pos + 5 &&
           ((unsigned char)lexer_byte(x, i + 1) & 0xC0) == 0x80)
        i++;
    return lexer_byte(x, i + 1) == '\'' && lexer_byte(x, i) != '\'';
}

/* A percent sign divides behind an operand; a name with a blank behind it may
 * be a call: "puts %(a)". */
static bool may_begin_operand(const struct lexer *x)
{
    const struct tokens *t = x->t;
    if (x->first || t->n == 0)
        return true;
    const struct token *k = &t->at[t->n - 1];
    if (k->kind == TOKEN_WORD)
        return k->end < x->pos;
    return k->kind == TOKEN_OPEN || k->kind == TOKEN_PUNCT;
}

/* Bytes that open this kind of string at the position, or 0. */
static size_t quote_opens(const struct lexer *x, const struct quote *q,
                          size_t start)
{
    if (q->delimiters.set.len > 0) {
        struct str rest = str_sub(x->text, x->pos, x->to);
        size_t len = delimiters_open(&q->delimiters, q->open, rest);
        bool fits = !q->delimiters.operand || may_begin_operand(x);
        return len != STR_NONE && fits ? len : 0;
    }
    if (!lexer_at(x, x->pos, q->open) || !prefix_fits(x, q, start) ||
        (q->single && !single_fits(x)))
        return 0;
    return q->open.len;
}

/* A string whose prefix began at `start`; the quote is at the position. */
bool literal_read_string(struct lexer *x, size_t start)
{
    const struct syntax *y = x->syntax;
    for (size_t i = 0; i < y->n_quotes; i++) {
        const struct quote *q = &y->quotes[i];
        size_t inside = x->pos + quote_opens(x, q, start);
        if (inside == x->pos)
            continue;
        struct delimited d = {0};
        if (q->delimiters.set.len > 0)
            d.open = x->text.ptr[inside - 1];
        bool closed;
        size_t end = string_end(x, q, d, inside, &closed);
        size_t cursor = x->t->cursor;
        if (start < cursor && (cursor < end || (cursor == end && !closed)))
            note_quoted(x, q->value ? QUOTED_VALUE : QUOTED_STRING, start);
        lexer_emit(x, TOKEN_STRING, start, end);
        return true;
    }
    return false;
}

/* "<<EOF", "<<-'EOF'", "<<~SQL": the text begins on the next line. */
void literal_note_heredoc(struct lexer *x)
{
    struct str rest = x->syntax->heredocs, mark;
    while (str_cut(&rest, ' ', &mark)) {
        size_t at = x->pos + mark.len;
        if (!lexer_at(x, x->pos, mark) || lexer_byte(x, at) == '<')
            continue;
        while (x->syntax->spaced_heredocs && lexer_byte(x, at) == ' ')
            at++;
        if (lexer_one_of(lexer_byte(x, at), "\"'\\"))
            at++;
        size_t end = at;
        while (token_is_word(x, lexer_byte(x, end)) &&
               lexer_byte(x, end) != '-')
            end++;
        if (end > at && !lexer_is_digit(lexer_byte(x, at)))
            x->heredoc = str_sub(x->text, at, end);
        return;
    }
}

/* The lines up to the one that is nothing but the end mark. */
bool literal_read_heredoc(struct lexer *x)
{
    if (x->heredoc.len == 0 || lexer_byte(x, x->pos) != '\n')
        return false;
    size_t start = x->pos, at = start;
    bool closed = false;
    while (at < x->to && !closed) {
        size_t end = line_end(x, at + 1);
        closed = str_eq(str_trim(str_sub(x->text, at, end)), x->heredoc);
        at = end;
    }
    x->heredoc = (struct str){0};
    size_t cursor = x->t->cursor;
    if (start < cursor && (cursor < at || (cursor == at && !closed)))
        note_quoted(x, QUOTED_STRING, start);
    lexer_emit(x, TOKEN_STRING, start, at);
    return true;
}
