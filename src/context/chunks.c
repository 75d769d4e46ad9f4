#include "context/chunks.h"
#include "base/hash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- words */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

static uint32_t hash_of(struct str identifier)
{
    return (uint32_t)hash_bytes(0, identifier);
}

static bool has_bit(const struct words *w, uint32_t hash)
{
    uint32_t bit = hash % WORDS_BITS;
    return w->bits[bit / 64] >> (bit % 64) & 1;
}

static void add_word(struct words *w, uint32_t hash)
{
    uint32_t bit = hash % WORDS_BITS;
    if (has_bit(w, hash))
        return; /* the same, or so like it that it does not matter */
    w->bits[bit / 64] |= 1ull << (bit % 64);
    if (w->n < CHUNK_WORDS)
        w->at[w->n++] = hash;
}

void words_of(struct words *w, struct str text)
{
    enum { SHORTEST = 3 };
    memset(w->bits, 0, sizeof w->bits);
    w->n = 0;
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        while (at < text.len && is_word(text.ptr[at]))
            at++;
        bool number = text.ptr[from] >= '0' && text.ptr[from] <= '9';
        if (at - from >= SHORTEST && !number)
            add_word(w, hash_of(str_sub(text, from, at)));
        at += at == from;
    }
}

bool words_has(const struct words *w, struct str identifier)
{
    return has_bit(w, hash_of(identifier));
}

/* --- cutting */

/* How well a chunk may end in front of the line: 0 not at all. */
static size_t border(struct str line, struct str before)
{
    enum { PARAGRAPH = 200, DEEPEST = 100 };
    size_t indent = 0;
    while (indent < line.len &&
           (line.ptr[indent] == ' ' || line.ptr[indent] == '\t'))
        indent++;
    if (indent == line.len)
        return 0;
    bool closes = strchr("})]", line.ptr[indent]) != NULL;
    bool apart = str_trim(before).len == 0;
    indent = indent < DEEPEST ? indent : DEEPEST;
    return (apart ? PARAGRAPH : 0) + (closes ? 0 : DEEPEST) - indent + 1;
}

size_t chunk_end(struct str text, size_t from)
{
    size_t at = from, best = 0, best_end = STR_NONE;
    struct str before = STR("x");
    for (int lines = 0; lines < CHUNK_LINES && at < text.len; lines++) {
        struct str rest = str_sub(text, at, text.len);
        size_t end = str_find_char(rest, '\n');
        end = end == STR_NONE ? text.len : at + end + 1;
        struct str line = str_trim_end(str_sub(text, at, end));
        size_t good = lines >= CHUNK_LINES / 3 ? border(line, before) : 0;
        if (good && good >= best) {
            best = good;
            best_end = at;
        }
        if (end - from > CHUNK_BYTES)
            return at > from ? at : end;
        before = line;
        at = end;
    }
    return at == text.len || best_end == STR_NONE ? at : best_end;
}

/* --- the chunks */

void chunks_init(struct chunks *c)
{
    *c = (struct chunks){.at = calloc(CHUNKS_MAX, sizeof *c->at)};
}

static void count(struct chunks *c, const struct chunk *k, int by)
{
    for (size_t i = 0; i < k->n_words; i++)
        c->files[k->words[i] % WORDS_BITS] += (uint16_t)by;
}

static void drop(struct chunks *c, size_t i)
{
    struct chunk *k = &c->at[i];
    count(c, k, -1);
    c->bytes -= k->len;
    free(k->text);
    free(k->words);
    *k = c->at[--c->n];
}

void chunks_release(struct chunks *c)
{
    while (c->n)
        drop(c, c->n - 1);
    free(c->at);
    *c = (struct chunks){0};
}

static struct chunk *find(const struct chunks *c, uint64_t source,
                          uint64_t hash)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->at[i].hash == hash && c->at[i].source == source)
            return &c->at[i];
    return NULL;
}

const struct chunk *chunks_find(const struct chunks *c, uint64_t source,
                                uint64_t hash)
{
    return find(c, source, hash);
}

unsigned chunks_begin(struct chunks *c)
{
    return ++c->pass;
}

static void make_room(struct chunks *c, size_t bytes)
{
    while (c->n && (c->n == CHUNKS_MAX || c->bytes + bytes > CHUNKS_BYTES)) {
        size_t oldest = 0;
        for (size_t i = 1; i < c->n; i++)
            if (c->at[i].seen < c->at[oldest].seen)
                oldest = i;
        drop(c, oldest);
    }
}

static bool fill(struct chunk *k, struct str text)
{
    struct words words;
    words_of(&words, text);
    k->text = str_dup(text);
    k->len = text.len;
    k->words = malloc((words.n + 1) * sizeof *k->words);
    if (!k->text || !k->words) {
        free(k->text);
        free(k->words);
        return false;
    }
    memcpy(k->words, words.at, words.n * sizeof *k->words);
    k->n_words = (uint16_t)words.n;
    return true;
}

void chunks_add(struct chunks *c, uint64_t source, unsigned pass,
                struct str text)
{
    uint64_t hash = hash_bytes(0, text);
    struct chunk *k = find(c, source, hash);
    if (!c->at || str_trim(text).len == 0 || text.len > 2 * CHUNK_BYTES)
        return;
    if (!k) {
        struct chunk fresh = {.source = source, .hash = hash};
        if (!fill(&fresh, text))
            return;
        make_room(c, text.len);
        k = &c->at[c->n++];
        *k = fresh;
        k->seen = ++c->seen;
        c->bytes += text.len;
        count(c, k, 1);
    }
    k->pass = pass;
}

void chunks_end(struct chunks *c, uint64_t source, unsigned pass)
{
    for (size_t i = c->n; i-- > 0;)
        if (c->at[i].source == source && c->at[i].pass != pass)
            drop(c, i);
}

void chunks_forget(struct chunks *c, uint64_t source)
{
    chunks_end(c, source, 0);
}

/* --- alike */

static double rarity(const struct chunks *c, uint32_t word)
{
    double n = (double)c->n, with = c->files[word % WORDS_BITS];
    return log(1 + (n - with + 0.5) / (with + 0.5));
}

/* Each bit of the place is weighed once, not once a chunk: a logarithm for
 * every word of every chunk took longer than the rest of a completion. */
void chunks_aim(const struct chunks *c, const struct words *place,
                struct aim *out)
{
    out->place = place;
    out->all = 0;
    for (size_t i = 0; i < place->n; i++)
        out->all += rarity(c, place->at[i]);
    for (uint32_t bit = 0; bit < WORDS_BITS; bit++)
        if (has_bit(place, bit))
            out->rarity[bit] = rarity(c, bit);
}

double chunks_score(const struct aim *a, const struct chunk *chunk)
{
    /* The usual parameters of BM25: k1 and b, at an average of 40 words. */
    const double k1 = 1.2, b = 0.75, average = 40;
    double common = 0;
    for (size_t i = 0; i < chunk->n_words; i++)
        if (has_bit(a->place, chunk->words[i]))
            common += a->rarity[chunk->words[i] % WORDS_BITS];
    double length = chunk->n_words / average;
    double norm = (1 + k1) / (1 + k1 * (1 - b + b * length));
    double score = a->all > 0 ? common / a->all * fmin(norm, 1) : 0;
    return fmin(score, 1);
}
