/*
 * Two servers' completions as one list. Theirs stays in bytes, as it came: it
 * may hold thousands of items, and only where they begin matters.
 */
#ifndef LSP_JOIN_H
#define LSP_JOIN_H

#include "base/json.h"

struct join {
    bool inline_request;
    struct str theirs; /* the JSON text of their result; empty: none */
    cJSON *ours;       /* our list; NULL: there is nothing of ours (yet) */
    bool last;         /* our item below theirs, not above */
};

/* Whether the result holds no item. */
bool join_is_empty(struct str result);

/*
 * Append the result: their items as they are, and ours unless it inserts what
 * one of theirs does; whatever else their list says counts for theirs alone.
 * A list of completions is marked incomplete, since ours changes with what is
 * typed. `ours` is changed. False when it did not fit.
 */
bool join_lists(struct buf *out, struct join *j);

#endif
