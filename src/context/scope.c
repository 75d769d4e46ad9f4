#include "context/scope.h"
#include "context/captured.h"
#include "context/classify.h"
#include "context/head.h"
#include "doc/query.h"

const char *definition_kind_name(enum definition_kind k)
{
    static const char *const names[] = {
#define X(name, text) text,
        DEFINITION_KINDS(X)
#undef X
    };
    return names[k];
}

struct str definition_head(const struct document *doc,
                           const struct definition *d)
{
    return str_sub(text_view(&doc->text), d->start, d->head_end);
}

struct str definition_name(const struct document *doc,
                           const struct definition *d)
{
    return str_sub(text_view(&doc->text), d->name, d->name_end);
}

struct refining {
    const struct around *around;
    struct definition *d;
};

/* Whether the match is of the definition whose body the text saw open. */
static bool is_meant(const struct refining *r, const struct captured *match)
{
    const struct around *a = r->around;
    const struct found *whole = match->whole;
    if (a->opens == '{')
        return match->body == a->open;
    if (a->opens == 'd')
        return whole->start >= a->start && match->body == a->open;
    return whole->start >= a->start && whole->start <= a->open;
}

static bool refine(void *arg, const struct found *found, size_t n)
{
    struct refining *r = arg;
    struct captured match;
    if (!captured_read(found, n, &match) || !is_meant(r, &match))
        return true;
    struct definition *d = r->d;
    d->kind = (enum definition_kind)match.whole->what;
    if (match.name) {
        d->name = match.name->start;
        d->name_end = match.name->end;
    }
    return true;
}

/* What the text tells of it. */
static struct definition by_text(const struct syntax *s, struct str text,
                                 const struct around *a)
{
    struct definition d = {.start = a->start, .end = STR_NONE};
    char mark = a->opens == ':' ? head_mark(s) : 0;
    d.kind = a->function ? DEFINITION_FUNCTION : DEFINITION_CLASS;
    d.open_end = a->opens == '{'   ? a->open + 1
                 : a->opens == 'd' ? a->open + 2
                                   : head_line_end(text, a->open, mark);
    if (mark && d.open_end < text.len && text.ptr[d.open_end] == mark)
        d.open_end++;
    bool apart = a->opens == '{' || a->opens == 'd';
    d.head_end = head_trim(s, text, d.start, apart ? a->open : d.open_end);
    if (d.open_end < d.head_end)
        d.open_end = d.head_end;
    if (!head_name(s, text, d.start, d.head_end, &d.name, &d.name_end))
        d.name = d.name_end = d.start;
    return d;
}

void scope_definitions(const struct document *doc, const struct around *around,
                       size_t n, struct definition *out)
{
    struct str text = text_view(&doc->text);
    const struct query *q = query_of(doc->language, QUERY_DEFINITIONS);
    for (size_t i = 0; i < n; i++) {
        struct refining r = {&around[i], &out[i]};
        out[i] = by_text(syntax_for(doc->language), text, &around[i]);
        struct query_range range = {around[i].start, around[i].open + 1,
                                    UINT32_MAX, USEC_NEVER, 0};
        query_each(q, tree_root(&doc->tree), text, &range, refine, &r);
        bool member = i > 0 && (out[i - 1].kind == DEFINITION_CLASS ||
                                out[i - 1].kind == DEFINITION_INTERFACE);
        if (out[i].kind == DEFINITION_FUNCTION && member)
            out[i].kind = DEFINITION_METHOD;
        out[i].depth = (int)i;
    }
}

size_t scope_at(const struct document *doc, size_t offset,
                struct definition *out)
{
    struct around around[AROUND_MAX];
    size_t n;
    classify_with(doc, offset, around, &n);
    scope_definitions(doc, around, n, out);
    return n;
}
