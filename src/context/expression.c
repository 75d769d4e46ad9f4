#include "context/expression.h"
#include "context/declarator.h"

/* "require(" or "require '…'" just before the place. */
static bool in_require(const struct level *l)
{
    int i = l->at - 1;
    if (i >= l->first && l->t->at[i].kind == TOKEN_STRING)
        i--;
    if (!level_has(l, i, WORD_REQUIRE))
        return false;
    return l->cursor || token_opens(l->t, l->at, '(');
}

/* A function word in the middle of a statement must start an expression: in
 * Go "cb func(int)" is a type. */
static bool starts_expression(const struct level *l, int i)
{
    if (i == l->first)
        return true;
    const struct token *before = &l->t->at[i - 1];
    if (before->kind == TOKEN_PUNCT)
        return !token_is_punct(l->t, i - 1, "* . ?. :: ->");
    return before->words &
           (WORD_LITERAL | WORD_CONTROL | WORD_MODIFIER | WORD_NEW);
}

/* Parameters of an arrow function are names, not sums. */
static bool are_parameters(const struct level *l, int open, int end,
                           bool *several)
{
    const struct tokens *t = l->t;
    bool value = false;
    *several = end == open + 1;
    for (int i = open + 1; i < end; i = statement_next(t, i, end)) {
        *several |= token_is_punct(t, i, ", : ...");
        value = token_is(t, i, "=") || (value && !token_is(t, i, ","));
        const struct token *k = &t->at[i];
        bool fits = k->kind == TOKEN_WORD || token_opens(t, i, '{') ||
                    token_opens(t, i, '[') ||
                    token_is_punct(t, i, ", : = ... ? | < > @");
        if (!fits && !value)
            return false;
    }
    return true;
}

/* Whether what closes at `mate` is followed by "=>". */
static bool arrow_follows(const struct level *l, int mate, int end)
{
    int i = mate + 1;
    if (mate < 0)
        return false;
    if (i < end && token_is(l->t, i, ":"))
        for (i++; i < end && l->t->at[i].kind != TOKEN_CLOSE &&
                  !(l->t->at[i].words & WORD_ARROW) &&
                  !token_is_punct(l->t, i, ", ; =");)
            i = statement_next(l->t, i, end);
    return i < end && (l->t->at[i].words & WORD_ARROW);
}

/* "(a, b" where a function is expected, or whose "=>" is there already. */
static bool in_arrow_parameters(const struct level *l, int open)
{
    const struct tokens *t = l->t;
    int mate = t->at[open].mate;
    bool several;
    if (mate >= l->at && arrow_follows(l, mate, t->n))
        return true;
    /* What is behind the cursor on its line must fit, too. */
    int line = level_line_limit(t, t->cut, true);
    int end = mate >= 0 && (mate < l->at || mate < line) ? mate : line;
    if (mate >= t->cut && mate + 1 < line &&
        t->at[mate + 1].kind == TOKEN_PUNCT)
        return false;
    if (l->brace || !are_parameters(l, open, end, &several))
        return false;
    int before = declarator_before_angle(t, open - 1, l->first);
    bool async = token_is(t, before, "async");
    bool assigned = token_is(t, before, "=") && before > l->first;
    if (open == l->first && l->inner)
        return (several && (mate >= 0 || end > open + 1)) ||
               (mate >= 0 && end == open + 1);
    if (l->around == ROLE_BODY && !async)
        return assigned && several && (mate >= 0 || end > open + 1);
    return async || assigned;
}

/* The parameters at the place: it is inside of them, or just behind. */
static int parameters_at(const struct level *l)
{
    if (token_opens(l->t, l->at, '(') && !l->cursor)
        return l->at;
    int i = l->at - 1;
    for (; i >= l->first; i--) {
        const struct token *k = &l->t->at[i];
        if (k->kind == TOKEN_CLOSE && k->bracket == '(' && k->mate >= l->first)
            return k->mate;
        if (k->kind != TOKEN_WORD && !token_is_punct(l->t, i, ": | < > ."))
            return -1;
    }
    return -1;
}

/* "name: (a) => b" between parameters is a type. */
static bool is_type_arrow(const struct level *l, int arrow)
{
    const struct tokens *t = l->t;
    if (!t->syntax->arrow_parameters || arrow <= l->first ||
        !token_opens(t, l->up, '('))
        return false;
    const struct token *close = &t->at[arrow - 1];
    return close->kind == TOKEN_CLOSE && close->mate > l->first &&
           token_is(t, close->mate - 1, ":");
}

/* Rust's "|a, b| …": whether the bar at `i` closes the parameters. */
static bool closes_bars(const struct level *l, int i)
{
    const struct tokens *t = l->t;
    bool both = token_is(t, i, "||");
    if (!both && !token_is(t, i, "|"))
        return false;
    int open = i;
    while (!both && --open >= l->first && !token_is(t, open, "|"))
        if (t->at[open].kind == TOKEN_CLOSE && t->at[open].mate >= 0)
            open = t->at[open].mate;
    return open == l->first ||
           (open > l->first && (token_is_punct(t, open - 1, "= , => :") ||
                                token_has(t, open - 1, WORD_CONTROL)));
}

/* In the middle of a statement: functions and classes as expressions. */
static enum subject in_expression(const struct level *l, bool typed)
{
    const struct tokens *t = l->t;
    const struct syntax *s = t->syntax;
    bool head_ended = false;
    for (int i = l->at - 1; i >= l->first; i--) {
        const struct token *k = &t->at[i];
        if (k->kind == TOKEN_CLOSE && k->mate >= l->first) {
            if (k->bracket == '{' && !level_is_type_brace(l, k->mate))
                return SUBJECT_NONE;
            i = k->mate;
            continue;
        }
        if (token_is(t, i, "="))
            return SUBJECT_NONE;
        if ((k->words & WORD_ARROW) && !typed && !is_type_arrow(l, i))
            return SUBJECT_FUNCTION_BODY;
        if (s->bar_closures && closes_bars(l, i))
            return SUBJECT_FUNCTION_BODY;
        head_ended |= (k->words & WORD_HEAD_END) != 0;
        if (k->words & WORD_LAMBDA)
            return head_ended ? SUBJECT_FUNCTION_BODY : SUBJECT_NONE;
        if ((k->words & WORD_FUNCTION) && s->function_expressions &&
            starts_expression(l, i))
            return level_in_function(l, i);
        if ((k->words & WORD_CLASS) && s->class_expressions &&
            !(k->words & WORD_SOFT) && !token_is_punct(t, i - 1, ". ::"))
            return level_in_class(l, i);
    }
    return SUBJECT_NONE;
}

bool expression_is_typed(const struct level *l)
{
    if (!l->t->syntax->arrow_parameters || l->inner)
        return false;
    int word = declarator_skip_modifiers(l->t, l->first, l->at);
    if (word < 0 || word >= l->at)
        return false;
    if (level_has(l, word, WORD_SOFT) && !level_has(l, word, WORD_CLASS))
        return word + 1 < l->t->n && l->t->at[word + 1].kind == TOKEN_WORD;
    bool named = l->around == ROLE_CLASS || l->around == ROLE_ENUM ||
                 level_find(l, l->first, word + 1, WORD_DECLARE) >= 0;
    return named && !level_assigns(l, l->at);
}

enum subject expression_judge(const struct level *l)
{
    const struct syntax *s = l->t->syntax;
    if (in_require(l))
        return SUBJECT_IMPORT;
    bool typed = expression_is_typed(l);
    enum subject found = in_expression(l, typed);
    if (found != SUBJECT_NONE || typed || !s->arrow_parameters)
        return found;
    int open = parameters_at(l);
    if (open >= l->first && in_arrow_parameters(l, open))
        return SUBJECT_FUNCTION;
    return SUBJECT_NONE;
}
