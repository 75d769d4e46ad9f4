/*
 * Where a document is, and which ignore files leave it out: what its privacy
 * hangs on. Asked of the file system, since links and ignore files change.
 */
#ifndef COMPLETE_WHEREABOUTS_H
#define COMPLETE_WHEREABOUTS_H

#include "base/clock.h"
#include "route/whereabouts.h"

/*
 * `uri` is the document's; of other schemes than "file:" it is the path that
 * counts, as in "git:/src/a.py?HEAD" and "vscode-notebook-cell:/a.ipynb#W0".
 * Ignore files are read in the workspace folder and in the file's folders
 * below it; elsewhere from the folder with a ".git" down, or in its own. One
 * that can't be read, or is too large, leaves everything out. Case does not
 * count.
 */
void whereabouts_find(struct str uri, struct str root, struct whereabouts *out);

/* What was found last, for the keys that follow each other in one document:
 * finding it opens a dozen files that are not there. */
struct recent_place {
    char uri[WHEREABOUTS_BYTES], root[WHEREABOUTS_BYTES];
    usec found; /* when; 0: never */
    struct whereabouts where;
};

/* As above, from `r` where it is of the last second. `r` may be NULL. */
void whereabouts_recent(struct recent_place *r, struct str uri, struct str root,
                        usec now, struct whereabouts *out);

#endif
