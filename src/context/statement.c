#include "context/statement.h"

bool statement_in_literal(const struct tokens *t, int up)
{
    enum role role = tokens_role(t, up);
    return role == ROLE_LITERAL || role == ROLE_OBJECT;
}

int statement_next(const struct tokens *t, int i, int end)
{
    if (t->at[i].kind != TOKEN_OPEN)
        return i + 1;
    return t->at[i].mate < 0 || t->at[i].mate >= end ? end : t->at[i].mate + 1;
}

/* Whether the brace at `i` follows something that a value follows. */
bool statement_opens_value(const struct tokens *t, int i)
{
    if (i < 1)
        return false;
    const struct token *before = &t->at[i - 1];
    if (before->kind == TOKEN_PUNCT)
        return !token_is_punct(t, i - 1, "; > => -> ! ? | ||") &&
               !(before->words & WORD_ARROW);
    return (before->words & (WORD_LITERAL | WORD_IMPORT)) ||
           before->kind == TOKEN_OPEN;
}

/* Whether `next` can only go on with what was before its line. */
static bool goes_on(const struct tokens *t, int next)
{
    if (next >= t->n)
        return false;
    return token_is_punct(t, next, ". ?. && || ?? ?: ? : = => |> ) ] , ::") ||
           t->at[next].kind == TOKEN_CLOSE ||
           (t->at[next].words & WORD_CONTINUE);
}

/* Whether a line's end between tokens `k` and `next` ends the statement. */
static bool line_ends(const struct tokens *t, int k, int next)
{
    const struct syntax *s = t->syntax;
    if (s->lines_always_end)
        return true;
    if (!s->lines_end)
        return false;
    if ((t->at[k].words & WORD_CONTINUE) || goes_on(t, next))
        return false;
    if (t->at[k].kind != TOKEN_PUNCT)
        return true;
    if (s->indented && (t->at[k].words & WORD_HEAD_END))
        return true; /* "let area r =" */
    if (s->offside && token_is(t, k, ":"))
        return true; /* Scala's "class Area:" */
    if (s->worded && token_is_punct(t, k, "|"))
        return true;
    return token_is_punct(t, k, "; ++ -- > ? ! !!");
}

/* "import type { a } f": the word for "from" is not complete yet. */
static bool imports_before(const struct tokens *t, int open)
{
    for (int i = open - 1; i >= 0 && i >= open - 4; i--) {
        if (t->at[i].words & WORD_IMPORT)
            return true;
        if (t->at[i].kind != TOKEN_WORD && !token_is(t, i, ","))
            return false;
    }
    return false;
}

/* Whether the brace that closes at `k` ends the statement. */
static bool brace_ends(const struct tokens *t, int k, int next, bool new_line)
{
    int open = t->at[k].mate;
    const struct token *n = next < t->n ? &t->at[next] : NULL;
    if (open < 0)
        return true;
    if (new_line)
        return t->syntax->lines_end ? !goes_on(t, next)
                                    : !token_is_punct(t, next, ", . ? : =");
    if (n && (n->kind == TOKEN_CLOSE || n->kind == TOKEN_OPEN))
        return false;
    if (n && n->kind == TOKEN_PUNCT)
        return token_is_punct(t, next, "@ ~ <");
    if (n && (n->words & WORD_CONTINUE))
        return false;
    /* "map[string]interface{}" */
    if (t->syntax->class_expressions && token_has(t, open - 1, WORD_CLASS))
        return false;
    return !statement_opens_value(t, open) && !imports_before(t, open);
}

/* "@name(…)" alone on its line belongs to what the next line defines. */
static bool ends_decorator(const struct tokens *t, int k, int up)
{
    if (!t->syntax->decorators)
        return false;
    while (k > up && k >= 0) {
        int i = t->at[k].kind == TOKEN_CLOSE && t->at[k].mate >= 0
                    ? t->at[k].mate
                    : k;
        if (token_is(t, i, "@") && !token_has(t, i + 1, WORD_CLASS))
            return true;
        if (t->at[i].first || t->at[i].kind == TOKEN_OPEN)
            return token_is(t, i, "@");
        k = i - 1;
    }
    return false;
}

static bool directive_ends(const struct tokens *t, int k, int next,
                           bool new_line)
{
    if (!t->at[k].directive)
        return next < t->n && t->at[next].directive;
    return new_line;
}

/* Whether a statement ends between `k` and `next`, in a block. */
static bool ends_in_block(const struct tokens *t, int k, int next,
                          bool new_line, int up)
{
    const struct token *a = &t->at[k];
    const struct token *n = next < t->n ? &t->at[next] : NULL;
    if (token_is(t, k, ";") || (new_line && n && (n->words & WORD_STARTER)))
        return !ends_decorator(t, k, up);
    if (token_is(t, k, ":") && token_has(t, k - 1, WORD_LABEL))
        return true;
    if (a->kind != TOKEN_PUNCT && (a->words & (WORD_HEAD_END | WORD_DO)))
        return !token_is(t, next, ":"); /* Elixir's "do:" */
    if (a->kind == TOKEN_CLOSE && a->bracket == '{')
        return brace_ends(t, k, next, new_line) && !ends_decorator(t, k, up);
    if (a->kind == TOKEN_CLOSE && a->bracket == 'w') /* "end.each" goes on */
        return new_line
                   ? !goes_on(t, next)
                   : !n || (n->kind != TOKEN_PUNCT && n->kind != TOKEN_CLOSE);
    if (a->kind == TOKEN_OPEN) /* was given up */
        return new_line && line_ends(t, k, next);
    return new_line && line_ends(t, k, next) && !ends_decorator(t, k, up);
}

static bool ends_between(const struct tokens *t, int k, int next, bool new_line,
                         int up)
{
    if (t->at[k].kind == TOKEN_BREAK)
        return true;
    if (t->at[k].directive || (next < t->n && t->at[next].directive))
        return directive_ends(t, k, next, new_line);
    if (statement_in_literal(t, up))
        return token_is_punct(t, k, ", ;");
    return ends_in_block(t, k, next, new_line, up);
}

int statement_first(const struct tokens *t, int at, bool new_line, int *up)
{
    /* What is on a later line than the place does not count. */
    bool apart = at >= t->n || new_line || t->at[at].first;
    int first = at, next = apart ? t->n : at;
    while (first > 0) {
        int k = first - 1;
        if (k == *up) {
            const struct token *open = &t->at[k];
            bool head = open->bracket == 'w' && !(open->words & WORD_DO);
            if (!head || ends_between(t, k, next, new_line, open->up))
                break;
            first = k;
            *up = open->up;
        } else {
            if (ends_between(t, k, next, new_line, *up))
                break;
            bool group = t->at[k].kind == TOKEN_CLOSE && t->at[k].mate >= 0;
            first = group ? t->at[k].mate : k;
        }
        next = first;
        new_line = t->at[first].first;
    }
    return first;
}
