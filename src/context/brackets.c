#include "context/brackets.h"

static void match_close(struct opens *o, struct tokens *t, int i)
{
    struct open closed;
    struct token *k = &t->at[i];
    if (!opens_close(o, t->syntax, t->text, k->start, k->bracket, &closed) ||
        closed.token < 0)
        return;
    k->mate = (int16_t)closed.token;
    t->at[closed.token].mate = (int16_t)i;
}

static int top_token(const struct opens *o)
{
    return o->n > 0 ? o->at[o->n - 1].token : -1;
}

static int indent_of(const struct tokens *t, size_t at)
{
    return text_indent(t->text, text_line_begin(t->text, at));
}

/*
 * A word that only starts statements ends what was left open before it,
 * unless it stands deeper, as what is in brackets does.
 */
static void give_up_weak(struct opens *o, const struct tokens *t, int i)
{
    const struct token *k = &t->at[i];
    if (!k->first || !(k->words & WORD_STARTER))
        return;
    while (o->n > o->base) {
        const struct open *top = &o->at[o->n - 1];
        if (!opens_is_weak(t->syntax, top->bracket) ||
            indent_of(t, k->start) > indent_of(t, top->start))
            return;
        o->n--;
    }
}

static void match_one(struct opens *o, struct tokens *t, int i)
{
    struct token *k = &t->at[i];
    give_up_weak(o, t, i);
    if (k->kind == TOKEN_CLOSE)
        match_close(o, t, i);
    k->up = (int16_t)top_token(o);
    if (k->kind != TOKEN_OPEN)
        return;
    if (k->bracket == 'w' && (k->words & WORD_DO) &&
        opens_joins_loop(o, t->text, k->start)) {
        k->kind = TOKEN_WORD;
        return;
    }
    opens_push(o, (struct open){k->end - 1, i, k->bracket,
                                (k->words & WORD_LOOP) != 0});
    if (k->bracket == 'w')
        o->at[o->n - 1].start = k->start;
}

/* Brackets in a directive ("#define") are its own affair. */
static void match_directive(struct opens *o, const struct tokens *t, int i)
{
    bool before = i > 0 && t->at[i - 1].directive;
    if (before && (!t->at[i].directive || t->at[i].first)) {
        if (o->n > o->base)
            o->n = o->base;
        o->base = 0;
    }
    if (!t->at[i].directive || (before && !t->at[i].first))
        return;
    opens_see_branch(o, token_text(t, i));
    o->base = o->n;
}

void brackets_match(struct opens *o, struct tokens *t)
{
    struct opens at_cursor = *o;
    for (int i = 0; i < t->n; i++) {
        match_directive(o, t, i);
        match_one(o, t, i);
        if (i + 1 == t->cut)
            at_cursor = *o;
    }
    /* A directive that ended before the cursor takes its brackets along. */
    if (t->cut > 0 && t->at[t->cut - 1].directive && t->on_new_line &&
        at_cursor.n > at_cursor.base)
        at_cursor.n = at_cursor.base;
    *o = at_cursor;
    t->up = top_token(o);
}
