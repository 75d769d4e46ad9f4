/*
 * Fill-in-the-middle layouts by model family: how prefix, suffix and the
 * family's special tokens are put in a row, and what ends an answer.
 */
#ifndef PROVIDER_TEMPLATE_H
#define PROVIDER_TEMPLATE_H

#include "provider/provider.h"

enum { TEMPLATE_STOPS = 4 };

struct template
{
    const char *name; /* "qwen" */
    /* Names that choose it, separated by '|'; in each, parts separated by '+'
     * that stand in the model's name in this order. Letters and digits count
     * alone, in either case: "qwen2.5" is found in "Qwen-2_5". Empty: it is
     * chosen by hand only. */
    const char *match;
    const char *before; /* before the first text; {path} and {language} in it
                         * stand for the prompt's */
    const char *between;
    const char *after;
    bool suffix_first;
    const char *stops[TEMPLATE_STOPS]; /* NULL-terminated when shorter; the
                                        * most needed first */
    const char *const *tokens; /* special to the family; NULL-terminated */
};

/* By its name; NULL when there is none. */
const struct template *template_find(struct str name);
/* By the model's name ("Qwen/Qwen2.5-Coder-7B" and "qwen2.5-coder:1.5b" both
 * find "qwen"); NULL when no family is recognised. */
const struct template *template_for_model(struct str model);

size_t template_count(void);
const struct template *template_at(size_t i);

/* Append the prompt. Special tokens of the family inside prefix or suffix
 * are broken up, so that a buffer can't forge the layout. False when `out`
 * has no room. */
bool template_render(const struct template *t, const struct prompt *p,
                     struct buf *out);

/* Append `text` with a space behind the first byte of each of `tokens` (NULL:
 * there are none) that stands in it. */
bool template_break(const char *const *tokens, struct str text,
                    struct buf *out);

/* Length of the first special token of any family in `s` from `from` on, its
 * place in `*at`; 0 when there is none. For taking leaked ones off answers,
 * so tokens that ordinary code is made of too ("[PREFIX]" is also an index)
 * are passed over. */
size_t template_find_token(struct str s, size_t from, size_t *at);

#endif
