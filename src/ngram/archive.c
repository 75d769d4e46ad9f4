#include "ngram/archive.h"
#include "ngram/pattern.h"
#include "ngram/shape.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    FIRST_CAPACITY = 1 << 13, /* tokens; each segment doubles the last */
    LAST_CAPACITY = 1 << 18,
    BYTES_PER_TOKEN = 3, /* at least, of a file that is read as a whole */
    TOKENS_PER_BUCKET = 2
};

size_t segment_arrays_bytes(uint32_t capacity)
{
    size_t words = 1 + ARCHIVE_CHAINS;
    return (words * capacity +
            ARCHIVE_CHAINS * (capacity / TOKENS_PER_BUCKET)) *
           sizeof(uint32_t);
}

static size_t segment_bytes(uint32_t capacity)
{
    return sizeof(struct segment) + segment_arrays_bytes(capacity);
}

static void lay_out(struct segment *s, uint32_t *arrays, uint32_t capacity)
{
    uint32_t buckets = capacity / TOKENS_PER_BUCKET;
    uint32_t *at = arrays + capacity;
    s->capacity = capacity;
    s->mask = buckets - 1;
    s->tokens = arrays;
    for (int c = 0; c < ARCHIVE_CHAINS; c++, at += capacity + buckets) {
        s->links[c] = at;
        s->first[c] = at + capacity;
    }
}

static struct segment *segment_new(uint32_t capacity)
{
    struct segment *s = calloc(1, sizeof *s);
    uint32_t *arrays = calloc(1, segment_arrays_bytes(capacity));
    if (s && arrays) {
        lay_out(s, arrays, capacity);
        return s;
    }
    free(s);
    free(arrays);
    return NULL;
}

static void segment_free(struct segment *s)
{
    if (!s->mapped)
        free(s->tokens);
    free(s);
}

void archive_init(struct archive *a, struct vocabulary *words, size_t max_bytes)
{
    *a = (struct archive){.words = words, .max_bytes = max_bytes};
    map_init(&a->files);
}

void archive_release(struct archive *a)
{
    for (uint32_t i = 0; i < a->n_segments; i++)
        segment_free(a->segments[i]);
    free(a->segments);
    map_release(&a->files, free);
    if (a->mapping)
        munmap(a->mapping, a->mapping_bytes);
    *a = (struct archive){0};
}

static void remove_segment(struct archive *a, struct segment *s)
{
    uint32_t i = 0;
    while (a->segments[i] != s)
        i++;
    a->n_segments--;
    memmove(a->segments + i, a->segments + i + 1,
            (a->n_segments - i) * sizeof *a->segments);
    a->bytes -= segment_bytes(s->capacity);
    segment_free(s);
}

static struct segment *last_segment(const struct archive *a)
{
    return a->n_segments ? a->segments[a->n_segments - 1] : NULL;
}

static bool keep_segment(struct archive *a, struct segment *s)
{
    struct segment **grown =
        realloc(a->segments, (a->n_segments + 1) * sizeof(struct segment *));
    if (!grown)
        return false;
    a->segments = grown;
    a->segments[a->n_segments++] = s;
    a->bytes += segment_bytes(s->capacity);
    return true;
}

static struct segment *add_segment(struct archive *a, uint32_t tokens)
{
    const struct segment *last = last_segment(a);
    uint32_t capacity = last ? last->capacity * 2 : FIRST_CAPACITY;
    if (capacity > LAST_CAPACITY)
        capacity = LAST_CAPACITY;
    while (capacity < tokens)
        capacity *= 2;
    if (a->bytes + segment_bytes(capacity) > a->max_bytes)
        return NULL;
    struct segment *s = segment_new(capacity);
    if (s && keep_segment(a, s))
        return s;
    if (s)
        segment_free(s);
    return NULL;
}

/* A segment with room for so many tokens behind the mark of a file. */
static struct segment *segment_for(struct archive *a, size_t tokens)
{
    struct segment *s = last_segment(a);
    if (tokens + 1 > (1u << ARCHIVE_TAG_SHIFT) - 1)
        return NULL;
    if (s && s->capacity - s->count > tokens)
        return s;
    return add_segment(a, (uint32_t)tokens + 1);
}

/* --- contexts */

static uint64_t mix_token(uint64_t h, uint32_t id)
{
    h = (h ^ id) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 29;
}

static uint64_t finish(uint64_t h)
{
    h *= 0xff51afd7ed558ccdu;
    return (h ^ h >> 32) | 1;
}

/* Reads tokens backwards. */
struct hashing {
    uint64_t all, two, four, eight;
    struct shape shape;
    struct pattern pattern;
    bool shaping, patterning, known;
    unsigned n;
};

static const struct hashing hashing_start = {
    .shaping = true, .patterning = true, .known = true};

/* False when nothing more is needed. */
static bool hashing_add(struct hashing *h, const struct vocabulary *words,
                        uint32_t id)
{
    h->known = h->known && id != ID_NONE;
    if (h->known && h->n < 8) {
        h->all = mix_token(h->all, id);
        h->n++;
        if (h->n == 2)
            h->two = finish(h->all);
        else if (h->n == 4)
            h->four = finish(h->all);
        else if (h->n == 8)
            h->eight = finish(h->all);
    }
    h->shaping = h->shaping && shape_add(&h->shape, words, id);
    h->patterning = h->patterning && pattern_add(&h->pattern, words, id);
    return h->shaping || h->patterning || (h->known && h->n < 8);
}

static void hashing_finish(const struct hashing *h,
                           uint64_t hashes[ARCHIVE_CHAINS])
{
    hashes[ARCHIVE_TWO] = h->two;
    hashes[ARCHIVE_FOUR] = h->four;
    hashes[ARCHIVE_EIGHT] = h->eight;
    hashes[ARCHIVE_SHAPE] = h->shape.hash;
    hashes[ARCHIVE_PATTERN] = h->pattern.hash;
}

void archive_hashes(const struct vocabulary *words, const uint32_t *context,
                    size_t n, uint64_t hashes[ARCHIVE_CHAINS])
{
    struct hashing h = hashing_start;
    while (n > 0 && hashing_add(&h, words, context[n - 1]))
        n--;
    hashing_finish(&h, hashes);
}

static void link_place(struct archive *a, struct segment *s, uint32_t start,
                       uint32_t at)
{
    struct hashing h = hashing_start;
    uint64_t hashes[ARCHIVE_CHAINS];
    uint32_t i = at;
    while (i > start &&
           hashing_add(&h, a->words, s->tokens[i - 1] & ARCHIVE_ID))
        i--;
    hashing_finish(&h, hashes);
    for (int c = 0; c < ARCHIVE_CHAINS; c++) {
        if (!hashes[c])
            continue;
        uint32_t *first = &s->first[c][hashes[c] >> 8 & s->mask];
        s->links[c][at] = *first | archive_tag(hashes[c]);
        *first = at + 1;
    }
}

static void append(struct archive *a, struct archived *f, uint32_t token)
{
    struct segment *s = f->segment;
    uint32_t at = s->count++;
    s->tokens[at] = token;
    if ((token & ARCHIVE_ID) != ID_NONE)
        link_place(a, s, f->start, at);
    f->count++;
    a->tokens++;
}

/* --- files */

static void chain_file(struct archived *f, struct segment *s)
{
    f->segment = s;
    f->previous = NULL;
    f->next = s->files;
    if (s->files)
        s->files->previous = f;
    s->files = f;
}

static void enter(struct archived *f, struct segment *s)
{
    s->tokens[s->count++] = ID_NONE;
    s->dead++;
    f->start = s->count;
    f->count = 0;
    chain_file(f, s);
}

/* Out of its segment, which goes with its last file. */
static void leave(struct archive *a, struct archived *f)
{
    struct segment *s = f->segment;
    memset(s->tokens + f->start, 0, f->count * sizeof *s->tokens);
    s->dead += f->count;
    a->tokens -= f->count;
    *(f->previous ? &f->previous->next : &s->files) = f->next;
    if (f->next)
        f->next->previous = f->previous;
    if (!s->files)
        remove_segment(a, s);
}

void archive_forget(struct archive *a, struct str key)
{
    struct archived *f = map_take(&a->files, key);
    if (!f)
        return;
    if (f == a->reading)
        a->reading = NULL;
    a->changes++;
    for (uint32_t i = 0; i < f->count; i++)
        vocabulary_drop(a->words,
                        f->segment->tokens[f->start + i] & ARCHIVE_ID);
    a->text_bytes -= f->bytes;
    leave(a, f);
    free(f);
}

static enum err begin(struct archive *a, struct str key, struct str text)
{
    archive_forget(a, key);
    struct segment *s = segment_for(a, text.len / BYTES_PER_TOKEN + 1);
    if (!s)
        return ERR_TOO_LARGE;
    struct archived *f = calloc(1, sizeof *f);
    if (!f || !map_put(&a->files, key, f, NULL)) {
        free(f);
        return ERR_MEMORY;
    }
    enter(f, s);
    f->bytes = text.len;
    a->text_bytes += f->bytes;
    a->reading = f;
    a->changes++;
    lexer_init(&a->lexer, text, syntax_of(key), lexer_start());
    return OK;
}

enum err archive_read(struct archive *a, struct str key, struct str text,
                      size_t *at, size_t step)
{
    if (*at == 0) {
        enum err e = begin(a, key, text);
        if (e != OK)
            return e;
    }
    struct token t;
    struct archived *f = a->reading;
    size_t end = *at + step;
    while (f && f->segment->count < f->segment->capacity) {
        if (!lexer_next(&a->lexer, &t))
            break;
        *at = a->lexer.at;
        append(a, f,
               vocabulary_use(a->words, &t) | (t.spaced ? ARCHIVE_SPACED : 0) |
                   (t.prose ? ARCHIVE_PROSE : 0) |
                   (t.quiet ? ARCHIVE_QUIET : 0));
        if (*at >= end && *at < text.len)
            return OK;
    }
    a->reading = NULL;
    *at = text.len;
    return OK;
}

static struct segment *find_worn(const struct archive *a)
{
    for (uint32_t i = 0; i + 1 < a->n_segments; i++)
        if (a->segments[i]->dead > a->segments[i]->count / 2)
            return a->segments[i];
    return NULL;
}

bool archive_tidy(struct archive *a)
{
    struct segment *worn = find_worn(a);
    struct archived *f = worn ? worn->files : NULL;
    if (!f || f == a->reading)
        return false;
    struct segment *to = segment_for(a, f->count);
    if (!to)
        return false;
    struct archived old = *f;
    a->changes++;
    *(old.previous ? &old.previous->next : &worn->files) = old.next;
    if (old.next)
        old.next->previous = old.previous;
    enter(f, to);
    for (uint32_t i = 0; i < old.count; i++)
        append(a, f, worn->tokens[old.start + i]);
    memset(worn->tokens + old.start, 0, old.count * sizeof *worn->tokens);
    worn->dead += old.count;
    a->tokens -= old.count;
    if (!worn->files)
        remove_segment(a, worn);
    return true;
}

/* --- from a mapped file */

struct segment *archive_adopt(struct archive *a, uint32_t *arrays,
                              uint32_t capacity, uint32_t count, uint32_t dead)
{
    struct segment *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    lay_out(s, arrays, capacity);
    s->mapped = true;
    s->count = count;
    s->dead = dead;
    if (keep_segment(a, s))
        return s;
    free(s);
    return NULL;
}

bool archive_adopt_file(struct archive *a, struct segment *s, struct str key,
                        const struct archived *like)
{
    struct archived *f = malloc(sizeof *f);
    void *old = NULL;
    if (!f || map_get(&a->files, key) || !map_put(&a->files, key, f, &old)) {
        free(f);
        return false;
    }
    *f = *like;
    chain_file(f, s);
    a->tokens += f->count;
    a->text_bytes += f->bytes;
    return true;
}
