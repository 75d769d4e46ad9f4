/*
 * The files of the workspace: many, seldom changed. Their tokens lie in
 * segments, each an array that is only appended to, with chains of the
 * places behind an equal context, latest first. A file that is forgotten
 * leaves a hole; archive_tidy() moves what is left of a worn segment.
 */
#ifndef NGRAM_ARCHIVE_H
#define NGRAM_ARCHIVE_H

#include "base/err.h"
#include "base/map.h"
#include "ngram/vocabulary.h"

/* The last two tokens, four, eight, the shape of the line (shape.h), and its
 * pattern (pattern.h). */
enum archive_chain {
    ARCHIVE_TWO,
    ARCHIVE_FOUR,
    ARCHIVE_EIGHT,
    ARCHIVE_SHAPE,
    ARCHIVE_PATTERN,
    ARCHIVE_CHAINS
};

/* A token is its id, and three bits of what it looked like. */
#define ARCHIVE_SPACED (UINT32_C(1) << 31)
#define ARCHIVE_PROSE (UINT32_C(1) << 30)
#define ARCHIVE_QUIET (UINT32_C(1) << 29)
#define ARCHIVE_ID (ARCHIVE_QUIET - 1)

struct archived {
    struct segment *segment;
    struct archived *previous, *next; /* in the segment */
    uint32_t start, count;            /* of its tokens */
    size_t bytes;                     /* of its text */
    uint64_t stamp; /* the reader's: changes with the file; 0 at first */
};

struct segment {
    uint32_t capacity, count, dead; /* tokens */
    uint32_t mask;                  /* of the buckets */
    struct archived *files;
    bool mapped;      /* its arrays lie in a mapped file, see snapshot.h */
    uint32_t *tokens; /* ID_NONE stands before each file; the others follow */
    /* The place before with the same bucket, and a tag of this one's hash;
     * 0: none. And the last place of each bucket, plus 1. */
    uint32_t *links[ARCHIVE_CHAINS], *first[ARCHIVE_CHAINS];
};

struct archive {
    struct vocabulary *words; /* borrowed */
    struct map files;         /* by key, struct archived */
    struct segment **segments;
    uint32_t n_segments;
    size_t tokens, bytes, max_bytes, text_bytes;
    struct archived *reading; /* the file that is being read */
    struct lexer lexer;
    uint64_t changes; /* grows with each */
    void *mapping;    /* NULL: no segment is mapped */
    size_t mapping_bytes;
};

void archive_init(struct archive *a, struct vocabulary *words,
                  size_t max_bytes);
void archive_release(struct archive *a);

/*
 * Read a file in steps: with `*at` 0 it is begun, which forgets what was
 * known of it; each call reads on for about `step` bytes and sets `*at`,
 * which is text.len when all is read. The text must stay as it is until
 * then, or another file be begun. ERR_TOO_LARGE: there is no room.
 */
enum err archive_read(struct archive *a, struct str key, struct str text,
                      size_t *at, size_t step);
void archive_forget(struct archive *a, struct str key);

/* The arrays of a segment, one behind the other, in bytes. */
size_t segment_arrays_bytes(uint32_t capacity);

/* Take over a segment whose arrays are mapped. NULL without memory. */
struct segment *archive_adopt(struct archive *a, uint32_t *arrays,
                              uint32_t capacity, uint32_t count, uint32_t dead);
/* A file of its tokens. False without memory. */
bool archive_adopt_file(struct archive *a, struct segment *s, struct str key,
                        const struct archived *like);

/* Move one file out of a segment that is half empty; false when none is. */
bool archive_tidy(struct archive *a);

/* Hashes of a context by chain: `context[n - 1]` is the last token. 0 where it
 * is too short or holds what is never repeated. */
void archive_hashes(const struct vocabulary *words, const uint32_t *context,
                    size_t n, uint64_t hashes[ARCHIVE_CHAINS]);

/* The last place of a chain, plus 1; 0: none. */
static inline uint32_t segment_first(const struct segment *s,
                                     enum archive_chain chain, uint64_t hash)
{
    return s->first[chain][hash >> 8 & s->mask];
}

enum { ARCHIVE_TAG_SHIFT = 24 };
static inline uint32_t archive_tag(uint64_t hash)
{
    return (uint32_t)(hash >> 56) << ARCHIVE_TAG_SHIFT;
}

#endif
