/*
 * What was learned of a workspace, as one file that a later process maps: the
 * segments of the archive as they lie in memory, then the files and the words.
 *
 * The file is written a piece at a time while the model goes on answering,
 * and is good only if the archive did not change meanwhile. It is read whole
 * before it counts: every number in it is checked against its bounds, and all
 * bytes against a hash. It is for the machine and the program that wrote it:
 * a sample that is learned anew tells whether this program would have written
 * the same. Whatever is not right makes it no file at all, and the workspace
 * is read again.
 */
#ifndef NGRAM_SNAPSHOT_H
#define NGRAM_SNAPSHOT_H

#include "ngram/library.h"

enum {
    SNAPSHOT_BLOCK = 256 << 10, /* bytes: a piece, hashed as one */
    SNAPSHOT_ROOT = 2048        /* bytes of the workspace's path at most */
};

/*
 * The file: this header, padded so that what follows begins on a page; the
 * arrays of all segments; a row for each segment; a row for each file with
 * its key behind it; and the words from ID_FIRST on, each a uint32_t of its
 * length (SNAPSHOT_FREE: none has this id) with its text behind it.
 */
struct snapshot_header {
    char magic[8];
    uint32_t format, block;
    uint64_t fingerprint; /* of the program's way of reading code */
    uint64_t hash;        /* of all behind the header */
    uint64_t bytes;       /* behind the header */
    uint64_t arrays;      /* of them the segments' */
    uint32_t segments, files, words, root_len;
    char root[SNAPSHOT_ROOT];
};
enum { SNAPSHOT_HEADER = 4096, SNAPSHOT_FORMAT = 2 };
#define SNAPSHOT_MAGIC "SWYNGRAM"
#define SNAPSHOT_FREE UINT32_MAX

struct snapshot_segment {
    uint32_t capacity, count, dead, zero;
};

struct snapshot_file {
    uint32_t segment, start, count, key_len;
    uint64_t bytes, stamp;
};

/* Of a sample that is read anew; 0 without memory. */
uint64_t snapshot_fingerprint(void);

/* Writing: the model is borrowed until the release. */
struct snapshot {
    const struct library *library;
    struct snapshot_header header;
    uint64_t changes; /* of the archive when it began */
    int section;
    size_t next;   /* segment, file or word to go on with */
    size_t at;     /* of a segment's arrays */
    size_t map_at; /* of the map of files */
    struct buf pending;
    size_t pending_at;
    unsigned char *used; /* a bit for each word that stands in the arrays */
};

/* ERR_TOO_LARGE: the root's path is too long. ERR_CANCELLED: a file is being
 * read just now. To be released in any case. */
enum err snapshot_begin(struct snapshot *s, const struct library *l,
                        struct str root);
void snapshot_release(struct snapshot *s);

/* The next block into `out`, of SNAPSHOT_BLOCK bytes; less at the end, and
 * *len 0 behind it. ERR_CANCELLED: the archive has changed. */
enum err snapshot_next(struct snapshot *s, char *out, size_t *len);

/* One more block was written: hash it. Then, at the end, the header that goes
 * before all of them; it is SNAPSHOT_HEADER bytes. */
void snapshot_hash(uint64_t *hash, struct str block);
void snapshot_seal(const struct snapshot *s, uint64_t hash, uint64_t bytes,
                   char out[SNAPSHOT_HEADER]);

/*
 * Map the file and take over what it says of `root`, into a library that has
 * learned nothing yet. Of another program or root, larger than the library
 * may become, or broken: an error with the reason in `why`, and the library is
 * as it was. It takes as long as it takes to read the file: for a thread.
 */
enum err snapshot_load(struct library *l, const char *path, struct str root,
                       struct why *why);

/* The same of bytes in memory (aligned like a uint64_t), of which neither
 * hash nor fingerprint is looked at. Borrowed for as long as the library
 * lives. */
enum err snapshot_adopt(struct library *l, char *bytes, size_t len,
                        struct why *why);

#endif
