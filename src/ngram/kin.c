#include "ngram/kin.h"

#include <string.h>

enum { REACH = 16 /* tokens among which the names are */, MAX_PARTS = 8 };

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static char lower(char c)
{
    return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

struct parts {
    struct str at[MAX_PARTS];
    unsigned count;
};

/* Of foo_bar, fooBar, FooBar or FOO_BAR. */
static void split(struct parts *p, struct str name)
{
    size_t from = 0;
    p->count = 0;
    for (size_t i = 0; i <= name.len; i++) {
        bool end = i == name.len || name.ptr[i] == '_';
        bool hump = !end && i > from && is_upper(name.ptr[i]) &&
                    !is_upper(name.ptr[i - 1]);
        if ((end || hump) && i > from && p->count < MAX_PARTS)
            p->at[p->count++] = str_sub(name, from, i);
        if (end || hump)
            from = end ? i + 1 : i;
    }
}

enum style { SNAKE, SHOUT, CAMEL, PASCAL, STYLES };

/* The parts in a style; empty where that is too long. */
static struct str join(const struct parts *p, unsigned first, enum style style,
                       char out[LEXER_MAX_WORD])
{
    size_t len = 0;
    for (unsigned n = first; n < p->count; n++) {
        struct str part = p->at[n];
        if (len + part.len + 1 > LEXER_MAX_WORD)
            return (struct str){0};
        if (n > first && (style == SNAKE || style == SHOUT))
            out[len++] = '_';
        bool capital = style == PASCAL || (style == CAMEL && n > first);
        for (size_t i = 0; i < part.len; i++)
            out[len++] = style == SHOUT || (capital && i == 0)
                             ? upper(part.ptr[i])
                             : lower(part.ptr[i]);
    }
    return (struct str){out, len};
}

struct telling {
    const struct site *site;
    kin_fn *tell;
    void *arg;
    struct str name;
    unsigned nth;
};

static void tell(const struct telling *t, struct str form)
{
    struct token token = {.text = form, .kind = TOKEN_WORD};
    uint32_t id = form.len && !str_eq(form, t->name)
                      ? vocabulary_find(&t->site->library->words, &token)
                      : ID_NONE;
    if (id)
        t->tell(t->arg, id, t->nth);
}

static void tell_number(const struct telling *t)
{
    char many[LEXER_MAX_WORD + 1];
    size_t len = t->name.len;
    if (len < 2 || len > LEXER_MAX_WORD)
        return;
    if (t->name.ptr[len - 1] == 's')
        tell(t, str_sub(t->name, 0, len - 1));
    memcpy(many, t->name.ptr, len);
    many[len] = 's';
    tell(t, (struct str){many, len + 1});
}

static void tell_forms(const struct telling *t)
{
    char form[LEXER_MAX_WORD];
    struct parts p;
    split(&p, t->name);
    tell_number(t);
    for (enum style s = 0; p.count && s < STYLES; s++)
        tell(t, join(&p, 0, s, form));
    if (p.count > 1) {
        tell(t, join(&p, p.count - 1, SNAKE, form));
        tell(t, join(&p, p.count - 1, PASCAL, form));
    }
}

void kin_each(const struct site *s, kin_fn *fn, void *arg)
{
    const struct vocabulary *words = &s->library->words;
    struct telling t = {.site = s, .tell = fn, .arg = arg};
    uint32_t last = ID_NONE;
    for (size_t n = 1; n <= s->count && n <= REACH && t.nth < KIN_NAMES; n++) {
        uint32_t id = s->tokens[s->count - n];
        if (!vocabulary_is_name(words, id) || id == last)
            continue;
        last = id;
        t.name = vocabulary_text(words, id);
        t.nth++;
        tell_forms(&t);
    }
}
