/*
 * A regular expression (PCRE2) with limits, so that a pattern from a file
 * can't hold up a keystroke. PCRE2's own limit counts anew at every place
 * where a match may begin, so on a long line there is one for the whole, too.
 */
#ifndef ROUTE_PATTERN_H
#define ROUTE_PATTERN_H

#include "base/err.h"
#include "base/str.h"

struct pattern;

enum {
    PATTERN_BACKTRACKS = 10000, /* from one place of the line */
    PATTERN_DEPTH = 1000,       /* of nested choices, which cost memory */
    PATTERN_STEPS = 100000,     /* items of patterns looked at in all */
    PATTERN_LINE = 16384,       /* bytes; longer lines match nothing */
    PATTERN_MAX_BYTES = 4096,   /* of the pattern itself */
};

/* NULL with the reason, and where in the pattern it is. */
struct pattern *pattern_new(struct str source, struct why *why);
void pattern_free(struct pattern *p);

/* Whether it matches anywhere in `subject`. What it looks at is taken off
 * `*steps`. A match that hits a limit is no match, and says so. */
bool pattern_matches(const struct pattern *p, struct str subject,
                     unsigned *steps, struct why *why);

#endif
