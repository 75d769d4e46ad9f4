/* From a cursor in a document to the task's features. */
#ifndef COMPLETE_OBSERVE_H
#define COMPLETE_OBSERVE_H

#include "context/extent.h"
#include "route/task.h"

/* What is known of a cursor before a route is chosen. */
struct observation {
    struct classification c;
    enum extent extent;
    struct task task; /* its views are the document's */
};

/* `root` is the workspace folder's path, or empty. */
void observe(const struct document *doc, size_t offset, enum trigger trigger,
             struct str root, struct observation *out);

/* `path` relative to `root`, when it lies below it. */
struct str observe_path(struct str path, struct str root);

#endif
