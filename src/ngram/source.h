/*
 * One learned text. Learning it again costs as much as what changed: the
 * changed lines are found by comparing bytes from both ends, and only their
 * blocks are read again and linked anew.
 */
#ifndef NGRAM_SOURCE_H
#define NGRAM_SOURCE_H

#include "base/buf.h"
#include "base/err.h"
#include "ngram/index.h"

struct source {
    struct source *newer, *older; /* by when they learned last */
    char *key;                    /* of whoever keeps it; may be NULL */
    size_t key_len;
    struct vocabulary *words; /* shared by all */
    const struct syntax *syntax;
    struct buf text; /* as learned */
    struct index index;
    struct block *first, *last;
};

/* Of a text longer than `max_bytes` the first part is learned. */
void source_init(struct source *s, struct vocabulary *words, struct str key,
                 size_t max_bytes);
/* Empty again, and of no weight, but not gone: it may learn again. */
void source_release(struct source *s);
size_t source_bytes(const struct source *s); /* of memory */

/* Without memory, or ERR_TOO_LARGE where the index has no room for it, the
 * source is left empty. */
enum err source_learn(struct source *s, struct str text);

/* A text of so many bytes is about to be learned in steps. */
void source_expect(struct source *s, size_t bytes);

/* How many bytes two texts have in common at their starts, and at their ends
 * (at most `limit`). */
size_t source_common_head(struct str a, struct str b);
size_t source_common_tail(struct str a, struct str b, size_t limit);

/* A place in the text: the first token that starts at or behind an offset. */
struct place {
    const struct block *block; /* NULL: behind the last token */
    unsigned at;
};

/* The block that holds the byte, and where it starts; NULL: empty text. */
const struct block *source_block(const struct source *s, size_t offset,
                                 size_t *start);
struct place source_place(const struct source *s, size_t offset);

#endif
