#include "ngram/library.h"
#include "ngram/mixer.h"
#include "ngram/weights.h"

#include <stdlib.h>

enum {
    MAX_TEXT = 1 << 20, /* bytes that are learned of one text */
    BYTES_PER_BYTE = 12 /* of memory for a byte of text, about */
};

void library_init(struct library *l, size_t max_bytes)
{
    *l = (struct library){.max_bytes = max_bytes,
                          .weights = mixer_new(weights_embedded())};
    vocabulary_init(&l->words);
    archive_init(&l->archive, &l->words, max_bytes / 8 * 5);
}

void library_drop_weights(struct library *l)
{
    free(l->weights);
    l->weights = NULL;
}

static void unlink_source(struct library *l, struct source *s)
{
    *(s->newer ? &s->newer->older : &l->newest) = s->older;
    *(s->older ? &s->older->newer : &l->oldest) = s->newer;
    s->newer = s->older = NULL;
}

static void link_newest(struct library *l, struct source *s)
{
    s->older = l->newest;
    *(l->newest ? &l->newest->newer : &l->oldest) = s;
    l->newest = s;
}

static void free_source(struct library *l, struct source *s)
{
    unlink_source(l, s);
    source_release(s);
    free(s->key);
    free(s);
}

void library_release(struct library *l)
{
    while (l->newest)
        free_source(l, l->newest);
    map_release(&l->by_key, NULL);
    archive_release(&l->archive);
    vocabulary_release(&l->words);
    library_drop_weights(l);
}

static struct source *add_source(struct library *l, struct str key)
{
    size_t most = l->max_bytes / 8;
    struct source *s = malloc(sizeof *s);
    char *copy = str_dup(key);
    if (!s || !copy || !map_put(&l->by_key, key, s, NULL)) {
        free(s);
        free(copy);
        return NULL;
    }
    source_init(s, &l->words, key, most < MAX_TEXT ? most : MAX_TEXT);
    s->key = copy;
    s->key_len = key.len;
    link_newest(l, s);
    return s;
}

void library_forget(struct library *l, struct str key)
{
    struct source *s = map_take(&l->by_key, key);
    if (s)
        free_source(l, s);
}

static void forget(struct library *l, struct source *s)
{
    map_take(&l->by_key, (struct str){s->key, s->key_len});
    free_source(l, s);
}

const struct source *library_find(const struct library *l, struct str key)
{
    return map_get(&l->by_key, key);
}

size_t library_bytes(const struct library *l)
{
    size_t bytes = l->words.bytes + l->archive.bytes +
                   l->by_key.cap * sizeof *l->by_key.slots;
    for (const struct source *s = l->newest; s; s = s->older)
        bytes += source_bytes(s);
    return bytes;
}

size_t library_tokens(const struct library *l)
{
    size_t tokens = l->archive.tokens;
    for (const struct source *s = l->newest; s; s = s->older)
        tokens += s->index.tokens;
    return tokens;
}

/* Forget older texts than the newest until `more` bytes fit in. */
static void make_room(struct library *l, size_t more)
{
    while (library_bytes(l) + more > l->max_bytes && l->oldest != l->newest)
        forget(l, l->oldest);
}

/* Half of what is left over is for what is not in blocks. */
static void bound(const struct library *l, struct source *s)
{
    size_t used = library_bytes(l);
    size_t left = l->max_bytes > used ? l->max_bytes - used : 0;
    index_bound(&s->index, s->index.bytes + left / 4 * 3);
}

static enum err learn(struct library *l, struct source *s, struct str text)
{
    size_t len = text.len < s->text.max ? text.len : s->text.max;
    if (len > s->text.len)
        make_room(l, (len - s->text.len) * BYTES_PER_BYTE);
    for (;;) {
        bound(l, s);
        enum err e = source_learn(s, text);
        if (e != ERR_TOO_LARGE)
            return e;
        if (l->oldest != l->newest)
            forget(l, l->oldest);
        else if ((s->text.max /= 2) == 0)
            return OK;
    }
}

static struct source *source_for(struct library *l, struct str key)
{
    struct source *s = map_get(&l->by_key, key);
    return s ? s : add_source(l, key);
}

void library_expect(struct library *l, struct str key, size_t bytes)
{
    struct source *s = source_for(l, key);
    if (s)
        source_expect(s, bytes);
}

enum err library_learn(struct library *l, struct str key, struct str text)
{
    struct source *s = source_for(l, key);
    if (!s)
        return ERR_MEMORY;
    unlink_source(l, s);
    link_newest(l, s);
    enum err e = learn(l, s, text);
    make_room(l, 0);
    if (library_bytes(l) > l->max_bytes)
        forget(l, s);
    return e;
}
