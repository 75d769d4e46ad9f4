#include "ngram/source.h"

#include <string.h>

enum {
    SMALL_BLOCK = 32,   /* tokens; it is joined with a changed neighbour */
    BINARY_PROBE = 8192 /* bytes that are searched for a NUL */
};

void source_init(struct source *s, uint32_t number, struct str key,
                 size_t max_bytes)
{
    *s = (struct source){.number = number, .syntax = syntax_of(key)};
    buf_init(&s->text, max_bytes);
}

static void free_blocks(struct memory *m, struct block *first)
{
    for (struct block *b = first, *next; b; b = next) {
        next = b->next;
        for (unsigned i = 0; i < b->count; i++)
            vocabulary_drop(&m->words, b->tokens[i]);
        index_block_free(&m->index, b);
    }
}

void source_release(struct source *s, struct memory *m)
{
    for (struct block *b = s->first; b; b = b->next)
        index_unlink(&m->index, b, BLOCK_TOKENS);
    free_blocks(m, s->first);
    index_settle(&m->index);
    s->first = s->last = NULL;
    buf_release(&s->text);
}

/* The part that is learned: nothing of binary data, whole lines of a text
 * that is too long. */
static struct str clip(struct str text, size_t max)
{
    struct str probe = str_sub(text, 0, BINARY_PROBE);
    if (probe.len && memchr(probe.ptr, '\0', probe.len))
        return (struct str){0};
    if (text.len <= max)
        return text;
    text = str_sub(text, 0, max);
    size_t end = str_rfind_char(text, '\n');
    return str_sub(text, 0, end == STR_NONE ? 0 : end + 1);
}

size_t common_head(struct str a, struct str b)
{
    size_t n = a.len < b.len ? a.len : b.len, i = 0;
    while (i + 64 <= n && memcmp(a.ptr + i, b.ptr + i, 64) == 0)
        i += 64;
    while (i < n && a.ptr[i] == b.ptr[i])
        i++;
    return i;
}

size_t common_tail(struct str a, struct str b, size_t limit)
{
    if (limit == 0)
        return 0; /* there may be no bytes to point at */
    const char *pa = a.ptr + a.len, *pb = b.ptr + b.len;
    size_t i = 0;
    while (i + 64 <= limit && memcmp(pa - i - 64, pb - i - 64, 64) == 0)
        i += 64;
    while (i < limit && pa[-1 - (ptrdiff_t)i] == pb[-1 - (ptrdiff_t)i])
        i++;
    return i;
}

/* Reads a stretch of text into new blocks. */
struct builder {
    struct memory *m;
    uint32_t source;
    struct lexer lexer;
    struct block *first, *last;
    size_t last_at; /* where the last block begins in the text */
    unsigned line;  /* its place in the last block where the line begins */
};

static bool add_block(struct builder *b, size_t at, struct lexer_state state)
{
    struct block *block = index_block(&b->m->index, b->source);
    if (!block)
        return false;
    block->start = state;
    block->previous = b->last;
    if (b->last) {
        b->last->next = block;
        b->last->bytes = (uint32_t)(at - b->last_at);
    } else {
        b->first = block;
    }
    b->last = block;
    b->last_at = at;
    b->line = 0;
    return true;
}

static void put(struct block *b, uint32_t id, const struct token *t)
{
    uint64_t bit = UINT64_C(1) << b->count;
    b->tokens[b->count++] = id;
    b->spaced |= t->spaced ? bit : 0;
    b->prose |= t->prose ? bit : 0;
    b->quiet |= t->quiet ? bit : 0;
}

static void move_tokens(struct block *from, unsigned first, struct block *to)
{
    uint64_t kept = (UINT64_C(1) << first) - 1;
    to->count = (uint8_t)(from->count - first);
    memcpy(to->tokens, from->tokens + first, to->count * sizeof *to->tokens);
    to->spaced = from->spaced >> first;
    to->prose = from->prose >> first;
    to->quiet = from->quiet >> first;
    from->count = (uint8_t)first;
    from->spaced &= kept;
    from->prose &= kept;
    from->quiet &= kept;
}

/* The line goes on: it takes what it has into the next block with it, unless
 * it fills the whole one. */
static bool add_block_within_line(struct builder *b, size_t at)
{
    struct block *full = b->last;
    unsigned line = b->line;
    const struct lexer *l = &b->lexer;
    if (line > 0) {
        if (!add_block(b, l->line_at, l->line_state))
            return false;
        move_tokens(full, line, b->last);
    } else {
        if (!add_block(b, at, l->line_state))
            return false;
        b->last->continues = true;
    }
    return true;
}

/* Read on to the lexer's end. False without memory. */
static bool read_on(struct builder *b)
{
    struct lexer *l = &b->lexer;
    struct token t;
    for (size_t at = l->at; lexer_next(l, &t); at = l->at) {
        bool full = b->last->count == BLOCK_TOKENS;
        if (t.kind == TOKEN_NEWLINE) {
            if (full && !add_block(b, l->line_at, l->line_state))
                return false;
            b->line = b->last->count;
        } else if (full && !add_block_within_line(b, at)) {
            return false;
        }
        put(b->last, vocabulary_use(&b->m->words, &t), &t);
    }
    b->last->bytes = (uint32_t)(l->text.len - b->last_at);
    return true;
}

/* The blocks whose text changed, and the bytes from the start of the first
 * to the end of the last in the new text. */
struct stretch {
    struct block *first, *last; /* NULL: there are none yet */
    size_t from, to;
};

static void take_previous(struct stretch *s)
{
    s->first = s->first->previous;
    s->from -= s->first->bytes;
}

static void take_next(struct stretch *s)
{
    s->last = s->last->next;
    s->to += s->last->bytes;
}

/* Blocks have to begin where lines do. */
static bool has_open_end(const struct stretch *s, struct str text)
{
    return s->last->next->continues ||
           (s->to > 0 && text.ptr[s->to - 1] != '\n');
}

/* The blocks that hold the bytes [head, old_end), in a text that has grown
 * by `grown` there. */
static struct stretch find_stretch(const struct source *source, size_t head,
                                   size_t old_end, size_t grown)
{
    struct stretch s = {.first = source->first};
    if (!s.first)
        return (struct stretch){.to = source->text.len};
    while (s.first->next && s.from + s.first->bytes <= head) {
        s.from += s.first->bytes;
        s.first = s.first->next;
    }
    s.last = s.first;
    s.to = s.from + s.first->bytes;
    while (s.last->next && s.to < old_end)
        take_next(&s);
    s.to += grown; /* modulo the range of size_t where it shrank */
    while (s.first->previous &&
           (s.first->continues || s.first->previous->count < SMALL_BLOCK))
        take_previous(&s);
    while (s.last->next && (has_open_end(&s, buf_view(&source->text)) ||
                            s.last->next->count < SMALL_BLOCK))
        take_next(&s);
    return s;
}

static bool same_layout(struct lexer_state a, struct lexer_state b)
{
    return a.indent == b.indent && a.blank == b.blank;
}

/* Read the stretch, and on while what follows comes to lie differently. */
static bool build(struct builder *b, struct stretch *s,
                  const struct source *source)
{
    struct str text = buf_view(&source->text);
    struct lexer_state start = s->first ? s->first->start : lexer_start();
    lexer_init(&b->lexer, str_sub(text, 0, s->to), source->syntax, start);
    b->lexer.at = b->lexer.line_at = s->from;
    if (!add_block(b, s->from, start))
        return false;
    for (;;) {
        if (!read_on(b))
            return false;
        const struct block *next = s->last ? s->last->next : NULL;
        if (!next || same_layout(b->lexer.state, next->start))
            return true;
        take_next(s);
        while (s->last->next && s->last->next->continues)
            take_next(s);
        b->lexer.text.len = s->to;
    }
}

/* The slots behind a block whose contexts reach back into it. */
static void each_after(struct index *ix, struct block *b,
                       void (*act)(struct index *, struct block *, unsigned))
{
    unsigned left = INDEX_REACH;
    for (; b && left; b = b->next) {
        act(ix, b, left);
        left -= b->count < left ? b->count : left;
    }
}

/* Put the new blocks in the place of the stretch, which is freed. */
static void replace(struct source *source, struct memory *m,
                    const struct stretch *s, struct builder *b)
{
    struct block *before = s->first ? s->first->previous : NULL;
    struct block *after = s->last ? s->last->next : NULL;
    for (struct block *old = s->first; old != after; old = old->next)
        index_unlink(&m->index, old, BLOCK_TOKENS);
    each_after(&m->index, after, index_unlink);
    if (s->last) {
        s->last->next = NULL;
        free_blocks(m, s->first);
    }
    b->first->previous = before;
    *(before ? &before->next : &source->first) = b->first;
    b->last->next = after;
    *(after ? &after->previous : &source->last) = b->last;
    uint32_t rank = before ? before->rank + 1 : 0;
    for (struct block *n = b->first; n; n = n->next)
        n->rank = rank++;
    for (struct block *n = b->first; n != after; n = n->next)
        index_link(&m->index, n, BLOCK_TOKENS);
    each_after(&m->index, after, index_link);
}

static void set_bit(uint64_t *bits, unsigned i, bool on)
{
    uint64_t bit = UINT64_C(1) << i;
    *bits = on ? *bits | bit : *bits & ~bit;
}

/* Set again what is prose from the block on, as far as that changed. Which
 * bytes make which token does not depend on it. */
static void mark_again(struct source *source, struct block *b, size_t at,
                       struct lexer_state state)
{
    struct lexer l;
    struct token t;
    lexer_init(&l, buf_view(&source->text), source->syntax, state);
    l.at = l.line_at = at;
    for (unsigned i = 0; lexer_next(&l, &t); i++) {
        for (; i == b->count; i = 0) {
            if (b->count == 0)
                b->start = l.line_state; /* nothing but blank lines */
            if (!b->next)
                return;
            b = b->next;
        }
        if (i == 0 && !b->continues) {
            if (b->start.mode == l.line_state.mode &&
                b->start.quiet == l.line_state.quiet)
                return;
            b->start = l.line_state;
        }
        set_bit(&b->prose, i, t.prose);
        set_bit(&b->quiet, i, t.quiet);
    }
}

enum err source_learn(struct source *s, struct memory *m, struct str text)
{
    text = clip(text, s->text.max);
    struct str old = buf_view(&s->text);
    size_t shorter = old.len < text.len ? old.len : text.len;
    size_t head = common_head(old, text);
    if (head == old.len && head == text.len)
        return OK;
    size_t tail = common_tail(old, text, shorter - head);
    size_t old_end = old.len - tail;
    if (!buf_splice(&s->text, head, old_end - head,
                    str_sub(text, head, text.len - tail))) {
        source_release(s, m);
        return ERR_MEMORY;
    }
    struct stretch stretch = find_stretch(s, head, old_end, text.len - old.len);
    struct builder b = {.m = m, .source = s->number};
    if (!build(&b, &stretch, s)) {
        enum err e = index_is_full(&m->index) ? ERR_TOO_LARGE : ERR_MEMORY;
        free_blocks(m, b.first);
        source_release(s, m);
        return e;
    }
    replace(s, m, &stretch, &b);
    if (b.last->next)
        mark_again(s, b.last->next, stretch.to, b.lexer.state);
    index_settle(&m->index);
    return OK;
}

const struct block *source_block(const struct source *s, size_t offset,
                                 size_t *start)
{
    const struct block *b = s->first;
    *start = 0;
    while (b && b->next && *start + b->bytes <= offset) {
        *start += b->bytes;
        b = b->next;
    }
    while (b && b->continues) {
        b = b->previous;
        *start -= b->bytes;
    }
    return b;
}

struct place source_place(const struct source *s, size_t offset)
{
    size_t start;
    struct place p = {.block = source_block(s, offset, &start)};
    if (!p.block)
        return p;
    struct lexer l;
    struct token t;
    lexer_init(&l, buf_view(&s->text), s->syntax, p.block->start);
    l.at = l.line_at = start;
    while (lexer_next(&l, &t) && (size_t)(t.text.ptr - s->text.ptr) < offset) {
        if (++p.at < p.block->count)
            continue;
        p.block = p.block->next;
        p.at = 0;
        if (!p.block)
            break;
    }
    while (p.block && p.at == p.block->count) {
        p.block = p.block->next;
        p.at = 0;
    }
    return p;
}
