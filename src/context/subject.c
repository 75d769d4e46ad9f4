#include "context/subject.h"
#include "context/declarator.h"
#include "context/expression.h"

enum { LEVELS_MAX = 24 };

/* "const { a, b } = require(…)", from its first token to its end. */
static bool declares_require(const struct level *l, int first)
{
    if (!level_has(l, first, WORD_DECLARE))
        return false;
    for (int i = first; i < l->limit; i = statement_next(l->t, i, l->limit)) {
        if (!token_is(l->t, i, "="))
            continue;
        int call = level_has(l, i + 1, WORD_NEW) ? i + 2 : i + 1;
        return level_has(l, call, WORD_REQUIRE) &&
               (call + 1 >= l->limit || token_opens(l->t, call + 1, '(') ||
                l->t->at[call + 1].kind == TOKEN_STRING);
    }
    return false;
}

/* "export { a } from 'b'", "export * …". */
static bool re_exports(const struct level *l)
{
    if (!level_has(l, l->first, WORD_LITERAL) ||
        !level_has(l, l->first, WORD_MODIFIER))
        return false;
    int what = l->first + 1;
    if (level_has(l, what, WORD_SOFT)) /* "export type { a } from 'b'" */
        what++;
    if (token_is(l->t, what, "*"))
        return true;
    return token_opens(l->t, what, '{') &&
           level_find(l, what, l->limit, WORD_CONTINUE) >= 0;
}

static bool is_import(const struct level *l, int first)
{
    /* "using Name = …" names a type, it imports nothing. */
    bool alias = level_has(l, first + 2, WORD_IMPORT_NOT) &&
                 token_is(l->t, first + 2, "=");
    if (level_has(l, first, WORD_IMPORT) &&
        !level_has(l, first + 1, WORD_IMPORT_NOT) && !alias)
        return first < l->at;
    return declares_require(l, first) || re_exports(l);
}

/* "int (*name(": a function that returns a pointer to one. */
static bool is_wrapped_declarator(const struct level *l)
{
    const struct tokens *t = l->t;
    if (!t->syntax->bare_at_top || l->around != ROLE_UNKNOWN ||
        l->at - l->first != 2 || l->up < 1 || !token_opens(t, l->up, '('))
        return false;
    return token_is(t, l->first, "*") && token_opens(t, l->at, '(') &&
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
    return expression_judge(l);
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
    if (level_has(l, word, WORD_TAG) && bare)
        return SUBJECT_FUNCTION;
    if (level_has(l, word, WORD_CLASS)) {
        enum subject found = level_in_class(l, word);
        if (found != SUBJECT_NONE)
            return found;
    }
    bool accessor = level_has(l, word, WORD_ACCESSOR) &&
                    l->around == ROLE_CLASS && token_opens(l->t, word + 1, '(');
    if (level_has(l, word, WORD_FUNCTION) || accessor)
        return level_in_function(l, word);
    if (bare && level_find(l, l->first, l->at, WORD_ARROW) >= 0)
        return SUBJECT_FUNCTION_BODY; /* C#'s "int Area() => …" */
    return bare ? SUBJECT_FUNCTION : SUBJECT_NONE;
}

/* A statement of modifiers and decorators only: what follows decides. */
static enum subject judge_modifiers(const struct level *l, int word)
{
    const struct tokens *t = l->t;
    bool decorated = token_is(t, l->first, "@") ||
                     (t->syntax->attributes && token_opens(t, l->first, '['));
    /* Behind Rust's "#[…]" nothing is decided until there is more on its
     * line; inside of it, what follows is. */
    bool apart = l->cursor && token_opens(t, l->first, '[') &&
                 t->at[l->first].end - t->at[l->first].start > 1 &&
                 word >= l->limit;
    if (!l->cursor)
        word = declarator_skip_modifiers(t, l->first, t->n);
    if (token_is(t, word, "@") && token_has(t, word + 1, WORD_CLASS))
        word++; /* Java's "@interface" */
    if (word >= 0 && word < t->n && !apart) {
        struct level ahead = *l;
        ahead.limit = t->n;
        ahead.at = word + 1;
        enum subject found = judge_definition(&ahead, word);
        if (found != SUBJECT_NONE)
            return found;
    }
    /* "virtual" and "explicit" are for functions only; a name may follow "get"
     * in JavaScript's classes and objects alone. */
    bool head = level_find(l, l->first, l->at, WORD_HEAD) >= 0 &&
                l->around != ROLE_BODY && !t->syntax->bare_in_object;
    return head || (decorated && t->syntax->decorator_heads) ? SUBJECT_FUNCTION
                                                             : SUBJECT_NONE;
}

/* "try: import json": what is behind the colon counts. */
static bool step_over_header(struct level *l)
{
    if (!l->t->syntax->indented || !level_has(l, l->first, WORD_CONTROL))
        return false;
    int end = level_find(l, l->first, l->at, WORD_HEAD_END);
    if (end < 0 || end + 1 >= l->at)
        return false;
    l->first = end + 1;
    return true;
}

/* Haskell's "add :: Int -> Int" and "add x y = …". */
static enum subject judge_bare_line(const struct level *l, int word)
{
    const struct tokens *t = l->t;
    if (!t->syntax->bare_lines ||
        level_has(l, word, WORD_CONTROL | WORD_CLASS | WORD_IMPORT))
        return SUBJECT_NONE;
    bool names = true;
    for (int i = word; i < l->at; i = statement_next(t, i, l->at)) {
        if (t->at[i].words & WORD_HEAD_END)
            return SUBJECT_FUNCTION_BODY;
        if (names && token_is(t, i, "::"))
            return SUBJECT_FUNCTION;
        names = names && (t->at[i].kind == TOKEN_WORD || token_is(t, i, ","));
    }
    return SUBJECT_NONE;
}

static enum subject judge_statement(struct level *l)
{
    const struct tokens *t = l->t;
    if (l->first >= t->n)
        return SUBJECT_NONE;
    if (l->first >= l->at) /* inside of the brackets that it begins with */
        return t->syntax->attributes && token_opens(t, l->first, '[')
                   ? judge_modifiers(l, l->at)
                   : SUBJECT_NONE;
    step_over_header(l);
    if (t->at[l->first].directive)
        return level_has(l, l->first, WORD_IMPORT) ? SUBJECT_IMPORT
                                                   : SUBJECT_NONE;
    int ahead = l->cursor ? t->n : l->limit;
    int word = declarator_skip_modifiers(t, l->first, ahead);
    if (is_import(l, l->first) || (word >= 0 && is_import(l, word)))
        return SUBJECT_IMPORT;
    if (word < 0 || word >= l->at)
        return judge_modifiers(l, word);
    if (token_is(t, word, "@") && word + 1 < l->at)
        word++; /* Java's "@interface" */
    enum subject found = judge_definition(l, word);
    if (found == SUBJECT_NONE)
        found = judge_bare_line(l, word);
    return found != SUBJECT_NONE ? found : expression_judge(l);
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
        (!l->inner && expression_is_typed(l));
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
                      .brace = !at_cursor && token_opens(t, at, '{')};
    for (int depth = 0; depth < LEVELS_MAX; depth++) {
        l.up = up;
        l.limit = level_line_limit(t, l.at, l.cursor);
        l.first = statement_first(t, l.at, new_line, &l.up);
        l.inner = statement_in_literal(t, l.up);
        j.inner |= l.inner;
        j.first = l.first;
        j.control = token_has(t, l.first, WORD_CONTROL);
        j.assigns =
            level_assigns(&l, l.at) || (token_has(t, l.first, WORD_LITERAL) &&
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
