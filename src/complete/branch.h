/* The branch that Git has checked out in a workspace folder, read from its
 * HEAD (gitrepository-layout(5)) at most every two seconds. */
#ifndef COMPLETE_BRANCH_H
#define COMPLETE_BRANCH_H

#include "base/clock.h"
#include "base/str.h"

struct branch {
    char name[128]; /* empty: none */
    usec read;      /* when; 0: never */
};

/* The name, or the commit's first 12 digits where none is checked out; empty
 * without a repository. Valid until the next call. */
struct str branch_of(struct branch *b, struct str root, usec now);

#endif
