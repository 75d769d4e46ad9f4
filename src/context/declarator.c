#include "context/declarator.h"

/* Tokens of one "<…>"; a longer one is a comparison. */
enum { ANGLE_MAX = 64 };

/* Behind the "<…>" at `i`; -1 when it is not closed before `end`. */
static int skip_angle(const struct tokens *t, int i, int end)
{
    int depth = 0;
    for (int stop = i + ANGLE_MAX; i < end && i < stop;) {
        depth += token_is(t, i, "<") - token_is(t, i, ">");
        if (token_is(t, i, ";") || t->at[i].bracket == '{')
            return -1;
        i = statement_next(t, i, end);
        if (depth == 0)
            return i;
    }
    return -1;
}

int declarator_before_angle(const struct tokens *t, int i, int first)
{
    int depth = 0, before = i;
    if (!token_is(t, i, ">"))
        return i;
    do {
        depth += token_is(t, before, ">") - token_is(t, before, "<");
        before--;
    } while (depth > 0 && before > first && i - before < ANGLE_MAX);
    return depth == 0 ? before : i;
}

/* Behind "@name.name(…)"; -1 when it is not complete before `end`. */
static int skip_decorator(const struct tokens *t, int i, int end)
{
    for (i++; i < end && t->at[i].kind == TOKEN_WORD; i++)
        if (i + 1 >= end || !token_is_punct(t, i + 1, ". :"))
            return i + 1;
        else
            i++;
    return -1;
}

static int skip_group(const struct tokens *t, int i, int end)
{
    if (i >= end || i < 0)
        return i;
    int mate = t->at[i].mate;
    return mate < 0 || mate >= end ? -1 : mate + 1;
}

/* One of what may stand before a head; `i` itself when none is there. */
static int skip_one(const struct tokens *t, int i, int end)
{
    const struct syntax *s = t->syntax;
    if (s->decorators && token_is(t, i, "@") &&
        !token_has(t, i + 1, WORD_CLASS)) {
        int next = skip_decorator(t, i, end);
        return token_opens(t, next, '(') ? skip_group(t, next, end) : next;
    }
    if (s->attributes && token_opens(t, i, '['))
        return skip_group(t, i, end);
    if (t->at[i].words & WORD_ATTRIBUTE)
        return token_opens(t, i + 1, '(') ? skip_group(t, i + 1, end) : i + 1;
    if (!(t->at[i].words & WORD_MODIFIER) || token_opens(t, i + 1, '('))
        return i;
    /* extern "C", but not the name in JavaScript's get "name"() */
    if (i + 1 < end && t->at[i + 1].kind == TOKEN_STRING &&
        str_starts(token_text(t, i + 1), STR("\"")) &&
        !token_opens(t, i + 2, '('))
        return i + 2;
    return i + 1 < end && token_is(t, i + 1, "<") ? skip_angle(t, i + 1, end)
                                                  : i + 1;
}

int declarator_skip_modifiers(const struct tokens *t, int i, int end)
{
    while (i >= 0 && i < end) {
        int next = skip_one(t, i, end);
        if (next == i)
            return i;
        i = next;
    }
    return i;
}

/* FOO_BAR(…): a macro's name, by what C programmers agree on. */
static bool is_macro_name(struct str name)
{
    bool letters = false;
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] >= 'a' && name.ptr[i] <= 'z')
            return false;
        letters |= name.ptr[i] >= 'A' && name.ptr[i] <= 'Z';
    }
    return letters && name.len > 2;
}

struct head {
    const struct tokens *t;
    int first, at, limit;
    enum role around;
    bool brace;
    bool operator_name; /* C++ and C#: "operator+(" */
};

/* The name in "name<T>", whose last token is `i`. */
static int name_before_angle(const struct head *h, int i)
{
    return declarator_before_angle(h->t, i, h->first);
}

/* JavaScript's members may be called like statements: "delete(key) {". */
static bool is_member_name(const struct head *h, int i)
{
    return h->t->syntax->bare_in_object && h->around == ROLE_CLASS &&
           i == h->first && token_opens(h->t, i + 1, '(');
}

/* Whether the token before the parameters at `open` can be a name. */
static bool names_function(const struct head *h, int open)
{
    const struct tokens *t = h->t;
    int name = open - 1;
    if (name < h->first)
        return false;
    if (h->operator_name)
        return true;
    name = name_before_angle(h, name);
    const struct token *k = &t->at[name];
    if (k->kind == TOKEN_WORD)
        return is_member_name(h, name) ||
               (!(k->words & (WORD_TYPE | WORD_CONTROL | WORD_FUNCTION)) &&
                (!(k->words & WORD_CLASS) || (k->words & WORD_SOFT)));
    return t->syntax->bare_in_object &&
           (k->kind == TOKEN_STRING || k->bracket == '[' ||
            token_is_punct(t, name, "> ?"));
}

/* The first token of "a::b.~c", whose last one is `name`. */
static int chain_start(const struct head *h, int name, bool *qualified)
{
    int i = name;
    *qualified = false;
    if (token_is(h->t, i - 1, "~")) {
        *qualified = true;
        i--;
    }
    while (i - 2 >= h->first && token_is_punct(h->t, i - 1, ":: .")) {
        *qualified |= token_is(h->t, i - 1, "::");
        i -= 2;
        /* "Foo<T>::bar" */
        for (int n = 0; n < ANGLE_MAX && token_is(h->t, i, ">"); n++)
            while (i > h->first && !token_is(h->t, i, "<"))
                i--;
        if (token_is(h->t, i, "<") && i > h->first)
            i--;
    }
    return i;
}

static bool body_follows(const struct head *h, int open)
{
    int mate = h->t->at[open].mate;
    if (mate < 0)
        return false;
    if (h->brace && mate < h->at)
        return true;
    return mate + 1 < h->limit && token_opens(h->t, mate + 1, '{');
}

static bool heads_function(const struct head *h, int open)
{
    const struct tokens *t = h->t;
    bool qualified;
    if (!names_function(h, open))
        return false;
    int name = name_before_angle(h, open - 1),
        chain = chain_start(h, name, &qualified);
    bool typed = chain > h->first, body = body_follows(h, open);
    int mate = t->at[open].mate;
    if (mate >= 0 && mate < h->at && token_is_punct(t, mate + 1, ". ?."))
        return false;
    if (is_macro_name(token_text(t, name)) && !body && !typed &&
        !t->syntax->bare_untyped)
        return false;
    if (!typed && !qualified && chain != name)
        return false;
    if (h->around == ROLE_BODY) /* where calls are as well */
        return typed && !t->at[chain].first;
    if (h->around != ROLE_UNKNOWN)
        return true;
    if (t->syntax->bare_untyped)
        return chain == h->first;
    return typed || qualified || body || h->operator_name;
}

static bool bare_allowed(const struct syntax *s, enum role around)
{
    return around == ROLE_UNKNOWN  ? s->bare_at_top
           : around == ROLE_CLASS  ? s->bare_in_class
           : around == ROLE_ENUM   ? s->bare_in_class
           : around == ROLE_OBJECT ? s->bare_in_object
           : around == ROLE_BODY   ? s->bare_in_body
                                   : false;
}

/* Whether token `i` can stand between a head's start and its parameters. */
static bool fits_in_head(const struct head *h, int i)
{
    const struct token *k = &h->t->at[i];
    uint32_t no = WORD_CONTROL | WORD_NEW | WORD_LITERAL;
    if (k->kind == TOKEN_WORD)
        return !(k->words & no) || (k->words & WORD_MODIFIER);
    if (k->kind == TOKEN_PUNCT)
        return h->operator_name ||
               token_is_punct(h->t, i, ":: * ** & && ~ . ? @ # <");
    return k->kind == TOKEN_STRING || k->bracket == '[';
}

/* "void name", before its parameters are there: no variable is one. */
static bool is_function_only(const struct head *h, int i)
{
    const struct tokens *t = h->t;
    if (!(t->at[i].words & WORD_HEAD) || i >= h->at)
        return false;
    int end = h->at < h->limit ? h->limit : h->at;
    if (i + 1 < end && t->at[i + 1].kind == TOKEN_WORD)
        i++;
    return i + 1 >= end;
}

/* "get name", "async name": what such a word says of a name, when nothing is
 * behind that yet. */
static bool is_announced(const struct head *h, int first)
{
    const struct tokens *t = h->t;
    int name = h->first;
    int end = h->at < h->limit ? h->limit : h->at;
    bool last = name >= 0 && name + 1 >= end && name < h->at;
    if (!last || t->at[name].kind != TOKEN_WORD)
        return false;
    for (int i = first; i < name; i = statement_next(t, i, name))
        if (t->at[i].words & WORD_HEAD)
            return true;
    return false;
}

bool declarator_is_function(const struct tokens *t, int first, int at,
                            int limit, enum role around, bool brace)
{
    if (!bare_allowed(t->syntax, around))
        return false;
    struct head h = {t, first, at, limit, around, brace, false};
    h.first = declarator_skip_modifiers(t, first, limit);
    if (is_announced(&h, first))
        return true;
    for (int i = h.first; i >= 0 && i < limit;) {
        if (is_function_only(&h, i))
            return true;
        if (token_opens(t, i, '('))
            return heads_function(&h, i);
        if (t->at[i].words & WORD_ATTRIBUTE) {
            i = skip_one(t, i, limit);
            continue;
        }
        h.operator_name |= token_is(t, i, "operator");
        if (!fits_in_head(&h, i) && !is_member_name(&h, i))
            return false;
        int behind = token_is(t, i, "<") ? skip_angle(t, i, limit) : -1;
        i = behind >= 0 ? behind : statement_next(t, i, limit);
    }
    return false;
}
