#include "ngram/ngram.h"
#include "ngram/generate.h"
#include "ngram/library.h"

#include <stdlib.h>

struct ngram {
    struct library library;
};

struct ngram *ngram_new(size_t max_bytes)
{
    struct ngram *m = malloc(sizeof *m);
    if (m)
        library_init(&m->library, max_bytes);
    return m;
}

void ngram_free(struct ngram *m)
{
    if (!m)
        return;
    library_release(&m->library);
    free(m);
}

enum err ngram_learn(struct ngram *m, struct str key, struct str text)
{
    return library_learn(&m->library, key, text);
}

void ngram_expect(struct ngram *m, struct str key, size_t bytes)
{
    library_expect(&m->library, key, bytes);
}

void ngram_forget(struct ngram *m, struct str key)
{
    library_forget(&m->library, key);
}

enum err ngram_read(struct ngram *m, struct str key, struct str text,
                    size_t *at, size_t step)
{
    return archive_read(&m->library.archive, key, text, at, step);
}

void ngram_unread(struct ngram *m, struct str key)
{
    archive_forget(&m->library.archive, key);
}

bool ngram_tidy(struct ngram *m)
{
    return archive_tidy(&m->library.archive);
}

bool ngram_predict(const struct ngram *m, const struct ngram_query *q,
                   struct ngram_answer *a)
{
    buf_clear(&a->text);
    a->confidence = 0.0;
    if (generate(&m->library, q, a, NULL))
        return true;
    buf_clear(&a->text);
    a->confidence = 0.0;
    return false;
}

bool ngram_file(const struct ngram *m, size_t *at, struct ngram_file *f)
{
    const struct map_slot *slot = map_next(&m->library.archive.files, at);
    if (!slot)
        return false;
    const struct archived *a = slot->value;
    *f = (struct ngram_file){{slot->key, slot->key_len}, a->bytes, a->stamp};
    return true;
}

void ngram_note(struct ngram *m, struct str key, uint64_t stamp)
{
    struct archived *a = map_get(&m->library.archive.files, key);
    if (a)
        a->stamp = stamp;
}

struct library *ngram_library(struct ngram *m)
{
    return &m->library;
}

size_t ngram_bytes(const struct ngram *m)
{
    return sizeof *m + library_bytes(&m->library);
}

size_t ngram_tokens(const struct ngram *m)
{
    return library_tokens(&m->library);
}
