/* The inside of complete/neighbours.h; for its own files alone. */
#ifndef COMPLETE_NEIGHBOURS_OWN_H
#define COMPLETE_NEIGHBOURS_OWN_H

#include "complete/neighbours.h"
#include "context/chunks.h"
#include "context/digest.h"
#include "context/module.h"

enum {
    WANTED_MAX = 128,     /* modules that one buffer imports */
    IMPORTED_MAX = 12,    /* of their files, those that are shown */
    READ_MAX = 256 << 10, /* bytes of a file that is read for these */
    LOOK_AGAIN_MS = 5000, /* before a file is looked at again */
    JUDGED_MS = 1000,     /* for how long a judgement stands */
};

/* A file whose text may be shown. */
struct neighbour {
    uint64_t id; /* of its URI; 0: the place is free */
    char *uri;
    char *path; /* for people: from the root, or as it is */
    const struct language *language;
    bool open;
    bool dirty;      /* its chunks are behind its text */
    usec due;        /* when to go on with them */
    uint64_t serial; /* of the text that the pass is over */
    size_t at;       /* bytes that the pass has seen */
    unsigned pass;
    struct digest digest;
    uint64_t digest_of; /* serial of an open one, stamp of a file; 0: none */
    usec looked;        /* at its stamp */
    usec used;
    /* Its judgement. */
    enum privacy tier;
    uint64_t judged_by; /* the table's id; 0: nobody yet */
    usec judged;
};

/* A module that the buffer imports, and the file that fits best. */
struct wanted {
    char *module;
    struct words names; /* that are imported from it */
    uint64_t keys[MODULE_KEYS];
    size_t n_keys;
    unsigned fits;
    char *uri; /* NULL: nobody fits */
};

/* The buffer that is worked on. */
struct focus {
    char *uri;
    char *path; /* from the root */
    uint32_t generation;
    uint64_t serial; /* of the text that its imports were read from */
    uint64_t seen;   /* hash of these */
    usec due;
    enum { FOCUS_READ, FOCUS_SEARCH, FOCUS_DIGEST, FOCUS_REST } state;
    struct wanted *wanted;
    size_t n_wanted;
    size_t search;     /* where the reader's files are gone on with */
    bool near_open;    /* the open ones were looked at */
    struct words used; /* identifiers around the place that is edited */
    uint64_t imported[IMPORTED_MAX]; /* ids, in the order of the imports */
    size_t by[IMPORTED_MAX];         /* whose they are, in `wanted` */
    size_t n_imported;
};

/* What was found alike, for as long as the cursor is near. */
struct likeness {
    uint64_t source, hash;
    double score;
};

struct neighbours {
    struct neighbour files[NEIGHBOURS_MAX];
    struct chunks chunks;
    struct focus focus;
    char *root;
    struct documents desk; /* a file that is being read, alone */
    struct document *reading;
    uint64_t reading_stamp;
    uint64_t outlined; /* id of the file that `outline` is of */
    struct outline outline;
    /* The choice that stands. */
    uint64_t chosen_for; /* id of the buffer */
    size_t chosen_line;
    uint64_t chosen_of; /* chunks.seen then */
    struct likeness chosen[SIMILAR_MAX];
    size_t n_chosen;
};

uint64_t neighbours_id(struct str uri);
struct neighbour *neighbours_find(struct neighbours *n, uint64_t id);
/* Found, or in the place of the one that was used longest ago; NULL without
 * memory. */
struct neighbour *neighbours_take(struct neighbours *n, struct str uri,
                                  usec now);

/* Whether the file may be shown to the model, by a judgement of the last
 * second. */
bool neighbours_allow(struct neighbour *f, const struct wish *w);

void focus_release(struct focus *f);
void focus_edited(struct neighbours *n, const struct document *doc, usec now);
/* One step; false when there was none to do. */
bool focus_step(struct neighbours *n, const struct neighbours_from *from,
                usec now);
bool digest_step(struct neighbours *n, const struct neighbours_from *from,
                 usec now);

#endif
