#include "base/file.h"
#include "ngram/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_MAX = 4096, WORD_MAX = LEXER_MAX_LINE };

/* What is left of the bytes, and what they become. */
struct loading {
    struct library *library;
    const struct snapshot_header *header;
    char *at, *end;
    struct why *why;
};

static enum err broken(struct loading *l, const char *what)
{
    return why_set(l->why, ERR_ANSWER, "it is broken: %s", what);
}

static bool take(struct loading *l, void *out, size_t len)
{
    if ((size_t)(l->end - l->at) < len)
        return false;
    memcpy(out, l->at, len);
    l->at += len;
    return true;
}

static bool take_str(struct loading *l, size_t len, struct str *out)
{
    if ((size_t)(l->end - l->at) < len)
        return false;
    *out = (struct str){l->at, len};
    l->at += len;
    return true;
}

/* --- segments */

static bool is_power_of_two(uint32_t n)
{
    return n && !(n & (n - 1));
}

static bool fits(const struct snapshot_segment *row, uint64_t arrays)
{
    return is_power_of_two(row->capacity) && row->capacity >= 4 &&
           row->capacity <= UINT32_C(1) << ARCHIVE_TAG_SHIFT &&
           row->count >= 1 && row->count <= row->capacity &&
           row->dead <= row->count &&
           segment_arrays_bytes(row->capacity) <= arrays;
}

/* Chains lead backwards, and begin in what is there. */
static bool chains_are_sound(const struct segment *s)
{
    const uint32_t mask = (UINT32_C(1) << ARCHIVE_TAG_SHIFT) - 1;
    uint32_t wrong = 0;
    for (int c = 0; c < ARCHIVE_CHAINS; c++) {
        for (uint32_t i = 0; i < s->count; i++)
            wrong |= (s->links[c][i] & mask) > i;
        for (uint32_t i = 0; i <= s->mask; i++)
            wrong |= s->first[c][i] > s->count;
    }
    return !wrong;
}

static bool count_uses(struct vocabulary *v, const struct segment *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t id = s->tokens[i] & ARCHIVE_ID;
        if (id < ID_FIRST)
            continue;
        if (id >= v->count || !v->words[id].text ||
            v->words[id].uses == UINT32_MAX)
            return false;
        v->words[id].uses++;
    }
    return true;
}

/* The rows lie behind the arrays that they are of. */
static enum err load_segments(struct loading *l, char *arrays)
{
    uint64_t left = l->header->arrays;
    for (uint32_t i = 0; i < l->header->segments; i++) {
        struct snapshot_segment row;
        if (!take(l, &row, sizeof row) || !fits(&row, left))
            return broken(l, "a segment does not fit");
        struct segment *s =
            archive_adopt(&l->library->archive, (uint32_t *)(void *)arrays,
                          row.capacity, row.count, row.dead);
        if (!s)
            return ERR_MEMORY;
        if (!chains_are_sound(s))
            return broken(l, "a chain leads out of its segment");
        arrays += segment_arrays_bytes(row.capacity);
        left -= segment_arrays_bytes(row.capacity);
    }
    return left ? broken(l, "there is more than its segments") : OK;
}

/* --- files and words */

static enum err load_files(struct loading *l)
{
    struct archive *a = &l->library->archive;
    for (uint32_t i = 0; i < l->header->files; i++) {
        struct snapshot_file row;
        struct str key;
        if (!take(l, &row, sizeof row) || row.key_len > KEY_MAX ||
            row.segment >= a->n_segments || !take_str(l, row.key_len, &key))
            return broken(l, "a file does not fit");
        struct segment *s = a->segments[row.segment];
        if (row.start < 1 || row.start > s->count ||
            row.count > s->count - row.start)
            return broken(l, "a file lies out of its segment");
        struct archived like = {.start = row.start,
                                .count = row.count,
                                .bytes = row.bytes,
                                .stamp = row.stamp};
        if (!archive_adopt_file(a, s, key, &like))
            return broken(l, "a file is there twice");
    }
    return OK;
}

static enum err load_words(struct loading *l)
{
    struct vocabulary *v = &l->library->words;
    uint32_t count = l->header->words;
    if (count < ID_FIRST ||
        (count - ID_FIRST) > (size_t)(l->end - l->at) / sizeof(uint32_t))
        return broken(l, "it has other words than it says");
    if (!vocabulary_reserve(v, count))
        return ERR_MEMORY;
    for (uint32_t id = ID_FIRST; id < count; id++) {
        uint32_t len;
        struct str text;
        if (!take(l, &len, sizeof len))
            return broken(l, "a word is missing");
        if (len == SNAPSHOT_FREE)
            continue;
        if (len > WORD_MAX || !take_str(l, len, &text) ||
            !vocabulary_place(v, id, text))
            return broken(l, "a word does not fit");
    }
    return l->at == l->end ? OK : broken(l, "there is more than its words");
}

static enum err load_uses(struct loading *l)
{
    struct archive *a = &l->library->archive;
    struct vocabulary *v = &l->library->words;
    for (uint32_t i = 0; i < a->n_segments; i++)
        if (!count_uses(v, a->segments[i]))
            return broken(l, "a token has no word");
    vocabulary_sweep(v);
    return OK;
}

/* --- all of it */

static enum err check_header(const struct snapshot_header *h, size_t len,
                             struct why *why)
{
    if (memcmp(h->magic, SNAPSHOT_MAGIC, sizeof h->magic) != 0)
        return why_set(why, ERR_ANSWER, "it is no index of Switchyard's");
    if (h->format != SNAPSHOT_FORMAT || h->block != SNAPSHOT_BLOCK)
        return why_set(why, ERR_ANSWER, "it is of format %u, not %d", h->format,
                       SNAPSHOT_FORMAT);
    if (h->bytes != len - SNAPSHOT_HEADER || h->arrays > h->bytes ||
        h->root_len > SNAPSHOT_ROOT)
        return why_set(why, ERR_ANSWER,
                       "it has %zu bytes, and its header tells of others", len);
    return OK;
}

static enum err load_parts(struct loading *l, char *arrays)
{
    enum err e = load_segments(l, arrays);
    if (!e)
        e = load_files(l);
    if (!e)
        e = load_words(l);
    return e ? e : load_uses(l);
}

enum err snapshot_adopt(struct library *library, char *bytes, size_t len,
                        struct why *why)
{
    struct snapshot_header header;
    struct loading l = {.library = library, .header = &header, .why = why};
    if (len < SNAPSHOT_HEADER)
        return why_set(why, ERR_ANSWER, "it has %zu bytes, which is too few",
                       len);
    memcpy(&header, bytes, sizeof header);
    enum err e = check_header(&header, len, why);
    if (e)
        return e;
    if (header.arrays > library->archive.max_bytes)
        return why_set(
            why, ERR_TOO_LARGE, "it takes %llu bytes, and %zu are allowed",
            (unsigned long long)header.arrays, library->archive.max_bytes);
    l.at = bytes + SNAPSHOT_HEADER + header.arrays;
    l.end = bytes + len;
    e = load_parts(&l, bytes + SNAPSHOT_HEADER);
    if (e) {
        size_t max_bytes = library->max_bytes;
        library_release(library);
        library_init(library, max_bytes);
    }
    return e;
}

static uint64_t hash_of(const char *bytes, size_t len)
{
    uint64_t h = 0;
    for (size_t at = 0; at < len; at += SNAPSHOT_BLOCK) {
        size_t n = len - at < SNAPSHOT_BLOCK ? len - at : SNAPSHOT_BLOCK;
        snapshot_hash(&h, (struct str){bytes + at, n});
    }
    return h;
}

/* Whether this program wrote it for this root, and nothing happened to it. */
static enum err check(const char *bytes, size_t len, struct str root,
                      struct why *why)
{
    struct snapshot_header h;
    memcpy(&h, bytes, sizeof h);
    enum err e = check_header(&h, len, why);
    if (e)
        return e;
    if (!str_eq((struct str){h.root, h.root_len}, root))
        return why_set(why, ERR_ANSWER, "it is of another folder");
    if (h.fingerprint != snapshot_fingerprint())
        return why_set(why, ERR_ANSWER, "another version wrote it");
    if (h.hash != hash_of(bytes + SNAPSHOT_HEADER, len - SNAPSHOT_HEADER))
        return why_set(why, ERR_ANSWER, "its bytes are not those written");
    return OK;
}

static enum err map_file(const char *path, char **bytes, size_t *len,
                         struct why *why)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return why_set(why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s",
                       strerror(errno));
    bool good = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
                st.st_size > SNAPSHOT_HEADER;
    void *at = MAP_FAILED;
    if (good)
        at = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE,
                  fd, 0);
    close(fd);
    if (!good)
        return why_set(why, ERR_ANSWER, "it is no index of Switchyard's");
    if (at == MAP_FAILED)
        return why_set(why, ERR_MEMORY, "%s", strerror(errno));
    *bytes = at;
    *len = (size_t)st.st_size;
    return OK;
}

enum err snapshot_load(struct library *l, const char *path, struct str root,
                       struct why *why)
{
    char *bytes = NULL;
    size_t len = 0;
    enum err e = map_file(path, &bytes, &len, why);
    if (e)
        return e;
    e = check(bytes, len, root, why);
    if (!e)
        e = snapshot_adopt(l, bytes, len, why);
    if (e) {
        munmap(bytes, len);
        return e;
    }
    l->archive.mapping = bytes;
    l->archive.mapping_bytes = len;
    return OK;
}
