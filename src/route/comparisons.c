#include "route/comparisons.h"

#include <string.h>

enum { TOKENS_MAX = 1024 };

enum kind {
    END,
    NAME, /* or a keyword, or a number: only known names are of interest */
    QUOTED_NAME,
    TEXT,
    SIGN, /* of one or two characters */
};

struct token {
    enum kind kind;
    struct str text;
};

struct tokens {
    struct token items[TOKENS_MAX + 1];
    size_t n;
};

/* --- https://www.sqlite.org/lang_keywords.html and lang_expr.html */

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static size_t word_end(struct str s, size_t at)
{
    while (at < s.len && is_word(s.ptr[at]))
        at++;
    return at;
}

/* At the closing quote; a doubled one stands for itself. */
static size_t quote_end(struct str s, size_t at)
{
    char close = s.ptr[at] == '[' ? ']' : s.ptr[at];
    for (at++; at < s.len; at++) {
        if (s.ptr[at] != close)
            continue;
        if (close == ']' || at + 1 == s.len || s.ptr[at + 1] != close)
            return at;
        at++;
    }
    return at;
}

static size_t sign_end(struct str s, size_t at)
{
    static const char *const twos[] = {
        "==", "!=", "<>", "<=", ">=", "||", "<<", ">>", "->"};
    for (size_t i = 0; i < sizeof twos / sizeof *twos; i++)
        if (str_starts(str_sub(s, at, s.len), str_from(twos[i])))
            return at + 2;
    return at + 1;
}

static size_t take(struct str s, size_t at, struct token *out)
{
    char c = s.ptr[at];
    size_t end;
    if (c == '\'' || c == '"' || c == '`' || c == '[') {
        end = quote_end(s, at);
        *out = (struct token){c == '\'' ? TEXT : QUOTED_NAME,
                              str_sub(s, at + 1, end)};
        return end + 1;
    }
    end = is_word(c) ? word_end(s, at) : sign_end(s, at);
    *out = (struct token){is_word(c) ? NAME : SIGN, str_sub(s, at, end)};
    return end;
}

/* Behind the last one stands END. */
static void cut(struct str s, struct tokens *t)
{
    t->n = 0;
    for (size_t at = 0; at < s.len && t->n < TOKENS_MAX;) {
        if (memchr(" \t\r\n\f", s.ptr[at], 5))
            at++;
        else
            at = take(s, at, &t->items[t->n++]);
    }
    t->items[t->n] = (struct token){END, {0}};
}

/* --- what stands between */

static bool is(const struct token *t, const char *word)
{
    return (t->kind == NAME || t->kind == SIGN) &&
           str_eq_nocase(t->text, str_from(word));
}

static bool is_one_of(const struct token *t, const char *const *words)
{
    while (*words && !is(t, *words))
        words++;
    return *words != NULL;
}

static bool may_precede(const struct tokens *t, size_t at)
{
    static const char *const words[] = {"(",    ",",    "AND",  "OR", "NOT",
                                        "WHEN", "THEN", "ELSE", NULL};
    return at == 0 || is_one_of(&t->items[at - 1], words);
}

static bool may_follow(const struct tokens *t, size_t at)
{
    static const char *const words[] = {")",    ",",    "AND", "OR",
                                        "THEN", "ELSE", "END", "WHEN",
                                        "ASC",  "DESC", NULL};
    return at >= t->n || is_one_of(&t->items[at], words);
}

static bool is_name(const struct token *t)
{
    return t->kind == NAME || t->kind == QUOTED_NAME;
}

/* `name` or `table.name` from `*at` on; `*at` is behind it then. */
static bool read_name(const struct tokens *t, size_t *at, struct str *name)
{
    const struct token *of = &t->items[*at];
    if (!is_name(of))
        return false;
    bool dotted = *at + 2 < t->n && is(&of[1], ".") && is_name(&of[2]);
    *name = of[dotted ? 2 : 0].text;
    *at += dotted ? 3 : 1;
    return true;
}

/* =, IS NOT and the like, likewise. */
static bool read_equals(const struct tokens *t, size_t *at)
{
    static const char *const words[] = {"=", "==", "!=", "<>", "IS", NULL};
    if (!is_one_of(&t->items[*at], words))
        return false;
    bool negated = is(&t->items[*at], "IS") && is(&t->items[*at + 1], "NOT");
    *at += negated ? 2 : 1;
    return true;
}

static bool read_text(const struct tokens *t, size_t *at, struct str *text)
{
    if (t->items[*at].kind != TEXT)
        return false;
    *text = t->items[(*at)++].text;
    return true;
}

/* --- the shapes */

struct teller {
    const struct tokens *tokens;
    comparison_fn *tell;
    void *arg;
};

static void look_at_list(const struct teller *w, size_t at, struct str name)
{
    const struct tokens *t = w->tokens;
    for (; at < t->n && !is(&t->items[at], ")"); at++)
        if (t->items[at].kind == TEXT && may_precede(t, at) &&
            may_follow(t, at + 1))
            w->tell(w->arg, name, t->items[at].text);
}

static void look_at_name(const struct teller *w, size_t at)
{
    const struct tokens *t = w->tokens;
    struct str name, text;
    if (!read_name(t, &at, &name))
        return;
    at += is(&t->items[at], "NOT");
    if (is(&t->items[at], "IN") && is(&t->items[at + 1], "("))
        look_at_list(w, at + 2, name);
    else if (read_equals(t, &at) && read_text(t, &at, &text) &&
             may_follow(t, at))
        w->tell(w->arg, name, text);
}

static void look_at_text(const struct teller *w, size_t at)
{
    const struct tokens *t = w->tokens;
    struct str name, text;
    if (read_text(t, &at, &text) && read_equals(t, &at) &&
        read_name(t, &at, &name) && may_follow(t, at))
        w->tell(w->arg, name, text);
}

void comparisons_each(struct str source, comparison_fn *tell, void *arg)
{
    struct tokens t;
    struct teller w = {&t, tell, arg};
    cut(source, &t);
    for (size_t at = 0; at < t.n; at++) {
        if (!may_precede(&t, at))
            continue;
        look_at_name(&w, at);
        look_at_text(&w, at);
    }
}
