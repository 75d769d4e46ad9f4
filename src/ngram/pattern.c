#include "ngram/pattern.h"

/* What stands for a name: which of those nearer to the place it is, or that
 * it is another, and whether it begins with a capital. */
static uint32_t code_of(struct pattern *p, const struct vocabulary *v,
                        uint32_t token)
{
    enum { AGAIN = 1 << 30, NEW = 1 << 29, CAPITAL = 1 << 28 };
    if (!vocabulary_is_name(v, token))
        return token;
    for (uint32_t i = 0; i < p->n_names; i++)
        if (p->names[i] == token)
            return AGAIN | i;
    p->names[p->n_names++] = token;
    char first = *v->words[token].text;
    return NEW | (first >= 'A' && first <= 'Z' ? CAPITAL : 0);
}

static bool finish(struct pattern *p)
{
    uint64_t h = p->sum * 0xff51afd7ed558ccdu;
    p->hash = (h ^ h >> 32) | 1;
    return false;
}

bool pattern_add(struct pattern *p, const struct vocabulary *v, uint32_t token)
{
    bool newline = is_newline(token);
    if (token == ID_NONE || (newline && p->tokens == 0))
        return false;
    p->sum = (p->sum ^ code_of(p, v, token)) * 0x9e3779b97f4a7c15u;
    p->sum ^= p->sum >> 29;
    return ++p->tokens == PATTERN_TOKENS || newline ? finish(p) : true;
}
