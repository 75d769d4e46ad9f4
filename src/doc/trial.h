/*
 * What becomes of a document's syntax when a text is put into it: an
 * incremental parse of copies, of which the document notices nothing.
 */
#ifndef DOC_TRIAL_H
#define DOC_TRIAL_H

#include "doc/document.h"

struct trial {
    struct text text;
    struct tree tree;
};

/*
 * Put `with` at byte `offset` of a document whose tree is fresh, and parse for
 * at most `budget_us` (0: until done). False: there is no new tree, for want of
 * time or memory. To be released either way.
 */
bool trial_init(struct trial *t, const struct document *doc, size_t offset,
                struct str with, uint64_t budget_us);
void trial_release(struct trial *t);

/*
 * The nodes of a tree that are errors, and with `missing` those that are
 * missing: what a grammar had to leave out or make up to read the text. `there`
 * is how many touch bytes [start, end], `elsewhere` how many do not. False:
 * there is no tree, or more in it than is worth counting.
 */
enum { FLAWS_NODES = 4000 }; /* looked at */
struct flaws {
    size_t there, elsewhere;
};
bool tree_flaws(const struct tree *t, size_t start, size_t end, bool missing,
                struct flaws *out);

#endif
