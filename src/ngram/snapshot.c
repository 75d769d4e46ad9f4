#include "ngram/snapshot.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

enum section { ARRAYS, SEGMENTS, FILES, WORDS, DONE };

/* --- whether another program would read code the same way */

static const char sample[] =
    "import os\n\n\ndef sum_of(rows, key=None):\n"
    "    total = 0x1F + 1.5e3\n"
    "    for row in rows:  # all of them\n"
    "        total += row[\"value\"] if key else 1\n"
    "    return total\n\nint main(void) { return 0; }\n";

uint64_t snapshot_fingerprint(void)
{
    struct vocabulary words;
    struct archive a;
    size_t at = 0;
    uint64_t h = 0;
    vocabulary_init(&words);
    archive_init(&a, &words, SIZE_MAX);
    if (archive_read(&a, STR("sample.py"), str_from(sample), &at, SIZE_MAX / 2))
        h = 0;
    else
        h = hash_bytes(
            1, (struct str){(const char *)a.segments[0]->tokens,
                            segment_arrays_bytes(a.segments[0]->capacity)});
    archive_release(&a);
    vocabulary_release(&words);
    return h;
}

/* --- writing */

enum err snapshot_begin(struct snapshot *s, const struct library *l,
                        struct str root)
{
    const struct archive *a = &l->archive;
    *s = (struct snapshot){.library = l, .changes = a->changes};
    struct snapshot_header *h = &s->header;
    if (root.len > SNAPSHOT_ROOT)
        return ERR_TOO_LARGE;
    if (a->reading)
        return ERR_CANCELLED;
    s->used = calloc(1, l->words.count / 8 + 1);
    if (!s->used)
        return ERR_MEMORY;
    memcpy(h->magic, SNAPSHOT_MAGIC, sizeof h->magic);
    memcpy(h->root, root.ptr, root.len);
    h->root_len = (uint32_t)root.len;
    h->format = SNAPSHOT_FORMAT;
    h->block = SNAPSHOT_BLOCK;
    h->fingerprint = snapshot_fingerprint();
    h->segments = a->n_segments;
    h->files = (uint32_t)a->files.count;
    h->words = l->words.count;
    for (uint32_t i = 0; i < a->n_segments; i++)
        h->arrays += segment_arrays_bytes(a->segments[i]->capacity);
    buf_init(&s->pending, 2 * SNAPSHOT_BLOCK);
    return OK;
}

void snapshot_release(struct snapshot *s)
{
    buf_release(&s->pending);
    free(s->used);
    s->used = NULL;
}

static void add_bytes(struct buf *b, const void *bytes, size_t len)
{
    buf_append(b, (struct str){bytes, len});
}

static void add_segment(struct snapshot *s, const struct segment *segment)
{
    struct snapshot_segment row = {segment->capacity, segment->count,
                                   segment->dead, 0};
    add_bytes(&s->pending, &row, sizeof row);
}

static uint32_t place_of(const struct archive *a, const struct segment *segment)
{
    uint32_t i = 0;
    while (a->segments[i] != segment)
        i++;
    return i;
}

static void add_file(struct snapshot *s)
{
    const struct archive *a = &s->library->archive;
    const struct map_slot *slot = map_next(&a->files, &s->map_at);
    const struct archived *f = slot->value;
    struct snapshot_file row = {place_of(a, f->segment), f->start, f->count,
                                (uint32_t)slot->key_len, f->bytes, f->stamp};
    add_bytes(&s->pending, &row, sizeof row);
    add_bytes(&s->pending, slot->key, slot->key_len);
}

/* What open buffers alone say is nobody's but theirs. */
static void add_word(struct snapshot *s, uint32_t id)
{
    bool used = s->used[id / 8] >> id % 8 & 1;
    struct str text = vocabulary_text(&s->library->words, id);
    uint32_t len = used ? (uint32_t)text.len : SNAPSHOT_FREE;
    add_bytes(&s->pending, &len, sizeof len);
    if (used)
        buf_append(&s->pending, text);
}

/* One more record of the section; false where it is over. */
static bool add_record(struct snapshot *s)
{
    switch (s->section) {
    case SEGMENTS:
        if (s->next == s->header.segments)
            return false;
        add_segment(s, s->library->archive.segments[s->next++]);
        return true;
    case FILES:
        if (s->next == s->header.files)
            return false;
        s->next++;
        add_file(s);
        return true;
    case WORDS:
        if (s->next + ID_FIRST >= s->header.words)
            return false;
        add_word(s, (uint32_t)(ID_FIRST + s->next++));
        return true;
    default:
        return false;
    }
}

/* Of what is copied, the part that is tokens. A piece ends between two. */
static void note_used(struct snapshot *s, const struct segment *segment,
                      size_t from, size_t to)
{
    size_t end = to / sizeof(uint32_t);
    for (size_t i = from / sizeof(uint32_t); i < end && i < segment->count;
         i++) {
        uint32_t id = segment->tokens[i] & ARCHIVE_ID;
        s->used[id / 8] |= (unsigned char)(1u << id % 8);
    }
}

static size_t copy_arrays(struct snapshot *s, char *out, size_t max)
{
    const struct archive *a = &s->library->archive;
    const struct segment *segment = a->segments[s->next];
    size_t whole = segment_arrays_bytes(segment->capacity);
    size_t n = whole - s->at < max ? whole - s->at : max;
    memcpy(out, (const char *)segment->tokens + s->at, n);
    note_used(s, segment, s->at, s->at + n);
    s->at += n;
    if (s->at == whole) {
        s->at = 0;
        s->next++;
    }
    return n;
}

static size_t copy_pending(struct snapshot *s, char *out, size_t max)
{
    size_t left = s->pending.len - s->pending_at;
    size_t n = left < max ? left : max;
    memcpy(out, s->pending.ptr + s->pending_at, n);
    s->pending_at += n;
    if (s->pending_at == s->pending.len) {
        buf_clear(&s->pending);
        s->pending_at = 0;
    }
    return n;
}

static void next_section(struct snapshot *s)
{
    s->section++;
    s->next = 0;
}

enum err snapshot_next(struct snapshot *s, char *out, size_t *len)
{
    *len = 0;
    if (s->library->archive.changes != s->changes)
        return ERR_CANCELLED;
    while (*len < SNAPSHOT_BLOCK && s->section != DONE) {
        size_t left = SNAPSHOT_BLOCK - *len;
        if (s->pending.len)
            *len += copy_pending(s, out + *len, left);
        else if (s->section == ARRAYS && s->next < s->header.segments)
            *len += copy_arrays(s, out + *len, left);
        else if (!add_record(s))
            next_section(s);
        if (s->pending.failed)
            return ERR_MEMORY;
    }
    return OK;
}

void snapshot_hash(uint64_t *hash, struct str block)
{
    *hash = hash_bytes(*hash, block);
}

void snapshot_seal(const struct snapshot *s, uint64_t hash, uint64_t bytes,
                   char out[SNAPSHOT_HEADER])
{
    struct snapshot_header h = s->header;
    h.hash = hash;
    h.bytes = bytes;
    memset(out, 0, SNAPSHOT_HEADER);
    memcpy(out, &h, sizeof h);
}
