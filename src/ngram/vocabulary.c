#include "ngram/vocabulary.h"
#include "base/hash.h"
#include "ngram/reserved.h"

#include <stdlib.h>

enum { MALLOC_COST = 16 }; /* what an allocation takes besides its bytes */

void vocabulary_init(struct vocabulary *v)
{
    *v = (struct vocabulary){.count = ID_FIRST};
}

void vocabulary_release(struct vocabulary *v)
{
    for (uint32_t id = ID_FIRST; id < v->count; id++)
        free(v->words[id].text);
    free(v->words);
    free(v->buckets);
    vocabulary_init(v);
}

static uint32_t start_of(struct str s)
{
    uint32_t two = (unsigned char)s.ptr[0] * 251u + (unsigned char)s.ptr[1];
    return two % VOCABULARY_STARTS;
}

static uint32_t lookup(const struct vocabulary *v, struct str text,
                       uint32_t hash)
{
    uint32_t id = v->n_buckets ? v->buckets[hash & (v->n_buckets - 1)] : 0;
    while (id) {
        const struct word *w = &v->words[id];
        if (w->hash == hash && str_eq((struct str){w->text, w->len}, text))
            break;
        id = w->same;
    }
    return id;
}

uint32_t vocabulary_find(const struct vocabulary *v, const struct token *t)
{
    if (t->kind == TOKEN_NEWLINE)
        return ID_NEWLINE + t->newline;
    if (t->kind == TOKEN_OPAQUE)
        return ID_NONE;
    return lookup(v, t->text, (uint32_t)hash_bytes(0, t->text));
}

static bool grow_words(struct vocabulary *v)
{
    uint32_t cap = v->cap ? v->cap + v->cap / 2 : 256;
    struct word *words = realloc(v->words, cap * sizeof *words);
    if (!words)
        return false;
    v->words = words;
    v->bytes += (cap - v->cap) * sizeof *words;
    v->cap = cap;
    return true;
}

static bool grow_buckets(struct vocabulary *v)
{
    uint32_t n = v->n_buckets ? v->n_buckets * 2 : 256;
    uint32_t *buckets = calloc(n, sizeof *buckets);
    if (!buckets)
        return false;
    for (uint32_t id = ID_FIRST; id < v->count; id++) {
        struct word *w = &v->words[id];
        if (!w->text)
            continue;
        w->same = buckets[w->hash & (n - 1)];
        buckets[w->hash & (n - 1)] = id;
    }
    free(v->buckets);
    v->bytes += (n - v->n_buckets) * sizeof *buckets;
    v->buckets = buckets;
    v->n_buckets = n;
    return true;
}

/* Enter the word in its bucket and among those with the same start. */
static void enter(struct vocabulary *v, uint32_t id)
{
    struct word *w = &v->words[id];
    uint32_t *bucket = &v->buckets[w->hash & (v->n_buckets - 1)];
    w->same = *bucket;
    *bucket = id;
    if (w->len < 2)
        return;
    uint32_t *start = &v->starts[start_of((struct str){w->text, w->len})];
    w->previous = 0;
    w->next = *start;
    if (*start)
        v->words[*start].previous = id;
    *start = id;
}

static void fill(struct vocabulary *v, uint32_t id, char *text, size_t len,
                 uint32_t hash)
{
    struct str s = {text, len};
    bool digit = *text >= '0' && *text <= '9';
    v->words[id] =
        (struct word){.text = text,
                      .len = (uint16_t)len,
                      .name = lexer_in_word(*text) && !digit && !is_reserved(s),
                      .kind = kind_of(s),
                      .hash = hash};
    if (v->words[id].kind >= KIND_COMMON)
        v->common[v->words[id].kind] = id;
    enter(v, id);
    v->bytes += len + 1 + MALLOC_COST;
}

static uint32_t add(struct vocabulary *v, struct str text, uint32_t hash)
{
    if (!v->free && v->count >= v->cap && !grow_words(v))
        return ID_NONE;
    if (v->count >= v->n_buckets && !grow_buckets(v) && !v->n_buckets)
        return ID_NONE;
    char *copy = str_dup(text);
    if (!copy)
        return ID_NONE;
    uint32_t id = v->free;
    if (id)
        v->free = v->words[id].same;
    else
        id = v->count++;
    fill(v, id, copy, text.len, hash);
    return id;
}

uint32_t vocabulary_use(struct vocabulary *v, const struct token *t)
{
    uint32_t id = vocabulary_find(v, t);
    if (id == ID_NONE && t->kind != TOKEN_OPAQUE)
        id = add(v, t->text, (uint32_t)hash_bytes(0, t->text));
    if (id >= ID_FIRST)
        v->words[id].uses++;
    return id;
}

static void leave(struct vocabulary *v, uint32_t id)
{
    struct word *w = &v->words[id];
    uint32_t *at = &v->buckets[w->hash & (v->n_buckets - 1)];
    while (*at != id)
        at = &v->words[*at].same;
    *at = w->same;
    if (w->len < 2)
        return;
    if (w->next)
        v->words[w->next].previous = w->previous;
    if (w->previous)
        v->words[w->previous].next = w->next;
    else
        v->starts[start_of((struct str){w->text, w->len})] = w->next;
}

static void release(struct vocabulary *v, uint32_t id)
{
    v->words[id] = (struct word){.same = v->free};
    v->free = id;
}

void vocabulary_drop(struct vocabulary *v, uint32_t id)
{
    if (id < ID_FIRST || --v->words[id].uses > 0)
        return;
    leave(v, id);
    if (v->words[id].kind >= KIND_COMMON)
        v->common[v->words[id].kind] = ID_NONE;
    v->bytes -= v->words[id].len + 1 + MALLOC_COST;
    free(v->words[id].text);
    release(v, id);
}

struct str vocabulary_text(const struct vocabulary *v, uint32_t id)
{
    if (id < ID_FIRST)
        return (struct str){0};
    return (struct str){v->words[id].text, v->words[id].len};
}

uint32_t vocabulary_first(const struct vocabulary *v, struct str start)
{
    return v->starts[start_of(start)];
}

uint32_t vocabulary_next(const struct vocabulary *v, uint32_t id)
{
    return v->words[id].next;
}

/* --- restored */

bool vocabulary_reserve(struct vocabulary *v, uint32_t count)
{
    uint32_t buckets = 256;
    while (buckets < count && buckets < UINT32_MAX / 4)
        buckets *= 2;
    v->words = calloc(count, sizeof *v->words);
    v->buckets = calloc(buckets, sizeof *v->buckets);
    if (!v->words || !v->buckets)
        return false;
    v->cap = v->count = count;
    v->n_buckets = buckets;
    v->bytes += count * sizeof *v->words + buckets * sizeof *v->buckets;
    return true;
}

bool vocabulary_place(struct vocabulary *v, uint32_t id, struct str text)
{
    uint32_t hash = (uint32_t)hash_bytes(0, text);
    if (id < ID_FIRST || id >= v->count || v->words[id].text || !text.len ||
        text.len > UINT16_MAX || lookup(v, text, hash))
        return false;
    char *copy = str_dup(text);
    if (!copy)
        return false;
    fill(v, id, copy, text.len, hash);
    return true;
}

void vocabulary_sweep(struct vocabulary *v)
{
    for (uint32_t id = ID_FIRST; id < v->count; id++) {
        struct word *w = &v->words[id];
        if (w->uses)
            continue;
        w->uses = w->text ? 1 : 0;
        if (w->text)
            vocabulary_drop(v, id);
        else
            release(v, id);
    }
}
