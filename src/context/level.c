#include "context/level.h"
#include "context/declarator.h"

bool level_has(const struct level *l, int i, uint32_t kinds)
{
    return i >= l->first && i < l->limit && (l->t->at[i].words & kinds);
}

/* The first token from `i` on at this level with one of the kinds, or -1. */
int level_find(const struct level *l, int i, int end, uint32_t kinds)
{
    for (; i < end; i = statement_next(l->t, i, end))
        if (l->t->at[i].words & kinds)
            return i;
    return -1;
}

/* Behind the tokens that are on the line of the place. */
int level_line_limit(const struct tokens *t, int at, bool at_cursor)
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

bool level_assigns(const struct level *l, int end)
{
    for (int i = l->first; i < end; i = statement_next(l->t, i, end))
        if (token_is(l->t, i, "="))
            return true;
    return false;
}

/*
 * A brace that closes between a head's first word and the place ends it,
 * unless it is part of a type: "): { a: string }" or Go's "interface{}".
 */
bool level_is_type_brace(const struct level *l, int open)
{
    return token_is_punct(l->t, open - 1, ": | & <") ||
           token_has(l->t, open - 1, WORD_CLASS);
}

/* Ruby's "def name=(value)": the mark belongs to the name. */
static bool is_setter(const struct tokens *t, int mark)
{
    return t->syntax->worded && token_is(t, mark, "=") &&
           t->at[mark - 1].end == t->at[mark].start &&
           token_opens(t, mark + 1, '(');
}

/* What the place is to the function whose word is token `word`. */
enum subject level_in_function(const struct level *l, int word)
{
    const struct tokens *t = l->t;
    for (int i = word + 1; i < l->at; i = statement_next(t, i, l->at)) {
        const struct token *k = &t->at[i];
        if ((k->words & WORD_HEAD_END) && !is_setter(t, i))
            return SUBJECT_FUNCTION_BODY;
        if (k->kind != TOKEN_OPEN || k->mate < 0 || k->mate >= l->at)
            continue;
        if (k->bracket == '{' && !level_is_type_brace(l, i))
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
        if (token_opens(l->t, i, '{'))
            return true;
    return l->brace;
}

/* Whether what is behind the head has begun. OCaml's "with type t = u" is part
 * of one: a definition's word takes the next mark for itself. */
static bool head_is_over(const struct level *l, int name)
{
    bool defines = false;
    for (int i = name; i < l->at; i = statement_next(l->t, i, l->at)) {
        if (level_has(l, i, WORD_CLASS))
            defines = true;
        else if (level_has(l, i, WORD_HEAD_END) && !defines)
            return true;
        else if (level_has(l, i, WORD_HEAD_END))
            defines = false;
    }
    return false;
}

/* What the place is to the class whose word is token `word`. */
enum subject level_in_class(const struct level *l, int word)
{
    const struct tokens *t = l->t;
    int name = word + 1;
    while (level_has(l, name, WORD_CLASS | WORD_MODIFIER))
        name++;
    if (level_has(l, word, WORD_SOFT) &&
        (name >= l->limit || t->at[name].kind != TOKEN_WORD))
        return SUBJECT_NONE;
    if (level_has(l, word, WORD_TAG)) {
        if (level_has(l, name, WORD_ATTRIBUTE))
            name = declarator_skip_modifiers(t, name, l->limit);
        if (name < 0 || is_type_use(l, name))
            return SUBJECT_NONE;
        bool derives = name + 1 < l->at && token_is(t, name + 1, ":");
        if (l->around != ROLE_UNKNOWN && !derives && !brace_ahead(l))
            return SUBJECT_NONE;
    }
    if (name + 1 < l->at && token_is(t, name + 1, "="))
        return SUBJECT_NONE; /* another name for a type */
    if (token_opens(t, word + 1, '{') && t->at[word + 1].mate >= 0 &&
        t->at[word + 1].mate < l->at)
        return SUBJECT_NONE; /* Go's "[]struct{ … }{ … }" */
    return head_is_over(l, name) ? SUBJECT_CLASS_BODY : SUBJECT_CLASS;
}
