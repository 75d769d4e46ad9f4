/* A text that is followed (complete/follow.h): where in the document it is, and
 * what a change does to it there. */
#ifndef COMPLETE_FOLLOWED_H
#define COMPLETE_FOLLOWED_H

#include "complete/engine.h"
#include "history/record.h"

enum {
    FOLLOW_TEXT = 4096,   /* bytes of a text that are followed */
    FOLLOW_ELSEWHERE = 8, /* bytes without which that is chance */
};

struct followed {
    completion_id id; /* 0: a free slot */
    uint64_t record;  /* in the history; 0: none */
    char *uri, *text;
    size_t len;
    size_t start, end; /* in the document, of what arrived of it */
    bool accepted;     /* for good; else it is only shown */
    size_t pieces;     /* bytes of it that were more than a key's */
    double told;       /* the share that the editor told; below 0: nothing */
    bool seen, judged; /* each is passed on once */
    bool beside;       /* one of several, and not the first */
    bool undone;       /* accepted, and then shortened; nothing came since */
    unsigned looked;   /* at what is left: how often */
    usec since;        /* when it was shown, or accepted */
    char model[RECORD_NAME];
    char language[RECORD_NAME];
    enum cursor_class class;
};

/* How many bytes of it are there, and what is not. */
size_t followed_arrived(const struct followed *x);
struct str followed_rest(const struct followed *x);

/*
 * One that is shown. The change brings more of it, at its place or all of it
 * elsewhere; or leaves it as good as before, so that it may still come; or
 * meets its place; else it is to be moved.
 */
bool followed_grows(struct followed *x, const struct document *doc,
                    const struct change *c);
bool followed_stays(struct followed *x, const struct document *doc,
                    const struct change *c);
bool followed_meets(const struct followed *x, const struct change *c);
void followed_move(struct followed *x, const struct change *c);

/* One that was accepted moves, and grows and shrinks with what is changed in
 * it; what is typed at its end is not of it. */
void followed_edit(struct followed *x, const struct document *doc,
                   const struct change *c);

/* The share of it that stands there unchanged, at both ends; white space does
 * not count. */
double followed_share_left(const struct followed *x,
                           const struct document *doc);

#endif
