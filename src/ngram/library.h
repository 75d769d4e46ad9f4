/* All learned texts: the open buffers, in the order in which they were learned
 * last, and the files of the workspace. */
#ifndef NGRAM_LIBRARY_H
#define NGRAM_LIBRARY_H

#include "base/map.h"
#include "ngram/archive.h"
#include "ngram/source.h"

struct library {
    struct vocabulary words;
    struct archive archive;
    struct map by_key;
    struct source *newest, *oldest; /* see source.older */
    size_t max_bytes;
    struct mixer *weights; /* of the mixer; NULL: counts decide */
};

void library_init(struct library *l, size_t max_bytes);
void library_release(struct library *l);

/* Let counts alone decide from now on, as they do without memory for the
 * weights. */
void library_drop_weights(struct library *l);

/* Older texts make room, and a text that is still too large is learned in
 * part. */
enum err library_learn(struct library *l, struct str key, struct str text);
/* A text of so many bytes is about to be learned in steps. */
void library_expect(struct library *l, struct str key, size_t bytes);
void library_forget(struct library *l, struct str key);

const struct source *library_find(const struct library *l, struct str key);

size_t library_bytes(const struct library *l);
size_t library_tokens(const struct library *l);

#endif
