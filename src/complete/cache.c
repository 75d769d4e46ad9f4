#include "complete/cache.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

enum {
    WINDOW = CACHE_PREFIX + CACHE_TYPED, /* bytes that count */
    PROBES = 128,     /* entries that one cache_get() compares, at most */
    BLOCK = 16,       /* what malloc() keeps beside each block, about */
    PAIRS = 8,        /* brackets that an editor may have closed by itself */
    PER_BUCKET = 128, /* the smallest entries take about as many bytes */
};

/* One completion; its bytes follow it: text, model. Of what stood around it
 * there are hashes alone: the bytes would be nine tenths of the entry. */
struct entry {
    struct entry *chain;         /* next in its bucket */
    struct entry *newer, *older; /* by last use */
    uint64_t hash;               /* of key and prefix, */
    uint64_t prefix, suffix;     /* and each by itself: see hash_around() */
    struct cache_key key;
    uint32_t text_len, model_len;
    uint16_t prefix_len, suffix_len;
    int class, route;
    bool stands_in;
    char bytes[];
};

struct cache {
    size_t max, used; /* bytes, of everything that was allocated */
    uint64_t seed;    /* that nobody can guess */
    size_t n_buckets; /* a power of two */
    struct entry *newest, *oldest;
    struct entry *buckets[];
};

/* --- the views of an entry */

static struct str entry_text(const struct entry *e)
{
    return (struct str){e->bytes, e->text_len};
}

static struct str entry_model(const struct entry *e)
{
    return (struct str){e->bytes + e->text_len, e->model_len};
}

static size_t entry_size(const struct entry *e)
{
    return sizeof *e + BLOCK + e->text_len + e->model_len;
}

/* --- hashing: a polynomial modulo 2^64, so that the hash of any stretch is
 * the difference of two beginnings' hashes (Rabin and Karp). It only finds
 * candidates; the length and another hash, which starts from a seed of the
 * process's own, decide. */

static const uint64_t BASE = 0x9e3779b97f4a7c15u;

static uint64_t hash_step(uint64_t h, char c)
{
    return h * BASE + (unsigned char)c + 1;
}

static uint64_t hash_power(unsigned n)
{
    uint64_t power = 1;
    for (uint64_t square = BASE; n; n >>= 1, square *= square)
        if (n & 1)
            power *= square;
    return power;
}

static uint64_t hash_key(const struct cache_key *key)
{
    uint64_t parts[] = {key->table, key->document, key->flags};
    return hash_bytes(0, (struct str){(const char *)parts, sizeof parts});
}

/* The low bits choose the bucket; those of a product are its weakest. */
static uint64_t hash_mix(uint64_t key, uint64_t text)
{
    uint64_t h = (key ^ text) * 0xff51afd7ed558ccdu;
    return h ^ h >> 32;
}

static uint64_t hash_around(const struct cache *c, struct str s)
{
    return hash_bytes(c->seed, s);
}

static bool key_eq(const struct cache_key *a, const struct cache_key *b)
{
    return a->table == b->table && a->document == b->document &&
           a->flags == b->flags;
}

static struct str tail(struct str s, size_t n)
{
    return s.len > n ? str_sub(s, s.len - n, s.len) : s;
}

/* --- the two orders that an entry is in */

static void use_unlink(struct cache *c, struct entry *e)
{
    *(e->newer ? &e->newer->older : &c->newest) = e->older;
    *(e->older ? &e->older->newer : &c->oldest) = e->newer;
}

static void use_link(struct cache *c, struct entry *e)
{
    e->newer = NULL;
    e->older = c->newest;
    *(c->newest ? &c->newest->newer : &c->oldest) = e;
    c->newest = e;
}

static struct entry **bucket_of(struct cache *c, uint64_t hash)
{
    return &c->buckets[hash & (c->n_buckets - 1)];
}

static void entry_drop(struct cache *c, struct entry *e)
{
    struct entry **at = bucket_of(c, e->hash);
    while (*at != e)
        at = &(*at)->chain;
    *at = e->chain;
    use_unlink(c, e);
    c->used -= entry_size(e);
    free(e);
}

/* --- life */

static size_t buckets_for(size_t max_bytes)
{
    size_t n = 8;
    while (n < max_bytes / PER_BUCKET && n < 1 << 16)
        n *= 2;
    return n;
}

static size_t empty_size(size_t n_buckets)
{
    return sizeof(struct cache) + n_buckets * sizeof(struct entry *) + BLOCK;
}

struct cache *cache_new(size_t max_bytes)
{
    size_t n = buckets_for(max_bytes);
    struct cache *c = calloc(1, sizeof *c + n * sizeof(struct entry *));
    if (!c)
        return NULL;
    c->max = max_bytes;
    c->seed = hash_seed();
    c->n_buckets = n;
    c->used = empty_size(n);
    return c;
}

void cache_clear(struct cache *c)
{
    while (c->oldest)
        entry_drop(c, c->oldest);
}

void cache_free(struct cache *c)
{
    if (!c)
        return;
    cache_clear(c);
    free(c);
}

size_t cache_bytes(const struct cache *c)
{
    return c->used;
}

/* --- putting */

static char *copy(char *to, struct str s)
{
    if (s.len)
        memcpy(to, s.ptr, s.len);
    return to + s.len;
}

static struct entry *entry_new(const struct cache *c,
                               const struct cache_key *key, struct str prefix,
                               struct str suffix, const struct cache_hit *h)
{
    struct entry *e = calloc(1, sizeof *e + h->text.len + h->model.len);
    if (!e)
        return NULL;
    e->key = *key;
    e->prefix = hash_around(c, prefix);
    e->suffix = hash_around(c, suffix);
    e->prefix_len = (uint16_t)prefix.len;
    e->suffix_len = (uint16_t)suffix.len;
    e->text_len = (uint32_t)h->text.len;
    e->model_len = (uint32_t)h->model.len;
    e->class = h->class;
    e->route = h->route;
    e->stands_in = h->stands_in;
    copy(copy(e->bytes, h->text), h->model);
    uint64_t text = 0;
    for (size_t i = 0; i < prefix.len; i++)
        text = hash_step(text, prefix.ptr[i]);
    e->hash = hash_mix(hash_key(key), text);
    return e;
}

/* The entry that was made at the same place, or NULL. */
static struct entry *find_same(struct cache *c, const struct entry *like)
{
    for (struct entry *e = *bucket_of(c, like->hash); e; e = e->chain)
        if (e->hash == like->hash && key_eq(&e->key, &like->key) &&
            e->prefix_len == like->prefix_len && e->prefix == like->prefix &&
            e->suffix_len == like->suffix_len && e->suffix == like->suffix)
            return e;
    return NULL;
}

/* Whether it would fit if all else were dropped. */
static bool has_room(const struct cache *c, const struct cache_hit *h)
{
    size_t fixed = empty_size(c->n_buckets) + sizeof(struct entry) + BLOCK;
    size_t left = c->max > fixed ? c->max - fixed : 0;
    left = left < UINT32_MAX ? left : UINT32_MAX;
    return h->text.len <= left && h->model.len <= left - h->text.len;
}

void cache_trim(struct str *prefix, struct str *suffix)
{
    *prefix = tail(*prefix, CACHE_PREFIX);
    *suffix = str_sub(*suffix, 0, CACHE_SUFFIX);
}

uint64_t cache_id(const struct cache_key *key, struct str prefix,
                  struct str suffix)
{
    cache_trim(&prefix, &suffix);
    return hash_bytes(hash_bytes(hash_key(key), prefix), suffix);
}

void cache_put(struct cache *c, const struct cache_key *key, struct str prefix,
               struct str suffix, const struct cache_hit *completion)
{
    cache_trim(&prefix, &suffix);
    if (completion->text.len == 0 || !has_room(c, completion))
        return;
    /* Copied before anything is dropped: what is put may be a view of what
     * was got. */
    struct entry *e = entry_new(c, key, prefix, suffix, completion);
    if (!e)
        return;
    struct entry *same = find_same(c, e);
    if (same)
        entry_drop(c, same);
    while (c->oldest && c->used + entry_size(e) > c->max)
        entry_drop(c, c->oldest);
    struct entry **bucket = bucket_of(c, e->hash);
    e->chain = *bucket;
    *bucket = e;
    use_link(c, e);
    c->used += entry_size(e);
}

/* --- getting */

static char closer_of(char c)
{
    switch (c) {
    case '(':
        return ')';
    case '[':
        return ']';
    case '{':
        return '}';
    case '"':
    case '\'':
    case '`':
        return c;
    default:
        return '\0';
    }
}

/* What is open while a text is read, as the closers that are awaited. */
struct pairs {
    char awaited[PAIRS];
    size_t n;
    bool lost; /* a closer that closes nothing, or too many openers */
};

static bool in_quote(const struct pairs *p)
{
    return p->n && strchr("\"'`", p->awaited[p->n - 1]);
}

/* Read the character at `*at`, and the one behind a backslash with it. */
static void pairs_read(struct pairs *p, struct str s, size_t *at)
{
    char c = s.ptr[(*at)++];
    if (c == '\\' && in_quote(p))
        *at += *at < s.len;
    else if (p->n && c == p->awaited[p->n - 1])
        p->n--;
    else if (in_quote(p))
        return;
    else if (c == ')' || c == ']' || c == '}')
        p->lost = true;
    else if (closer_of(c) && p->n < PAIRS)
        p->awaited[p->n++] = closer_of(c);
    else if (closer_of(c))
        p->lost = true;
}

/*
 * Whether `suffix` begins with what closes the brackets and quotes that
 * `typed` left open, as editors do that close them at once; `*rest` is then
 * cut before the closer that is there already.
 */
static bool closed_by_editor(struct str typed, struct str *suffix,
                             struct str *rest)
{
    if (suffix->len == 0 || !strchr(")]}\"'`", suffix->ptr[0]))
        return false;
    struct pairs p = {0};
    for (size_t at = 0; at < typed.len && !p.lost;)
        pairs_read(&p, typed, &at);
    if (p.lost || p.n == 0 || suffix->len < p.n)
        return false;
    for (size_t i = 0; i < p.n; i++)
        if (suffix->ptr[i] != p.awaited[p.n - 1 - i])
            return false;
    *suffix = str_sub(*suffix, p.n, suffix->len);
    size_t open = p.n;
    for (size_t at = 0; at < rest->len;) {
        size_t before = at;
        pairs_read(&p, *rest, &at);
        if (p.lost)
            return false;
        if (p.n < open) {
            *rest = str_sub(*rest, 0, before);
            return true;
        }
    }
    return true;
}

/* The first CACHE_SUFFIX bytes agree, or all of them where there are fewer. */
static bool suffix_agrees(const struct cache *c, const struct entry *e,
                          struct str suffix)
{
    suffix = str_sub(suffix, 0, CACHE_SUFFIX);
    return e->suffix_len == suffix.len && e->suffix == hash_around(c, suffix);
}

/* The same of the last CACHE_PREFIX. */
static bool prefix_agrees(const struct cache *c, const struct entry *e,
                          struct str prefix)
{
    prefix = tail(prefix, CACHE_PREFIX);
    return e->prefix_len == prefix.len && e->prefix == hash_around(c, prefix);
}

/* Whether `e` answers `typed` bytes behind the end of its prefix. */
static bool entry_answers(const struct cache *c, const struct entry *e,
                          struct str prefix, size_t typed, struct str suffix,
                          struct str *rest)
{
    struct str text = entry_text(e);
    struct str made_at = str_sub(prefix, 0, prefix.len - typed);
    struct str beginning = tail(prefix, typed);
    if (typed >= text.len || !str_starts(text, beginning))
        return false;
    *rest = str_sub(text, typed, text.len);
    if (!suffix_agrees(c, e, suffix) &&
        (!closed_by_editor(beginning, &suffix, rest) || rest->len == 0 ||
         !suffix_agrees(c, e, suffix)))
        return false;
    return prefix_agrees(c, e, made_at);
}

/* A place to look at: `typed` bytes behind the end of an entry's prefix. */
struct place {
    const struct cache_key *key;
    struct str prefix, suffix;
    size_t typed;
    uint64_t hash; /* of the key and the prefix without what was typed */
};

static struct entry *find_at(struct cache *c, const struct place *at,
                             int *probes, struct str *rest)
{
    struct entry *e = *bucket_of(c, at->hash);
    for (; e && *probes > 0; e = e->chain) {
        if (e->hash != at->hash || !key_eq(&e->key, at->key))
            continue;
        (*probes)--;
        if (entry_answers(c, e, at->prefix, at->typed, at->suffix, rest))
            return e;
    }
    return NULL;
}

bool cache_get(struct cache *c, const struct cache_key *key, struct str prefix,
               struct str suffix, struct cache_hit *hit)
{
    if (!c->newest)
        return false;
    uint64_t sums[WINDOW + 1], of_key = hash_key(key);
    uint64_t shift = hash_power(CACHE_PREFIX);
    struct str window = tail(prefix, WINDOW), rest;
    sums[0] = 0;
    for (size_t i = 0; i < window.len; i++)
        sums[i + 1] = hash_step(sums[i], window.ptr[i]);
    int probes = PROBES;
    struct entry *e = NULL;
    /* The longest prefix first: what was made last knew most. */
    for (size_t typed = 0; !e && typed <= CACHE_TYPED && typed <= prefix.len;
         typed++) {
        size_t end = window.len - typed;
        uint64_t text = sums[end];
        if (end > CACHE_PREFIX)
            text -= sums[end - CACHE_PREFIX] * shift;
        struct place at = {key, prefix, suffix, typed, hash_mix(of_key, text)};
        e = find_at(c, &at, &probes, &rest);
    }
    if (!e)
        return false;
    use_unlink(c, e);
    use_link(c, e);
    *hit = (struct cache_hit){.text = rest,
                              .model = entry_model(e),
                              .typed = (size_t)(rest.ptr - entry_text(e).ptr),
                              .class = e->class,
                              .route = e->route,
                              .stands_in = e->stands_in};
    return true;
}
