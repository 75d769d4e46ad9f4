#include "context/enclosing.h"
#include "context/declarator.h"

#include <string.h>

/* How much text in front of a bracket is read to see what it opens. */
enum { HEAD_BYTES = 600, HEAD_BYTES_MAX = 9600 };

static enum role role_of_word(const struct tokens *t, int i, enum role around)
{
    uint32_t words = t->at[i].words;
    if (words & WORD_FUNCTION)
        return ROLE_BODY;
    if (words & WORD_CLASS)
        return ROLE_CLASS;
    if (!(words & WORD_DO))
        return ROLE_BLOCK;
    struct judgement j = subject_judge(t, i, t->at[i].up, around, false);
    return j.subject == SUBJECT_FUNCTION ? ROLE_BODY
           : j.subject == SUBJECT_CLASS  ? ROLE_CLASS
                                         : ROLE_BLOCK;
}

static bool is_enumeration(const struct tokens *t, int first, int brace)
{
    for (int i = first; i < brace; i = statement_next(t, i, brace))
        if (t->at[i].words & WORD_ENUM)
            return true;
    return false;
}

/* "new Name(…) {" and "new Name<…>() {"; "new Name {" where braces hold no
 * fields of what is made. */
static bool is_new_body(const struct tokens *t, int brace)
{
    int i = brace - 1;
    if (!t->syntax->new_bodies || i < 0)
        return false;
    if (t->at[i].kind == TOKEN_CLOSE && t->at[i].bracket == '(')
        i = t->at[i].mate - 1;
    else if (!t->syntax->closures)
        return false;
    for (; i >= 0; i--) {
        if (t->at[i].words & WORD_NEW)
            return true;
        if (t->at[i].kind != TOKEN_WORD && !token_is_punct(t, i, ". < > , ?"))
            return false;
    }
    return false;
}

/* C++'s "[this](int a) -> int {", also without parameters behind a "=". */
static bool is_lambda_body(const struct tokens *t, int brace)
{
    int i = brace - 1;
    while (i >= 0 && (t->at[i].kind == TOKEN_WORD ||
                      token_is_punct(t, i, "-> :: < > * & ,")))
        i--;
    if (i < 0 || t->at[i].kind != TOKEN_CLOSE || t->at[i].mate < 1)
        return false;
    int open = t->at[i].mate;
    if (t->at[i].bracket == '[')
        return i == brace - 1 && token_is_punct(t, open - 1, "= ( ,");
    const struct token *captures = &t->at[open - 1];
    return t->at[i].bracket == '(' && captures->kind == TOKEN_CLOSE &&
           captures->bracket == '[';
}

/* A brace that no head of a definition is in front of. */
static enum role role_of_other(const struct tokens *t, int i, enum role around,
                               const struct judgement *j)
{
    if (is_new_body(t, i))
        return ROLE_CLASS;
    int before = i - 1; /* "if (…)", also in "val a = if (…)" */
    if (before >= 0 && t->at[before].kind == TOKEN_CLOSE &&
        t->at[before].mate > 0)
        before = t->at[before].mate - 1;
    bool control = j->control || token_has(t, before, WORD_CONTROL);
    if (t->syntax->closures)
        return control ? ROLE_BLOCK : ROLE_BODY;
    if (control)
        return ROLE_BLOCK;
    bool anew = around != ROLE_BODY; /* else it is one already */
    if (t->syntax->directives && anew && is_lambda_body(t, i))
        return ROLE_BODY;
    return j->inner || j->assigns ? ROLE_LITERAL : ROLE_BLOCK;
}

/* C++'s "A() : a{1}, b{": a member's value, the body is still to come. */
static bool is_initializer(const struct tokens *t, int brace)
{
    if (!t->syntax->directives || brace < 3 ||
        t->at[brace - 1].kind != TOKEN_WORD)
        return false;
    return token_is_punct(t, brace - 2, ": ,") &&
           t->at[brace - 3].kind == TOKEN_CLOSE;
}

/* C's "(struct a){ … }", whose fields have values. */
static bool is_compound_literal(const struct tokens *t, int brace)
{
    const struct token *group = brace > 0 ? &t->at[brace - 1] : NULL;
    if (!group || group->kind != TOKEN_CLOSE || group->bracket != '(' ||
        !token_has(t, group->mate + 1, WORD_TAG))
        return false;
    int before = group->mate - 1;
    return before >= 0 && (t->at[before].kind == TOKEN_PUNCT ||
                           t->at[before].kind == TOKEN_OPEN ||
                           (t->at[before].words & WORD_CONTROL));
}

/*
 * Java's braces right in a class, which is what is around them: a constant's
 * body in an enum, an initializer, and the constructor of a record that has no
 * parameters of its own.
 */
static enum role role_of_member(const struct tokens *t, int i)
{
    int up = t->at[i].up, outer = up;
    enum role in = tokens_role(t, up);
    if (!t->syntax->new_bodies || t->syntax->closures)
        return ROLE_UNKNOWN;
    int first = statement_first(t, i, false, &outer);
    if (in == ROLE_ENUM && first == up + 1)
        return first < i ? ROLE_CLASS : ROLE_UNKNOWN;
    int name = declarator_skip_modifiers(t, first, i);
    bool alone = name == i - 1 && t->at[name].kind == TOKEN_WORD &&
                 t->at[name].words == 0;
    bool member = in == ROLE_CLASS || in == ROLE_ENUM;
    return member && (first == i || alone) ? ROLE_BODY : ROLE_UNKNOWN;
}

static enum role role_of_brace(const struct tokens *t, int i, enum role around)
{
    const struct syntax *s = t->syntax;
    const struct token *before = i > 0 ? &t->at[i - 1] : NULL;
    if (s->indented || t->at[i].end - t->at[i].start > 1)
        return ROLE_LITERAL;
    if (before && (before->words & WORD_ARROW))
        return ROLE_BODY;
    if (s->block_values && token_is(t, i - 1, "="))
        return ROLE_BLOCK;
    if (is_compound_literal(t, i))
        return ROLE_LITERAL;
    enum role own = role_of_member(t, i);
    if (own != ROLE_UNKNOWN)
        return own;
    if (before && before->kind == TOKEN_OPEN && !s->closures)
        return statement_in_literal(t, i - 1) ? ROLE_OBJECT : ROLE_BLOCK;
    struct judgement j = subject_judge(t, i, t->at[i].up, around, false);
    /* Rust's "where T: Copy, {" ends a head. */
    bool ends_head =
        token_is(t, i - 1, ",") && !j.inner &&
        (j.subject == SUBJECT_FUNCTION || j.subject == SUBJECT_CLASS);
    if (before && before->kind != TOKEN_OPEN && statement_opens_value(t, i) &&
        !s->closures && !ends_head)
        return j.control && token_is(t, i - 1, ":") ? ROLE_BLOCK : ROLE_OBJECT;
    if (before && (before->words & WORD_CLASS))
        return before->words & WORD_ENUM ? ROLE_ENUM : ROLE_CLASS;
    bool member = around == ROLE_CLASS || around == ROLE_ENUM;
    if (before && (before->words & WORD_ACCESSOR) && member)
        return ROLE_BODY;
    switch (j.subject) {
    case SUBJECT_IMPORT:
        return token_has(t, j.first, WORD_BLOCK) ? ROLE_BLOCK : ROLE_LITERAL;
    case SUBJECT_FUNCTION:
        return is_initializer(t, i) ? ROLE_LITERAL : ROLE_BODY;
    case SUBJECT_CLASS:
        return is_enumeration(t, j.first, i) ? ROLE_ENUM : ROLE_CLASS;
    case SUBJECT_FUNCTION_BODY: /* Scala's "def area(a: A) = a match {" */
        if (s->closures && !j.inner)
            return ROLE_BODY;
        return role_of_other(t, i, around, &j);
    default:
        return role_of_other(t, i, around, &j);
    }
}

static bool is_empty_group(const struct tokens *t, int close)
{
    return close > 0 && t->at[close].kind == TOKEN_CLOSE &&
           token_opens(t, close - 1, '(');
}

/* A shell's "f() (" and "function f (" have a body behind them, and what else
 * begins a statement has statements; "a=(" and "$(" go on with theirs. */
static enum role role_of_parenthesis(const struct tokens *t, int i)
{
    const struct token *open = &t->at[i];
    if (!t->syntax->subshells || open->end - open->start > 1)
        return ROLE_LITERAL;
    bool named = token_has(t, i - 2, WORD_FUNCTION) && i + 1 < t->cut &&
                 t->at[i + 1].kind != TOKEN_CLOSE;
    if (is_empty_group(t, i - 1) || named)
        return ROLE_BODY;
    bool begins =
        open->first || i == 0 || token_is_punct(t, i - 1, "; && || | !") ||
        token_has(t, i - 1, WORD_HEAD_END) || token_opens(t, i - 1, '{');
    return begins ? ROLE_BLOCK : ROLE_LITERAL;
}

static enum role role_of(const struct tokens *t, int i, enum role around)
{
    switch (t->at[i].bracket) {
    case '(':
        return role_of_parenthesis(t, i);
    case '{':
        return role_of_brace(t, i, around);
    case 'w':
        return role_of_word(t, i, around);
    default:
        return ROLE_LITERAL;
    }
}

/*
 * Move `from`, which may be inside of a comment or string, behind it; `brace`
 * is in neither. The tree is asked only where the text does not tell.
 */
static size_t outside_comment(const struct tokens *t, size_t from, size_t brace,
                              TSNode root)
{
    const struct syntax *s = t->syntax;
    struct str head = str_sub(t->text, from, brace);
    for (size_t i = 0; i < s->n_block_comments; i++) {
        const struct str *pair = s->block_comments[i];
        size_t close = str_find(head, pair[1]);
        if (close != STR_NONE && str_find(head, pair[0]) > close)
            return from + close + pair[1].len;
    }
    struct span around;
    for (size_t i = 0; i < s->n_quotes; i++) {
        if (!s->quotes[i].lines ||
            str_find(head, s->quotes[i].open) == STR_NONE)
            continue;
        if (!span_around(s, root, t->text, from, &around))
            return from;
        return around.end < brace ? around.end : brace;
    }
    return from;
}

/* Behind a bracket, or the word that stands for one. */
static size_t opener_end(const struct syntax *s, struct str text, size_t at)
{
    size_t end = at;
    while (end < text.len && s->word_char[(unsigned char)text.ptr[end]])
        end++;
    return end > at ? end : at + 1;
}

/* Read the tokens of the head that the bracket at `brace` ends. */
static void read_head(const struct tokens *t, size_t brace, TSNode root,
                      size_t bytes, struct tokens *head)
{
    size_t near = brace > bytes ? brace - bytes : 0;
    size_t from = text_line_begin(t->text, near);
    from = text_directive_begin(t->syntax, t->text, from);
    size_t to = opener_end(t->syntax, t->text, brace);
    if (near - from > bytes)
        from = near;
    struct spans spans;
    if (t->syntax->spans)
        spans_collect(&spans, t->syntax, root, t->text, from, to, to);
    else
        from = outside_comment(t, from, brace, root);
    tokens_read(head, t->syntax, t->text, t->syntax->spans ? &spans : NULL,
                from, to, to);
    struct opens none = {.n = 0};
    brackets_match(&none, head);
    for (int i = 0; i < head->n; i++) {
        struct token *k = &head->at[i];
        bool block = k->bracket == '{' || k->bracket == 'w';
        if (k->kind == TOKEN_OPEN && k->mate < 0)
            k->role = block ? ROLE_BLOCK : ROLE_LITERAL;
    }
}

/* Whether the window's start has cut off the head of the bracket `i`. */
static bool is_cut_off(const struct tokens *t, int i)
{
    int up = t->at[i].up;
    return t->from > 0 && statement_first(t, i, false, &up) == 0;
}

/* The role of a bracket in front of the window. */
static enum role far_role(const struct tokens *t, const struct open *o,
                          TSNode root, enum role around, enum role base,
                          struct tokens *head)
{
    bool group = o->bracket == '(' && !t->syntax->subshells;
    if (group || o->bracket == '[')
        return ROLE_LITERAL;
    int last;
    for (size_t bytes = HEAD_BYTES;; bytes *= 4) {
        read_head(t, o->start, root, bytes, head);
        head->base = base;
        last = head->n - 1;
        if (last < 0 || head->at[last].kind != TOKEN_OPEN)
            return ROLE_BLOCK;
        if (bytes >= HEAD_BYTES_MAX || !is_cut_off(head, last))
            break;
    }
    return role_of(head, last, around);
}

/* The head that the bracket `i` ends, or begins. */
static struct around head_of(const struct tokens *t, int i, enum role role)
{
    const struct token *open = &t->at[i];
    bool word = open->bracket == 'w' && !(open->words & WORD_DO);
    int up = open->up;
    int first = statement_first(t, i, word && open->first, &up);
    return (struct around){
        .start = t->at[first].start,
        .open = open->start,
        .function = role == ROLE_BODY,
        .opens = open->bracket != 'w'      ? '{'
                 : (open->words & WORD_DO) ? 'd'
                                           : 'w',
    };
}

static void enter(struct enclosing *e, const struct tokens *t, int i,
                  enum role role)
{
    if (role != ROLE_BODY && role != ROLE_CLASS && role != ROLE_ENUM)
        return;
    e->around = role;
    e->depth++;
    if (i < 0 || i >= t->n)
        return;
    if (e->n == AROUND_MAX) {
        size_t kept = AROUND_MAX / 2;
        memmove(e->at + kept, e->at + kept + 1,
                (AROUND_MAX - kept - 1) * sizeof *e->at);
        e->n--;
    }
    e->at[e->n++] = head_of(t, i, role);
}

struct enclosing enclosing_by_brackets(struct tokens *t, const struct opens *o,
                                       TSNode root, struct tokens *scratch)
{
    struct enclosing e = {.around = ROLE_UNKNOWN};
    for (int i = 0; i < o->n; i++) {
        int token = o->at[i].token;
        bool far = token < 0 || is_cut_off(t, token);
        enum role role =
            far ? far_role(t, &o->at[i], root, e.around, t->base, scratch)
                : role_of(t, token, e.around);
        if (token < 0)
            t->base = role;
        else
            t->at[token].role = (uint8_t)role;
        if (far)
            enter(&e, scratch, scratch->n - 1, role);
        else
            enter(&e, t, token, role);
    }
    return e;
}
