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
    if (generate(&m->library, q, a))
        return true;
    buf_clear(&a->text);
    a->confidence = 0.0;
    return false;
}

size_t ngram_bytes(const struct ngram *m)
{
    return sizeof *m + library_bytes(&m->library);
}

size_t ngram_tokens(const struct ngram *m)
{
    return library_tokens(&m->library);
}
