/*
 * What becomes of completions that were shown: accepted, in part, or not; and
 * whether what was accepted is still there after 30 s and 5 min. Editors that
 * tell are believed; for the others the changes of the text tell:
 *
 * - its text arrives at its place, in pieces: it is accepted. What follows the
 *   place by itself (a bracket that the editor had closed) is part of it;
 * - key by key: typed through. All of it counts as accepted, since it was
 *   right; a part that is less than half does not, since few letters agree by
 *   chance;
 * - all of it arrives elsewhere in one piece, as where the editor indents or
 *   moves the line first: it is accepted there;
 * - it is edited, indented or undone later: that shows in what is retained,
 *   in which white space does not count.
 *
 *   SHOWN --its text arrived, or the editor says so--> ACCEPTED --5 min--> over
 *     |                                                    |
 *     +-- other text, another completion, 30 s --> over    +-- 30 s: looked at
 *
 * A completion that was there for a moment only, while somebody typed, says
 * nothing about its model.
 */
#ifndef COMPLETE_FOLLOW_H
#define COMPLETE_FOLLOW_H

#include "complete/followed.h"

enum {
    FOLLOWED_MAX = 64,         /* at a time; the oldest are given up */
    FOLLOW_SEEN_MS = 300,      /* less was not looked at */
    FOLLOW_IGNORED_MS = 30000, /* so long is ignored for good */
};

/* What becomes known; `f` is valid inside only. */
typedef void follow_fn(void *arg, const struct followed *f,
                       enum record_mark mark, double value);

struct follow {
    struct followed items[FOLLOWED_MAX];
    follow_fn *judge;
    void *arg;
};

void follow_init(struct follow *f, follow_fn *judge, void *arg);
void follow_release(struct follow *f);

/* A completion was given for byte `offset` of the document. */
void follow_shown(struct follow *f, const struct document *doc, size_t offset,
                  completion_id id, uint64_t record, const struct completion *c,
                  usec now);

/* The editor says that it was shown; that it was accepted, all of it or all
 * but the last `rest` UTF-16 units. */
void follow_told_shown(struct follow *f, completion_id id);
void follow_told(struct follow *f, completion_id id, size_t rest, usec now);

/* Another one to choose from, beside that: it is told of only when it is
 * accepted. */
void follow_beside(struct follow *f, const struct document *doc, size_t offset,
                   completion_id id, uint64_t record,
                   const struct completion *c, usec now);

/* Whether a text that was accepted there is being taken back: it became
 * shorter, and nothing was written there since. */
bool follow_undone(const struct follow *f, const struct document *doc,
                   size_t offset);

/* As engine_edited() and engine_closed(). */
void follow_edited(struct follow *f, const struct document *doc,
                   const struct change *change, usec now);
void follow_closed(struct follow *f, const struct document *doc);

void follow_tick(struct follow *f, const struct documents *docs, usec now);
usec follow_next(const struct follow *f);

#endif
