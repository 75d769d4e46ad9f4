/*
 * What becomes of a document's syntax when a text is put into it: an
 * incremental parse of a copy of its tree, of which the document notices
 * nothing. Neither text is copied.
 */
#ifndef DOC_TRIAL_H
#define DOC_TRIAL_H

#include "doc/document.h"

/*
 * The tree with `with` at byte `offset` of a document whose tree is fresh, if
 * it takes no more than `budget_us` (0: any time). NULL for want of time or
 * memory. To be freed by trial_free().
 *
 * Without `whole` it may end early, behind lines that follow the text: where
 * all is right up to there, and what follows is read as it was. Then it has no
 * error; what is wrong further down is so still.
 */
TSTree *trial_new(const struct document *doc, size_t offset, struct str with,
                  bool whole, uint64_t budget_us);
void trial_free(TSTree *tree);

/*
 * The nodes of a tree that are errors, and with `missing` those that are
 * missing: what a grammar had to leave out or make up to read the text. `there`
 * is how many touch bytes [start, end], `elsewhere` how many do not. False:
 * there is no tree, more than `most` are elsewhere, or more is in it than is
 * worth counting.
 */
enum {
    FLAWS_NODES = 4000, /* looked at */
    FLAWS_KNOWN = 64,   /* elsewhere, that are told apart */
};
struct flaws {
    size_t there, elsewhere;
    bool beyond; /* one of those there begins before them or ends behind */
    uint64_t known[FLAWS_KNOWN]; /* those elsewhere: where and what they are */
};
bool tree_flaws(TSNode root, size_t start, size_t end, bool missing,
                size_t most, struct flaws *out);

/* Whether all that is wrong elsewhere is so still when something was put in
 * [start, end]. False, too, when these are more than are told apart. */
bool flaws_stay(const struct flaws *before, const struct flaws *after);

#endif
