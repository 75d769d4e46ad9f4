/*
 * Which files a workspace's ignore files leave out: the patterns of
 * gitignore(5), in .gitignore and in the files of the same form that other
 * tools read. A pattern holds for its folder and all below; later ones and
 * deeper files win.
 */
#ifndef COMPLETE_IGNORE_H
#define COMPLETE_IGNORE_H

#include "base/map.h"

struct ignore {
    struct map folders; /* by path from the root, struct ignore_rules */
};

/* The names of ignore files, in the order of IGNORE_FILES; NULL at the end. */
extern const char *const ignore_names[];

void ignore_init(struct ignore *g);
void ignore_release(struct ignore *g);

/* Add the text of an ignore file that lies in `folder`, a path from the root
 * without a slash at its ends (empty: the root). False without memory, or
 * when it has more patterns than are kept. */
bool ignore_add(struct ignore *g, struct str folder, struct str text);

/* Whether a file or folder is left out; also where that takes too long to
 * say. What lies in a folder that is left
 * out is not asked for. */
bool ignore_matches(const struct ignore *g, struct str path, bool folder);

#endif
