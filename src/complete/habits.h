/* How the user types, and takes what is shown: two features of every
 * completion. */
#ifndef COMPLETE_HABITS_H
#define COMPLETE_HABITS_H

#include "base/clock.h"

#include <stddef.h>

enum {
    HABITS_SECONDS = 10,  /* over which speed is measured */
    HABITS_VERDICTS = 20, /* the last ones count */
};

struct habits {
    double typed; /* characters, faded by the time since */
    usec at;
    double shares[HABITS_VERDICTS]; /* accepted, of the last completions */
    size_t n;                       /* ever */
};

/* So many bytes were typed, or pasted: more than a few are no typing. */
void habits_typed(struct habits *h, size_t bytes, usec now);
void habits_judged(struct habits *h, double share);

/* Characters a second. */
double habits_speed(const struct habits *h, usec now);
/* Share of the last completions that was accepted; NAN: none yet. */
double habits_accepted(const struct habits *h);

#endif
