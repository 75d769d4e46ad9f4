#include "ngram/shape.h"

enum { SHAPE_LINE = 1, SHAPE_START, SHAPE_CALL };

static bool finish(struct shape *s, uint64_t kind, uint64_t a, uint64_t b)
{
    uint64_t h = (kind << 60 | a << 32 | b) * 0x9e3779b97f4a7c15u;
    h ^= h >> 32;
    s->hash = h * 0xff51afd7ed558ccdu;
    s->hash ^= s->hash >> 29;
    return false;
}

static void add_bracket(struct shape *s, char c)
{
    switch (c) {
    case ')':
    case ']':
    case '}':
        s->depth++;
        break;
    case '(':
    case '[':
    case '{':
        s->opened = s->depth == 0;
        s->depth -= s->depth > 0;
        break;
    case ',':
        s->commas += s->depth == 0 && s->commas < 15;
        break;
    }
}

bool shape_add(struct shape *s, const struct vocabulary *v, uint32_t token)
{
    if (s->steps == 0)
        s->last = token;
    bool at_start = is_newline(s->last);
    if (s->opened)
        return finish(s, SHAPE_CALL, token,
                      s->last | (uint64_t)s->commas << 28);
    if (is_newline(token) && s->steps > 0)
        return finish(s, at_start ? SHAPE_START : SHAPE_LINE, s->first,
                      s->last);
    s->first = token;
    struct str text = vocabulary_text(v, token);
    if (!at_start && text.len == 1)
        add_bracket(s, *text.ptr);
    return ++s->steps < SHAPE_REACH;
}
