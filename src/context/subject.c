#include "context/subject.h"
#include "context/declarator.h"

enum { LEVELS_MAX = 24 };

/*
 * A level of brackets on the way from the place outwards: the part of the
 * statement that lies within one pair.
 */
struct level {
    const struct tokens *t;
    int up;      /* the bracket around it, or -1 */
    int first;   /* of the statement's part at this level */
    int at;      /* the place, or the bracket that the way came out of */
    int limit;   /* tokens from `at` to here are on the same line */
    bool cursor; /* `at` is the cursor itself */
    bool brace;  /* `at` is the brace that is asked about */
    bool inner;
    enum role around;
};

static bool has(const struct level *l, int i, uint32_t kinds)
{
    return i >= l->first && i < l->limit && (l->t->at[i].words & kinds);
}

static bool is_open(const struct tokens *t, int i, char bracket)
{
    return i >= 0 && i < t->n && t->at[i].kind == TOKEN_OPEN &&
           t->at[i].bracket == bracket;
}

/* The first token from `i` on at this level with one of the kinds, or -1. */
static int find(const struct level *l, int i, int end, uint32_t kinds)
{
    for (; i < end; i = statement_next(l->t, i, end))
        if (l->t->at[i].words & kinds)
            return i;
    return -1;
}

/*
 * A brace that closes between a head's first word and the place ends it,
 * unless it is part of a type: "): { a: string }" or Go's "interface{}".
 */
static bool is_type_brace(const struct level *l, int open)
{
    return token_is_punct(l->t, open - 1, ": | & <") ||
           token_has(l->t, open - 1, WORD_CLASS);
}

/* What the place is to the function whose word is token `word`. */
static enum subject in_function(const struct level *l, int word)
{
    const struct tokens *t = l->t;
    for (int i = word + 1; i < l->at; i = statement_next(t, i, l->at)) {
        const struct token *k = &t->at[i];
        if (k->words & WORD_HEAD_END)
            return SUBJECT_FUNCTION_BODY;
        if (k->kind != TOKEN_OPEN || k->mate < 0 || k->mate >= l->at)
            continue;
        if (k->bracket == '{' && !is_type_brace(l, i))
            return SUBJECT_NONE;
        if (k->bracket == '(' && t->syntax->parenthesis_ends)
            return SUBJECT_FUNCTION_BODY;
    }
    return SUBJECT_FUNCTION;
}

/* "struct point *p": a type in use, not its definition. */
static bool is_type_use(const struct level *l, int name)
{
    const struct tokens *t = l->t;
    if (name + 1 >= l->limit)
        return false;
    if (token_is_punct(t, name + 1, "* ** & , = ;"))
        return true;
    const struct token *k = &t->at[name + 1];
    if (k->kind == TOKEN_OPEN)
        return k->bracket != '{';
    return k->kind == TOKEN_WORD && !(k->words & WORD_CONTINUE) && !l->brace;
}

static bool brace_ahead(const struct level *l)
{
    for (int i = l->at; i < l->limit; i++)
        if (is_open(l->t, i, '{'))
            return true;
    return l->brace;
}

/* What the place is to the class whose word is token `word`. */
static enum subject in_class(const struct level *l, int word)
{
    const struct tokens *t = l->t;
    int name = word + 1;
    while (has(l, name, WORD_CLASS | WORD_MODIFIER))
        name++;
    if (has(l, word, WORD_SOFT) &&
        (name >= l->limit || t->at[name].kind != TOKEN_WORD))
        return SUBJECT_NONE;
    if (has(l, word, WORD_TAG)) {
        if (has(l, name, WORD_ATTRIBUTE))
            name = declarator_skip_modifiers(t, name, l->limit);
        if (name < 0 || is_type_use(l, name))
            return SUBJECT_NONE;
        if (l->around != ROLE_UNKNOWN && !brace_ahead(l))
            return SUBJECT_NONE;
    }
    if (name + 1 < l->at && token_is(t, name + 1, "="))
        return SUBJECT_NONE; /* another name for a type */
    if (is_open(t, word + 1, '{') && t->at[word + 1].mate >= 0 &&
        t->at[word + 1].mate < l->at)
        return SUBJECT_NONE; /* Go's "[]struct{ … }{ … }" */
    return find(l, name, l->at, WORD_HEAD_END) >= 0 ? SUBJECT_CLASS_BODY
                                                    : SUBJECT_CLASS;
}

/* "require(" or "require '…'" just before the place. */
static bool in_require(const struct level *l)
{
    int i = l->at - 1;
    if (i >= l->first && l->t->at[i].kind == TOKEN_STRING)
        i--;
    if (!has(l, i, WORD_REQUIRE))
        return false;
    return l->cursor || is_open(l->t, l->at, '(');
}

/* "const { a, b } = require(…)", from its first token to its end. */
static bool declares_require(const struct level *l, int first)
{
    if (!has(l, first, WORD_DECLARE))
        return false;
    for (int i = first; i < l->limit; i = statement_next(l->t, i, l->limit)) {
        if (!token_is(l->t, i, "="))
            continue;
        int call = has(l, i + 1, WORD_NEW) ? i + 2 : i + 1;
        return has(l, call, WORD_REQUIRE) &&
               (call + 1 >= l->limit || is_open(l->t, call + 1, '(') ||
                l->t->at[call + 1].kind == TOKEN_STRING);
    }
    return false;
}

/* "export { a } from 'b'", "export * …". */
static bool re_exports(const struct level *l)
{
    if (!has(l, l->first, WORD_LITERAL) || !has(l, l->first, WORD_MODIFIER))
        return false;
    if (token_is(l->t, l->first + 1, "*"))
        return true;
    return is_open(l->t, l->first + 1, '{') &&
           find(l, l->first + 1, l->limit, WORD_CONTINUE) >= 0;
}

static bool is_import(const struct level *l, int first)
{
    /* "using Name = …" names a type, it imports nothing. */
    bool alias =
        has(l, first + 2, WORD_IMPORT_NOT) && token_is(l->t, first + 2, "=");
    if (has(l, first, WORD_IMPORT) && !has(l, first + 1, WORD_IMPORT_NOT) &&
        !alias)
        return first < l->at;
    return declares_require(l, first) || re_exports(l);
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
        bool fits = k->kind == TOKEN_WORD || is_open(t, i, '{') ||
                    is_open(t, i, '[') ||
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

/* Behind the tokens that are on the line of the place. */
static int line_limit(const struct tokens *t, int at, bool at_cursor)
{
    int i = at;
    if (at_cursor && i < t->n &&
        str_find_char(str_sub(t->text, t->cursor, t->at[i].start), '\n') !=
            STR_NONE)
        return i;
    for (i++; i < t->n && !t->at[i].first;)
        i++;
    return i < t->n ? i : t->n;
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
    int line = line_limit(t, t->cut, true);
    int end = mate >= 0 && (mate < l->at || mate < line) ? mate : line;
    if (mate >= t->cut && mate + 1 < line &&
        t->at[mate + 1].kind == TOKEN_PUNCT)
        return false;
    if (l->brace || !are_parameters(l, open, end, &several))
        return false;
    bool async = token_is(t, open - 1, "async");
    bool assigned = token_is(t, open - 1, "=") && open - 1 > l->first;
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
    if (is_open(l->t, l->at, '(') && !l->cursor)
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
    const struct token *close = &l->t->at[arrow - 1];
    return l->t->syntax->arrow_parameters && arrow > l->first && l->up >= 0 &&
           is_open(l->t, l->up, '(') && close->kind == TOKEN_CLOSE &&
           close->mate > l->first && token_is(l->t, close->mate - 1, ":");
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
            if (k->bracket == '{' && !is_type_brace(l, k->mate))
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
            return in_function(l, i);
        if ((k->words & WORD_CLASS) && s->class_expressions &&
            !(k->words & WORD_SOFT) && !token_is_punct(t, i - 1, ". ::"))
            return in_class(l, i);
    }
    return SUBJECT_NONE;
}

static bool assigns_before(const struct level *l, int end)
{
    for (int i = l->first; i < end; i = statement_next(l->t, i, end))
        if (token_is(l->t, i, "="))
            return true;
    return false;
}

/*
 * Whether functions that are written here are types of functions: in
 * TypeScript behind a name's colon ("handler: (e: Event) => void" in a class
 * or behind "const"), and in "type Name = …".
 */
static bool is_typed(const struct level *l)
{
    if (!l->t->syntax->arrow_parameters || l->inner)
        return false;
    int word = declarator_skip_modifiers(l->t, l->first, l->at);
    if (word < 0 || word >= l->at)
        return false;
    if (has(l, word, WORD_SOFT) && !has(l, word, WORD_CLASS))
        return l->t->at[word + 1].kind == TOKEN_WORD;
    bool named = l->around == ROLE_CLASS || l->around == ROLE_ENUM ||
                 find(l, l->first, word + 1, WORD_DECLARE) >= 0;
    return named && !assigns_before(l, l->at);
}

static enum subject judge_expression(const struct level *l)
{
    const struct syntax *s = l->t->syntax;
    if (in_require(l))
        return SUBJECT_IMPORT;
    bool typed = is_typed(l);
    enum subject found = in_expression(l, typed);
    if (found != SUBJECT_NONE || typed || !s->arrow_parameters)
        return found;
    int open = parameters_at(l);
    if (open >= l->first && in_arrow_parameters(l, open))
        return SUBJECT_FUNCTION;
    return SUBJECT_NONE;
}

/* "int (*name(": a function that returns a pointer to one. */
static bool is_wrapped_declarator(const struct level *l)
{
    const struct tokens *t = l->t;
    if (!t->syntax->bare_at_top || l->around != ROLE_UNKNOWN ||
        l->at - l->first != 2 || l->up < 1 || !is_open(t, l->up, '('))
        return false;
    return token_is(t, l->first, "*") && is_open(t, l->at, '(') &&
           t->at[l->first + 1].kind == TOKEN_WORD &&
           t->at[l->up - 1].kind == TOKEN_WORD;
}

static enum subject judge_inner(const struct level *l)
{
    if (is_wrapped_declarator(l))
        return SUBJECT_FUNCTION;
    bool object = tokens_role(l->t, l->up) == ROLE_OBJECT;
    if (object && l->first < l->at &&
        declarator_is_function(l->t, l->first, l->at, l->limit, ROLE_OBJECT,
                               l->brace))
        return SUBJECT_FUNCTION;
    return judge_expression(l);
}

/* Constants of a Java enum look like methods: "RED(1), GREEN(2)". */
static bool is_constant_list(const struct level *l)
{
    return l->around == ROLE_ENUM && l->first - 1 == l->up;
}

static enum subject judge_definition(const struct level *l, int word)
{
    bool bare = !is_constant_list(l) &&
                declarator_is_function(l->t, l->first, l->at, l->limit,
                                       l->around, l->brace);
    if (has(l, word, WORD_TAG) && bare)
        return SUBJECT_FUNCTION;
    if (has(l, word, WORD_CLASS)) {
        enum subject found = in_class(l, word);
        if (found != SUBJECT_NONE)
            return found;
    }
    bool accessor = has(l, word, WORD_ACCESSOR) && l->around == ROLE_CLASS &&
                    is_open(l->t, word + 1, '(');
    if (has(l, word, WORD_FUNCTION) || accessor)
        return in_function(l, word);
    if (bare && find(l, l->first, l->at, WORD_ARROW) >= 0)
        return SUBJECT_FUNCTION_BODY; /* C#'s "int Area() => …" */
    return bare ? SUBJECT_FUNCTION : SUBJECT_NONE;
}

/* A statement of modifiers and decorators only: what follows decides. */
static enum subject judge_modifiers(const struct level *l, int word)
{
    const struct tokens *t = l->t;
    bool decorated = token_is(t, l->first, "@") ||
                     (t->syntax->attributes && is_open(t, l->first, '['));
    /* Rust's "#[…]" stands for itself until there is more on its line. */
    bool apart = t->at[l->first].end - t->at[l->first].start > 1 &&
                 is_open(t, l->first, '[') && word >= l->limit;
    if (word >= 0 && word < t->n && !apart) {
        struct level ahead = *l;
        ahead.limit = t->n;
        ahead.at = word + 1;
        enum subject found = judge_definition(&ahead, word);
        if (found != SUBJECT_NONE)
            return found;
    }
    return decorated && t->syntax->decorator_heads ? SUBJECT_FUNCTION
                                                   : SUBJECT_NONE;
}

/* "try: import json": what is behind the colon counts. */
static bool step_over_header(struct level *l)
{
    if (!l->t->syntax->indented || !has(l, l->first, WORD_CONTROL))
        return false;
    int end = find(l, l->first, l->at, WORD_HEAD_END);
    if (end < 0 || end + 1 >= l->at)
        return false;
    l->first = end + 1;
    return true;
}

static enum subject judge_statement(struct level *l)
{
    const struct tokens *t = l->t;
    if (l->first >= l->at || l->first >= t->n)
        return SUBJECT_NONE;
    step_over_header(l);
    if (t->at[l->first].directive)
        return has(l, l->first, WORD_IMPORT) ? SUBJECT_IMPORT : SUBJECT_NONE;
    int ahead = l->cursor ? t->n : l->limit;
    int word = declarator_skip_modifiers(t, l->first, ahead);
    if (is_import(l, l->first) || (word >= 0 && is_import(l, word)))
        return SUBJECT_IMPORT;
    if (word < 0 || word >= l->at)
        return judge_modifiers(l, word);
    if (token_is(t, word, "@") && word + 1 < l->at)
        word++; /* Java's "@interface" */
    enum subject found = judge_definition(l, word);
    return found != SUBJECT_NONE ? found : judge_expression(l);
}

/*
 * The innermost that something is found about counts. But a default value
 * "lambda x: x" or a type "cb: (a) => b" does not end the head that it is in,
 * and where a type is expected there are no functions at all.
 */
static void take_outer(struct judgement *j, const struct level *l,
                       enum subject outer)
{
    bool weak =
        j->subject == SUBJECT_NONE ||
        (j->subject == SUBJECT_FUNCTION_BODY && outer == SUBJECT_FUNCTION) ||
        (!l->inner && is_typed(l));
    if (weak || outer == SUBJECT_IMPORT)
        j->subject = outer;
}

struct judgement subject_judge(const struct tokens *t, int at, int up,
                               enum role around, bool at_cursor)
{
    struct judgement j = {.subject = SUBJECT_NONE, .first = at};
    bool new_line = at_cursor && t->on_new_line;
    struct level l = {.t = t,
                      .at = at,
                      .cursor = at_cursor,
                      .around = around,
                      .brace = !at_cursor && is_open(t, at, '{')};
    for (int depth = 0; depth < LEVELS_MAX; depth++) {
        l.up = up;
        l.limit = line_limit(t, l.at, l.cursor);
        l.first = statement_first(t, l.at, new_line, &l.up);
        l.inner = statement_in_literal(t, l.up);
        j.inner |= l.inner;
        j.first = l.first;
        j.control = token_has(t, l.first, WORD_CONTROL);
        j.assigns =
            assigns_before(&l, l.at) || (token_has(t, l.first, WORD_LITERAL) &&
                                         !token_has(t, l.first, WORD_MODIFIER));
        enum subject found = l.inner ? judge_inner(&l) : judge_statement(&l);
        take_outer(&j, &l, found);
        if (!l.inner || l.up < 0)
            break;
        l.at = l.up;
        up = t->at[l.up].up;
        new_line = false;
        l.cursor = l.brace = false;
    }
    return j;
}
