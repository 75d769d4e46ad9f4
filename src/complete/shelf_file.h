/* A file that is written whole and then put in its place, and the folder in
 * which it stands: everything here may wait for a disk. */
#ifndef COMPLETE_SHELF_FILE_H
#define COMPLETE_SHELF_FILE_H

#include "base/err.h"
#include "base/str.h"

struct shelf_file {
    const char *path; /* borrowed */
    char draft[1100]; /* where it is written */
    int fd;           /* -1: none */
};

/* Begun behind the room for its header, 0600 in folders of 0700. */
enum err shelf_file_begin(struct shelf_file *f, const char *path,
                          struct why *why);
enum err shelf_file_add(struct shelf_file *f, struct str bytes,
                        struct why *why);
/* Write the header, and put the file in its place. */
enum err shelf_file_end(struct shelf_file *f, struct str header,
                        struct why *why);
/* No trace remains. */
void shelf_file_drop(struct shelf_file *f);

/* Remove what is left of processes that died while they wrote, and all but
 * the `most` files that were written or used last. */
void shelf_file_prune(const char *path, size_t most);

#endif
