/*
 * A regular expression (PCRE2) with limits, so that a pattern from a file
 * can't hold up a keystroke: matching gives up after PATTERN_STEPS steps.
 */
#ifndef ROUTE_PATTERN_H
#define ROUTE_PATTERN_H

#include "base/err.h"
#include "base/str.h"

struct pattern;

enum { PATTERN_STEPS = 10000, PATTERN_DEPTH = 250 };

/* NULL with the reason, and where in the pattern it is. */
struct pattern *pattern_new(struct str source, struct why *why);
void pattern_free(struct pattern *p);

/* Whether it matches anywhere in `subject`. A match that hits a limit is no
 * match, and says so. */
bool pattern_matches(const struct pattern *p, struct str subject,
                     struct why *why);

#endif
