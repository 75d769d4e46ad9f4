/* Asking every model now, by the cheapest that tells (complete/look.h). */
#ifndef CLI_PROBE_H
#define CLI_PROBE_H

#include "complete/look.h"

enum { PROBE_MS = 10000 }; /* for all of them together */

struct probed {
    enum look look; /* LOOK_NONE: the built-in model, which always answers */
    enum err e;
    struct why why; /* when it failed */
    usec took;
};

/* `out` has a place for each of the table's models. */
enum err probe_models(struct table *t, struct probed *out);

/* "ok", "loading", "fails" */
const char *probe_health(const struct probed *p);

#endif
