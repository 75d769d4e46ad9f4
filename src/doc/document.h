/*
 * An open document: text, tree and version, which always agree; and the
 * table of all of them, by URI. A URI is an opaque key.
 */
#ifndef DOC_DOCUMENT_H
#define DOC_DOCUMENT_H

#include "base/map.h"
#include "doc/position.h"
#include "doc/tree.h"

struct document {
    char *uri;         /* as the client spelled it */
    char *path;        /* of a "file:" URI, else the URI itself */
    char *language_id; /* as the client calls its language */
    const struct language *language;
    int64_t version;     /* the client's; -1 when it sent none */
    uint64_t serial;     /* grows with every change, over all documents */
    uint32_t generation; /* new for each didOpen; old ids find nothing */
    struct text text;
    struct tree tree;
    bool out_of_step; /* a change did not fit; see below */
};

/* One change, in bytes of the text before it. */
struct change {
    size_t start, old_end;
    size_t new_end; /* start + what was inserted */
};

struct documents {
    struct map by_uri;
    uint64_t serial;
    uint32_t generation;
};

void documents_init(struct documents *d);
void documents_release(struct documents *d);

/* Opening what is open replaces it; when it fails, nothing is open under
 * `uri`. `*out` lives until documents_close(). */
enum err documents_open(struct documents *d, struct str uri, struct str id,
                        int64_t version, struct str content,
                        struct document **out, struct why *why);
/* Open a copy of another table's document under the same URI; it changes on its
 * own. */
enum err documents_copy(struct documents *d, const struct document *of,
                        struct document **out, struct why *why);
struct document *documents_find(const struct documents *d, struct str uri);
void documents_close(struct documents *d, struct str uri);

/*
 * Replace `range` (NULL: the whole text) by `with`. A reversed range is
 * swapped. `range_length` is the client's deprecated `rangeLength`, or -1;
 * when it contradicts the range (Neovim and a lone CR) the document is
 * marked out of step and completes nothing until it is opened again or its
 * whole text is replaced. `*made` tells what happened, in bytes, without
 * what the old and the new text have in common at their ends. On an error
 * the text is as it was and the document is out of step.
 *
 * The caller writes `version`.
 */
enum err document_change(struct documents *d, struct document *doc,
                         const struct range *range, int64_t range_length,
                         enum encoding e, struct str with, struct change *made);

/* Bring the tree up to date for at most `budget_us` (0: until done). */
bool document_parse(struct document *doc, uint64_t budget_us);

/* Some document whose tree is behind, or NULL: first those that are to be
 * parsed, then those of which a former tree is to be freed. */
struct document *documents_unparsed(const struct documents *d);

#endif
