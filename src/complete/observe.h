/* From a cursor in a document to the task's features. */
#ifndef COMPLETE_OBSERVE_H
#define COMPLETE_OBSERVE_H

#include "complete/habits.h"
#include "complete/whereabouts.h"
#include "context/extent.h"
#include "context/kept.h"
#include "route/task.h"
#include "route/welcome.h"

struct neighbours;
struct vault;

/* What was found for one key and may serve the next: the engine's. Zero bytes
 * are nothing. */
struct recent {
    struct recent_place place;
    struct kept kept;
};

/* A wish for a completion. */
struct ask {
    struct document *doc; /* borrowed for the call only */
    size_t offset;        /* bytes */
    enum trigger trigger;
    bool one_line;     /* the client can show one line only */
    bool menu;         /* for its menu, else for the text itself */
    bool drafts;       /* a first answer will do while a model is late */
    struct str root;   /* the workspace folder, for the `path` feature */
    struct str branch; /* that is checked out there; may be empty */
    struct pace pace;  /* the engine knows */
    bool undone; /* likewise: an accepted text was just taken back there */
    struct recent *recent;         /* may be NULL */
    struct neighbours *neighbours; /* likewise */
    const struct vault *vault;     /* likewise */
    usec now;
    int64_t wall; /* seconds since 1970, for the hour and the day */
};

/* What a completion that nobody asked for would meet there; expect(). */
struct automatic {
    enum unwelcome unwelcome;
    usec wait; /* for quiet */
};

/* What is known of a cursor before a route is chosen. */
struct observation {
    struct classification c;
    enum extent extent;
    struct whereabouts where;
    struct automatic automatic;
    struct task task; /* its views are the document's, the ask's, and ours */
};

void observe(const struct ask *ask, struct observation *out);

/* `path` relative to `root`, when it lies below it. */
struct str observe_path(struct str path, struct str root);

#endif
