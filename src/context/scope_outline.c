#include "context/captured.h"
#include "context/head.h"
#include "context/opens.h"
#include "context/recover.h"
#include "context/scope.h"
#include "context/spans.h"
#include "doc/query.h"

#include <stdlib.h>
#include <string.h>

/* What is looked at between two looks at the clock. */
enum { STEP_BYTES = 8192, NESTING_MAX = 64, LOOK_BACK = 64 };

void outline_init(struct outline *o)
{
    *o = (struct outline){0};
}

void outline_release(struct outline *o)
{
    free(o->at);
    outline_init(o);
}

static bool make_room(struct outline *o)
{
    if (o->n < o->cap)
        return true;
    size_t cap = o->cap ? o->cap * 2 : 64;
    struct definition *at = realloc(o->at, cap * sizeof *at);
    if (!at)
        return false;
    o->at = at;
    o->cap = cap;
    return true;
}

static bool append(struct outline *o, const struct definition *d)
{
    if (o->n == OUTLINE_MAX || !make_room(o))
        return false;
    o->at[o->n++] = *d;
    return true;
}

static size_t next_line(struct str text, size_t at)
{
    size_t end = str_find_char(str_sub(text, at, text.len), '\n');
    return end == STR_NONE ? text.len : at + end + 1;
}

struct step {
    struct outline *outline;
    const struct syntax *syntax;
    struct str text;
    TSNode root;
    size_t from, to;
};

/* An optional part may be matched and not be matched: the shorter head of two
 * is the one whose body was found. */
static bool is_known(struct outline *o, const struct definition *d)
{
    for (size_t i = o->n; i-- > 0 && i + 8 > o->n;) {
        struct definition *old = &o->at[i];
        if (old->start != d->start || old->name != d->name)
            continue;
        if (d->head_end < old->head_end)
            *old = *d;
        return true;
    }
    return false;
}

/* Where the words before it on its line begin: "export", "private", "type". */
static size_t with_modifiers(const struct syntax *s, struct str text,
                             size_t start)
{
    uint32_t kinds = WORD_MODIFIER | WORD_CLASS | WORD_DECLARE | WORD_IMPORT;
    for (size_t at = start;;) {
        size_t end = at, word;
        while (end > 0 &&
               (text.ptr[end - 1] == ' ' || text.ptr[end - 1] == '\t'))
            end--;
        word = end;
        while (word > 0 && s->word_char[(unsigned char)text.ptr[word - 1]])
            word--;
        if (end == at || !(syntax_word(s, str_sub(text, word, end)) & kinds))
            return at;
        at = word;
    }
}

/* A constant's value may go on for pages. */
static size_t line_end(struct str text, size_t start, size_t end)
{
    size_t line = str_find_char(str_sub(text, start, end), '\n');
    return line == STR_NONE ? end : start + line;
}

/* "color:" without its value, and the selector on the next line: a name goes
 * over lines only behind a comma. */
static void drop_line_before(struct str text, struct definition *d)
{
    size_t line;
    while ((line = str_find_char(str_sub(text, d->name, d->name_end), '\n')) !=
           STR_NONE) {
        size_t end = d->name + line;
        if (str_ends(str_trim_end(str_sub(text, d->name, end)), STR(",")))
            return;
        while (end < d->name_end && strchr(" \t\r\n", text.ptr[end]))
            end++;
        if (d->start == d->name)
            d->start = end;
        d->name = end;
    }
}

static bool add(void *arg, const struct found *found, size_t n)
{
    struct step *s = arg;
    struct captured match;
    if (!captured_read(found, n, &match))
        return true;
    const struct found *whole = match.whole, *name = match.name;
    size_t body = match.body;
    if (whole->start < s->from || whole->start >= s->to)
        return true;
    struct definition d = {.kind = (enum definition_kind)whole->what,
                           .start = whole->start,
                           .end = whole->end};
    d.name = name ? name->start : d.start;
    d.name_end = name ? name->end : d.start;
    drop_line_before(s->text, &d);
    d.open_end = body == STR_NONE ? whole->end : body;
    if (d.kind == DEFINITION_CONSTANT)
        d.open_end = line_end(s->text, d.start, d.open_end);
    else if (body == STR_NONE && s->syntax->worded)
        d.open_end = head_line_end(s->text, d.start, 0);
    d.start = with_modifiers(s->syntax, s->text, d.start);
    d.head_end = head_trim(s->syntax, s->text, d.start, d.open_end);
    return d.head_end <= d.start || is_known(s->outline, &d) ||
           append(s->outline, &d);
}

/* Whether a definition that the tree has begins in [from, to) or has its head
 * around it. */
static bool has_head_at(const struct outline *o, size_t from, size_t to)
{
    for (size_t i = o->n; i-- > 0 && i + LOOK_BACK > o->n;)
        if (o->at[i].start < to && o->at[i].head_end > from)
            return true;
    return false;
}

/* Add what lines of the step begin and the tree does not have. */
static bool recover(struct step *s)
{
    size_t line = text_line_begin(s->text, s->from);
    if (line < s->from)
        line = next_line(s->text, s->from);
    for (; line < s->to && line < s->text.len;) {
        size_t next = next_line(s->text, line);
        size_t end =
            next > line && s->text.ptr[next - 1] == '\n' ? next - 1 : next;
        struct definition d;
        struct span around;
        if (recover_line(s->syntax, s->text, line, end, &d) &&
            !has_head_at(s->outline, line, end) &&
            !span_around(s->syntax, s->root, s->text, d.start, &around) &&
            !append(s->outline, &d))
            return false;
        line = next;
    }
    return true;
}

static int by_start(const void *a, const void *b)
{
    const struct definition *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->end < y->end) - (x->end > y->end);
}

static bool is_callable(const struct definition *d)
{
    return d->kind == DEFINITION_FUNCTION || d->kind == DEFINITION_METHOD ||
           d->kind == DEFINITION_MACRO;
}

struct nesting {
    struct {
        size_t end;
        int column;
        bool is_class, is_callable;
    } up[NESTING_MAX];
    int depth;
};

/* What the definition is inside of stays: by the ends of the nodes, or in a
 * broken tree by the indentation. */
static void leave(struct nesting *n, const struct definition *d, int column,
                  bool broken)
{
    while (n->depth > 0 && (broken ? n->up[n->depth - 1].column >= column
                                   : n->up[n->depth - 1].end <= d->start))
        n->depth--;
}

static void enter(struct nesting *n, const struct definition *d, int column)
{
    if (n->depth == NESTING_MAX)
        return;
    n->up[n->depth].end = d->end;
    n->up[n->depth].column = column;
    n->up[n->depth].is_callable = is_callable(d);
    n->up[n->depth].is_class =
        d->kind == DEFINITION_CLASS || d->kind == DEFINITION_INTERFACE;
    n->depth++;
}

/* Leave out what is in functions; count what is in classes. */
static void nest(struct outline *o, struct str text, bool broken)
{
    struct nesting n = {.depth = 0};
    size_t kept = 0;
    if (o->n > 1)
        qsort(o->at, o->n, sizeof *o->at, by_start);
    for (size_t i = 0; i < o->n; i++) {
        struct definition d = o->at[i];
        int column = (int)(d.start - text_line_begin(text, d.start));
        leave(&n, &d, column, broken);
        if (n.depth > 0 && n.up[n.depth - 1].is_callable)
            continue;
        bool member = n.depth > 0 && n.up[n.depth - 1].is_class;
        if (d.kind == DEFINITION_FUNCTION && member)
            d.kind = DEFINITION_METHOD;
        d.depth = n.depth;
        o->at[kept++] = d;
        enter(&n, &d, column);
    }
    o->n = kept;
}

/* Behind the step's end, and behind a function that goes on there: what is
 * in it does not count. In a broken tree it may have taken in others. */
static size_t next_step(const struct outline *o, size_t to, bool broken)
{
    if (broken)
        return to;
    for (size_t i = o->n; i-- > 0 && i + 8 > o->n;)
        if (is_callable(&o->at[i]) && o->at[i].end > to)
            to = o->at[i].end;
    return to;
}

static void begin(struct outline *o, uint64_t serial)
{
    o->n = o->next = 0;
    o->whole = false;
    o->serial = serial;
}

bool outline_step(struct outline *o, const struct document *doc,
                  uint64_t budget_us)
{
    usec until = clock_now() + budget_us;
    struct step s = {.outline = o,
                     .syntax = syntax_for(doc->language),
                     .text = text_view(&doc->text),
                     .root = tree_root(&doc->tree)};
    const struct query *q = query_of(doc->language, QUERY_DEFINITIONS);
    bool broken = !ts_node_is_null(s.root) && ts_node_has_error(s.root);
    if (o->serial != doc->serial)
        begin(o, doc->serial);
    while (!o->whole && q && s.syntax && o->next < s.text.len) {
        s.from = o->next;
        s.to = s.from + STEP_BYTES;
        struct query_range range = {s.from, s.to, UINT32_MAX, USEC_NEVER, 0};
        bool room = query_each(q, s.root, s.text, &range, add, &s) &&
                    (!broken || recover(&s));
        o->next = room ? next_step(o, s.to, broken) : s.text.len;
        if (budget_us && clock_now() >= until)
            return false;
    }
    if (!o->whole)
        nest(o, s.text, broken);
    return o->whole = true;
}
