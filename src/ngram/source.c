#include "ngram/source.h"
#include "ngram/builder.h"

#include <string.h>

enum {
    SMALL_BLOCK = 32,    /* tokens; it is joined with a changed neighbour */
    BINARY_PROBE = 8192, /* bytes that are searched for a NUL */
    BYTES_PER_TOKEN = 4  /* of code, about */
};

void source_init(struct source *s, struct vocabulary *words, struct str key,
                 size_t max_bytes)
{
    *s = (struct source){.words = words, .syntax = syntax_of(key)};
    buf_init(&s->text, max_bytes);
    index_init(&s->index, words);
}

static void drop_words(struct source *s, const struct block *b)
{
    for (unsigned i = 0; i < b->count; i++)
        vocabulary_drop(s->words, b->tokens[i]);
}

static void free_blocks(struct source *s, struct block *first)
{
    for (struct block *b = first, *next; b; b = next) {
        next = b->next;
        drop_words(s, b);
        index_block_free(&s->index, b);
    }
}

void source_release(struct source *s)
{
    for (const struct block *b = s->first; b; b = b->next)
        drop_words(s, b);
    s->first = s->last = NULL;
    index_release(&s->index);
    buf_release(&s->text);
}

size_t source_bytes(const struct source *s)
{
    return sizeof *s + s->text.cap + s->index.bytes;
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

size_t source_common_head(struct str a, struct str b)
{
    size_t n = a.len < b.len ? a.len : b.len, i = 0;
    while (i + 64 <= n && memcmp(a.ptr + i, b.ptr + i, 64) == 0)
        i += 64;
    while (i < n && a.ptr[i] == b.ptr[i])
        i++;
    return i;
}

size_t source_common_tail(struct str a, struct str b, size_t limit)
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
static bool build(struct builder *b, struct stretch *s, struct source *source)
{
    struct str text = buf_view(&source->text);
    struct lexer_state start = s->first ? s->first->start : lexer_start();
    if (!builder_begin(b, &source->index, source->words,
                       str_sub(text, 0, s->to), s->from, source->syntax, start))
        return false;
    for (;;) {
        if (!builder_read(b))
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

/* The blocks from `first` to before `end` are whole. */
static void fit(struct source *s, struct block *first, const struct block *end)
{
    for (struct block *b = first; b != end; b = b->next) {
        b = index_fit(&s->index, b);
        *(b->previous ? &b->previous->next : &s->first) = b;
        *(b->next ? &b->next->previous : &s->last) = b;
    }
}

/* Put the new blocks in the place of the stretch, which is freed. */
static void replace(struct source *source, const struct stretch *s,
                    struct builder *b)
{
    struct index *ix = &source->index;
    struct block *before = s->first ? s->first->previous : NULL;
    struct block *after = s->last ? s->last->next : NULL;
    for (struct block *old = s->first; old != after; old = old->next)
        index_unlink(ix, old, BLOCK_TOKENS);
    each_after(ix, after, index_unlink);
    if (s->last) {
        s->last->next = NULL;
        free_blocks(source, s->first);
    }
    b->first->previous = before;
    *(before ? &before->next : &source->first) = b->first;
    b->last->next = after;
    *(after ? &after->previous : &source->last) = b->last;
    fit(source, b->first, after);
    b->first = before ? before->next : source->first;
    b->last = after ? after->previous : source->last;
    uint32_t rank = before ? before->rank + 1 : 0;
    for (struct block *n = b->first; n; n = n->next)
        n->rank = rank++;
    if (ix->n_buckets == 0)
        return; /* the first time all is linked at once */
    for (struct block *n = b->first; n != after; n = n->next)
        index_link(ix, n, BLOCK_TOKENS);
    each_after(ix, after, index_link);
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

void source_expect(struct source *s, size_t bytes)
{
    size_t most = bytes < s->text.max ? bytes : s->text.max;
    index_expect(&s->index, most / BYTES_PER_TOKEN);
}

enum err source_learn(struct source *s, struct str text)
{
    text = clip(text, s->text.max);
    struct str old = buf_view(&s->text);
    size_t shorter = old.len < text.len ? old.len : text.len;
    size_t head = source_common_head(old, text);
    if (head == old.len && head == text.len)
        return OK;
    size_t tail = source_common_tail(old, text, shorter - head);
    size_t old_end = old.len - tail;
    enum err e = ERR_MEMORY;
    struct builder b = {0};
    if (!buf_splice(&s->text, head, old_end - head,
                    str_sub(text, head, text.len - tail)))
        goto failed;
    struct stretch stretch = find_stretch(s, head, old_end, text.len - old.len);
    if (!build(&b, &stretch, s)) {
        e = index_is_full(&s->index) ? ERR_TOO_LARGE : ERR_MEMORY;
        goto failed;
    }
    replace(s, &stretch, &b);
    if (b.last->next)
        mark_again(s, b.last->next, stretch.to, b.lexer.state);
    if (index_is_crowded(&s->index) && !index_rebuild(&s->index, s->first) &&
        s->index.n_buckets == 0) {
        b.first = NULL;
        goto failed;
    }
    return OK;
failed:
    free_blocks(s, b.first);
    source_release(s);
    return e;
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
