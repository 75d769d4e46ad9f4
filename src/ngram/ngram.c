#include "ngram/ngram.h"
#include "base/map.h"
#include "base/unicode.h"
#include "ngram/generate.h"

#include <stdlib.h>

enum { MAX_TEXT = 1 << 20, BYTES_PER_BYTE = 14 };

struct ngram {
    struct memory memory;
    struct map sources; /* by key, struct source */
    size_t text_bytes;  /* of the sources and their texts */
    size_t max_bytes;
    uint32_t last_number;
    uint64_t clock; /* calls of ngram_learn() */
};

struct ngram *ngram_new(size_t max_bytes)
{
    struct ngram *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->max_bytes = max_bytes;
    vocabulary_init(&m->memory.words);
    if (!index_init(&m->memory.index, max_bytes / 4 * 3)) {
        free(m);
        return NULL;
    }
    return m;
}

static size_t source_bytes(const struct source *s)
{
    return sizeof *s + s->text.cap;
}

void ngram_free(struct ngram *m)
{
    if (!m)
        return;
    const struct map_slot *slot;
    for (size_t at = 0; (slot = map_next(&m->sources, &at));) {
        struct source *s = slot->value;
        buf_release(&s->text);
    }
    map_release(&m->sources, free);
    index_release(&m->memory.index);
    vocabulary_release(&m->memory.words);
    free(m);
}

static struct source *add_source(struct ngram *m, struct str key)
{
    struct source *s = malloc(sizeof *s);
    if (!s)
        return NULL;
    size_t most = m->max_bytes / 8;
    source_init(s, ++m->last_number, key, most < MAX_TEXT ? most : MAX_TEXT);
    if (!map_put(&m->sources, key, s, NULL)) {
        free(s);
        return NULL;
    }
    m->text_bytes += source_bytes(s);
    return s;
}

void ngram_forget(struct ngram *m, struct str key)
{
    struct source *s = map_take(&m->sources, key);
    if (!s)
        return;
    m->text_bytes -= source_bytes(s);
    source_release(s, &m->memory);
    free(s);
}

static void forget_oldest(struct ngram *m)
{
    const struct map_slot *slot, *oldest = NULL;
    uint64_t learned = UINT64_MAX;
    for (size_t at = 0; (slot = map_next(&m->sources, &at));) {
        const struct source *s = slot->value;
        if (s->learned >= learned)
            continue;
        oldest = slot;
        learned = s->learned;
    }
    struct source *s = oldest->value;
    m->text_bytes -= source_bytes(s);
    map_take(&m->sources, (struct str){oldest->key, oldest->key_len});
    source_release(s, &m->memory);
    free(s);
}

/* Forget texts until `more` bytes fit in, the oldest first; `keep` last. */
static void make_room(struct ngram *m, size_t more)
{
    while (ngram_bytes(m) + more > m->max_bytes && m->sources.count > 1)
        forget_oldest(m);
}

/* Other texts make room, the oldest first; then less of this one is kept. */
static enum err learn(struct ngram *m, struct source *s, struct str text)
{
    enum err e;
    size_t len = text.len < s->text.max ? text.len : s->text.max;
    if (len > s->text.len)
        make_room(m, (len - s->text.len) * BYTES_PER_BYTE);
    do {
        m->text_bytes -= source_bytes(s);
        e = source_learn(s, &m->memory, text);
        m->text_bytes += source_bytes(s);
        if (e != ERR_TOO_LARGE)
            break;
        if (m->sources.count > 1)
            forget_oldest(m);
        else
            s->text.max /= 2;
    } while (s->text.max > 0);
    make_room(m, 0);
    return e;
}

enum err ngram_learn(struct ngram *m, struct str key, struct str text)
{
    struct source *s = map_get(&m->sources, key);
    if (!s)
        s = add_source(m, key);
    if (!s)
        return ERR_MEMORY;
    s->learned = ++m->clock;
    enum err e = learn(m, s, text);
    if (ngram_bytes(m) > m->max_bytes)
        ngram_forget(m, key);
    return e == ERR_TOO_LARGE ? OK : e;
}

bool ngram_predict(const struct ngram *m, const struct ngram_query *q,
                   struct ngram_answer *a)
{
    buf_clear(&a->text);
    a->confidence = 0.0;
    if (generate(&m->memory, map_get(&m->sources, q->key), q, a))
        return true;
    buf_clear(&a->text);
    a->confidence = 0.0;
    return false;
}

size_t ngram_bytes(const struct ngram *m)
{
    return sizeof *m + m->memory.index.bytes + m->memory.words.bytes +
           m->text_bytes + m->sources.cap * sizeof *m->sources.slots;
}

size_t ngram_tokens(const struct ngram *m)
{
    return m->memory.index.tokens;
}
