/* How the user types, and takes what is shown: two features of every
 * completion. */
#ifndef COMPLETE_HABITS_H
#define COMPLETE_HABITS_H

#include "base/clock.h"

#include <stddef.h>

enum {
    HABITS_SECONDS = 10,  /* over which speed is measured */
    HABITS_VERDICTS = 20, /* the last ones count */
    HABITS_GAP_MS = 1000, /* between keys: a longer one is a pause */
};

/* How somebody works now. */
struct pace {
    double speed;    /* characters a second; NAN: nobody knows */
    double gap_ms;   /* between two keys in a row; 0: there were none */
    double accepted; /* share of the last completions; NAN: there were none */
};

struct habits {
    double typed; /* characters, faded by the time since */
    usec at;
    double gap_ms;                  /* the last ones count most */
    double shares[HABITS_VERDICTS]; /* accepted, of the last completions */
    size_t n;                       /* ever */
};

/* So many bytes were typed, or pasted: more than a few are no typing. */
void habits_typed(struct habits *h, size_t bytes, usec now);
void habits_judged(struct habits *h, double share);

struct pace habits_pace(const struct habits *h, usec now);
extern const struct pace pace_unknown;

#endif
